#include "cli/sweep.h"

#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/progress.h"
#include "cli/result_place.h"
#include "cli/standard_options.h"
#include "cli/sweep_database.h"
#include "cli/sweep_place.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sweep_command {
    struct sweep_options options;
    struct arena *arena;
    struct sweep_study study;
    struct sweep_place place;
    struct sweep_database *database;
    uint32_t *todo; // [todo_count] runs, in their order
    uint32_t todo_count;
    uint32_t missing; // of these; the others are done again
    uint32_t added;   // runs of this call so far, in all rounds
    struct progress progress;
    struct failure failure;
};

/** Chooses the runs of a round: those that count and are missing. */
static void choose_runs(struct sweep_command *command) {
    const struct sweep_study *study = &command->study;
    command->todo_count = 0;
    for (uint32_t run = 0; run < sweep_run_count(study); run++) {
        if (sweep_is_wanted(study, run) && study->done[run] == 0) {
            command->todo[command->todo_count++] = run;
        }
    }
    command->missing = command->todo_count;
}

/** Adds some of the runs that are there, spread evenly. */
static void choose_again(struct sweep_command *command) {
    const struct sweep_study *study = &command->study;
    uint32_t count = sweep_run_count(study);
    uint64_t there = sweep_done_count(study);
    uint64_t again = command->options.again < there ? command->options.again : there;
    uint64_t seen = 0;
    for (uint32_t run = 0; run < count && again > 0; run++) {
        // One of every there/again: where the product passes a multiple.
        bool passes = seen * again / there < (seen + 1) * again / there;
        seen += study->done[run];
        if (study->done[run] && passes) {
            command->todo[command->todo_count++] = run;
        }
    }
}

static bool run_one(void *context, uint32_t index, void *result, struct failure *failure) {
    struct sweep_command *command = context;
    sweep_place_forget(&command->place);
    return sweep_simulate(&command->study, command->todo[index], result, failure);
}

static bool finish_one(void *context, uint32_t index, const void *result, struct failure *failure) {
    struct sweep_command *command = context;
    uint32_t run = command->todo[index];
    if (index >= command->missing) {
        return sweep_database_compare(command->database, &command->study, run, result, failure);
    }
    if (!sweep_database_add(command->database, &command->study, run, result, failure)) {
        return false;
    }
    command->study.done[run] = 1;
    command->added++;
    return true;
}

static void show_progress(void *context, uint32_t done) {
    struct sweep_command *command = context;
    double elapsed_s = progress_elapsed_s(&command->progress);
    if (!command->progress.shown || elapsed_s - command->progress.printed_s < 0.1) {
        return;
    }
    char line[160];
    double rate = elapsed_s > 0 ? done / elapsed_s : 0;
    int size = snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " runs, %.1f s", done,
                        command->todo_count, elapsed_s);
    if (done > 0 && size > 0) {
        snprintf(line + size, sizeof line - (size_t)size, ", %.3g runs/s, %.0f s left", rate,
                 (command->todo_count - done) / rate);
    }
    command->progress.printed_s = elapsed_s;
    progress_say(&command->progress, line);
}

/** Says which run failed and how to repeat it. */
static void explain_run(const struct sweep_command *command, uint32_t run) {
    char label[SWEEP_LABEL_SIZE];
    uint32_t point = sweep_point_of(&command->study, run);
    fprintf(stderr, "gossim: the run of point %" PRIu32 " (%s) at seed %" PRIu64, point + 1,
            sweep_label(&command->study.points, point, label), sweep_seed_of(&command->study, run));
    fputs(" failed; it is repeated by\n  ", stderr);
    sweep_print_command(&command->study, run, stderr);
    fputc('\n', stderr);
}

/** Says what there is when a sweep was interrupted. */
static void explain_interruption(struct sweep_command *command) {
    const struct sweep_study *study = &command->study;
    bool fixed = study->points.sweep->until_count == 0;
    failure_running(&command->failure,
                    "interrupted; %" PRIu32 " of %s%" PRIu32
                    " runs are in %.200s, and the same command does the others",
                    sweep_done_count(study), fixed ? "" : "at most ", sweep_run_count(study),
                    command->place.database);
}

/** Does the runs that were chosen. */
static bool simulate(struct sweep_command *command) {
    struct jobs jobs = {
        .count = command->todo_count,
        .parallel = command->options.jobs,
        .result_size = sizeof(struct sweep_run),
        .run = run_one,
        .finished = finish_one,
        .progress = show_progress,
        .context = command,
    };
    uint32_t failed = 0;
    progress_start(&command->progress, 1);
    bool ok = jobs_run(&jobs, &failed, &command->failure);
    progress_say(&command->progress, NULL);
    if (!ok && failed < jobs.count) {
        explain_run(command, command->todo[failed]);
    } else if (!ok && interrupt_seen()) {
        explain_interruption(command);
    }
    return ok;
}

