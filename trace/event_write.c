#include "trace/event_file.h"

#include "base/check.h"
#include "trace/trace_event.pb-c.h"

/** All the messages that an event can be made of, so that nothing needs memory of its own. */
struct parts {
    Pubsub__Pb__TraceEvent event;
    Pubsub__Pb__TraceEvent__PublishMessage publish;
    Pubsub__Pb__TraceEvent__RejectMessage reject;
    Pubsub__Pb__TraceEvent__DuplicateMessage duplicate;
    Pubsub__Pb__TraceEvent__DeliverMessage deliver;
    Pubsub__Pb__TraceEvent__AddPeer add;
    Pubsub__Pb__TraceEvent__RemovePeer remove;
    Pubsub__Pb__TraceEvent__RecvRPC received;
    Pubsub__Pb__TraceEvent__SendRPC sent;
    Pubsub__Pb__TraceEvent__DropRPC dropped;
    Pubsub__Pb__TraceEvent__Join join;
    Pubsub__Pb__TraceEvent__Leave leave;
    Pubsub__Pb__TraceEvent__Graft graft;
    Pubsub__Pb__TraceEvent__Prune prune;
    Pubsub__Pb__TraceEvent__RPCMeta meta;
    Pubsub__Pb__TraceEvent__MessageMeta message;
    Pubsub__Pb__TraceEvent__SubMeta subscription;
    Pubsub__Pb__TraceEvent__ControlMeta control;
    Pubsub__Pb__TraceEvent__ControlIHaveMeta ihave;
    Pubsub__Pb__TraceEvent__ControlIWantMeta iwant;
    Pubsub__Pb__TraceEvent__ControlGraftMeta control_graft;
    Pubsub__Pb__TraceEvent__ControlPruneMeta control_prune;
    Pubsub__Pb__TraceEvent__MessageMeta *messages[1];
    Pubsub__Pb__TraceEvent__SubMeta *subscriptions[1];
    Pubsub__Pb__TraceEvent__ControlIHaveMeta *ihaves[1];
    Pubsub__Pb__TraceEvent__ControlIWantMeta *iwants[1];
    Pubsub__Pb__TraceEvent__ControlGraftMeta *grafts[1];
    Pubsub__Pb__TraceEvent__ControlPruneMeta *prunes[1];
    ProtobufCBinaryData topics[1];
    ProtobufCBinaryData ids[1];
};

/** Packing only reads; the generated structures have no const because unpacking shares them. */
static void set(protobuf_c_boolean *has, ProtobufCBinaryData *data, struct event_bytes bytes) {
    *has = bytes.bytes != NULL;
    data->data = (uint8_t *)bytes.bytes;
    data->len = bytes.size;
}

/** A list of one item, or of none. */
static size_t set_one(ProtobufCBinaryData *list, struct event_bytes bytes) {
    protobuf_c_boolean has = 0;
    set(&has, list, bytes);
    return has ? 1 : 0;
}

static void set_control(struct parts *parts, const struct trace_event *event) {
    Pubsub__Pb__TraceEvent__ControlMeta *control = &parts->control;
    pubsub__pb__trace_event__control_meta__init(control);
    parts->meta.control = control;
    if (event->rpc == TRACE_RPC_IHAVE) {
        pubsub__pb__trace_event__control_ihave_meta__init(&parts->ihave);
        parts->ihave.n_messageids = set_one(parts->ids, event->message);
        parts->ihave.messageids = parts->ids;
        set(&parts->ihave.has_topic, &parts->ihave.topic, event->topic);
        parts->ihaves[0] = &parts->ihave;
        control->n_ihave = 1;
        control->ihave = parts->ihaves;
    } else if (event->rpc == TRACE_RPC_IWANT) {
        pubsub__pb__trace_event__control_iwant_meta__init(&parts->iwant);
        parts->iwant.n_messageids = set_one(parts->ids, event->message);
        parts->iwant.messageids = parts->ids;
        parts->iwants[0] = &parts->iwant;
        control->n_iwant = 1;
        control->iwant = parts->iwants;
    } else if (event->rpc == TRACE_RPC_GRAFT) {
        pubsub__pb__trace_event__control_graft_meta__init(&parts->control_graft);
        set(&parts->control_graft.has_topic, &parts->control_graft.topic, event->topic);
        parts->grafts[0] = &parts->control_graft;
        control->n_graft = 1;
        control->graft = parts->grafts;
    } else {
        CHECK(event->rpc == TRACE_RPC_PRUNE);
        pubsub__pb__trace_event__control_prune_meta__init(&parts->control_prune);
        set(&parts->control_prune.has_topic, &parts->control_prune.topic, event->topic);
        parts->prunes[0] = &parts->control_prune;
        control->n_prune = 1;
        control->prune = parts->prunes;
    }
}

