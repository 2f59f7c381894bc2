#include "scenarios/reduce_guard.h"

#include "base/bitset.h"
#include "base/check.h"
#include "scenarios/graph.h"
#include "scenarios/plan.h"

#include <string.h>

enum { SETTLE_HEARTBEATS = 5, GRACE_HEARTBEATS = 2 };

static int64_t at_least(int64_t value, int64_t limit) {
    return value < limit ? limit : value;
}

int64_t reduce_settle_ns(const struct scenario *scenario) {
    return scenario_times_ns(SETTLE_HEARTBEATS, scenario->router.heartbeat_interval_ns);
}

int64_t reduce_grace_ns(const struct scenario *scenario) {
    uint32_t beats = scenario->router.history_length + GRACE_HEARTBEATS;
    int64_t grace_ns = scenario_times_ns(beats, scenario->router.heartbeat_interval_ns);
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        grace_ns = at_least(grace_ns, scenario->expectations[i].within_ns + 1);
    }
    return grace_ns;
}

bool reduce_wants_size(const struct scenario_expectation *expectation) {
    enum expectation_operator operator= expectation->operator;
    bool at_least_so = operator== EXPECT_GREATER || operator== EXPECT_GREATER_EQUAL || operator==
        EXPECT_EQUAL;
    return expectation->invariant == INVARIANT_NONE && at_least_so && expectation->value > 0 &&
           metric_unit_of(expectation->metric) != METRIC_RATIO;
}

/** Nodes by the piece of the graph that they are in. */
struct pieces {
    uint32_t *parent; // [node_count] a node of the same piece, itself at last
};

static uint32_t root_of(const struct pieces *pieces, uint32_t node) {
    while (pieces->parent[node] != node) {
        pieces->parent[node] = pieces->parent[pieces->parent[node]];
        node = pieces->parent[node];
    }
    return node;
}

/** Nodes that ever are in a topic. */
static void find_members(const struct plan *plan, uint32_t topic, uint64_t *members) {
    memset(members, 0, bitset_words(plan->node_count) * sizeof *members);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
            if (plan->first_topics[i] == topic) {
                bitset_add(members, node);
            }
        }
    }
    for (uint32_t i = 0; i < plan->change_count; i++) {
        if (plan->changes[i].topic == topic && plan->changes[i].subscribe) {
            bitset_add(members, plan->changes[i].node);
        }
    }
    for (uint32_t i = 0; i < plan->message_count; i++) {
        const struct plan_message *message = &plan->messages[i];
        if (message->topic == topic && message->origin != PLAN_NODE_NONE) {
            bitset_add(members, message->origin);
        }
    }
}

static uint32_t count_pieces(const struct pieces *pieces, const struct topology *topology,
                             const uint64_t *members) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        pieces->parent[node] = node;
        count += bitset_has(members, node) ? 1 : 0;
    }
    for (uint32_t slot = 0; slot < topology->slot_first[topology->node_count]; slot++) {
        uint32_t owner = topology->owner[slot];
        uint32_t peer = topology->peer[slot];
        if (owner < peer && bitset_has(members, owner) && bitset_has(members, peer)) {
            uint32_t a = root_of(pieces, owner);
            uint32_t b = root_of(pieces, peer);
            pieces->parent[a] = b;
            count -= a == b ? 0 : 1;
        }
    }
    return count;
}

static void find_pieces(struct reduce_room *room, struct arena *scratch, const struct plan *plan,
                        const struct topology *topology, uint32_t topics) {
    uint32_t nodes = plan->node_count;
    struct pieces pieces = {arena_take_array(scratch, MEMORY_TABLES, nodes, sizeof(uint32_t))};
    uint64_t *members =
        arena_take_array(scratch, MEMORY_TABLES, bitset_words(nodes), sizeof *members);
    for (uint32_t node = 0; node < nodes; node++) {
        bitset_add(members, node);
    }
    room->graph_pieces = count_pieces(&pieces, topology, members);
    // A node in a topic by itself is a piece, and no loss.
    room->topic_pieces = 1;
    for (uint32_t topic = 0; topic < topics; topic++) {
        find_members(plan, topic, members);
        uint32_t count = count_pieces(&pieces, topology, members);
        room->topic_pieces = count > room->topic_pieces ? count : room->topic_pieces;
    }
}

