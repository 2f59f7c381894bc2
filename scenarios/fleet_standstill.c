#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/fleet.h"
#include "scenarios/groups.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    EVENTS_ALWAYS = 1000000, // a machine handles them in less than a second
    EVENTS_PER_PLACE = 16,   // start, heartbeat, hello; GRAFT, PRUNE and IHAVE of a topic
};

/** a + b × c, or the most there is. */
static uint64_t add_product(uint64_t a, uint64_t b, uint64_t c) {
    uint64_t product = 0;
    uint64_t sum = 0;
    if (__builtin_mul_overflow(b, c, &product) || __builtin_add_overflow(a, product, &sum)) {
        return INT64_MAX;
    }
    return sum;
}

/** Heartbeats of a node in the whole run, at most. */
static uint64_t heartbeats(const struct scenario *scenario) {
    int64_t interval_ns = scenario->router.heartbeat_interval_ns;
    for (uint32_t group = 1; group <= scenario->group_count; group++) {
        int64_t own_ns = group_router(scenario, group)->heartbeat_interval_ns;
        interval_ns = own_ns < interval_ns ? own_ns : interval_ns;
    }
    return (uint64_t)(scenario->duration_ns / interval_ns) + 1;
}

/**
 * More events at one instant than a run comes to that is alive: even if everything starts at once
 * on links that are all alike, or hold back what they carry and let it go at once, each node and
 * each end of a link sees each message, each event of the scenario, and a few RPCs for each topic
 * and heartbeat only so often.
 */
static uint64_t events_enough(const struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    uint64_t topics = scenario->topic_count + UINT64_C(1);
    uint64_t places = add_product(fleet->topology.node_count, 2, fleet->topology.link_count);
    uint64_t each = add_product(0, EVENTS_PER_PLACE, topics);
    each = add_product(each, 2 * topics, heartbeats(scenario));
    each = add_product(each, 4, fleet->plan.message_count);
    each = add_product(each, 2, scenario->event_count);
    each = add_product(each, 2, scenario->churn_count);
    return add_product(EVENTS_ALWAYS, places, each);
}

void fleet_limit_instants(struct fleet *fleet) {
    uint64_t stated = fleet->scenario->limits.events_per_instant;
    fleet->sim.instant_events_max = stated > 0 ? stated : events_enough(fleet);
}

bool fleet_explain_standstill(const struct fleet *fleet, struct failure *failure) {
    struct sim_standstill found = sim_standstill_of(&fleet->sim);
    char at[QUANTITY_TEXT_SIZE];
    char names[FAILURE_MESSAGE_SIZE / 2] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < found.count; i++) {
        int size = snprintf(names + used, sizeof names - used, "%snode %" PRIu32 " (%" PRIu32 ")",
                            i == 0 ? "" : ", ", found.nodes[i], found.counts[i]);
        CHECK(size > 0);
        used += (size_t)size;
        CHECK(used < sizeof names);
    }
    return failure_running(
        failure,
        "time stands still at %s: more than %" PRIu64 " events at one instant; of the last %" PRIu64
        ", most are at %s. `limits: {events_per_instant: N}` allows more",
        quantity_write_duration(fleet->sim.now_ns, at), found.events, found.counted, names);
}
