#include "analysis/figures.h"
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_folder.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

static error_t parse(int key, char *argument, struct argp_state *state) {
    const char **folder = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*folder != NULL) {
            argp_error(state, "one result folder, not two: %s", argument);
        }
        *folder = argument;
        return 0;
    case ARGP_KEY_END:
        if (*folder == NULL) {
            argp_error(state, "name the folder of a finished run");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .children = standard_options,
    .args_doc = "DIR",
    .doc = "Write the tables and draw the figures of a finished run again, from its trace alone.",
};

/** One call of the command. */
struct plot_command {
    const char *path;
    struct arena *arena;
    struct result_folder folder;
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

/** Tables and figures, made beside those there are and put in their place when all are whole. */
static bool plot(struct plot_command *command) {
    struct failure *failure = &command->failure;
    struct result_folder *folder = &command->folder;
    char *trace = NULL;
    if (asprintf(&trace, "%s/trace.gst", command->path) < 0) {
        return failure_running(failure, "out of memory");
    }
    struct run_data *data = arena_take(command->arena, MEMORY_TABLES, sizeof *data);
    bool ok = run_data_read(data, command->arena, trace, failure);
    free(trace);
    interrupt_watch();
    ok = ok && result_folder_reopen(folder, command->path, failure) &&
         analysis_write_tables(data, folder->hidden, failure) &&
         analysis_draw_figures(data, command->arena, folder->hidden, failure);
    run_data_close(data);
    if (interrupt_seen()) {
        return failure_running(failure, "interrupted");
    }
    return ok && result_folder_publish_part(folder, "tables", failure) &&
           result_folder_publish_part(folder, "figures", failure);
}

int command_plot(int argument_count, char **arguments) {
    struct plot_command command = {0};
    if (standard_parse(&argp, argument_count, arguments, &command.path) != 0) {
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
    return status;
}
