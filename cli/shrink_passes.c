#include "base/check.h"
#include "base/quantity.h"
#include "cli/shrink.h"
#include "scenarios/reduce.h"
#include "scenarios/scenario_brief.h"

#include <inttypes.h>
#include <string.h>

enum { ROUNDS_MAX = 50, PATH_SIZE = 200, FEW = 5, CROWD_MAX = 64 };

/** How many items a candidate leaves out, from which one on. */
static uint64_t chunk_of(const struct shrink_batch *batch, uint64_t index, uint64_t *first) {
    uint64_t count = reduce_count(batch->scenario, batch->part);
    *first = batch->first + index * batch->chunk;
    return count - *first < batch->chunk ? count - *first : batch->chunk;
}

static const struct scenario *make_chunk(const struct shrink_batch *batch, struct arena *arena,
                                         uint64_t index) {
    uint64_t first = 0;
    uint64_t size = chunk_of(batch, index, &first);
    return reduce_without(arena, batch->scenario, batch->part, first, size);
}

static void describe_chunk(const struct shrink_batch *batch, uint64_t index, char *text) {
    uint64_t first = 0;
    snprintf(text, SHRINK_TEXT_SIZE, "%" PRIu64 " of %" PRIu64 " %s",
             chunk_of(batch, index, &first), reduce_count(batch->scenario, batch->part),
             reduce_part_name(batch->part));
}

/** Leaves out so many items of a part at a time, from the first to the last. */
static enum shrink_result shrink_by(struct shrink *shrink, enum reduce_part part, uint64_t chunk) {
    enum shrink_result result = SHRINK_FOUND;
    bool any = false;
    uint64_t first = 0;
    while (result == SHRINK_FOUND) {
        uint64_t count = reduce_count(shrink->best, part);
        uint64_t left = count > first ? count - first : 0;
        struct shrink_batch batch = {.count = (left + chunk - 1) / chunk,
                                     .make = make_chunk,
                                     .describe = describe_chunk,
                                     .part = part,
                                     .first = first,
                                     .chunk = chunk};
        uint64_t found = 0;
        result = shrink_try(shrink, &batch, &found);
        first += found * chunk;
        any = any || result == SHRINK_FOUND;
    }
    return result == SHRINK_NONE && any ? SHRINK_FOUND : result;
}

/** Leaves out items of a part: half of them, a quarter … one by one. That is ddmin without its
 * going back to larger pieces, as all passes are repeated. */
static enum shrink_result shrink_part(struct shrink *shrink, enum reduce_part part) {
    bool any = false;
    for (uint64_t chunk = reduce_count(shrink->best, part); chunk > 0;) {
        enum shrink_result result = shrink_by(shrink, part, chunk);
        if (result == SHRINK_OVER || result == SHRINK_ERROR) {
            return result;
        }
        any = any || result == SHRINK_FOUND;
        uint64_t half = chunk == 1 ? 0 : (chunk + 1) / 2;
        uint64_t left = reduce_count(shrink->best, part);
        chunk = half < left ? half : left;
    }
    return any ? SHRINK_FOUND : SHRINK_NONE;
}

/** Numbers of nodes, from 2 on, ever farther apart. */
static uint32_t step_of(uint64_t index) {
    uint32_t nodes = 2;
    for (uint64_t i = 0; i < index; i++) {
        nodes += nodes < 8 ? 1 : nodes / 4;
    }
    return nodes;
}

static const struct scenario *make_fewer(const struct shrink_batch *batch, struct arena *arena,
                                         uint64_t index) {
    return reduce_to_nodes(arena, batch->scenario, step_of(index));
}

static void describe_fewer(const struct shrink_batch *batch, uint64_t index, char *text) {
    snprintf(text, SHRINK_TEXT_SIZE,
             "a graph of the same kind, of %" PRIu32 " instead of %" PRIu32 " nodes",
             step_of(index), batch->scenario->node_count);
}

