#include "scenarios/plan.h"

#include "base/check.h"
#include "base/prng.h"
#include "scenarios/groups.h"
#include "scenarios/heals.h"
#include "scenarios/occasions.h"
#include "scenarios/plan_faults.h"
#include "scenarios/plan_replay.h"
#include "scenarios/plan_steps.h"
#include "scenarios/regions.h"

#include <string.h>

static void draw_starts(struct plan *plan, struct arena *arena, const struct scenario *scenario) {
    uint32_t count = scenario->group_count + 1;
    struct distribution *starts = arena_take_array(arena, MEMORY_TABLES, count, sizeof *starts);
    for (uint32_t group = 0; group < count; group++) {
        distribution_init(&starts[group], arena, group_start(scenario, group), 0);
    }
    plan->start_ns =
        arena_take_array(arena, MEMORY_TABLES, plan->node_count, sizeof *plan->start_ns);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        plan->start_ns[node] = distribution_at(
            &starts[plan_group(plan, node)], prng_keyed(scenario->seed, STREAM_START, node, 0, 0));
    }
}

void plan_draw_selector(const struct scenario *scenario, const struct selector *selector,
                        uint64_t index, struct selection *space) {
    struct prng prng = prng_stream(scenario->seed, STREAM_WORKLOAD, index);
    selector_apply(selector, &prng, space);
}

void plan_begin(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                const struct topology *topology, struct selection *space) {
    memset(plan, 0, sizeof *plan);
    plan->node_count = scenario->node_count;
    CHECK(scenario->topic_count <= SCENARIO_TOPICS_MAX);
    CHECK(scenario->event_count < WORKLOAD_EVENT);
    _Static_assert((int)WORKLOAD_EVENT <= (int)OCCASION_EVENTS_MAX, "occasions tell events apart");
    CHECK(scenario->publish_count < WORKLOAD_EVENT);
    uint32_t words = bitset_words(plan->node_count);
    plan->group = groups_assign(scenario, arena);
    draw_starts(plan, arena, scenario);
    plan->region = regions_assign(scenario, arena);
    *space = (struct selection){
        .room = space->room,
        .members = arena_take_array(space->room, MEMORY_TABLES, words, sizeof(uint64_t)),
        .scratch = arena_take_array(space->room, MEMORY_TABLES, plan->node_count, sizeof(uint32_t)),
        .group = plan->group,
        .region = plan->region,
        .topology = topology,
        .node_count = plan->node_count,
    };
}

/** Counts who is expected to receive something. */
static bool check_deliveries(const struct plan *plan, const struct scenario *scenario,
                             struct failure *failure) {
    uint64_t expected = 0;
    for (uint32_t i = 0; i < plan->message_count; i++) {
        expected += plan->messages[i].expected_count;
    }
    if (expected > PLAN_DELIVERIES_MAX) {
        failure_bad_input(failure, "publish: %llu deliveries in all; allowed: at most %u",
                          (unsigned long long)expected, PLAN_DELIVERIES_MAX);
        return place_failure(&scenario->publishes_place, failure);
    }
    return true;
}

/** Makes all but what is counted at the end. */
static bool make(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                 struct selection *space, struct failure *failure) {
    if (!plan_draw_first_topics(plan, arena, scenario, space, failure)) {
        return false;
    }
    plan_draw_changes(plan, arena, scenario, space);
    plan_draw_roles(plan, arena, scenario, space);
    if (!plan_make_faults(plan, arena, scenario, space, failure)) {
        return false;
    }
    if (!plan_check_injections(scenario, space->topology, failure)) {
        return false;
    }
    if (!plan_list_messages(plan, arena, scenario, failure)) {
        return false;
    }
    plan_replay(plan, arena, scenario, plan_publishers_make(plan, space->room, scenario, space));
    return true;
}

/** Looks up the heal that each message waits for; messages of one stretch share theirs. */
static void list_heals(struct plan *plan, struct arena *arena, const struct scenario *scenario) {
    if (!scenario_heals(scenario)) {
        return;
    }
    plan->heal_at_ns =
        arena_take_array(arena, MEMORY_MESSAGES, plan->message_count, sizeof *plan->heal_at_ns);
    int64_t heal_ns = INT64_MIN;
    for (uint32_t i = 0; i < plan->message_count; i++) {
        int64_t at_ns = plan->messages[i].at_ns;
        if (heal_ns <= at_ns) {
            heal_ns = heal_after(scenario, at_ns + 1);
            heal_ns = heal_ns == at_ns + 1 ? INT64_MAX : heal_ns;
        }
        plan->heal_at_ns[i] = heal_ns;
    }
}

bool plan_make(struct plan *plan, struct arena *arena, const struct scenario *scenario,
               const struct topology *topology, struct failure *failure) {
    struct selection space = {.room = arena_aside(arena)};
    plan_begin(plan, arena, scenario, topology, &space);
    bool made = make(plan, arena, scenario, &space, failure);
    if (made) {
        list_heals(plan, arena, scenario);
    }
    arena_destroy(space.room);
    return made && check_deliveries(plan, scenario, failure);
}
