#include "cli/search_options.h"

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/standard_options.h"
#include "cli/sweep_options.h"
#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SET,
    KEY_FIND,
    KEY_RANGE,
    KEY_STEP,
    KEY_ALL,
    KEY_SHARE,
    KEY_CONFIDENCE,
    KEY_MAX_REPEAT,
    KEY_OUT,
    KEY_JSON,
    KEY_JOBS
};

static const struct argp_option option_table[] = {
    {.name = "find",
     .key = KEY_FIND,
     .arg = "WHICH",
     .doc = "min: the smallest value with which the expectations are met; max: the largest"},
    {.name = "range",
     .key = KEY_RANGE,
     .arg = "LOW..HIGH",
     .doc = "the values of PATH, such as 2..12 or 10ms..100ms, both ends included if the steps "
            "lead to "
            "HIGH"},
    {.name = "step",
     .key = KEY_STEP,
     .arg = "STEP",
     .doc = "from one value to the next (1, where the ends are plain numbers); where HIGH is "
            "passed by, the last value is the one before it"},
    {.name = "all",
     .key = KEY_ALL,
     .doc = "try every value, and do not take it that the expectations are monotone in PATH"},
    {.name = "share",
     .key = KEY_SHARE,
     .arg = "P",
     .doc = "of runs in which all expectations are to be met (90%)"},
    {.name = "confidence",
     .key = KEY_CONFIDENCE,
     .arg = "P",
     .doc = "with which all verdicts on values that are tried are true (95%)"},
    {.name = "max-repeat",
     .key = KEY_MAX_REPEAT,
     .arg = "N",
     .doc = "runs of a value, after which it stays undecided (200)"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed, not the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as links.loss=10%; may be repeated"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "the folder for sweep.db, instead of out/NAME-search-PATH"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {0},
};

static bool read_find(const char *text, struct argp_state *state) {
    bool largest = strcmp(text, "max") == 0;
    if (!largest && strcmp(text, "min") != 0) {
        argp_error(state, "--find: found \"%s\"; allowed: min or max", text);
    }
    return largest;
}

/** Makes a sweep of the path and its range. */
static void write_sweep(struct search_options *options, struct argp_state *state) {
    const char *dots = options->range == NULL ? NULL : strstr(options->range, "..");
    if (dots == NULL || dots == options->range || dots[2] == '\0') {
        argp_error(state, "--range: found \"%s\"; allowed: LOW..HIGH, such as 2..12",
                   options->range == NULL ? "" : options->range);
        return;
    }
    size_t size = (size_t)(dots - options->range);
    struct sweep_quantity low = sweep_quantity_read(options->range, size);
    bool plain = low.kind == SWEEP_NUMBER && !low.percent;
    if (options->step == NULL && !plain) {
        argp_error(state,
                   "--range %s: --step is missing, as only plain numbers have one by "
                   "themselves",
                   options->range);
    }
    int written = snprintf(options->sweep, sizeof options->sweep,
                           "{%s: {from: %.*s, to: %s, step: %s}, repeat: %" PRIu32 "}",
                           options->path, (int)size, options->range, dots + 2,
                           options->step == NULL ? "1" : options->step, options->max_repeat);
    if (written < 0 || (size_t)written >= sizeof options->sweep) {
        argp_error(state, "PATH and --range are too long");
    }
}

/** Turns what was asked for into overrides of `sweep`. */
static error_t settle(struct search_options *options, struct argp_state *state) {
    struct scenario_override sweep = {.option = "--range", .path = "sweep"};
    if (options->request.path == NULL) {
        argp_error(state, "no scenario file");
    }
    if (options->path == NULL && (options->range != NULL || options->step != NULL)) {
        argp_error(state, "--range and --step are of a PATH, which is missing");
    }
    if (options->path != NULL) {
        write_sweep(options, state);
        sweep.value = options->sweep;
    } else {
        snprintf(options->repeat, sizeof options->repeat, "%" PRIu32, options->max_repeat);
        sweep.option = "--max-repeat";
        sweep.path = "sweep.repeat";
        sweep.value = options->repeat;
    }
    return load_add(&options->request, sweep) ? 0 : EINVAL;
}

static error_t add_argument(struct search_options *options, const char *argument,
                            struct argp_state *state) {
    if (options->path != NULL) {
        argp_error(state, "found \"%s\" behind FILE and PATH; allowed: these two", argument);
    }
    if (options->request.path == NULL) {
        options->request.path = argument;
    } else {
        options->path = argument;
    }
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct search_options *options = state->input;
    switch (key) {
    case KEY_FIND:
        options->largest = read_find(argument, state);
        return 0;
    case KEY_RANGE:
        options->range = argument;
        return 0;
    case KEY_STEP:
        options->step = argument;
        return 0;
    case KEY_ALL:
        options->all = true;
        return 0;
    case KEY_SHARE:
        options->share = standard_share("share", argument, 0.01, state);
        return 0;
    case KEY_CONFIDENCE:
        options->confidence = standard_share("confidence", argument, 0.01, state);
        return 0;
    case KEY_MAX_REPEAT:
        options->max_repeat =
            (uint32_t)standard_number("max-repeat", argument, 1, SWEEP_REPEAT_MAX, state);
        return 0;
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, SWEEP_JOBS_MAX, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        return add_argument(options, argument, state);
    case ARGP_KEY_END:
        return settle(options, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE [PATH]",
    .doc = "Find the smallest or largest value of a key with which the scenario's expectations are "
           "met."
           "\vThe values are those of --range, or of the one axis that the scenario's `sweep` has. "
           "A value meets the expectations if at least --share of runs do; each is run at one seed "
           "after the other until that is clear. Not every value is tried: it is taken that the "
           "expectations are monotone in PATH, unless --all is given or the tries show "
           "otherwise, and the report says which values it rests on. Runs are kept in sweep.db, "
           "and a search that was ended goes on with them.",
};

bool search_options_parse(struct search_options *options, int argument_count, char **arguments) {
    *options = (struct search_options){.jobs = jobs_processors(),
                                       .share = 0.9,
                                       .confidence = 0.95,
                                       .max_repeat = SEARCH_REPEAT_USUAL};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