/** What an RPC holds, as far as an event knows: its first entry. */
static Pubsub__Pb__TraceEvent__RPCMeta *set_meta(struct parts *parts,
                                                 const struct trace_event *event) {
    pubsub__pb__trace_event__rpcmeta__init(&parts->meta);
    if (event->rpc == TRACE_RPC_SUBSCRIPTIONS) {
        pubsub__pb__trace_event__sub_meta__init(&parts->subscription);
        set(&parts->subscription.has_topic, &parts->subscription.topic, event->topic);
        parts->subscriptions[0] = &parts->subscription;
        parts->meta.n_subscription = 1;
        parts->meta.subscription = parts->subscriptions;
    } else if (event->rpc == TRACE_RPC_MESSAGES) {
        pubsub__pb__trace_event__message_meta__init(&parts->message);
        set(&parts->message.has_messageid, &parts->message.messageid, event->message);
        parts->message.n_topic = set_one(parts->topics, event->topic);
        parts->message.topic = parts->topics;
        parts->messages[0] = &parts->message;
        parts->meta.n_messages = 1;
        parts->meta.messages = parts->messages;
    } else {
        set_control(parts, event);
    }
    return &parts->meta;
}

static void set_message(struct parts *parts, const struct trace_event *event) {
    size_t topics = set_one(parts->topics, event->topic);
    if (event->type == TRACE_EVENT_PUBLISH) {
        pubsub__pb__trace_event__publish_message__init(&parts->publish);
        set(&parts->publish.has_messageid, &parts->publish.messageid, event->message);
        parts->publish.n_topic = topics;
        parts->publish.topic = parts->topics;
        parts->event.publishmessage = &parts->publish;
    } else if (event->type == TRACE_EVENT_REJECT) {
        pubsub__pb__trace_event__reject_message__init(&parts->reject);
        set(&parts->reject.has_messageid, &parts->reject.messageid, event->message);
        set(&parts->reject.has_receivedfrom, &parts->reject.receivedfrom, event->peer);
        set(&parts->reject.has_reason, &parts->reject.reason, event->reason);
        parts->reject.n_topic = topics;
        parts->reject.topic = parts->topics;
        parts->event.rejectmessage = &parts->reject;
    } else if (event->type == TRACE_EVENT_DUPLICATE) {
        pubsub__pb__trace_event__duplicate_message__init(&parts->duplicate);
        set(&parts->duplicate.has_messageid, &parts->duplicate.messageid, event->message);
        set(&parts->duplicate.has_receivedfrom, &parts->duplicate.receivedfrom, event->peer);
        parts->duplicate.n_topic = topics;
        parts->duplicate.topic = parts->topics;
        parts->event.duplicatemessage = &parts->duplicate;
    } else if (event->type == TRACE_EVENT_DELIVER) {
        pubsub__pb__trace_event__deliver_message__init(&parts->deliver);
        set(&parts->deliver.has_messageid, &parts->deliver.messageid, event->message);
        set(&parts->deliver.has_receivedfrom, &parts->deliver.receivedfrom, event->peer);
        parts->deliver.n_topic = topics;
        parts->deliver.topic = parts->topics;
        parts->event.delivermessage = &parts->deliver;
    }
}

