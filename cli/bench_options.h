/**
 * The command line of `gossim bench`.
 */
#ifndef GOSSIM_CLI_BENCH_OPTIONS_H
#define GOSSIM_CLI_BENCH_OPTIONS_H

#include "cli/load.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    BENCH_SIZES_MAX = 16,
    BENCH_CONTESTANTS_MAX = 10,
    BENCH_ROUNDS_MAX = 1000,
    BENCH_SEEDS_MAX = 1000,
    BENCH_NODES_MIN = 50,
    BENCH_NODES_MAX = 1 << 24
};

/** What is measured, and how it is told. */
enum bench_table {
    BENCH_SPEED,    // events a second of processor time, beside peers
    BENCH_COUNTS,   // events of each kind on the same graph, over seeds
    BENCH_GROWTH,   // the cost of an event from small networks to large ones
    BENCH_DOUBLING, // what twice the messages, topics, links or history cost
    BENCH_IDLE,     // heartbeats and nothing else
    BENCH_TRACES,   // what the levels of the trace cost
    BENCH_TABLES
};

extern const char *const bench_table_names[BENCH_TABLES];

/** `NAME=WORDS` of an option, cut in two. */
struct bench_named {
    const char *name;
    const char *words;
};

struct bench_options {
    enum bench_table table;
    uint32_t sizes[BENCH_SIZES_MAX];
    uint32_t size_count; // 0: what the table has by default
    uint32_t rounds;     // 0: likewise
    uint32_t seed_count; // 0: likewise
    uint64_t seed;
    const char *scenario;        // NULL: W
    const char *folder;          // NULL: one is made in /tmp, and removed
    const char *out;             // NULL: no figure is drawn
    struct load_request request; // the overrides of --set
    struct bench_named variants[BENCH_CONTESTANTS_MAX];
    uint32_t variant_count;
    struct bench_named peers[BENCH_CONTESTANTS_MAX];
    uint32_t peer_count;
    bool json;
};

/** False after a message; ends the program for --help and the like. */
bool bench_options_parse(struct bench_options *options, int argument_count, char **arguments);

#endif