static void find_times(struct reduce_room *room, const struct scenario *scenario,
                       const struct plan *plan) {
    int64_t last_start_ns = 0;
    int64_t first_ns = SCENARIO_TIME_MAX_NS;
    int64_t last_ns = 0;
    for (uint32_t node = 0; node < plan->node_count; node++) {
        last_start_ns = at_least(last_start_ns, plan->start_ns[node]);
    }
    for (uint32_t i = 0; i < plan->message_count; i++) {
        const struct plan_message *message = &plan->messages[i];
        if (message->origin == PLAN_NODE_NONE || message->at_ns >= scenario->duration_ns) {
            continue;
        }
        first_ns = message->at_ns < first_ns ? message->at_ns : first_ns;
        last_ns = at_least(last_ns, message->at_ns);
        room->expected += message->expected_count;
    }
    room->settle_ns = first_ns - last_start_ns;
    room->grace_ns = scenario->duration_ns - last_ns;
}

static bool begins_fault(enum scenario_event_kind kind) {
    return kind == SCENARIO_UNSUBSCRIBE || kind == SCENARIO_CRASH || kind == SCENARIO_PAUSE ||
           kind == SCENARIO_PARTITION || kind == SCENARIO_CLOG || kind == SCENARIO_HOLD ||
           kind == SCENARIO_DEGRADE || kind == SCENARIO_FLAP || kind == SCENARIO_DISCONNECT;
}

static bool ends_fault(enum scenario_event_kind kind) {
    return kind == SCENARIO_SUBSCRIBE || kind == SCENARIO_RESTART || kind == SCENARIO_RESUME ||
           kind == SCENARIO_HEAL || kind == SCENARIO_RELEASE || kind == SCENARIO_CONNECT;
}

static void find_faults(struct reduce_room *room, const struct scenario *scenario) {
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        room->endless += begins_fault(event->kind) && event->for_ns == 0 ? 1 : 0;
        room->endings += ends_fault(event->kind) ? 1 : 0;
    }
}

bool reduce_room_of(struct reduce_room *room, const struct scenario *scenario,
                    struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    struct topology topology;
    struct plan plan;
    *room = (struct reduce_room){.graph_pieces = 0};
    bool made = graph_build(&topology, scratch, scenario, failure) &&
                plan_make(&plan, scratch, scenario, &topology, failure);
    if (made) {
        find_pieces(room, scratch, &plan, &topology, scenario->topic_count);
        find_times(room, scenario, &plan);
        find_faults(room, scenario);
    }
    arena_destroy(scratch);
    return made;
}

bool reduce_room_narrow(struct reduce_room *room, const struct scenario *scenario,
                        struct failure *failure) {
    struct reduce_room now;
    if (!reduce_room_of(&now, scenario, failure)) {
        return false;
    }
    room->graph_pieces = now.graph_pieces;
    room->topic_pieces = now.topic_pieces;
    return true;
}

static int64_t lesser(int64_t a, int64_t b) {
    return a < b ? a : b;
}

bool reduce_guard(const struct reduce_room *before, const struct scenario *scenario,
                  struct failure *failure) {
    struct reduce_room room;
    if (!reduce_room_of(&room, scenario, failure)) {
        return false;
    }
    if (room.graph_pieces > before->graph_pieces || room.topic_pieces > before->topic_pieces) {
        return failure_bad_input(failure, "subscribers could not reach each other");
    }
    if (before->expected > 0 && room.expected == 0) {
        return failure_bad_input(failure, "nobody would be expected to receive anything");
    }
    if (before->expected > 0 &&
        room.settle_ns < lesser(before->settle_ns, reduce_settle_ns(scenario))) {
        return failure_bad_input(failure, "messages would come before there are meshes");
    }
    if (before->expected > 0 &&
        room.grace_ns < lesser(before->grace_ns, reduce_grace_ns(scenario))) {
        return failure_bad_input(failure, "the run would end before messages could arrive");
    }
    bool ended = before->endings >= before->endless;
    if (ended && room.endings < room.endless) {
        return failure_bad_input(failure, "a fault would not end");
    }
    return true;
}
