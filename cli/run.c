#include "analysis/figures.h"
#include "analysis/gnuplot.h"
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/figure_words.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/result_file.h"
#include "cli/result_folder.h"
#include "cli/result_place.h"
#include "cli/run_options.h"
#include "cli/stats.h"
#include "cli/summary.h"
#include "scenarios/estimate.h"
#include "scenarios/foresight.h"
#include "trace/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESERVE_BYTES = 1 << 20 };

/** One call of the command: what it needs from beginning to end. */
struct run_command {
    struct run_command_options options;
    struct arena *arena;
    void *reserve; // for what there is to do when memory has run out
    const struct scenario *scenario;
    struct result_folder folder;
    struct result_file metrics;
    struct progress progress;
    struct run_data *data; // what tables and figures want to know; NULL: there will be none
    struct run_loading *loading;
    struct run_result result;
    struct run_stats stats;
    struct summary summary;
    struct failure failure;
    bool explained; // the failure was printed
};

/** Closes the files in which deliveries are sorted. */
static void close_data(struct run_command *command) {
    if (command->data != NULL) {
        run_data_close(command->data);
        command->data = NULL;
    }
}

/** Removes what is not in its place yet. */
static void abandon_outputs(struct run_command *command) {
    close_data(command);
    result_file_abandon(&command->metrics);
    result_folder_abandon(&command->folder);
}

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    struct run_command *command = context;
    const struct memory_limit *limit = &command->options.memory_limit;
    char text[NUMBER_TEXT_SIZE];
    progress_say(&command->progress, NULL);
    if (limit->given && limit->bytes != UINT64_MAX) {
        fprintf(stderr,
                "gossim: the run took more memory than --memory-limit %s allows: %zu bytes in use, "
                "%zu more wanted\n",
                bytes_text((double)limit->bytes, text), in_use, wanted);
    } else {
        fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", in_use,
                wanted);
    }
    // Removing the folder needs some memory of its own. That of the arena may be in use by threads.
    free(command->reserve);
    abandon_outputs(command);
    exit(EXIT_STATUS_FAILED);
}

/** Notes the most memory so far: late, as tables and figures may need more than the model. */
static void note_peak(struct run_command *command) {
    stats_end(&command->stats, command->arena);
    command->summary.machine.peak_rss_bytes = command->stats.peak_rss_bytes;
}

static bool open_folder(struct run_command *command) {
    const char *out = command->options.out;
    char *place = out != NULL ? strdup(out)
                              : result_place(command->scenario, &command->options.request, NULL);
    bool ok = place == NULL ? failure_running(&command->failure, "out of memory")
                            : result_folder_open(&command->folder, place, &command->failure);
    free(place);
    return ok;
}

/** Whether the folder of the metrics is, or is in, the folder that the results will replace. */
static bool metrics_lie_in_results(const struct run_command *command) {
    char *results = realpath(command->folder.final, NULL);
    char *hidden = realpath(command->metrics.hidden, NULL);
    size_t length = results == NULL ? 0 : strlen(results);
    bool inside = hidden != NULL && length > 0 && strncmp(hidden, results, length) == 0 &&
                  hidden[length] == '/';
    free(results);
    free(hidden);
    return inside;
}

/** Makes the folder of results and what is written beside it. */
static bool open_outputs(struct run_command *command) {
    const char *metrics = command->options.metrics;
    if (!open_folder(command)) {
        return false;
    }
    if (metrics == NULL) {
        return true;
    }
    if (!result_file_open(&command->metrics, metrics, &command->failure)) {
        return false;
    }
    return !metrics_lie_in_results(command) ||
           failure_bad_input(&command->failure,
                             "--metrics %s: %s is replaced as a whole by the results: choose a "
                             "place outside it",
                             metrics, command->folder.final);
}

/** Whether gnuplot answers if it will be needed: to be known before hours of simulation. */
static bool has_gnuplot(struct run_command *command) {
    return command->options.no_figures || command->options.level == TRACE_LEVEL_NONE ||
           gnuplot_answers(&command->failure);
}

/** Whether the results can be written: to be known before the world is built as well. */
static bool try_outputs(struct run_command *command) {
    interrupt_watch();
    bool ok = open_outputs(command);
    abandon_outputs(command);
    interrupt_end_at_once();
    return ok;
}

/** Where the trace is written, for as long as the command lasts. */
static const char *path_of_trace(struct run_command *command) {
    char *path = result_folder_path(&command->folder, "trace.gst");
    size_t size = strlen(path) + 1;
    const char *kept = memcpy(arena_take(command->arena, MEMORY_TRACE, size), path, size);
    free(path);
    return kept;
}

