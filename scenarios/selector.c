#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "scenarios/plan.h"

static void draw_members(uint32_t node_count, uint32_t wanted, struct prng *prng, uint64_t *members,
                         uint32_t *scratch) {
    CHECK(wanted <= node_count);
    for (uint32_t node = 0; node < node_count; node++) {
        scratch[node] = node;
    }
    prng_pick_u32(prng, scratch, node_count, wanted);
    for (uint32_t i = 0; i < wanted; i++) {
        bitset_add(members, scratch[i]);
    }
}

static void add_ranges(const struct selector *selector, uint32_t node_count, uint64_t *members) {
    for (uint32_t i = 0; i < selector->range_count; i++) {
        CHECK(selector->ranges[i].last < node_count);
        for (uint32_t node = selector->ranges[i].first; node <= selector->ranges[i].last; node++) {
            bitset_add(members, node);
        }
    }
}

void selector_apply(const struct selector *selector, uint32_t node_count, struct prng *prng,
                    uint64_t *members, uint32_t *scratch) {
    switch (selector->kind) {
    case SELECTOR_ALL:
        for (uint32_t node = 0; node < node_count; node++) {
            bitset_add(members, node);
        }
        return;
    case SELECTOR_NONE:
        return;
    case SELECTOR_RANGES:
        add_ranges(selector, node_count, members);
        return;
    case SELECTOR_SHARE: {
        uint64_t parts = (uint64_t)node_count * selector->share_ppb;
        draw_members(node_count, (uint32_t)((parts + SHARE_ONE / 2) / SHARE_ONE), prng, members,
                     scratch);
        return;
    }
    case SELECTOR_COUNT:
        draw_members(node_count, selector->count, prng, members, scratch);
        return;
    }
    CHECK(false);
}
