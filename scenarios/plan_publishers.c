#include "scenarios/plan_publishers.h"

#include "base/check.h"
#include "base/quantity.h"

#include <string.h>

/** Whose turn it is, in order, of a selection that is drawn once. */
static void list_turns(struct plan_publisher *publisher, struct arena *arena,
                       struct selection *space) {
    uint32_t *nodes = arena_take_array(arena, MEMORY_TABLES, space->node_count, sizeof *nodes);
    publisher->node_count = 0;
    for (uint32_t node = 0; node < space->node_count; node++) {
        if (bitset_has(space->members, node)) {
            nodes[publisher->node_count++] = node;
        }
    }
    publisher->nodes = nodes;
}

/** How many of `count` nodes a share or count of them is; a share is rounded to the nearest. */
static uint32_t subset_size(const struct selector *subset, uint32_t count) {
    if (subset->kind == SELECTOR_SHARE) {
        return (uint32_t)(((uint64_t)count * subset->share_ppb + SHARE_ONE / 2) / SHARE_ONE);
    }
    CHECK(subset->kind == SELECTOR_COUNT);
    return subset->count < count ? subset->count : count;
}

/** The nodes that an entry draws its publishers among: those of a group, of a region, and of them
 * a subset. NULL for all nodes. */
static const uint64_t *draw_among(const struct plan *plan, struct arena *arena,
                                  const struct scenario_publish *publish, struct prng *prng,
                                  uint32_t *scratch) {
    bool is_subset = publish->subset.kind != SELECTOR_ALL;
    if (publish->group == 0 && publish->region == 0 && !is_subset) {
        return NULL;
    }
    uint32_t count = 0;
    for (uint32_t node = 0; node < plan->node_count; node++) {
        bool in_group = publish->group == 0 || plan_group(plan, node) == publish->group;
        bool in_region = publish->region == 0 || plan->region[node] + 1 == publish->region;
        if (in_group && in_region) {
            scratch[count++] = node;
        }
    }
    if (is_subset) {
        uint32_t wanted = subset_size(&publish->subset, count);
        prng_pick_u32(prng, scratch, count, wanted);
        count = wanted;
    }
    uint32_t words = bitset_words(plan->node_count);
    uint64_t *among = arena_take_array(arena, MEMORY_TABLES, words, sizeof *among);
    for (uint32_t i = 0; i < count; i++) {
        bitset_add(among, scratch[i]);
    }
    return among;
}

/** How many turns each entry has, up to its last message. */
static uint32_t *count_turns(const struct plan *plan, struct arena *arena,
                             const struct scenario *scenario) {
    uint32_t *turns =
        arena_take_array(arena, MEMORY_TABLES, scenario->publish_count, sizeof *turns);
    for (uint32_t i = 0; i < plan->message_count; i++) {
        uint32_t entry = (uint32_t)(plan->messages[i].name >> 32);
        uint32_t turn = (uint32_t)plan->messages[i].name / scenario->publishes[entry].burst_count;
        turns[entry] = turn + 1 > turns[entry] ? turn + 1 : turns[entry];
    }
    return turns;
}

struct plan_publisher *plan_publishers_make(const struct plan *plan, struct arena *arena,
                                            const struct scenario *scenario,
                                            struct selection *space) {
    uint32_t words = bitset_words(plan->node_count);
    struct plan_publisher *publishers =
        arena_take_array(arena, MEMORY_TABLES, scenario->publish_count, sizeof *publishers);
    const uint32_t *turns = count_turns(plan, arena, scenario);
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        struct plan_publisher *publisher = &publishers[i];
        *publisher = (struct plan_publisher){
            .publish = publish,
            .stream = prng_stream(scenario->seed, STREAM_WORKLOAD, WORKLOAD_PUBLISH + i),
            .nodes = publish->nodes,
            .node_count = publish->node_count,
            .instant = UINT64_MAX,
        };
        if (publish->from == PUBLISHER_ROTATE) {
            plan_draw_selector(scenario, &publish->subset, WORKLOAD_SUBSET + i, space);
            list_turns(publisher, arena, space);
        } else if (publish->from != PUBLISHER_NODES && publish->from != PUBLISHER_ROWS) {
            struct prng prng = prng_stream(scenario->seed, STREAM_WORKLOAD, WORKLOAD_SUBSET + i);
            publisher->among = draw_among(plan, arena, publish, &prng, space->scratch);
        }
        if (publish->publishers > 1) {
            publisher->taken = arena_take_array(arena, MEMORY_TABLES, words, sizeof(uint64_t));
        }
        if (publish->burst_count > 1) {
            publisher->chosen =
                arena_take_array(arena, MEMORY_TABLES, turns[i], sizeof *publisher->chosen);
        }
    }
    return publishers;
}

