// Which rule makes two kinds of routers send different RPCs: found by trying, not by knowing.

#include "router/quirks.h"
#include "scenarios/parting.h"

/** Quirks that some router has on one side only. */
static uint64_t differing(const struct scenario *const scenarios[PARTING_SIDES]) {
    uint64_t quirks = scenarios[0]->router.quirks ^ scenarios[1]->router.quirks;
    for (uint32_t i = 0; i < scenarios[1]->group_count && i < scenarios[0]->group_count; i++) {
        quirks |= scenarios[0]->groups[i].router.quirks ^ scenarios[1]->groups[i].router.quirks;
    }
    return quirks;
}

/** The second scenario, but for some quirks, of which it has what the first one has. */
static const struct scenario *repaired(struct arena *arena,
                                       const struct scenario *const scenarios[PARTING_SIDES],
                                       uint64_t quirks) {
    struct scenario *copy = arena_take(arena, MEMORY_TABLES, sizeof *copy);
    *copy = *scenarios[1];
    copy->router.quirks = (copy->router.quirks & ~quirks) | (scenarios[0]->router.quirks & quirks);
    struct scenario_group *groups = arena_take_array(
        arena, MEMORY_TABLES, copy->group_count > 0 ? copy->group_count : 1, sizeof *groups);
    for (uint32_t i = 0; i < copy->group_count; i++) {
        groups[i] = scenarios[1]->groups[i];
        if (i >= scenarios[0]->group_count) {
            continue; // the first one has no such group to go by
        }
        groups[i].router.quirks =
            (groups[i].router.quirks & ~quirks) | (scenarios[0]->groups[i].router.quirks & quirks);
    }
    copy->groups = groups;
    return copy;
}

/** Whether the RPC after the first `alike` would be the same with these quirks repaired. */
static bool mends(const struct scenario *const scenarios[PARTING_SIDES],
                  const enum ties ties[PARTING_SIDES], uint64_t alike, uint64_t quirks) {
    struct arena *arena = arena_create(NULL);
    const struct scenario *both[PARTING_SIDES] = {scenarios[0], repaired(arena, scenarios, quirks)};
    const struct parting_options options = {
        .scope = PARTING_BY_RPCS, .ties = {ties[0], ties[1]}, .enough = alike + 1};
    struct parting parting;
    struct failure failure;
    bool built = parting_find(arena, both, &options, &parting, &failure);
    bool same = built && (parting.alike > alike || parting.kind == PARTING_NONE);
    arena_destroy(arena);
    return same;
}

void parting_find_rule(const struct scenario *const scenarios[PARTING_SIDES],
                       const enum ties ties[PARTING_SIDES], uint64_t alike,
                       struct parting_rule *rule) {
    uint64_t quirks = differing(scenarios);
    *rule = (struct parting_rule){.alone = 0};
    for (uint64_t left = quirks; left != 0; left &= left - 1) {
        uint64_t one = left & -left;
        rule->alone |= mends(scenarios, ties, alike, one) ? one : 0;
    }
    if (rule->alone != 0 || quirks == 0 || !mends(scenarios, ties, alike, quirks)) {
        return;
    }
    rule->together = quirks;
    for (uint64_t left = quirks; left != 0; left &= left - 1) {
        uint64_t without = rule->together & ~(left & -left);
        rule->together = mends(scenarios, ties, alike, without) ? without : rule->together;
    }
}