static enum shrink_result shrink_count(struct shrink *shrink) {
    struct shrink_batch batch = {.make = make_fewer, .describe = describe_fewer};
    while (step_of(batch.count) < shrink->best->node_count) {
        batch.count++;
    }
    uint64_t found = 0;
    return shrink_try(shrink, &batch, &found);
}

static const struct scenario *make_written(const struct shrink_batch *batch, struct arena *arena,
                                           uint64_t index) {
    (void)index;
    return reduce_written_out(arena, batch->scenario, batch->draw);
}

static void describe_written(const struct shrink_batch *batch, uint64_t index, char *text) {
    (void)index;
    snprintf(text, SHRINK_TEXT_SIZE, "%s", reduce_draw_name(batch->draw));
}

static enum shrink_result write_out_from(struct shrink *shrink, enum reduce_draw first) {
    bool any = false;
    for (uint32_t draw = first; draw < REDUCE_DRAW_COUNT; draw++) {
        struct shrink_batch batch = {.count = 1,
                                     .make = make_written,
                                     .describe = describe_written,
                                     .draw = (enum reduce_draw)draw};
        uint64_t found = 0;
        enum shrink_result result = shrink_try(shrink, &batch, &found);
        if (result == SHRINK_OVER || result == SHRINK_ERROR) {
            return result;
        }
        any = any || result == SHRINK_FOUND;
    }
    return any ? SHRINK_FOUND : SHRINK_NONE;
}

static enum shrink_result write_out(struct shrink *shrink) {
    return write_out_from(shrink, REDUCE_DRAWN_GRAPH);
}

/** All but the graph: delays that were made plain again would be written out again, and so on. */
static enum shrink_result write_out_rest(struct shrink *shrink) {
    return write_out_from(shrink, REDUCE_DRAWN_GRAPH + 1);
}

static const struct scenario *make_joined(const struct shrink_batch *batch, struct arena *arena,
                                          uint64_t index) {
    return reduce_joining(arena, batch->scenario, (uint32_t)index);
}

static void describe_joined(const struct shrink_batch *batch, uint64_t index, char *text) {
    (void)batch;
    snprintf(text, SHRINK_TEXT_SIZE, "node %" PRIu64 ", its neighbours linked with each other",
             index);
}

/** Repeats a batch as long as it helps. */
static enum shrink_result repeat(struct shrink *shrink, struct shrink_batch *batch,
                                 uint64_t (*count)(const struct shrink *shrink)) {
    enum shrink_result result = SHRINK_FOUND;
    bool any = false;
    while (result == SHRINK_FOUND) {
        uint64_t found = 0;
        batch->count = count(shrink);
        result = batch->from < batch->count ? shrink_try(shrink, batch, &found) : SHRINK_NONE;
        batch->from = found;
        any = any || result == SHRINK_FOUND;
    }
    return result == SHRINK_NONE && any ? SHRINK_FOUND : result;
}

static uint64_t count_nodes(const struct shrink *shrink) {
    return reduce_count(shrink->best, REDUCE_NODES);
}

static enum shrink_result join(struct shrink *shrink) {
    struct shrink_batch batch = {.make = make_joined, .describe = describe_joined};
    return repeat(shrink, &batch, count_nodes);
}

/** How short stretches of time are tried to be: the last three for that before the end of the run
 * alone. */
enum { GAP_SIZES = 4 };

static int64_t gap_size(const struct shrink_batch *batch, uint64_t index) {
    const struct scenario *scenario = batch->scenario;
    uint64_t gap = index / GAP_SIZES;
    bool last = gap + 1 == reduce_gap_count(scenario);
    int64_t least_ns = last ? reduce_grace_ns(scenario) : reduce_settle_ns(scenario);
    int64_t now_ns = reduce_gap_ns(scenario, (uint32_t)gap);
    const int64_t sizes[GAP_SIZES] = {least_ns, scenario_times_ns(2, least_ns),
                                      scenario_times_ns(4, least_ns),
                                      now_ns / 2 / NS_PER_S * NS_PER_S};
    return sizes[index % GAP_SIZES];
}

