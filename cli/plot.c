#include "analysis/figures.h"
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/plot_sweep.h"
#include "cli/result_folder.h"
#include "cli/standard_options.h"
#include "cli/trace_ids.h"
#include "cli/trace_source.h"
#include "cli/version.h"
#include "trace/reader.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

struct plot_options {
    const char *path; // of the result folder, or of TraceEvents
    const char *out;  // where results of TraceEvents go; NULL: below out/
    enum table_choice tables;
    struct plot_sweep_options sweep;
};

enum { KEY_OUT = 1000, KEY_DELIVERY_TABLE };

static const struct argp_option option_table[] = {
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "where results of TraceEvents go (out/NAME), or figures of a sweep (its folder)"},
    {.name = "delivery-table",
     .key = KEY_DELIVERY_TABLE,
     .doc = "of a run: also write tables/delivery.tsv, a row for each delivery"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct plot_options *options = state->input;
    switch (key) {
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_DELIVERY_TABLE:
        options->tables = TABLES_ALL;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->sweep;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            argp_error(state, "one result folder, not two: %s", argument);
        }
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->path == NULL) {
            argp_error(state, "name the folder of a finished run or sweep");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {.argp = &plot_sweep_argp, .header = "Of a sweep:", .group = 1}, {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = children,
    .args_doc = "DIR",
    .doc =
        "Write the tables and draw the figures of a finished run again, from its trace alone, or "
        "draw the figures of a sweep."
        "\vDIR may also be a file of TraceEvents, as routers of go-libp2p-pubsub write them, or a "
        "folder with one for each node: then a new result folder is made of them. Of a sweep, DIR "
        "is its folder or database: lines where one parameter varies, a heat map where two do, "
        "lines in panels where more do, each a mean over runs with its interval of 95 %, beside "
        "the table that it shows.",
};

/** One call of the command. */
struct plot_command {
    struct plot_options options;
    struct arena *arena;
    struct result_folder folder;
    struct trace_source source; // of TraceEvents
    struct failure failure;
};

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    struct plot_command *command = context;
    fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", in_use, wanted);
    // Removing the folder needs some memory of its own.
    arena_destroy(command->arena);
    result_folder_abandon(&command->folder);
    exit(EXIT_STATUS_FAILED);
}

/** Tables and figures of a trace, in the hidden folder. */
static bool draw(struct plot_command *command, const char *trace) {
    struct failure *failure = &command->failure;
    const char *hidden = command->folder.hidden;
    struct run_data *data = arena_take(command->arena, MEMORY_TABLES, sizeof *data);
    bool ok = run_data_read(data, command->arena, trace, failure) &&
              analysis_write_tables(data, command->options.tables, hidden, failure) &&
              analysis_draw_figures(data, command->arena, hidden, failure);
    run_data_close(data);
    if (ok && data->truncated) {
        fprintf(stderr, "gossim: %s was cut short: the figures show what is left\n", trace);
    }
    return interrupt_seen() ? failure_running(failure, "interrupted") : ok;
}

/** Tables and figures, made beside those there are, which they replace when all are whole. */
static bool plot_run(struct plot_command *command) {
    struct failure *failure = &command->failure;
    struct result_folder *folder = &command->folder;
    char *trace = NULL;
    if (command->options.out != NULL) {
        return failure_bad_input(failure, "--out %s: the results of a run stay in its folder",
                                 command->options.out);
    }
    if (asprintf(&trace, "%s/trace.gst", command->options.path) < 0) {
        return failure_running(failure, "out of memory");
    }
    // What is no trace is told before anything is made.
    struct trace_reader *reader = trace_reader_open(command->arena, trace, failure);
    trace_reader_close(reader);
    interrupt_watch();
    bool ok = reader != NULL && result_folder_reopen(folder, command->options.path, failure) &&
              draw(command, trace);
    free(trace);
    static const char *const parts[] = {"tables", "figures", NULL};
    return ok && result_folder_publish_parts(folder, parts, failure);
}

/** What marks the folder as a result of ours. */
static bool write_mark(const void *context, FILE *out) {
    const struct plot_command *command = context;
    const struct event_import *import = &command->source.import;
    fprintf(out,
            "{\n  \"gossim\": \"%s\",\n  \"trace_events\": %llu,\n  \"nodes_with_events\": %u,\n"
            "  \"nodes\": %u,\n  \"messages\": %u\n}\n",
            GOSSIM_VERSION, (unsigned long long)import->events, import->ids.traced,
            import->ids.node_count, import->ids.message_count);
    return ferror(out) == 0;
}

/** Which number is which id. */
static bool write_ids(const void *context, FILE *out) {
    const struct plot_command *command = context;
    trace_ids_print(&command->source.import.ids, out, "", "\t", "\t");
    return ferror(out) == 0;
}

/** A result folder for events of other programs. */
static bool plot_events(struct plot_command *command) {
    struct failure *failure = &command->failure;
    struct result_folder *folder = &command->folder;
    const char *out = command->options.out;
    char *place = NULL;
    int size =
        asprintf(&place, "%s%s", out == NULL ? "out/" : "",
                 out == NULL ? trace_source_name(command->arena, command->options.path) : out);
    if (size < 0) {
        return failure_running(failure, "out of memory");
    }
    interrupt_watch();
    bool ok = result_folder_open(folder, place, failure);
    char *trace = ok ? result_folder_path(folder, "trace.gst") : NULL;
    ok = ok && trace_source_import(&command->source, command->arena, command->options.path, trace,
                                   failure);
    if (ok) {
        trace_source_tell(&command->source, command->options.path);
        ok = draw(command, trace) &&
             result_folder_write(folder, "tables/ids.tsv", write_ids, command, failure) &&
             result_folder_write(folder, RESULT_FOLDER_MARK, write_mark, command, failure) &&
             result_folder_publish(folder, failure);
    }
    if (ok) {
        printf("results      %s\n", place);
    }
    free(trace);
    free(place);
    return ok;
}

static bool plot(struct plot_command *command) {
    bool are_events = false;
    char *database = plot_sweep_find(command->options.path);
    if (database != NULL && command->options.tables == TABLES_ALL) {
        free(database);
        return failure_bad_input(&command->failure,
                                 "%s is a sweep, and --delivery-table is about a run",
                                 command->options.path);
    }
    if (database != NULL) {
        interrupt_watch();
        struct plot_sweep_place to = {database, command->options.out, &command->folder};
        bool ok = plot_sweep(&command->options.sweep, &to, command->arena, &command->failure);
        free(database);
        return ok;
    }
    if (command->options.sweep.used) {
        return failure_bad_input(&command->failure,
                                 "%s is no sweep, and --figure, --x, --y, --as, --where and "
                                 "--format are about figures of sweeps",
                                 command->options.path);
    }
    if (!trace_source_look(command->options.path, &are_events, &command->failure)) {
        return false;
    }
    return are_events ? plot_events(command) : plot_run(command);
}

int command_plot(int argument_count, char **arguments) {
    struct plot_command command = {.options = {.path = NULL}};
    if (standard_parse(&argp, argument_count, arguments, &command.options) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    command.arena =
        arena_create(&(struct arena_options){.exhausted = end_without_memory, .context = &command});
    int status = EXIT_STATUS_DONE;
    if (!plot(&command)) {
        fputs("gossim: ", stderr);
        failure_print(&command.failure, stderr);
        status =
            command.failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    result_folder_abandon(&command.folder);
    arena_destroy(command.arena);
    return status == EXIT_STATUS_DONE ? standard_output_end() : status;
}
