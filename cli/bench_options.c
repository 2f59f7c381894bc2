#include "cli/bench_options.h"

#include "cli/command.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_SIZES = 1000,
    KEY_ROUNDS,
    KEY_SEED,
    KEY_SEEDS,
    KEY_SET,
    KEY_SCENARIO,
    KEY_VARIANT,
    KEY_PEER,
    KEY_FOLDER,
    KEY_OUT,
    KEY_JSON
};

const char *const bench_table_names[BENCH_TABLES] = {"speed",    "counts", "growth",
                                                     "doubling", "idle",   "traces"};

static const struct argp_option option_table[] = {
    {.name = "sizes", .key = KEY_SIZES, .arg = "N,N,...", .doc = "how many nodes, for each case"},
    {.name = "rounds",
     .key = KEY_ROUNDS,
     .arg = "N",
     .doc = "how often each case is run by all in turn (5; 1 above 50,000 nodes)"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed (1)"},
    {.name = "seeds", .key = KEY_SEEDS, .arg = "N", .doc = "how many seeds for `counts` (10)"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key in all cases; may be repeated"},
    {.name = "scenario",
     .key = KEY_SCENARIO,
     .arg = "FILE",
     .doc = "measure this scenario, not W(N), and leave out peers"},
    {.name = "variant",
     .key = KEY_VARIANT,
     .arg = "NAME=WORDS",
     .doc = "run gossim with these further options, too, or another build of it: words that begin "
            "with its path; may be repeated"},
    {.name = "peer",
     .key = KEY_PEER,
     .arg = "NAME=COMMAND",
     .doc = "run another program, too, on a file of the same workload, whose name is put in the "
            "place of {} or at the end; may be repeated"},
    {.name = "folder",
     .key = KEY_FOLDER,
     .arg = "DIR",
     .doc = "leave the files of workloads here, not in a folder that is removed"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "leave a folder with the figures as JSON, for `growth` also the plot"},
    {.name = "json", .key = KEY_JSON, .doc = "print one JSON object, and nothing else"},
    {0},
};

static void parse_sizes(struct bench_options *options, char *text, struct argp_state *state) {
    options->size_count = 0;
    for (char *rest = text; rest != NULL;) {
        const char *size = strsep(&rest, ",");
        if (options->size_count == BENCH_SIZES_MAX) {
            argp_error(state, "--sizes: at most %d", BENCH_SIZES_MAX);
        }
        options->sizes[options->size_count++] =
            (uint32_t)standard_number("sizes", size, BENCH_NODES_MIN, BENCH_NODES_MAX, state);
    }
}

static void parse_named(struct bench_named *named, uint32_t *count, const char *option, char *text,
                        struct argp_state *state) {
    char *sign = strchr(text, '=');
    if (sign == NULL || sign == text || sign[1] == '\0') {
        argp_error(state, "--%s %s: give NAME=WORDS", option, text);
        return;
    }
    // With gossim itself there is room for one less than the most of contestants.
    if (*count >= BENCH_CONTESTANTS_MAX - 1) {
        argp_error(state, "--%s: there are too many", option);
    }
    *sign = '\0';
    named[(*count)++] = (struct bench_named){text, sign + 1};
}

static void parse_table(struct bench_options *options, const char *word, struct argp_state *state) {
    for (int i = 0; i < BENCH_TABLES; i++) {
        if (strcmp(word, bench_table_names[i]) == 0) {
            options->table = (enum bench_table)i;
            return;
        }
    }
    argp_error(state, "'%s' is no table: give speed, counts, growth, doubling, idle or traces",
               word);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct bench_options *options = state->input;
    switch (key) {
    case KEY_SIZES:
        parse_sizes(options, argument, state);
        return 0;
    case KEY_ROUNDS:
        options->rounds = (uint32_t)standard_number("rounds", argument, 1, BENCH_ROUNDS_MAX, state);
        return 0;
    case KEY_SEED:
        options->seed = standard_number("seed", argument, 0, INT64_MAX, state);
        return 0;
    case KEY_SEEDS:
        options->seed_count =
            (uint32_t)standard_number("seeds", argument, 1, BENCH_SEEDS_MAX, state);
        return 0;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_SCENARIO:
        options->scenario = argument;
        return 0;
    case KEY_VARIANT:
        parse_named(options->variants, &options->variant_count, "variant", argument, state);
        return 0;
    case KEY_PEER:
        parse_named(options->peers, &options->peer_count, "peer", argument, state);
        return 0;
    case KEY_FOLDER:
        options->folder = argument;
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "one table at a time");
        }
        parse_table(options, argument, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "[TABLE]",
    .doc = "Measure how fast gossim is and what memory it takes, beside itself with other options "
           "or other programs that do the same, in rounds in which all take turns."
           "\vTABLE is `speed` (the default): events for each second of processor time of the "
           "whole process; `counts`: events of each kind beside those of peers on the same graphs; "
           "`growth`: the cost of an event from 1,000 nodes to a million; `doubling`: what twice "
           "the messages, topics, links or history cost; `idle`: an hour of 10,000 nodes "
           "that have nothing but heartbeats; `traces`: what the levels of the trace and the "
           "tables cost. Peers know "
           "W(N) alone: they take part in the first three and in `idle`.",
};

bool bench_options_parse(struct bench_options *options, int argument_count, char **arguments) {
    *options = (struct bench_options){.table = BENCH_SPEED, .seed = 1};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
