#include "scenarios/witness.h"

#include "base/check.h"
#include "scenarios/fleet.h"

enum { ANY_REASON = UINT8_MAX };

/** Which records a figure of traffic counts, and whether it counts their bytes. */
static const struct {
    enum metric metric;
    uint8_t kind;
    uint8_t reason;
    bool bytes;
} counted[] = {
    {METRIC_PUBLISHED, TRACE_PUBLISH, ANY_REASON, false},
    {METRIC_PUBLISH_SKIPPED, TRACE_PUBLISH_SKIPPED, ANY_REASON, false},
    {METRIC_DUPLICATES, TRACE_DUPLICATE, ANY_REASON, false},
    {METRIC_DUPLICATES_PER_DELIVERY, TRACE_DUPLICATE, ANY_REASON, false},
    {METRIC_RPCS_SENT_TOTAL, TRACE_SEND, ANY_REASON, false},
    {METRIC_RPCS_SENT_WITH_MESSAGES, TRACE_SEND, TRACE_RPC_MESSAGES, false},
    {METRIC_RPCS_SENT_IHAVE, TRACE_SEND, TRACE_RPC_IHAVE, false},
    {METRIC_RPCS_SENT_IWANT, TRACE_SEND, TRACE_RPC_IWANT, false},
    {METRIC_RPCS_SENT_GRAFT, TRACE_SEND, TRACE_RPC_GRAFT, false},
    {METRIC_RPCS_SENT_PRUNE, TRACE_SEND, TRACE_RPC_PRUNE, false},
    {METRIC_RPCS_SENT_SUBSCRIPTIONS, TRACE_SEND, TRACE_RPC_SUBSCRIPTIONS, false},
    {METRIC_PACKETS_LOST, TRACE_LOST, ANY_REASON, false},
    {METRIC_PACKETS_DROPPED_TOTAL, TRACE_DROPPED, ANY_REASON, false},
    {METRIC_BYTES_SENT_TOTAL, TRACE_SEND, ANY_REASON, true},
    {METRIC_BYTES_SENT_PAYLOAD, TRACE_SEND, TRACE_RPC_MESSAGES, true},
    {METRIC_BYTES_SENT_CONTROL, TRACE_SEND, ANY_REASON, true},
    {METRIC_RPCS_SUPPRESSED, TRACE_SUPPRESSED, ANY_REASON, false},
    {METRIC_RPCS_SKIPPED, TRACE_SKIPPED, ANY_REASON, false},
    {METRIC_LINKS_ABORTED, TRACE_ABORT, ANY_REASON, false},
};

enum { COUNTED = sizeof counted / sizeof counted[0] };

static enum witness_subject subject_of(enum metric metric) {
    if (metric == METRIC_DELIVERY_RATIO || metric == METRIC_DELIVERIES) {
        return WITNESS_RECEIPTS;
    }
    if (metric >= METRIC_LATENCY_MIN && metric <= METRIC_LATENCY_MAX) {
        return WITNESS_LATENCIES;
    }
    if (metric == METRIC_HOPS_MEAN || metric == METRIC_HOPS_MAX) {
        return WITNESS_HOPS;
    }
    if (metric >= METRIC_MESH_DEGREE_MIN && metric <= METRIC_MESH_DEGREE_MAX) {
        return WITNESS_MESHES;
    }
    if (metric == METRIC_ONE_SIDED_MESH_LINKS) {
        return WITNESS_ONE_SIDED;
    }
    for (uint32_t i = 0; i < COUNTED; i++) {
        if (counted[i].metric == metric) {
            return WITNESS_NODES;
        }
    }
    return WITNESS_NOTHING;
}

/** The kinds of records that somebody counts. */
static uint64_t kinds_of(const struct witness *witness) {
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < witness->count; i++) {
        enum witness_subject subject = witness->items[i].subject;
        bool deliveries = subject == WITNESS_LATENCIES || subject == WITNESS_HOPS;
        kinds |= deliveries ? UINT64_C(1) << TRACE_DELIVER : 0;
        for (uint32_t j = 0; j < COUNTED && subject == WITNESS_NODES; j++) {
            bool same = counted[j].metric == witness->items[i].wanted->metric;
            kinds |= same ? UINT64_C(1) << counted[j].kind : 0;
        }
    }
    return kinds;
}

struct witness *witness_create(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    struct witness *witness = arena_take(fleet->arena, MEMORY_TABLES, sizeof *witness);
    bool any = false;
    witness->count = scenario->expectation_count;
    witness->items =
        arena_take_array(fleet->arena, MEMORY_TABLES, witness->count, sizeof *witness->items);
    for (uint32_t i = 0; i < witness->count; i++) {
        const struct scenario_expectation *wanted = &scenario->expectations[i];
        struct witness_item *item = &witness->items[i];
        item->wanted = wanted;
        item->scope = &scenario->scopes[wanted->scope];
        if (wanted->invariant != INVARIANT_NONE) {
            continue;
        }
        any = true;
        item->subject = subject_of(wanted->metric);
        item->members = scope_members(fleet->arena, &fleet->plan, item->scope);
        if (item->subject == WITNESS_NODES) {
            item->by_node = arena_take_array(fleet->arena, MEMORY_TABLES, scenario->node_count,
                                             sizeof *item->by_node);
        }
    }
    witness->kinds = kinds_of(witness);
    return any ? witness : NULL;
}