/** Does runs in rounds, until there is nothing more to know. */
static bool simulate_all(struct sweep_command *command) {
    command->todo = arena_take_array(command->arena, MEMORY_TABLES,
                                     sweep_run_count(&command->study), sizeof *command->todo);
    bool more = true;
    for (uint32_t round = 0; more; round++) {
        choose_runs(command);
        if (round == 0) {
            choose_again(command);
        }
        if (!simulate(command) ||
            !sweep_next_round(&command->study, command->database, &more, &command->failure)) {
            return false;
        }
    }
    return true;
}

/** Reads back what the database knows of the figures that are shown. */
static bool tabulate(struct sweep_command *command, struct sweep_table *table) {
    const struct sweep_study *study = &command->study;
    const struct sweep_figures *figures = &command->options.figures;
    *table = (struct sweep_table){
        .study = study,
        .figures = figures,
        .place = command->place.database,
        .runs = sweep_wanted_count(study),
        .runs_before = sweep_wanted_count(study) - command->added,
    };
    table->known =
        arena_take_array(command->arena, MEMORY_TABLES, study->points.count, sizeof *table->known);
    table->cells =
        arena_take_array(command->arena, MEMORY_TABLES,
                         (size_t)study->points.count * figures->count, sizeof *table->cells);
    struct figure_value *values =
        arena_take_array(command->arena, MEMORY_TABLES, study->repeat, sizeof *values);
    bool ok = true;
    for (uint32_t point = 0; ok && point < study->points.count; point++) {
        struct arena *scratch = arena_create(NULL);
        for (uint32_t i = 0; ok && i < figures->count; i++) {
            struct sweep_question question = {.point = point, .figure = figures->shown[i]};
            struct replicates_options how = {
                .confidence = sweep_confidence(study),
                .bootstrap = sweep_figure_is_percentile(figures->shown[i]),
            };
            ok = sweep_database_values(command->database, study, question, values,
                                       &command->failure);
            table->cells[(size_t)point * figures->count + i] =
                replicates_of(scratch, values, study->wanted[point], how);
        }
        bool known = true;
        ok = ok && sweep_is_known(study, command->database, point, &known, &command->failure);
        table->known[point] = known;
        ok = ok && sweep_database_failed(command->database, study, point, &table->failed_runs,
                                         &command->failure);
        arena_destroy(scratch);
    }
    return ok;
}

static bool ended_well(bool written, struct failure *failure) {
    if (written && fflush(stdout) == 0 && ferror(stdout) == 0) {
        return true;
    }
    return failure_running(failure, "cannot write to standard output: %s", strerror(errno));
}

/** Prints the runs, with what is done if there is a database. */
static bool list(struct sweep_command *command) {
    if (sweep_place_is_used(&command->place)) {
        command->database =
            sweep_database_open(command->place.database, &command->study, true, &command->failure);
        if (command->database == NULL ||
            !sweep_database_find(command->database, &command->study, &command->failure)) {
            return false;
        }
    }
    bool written = true;
    if (command->options.json) {
        written = sweep_write_list_json(&command->study, stdout);
    } else {
        sweep_list(&command->study, stdout);
    }
    return ended_well(written, &command->failure);
}

static bool sweep(struct sweep_command *command, uint64_t *failed_runs) {
    interrupt_watch();
    if (!sweep_database_is_built(&command->failure) ||
        !sweep_place_open(&command->place, &command->failure)) {
        return false;
    }
    command->database =
        sweep_database_open(command->place.database, &command->study, false, &command->failure);
    if (command->database == NULL ||
        !sweep_database_add_points(command->database, &command->study, &command->failure) ||
        !sweep_database_find(command->database, &command->study, &command->failure)) {
        return false;
    }
    struct sweep_table table;
    if (!simulate_all(command) ||
        !sweep_database_settle(command->database, &command->study, &command->failure) ||
        !tabulate(command, &table)) {
        return false;
    }
    *failed_runs = table.failed_runs;
    bool written = true;
    if (command->options.json) {
        written = sweep_write_json(&table, stdout);
    } else {
        sweep_print(&table, stdout);
    }
    return ended_well(written, &command->failure);
}

/** What there is to do once the scenario is read. */
static int carry_out(struct sweep_command *command) {
    uint64_t failed_runs = 0;
    bool ok = sweep_prepare(&command->study, command->arena, &command->failure) &&
              sweep_identify(&command->study, command->arena) &&
              sweep_place_find(&command->place, &command->study, command->options.out, "sweep",
                               &command->failure) &&
              (command->options.list ? list(command) : sweep(command, &failed_runs));
    if (ok) {
        return failed_runs > 0 ? EXIT_STATUS_UNEXPECTED : EXIT_STATUS_DONE;
    }
    if (!command->study.explained) {
        fputs("gossim: ", stderr);
        failure_print(&command->failure, stderr);
    }
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_sweep(int argument_count, char **arguments) {
    struct sweep_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    command->place.lock = -1;
    if (sweep_options_parse(&command->options, argument_count, arguments)) {
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
