// Records as TraceEvents. What a router of Go has no event for is left out: starts and stops,
// fanouts, refusals, caches of RPCs, roles and pauses; and what an event has no place for: bytes,
// hops, sizes of meshes, and all but the first entry of an RPC.
#include "analysis/record_sink.h"

#include <string.h>

static struct event_bytes text_bytes(const char *text) {
    if (text == NULL) {
        return (struct event_bytes){NULL, 0};
    }
    return (struct event_bytes){(const uint8_t *)text, strlen(text)};
}

static struct event_bytes node_id(const struct record_ids *ids, uint32_t node) {
    return node < ids->node_count ? ids->nodes[node] : (struct event_bytes){NULL, 0};
}

static struct event_bytes message_id(const struct record_ids *ids, uint32_t message) {
    return message < ids->message_count ? ids->messages[message] : (struct event_bytes){NULL, 0};
}

/** Whether the sender dropped an RPC: what the receiver drops has no event. */
static bool is_dropped_by_sender(const struct trace_record *record) {
    return record->kind == TRACE_LOST ||
           (record->kind == TRACE_DROPPED && record->extra != CAUSE_DOWNLINK_FULL &&
            record->extra != CAUSE_NODE_DOWN);
}

/** The event that stands for a record; false if there is none. */
static bool find_type(const struct trace_record *record, enum trace_event_type *type) {
    static const struct {
        enum trace_kind kind;
        enum trace_event_type type;
    } rows[] = {
        {TRACE_PUBLISH, TRACE_EVENT_PUBLISH},     {TRACE_IGNORE, TRACE_EVENT_REJECT},
        {TRACE_DELIVER, TRACE_EVENT_DELIVER},     {TRACE_OWN, TRACE_EVENT_DELIVER},
        {TRACE_PEER_UP, TRACE_EVENT_ADD_PEER},    {TRACE_PEER_DOWN, TRACE_EVENT_REMOVE_PEER},
        {TRACE_RECEIVE, TRACE_EVENT_RECV_RPC},    {TRACE_SEND, TRACE_EVENT_SEND_RPC},
        {TRACE_SUBSCRIBE, TRACE_EVENT_JOIN},      {TRACE_UNSUBSCRIBE, TRACE_EVENT_LEAVE},
        {TRACE_GRAFT, TRACE_EVENT_GRAFT},         {TRACE_PRUNE, TRACE_EVENT_PRUNE},
        {TRACE_DUPLICATE, TRACE_EVENT_DUPLICATE},
    };
    if (is_dropped_by_sender(record)) {
        *type = TRACE_EVENT_DROP_RPC;
        return true;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].kind == record->kind) {
            *type = rows[i].type;
            return true;
        }
    }
    return false;
}

static void take(struct record_sink *sink, const struct record_view *view) {
    const struct trace_record *record = &view->record;
    const struct record_ids *ids = sink->options.ids;
    bool rpc = trace_kind_is_rpc((enum trace_kind)record->kind);
    uint32_t peer = record->kind == TRACE_OWN ? record->node : record->peer;
    struct trace_event event = {
        .timestamp_ns = record->at_ns,
        .node = node_id(ids, record->node),
        .peer = node_id(ids, peer),
        .message = message_id(ids, record->message),
        .topic = text_bytes(view->topic),
        .rpc = rpc ? (enum trace_rpc)record->reason : TRACE_RPC_SUBSCRIPTIONS,
    };
    if (record->kind == TRACE_IGNORE && record->reason != REASON_NONE) {
        event.reason = text_bytes(trace_reason_name((enum trace_reason)record->reason));
    }
    // What was made up for others is nobody's event.
    if (record->node < ids->traced && find_type(record, &event.type)) {
        event_write(&event, sink->options.out);
    }
}

struct record_sink *record_events_open(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure) {
    (void)failure;
    struct record_sink *sink = record_sink_create(arena, options, NULL);
    sink->take = take;
    return sink;
}