static const struct scenario *make_sooner(const struct shrink_batch *batch, struct arena *arena,
                                          uint64_t index) {
    int64_t size_ns = gap_size(batch, index);
    bool short_enough = size_ns >= reduce_settle_ns(batch->scenario);
    return short_enough ? reduce_gap(arena, batch->scenario, (uint32_t)(index / GAP_SIZES), size_ns)
                        : NULL;
}

static void describe_sooner(const struct shrink_batch *batch, uint64_t index, char *text) {
    char before[QUANTITY_TEXT_SIZE];
    char after[QUANTITY_TEXT_SIZE];
    int64_t now_ns = reduce_gap_ns(batch->scenario, (uint32_t)(index / GAP_SIZES));
    snprintf(text, SHRINK_TEXT_SIZE, "%s in which nothing is set to happen become %s",
             quantity_write_duration(now_ns, before),
             quantity_write_duration(gap_size(batch, index), after));
}

static uint64_t count_gaps(const struct shrink *shrink) {
    return (uint64_t)reduce_gap_count(shrink->best) * GAP_SIZES;
}

static enum shrink_result shorten(struct shrink *shrink) {
    struct shrink_batch batch = {.make = make_sooner, .describe = describe_sooner};
    return repeat(shrink, &batch, count_gaps);
}

static const struct scenario *make_cut(const struct shrink_batch *batch, struct arena *arena,
                                       uint64_t index) {
    return reduce_cut(arena, batch->scenario, (uint32_t)index, NULL);
}

static void describe_cut(const struct shrink_batch *batch, uint64_t index, char *text) {
    struct arena *scratch = arena_create(NULL);
    char path[PATH_SIZE];
    const struct scenario *cut = reduce_cut(scratch, batch->scenario, (uint32_t)index, path);
    (void)cut;
    snprintf(text, SHRINK_TEXT_SIZE, "%.100s as it is if not given", path);
    arena_destroy(scratch);
}

static uint64_t count_cuts(const struct shrink *shrink) {
    return reduce_cut_count(shrink->best);
}

static enum shrink_result cut_keys(struct shrink *shrink) {
    struct shrink_batch batch = {.make = make_cut, .describe = describe_cut};
    return repeat(shrink, &batch, count_cuts);
}

static const struct scenario *make_plainer(const struct shrink_batch *batch, struct arena *arena,
                                           uint64_t index) {
    return reduce_plainer(arena, batch->scenario, (enum reduce_plainness)index);
}

static void describe_plainer(const struct shrink_batch *batch, uint64_t index, char *text) {
    (void)batch;
    snprintf(text, SHRINK_TEXT_SIZE, "%s", reduce_plainness_name((enum reduce_plainness)index));
}

static uint64_t count_plainness(const struct shrink *shrink) {
    (void)shrink;
    return REDUCE_PLAINNESS_COUNT;
}

static enum shrink_result make_all_plainer(struct shrink *shrink) {
    struct shrink_batch batch = {.make = make_plainer, .describe = describe_plainer};
    return repeat(shrink, &batch, count_plainness);
}

static const struct scenario *make_seed(const struct shrink_batch *batch, struct arena *arena,
                                        uint64_t index) {
    uint64_t seed = index + 1;
    return seed < batch->scenario->seed ? scenario_at_seed(arena, batch->scenario, seed) : NULL;
}

static void describe_seed(const struct shrink_batch *batch, uint64_t index, char *text) {
    (void)batch;
    snprintf(text, SHRINK_TEXT_SIZE, "seed %" PRIu64, index + 1);
}

static enum shrink_result lower_seed(struct shrink *shrink) {
    struct shrink_batch batch = {
        .count = shrink->options->tries, .tries = 1, .make = make_seed, .describe = describe_seed};
    uint64_t found = 0;
    return shrink_try(shrink, &batch, &found);
}

