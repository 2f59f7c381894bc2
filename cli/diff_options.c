#include "cli/diff_options.h"

#include "cli/standard_options.h"
#include "router/profile.h"

#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SET,
    KEY_SEED_B,
    KEY_SET_B,
    KEY_TIES,
    KEY_TIES_B,
    KEY_ROUTERS,
    KEY_BEFORE,
    KEY_JSON
};
enum { BEFORE_DEFAULT = 10, BEFORE_MAX = 10000, ARGUMENTS_MAX = 3 };

static const struct argp_option option_table[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the seed of both, instead of their own"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key of both, such as router.D=8; may be repeated"},
    {.name = "seed-b", .key = KEY_SEED_B, .arg = "N", .doc = "the seed of B"},
    {.name = "set-b",
     .key = KEY_SET_B,
     .arg = "PATH=VALUE",
     .doc = "override a key of B; may be repeated. With this, --seed-b or --ties-b, A alone may be "
            "named"},
    {.name = "ties",
     .key = KEY_TIES,
     .arg = "ORDER",
     .doc = "of what happens at one instant, in the runs of files: first, last or shuffled. A "
            "folder's run is repeated in the order that it had"},
    {.name = "ties-b", .key = KEY_TIES_B, .arg = "ORDER", .doc = "the order of B"},
    {.name = "routers",
     .key = KEY_ROUTERS,
     .doc =
         "compare the RPCs of two kinds of routers on one scenario, and tell the rule over which "
         "the first one differs"},
    {.name = "before",
     .key = KEY_BEFORE,
     .arg = "N",
     .doc = "how many of the last records to print of each node (10)"},
    {.name = "json", .key = KEY_JSON, .doc = "print one JSON object, and nothing else"},
    {0},
};

/** What has been read so far; the struct has zeros. */
struct given {
    struct diff_options *options;
    char *arguments[ARGUMENTS_MAX];
    uint32_t argument_count;
    bool routers;
    bool for_b; // something was said of B alone
    bool for_b_ties;
};

static bool add_set(struct diff_options *options, char *text) {
    // The text is cut in two in place, so that the second side has the parts of the first.
    struct load_request *first = &options->requests[0];
    return load_add_set(first, text) &&
           load_add(&options->requests[1], first->overrides[first->override_count - 1]);
}

static bool take_profile(struct given *given, uint32_t side, struct argp_state *state) {
    char *name = given->arguments[side];
    if (profile_find(name, strlen(name)) == NULL) {
        argp_error(state, "--routers %s: no such profile; `gossim quirks --help` names them", name);
    }
    given->options->routers[side] = name;
    return load_add(
        &given->options->requests[side],
        (struct scenario_override){.option = "--routers", .path = "router.profile", .value = name});
}

/** False after a message other than that of argp. */
static bool parse_end(struct given *given, struct argp_state *state) {
    struct diff_options *options = given->options;
    if (given->routers) {
        if (given->argument_count != 3) {
            argp_error(state, "--routers: name two profiles and a scenario file");
        }
        if (!take_profile(given, 0, state) || !take_profile(given, 1, state)) {
            return false;
        }
        options->given[0] = given->arguments[2];
        options->given[1] = given->arguments[2];
    } else {
        if (given->argument_count == 0 || given->argument_count > 2 ||
            (given->argument_count == 1 && !given->for_b)) {
            argp_error(state, "name two scenario files or folders, or one and what differs in B");
        }
        options->given[0] = given->arguments[0];
        options->given[1] = given->arguments[given->argument_count - 1];
    }
    for (uint32_t i = 0; i < DIFF_SIDES; i++) {
        options->requests[i].path = options->given[i];
    }
    return true;
}

static enum ties read_ties(const char *option, const char *argument, struct argp_state *state) {
    enum ties ties = TIES_FIRST;
    if (!ties_find(argument, &ties)) {
        argp_error(state, "--%s %s: give first, last or shuffled", option, argument);
    }
    return ties;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct given *given = state->input;
    struct diff_options *options = given->options;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&options->requests[0], argument) &&
                       load_add_seed(&options->requests[1], argument)
                   ? 0
                   : EINVAL;
    case KEY_SET:
        return add_set(options, argument) ? 0 : EINVAL;
    case KEY_SEED_B:
        given->for_b = true;
        return load_add_seed(&options->requests[1], argument) ? 0 : EINVAL;
    case KEY_SET_B:
        given->for_b = true;
        return load_add_set(&options->requests[1], argument) ? 0 : EINVAL;
    case KEY_TIES:
        options->ties[0] = read_ties("ties", argument, state);
        options->ties[1] = given->for_b_ties ? options->ties[1] : options->ties[0];
        return 0;
    case KEY_TIES_B:
        given->for_b = true;
        given->for_b_ties = true;
        options->ties[1] = read_ties("ties-b", argument, state);
        return 0;
    case KEY_ROUTERS:
        given->routers = true;
        return 0;
    case KEY_BEFORE:
        options->before = (uint32_t)standard_number("before", argument, 0, BEFORE_MAX, state);
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (given->argument_count == ARGUMENTS_MAX) {
            argp_error(state, "too many arguments: %s", argument);
        }
        given->arguments[given->argument_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        return parse_end(given, state) ? 0 : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "A B\n--routers X Y FILE",
    .doc =
        "Tell whether two runs are the same, and if not, the first event at which they part: what "
        "both had before, what each drew, and what that router then knew on both sides."
        "\vA and B are scenario files, or folders of results, whose runs are repeated. If this "
        "gossim can not repeat them, their traces are compared. With --routers X and Y are "
        "profiles, such as nim-2020 and gossipsub-v1.0.\n\n"
        "Exit status: 0 the same; 3 they differ; 1 failed or interrupted; 2 bad input.",
};

bool diff_options_parse(struct diff_options *options, int argument_count, char **arguments) {
    *options = (struct diff_options){.before = BEFORE_DEFAULT};
    struct given given = {.options = options};
    return standard_parse(&argp, argument_count, arguments, &given) == 0;
}
