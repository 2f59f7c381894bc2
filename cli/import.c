#include "cli/import.h"

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_file.h"
#include "cli/standard_options.h"
#include "scenarios/scenario.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_OUT = 1000, OPTION_NODES, OPTION_NETWORK };

static const struct argp_option options[] = {
    {.name = "nodes",
     .key = OPTION_NODES,
     .arg = "N",
     .doc = "the number of nodes, which the file does not say (default: those that it names)"},
    {.name = "network",
     .key = OPTION_NETWORK,
     .doc = "with gossipsub-interop's network: eight regions, two classes of bandwidth"},
    {.name = "out", .key = OPTION_OUT, .arg = "FILE", .doc = "write the scenario there"},
    {0},
};

struct import_request {
    const char *path;
    const char *out; // NULL: standard output
    uint32_t node_count;
    bool network;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct import_request *request = state->input;
    switch (key) {
    case OPTION_OUT:
        request->out = argument;
        return 0;
    case OPTION_NODES:
        request->node_count =
            (uint32_t)standard_number("nodes", argument, 1, SCENARIO_NODES_MAX, state);
        return 0;
    case OPTION_NETWORK:
        request->network = true;
        return 0;
    case ARGP_KEY_ARG:
        if (request->path != NULL) {
            argp_error(state, "one file to import, not two: %s", argument);
        }
        request->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (request->path == NULL) {
            argp_error(state, "name the params.json of an experiment");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Make a scenario of the params.json of an experiment of libp2p's gossipsub-interop. "
           "What could not be carried over is told on standard error and in the scenario's "
           "comment.",
};

/** Whether what was made is a scenario; says what is wrong with it otherwise. */
static bool is_scenario(struct arena *arena, const struct import_request *request,
                        const char *text) {
    struct failure_list *failures = calloc(1, sizeof *failures);
    if (failures == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return false;
    }
    struct scenario_source source = {.path = "the scenario made"};
    bool is_one = scenario_load_text(arena, &source, text, strlen(text), failures) != NULL;
    if (!is_one) {
        fprintf(stderr, "%s: what it says makes no scenario:\n", request->path);
        failure_list_print(failures, stderr);
    }
    free(failures);
    return is_one;
}

static bool write_file(const char *path, const char *text, struct failure *failure) {
    struct result_file file;
    if (!result_file_open(&file, path, failure)) {
        return false;
    }
    fputs(text, file.stream);
    bool written = result_file_complete(&file, failure) && result_file_publish(&file, failure);
    if (!written) {
        result_file_abandon(&file);
    }
    return written;
}

static void print_notes(const struct experiment *experiment) {
    for (uint32_t i = 0; i < experiment->notes.count; i++) {
        fprintf(stderr, "gossim: not carried over: %s", experiment->notes.names[i]);
        if (experiment->note_counts[i] > 1) {
            fprintf(stderr, " (%u times)", experiment->note_counts[i]);
        }
        fputc('\n', stderr);
    }
}

/** The exit status. */
static int import(struct arena *arena, const struct import_request *request) {
    struct experiment experiment = {.arena = arena};
    struct failure failure = {0};
    if (!import_read(&experiment, request->path, request->node_count, &failure)) {
        failure_print(&failure, stderr);
        return EXIT_STATUS_BAD_INPUT;
    }
    const char *slash = strrchr(request->path, '/');
    struct import_options how = {
        .title = slash == NULL ? request->path : slash + 1,
        .network = request->network,
    };
    const char *text = import_write(&experiment, &how);
    if (!is_scenario(arena, request, text)) {
        return EXIT_STATUS_BAD_INPUT;
    }
    print_notes(&experiment);
    if (request->out == NULL) {
        fputs(text, stdout);
        return standard_output_end();
    }
    if (!write_file(request->out, text, &failure)) {
        failure_print(&failure, stderr);
        return failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    return EXIT_STATUS_DONE;
}

int command_import(int argument_count, char **arguments) {
    struct import_request request = {0};
    if (standard_parse(&argp, argument_count, arguments, &request) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    struct arena *arena = arena_create(NULL);
    int status = import(arena, &request);
    arena_destroy(arena);
    return status;
}
