#include "scenarios/plan_steps.h"

#include "base/check.h"
#include "base/prng.h"
#include "scenarios/occasions.h"

#include <string.h>

/** Sets of the scenario come before those of its events: for all nodes, then for each group. */
static uint32_t first_event_set(const struct scenario *scenario) {
    return scenario->group_count + 1;
}

static void make_set(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                     const struct scenario_roles *roles, struct selection *space) {
    uint32_t number = plan->role_set_count++;
    struct role_set *set = &plan->role_sets[number];
    *set = (struct role_set){
        .number = number,
        .roles = roles->roles,
        .drops_ppb = roles->drops_ppb,
        .graft_peers = roles->graft_peers,
        .ihave_peers = roles->ihave_peers,
        .ihave_ids = roles->ihave_ids,
        .iwant_peers = roles->iwant_peers,
    };
    if (role_in(set, ROLE_CENSORS)) {
        uint32_t words = bitset_words(plan->node_count);
        uint64_t *censored = arena_take_array(arena, MEMORY_TABLES, words, sizeof *censored);
        struct prng prng = prng_stream(scenario->seed, STREAM_ROLE, number);
        selector_apply(&roles->censored, &prng, space);
        memcpy(censored, space->members, words * sizeof *censored);
        set->censored = censored;
    }
}

/** The changes as they are found. */
struct change_list {
    struct pool pool;
    struct plan_role_change *items;
    uint32_t count;
    uint32_t capacity;
};

/** All nodes drawn get the roles of a set at this time. */
static void add_changes(struct change_list *list, uint32_t set, int64_t at_ns,
                        const struct selection *space) {
    for (uint32_t node = 0; node < space->node_count; node++) {
        if (!bitset_has(space->members, node)) {
            continue;
        }
        if (list->count == list->capacity) {
            list->items = pool_grow(&list->pool, list->items, &list->capacity, list->count + 1,
                                    sizeof *list->items);
        }
        list->items[list->count++] =
            (struct plan_role_change){.at_ns = at_ns, .node = node, .set = set};
    }
}

/** Who gets other roles, and when. */
static void draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                         struct selection *space) {
    struct change_list list = {0};
    pool_init(&list.pool, arena, MEMORY_TABLES);
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (event->kind != SCENARIO_ROLE) {
            continue;
        }
        uint32_t set = plan->role_set_count;
        make_set(plan, arena, scenario, event->roles, space);
        uint32_t occasions = occasion_count(scenario, event);
        for (uint32_t k = 0; k < occasions; k++) {
            uint64_t stream = occasion_stream(i, k, OCCASION_NODES);
            struct prng prng = prng_stream(scenario->seed, STREAM_FAULT, stream);
            selector_apply(&event->nodes, &prng, space);
            add_changes(&list, set, occasion_at(scenario, i, k), space);
        }
    }
    plan->role_changes = list.items;
    plan->role_change_count = list.count;
}

void plan_draw_roles(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                     struct selection *space) {
    uint32_t any = scenario->roles.roles;
    uint32_t events = 0;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        any |= scenario->groups[i].roles.roles;
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        events += scenario->events[i].kind == SCENARIO_ROLE;
    }
    if (any == 0 && events == 0) {
        return;
    }
    plan->role_sets = arena_take_array(arena, MEMORY_TABLES, first_event_set(scenario) + events,
                                       sizeof *plan->role_sets);
    make_set(plan, arena, scenario, &scenario->roles, space);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        make_set(plan, arena, scenario, &scenario->groups[i].roles, space);
    }
    CHECK(plan->role_set_count == first_event_set(scenario));
    draw_changes(plan, arena, scenario, space);
}