static void take_section(void *context, const struct trace_section_view *view) {
    run_data_take(context, view);
}

/** Has the analysis listen to what goes into the trace, so that it need not be read back. */
static void begin_analysis(struct run_command *command, const char *trace,
                           struct trace_writer *writer) {
    close_data(command);
    if (command->options.no_tables) {
        return;
    }
    const struct run_data_source source = {
        .path = trace, .level = command->options.level, .sorted_max = RUN_DATA_SORTED_MAX};
    command->data = arena_take(command->arena, MEMORY_TABLES, sizeof *command->data);
    command->loading = run_data_begin(command->data, command->arena, &source);
    const struct trace_listener listener = {.context = command->loading,
                                            .on_section = take_section};
    trace_writer_listen(writer, &listener);
}

/** Lets time pass once, writing the trace on the way. Whoever calls closes or abandons that. */
static bool pass_time(struct run_command *command, struct fleet *fleet,
                      struct trace_writer **writer) {
    enum trace_level level = command->options.level;
    *writer = NULL;
    if (level != TRACE_LEVEL_NONE) {
        const char *path = path_of_trace(command);
        *writer = trace_writer_open(command->arena, path, level, &command->failure);
        if (*writer == NULL) {
            return false;
        }
        begin_analysis(command, path, *writer);
    }
    run_through(&command->result, fleet, *writer);
    return true;
}

static struct run_options run_options_of(struct run_command *command) {
    return (struct run_options){
        .wire = command->options.wire,
        .threads = command->options.threads,
        .keep_threads = command->options.keep_threads,
        .ties = command->options.ties,
        .metered = command->options.metrics != NULL,
        .level = command->options.level,
        .progress = progress_update,
        .context = &command->progress,
    };
}

/**
 * Lets time pass, and once more with one thread if it stood still in a part of the network: that
 * alone can tell whether there were too many events in all of it, and where.
 */
static bool pass_time_surely(struct run_command *command, struct fleet *fleet) {
    struct trace_writer *writer = NULL;
    if (!pass_time(command, fleet, &writer)) {
        return false;
    }
    if (command->result.threads.repeat && !interrupt_seen()) {
        trace_writer_abandon(writer);
        struct run_options options = run_options_of(command);
        options.threads = 1;
        fleet = run_build(command->arena, command->scenario, &options, &command->failure);
        CHECK(fleet != NULL); // as it was not the first time
        if (!pass_time(command, fleet, &writer)) {
            return false;
        }
        command->result.threads.alone = "very many events happen at one instant";
    }
    if (interrupt_seen()) {
        trace_writer_abandon(writer);
        return failure_running(&command->failure, "interrupted");
    }
    if (!run_was_alive(&command->result, &command->failure)) {
        trace_writer_abandon(writer);
        return false;
    }
    return writer == NULL || trace_writer_close(writer, &command->failure);
}

/** Says what no machine can run before what this one has no memory for. */
static void explain_mistake(struct run_command *command) {
    struct failure mistake;
    if (!foresight_check(command->scenario, &mistake)) {
        command->failure = mistake;
        load_print_failure(&command->options.request, &command->failure);
        command->explained = true;
    }
}

/** Whether the run will fit into the memory there is, as far as can be seen. */
static bool fits(struct run_command *command) {
    const struct memory_limit *limit = &command->options.memory_limit;
    const struct run_options options = run_options_of(command);
    uint64_t program = command->stats.program_bytes;
    struct estimate estimate =
        estimate_memory(command->scenario, &options, !command->options.no_tables);
    command->stats.estimate_bytes = program + estimate.peak_bytes;
    if (!memory_limit_check(limit, command->stats.estimate_bytes, &command->failure)) {
        explain_mistake(command);
        return false;
    }
    if (limit->given && limit->bytes != UINT64_MAX) {
        arena_set_limit(command->arena, limit->bytes > program ? limit->bytes - program : 1);
    }
    return true;
}

