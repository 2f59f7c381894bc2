#include "cli/command.h"
#include "cli/diff_traces.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/json_words.h"
#include "cli/load.h"
#include "cli/standard_options.h"
#include "cli/verify_ways.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_SEED = 1000, KEY_SET, KEY_JSON, KEY_JOBS, KEY_BEFORE };
enum { BEFORE_DEFAULT = 10, BEFORE_MAX = 10000, JOBS_MAX = 1024, DIFF_STREAMS = 2, PATH_SIZE = 64 };

struct verify_command {
    struct load_request request;
    uint32_t jobs;
    uint32_t before;
    bool json;
    struct arena *arena;
    const struct scenario *scenario;
    struct verify_result *results; // [verify_way_count]
};

static const struct argp_option option_table[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the seed, instead of the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "jobs", .key = KEY_JOBS, .arg = "N", .doc = "runs at a time (one per processor)"},
    {.name = "before",
     .key = KEY_BEFORE,
     .arg = "N",
     .doc = "where runs differ, how many of the last records to print (10)"},
    {.name = "json", .key = KEY_JSON, .doc = "print one JSON object, and nothing else"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct verify_command *command = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&command->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&command->request, argument) ? 0 : EINVAL;
    case KEY_JOBS:
        command->jobs = (uint32_t)standard_number("jobs", argument, 1, JOBS_MAX, state);
        return 0;
    case KEY_BEFORE:
        command->before = (uint32_t)standard_number("before", argument, 0, BEFORE_MAX, state);
        return 0;
    case KEY_JSON:
        command->json = true;
        return 0;
    default:
        return load_parse_file(&command->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc =
        "Run a scenario in different ways that must come to the same: again, beside another run in "
        "one process, on several threads, with RPCs written and read, with metrics. If digests "
        "differ, tell where the runs part."
        "\vExit status: 0 all are the same; 3 they differ; 1 failed or interrupted; 2 bad input.",
};

static bool run_job(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct verify_command *command = context;
    return verify_run(&verify_ways[index], command->scenario, NULL, result, failure);
}

static bool is_same(const struct verify_command *command, uint32_t way) {
    const struct verify_result *plain = &command->results[0];
    const struct verify_result *other = &command->results[way];
    return plain->digest.high == other->digest.high && plain->digest.low == other->digest.low &&
           plain->events == other->events && plain->deliveries == other->deliveries;
}

/** The first way that came to something else; verify_way_count: none. */
static uint32_t first_other(const struct verify_command *command) {
    uint32_t way = 0;
    while (way < verify_way_count && is_same(command, way)) {
        way++;
    }
    return way;
}

static void print_results(const struct verify_command *command) {
    char digest[DIGEST_TEXT_SIZE];
    for (uint32_t i = 0; i < verify_way_count; i++) {
        const struct verify_way *way = &verify_ways[i];
        printf("%s %s  %s", digest_write(command->results[i].digest, digest),
               is_same(command, i) ? "same  " : "OTHER ", way->name);
        if (way->threads != command->results[i].threads_used) {
            printf(" (%" PRIu32 " could be used)", command->results[i].threads_used);
        }
        putchar('\n');
    }
}

static void print_json(const struct verify_command *command) {
    char digest[DIGEST_TEXT_SIZE];
    json_t *root = json_object();
    json_t *ways = json_array();
    for (uint32_t i = 0; i < verify_way_count; i++) {
        json_array_append_new(ways,
                              json_pack("{s:s, s:s, s:b, s:i}", "way", verify_ways[i].name,
                                        "digest", digest_write(command->results[i].digest, digest),
                                        "same", is_same(command, i), "threads_used",
                                        (int)command->results[i].threads_used));
    }
    json_object_set_new(root, "scenario", json_string(command->scenario->name));
    json_object_set_new(root, "seed", json_seed(command->scenario->seed));
    json_object_set_new(root, "same", json_boolean(first_other(command) == verify_way_count));
    json_object_set_new(root, "ways", ways);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

/** Runs both ways again with their traces, in a folder that is gone afterwards. */
static bool tell_parting(const struct verify_command *command, uint32_t way,
                         struct failure *failure) {
    char folder[] = "/tmp/gossim-verify-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        return failure_running(failure, "no folder for traces can be made in /tmp");
    }
    const uint32_t ways[DIFF_STREAMS] = {0, way};
    char paths[DIFF_STREAMS][PATH_SIZE];
    struct diff_traces traces = {.before = command->before};
    bool ok = true;
    for (uint32_t i = 0; i < DIFF_STREAMS; i++) {
        struct verify_result again;
        snprintf(paths[i], sizeof paths[i], "%s/%c.gst", folder, 'a' + (int)i);
        traces.paths[i] = paths[i];
        traces.names[i] = verify_ways[ways[i]].name;
        ok = ok && verify_run(&verify_ways[ways[i]], command->scenario, paths[i], &again, failure);
    }
    if (ok) {
        bool same = false;
        printf("\nA is %s, B: %s\n", verify_ways[0].name, verify_ways[way].name);
        ok = diff_traces(&traces, stdout, &same, failure);
        fputs(ok && same
                  ? "They differed once, and not again: what makes them differ is not always "
                    "there.\n"
                  : "",
              stdout);
    }
    for (uint32_t i = 0; i < DIFF_STREAMS; i++) {
        unlink(paths[i]);
    }
    rmdir(folder);
    return ok;
}

static int verify(struct verify_command *command) {
    command->scenario = load_scenario(command->arena, &command->request);
    if (command->scenario == NULL) {
        return EXIT_STATUS_BAD_INPUT;
    }
    command->results =
        arena_take_array(command->arena, MEMORY_TABLES, verify_way_count, sizeof *command->results);
    const struct jobs jobs = {
        .count = verify_way_count,
        .parallel = command->jobs > 0 ? command->jobs : jobs_processors(),
        .results = command->results,
        .result_size = sizeof *command->results,
        .run = run_job,
        .context = command,
    };
    struct failure failure;
    uint32_t failed = 0;
    interrupt_watch();
    if (!jobs_run(&jobs, &failed, &failure)) {
        if (failed < verify_way_count) {
            fprintf(stderr, "gossim: %s: ", verify_ways[failed].name);
        } else {
            fputs("gossim: ", stderr);
        }
        load_print_failure(&command->request, &failure);
        return failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    uint32_t other = first_other(command);
    if (command->json) {
        print_json(command);
    } else {
        print_results(command);
    }
    if (other == verify_way_count) {
        return EXIT_STATUS_DONE;
    }
    if (!command->json && !tell_parting(command, other, &failure)) {
        fputs("gossim: ", stderr);
        failure_print(&failure, stderr);
        return EXIT_STATUS_FAILED;
    }
    return EXIT_STATUS_UNEXPECTED;
}

int command_verify(int argument_count, char **arguments) {
    struct verify_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    command->before = BEFORE_DEFAULT;
    int status = EXIT_STATUS_BAD_INPUT;
    if (standard_parse(&argp, argument_count, arguments, command) == 0) {
        command->arena = arena_create(NULL);
        status = verify(command);
        arena_destroy(command->arena);
        int ended = standard_output_end();
        status = ended == EXIT_STATUS_DONE ? status : ended;
    }
    free(command);
    return status;
}
