#include "cli/shrink_options.h"

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/standard_options.h"

#include <argp.h>

enum {
    KEY_SEED = 1000,
    KEY_SET,
    KEY_EXPECTATION,
    KEY_OUT,
    KEY_JSON,
    KEY_JOBS,
    KEY_TRIES,
    KEY_MAX_RUNS,
    KEY_MAX_TIME,
    KEY_TIME_LIMIT,
    KEY_MEMORY_LIMIT,
    KEY_QUIET
};

static const struct argp_option option_table[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the seed at which it fails"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "expectation",
     .key = KEY_EXPECTATION,
     .arg = "N",
     .doc = "which expectation is to fail, from 1; the first that does if not given"},
    {.name = "tries",
     .key = KEY_TRIES,
     .arg = "N",
     .doc = "how many seeds to try for each smaller scenario; 5 if not given"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "max-runs",
     .key = KEY_MAX_RUNS,
     .arg = "N",
     .doc = "end with what was reached after so many runs"},
    {.name = "max-time",
     .key = KEY_MAX_TIME,
     .arg = "TIME",
     .doc = "end with what was reached after that time, such as 5m"},
    {.name = "time-limit",
     .key = KEY_TIME_LIMIT,
     .arg = "TIME",
     .doc = "a run that takes more processor time than this, such as 30s, has failed"},
    {.name = "memory-limit",
     .key = KEY_MEMORY_LIMIT,
     .arg = "SIZE",
     .doc = "a run that takes more memory than this, such as 500MB, has failed"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "FILE",
     .doc = "where the smaller scenario goes, instead of out/NAME-shrink/shrunk.yaml"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {.name = "quiet", .key = KEY_QUIET, .doc = "do not print each success"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct shrink_options *options = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_EXPECTATION:
        options->expectation =
            (uint32_t)standard_number("expectation", argument, 1, UINT32_MAX, state);
        return 0;
    case KEY_TRIES:
        options->tries = (uint32_t)standard_number("tries", argument, 1, SHRINK_TRIES_MAX, state);
        return 0;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, OUTCOME_PARALLEL_MAX, state);
        return 0;
    case KEY_MAX_RUNS:
        options->runs_max = standard_number("max-runs", argument, 1, UINT64_MAX, state);
        return 0;
    case KEY_MAX_TIME:
        options->seconds_max = standard_seconds("max-time", argument, state);
        return 0;
    case KEY_TIME_LIMIT:
        options->limits.cpu_s = standard_seconds("time-limit", argument, state);
        return 0;
    case KEY_MEMORY_LIMIT:
        options->limits.bytes = standard_size("memory-limit", argument, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_QUIET:
        options->quiet = true;
        return 0;
    default:
        return load_parse_file(&options->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Make a scenario that fails smaller for as long as it fails in the same way: fewer "
           "nodes, links, messages, topics and faults, less time, plainer links."
           "\vThe smallest one is left as shrunk.yaml, with comments, after each success; an "
           "interruption loses nothing. A smaller scenario must be cured by what cures the file, "
           "such as one quirk less, and leave room for success: its subscribers are linked with "
           "each other, messages come when there are meshes and have the time to arrive. What "
           "comes out does not depend on --jobs.",
};

bool shrink_options_parse(struct shrink_options *options, int argument_count, char **arguments) {
    *options = (struct shrink_options){.jobs = jobs_processors(), .tries = SHRINK_TRIES_DEFAULT};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