bool witness_needs_receipts(const struct witness *witness) {
    for (uint32_t i = 0; i < witness->count; i++) {
        if (witness->items[i].subject == WITNESS_RECEIPTS) {
            return true;
        }
    }
    return false;
}

/** Keeps a place if it is less, or more, than all before it. */
static void keep(struct witness_item *item, const struct witness_place *place) {
    if (!item->least.found || place->value < item->least.value) {
        item->least = *place;
    }
    if (!item->most.found || place->value > item->most.value) {
        item->most = *place;
    }
}

static void note_delivery(const struct fleet *fleet, struct witness_item *item,
                          const struct trace_record *record) {
    if (record->kind != TRACE_DELIVER || record->extra != 1) {
        return;
    }
    int64_t latency_ns = record->at_ns - fleet->plan.messages[record->message].at_ns;
    keep(item, &(struct witness_place){
                   .found = true,
                   .value = item->subject == WITNESS_HOPS ? record->value : latency_ns,
                   .at_ns = record->at_ns,
                   .node = record->node,
                   .peer = record->peer,
                   .message = record->message,
                   .topic = record->topic,
               });
}

static void note_traffic(struct witness_item *item, const struct trace_record *record) {
    for (uint32_t i = 0; i < COUNTED; i++) {
        if (counted[i].metric == item->wanted->metric && counted[i].kind == record->kind &&
            (counted[i].reason == ANY_REASON || counted[i].reason == record->reason)) {
            item->by_node[record->node] += counted[i].bytes ? record->value : 1;
        }
    }
}

void witness_record(struct fleet *fleet, const struct trace_record *record) {
    if ((fleet->witness->kinds >> record->kind & 1) == 0) {
        return;
    }
    struct occasion occasion = scope_occasion_of(&fleet->plan, record);
    for (uint32_t i = 0; i < fleet->witness->count; i++) {
        struct witness_item *item = &fleet->witness->items[i];
        if (!scope_is_about(item->scope, &occasion) ||
            !scope_has_node(item->members, record->node)) {
            continue;
        }
        if (item->subject == WITNESS_NODES) {
            note_traffic(item, record);
        } else if (item->subject == WITNESS_LATENCIES || item->subject == WITNESS_HOPS) {
            note_delivery(fleet, item, record);
        }
    }
}

/** Looks at the mesh of a node in a topic. */
static void look_at_mesh(const struct fleet *fleet, struct witness_item *item, uint32_t node,
                         uint16_t topic) {
    const struct topic_state *state = router_find_topic(&fleet->routers[node], topic);
    struct witness_place place = {
        .found = true,
        .at_ns = fleet->sim.now_ns,
        .node = node,
        .peer = TRACE_NONE,
        .message = TRACE_NONE,
        .topic = topic,
    };
    if (state == NULL) {
        return;
    }
    if (item->subject == WITNESS_ONE_SIDED) {
        place.peer = fleet_one_sided_peer(fleet, node, topic);
        place.value = 1;
    } else {
        place.value = state->mesh_count;
    }
    if (item->subject == WITNESS_ONE_SIDED ? place.peer != TRACE_NONE : state->handler_count > 0) {
        keep(item, &place);
    }
}

/** The nodes that did least and most. */
static void sum_up(struct witness_item *item, uint32_t node_count, int64_t at_ns) {
    for (uint32_t node = 0; node < node_count; node++) {
        if (scope_has_node(item->members, node)) {
            keep(item, &(struct witness_place){
                           .found = true,
                           .value = (int64_t)item->by_node[node],
                           .at_ns = at_ns,
                           .node = node,
                           .peer = TRACE_NONE,
                           .message = TRACE_NONE,
                           .topic = TRACE_TOPIC_NONE,
                       });
        }
    }
}

static void end_item(struct fleet *fleet, struct witness_item *item) {
    uint32_t nodes = fleet->scenario->node_count;
    if (item->subject == WITNESS_NODES) {
        sum_up(item, nodes, fleet->sim.now_ns);
        return;
    }
    for (uint32_t topic = 0; topic < fleet->scenario->topic_count; topic++) {
        bool about = item->scope->topic == SCOPE_ALL || item->scope->topic == topic;
        for (uint32_t node = 0; about && node < nodes; node++) {
            if (scope_has_node(item->members, node)) {
                look_at_mesh(fleet, item, node, (uint16_t)topic);
            }
        }
    }
}

void witness_end(struct fleet *fleet, uint32_t scope) {
    for (uint32_t i = 0; i < fleet->witness->count; i++) {
        struct witness_item *item = &fleet->witness->items[i];
        bool looks = item->subject == WITNESS_MESHES || item->subject == WITNESS_ONE_SIDED ||
                     item->subject == WITNESS_NODES;
        if (looks && item->wanted->scope == scope) {
            end_item(fleet, item);
        }
    }
}
