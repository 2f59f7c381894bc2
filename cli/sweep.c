#include "cli/sweep.h"

#include "analysis/figure_text.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/launch.h"
#include "cli/progress.h"
#include "cli/result_place.h"
#include "cli/standard_options.h"
#include "cli/sweep_database.h"
#include "cli/sweep_place.h"
#include "cli/team.h"
#include "cli/version.h"

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
    struct launch launch;
    struct team *team; // NULL: all runs are done on this machine
    uint32_t *todo;    // [todo_count] runs, in their order
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

/** The same by the run's number, in a process of any rank. */
static bool run_anywhere(void *context, uint32_t run, void *result, struct failure *failure) {
    struct sweep_command *command = context;
    return sweep_simulate(&command->study, run, result, failure);
}

static void forget_place(void *context) {
    struct sweep_command *command = context;
    sweep_place_forget(&command->place);
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
    int size =
        snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " %s, %.1f s", done,
                 command->todo_count, figure_noun(command->todo_count, "run", "runs"), elapsed_s);
    if (done > 0 && size > 0) {
        snprintf(line + size, sizeof line - (size_t)size, ", %.3g runs/s, %.0f s left", rate,
                 (command->todo_count - done) / rate);
    }
    command->progress.printed_s = elapsed_s;
    progress_say(&command->progress, line);
}

static void describe_run(void *context, uint32_t run, FILE *out) {
    const struct sweep_command *command = context;
    char label[SWEEP_LABEL_SIZE];
    uint32_t point = sweep_point_of(&command->study, run);
    fprintf(out, "the run of point %" PRIu32 " (%s) at seed %" PRIu64, point + 1,
            sweep_label(&command->study.points, point, label), sweep_seed_of(&command->study, run));
}

/** Says which run failed and how to repeat it. */
static void explain_run(struct sweep_command *command, uint32_t run) {
    fputs("gossim: ", stderr);
    describe_run(command, run, stderr);
    fputs(" failed; it is repeated by\n  ", stderr);
    sweep_print_command(&command->study, run, stderr);
    fputc('\n', stderr);
}