/** What is tried: parts by `part`, or something else. */
struct pass {
    enum reduce_part part;
    enum shrink_result (*run)(struct shrink *shrink);
    bool takes_away; // less of what a figure may depend on
};

static enum shrink_result do_pass(struct shrink *shrink, const struct pass *pass) {
    const struct scenario_expectation *wanted =
        shrink->expectation == 0 ? NULL : &shrink->original->expectations[shrink->expectation - 1];
    bool size_counts = wanted != NULL && !shrink->had_cures && reduce_wants_size(wanted);
    if (pass->takes_away && size_counts) {
        return SHRINK_NONE;
    }
    return pass->run == NULL ? shrink_part(shrink, pass->part) : pass->run(shrink);
}

/** Does passes one after the other. */
static enum shrink_result do_all(struct shrink *shrink, const struct pass *passes, size_t count) {
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        enum shrink_result result = do_pass(shrink, &passes[i]);
        if (result == SHRINK_OVER || result == SHRINK_ERROR) {
            return result;
        }
        any = any || result == SHRINK_FOUND;
    }
    return any ? SHRINK_FOUND : SHRINK_NONE;
}

static const struct pass coarse[] = {
    {REDUCE_EXPECTATIONS, NULL, false},
    {REDUCE_EVENTS, NULL, true},
    {REDUCE_CHURN, NULL, true},
    {REDUCE_SERIES, NULL, true},
    {REDUCE_TOPICS, NULL, true},
    {0, shrink_count, true},
    {0, write_out, false},
};

static const struct pass fine[] = {
    {0, write_out_rest, false},
    {REDUCE_SERIES, NULL, true},
    {REDUCE_EVENTS, NULL, true},
    {REDUCE_CHURN, NULL, true},
    {REDUCE_CHURN_ROWS, NULL, true},
    {REDUCE_TOPICS, NULL, true},
    {REDUCE_NODES, NULL, true},
    {0, join, true},
    {REDUCE_LINKS, NULL, true},
    {REDUCE_EVENT_NODES, NULL, true},
    {REDUCE_GROUPS, NULL, false},
    {0, shorten, true},
    {0, cut_keys, false},
    {0, make_all_plainer, false},
    {0, lower_seed, false},
};

/** The fine passes, until none helps any more. */
static enum shrink_result refine(struct shrink *shrink) {
    enum shrink_result result = SHRINK_FOUND;
    for (uint32_t round = 0; round < ROUNDS_MAX && result == SHRINK_FOUND; round++) {
        result = do_all(shrink, fine, sizeof fine / sizeof fine[0]);
    }
    return result;
}

/** Candidates for each kind of meshes: of 2, 3 … up to all nodes. */
static uint64_t mesh_sizes(const struct scenario *scenario) {
    return scenario->node_count < CROWD_MAX ? scenario->node_count - 1 : 1;
}

static uint32_t mesh_nodes(const struct scenario *scenario, uint64_t index) {
    uint64_t sizes = mesh_sizes(scenario);
    return scenario->node_count - (uint32_t)(sizes - 1 - index % sizes);
}

static const struct scenario *make_mesh(const struct shrink_batch *batch, struct arena *arena,
                                        uint64_t index) {
    const struct scenario *scenario = batch->scenario;
    uint32_t nodes = mesh_nodes(scenario, index);
    uint32_t fewer = scenario->node_count - nodes;
    const struct scenario *made =
        reduce_mesh(arena, scenario, (uint32_t)(index / mesh_sizes(scenario)));
    if (made == NULL || fewer == 0) {
        return made;
    }
    const struct scenario *small = reduce_to_nodes(arena, made, nodes);
    bool named = small == NULL && reduce_count(made, REDUCE_NODES) > 0;
    return named ? reduce_without(arena, made, REDUCE_NODES, nodes, fewer) : small;
}

