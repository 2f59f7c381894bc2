#include "cli/run_options.h"

#include "cli/command.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SET,
    KEY_OUT,
    KEY_TRACE,
    KEY_JSON,
    KEY_NO_FIGURES,
    KEY_NO_TABLES,
    KEY_DELIVERY_TABLE,
    KEY_WIRE,
    KEY_STATS,
    KEY_MEMORY_LIMIT,
    KEY_METRICS,
    KEY_THREADS,
    KEY_KEEP_THREADS,
    KEY_TIES
};

static const struct argp_option option_table[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the seed, instead of the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "the folder for the results, instead of out/NAME-SEED, with the overrides of --set "
            "behind it"},
    {.name = "trace",
     .key = KEY_TRACE,
     .arg = "LEVEL",
     .doc = "none, deliveries (the default) or full"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the summary as one JSON object, and nothing else"},
    {.name = "no-figures", .key = KEY_NO_FIGURES, .doc = "draw no figures"},
    {.name = "no-tables",
     .key = KEY_NO_TABLES,
     .doc = "neither tables nor figures: gossim plot makes both from the trace, when wanted"},
    {.name = "delivery-table",
     .key = KEY_DELIVERY_TABLE,
     .doc = "also write tables/delivery.tsv: a row for each delivery, six times as large as the "
            "trace"},
    {.name = "wire",
     .key = KEY_WIRE,
     .arg = "HOW",
     .doc = "size: compute the size of RPCs (the default); encode: encode and decode each"},
    {.name = "threads",
     .key = KEY_THREADS,
     .arg = "N",
     .doc = "handle up to N parts of the network side by side (1 … 64, default 1); the result is "
            "the same"},
    {.name = "keep-threads",
     .key = KEY_KEEP_THREADS,
     .doc = "with --threads: also while too little happens for it to pay, as for a test"},
    {.name = "ties",
     .key = KEY_TIES,
     .arg = "HOW",
     .doc =
         "of what happens at one instant: first: by the numbers of nodes (the default); last: the "
         "other way round; shuffled: in an order drawn from the seed"},
    {.name = "metrics",
     .key = KEY_METRICS,
     .arg = "FILE",
     .doc = "write the metrics of all nodes at the end, as OpenMetrics text"},
    {.name = "memory-limit",
     .key = KEY_MEMORY_LIMIT,
     .arg = "SIZE",
     .doc = "refuse a run that will need more memory, such as 2GiB, and end one that takes more; "
            "none: try it whatever the machine has"},
    {.name = "stats",
     .key = KEY_STATS,
     .doc = "print what the run took to standard error: memory by category, processor time"},
    {0},
};

static bool parse_level(const char *word, enum trace_level *level) {
    static const char *const words[] = {"none", "deliveries", "full"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(word, words[i]) == 0) {
            *level = (enum trace_level)i;
            return true;
        }
    }
    return false;
}

static bool parse_wire(const char *word, enum run_wire *wire) {
    *wire = strcmp(word, "encode") == 0 ? RUN_WIRE_ENCODE : RUN_WIRE_SIZE;
    return *wire == RUN_WIRE_ENCODE || strcmp(word, "size") == 0;
}

static void refuse_contradictions(const struct run_command_options *options,
                                  const struct argp_state *state) {
    if (options->tables == TABLES_ALL &&
        (options->no_tables || options->level == TRACE_LEVEL_NONE)) {
        argp_error(state, "--delivery-table: %s leaves no table",
                   options->no_tables ? "--no-tables" : "--trace none");
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct run_command_options *options = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_TRACE:
        if (!parse_level(argument, &options->level)) {
            argp_error(state, "--trace %s: give none, deliveries or full", argument);
        }
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_NO_FIGURES:
        options->no_figures = true;
        return 0;
    case KEY_NO_TABLES:
        options->no_tables = true;
        options->no_figures = true;
        return 0;
    case KEY_DELIVERY_TABLE:
        options->tables = TABLES_ALL;
        return 0;
    case KEY_WIRE:
        if (!parse_wire(argument, &options->wire)) {
            argp_error(state, "--wire %s: give size or encode", argument);
        }
        return 0;
    case KEY_THREADS:
        options->threads =
            (uint32_t)standard_number("threads", argument, 1, RUN_THREADS_MAX, state);
        return 0;
    case KEY_TIES:
        if (!ties_find(argument, &options->ties)) {
            argp_error(state, "--ties %s: give first, last or shuffled", argument);
        }
        return 0;
    case KEY_KEEP_THREADS:
        options->keep_threads = true;
        return 0;
    case KEY_METRICS:
        // Elsewhere it stands for standard output, which the summary has.
        if (strcmp(argument, "-") == 0) {
            argp_error(state, "--metrics -: give the path of a file");
        }
        options->metrics = argument;
        return 0;
    case KEY_MEMORY_LIMIT:
        if (!memory_limit_read(argument, &options->memory_limit)) {
            argp_error(state, "--memory-limit %s: give a size, such as 500MB or 2GiB, or none",
                       argument);
        }
        return 0;
    case KEY_STATS:
        options->stats = true;
        return 0;
    case ARGP_KEY_END:
        refuse_contradictions(options, state);
        return load_parse_file(&options->request, key, argument, state);
    default:
        return load_parse_file(&options->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Simulate a scenario. Prints a summary and leaves a folder with the resolved scenario, "
           "the trace, tables "
           "and figures.\vThe result is a function of the scenario and its seed: the digest is the "
           "same on every machine, at "
           "every trace level, with and without figures.",
};

bool run_options_parse(struct run_command_options *options, int argument_count, char **arguments) {
    *options = (struct run_command_options){.level = TRACE_LEVEL_DELIVERIES, .threads = 1};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