/** The number of the set bit that has `rank` set bits below it. */
static uint32_t select_member(const uint64_t *members, uint32_t words, uint32_t rank) {
    for (uint32_t i = 0; i < words; i++) {
        uint32_t count = (uint32_t)__builtin_popcountll(members[i]);
        if (rank >= count) {
            rank -= count;
            continue;
        }
        uint64_t word = members[i];
        for (; rank > 0; rank--) {
            word &= word - 1;
        }
        return i * 64 + (uint32_t)__builtin_ctzll(word);
    }
    CHECK(false);
}

/** One of the `count` members, or PLAN_NODE_NONE. */
static uint32_t draw_member(const uint64_t *members, uint32_t words, uint32_t count,
                            struct prng *prng) {
    return count == 0 ? PLAN_NODE_NONE : select_member(members, words, prng_below(prng, count));
}

static uint32_t draw(struct plan_publisher *publisher, const struct plan_candidates *candidates) {
    enum publisher_kind from = publisher->publish->from;
    if (from == PUBLISHER_RANDOM && publisher->among == NULL && publisher->taken == NULL) {
        return draw_member(candidates->members, candidates->words, candidates->member_count,
                           &publisher->stream);
    }
    uint32_t count = 0;
    uint64_t *chosen = candidates->scratch;
    for (uint32_t i = 0; i < candidates->words; i++) {
        uint64_t up = candidates->up[i];
        uint64_t members = candidates->members[i];
        chosen[i] = from == PUBLISHER_RANDOM ? members : up;
        chosen[i] &= from == PUBLISHER_OUTSIDE ? ~members : UINT64_MAX;
        chosen[i] &= publisher->among == NULL ? UINT64_MAX : publisher->among[i];
        chosen[i] &= publisher->taken == NULL ? UINT64_MAX : ~publisher->taken[i];
        count += (uint32_t)__builtin_popcountll(chosen[i]);
    }
    return draw_member(chosen, candidates->words, count, &publisher->stream);
}

/** As draw(), and nobody twice at one instant. */
static uint32_t draw_different(struct plan_publisher *publisher, uint32_t turn,
                               const struct plan_candidates *candidates) {
    if (publisher->taken == NULL) {
        return draw(publisher, candidates);
    }
    uint64_t instant = turn / publisher->publish->publishers;
    if (publisher->instant != instant) {
        memset(publisher->taken, 0, candidates->words * sizeof *publisher->taken);
        publisher->instant = instant;
    }
    uint32_t node = draw(publisher, candidates);
    if (node != PLAN_NODE_NONE) {
        bitset_add(publisher->taken, node);
    }
    return node;
}

uint32_t plan_publisher_choose(struct plan_publisher *publisher, uint32_t k,
                               const struct plan_candidates *candidates) {
    const struct scenario_publish *publish = publisher->publish;
    uint32_t turn = k / publish->burst_count;
    if (publish->from == PUBLISHER_ROWS) {
        return publish->rows[k].node;
    }
    if (publish->from == PUBLISHER_NODES || publish->from == PUBLISHER_ROTATE) {
        return publisher->node_count == 0 ? PLAN_NODE_NONE
                                          : publisher->nodes[turn % publisher->node_count];
    }
    if (publisher->chosen == NULL) {
        return draw_different(publisher, turn, candidates);
    }
    if (k % publish->burst_count == 0) {
        publisher->chosen[turn] = draw_different(publisher, turn, candidates);
    }
    return publisher->chosen[turn];
}
