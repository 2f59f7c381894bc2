#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "scenarios/plan.h"

static void draw_members(struct selection *selection, uint32_t wanted, struct prng *prng) {
    CHECK(wanted <= selection->node_count);
    for (uint32_t node = 0; node < selection->node_count; node++) {
        selection->scratch[node] = node;
    }
    prng_pick_u32(prng, selection->scratch, selection->node_count, wanted);
    for (uint32_t i = 0; i < wanted; i++) {
        bitset_add(selection->members, selection->scratch[i]);
    }
}

static void add_ranges(struct selection *selection, const struct selector *selector) {
    for (uint32_t i = 0; i < selector->range_count; i++) {
        CHECK(selector->ranges[i].last < selection->node_count);
        for (uint32_t node = selector->ranges[i].first; node <= selector->ranges[i].last; node++) {
            bitset_add(selection->members, node);
        }
    }
}

static void add_group(struct selection *selection, uint32_t group) {
    CHECK(selection->group != NULL);
    for (uint32_t node = 0; node < selection->node_count; node++) {
        if (selection->group[node] == group) {
            bitset_add(selection->members, node);
        }
    }
}

void selector_apply(const struct selector *selector, struct prng *prng,
                    struct selection *selection) {
    switch (selector->kind) {
    case SELECTOR_ALL:
        for (uint32_t node = 0; node < selection->node_count; node++) {
            bitset_add(selection->members, node);
        }
        return;
    case SELECTOR_NONE:
        return;
    case SELECTOR_RANGES:
        add_ranges(selection, selector);
        return;
    case SELECTOR_SHARE: {
        uint64_t parts = (uint64_t)selection->node_count * selector->share_ppb;
        draw_members(selection, (uint32_t)((parts + SHARE_ONE / 2) / SHARE_ONE), prng);
        return;
    }
    case SELECTOR_COUNT:
        draw_members(selection, selector->count, prng);
        return;
    case SELECTOR_GROUP:
        add_group(selection, selector->group);
        return;
    }
    CHECK(false);
}