/** Says what there is when a sweep was interrupted. */
static void explain_interruption(struct sweep_command *command) {
    const struct sweep_study *study = &command->study;
    bool fixed = study->points.sweep->until_count == 0;
    uint32_t runs = sweep_run_count(study);
    failure_running(&command->failure,
                    "interrupted; %" PRIu32 " of %s%" PRIu32
                    " %s are in %.200s, and the same command does the others",
                    sweep_done_count(study), fixed ? "" : "at most ", runs,
                    figure_noun(runs, "run", "runs"), command->place.database);
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
    bool ok = command->team == NULL
                  ? jobs_run(&jobs, &failed, &command->failure)
                  : team_run(command->team, &jobs, command->todo, &failed, &command->failure);
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
        ok = ok &&
             sweep_look(study, command->database, point, &table->known[point], &command->failure);
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

/** Reads what is to be done. */
static bool prepare(struct sweep_command *command) {
    command->study.request = &command->options.request;
    command->study.scenario = load_scenario(command->arena, &command->options.request);
    if (command->study.scenario == NULL) {
        command->study.explained = true;
        return failure_bad_input(&command->failure, "the scenario cannot be loaded");
    }
    return sweep_prepare(&command->study, command->arena, &command->failure) &&
           sweep_identify(&command->study, command->arena);
}

/** Opens the database, with a row for each point. */
static bool open_database(struct sweep_command *command) {
    if (!sweep_database_is_built(&command->failure) ||
        !sweep_place_open(&command->place, &command->failure)) {
        return false;
    }
    command->database =
        sweep_database_open(command->place.database, &command->study, false, &command->failure);
    return command->database != NULL &&
           sweep_database_add_points(command->database, &command->study, &command->failure) &&
           sweep_database_find(command->database, &command->study, &command->failure);
}

/** Meets the other ranks; with a complaint, to tell it and no more. */
static bool meet(struct sweep_command *command, const char *complaint, struct failure *failure) {
    struct team_options options = {
        .hands = {.count = command->options.jobs,
                  .result_size = sizeof(struct sweep_run),
                  .run = run_anywhere,
                  .forget = forget_place,
                  .context = command},
        .complaint = complaint,
        .version = GOSSIM_VERSION,
        .plan_name = command->options.request.path,
        .plan = complaint == NULL ? sweep_plan(&command->study) : (struct digest){0},
        .describe = describe_run,
    };
    command->team = team_open(&options, failure);
    return command->team != NULL;
}

/** Does the runs, reads them back, and says what they tell. */
static bool sweep(struct sweep_command *command, uint64_t *failed_runs) {
    struct sweep_table table;
    if (!simulate_all(command)) {
        return false;
    }
    if (command->team != NULL) {
        team_part(command->team);
    }
    if (!sweep_database_settle(command->database, &command->study, &command->failure) ||
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

static int exit_status(struct sweep_command *command, bool ok, uint64_t failed_runs) {
    if (ok) {
        return failed_runs > 0 ? EXIT_STATUS_UNEXPECTED : EXIT_STATUS_DONE;
    }
    if (!command->study.explained) {
        fputs("gossim: ", stderr);
        failure_print(&command->failure, stderr);
    }
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

/** What there is to do for who is alone, or the first of many. */
static int carry_out(struct sweep_command *command) {
    bool ok =
        prepare(command) && sweep_place_find(&command->place, &command->study, command->options.out,
                                             "sweep", &command->failure);
    if (command->options.list) {
        return exit_status(command, ok && list(command), 0);
    }
    if (ok) {
        interrupt_watch();
        ok = open_database(command);
    }
    if (command->launch.kind == LAUNCH_RANKS) {
        // The others wait to be met even if there is nothing to be done.
        struct failure failure;
        bool met = meet(command, ok ? NULL : "it cannot begin", &failure) &&
                   (!ok || team_gather(command->team, command->launch.count, &failure));
        command->failure = ok && !met ? failure : command->failure;
        ok = ok && met;
    }
    uint64_t failed_runs = 0;
    ok = ok && sweep(command, &failed_runs);
    return exit_status(command, ok, failed_runs);
}

/** What there is to do for all other ranks. */
static int help(struct sweep_command *command) {
    if (command->options.list) {
        return EXIT_STATUS_DONE;
    }
    char complaint[500] = "";
    bool ok = prepare(command);
    if (!ok) {
        if (!command->study.explained) {
            failure_print(&command->failure, stderr);
        }
        launch_said(&command->launch, complaint, sizeof complaint);
    }
    if (!meet(command, ok ? NULL : complaint, &command->failure) || team_is_first(command->team)) {
        return EXIT_STATUS_FAILED; // as the first one says
    }
    int status = team_serve(command->team, &command->launch);
    command->team = NULL;
    return status;
}

static int begin(struct sweep_command *command) {
    struct sweep_options *options = &command->options;
    bool ok = launch_settle(&command->launch, options->choice, &command->failure);
    bool many = ok && command->launch.kind == LAUNCH_RANKS;
    if (!ok || (many && !options->list && !team_is_built(&command->failure))) {
        return exit_status(command, false, 0);
    }
    if (options->jobs == 0) {
        options->jobs = many ? 1 : jobs_processors();
    }
    return command->launch.index == 0 ? carry_out(command) : help(command);
}

int command_sweep(int argument_count, char **arguments) {
    struct sweep_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    command->place.lock = -1;
    launch_find(&command->launch);
    if (sweep_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        command->arena = arena_create(NULL);
        status = begin(command);
        sweep_database_close(command->database);
        sweep_place_close(&command->place);
        fflush(stdout);
        team_close(command->team);
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
