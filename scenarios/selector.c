#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "scenarios/plan.h"

#include <string.h>

/** Leaves a drawn number of the members. */
static void draw_members(struct selection *selection, uint32_t wanted, struct prng *prng) {
    uint32_t words = bitset_words(selection->node_count);
    uint32_t count = bitset_list(selection->members, words, selection->scratch);
    wanted = wanted < count ? wanted : count;
    prng_pick_u32(prng, selection->scratch, count, wanted);
    memset(selection->members, 0, words * sizeof *selection->members);
    for (uint32_t i = 0; i < wanted; i++) {
        bitset_add(selection->members, selection->scratch[i]);
    }
}

/** Whether a node is in one of the ranges. */
static bool in_ranges(const struct selector *selector, uint32_t node) {
    for (uint32_t i = 0; i < selector->range_count; i++) {
        if (node >= selector->ranges[i].first && node <= selector->ranges[i].last) {
            return true;
        }
    }
    return false;
}

static void add_ranges(struct selection *selection, const struct selector *selector) {
    for (uint32_t i = 0; i < selector->range_count; i++) {
        CHECK(selector->ranges[i].last < selection->node_count);
        for (uint32_t node = selector->ranges[i].first; node <= selector->ranges[i].last; node++) {
            bitset_add(selection->members, node);
        }
    }
}

static bool has_degree(const struct selection *selection, const struct selector *selector,
                       uint32_t node) {
    const struct topology *topology = selection->topology;
    CHECK(topology != NULL);
    uint32_t degree = topology->slot_first[node + 1] - topology->slot_first[node];
    return degree >= selector->degree_min && degree <= selector->degree_max;
}

/** Whether a rule that asks one node at a time takes the node. */
static bool takes(const struct selection *selection, const struct selector *selector,
                  uint32_t node) {
    switch (selector->kind) {
    case SELECTOR_ALL:
    case SELECTOR_SHARE:
    case SELECTOR_COUNT:
    case SELECTOR_NOT:
        return true;
    case SELECTOR_NONE:
        return false;
    case SELECTOR_RANGES:
        return in_ranges(selector, node);
    case SELECTOR_GROUP:
        CHECK(selection->group != NULL);
        return selection->group[node] == selector->group;
    case SELECTOR_REGION:
        CHECK(selection->region != NULL);
        return selection->region[node] + 1 == selector->region;
    case SELECTOR_EVERY:
        return node % selector->every == selector->offset;
    case SELECTOR_DEGREE:
        return has_degree(selection, selector, node);
    case SELECTOR_SUBSCRIBED:
        CHECK(selection->subscribed != NULL);
        return bitset_has(selection->subscribed[selector->topic], node);
    }
    CHECK(false);
}

/** All nodes, or at once the named ones: what the innermost rule starts from. */
static void begin(const struct selector *selector, struct selection *selection) {
    memset(selection->members, 0, bitset_words(selection->node_count) * sizeof(uint64_t));
    if (selector->kind == SELECTOR_RANGES) {
        add_ranges(selection, selector);
        return;
    }
    for (uint32_t node = 0; node < selection->node_count; node++) {
        bitset_add(selection->members, node);
    }
}

/** Leaves of the members those that the rule takes. */
static void narrow(const struct selector *selector, struct prng *prng,
                   struct selection *selection) {
    bool turned = selector->kind == SELECTOR_NOT;
    for (uint32_t node = 0; node < selection->node_count; node++) {
        bool member = bitset_has(selection->members, node);
        if (turned && !member) {
            bitset_add(selection->members, node);
        } else if (member && (turned || !takes(selection, selector, node))) {
            bitset_remove(selection->members, node);
        }
    }
    if (selector->kind == SELECTOR_COUNT) {
        draw_members(selection, selector->count, prng);
    } else if (selector->kind == SELECTOR_SHARE) {
        uint32_t count = bitset_count(selection->members, bitset_words(selection->node_count));
        uint64_t parts = (uint64_t)count * selector->share_ppb;
        draw_members(selection, (uint32_t)((parts + SHARE_ONE / 2) / SHARE_ONE), prng);
    }
}

void selector_apply(const struct selector *selector, struct prng *prng,
                    struct selection *selection) {
    const struct selector *chain[SELECTOR_DEPTH_MAX]; // from the outermost to the innermost
    uint32_t depth = 0;
    for (; selector != NULL; selector = selector->of) {
        CHECK(depth < SELECTOR_DEPTH_MAX);
        chain[depth++] = selector;
    }
    CHECK(depth > 0);
    begin(chain[depth - 1], selection);
    bool ready = chain[depth - 1]->kind == SELECTOR_RANGES;
    for (uint32_t i = depth - (ready ? 1 : 0); i > 0; i--) {
        narrow(chain[i - 1], prng, selection);
    }
}
