#include "analysis/figures.h"
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_folder.h"

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
    .args_doc = "DIR",
    .doc = "Write the tables and draw the figures of a finished run again, from its trace alone.",
};

/** Tables and figures, made beside those there are and put in their place when all are whole. */
static bool plot(struct arena *arena, const char *path, struct result_folder *folder,
                 struct failure *failure) {
    char *trace = NULL;
    if (asprintf(&trace, "%s/trace.gst", path) < 0) {
        return failure_running(failure, "out of memory");
    }
    struct run_data *data = arena_take(arena, MEMORY_TABLES, sizeof *data);
    bool ok = run_data_read(data, arena, trace, failure);
    free(trace);
    ok = ok && result_folder_reopen(folder, path, failure) &&
         analysis_write_tables(data, folder->hidden, failure) &&
         analysis_draw_figures(data, arena, folder->hidden, failure);
    if (interrupt_seen()) {
        return failure_running(failure, "interrupted");
    }
    return ok && result_folder_publish_part(folder, "tables", failure) &&
           result_folder_publish_part(folder, "figures", failure);
}

int command_plot(int argument_count, char **arguments) {
    const char *path = NULL;
    if (argp_parse(&argp, argument_count, arguments, 0, NULL, &path) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_watch();
    struct arena *arena = arena_create(NULL);
    struct result_folder folder = {0};
    struct failure failure;
    int status = EXIT_STATUS_DONE;
    if (!plot(arena, path, &folder, &failure)) {
        fputs("gossim: ", stderr);
        failure_print(&failure, stderr);
        status = failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    result_folder_abandon(&folder);
    arena_destroy(arena);
    return status;
}