static void describe_mesh(const struct shrink_batch *batch, uint64_t index, char *text) {
    struct arena *scratch = arena_create(NULL);
    const struct scenario *made = make_mesh(batch, scratch, index);
    CHECK(made != NULL);
    snprintf(text, SHRINK_TEXT_SIZE, "D %" PRIu32 ", Dlo %" PRIu32 ", Dhi %" PRIu32, made->router.d,
             made->router.d_low, made->router.d_high);
    arena_destroy(scratch);
}

/** Makes meshes smaller, and the rest with them. `*index` is that of the first candidate, and gets
 * that of the one which was taken, or the number of all. */
static enum shrink_result go_smaller(struct shrink *shrink, uint64_t *index) {
    struct shrink_batch batch = {.from = *index,
                                 .count = REDUCE_MESH_COUNT * mesh_sizes(shrink->best),
                                 .make = make_mesh,
                                 .describe = describe_mesh};
    enum shrink_result result = shrink_try(shrink, &batch, index);
    *index = result == SHRINK_NONE ? batch.count : *index;
    if (result != SHRINK_FOUND) {
        return result;
    }
    // The graph may have become a plain one since it was written out.
    result = do_all(shrink, coarse, sizeof coarse / sizeof coarse[0]);
    return result == SHRINK_NONE || result == SHRINK_FOUND ? refine(shrink) : result;
}

/** Whether no single quirk cures what was reached that did not before. */
static bool has_same_cause(struct shrink *shrink, uint64_t quirks_before, bool *same) {
    uint64_t quirks = 0;
    bool asked = shrink_single_quirks(shrink, &quirks);
    *same = (quirks & ~quirks_before) == 0;
    return asked;
}

/** As go_smaller(), but goes back if the nodes are not fewer then; or, where only all quirks cure
 * the failure, if one does now. Smaller meshes may bring in other causes: D is also the number of
 * topics that Q1 allows. */
static enum shrink_result try_mesh(struct shrink *shrink, uint64_t *index) {
    struct shrink_mark *mark = shrink_remember(shrink);
    if (mark == NULL) {
        return SHRINK_ERROR;
    }
    struct shrink_size before = shrink_size_of(shrink->best, &shrink->last);
    bool large = shrink_has_large_cure(shrink);
    uint64_t quirks = 0;
    bool asked = !large || shrink_single_quirks(shrink, &quirks);
    shrink->hidden_from = large ? 1 : before.nodes;
    enum shrink_result result = asked ? go_smaller(shrink, index) : SHRINK_ERROR;
    bool whole = result == SHRINK_NONE;
    bool fewer = shrink->best->node_count < before.nodes && (whole || !large);
    if (fewer && large) {
        asked = has_same_cause(shrink, quirks, &fewer);
    }
    shrink->hidden_from = 0;
    shrink_forget(shrink, mark, !fewer);
    if (!asked) {
        return SHRINK_ERROR;
    }
    if (fewer && large &&
        !shrink_report_step(shrink, &before, "smaller meshes, and what that allows")) {
        return SHRINK_ERROR;
    }
    return whole && fewer ? SHRINK_FOUND : result;
}

/** Smaller meshes, where more than FEW nodes are needed with those that there are. */
static enum shrink_result shrink_mesh(struct shrink *shrink) {
    enum shrink_result result = SHRINK_NONE;
    uint64_t sizes = mesh_sizes(shrink->best);
    bool crowd = shrink->best->node_count > FEW;
    for (uint64_t index = 0; crowd && index < REDUCE_MESH_COUNT * sizes && result == SHRINK_NONE;) {
        result = try_mesh(shrink, &index);
        index = (index / sizes + 1) * sizes; // meshes of the next kind
    }
    return result;
}

bool shrink_do_passes(struct shrink *shrink) {
    static const struct pass mesh = {0, shrink_mesh, true};
    enum shrink_result result = do_all(shrink, coarse, sizeof coarse / sizeof coarse[0]);
    result = result == SHRINK_OVER || result == SHRINK_ERROR ? result : refine(shrink);
    result = result == SHRINK_NONE ? do_pass(shrink, &mesh) : result;
    return result != SHRINK_ERROR;
}
