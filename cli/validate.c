#include "cli/validate.h"

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/progress.h"
#include "cli/standard_options.h"
#include "cli/validate_options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct validate_command {
    struct validate_options options;
    struct arena *arena;
    struct validate_plan plan;
    struct progress progress;
    struct failure failure;
};

uint32_t validate_run_count(const struct validate_plan *plan) {
    return plan->first[validate_setup_count];
}

static bool has_base(const struct validate_row *row) {
    return row->rule == VALIDATE_CHANGE || row->rule == VALIDATE_WIDTH;
}

static uint32_t runs_of(const struct validate_plan *plan, const struct validate_setup *setup) {
    uint32_t times = setup->times > 0 ? setup->times : 1;
    return setup->once ? 1 : plan->seed_count * times;
}

void validate_lay_out(struct validate_plan *plan, struct arena *arena) {
    plan->setups =
        arena_take_array(arena, MEMORY_TABLES, validate_setup_count, sizeof *plan->setups);
    plan->first =
        arena_take_array(arena, MEMORY_TABLES, validate_setup_count + 1, sizeof *plan->first);
    for (uint32_t i = 0; i < validate_row_count; i++) {
        const struct validate_row *row = &validate_rows[i];
        for (uint32_t setup = 0; plan->rows[i] && setup < validate_setup_count; setup++) {
            bool needed = row->rule == VALIDATE_HOLDS || row->setup == setup ||
                          (has_base(row) && row->base == setup);
            plan->setups[setup] = plan->setups[setup] || needed;
        }
    }
    for (uint32_t setup = 0; setup < validate_setup_count; setup++) {
        uint32_t runs = runs_of(plan, &validate_setups[setup]);
        plan->first[setup + 1] = plan->first[setup] + (plan->setups[setup] ? runs : 0);
    }
    plan->runs =
        arena_take_array(arena, MEMORY_TABLES, validate_run_count(plan), sizeof *plan->runs);
}

/** Marks the rows of a case; false if there is none. */
static bool choose(struct validate_plan *plan, const char *name) {
    bool found = false;
    for (uint32_t i = 0; i < validate_row_count; i++) {
        bool named = strcasecmp(validate_rows[i].name, name) == 0;
        plan->rows[i] = plan->rows[i] || named;
        found = found || named;
    }
    return found;
}

/** Lays out what was asked for. False after a message. */
static bool prepare(struct validate_command *command) {
    struct validate_plan *plan = &command->plan;
    const struct validate_options *options = &command->options;
    plan->first_seed = options->first_seed;
    plan->seed_count = options->seed_count;
    plan->request = &options->request;
    plan->rows =
        arena_take_array(command->arena, MEMORY_TABLES, validate_row_count, sizeof *plan->rows);
    for (uint32_t i = 0; i < options->case_count; i++) {
        if (!choose(plan, options->cases[i])) {
            fprintf(stderr, "gossim: there is no case '%s'; `gossim validate --list` lists them\n",
                    options->cases[i]);
            return false;
        }
    }
    for (uint32_t i = 0; options->case_count == 0 && i < validate_row_count; i++) {
        plan->rows[i] = true;
    }
    validate_lay_out(plan, command->arena);
    return true;
}

static void show_progress(void *context, uint32_t done) {
    struct validate_command *command = context;
    double elapsed_s = progress_elapsed_s(&command->progress);
    if (command->progress.shown && elapsed_s - command->progress.printed_s >= 0.1) {
        char line[128];
        snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " runs, %.1f s", done,
                 validate_run_count(&command->plan), elapsed_s);
        command->progress.printed_s = elapsed_s;
        progress_say(&command->progress, line);
    }
}

static bool run_one(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct validate_command *command = context;
    return validate_simulate(&command->plan, index, result, failure);
}

static bool simulate(struct validate_command *command) {
    struct jobs jobs = {
        .count = validate_run_count(&command->plan),
        .parallel = command->options.jobs,
        .results = command->plan.runs,
        .result_size = sizeof *command->plan.runs,
        .run = run_one,
        .progress = show_progress,
        .context = command,
    };
    uint32_t failed = 0;
    progress_start(&command->progress, 1);
    bool ok = jobs_run(&jobs, &failed, &command->failure);
    progress_say(&command->progress, NULL);
    if (!ok && failed < jobs.count) {
        fputs("gossim: a run failed; it is repeated by\n  ", stderr);
        validate_print_command(&command->plan, failed, stderr);
        fputc('\n', stderr);
    }
    return ok;
}

/** Prints the table; the exit status. */
static int report(struct validate_command *command) {
    struct validate_outcome *outcomes =
        arena_take_array(command->arena, MEMORY_TABLES, validate_row_count, sizeof *outcomes);
    uint32_t count = validate_judge(&command->plan, command->arena, outcomes);
    bool ok = true;
    if (command->options.json) {
        ok = validate_write_json(&command->plan, outcomes, count, stdout);
    } else {
        validate_print(outcomes, count, stdout);
    }
    int status = standard_output_end();
    if (!ok || status != EXIT_STATUS_DONE) {
        return EXIT_STATUS_FAILED;
    }
    return validate_all_met(outcomes, count) ? EXIT_STATUS_DONE : EXIT_STATUS_UNEXPECTED;
}

static int validate(struct validate_command *command) {
    if (!prepare(command)) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_watch();
    if (simulate(command)) {
        return report(command);
    }
    fputs("gossim: ", stderr);
    failure_print(&command->failure, stderr);
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_validate(int argument_count, char **arguments) {
    struct validate_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (validate_options_parse(&command->options, argument_count, arguments)) {
        command->arena = arena_create(NULL);
        if (command->options.list) {
            validate_print_list(stdout);
            status = standard_output_end();
        } else {
            status = validate(command);
        }
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
