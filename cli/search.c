#include "cli/search.h"

#include "analysis/figure_text.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/progress.h"
#include "cli/result_place.h"
#include "cli/standard_options.h"
#include "cli/sweep_database.h"
#include "cli/sweep_place.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct search_command {
    struct search_options options;
    struct arena *arena;
    struct sweep_study study;
    struct sweep_place place;
    struct sweep_database *database;
    struct search_report report;
    uint8_t *met;   // [study.repeat] of the value that is tried
    uint32_t *todo; // [study.repeat] runs of a batch
    uint32_t todo_count;
    struct progress progress;
    struct failure failure;
};

static bool run_one(void *context, uint32_t index, void *result, struct failure *failure) {
    struct search_command *command = context;
    sweep_place_forget(&command->place);
    return sweep_simulate(&command->study, command->todo[index], result, failure);
}

static bool finish_one(void *context, uint32_t index, const void *result, struct failure *failure) {
    struct search_command *command = context;
    uint32_t run = command->todo[index];
    command->study.done[run] = 1;
    return sweep_database_add(command->database, &command->study, run, result, failure);
}

/** The runs of a batch that are not there yet. */
static bool simulate(struct search_command *command) {
    struct jobs jobs = {
        .count = command->todo_count,
        .parallel = command->options.jobs,
        .result_size = sizeof(struct sweep_run),
        .run = run_one,
        .finished = finish_one,
        .context = command,
    };
    uint32_t failed = 0;
    bool ok = jobs_run(&jobs, &failed, &command->failure);
    if (!ok && failed < jobs.count) {
        uint64_t seed = sweep_seed_of(&command->study, command->todo[failed]);
        progress_say(&command->progress, NULL);
        fprintf(stderr, "gossim: a run at seed %" PRIu64 " failed; it is repeated by\n  ", seed);
        sweep_print_command(&command->study, command->todo[failed], stderr);
        fputc('\n', stderr);
    }
    return ok;
}

/** Sees to it that the first `count` replicates of a point are there. */
static bool provide(struct search_command *command, uint32_t point, uint32_t count) {
    const struct sweep_study *study = &command->study;
    command->todo_count = 0;
    for (uint32_t replicate = 0; replicate < count; replicate++) {
        uint32_t run = sweep_run_of(study, point, replicate);
        if (study->done[run] == 0) {
            command->todo[command->todo_count++] = run;
        }
    }
    return (command->todo_count == 0 || simulate(command)) &&
           sweep_database_met(command->database, study, point, command->met, &command->failure);
}

/** Says which value is tried, and how that goes. */
static void show_progress(struct search_command *command, const struct search_step *step) {
    char line[160];
    if (command->progress.shown) {
        snprintf(line, sizeof line, "step %" PRIu32 ": %s, %" PRIu32 " of %" PRIu32 " %s met",
                 command->report.step_count + 1, search_value(&command->report, step->value),
                 step->met, step->runs, figure_noun(step->runs, "run", "runs"));
        progress_say(&command->progress, line);
    }
}

/** Runs a value at one seed after the other until it is clear whether it meets the expectations. */
static bool try_value(struct search_command *command, struct search_step *step) {
    const struct share_question *question = &command->report.question;
    uint32_t most = command->study.repeat;
    uint32_t point = command->report.points[step->value];
    uint32_t count = 0;
    while (step->verdict == SHARE_OPEN && count < most) {
        count += share_runs_ahead(question, step->met, count, most - count);
        if (!provide(command, point, count)) {
            return false;
        }
        step->verdict = share_decide(question, command->met, count, &step->runs);
        step->met = 0;
        for (uint32_t i = 0; i < step->runs; i++) {
            step->met += command->met[i];
        }
        show_progress(command, step);
    }
    return true;
}

/** The search itself. */
static bool look(struct search_command *command) {
    struct search_report *report = &command->report;
    progress_start(&command->progress, 1);
    bool ok = true;
    for (uint32_t value = value_search_next(&report->search); ok && value != VALUE_NONE;
         value = value_search_next(&report->search)) {
        struct search_step step = {.value = value, .verdict = SHARE_OPEN};
        ok = try_value(command, &step);
        CHECK(report->step_count < report->tries);
        report->steps[report->step_count++] = step;
        value_search_take(&report->search, value,
                          step.verdict == SHARE_MET      ? VALUE_HOLDS
                          : step.verdict == SHARE_MISSED ? VALUE_FAILS
                                                         : VALUE_UNDECIDED);
    }
    progress_say(&command->progress, NULL);
    report->result = value_search_result(&report->search);
    return ok;
}