static void set_rpc(struct parts *parts, const struct trace_event *event) {
    if (event->type == TRACE_EVENT_RECV_RPC) {
        pubsub__pb__trace_event__recv_rpc__init(&parts->received);
        set(&parts->received.has_receivedfrom, &parts->received.receivedfrom, event->peer);
        parts->received.meta = set_meta(parts, event);
        parts->event.recvrpc = &parts->received;
    } else if (event->type == TRACE_EVENT_SEND_RPC) {
        pubsub__pb__trace_event__send_rpc__init(&parts->sent);
        set(&parts->sent.has_sendto, &parts->sent.sendto, event->peer);
        parts->sent.meta = set_meta(parts, event);
        parts->event.sendrpc = &parts->sent;
    } else if (event->type == TRACE_EVENT_DROP_RPC) {
        pubsub__pb__trace_event__drop_rpc__init(&parts->dropped);
        set(&parts->dropped.has_sendto, &parts->dropped.sendto, event->peer);
        parts->dropped.meta = set_meta(parts, event);
        parts->event.droprpc = &parts->dropped;
    }
}

static void set_peer(struct parts *parts, const struct trace_event *event) {
    if (event->type == TRACE_EVENT_ADD_PEER) {
        pubsub__pb__trace_event__add_peer__init(&parts->add);
        set(&parts->add.has_peerid, &parts->add.peerid, event->peer);
        parts->event.addpeer = &parts->add;
    } else if (event->type == TRACE_EVENT_REMOVE_PEER) {
        pubsub__pb__trace_event__remove_peer__init(&parts->remove);
        set(&parts->remove.has_peerid, &parts->remove.peerid, event->peer);
        parts->event.removepeer = &parts->remove;
    } else if (event->type == TRACE_EVENT_JOIN) {
        pubsub__pb__trace_event__join__init(&parts->join);
        set(&parts->join.has_topic, &parts->join.topic, event->topic);
        parts->event.join = &parts->join;
    } else if (event->type == TRACE_EVENT_LEAVE) {
        pubsub__pb__trace_event__leave__init(&parts->leave);
        set(&parts->leave.has_topic, &parts->leave.topic, event->topic);
        parts->event.leave = &parts->leave;
    } else if (event->type == TRACE_EVENT_GRAFT) {
        pubsub__pb__trace_event__graft__init(&parts->graft);
        set(&parts->graft.has_peerid, &parts->graft.peerid, event->peer);
        set(&parts->graft.has_topic, &parts->graft.topic, event->topic);
        parts->event.graft = &parts->graft;
    } else if (event->type == TRACE_EVENT_PRUNE) {
        pubsub__pb__trace_event__prune__init(&parts->prune);
        set(&parts->prune.has_peerid, &parts->prune.peerid, event->peer);
        set(&parts->prune.has_topic, &parts->prune.topic, event->topic);
        parts->event.prune = &parts->prune;
    }
}

/** A buffer of protobuf-c that is a stream. */
struct stream_buffer {
    ProtobufCBuffer base;
    FILE *out;
};

static void append(ProtobufCBuffer *buffer, size_t size, const uint8_t *bytes) {
    fwrite(bytes, 1, size, ((struct stream_buffer *)buffer)->out);
}

static void write_length(size_t length, FILE *out) {
    for (; length >= 0x80; length >>= 7) {
        fputc((int)(length & 0x7f) | 0x80, out);
    }
    fputc((int)length, out);
}

void event_write(const struct trace_event *event, FILE *out) {
    struct parts parts;
    pubsub__pb__trace_event__init(&parts.event);
    parts.event.has_type = true;
    parts.event.type = (Pubsub__Pb__TraceEvent__Type)event->type;
    parts.event.has_timestamp = true;
    parts.event.timestamp = event->timestamp_ns;
    set(&parts.event.has_peerid, &parts.event.peerid, event->node);
    set_message(&parts, event);
    set_rpc(&parts, event);
    set_peer(&parts, event);
    struct stream_buffer buffer = {.base = {.append = append}, .out = out};
    write_length(pubsub__pb__trace_event__get_packed_size(&parts.event), out);
    pubsub__pb__trace_event__pack_to_buffer(&parts.event, &buffer.base);
}
