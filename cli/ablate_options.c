#include "cli/ablate_options.h"

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SEEDS,
    KEY_SET,
    KEY_OUT,
    KEY_JSON,
    KEY_NO_FIGURES,
    KEY_JOBS,
    KEY_QUIRKS,
    KEY_ALL
};

enum { SEEDS_DEFAULT = 10 };

static const struct argp_option option_table[] = {
    {.name = "seeds", .key = KEY_SEEDS, .arg = "N", .doc = "how many seeds, at least 2 (10)"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed, not the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "quirks",
     .key = KEY_QUIRKS,
     .arg = "A,B,...",
     .doc = "only these quirks, by name or number; A+B changes both together"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "the folder for the results, instead of out/NAME-ablation"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {.name = "no-figures", .key = KEY_NO_FIGURES, .doc = "draw no figures"},
    {.name = "all", .key = KEY_ALL, .doc = "show also the quirks without effect, a row each"},
    {0},
};

/** What the variants are made by is not the user's to set. */
static bool is_ours(const struct scenario_override *override) {
    static const char quirks[] = "router.quirks";
    size_t size = strlen(quirks);
    return strcmp(override->path, "router.profile") == 0 ||
           (strncmp(override->path, quirks, size) == 0 &&
            (override->path[size] == '\0' || override->path[size] == '.'));
}

static error_t add_set(struct ablate_options *options, char *text, struct argp_state *state) {
    struct load_request *request = &options->request;
    if (!load_add_set(request, text)) {
        return EINVAL;
    }
    const struct scenario_override *added = &request->overrides[request->override_count - 1];
    if (is_ours(added)) {
        argp_error(state, "--set %s: profile and quirks are what an ablation changes itself",
                   added->path);
    }
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct ablate_options *options = state->input;
    switch (key) {
    case KEY_SEEDS:
        options->seed_count =
            (uint32_t)standard_number("seeds", argument, ABLATE_SEEDS_MIN, ABLATE_SEEDS_MAX, state);
        return 0;
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return add_set(options, argument, state);
    case KEY_QUIRKS:
        options->quirks = argument;
        return 0;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, ABLATE_JOBS_MAX, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_NO_FIGURES:
        options->no_figures = true;
        return 0;
    case KEY_ALL:
        options->all = true;
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
    .doc = "Tell what each quirk of the 2020 router costs. Runs a scenario as specified, as the "
           "program of 2020, as that with one quirk repaired, and as specified with one quirk "
           "added, each at several seeds."
           "\vThe scenario's own profile and quirks are put aside; groups of nodes that name "
           "theirs keep them. What a quirk does is the mean of the paired differences over "
           "seeds, with an interval of 95 %.",
};

bool ablate_options_parse(struct ablate_options *options, int argument_count, char **arguments) {
    *options = (struct ablate_options){.seed_count = SEEDS_DEFAULT, .jobs = jobs_processors()};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