/** Builds the world and lets its time pass; from then on there is a folder. */
static bool simulate(struct run_command *command) {
    const struct run_options options = run_options_of(command);
    progress_start(&command->progress, command->scenario->duration_ns);
    struct fleet *fleet = run_build(command->arena, command->scenario, &options, &command->failure);
    if (fleet == NULL) {
        load_print_failure(&command->options.request, &command->failure);
        command->explained = true;
        return false;
    }
    stats_end_phase(&command->stats, STATS_BUILDING);
    interrupt_watch();
    if (!open_outputs(command) || !pass_time_surely(command, fleet)) {
        return false;
    }
    CHECK(!command->result.interrupted);
    stats_end_phase(&command->stats, STATS_RUNNING);
    stats_take_run(&command->stats, command->arena, &command->result);
    struct summary_machine machine = {.wall_s = progress_elapsed_s(&command->progress)};
    summary_init(&command->summary, command->arena, command->scenario, &command->result, machine);
    command->summary.source = (struct summary_source){.request = &command->options.request,
                                                      .level = command->options.level};
    command->summary.stats = command->options.stats ? &command->stats : NULL;
    return true;
}

/** Writes the metrics as far as they are wanted; they take their place when all is well. */
static bool write_metrics(struct run_command *command) {
    if (command->metrics.stream == NULL) {
        return true;
    }
    // A stream that did not take it all says so when it is completed.
    bool written = run_write_metrics(&command->result, command->metrics.stream);
    return result_file_complete(&command->metrics, &command->failure) && written;
}

/** Puts the folder of results and the metrics in their places. */
static bool publish(struct run_command *command) {
    return result_folder_publish(&command->folder, &command->failure) &&
           (command->metrics.hidden == NULL ||
            result_file_publish(&command->metrics, &command->failure));
}

static bool write_scenario(const void *context, FILE *out) {
    const struct run_command *command = context;
    return scenario_print(command->scenario, out);
}

static bool write_summary(const void *context, FILE *out) {
    const struct run_command *command = context;
    return summary_write_json(&command->summary, out);
}

/** Tables and figures, of what the trace was seen to hold. */
static bool analyse(struct run_command *command) {
    struct run_data *data = command->data;
    if (data == NULL) {
        return true;
    }
    progress_say(&command->progress, "writing tables");
    bool ok = run_data_end(command->loading, &command->failure) &&
              analysis_write_tables(data, command->options.tables, command->folder.hidden,
                                    &command->failure);
    if (ok && !command->options.no_figures) {
        progress_say(&command->progress, "drawing figures");
        ok = analysis_draw_figures(data, command->arena, command->folder.hidden, &command->failure);
    }
    close_data(command);
    progress_say(&command->progress, NULL);
    if (interrupt_seen()) {
        return failure_running(&command->failure, "interrupted");
    }
    return ok;
}

static bool print_result(struct run_command *command, const char *place) {
    bool ok = true;
    command->summary.source.place = place;
    if (command->options.json) {
        ok = summary_write_json(&command->summary, stdout);
    } else {
        summary_print(&command->summary, stdout);
        printf("  results      %s\n", place);
    }
    return ok && fflush(stdout) == 0 && ferror(stdout) == 0;
}

static bool run(struct run_command *command) {
    if (!fits(command) || !try_outputs(command) || !has_gnuplot(command) || !simulate(command) ||
        !write_metrics(command) || !analyse(command) ||
        !result_folder_write(&command->folder, "scenario.yaml", write_scenario, command,
                             &command->failure)) {
        return false;
    }
    note_peak(command);
    if (!result_folder_write(&command->folder, RESULT_FOLDER_MARK, write_summary, command,
                             &command->failure)) {
        return false;
    }
    char *place = strdup(command->folder.final);
    bool ok = publish(command);
    if (ok && command->options.stats) {
        stats_print(&command->stats, stderr);
    }
    if (ok && !print_result(command, place == NULL ? "" : place)) {
        ok = failure_running(&command->failure, "cannot write to standard output: %s",
                             strerror(errno));
    }
    free(place);
    return ok;
}

static int exit_status(const struct run_command *command, bool ok) {
    if (ok) {
        return command->summary.failed_expectations > 0 ? EXIT_STATUS_UNEXPECTED : EXIT_STATUS_DONE;
    }
    if (!command->explained) {
        fputs("gossim: ", stderr);
        failure_print(&command->failure, stderr);
    }
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_run(int argument_count, char **arguments) {
    struct run_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (run_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        stats_start(&command->stats);
        command->arena = arena_create(
            &(struct arena_options){.exhausted = end_without_memory, .context = command});
        command->reserve = malloc(RESERVE_BYTES);
        command->scenario = load_scenario(command->arena, &command->options.request);
        stats_end_phase(&command->stats, STATS_LOADING);
        if (command->scenario != NULL) {
            load_note_sweep(&command->options.request, command->scenario);
            status = exit_status(command, run(command));
            abandon_outputs(command);
        }
        arena_destroy(command->arena);
        free(command->reserve);
    }
    free(command);
    return status;
}
