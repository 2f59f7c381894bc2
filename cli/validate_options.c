#include "cli/validate_options.h"

#include "cli/jobs.h"
#include "cli/standard_options.h"

#include <argp.h>

enum { KEY_SEED = 1000, KEY_SEEDS, KEY_SET, KEY_JSON, KEY_LIST, KEY_JOBS = 'j' };

enum { SEEDS_DEFAULT = 10 };

static const struct argp_option option_table[] = {
    {.name = "seeds", .key = KEY_SEEDS, .arg = "N", .doc = "how many seeds (10)"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed (1)"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key in all scenarios, to see a case fail; may be repeated"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "list", .key = KEY_LIST, .doc = "list the cases and their scenarios; run nothing"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the table as one JSON object, and nothing else"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct validate_options *options = state->input;
    switch (key) {
    case KEY_SEEDS:
        options->seed_count =
            (uint32_t)standard_number("seeds", argument, 1, VALIDATE_SEEDS_MAX, state);
        return 0;
    case KEY_SEED:
        options->first_seed =
            standard_number("seed", argument, 0, UINT64_MAX - VALIDATE_SEEDS_MAX, state);
        return 0;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, VALIDATE_JOBS_MAX, state);
        return 0;
    case KEY_LIST:
        options->list = true;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->case_count == VALIDATE_CASES_MAX) {
            argp_error(state, "at most %d cases", VALIDATE_CASES_MAX);
        }
        options->cases[options->case_count++] = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "[CASE...]",
    .doc = "Run the cases with known answers and compare: what follows from arithmetic or was "
           "published, what comes out here with its interval of 95 % over seeds, and whether that "
           "interval lies within the tolerance."
           "\vWithout CASE, such as A1 or P3, all of them. Exit status 3 when a verdict fails, or "
           "is open as the runs are too few.",
};

bool validate_options_parse(struct validate_options *options, int argument_count,
                            char **arguments) {
    *options = (struct validate_options){
        .first_seed = 1, .seed_count = SEEDS_DEFAULT, .jobs = jobs_processors()};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
