// What the events of a session are about, handled and waiting.

#include "base/check.h"
#include "scenarios/session_parts.h"

static enum session_what what_of_change(uint32_t what) {
    switch ((enum fleet_change)what) {
    case FLEET_CHANGE_START:
        return SESSION_START;
    case FLEET_CHANGE_LINKS:
        return SESSION_LINKS;
    case FLEET_CHANGE_SUBSCRIPTION:
        return SESSION_SUBSCRIPTION;
    case FLEET_CHANGE_INJECT:
        return SESSION_INJECT;
    case FLEET_CHANGE_VALIDATED:
        return SESSION_VALIDATED;
    case FLEET_CHANGE_ROLE:
        return SESSION_ROLE;
    case FLEET_CHANGE_FORWARD:
        return SESSION_FORWARD;
    case FLEET_CHANGE_PROCESSED:
        return SESSION_PROCESSED;
    case FLEET_CHANGE_FAULT:
        return SESSION_FAULT;
    }
    CHECK(false);
    return SESSION_FAULT;
}

const char *session_what_name(enum session_what what) {
    switch (what) {
    case SESSION_RPC:
        return "rpc";
    case SESSION_BYTES:
        return "bytes";
    case SESSION_SIGNAL:
        return "signal";
    case SESSION_TRANSFER:
        return "transfer";
    case SESSION_HEARTBEAT:
        return "heartbeat";
    case SESSION_PUBLISH:
        return "publish";
    case SESSION_START:
        return "start";
    case SESSION_LINKS:
        return "links";
    case SESSION_SUBSCRIPTION:
        return "subscription";
    case SESSION_INJECT:
        return "inject";
    case SESSION_VALIDATED:
        return "validated";
    case SESSION_ROLE:
        return "role";
    case SESSION_FORWARD:
        return "forward";
    case SESSION_PROCESSED:
        return "processed";
    case SESSION_FAULT:
        return "fault";
    }
    return "unknown";
}

static void describe_rpc(const struct fleet *fleet, uint32_t handle, struct session_event *event) {
    event->what = SESSION_RPC;
    event->rpc = handle;
    const struct rpc *rpc = rpc_at(&fleet->rpcs, handle);
    const struct rpc_entry *entry = rpc_entries(rpc);
    event->entries = rpc->entry_count;
    event->bytes = rpc->size_bytes;
    event->rpc_kind = entry->kind;
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_MESSAGES:
        event->message = entry->first;
        event->topic = fleet->plan.messages[entry->first].topic;
        return;
    case TRACE_RPC_IWANT:
        event->message = fleet_named_message(fleet, rpc);
        return;
    case TRACE_RPC_IHAVE:
        event->message = fleet_named_message(fleet, rpc);
        event->topic = entry->topic;
        return;
    case TRACE_RPC_SUBSCRIPTIONS:
    case TRACE_RPC_GRAFT:
    case TRACE_RPC_PRUNE:
        event->topic = entry->topic;
        return;
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(false);
}

static void describe_packet(const struct fleet *fleet, const struct event *event,
                            struct session_event *described) {
    uint32_t handle = event->payload;
    described->slot = event->target;
    described->peer = fleet->topology.peer[event->target];
    if (handle >= FLEET_SIGNAL_FIRST) {
        described->what = SESSION_SIGNAL;
        return;
    }
    if ((handle & FLEET_PACKET_BYTES) != 0) {
        handle = fleet->wire_packets[handle & ~FLEET_PACKET_BYTES].rpc;
    }
    if (handle == RPC_NONE) {
        described->what = SESSION_BYTES;
    } else {
        describe_rpc(fleet, handle, described);
    }
}

static void describe_change(const struct fleet *fleet, const struct event *event,
                            struct session_event *described) {
    described->what = what_of_change(event->payload);
    if (described->what == SESSION_SUBSCRIPTION) {
        described->topic = fleet->plan.changes[event->target].topic;
    } else if (described->what == SESSION_VALIDATED) {
        described->message = fleet->validations[event->target].message;
        described->topic = fleet->plan.messages[described->message].topic;
    }
}

void session_describe(const struct session *session, const struct event *event,
                      struct session_event *described) {
    const struct fleet *fleet = session->fleet;
    *described = (struct session_event){
        .at_ns = event->at_ns,
        .order = event->order,
        .node = sim_node_of(&fleet->sim, event),
        .peer = TRACE_NONE,
        .slot = TRACE_NONE,
        .rpc = RPC_NONE,
        .message = TRACE_NONE,
        .topic = TRACE_TOPIC_NONE,
    };
    switch (event_class_of(event)) {
    case EVENT_CHANGE:
        describe_change(fleet, event, described);
        return;
    case EVENT_PACKET:
        describe_packet(fleet, event, described);
        return;
    case EVENT_TRANSFER:
        described->what = SESSION_TRANSFER;
        return;
    case EVENT_TIMER:
        described->what = SESSION_HEARTBEAT;
        return;
    case EVENT_PUBLISH:
        described->what = SESSION_PUBLISH;
        described->message = event->target;
        described->topic = fleet->plan.messages[event->target].topic;
        return;
    }
    CHECK(false);
}

/** The events of a node, put into a heap: it hands them out in their order. */
struct gathering {
    const struct sim *sim;
    struct event_heap heap;
    uint32_t node; // TRACE_NONE: all
};

static void gather(void *context, const struct event *event) {
    struct gathering *gathering = context;
    bool wanted =
        gathering->node == TRACE_NONE || sim_node_of(gathering->sim, event) == gathering->node;
    if (wanted && !sim_is_stale(gathering->sim, event)) {
        event_heap_push(&gathering->heap, *event);
    }
}

const struct session_event *session_pending(const struct session *session, struct arena *arena,
                                            uint32_t node, uint32_t *count) {
    struct gathering gathering = {.sim = &session->fleet->sim, .node = node};
    event_heap_init(&gathering.heap, arena);
    event_wheel_visit(session->fleet->sim.queue, &gathering, gather);
    *count = gathering.heap.count;
    struct session_event *events =
        arena_take_array(arena, MEMORY_TABLES, *count > 0 ? *count : 1, sizeof *events);
    for (uint32_t i = 0; i < *count; i++) {
        const struct event event = event_heap_pop(&gathering.heap);
        session_describe(session, &event, &events[i]);
    }
    return events;
}
