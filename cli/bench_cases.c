#include "analysis/figure_text.h"
#include "base/check.h"
#include "cli/bench.h"

#include <string.h>

enum {
    ROUNDS_DEFAULT = 5,
    ONE_ROUND_NODES = 50000, // above it one round says enough
    SEEDS_DEFAULT = 10,
    DOUBLING_NODES = 10000,
    IDLE_NODES = 10000
};

const char *const bench_kind_names[BENCH_KINDS] = {
    "messages", "subscriptions", "grafts", "prunes", "ihave", "iwant", "heartbeats"};

/** The sizes of a table where none are given. */
static const struct {
    uint32_t sizes[BENCH_SIZES_MAX];
    uint32_t count;
} sizes_default[BENCH_TABLES] = {
    [BENCH_SPEED] = {{1000, 10000}, 2},
    [BENCH_COUNTS] = {{1000}, 1},
    [BENCH_GROWTH] = {{1000, 3000, 10000, 30000, 100000, 300000, 1000000}, 7},
    [BENCH_DOUBLING] = {{DOUBLING_NODES}, 1},
    [BENCH_IDLE] = {{IDLE_NODES}, 1},
    [BENCH_TRACES] = {{10000}, 1},
};

/** What a table changes in W(N): time that a million nodes can be waited for, or an idle hour. */
static const struct {
    const char *settings[BENCH_SETTINGS];
} settings_of[BENCH_TABLES] = {
    [BENCH_GROWTH] = {{"publish.0.count=20", "duration=30s"}},
    [BENCH_IDLE] = {{"publish=[]", "duration=1h"}},
};

/** Twice as much of one thing; each in the place of the base. */
static const struct doubling {
    const char *name;
    double factor;
    const char *settings[BENCH_SETTINGS];
} doublings[] = {
    {"base: 50 messages, 20 links, history 5/3", 1, {"publish.0.count=50"}},
    {"messages \303\227 2", 2, {"publish.0.count=100", "publish.0.every=500ms"}},
    {"topics \303\227 2, 50 messages in each",
     2,
     {"topics=[{name: one}, {name: two}]",
      "publish=[{topic: one, start: 5s, every: 1s, count: 50, size: 1KiB}, "
      "{topic: two, start: 5s, every: 1s, count: 50, size: 1KiB}]"}},
    {"links \303\227 2", 2, {"publish.0.count=50", "topology.dials=20"}},
    {"history \303\227 2",
     2,
     {"publish.0.count=50", "router.history_length=10", "router.history_gossip=6"}},
    {"nodes \303\227 2", 2, {"publish.0.count=50"}},
};

enum { DOUBLING_COUNT = sizeof doublings / sizeof doublings[0] };

/** What is beside a run without a trace: a trace alone, and what a user gets; figures are another
 * matter. */
static const struct bench_contestant traced_ways[] = {
    {"deliveries", "--trace deliveries --no-tables", false, 1.1},
    {"full", "--trace full --no-tables", false, 2},
    {"tables", "--trace deliveries", false, 1.1},
    {"full tables", "--trace full", false, 2},
};

enum { TRACED_COUNT = sizeof traced_ways / sizeof traced_ways[0] };

static void add_contestant(struct bench *bench, struct bench_contestant contestant) {
    CHECK(bench->contestant_count < BENCH_CONTESTANTS_MAX);
    bench->contestants[bench->contestant_count++] = contestant;
}

static bool add_contestants(struct bench *bench, struct failure *failure) {
    const struct bench_options *options = bench->options;
    bool traced = options->table == BENCH_TRACES;
    uint32_t count = 1 + options->variant_count + options->peer_count + (traced ? TRACED_COUNT : 0);
    if (count > BENCH_CONTESTANTS_MAX) {
        return failure_bad_input(failure, "at most %d programs can be compared, and this is %u",
                                 BENCH_CONTESTANTS_MAX, count);
    }
    add_contestant(bench, (struct bench_contestant){.name = traced ? "none" : "gossim"});
    if (traced) {
        for (uint32_t i = 0; i < TRACED_COUNT; i++) {
            add_contestant(bench, traced_ways[i]);
        }
    }
    for (uint32_t i = 0; i < options->variant_count; i++) {
        const struct bench_named *named = &options->variants[i];
        add_contestant(bench, (struct bench_contestant){named->name, named->words, false, 0});
    }
    // Peers know W(N) alone.
    bool peers = options->scenario == NULL && options->table != BENCH_DOUBLING && !traced;
    for (uint32_t i = 0; peers && i < options->peer_count; i++) {
        const struct bench_named *named = &options->peers[i];
        add_contestant(bench, (struct bench_contestant){named->name, named->words, true, 0});
    }
    return true;
}