/** The folder: searches over different paths do not take each other's. */
static bool find_place(struct search_command *command) {
    const char *path = command->options.path;
    char kind[SEARCH_RANGE_SIZE];
    snprintf(kind, sizeof kind, "search%s%s", path == NULL ? "" : "-", path == NULL ? "" : path);
    for (char *byte = kind; *byte != '\0'; byte++) {
        bool letter = (*byte >= 'a' && *byte <= 'z') || (*byte >= 'A' && *byte <= 'Z');
        if (!letter && !(*byte >= '0' && *byte <= '9') && strchr("._-", *byte) == NULL) {
            *byte = '-';
        }
    }
    return sweep_place_find(&command->place, &command->study, command->options.out, kind,
                            &command->failure);
}

/** Lays out the values, and shares the confidence out between the tries. */
static bool prepare(struct search_command *command) {
    struct sweep_study *study = &command->study;
    const struct search_options *options = &command->options;
    if (study->scenario->expectation_count == 0) {
        return failure_bad_input(&command->failure,
                                 "%s expects nothing; give it expectations, such as expect: "
                                 "[latency.p99 <= 1s], there or with --set",
                                 options->request.path);
    }
    if (!sweep_prepare(study, command->arena, &command->failure) ||
        !sweep_identify(study, command->arena)) {
        return false;
    }
    uint32_t count = study->points.count;
    uint32_t *points = arena_take_array(command->arena, MEMORY_TABLES, count, sizeof *points);
    if (!search_order_values(study, points, &command->failure)) {
        return false;
    }
    struct search_report *report = &command->report;
    *report = (struct search_report){.options = options, .study = study, .points = points};
    value_search_init(&report->search, command->arena, count, options->largest);
    report->search.all = options->all;
    report->tries = value_search_tries(&report->search);
    report->question.share = options->share;
    report->question.level = (1 - options->confidence) / report->tries;
    report->steps =
        arena_take_array(command->arena, MEMORY_TABLES, report->tries, sizeof *report->steps);
    command->met = arena_take_array(command->arena, MEMORY_TABLES, study->repeat, 1);
    command->todo =
        arena_take_array(command->arena, MEMORY_TABLES, study->repeat, sizeof *command->todo);
    return find_place(command);
}

static bool open_database(struct search_command *command) {
    if (!sweep_database_is_built(&command->failure) ||
        !sweep_place_open(&command->place, &command->failure)) {
        return false;
    }
    command->report.place = command->place.database;
    command->database =
        sweep_database_open(command->place.database, &command->study, false, &command->failure);
    return command->database != NULL &&
           sweep_database_add_points(command->database, &command->study, &command->failure) &&
           sweep_database_find(command->database, &command->study, &command->failure);
}

/** What there is to do once the scenario is read. */
static int carry_out(struct search_command *command) {
    interrupt_watch();
    if (!prepare(command) || !open_database(command) || !look(command)) {
        if (!command->study.explained) {
            fputs("gossim: ", stderr);
            failure_print(&command->failure, stderr);
        }
        return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT
                                                          : EXIT_STATUS_FAILED;
    }
    if (!command->options.json) {
        search_print(&command->report, stdout);
    } else if (!search_write_json(&command->report, stdout)) {
        fputs("gossim: cannot write to standard output\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = standard_output_end();
    enum value_outcome outcome = command->report.result.outcome;
    bool none = outcome == VALUE_NOWHERE || outcome == VALUE_IN_DOUBT;
    return status == EXIT_STATUS_DONE && none ? EXIT_STATUS_UNEXPECTED : status;
}

int command_search(int argument_count, char **arguments) {
    struct search_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    command->place.lock = -1;
    if (search_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        command->arena = arena_create(NULL);
        command->study.request = &command->options.request;
        command->study.scenario = load_scenario(command->arena, &command->options.request);
        if (command->study.scenario != NULL) {
            status = carry_out(command);
        }
        sweep_database_close(command->database);
        sweep_place_close(&command->place);
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
