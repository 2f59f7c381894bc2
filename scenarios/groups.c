#include "scenarios/groups.h"

#include "base/bitset.h"
#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"

static bool is_drawn(const struct selector *selector) {
    return selector->kind == SELECTOR_SHARE || selector->kind == SELECTOR_COUNT;
}

/** Puts the nodes that a group names into `node_group`; their number, or a fault at the first one
 * that another group has. */
static bool claim_named(const struct scenario *scenario, uint32_t number, uint16_t *node_group,
                        uint32_t *size, struct group_fault *fault) {
    const struct selector *selector = &scenario->groups[number - 1].nodes;
    struct selector_range all = {.first = 0, .last = scenario->node_count - 1};
    bool is_all = selector->kind == SELECTOR_ALL;
    const struct selector_range *ranges = is_all ? &all : selector->ranges;
    uint32_t range_count = is_all ? 1 : selector->range_count;
    for (uint32_t i = 0; i < range_count; i++) {
        CHECK(ranges[i].last < scenario->node_count);
        for (uint32_t node = ranges[i].first; node <= ranges[i].last; node++) {
            if (node_group[node] != 0 && node_group[node] != number) {
                *fault = (struct group_fault){number, node_group[node], node, 0};
                return false;
            }
            *size += node_group[node] == 0;
            node_group[node] = (uint16_t)number;
        }
    }
    return true;
}

/** As groups_measure(), and the nodes that are named get their group. */
static bool claim(const struct scenario *scenario, uint16_t *node_group, uint32_t *sizes,
                  struct group_fault *fault) {
    uint32_t left = scenario->node_count; // for those drawn by count, then for those by share
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        sizes[i] = 0;
        if (!is_drawn(&scenario->groups[i].nodes) &&
            !claim_named(scenario, i + 1, node_group, &sizes[i], fault)) {
            return false;
        }
        left -= sizes[i];
    }
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct selector *selector = &scenario->groups[i].nodes;
        if (selector->kind != SELECTOR_COUNT) {
            continue;
        }
        if (selector->count > left) {
            *fault = (struct group_fault){.group = i + 1, .left = left};
            return false;
        }
        sizes[i] = selector->count;
        left -= selector->count;
    }
    uint64_t parts = 0; // of all shares so far: rounding their sum cannot exceed what is left
    uint32_t given = 0;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct selector *selector = &scenario->groups[i].nodes;
        if (selector->kind != SELECTOR_SHARE) {
            continue;
        }
        parts += (uint64_t)scenario->node_count * selector->share_ppb;
        if (parts > (uint64_t)left * SHARE_ONE) {
            *fault = (struct group_fault){.group = i + 1, .left = left - given};
            return false;
        }
        sizes[i] = (uint32_t)((parts + SHARE_ONE / 2) / SHARE_ONE) - given;
        given += sizes[i];
    }
    return true;
}

bool groups_measure(const struct scenario *scenario, struct arena *scratch, uint32_t *sizes,
                    struct group_fault *fault) {
    uint16_t *node_group =
        arena_take_array(scratch, MEMORY_TABLES, scenario->node_count, sizeof *node_group);
    return claim(scenario, node_group, sizes, fault);
}

/** Draws a group's nodes among those without one. */
static void draw(const struct scenario *scenario, uint32_t number, uint32_t size,
                 uint16_t *node_group, uint32_t *left) {
    uint32_t left_count = 0;
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        if (node_group[node] == 0) {
            left[left_count++] = node;
        }
    }
    CHECK(size <= left_count);
    struct prng prng = prng_stream(scenario->seed, STREAM_GROUP, number);
    prng_pick_u32(&prng, left, left_count, size);
    for (uint32_t i = 0; i < size; i++) {
        node_group[left[i]] = (uint16_t)number;
    }
}

const uint16_t *groups_assign(const struct scenario *scenario, struct arena *arena) {
    if (scenario->group_count == 0) {
        return NULL;
    }
    uint32_t nodes = scenario->node_count;
    uint16_t *node_group = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *node_group);
    struct arena *scratch = arena_aside(arena);
    uint32_t *left = arena_take_array(scratch, MEMORY_TABLES, nodes, sizeof *left);
    uint32_t *sizes =
        arena_take_array(scratch, MEMORY_TABLES, scenario->group_count, sizeof *sizes);
    struct group_fault fault;
    bool fits = claim(scenario, node_group, sizes, &fault);
    CHECK(fits);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        if (is_drawn(&scenario->groups[i].nodes)) {
            draw(scenario, i + 1, sizes[i], node_group, left);
        }
    }
    arena_destroy(scratch);
    return node_group;
}