static uint32_t rounds_of(const struct bench *bench, uint32_t nodes) {
    if (bench->options->rounds > 0) {
        return bench->options->rounds;
    }
    if (bench->options->table == BENCH_COUNTS) {
        return 1;
    }
    return nodes > ONE_ROUND_NODES ? 1 : ROUNDS_DEFAULT;
}

static struct bench_case *add_case(struct bench *bench, uint32_t nodes, uint64_t seed) {
    char count[FIGURE_TEXT_SIZE];
    struct bench_case *added = &bench->cases[bench->case_count++];
    *added = (struct bench_case){.nodes = nodes, .seed = seed, .factor = 1};
    added->rounds = rounds_of(bench, nodes);
    // The last part of its path has room.
    const char *scenario = bench->options->scenario;
    const char *slash = scenario == NULL ? NULL : strrchr(scenario, '/');
    scenario = slash == NULL ? scenario : slash + 1;
    if (nodes == 0) {
        snprintf(added->name, sizeof added->name, "%s", scenario);
    } else if (scenario != NULL) {
        snprintf(added->name, sizeof added->name, "%s nodes of %s", figure_count(nodes, count),
                 scenario);
    } else {
        snprintf(added->name, sizeof added->name, "W(%s)", figure_count(nodes, count));
    }
    memcpy(added->settings, settings_of[bench->options->table].settings, sizeof added->settings);
    return added;
}

static void add_doublings(struct bench *bench, uint32_t nodes) {
    for (uint32_t i = 0; i < DOUBLING_COUNT; i++) {
        bool more_nodes = i + 1 == DOUBLING_COUNT;
        struct bench_case *added =
            add_case(bench, more_nodes ? 2 * nodes : nodes, bench->options->seed);
        added->factor = doublings[i].factor;
        snprintf(added->name, sizeof added->name, "%s", doublings[i].name);
        memcpy(added->settings, doublings[i].settings, sizeof added->settings);
    }
}

static void add_cases(struct bench *bench) {
    const struct bench_options *options = bench->options;
    enum bench_table table = options->table;
    const uint32_t *sizes = options->size_count > 0 ? options->sizes : sizes_default[table].sizes;
    uint32_t size_count =
        options->size_count > 0 ? options->size_count : sizes_default[table].count;
    uint32_t seed_count = 1;
    if (table == BENCH_COUNTS) {
        seed_count = options->seed_count > 0 ? options->seed_count : SEEDS_DEFAULT;
    }
    // The user's scenario has a size of its own.
    static const uint32_t own = 0;
    if (options->scenario != NULL && options->size_count == 0) {
        sizes = &own;
        size_count = 1;
    }
    uint32_t each = table == BENCH_DOUBLING ? DOUBLING_COUNT : seed_count;
    bench->cases = arena_take_array(bench->arena, MEMORY_TABLES, (uint64_t)size_count * each,
                                    sizeof *bench->cases);
    for (uint32_t i = 0; i < size_count; i++) {
        if (table == BENCH_DOUBLING) {
            add_doublings(bench, sizes[i]);
            continue;
        }
        for (uint32_t k = 0; k < seed_count; k++) {
            add_case(bench, sizes[i], options->seed + k);
        }
    }
}

/** Whether the user has set a number of nodes where sizes of the table would be said beside it. */
static bool sets_nodes(const struct bench_options *options) {
    bool sized = options->scenario == NULL || options->size_count > 0;
    for (uint32_t i = 0; sized && i < options->request.override_count; i++) {
        if (strcmp(options->request.overrides[i].path, "nodes.count") == 0) {
            return true;
        }
    }
    return false;
}

bool bench_lay_out(struct bench *bench, struct failure *failure) {
    if (sets_nodes(bench->options)) {
        return failure_bad_input(failure, "--set nodes.count: give --sizes");
    }
    bool one_size =
        bench->options->table == BENCH_COUNTS || bench->options->table == BENCH_DOUBLING;
    if (one_size && bench->options->size_count > 1) {
        return failure_bad_input(failure, "`%s` takes one size at a time",
                                 bench_table_names[bench->options->table]);
    }
    if (one_size && bench->options->scenario != NULL) {
        return failure_bad_input(failure, "`%s` is about W(N): leave --scenario out",
                                 bench_table_names[bench->options->table]);
    }
    if (!add_contestants(bench, failure)) {
        return false;
    }
    if (bench->options->table == BENCH_COUNTS && bench->contestant_count < 2) {
        return failure_bad_input(failure, "`counts` compares with others: give a --peer");
    }
    add_cases(bench);
    for (uint32_t i = 0; i < bench->case_count; i++) {
        bench->cases[i].first_sample = bench->sample_count;
        bench->sample_count += bench->cases[i].rounds * bench->contestant_count;
    }
    bench->samples =
        arena_take_array(bench->arena, MEMORY_TABLES, bench->sample_count, sizeof *bench->samples);
    return true;
}
