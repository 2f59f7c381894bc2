#include "cli/hunt_options.h"

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/standard_options.h"

#include <argp.h>

enum {
    KEY_SEEDS = 1000,
    KEY_SET,
    KEY_OUT,
    KEY_JSON,
    KEY_JOBS,
    KEY_KEEP_GOING,
    KEY_SWARM,
    KEY_SHRINK,
    KEY_PRINT,
    KEY_TIME_LIMIT,
    KEY_MEMORY_LIMIT
};

#define SEEDS_DEFAULT "1.."

static const struct argp_option option_table[] = {
    {.name = "seeds",
     .key = KEY_SEEDS,
     .arg = "LIST",
     .doc = "which seeds, such as 1..100000 or 5,9,100..200; from 1 on without end if not given"},
    {.name = "keep-going", .key = KEY_KEEP_GOING, .doc = "go on when a seed has failed"},
    {.name = "swarm",
     .key = KEY_SWARM,
     .doc = "let the seed also draw sizes, parameters and faults, which heal, and see whether "
            "everything works then"},
    {.name = "shrink",
     .key = KEY_SHRINK,
     .doc = "make the failing run that is kept as small as it can be, as gossim shrink does"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "time-limit",
     .key = KEY_TIME_LIMIT,
     .arg = "TIME",
     .doc = "a run that takes more processor time than this, such as 30s, has failed"},
    {.name = "memory-limit",
     .key = KEY_MEMORY_LIMIT,
     .arg = "SIZE",
     .doc = "a run that takes more memory than this, such as 500MB, has failed"},
    {.name = "print",
     .key = KEY_PRINT,
     .arg = "SEED",
     .doc = "print the scenario of a seed, and run nothing"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "the folder for hunt.log and failing.yaml, instead of out/NAME-hunt"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {0},
};

static void read_seeds(struct hunt_options *options, const char *text, struct argp_state *state) {
    const char *why = NULL;
    if (!seed_set_read(&options->seeds, text, &why)) {
        argp_error(state, "--seeds %s: %s", text, why);
    }
    options->seeds_text = text;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct hunt_options *options = state->input;
    switch (key) {
    case KEY_SEEDS:
        read_seeds(options, argument, state);
        return 0;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, OUTCOME_PARALLEL_MAX, state);
        return 0;
    case KEY_TIME_LIMIT:
        options->limits.cpu_s = standard_seconds("time-limit", argument, state);
        return 0;
    case KEY_MEMORY_LIMIT:
        options->limits.bytes = standard_size("memory-limit", argument, state);
        return 0;
    case KEY_KEEP_GOING:
        options->keep_going = true;
        return 0;
    case KEY_SWARM:
        options->swarm = true;
        return 0;
    case KEY_SHRINK:
        options->shrink = true;
        return 0;
    case KEY_PRINT:
        options->print = true;
        options->print_seed = standard_number("print", argument, 0, UINT64_MAX, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
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
    .doc = "Run a scenario at one seed after the other until an expectation fails, time stands "
           "still or gossim itself crashes, and print the command that repeats it."
           "\vThe failing run with the fewest events is kept as failing.yaml, which needs no other "
           "file. Which seeds are done is in hunt.log; a hunt that was ended in whatever way goes "
           "on where it was when it is called again. What is found does not depend on --jobs.",
};

bool hunt_options_parse(struct hunt_options *options, int argument_count, char **arguments) {
    *options = (struct hunt_options){.jobs = jobs_processors()};
    if (standard_parse(&argp, argument_count, arguments, options) != 0) {
        return false;
    }
    const char *why = NULL;
    if (options->seeds_text == NULL) {
        options->seeds_text = SEEDS_DEFAULT;
        return seed_set_read(&options->seeds, SEEDS_DEFAULT, &why);
    }
    return true;
}

void hunt_options_finish(struct hunt_options *options) {
    seed_set_finish(&options->seeds);
}
