#include "router/message_proto.h"
#include "router/rpc.pb-c.h"
#include "router/wire.h"
#include "router/wire_scratch.h"
#include "router/wire_varint.h"

/** An RPC being put into the generated structures. All of them live in the scratch. */
struct encoder {
    const struct message_table *messages;
    const struct rpc *source;
    struct wire_scratch *scratch;
    Pubsub__RPC rpc;
    Pubsub__ControlMessage control;
};

static void *take(struct encoder *encoder, size_t count, size_t size) {
    void *memory = wire_scratch_take(encoder->scratch, count * size);
    CHECK(memory != NULL);
    return memory;
}

/** The list of pointers of one kind of entry, made when the first entry of that kind comes. */
static void *list_of(struct encoder *encoder, void *list) {
    return list != NULL ? list : take(encoder, encoder->source->entry_count, sizeof(void *));
}

/** The name of a topic. Packing only reads; the generated structures have no const. */
static ProtobufCBinaryData topic_name(const struct encoder *encoder, uint16_t topic) {
    const struct message_table *messages = encoder->messages;
    CHECK(topic < messages->topic_count);
    return (ProtobufCBinaryData){.data = (uint8_t *)messages->topic_names[topic],
                                 .len = messages->topic_sizes[topic]};
}

static void add_subscription(struct encoder *encoder, const struct rpc_entry *entry) {
    Pubsub__RPC *rpc = &encoder->rpc;
    CHECK(entry->subscribe <= 1);
    CHECK(rpc->n_subscriptions < encoder->source->entry_count);
    Pubsub__RPC__SubOpts *item = take(encoder, 1, sizeof *item);
    pubsub__rpc__sub_opts__init(item);
    item->has_subscribe = true;
    item->subscribe = entry->subscribe;
    item->has_topicid = true;
    item->topicid = topic_name(encoder, entry->topic);
    rpc->subscriptions = list_of(encoder, rpc->subscriptions);
    rpc->subscriptions[rpc->n_subscriptions++] = item;
}

static void add_message(struct encoder *encoder, const struct rpc_entry *entry) {
    const struct message_table *messages = encoder->messages;
    Pubsub__RPC *rpc = &encoder->rpc;
    CHECK(entry->first < messages->count);
    CHECK(rpc->n_publish < encoder->source->entry_count);
    struct message_bytes *bytes = take(encoder, 1, sizeof *bytes);
    bytes->data = take(encoder, messages->items[entry->first].size_bytes, 1);
    Pubsub__Message *item = take(encoder, 1, sizeof *item);
    message_to_proto(messages, entry->first, bytes, item);
    if (messages->sign) {
        CHECK(messages->signatures != NULL);
        item->has_signature = true;
        item->signature.data = messages->signatures[entry->first];
        item->signature.len = SIGNATURE_BYTES;
    }
    rpc->publish = list_of(encoder, rpc->publish);
    rpc->publish[rpc->n_publish++] = item;
}

/** The message ids of an IHAVE or IWANT entry. */
static ProtobufCBinaryData *write_ids(struct encoder *encoder, const struct rpc_entry *entry) {
    CHECK(entry->first <= encoder->source->id_count);
    CHECK(entry->count <= encoder->source->id_count - entry->first);
    ProtobufCBinaryData *ids = take(encoder, entry->count, sizeof *ids);
    uint8_t *bytes = take(encoder, entry->count, MESSAGE_ID_BYTES);
    for (uint32_t i = 0; i < entry->count; i++) {
        ids[i].data = bytes + (size_t)i * MESSAGE_ID_BYTES;
        ids[i].len = MESSAGE_ID_BYTES;
        message_write_id(encoder->messages, encoder->source->ids[entry->first + i], ids[i].data);
    }
    return ids;
}

static void add_ihave(struct encoder *encoder, const struct rpc_entry *entry) {
    Pubsub__ControlMessage *control = &encoder->control;
    CHECK(control->n_ihave < encoder->source->entry_count);
    Pubsub__ControlIHave *item = take(encoder, 1, sizeof *item);
    pubsub__control_ihave__init(item);
    item->has_topicid = true;
    item->topicid = topic_name(encoder, entry->topic);
    item->messageids = write_ids(encoder, entry);
    item->n_messageids = entry->count;
    control->ihave = list_of(encoder, control->ihave);
    control->ihave[control->n_ihave++] = item;
}

static void add_iwant(struct encoder *encoder, const struct rpc_entry *entry) {
    Pubsub__ControlMessage *control = &encoder->control;
    CHECK(control->n_iwant < encoder->source->entry_count);
    Pubsub__ControlIWant *item = take(encoder, 1, sizeof *item);
    pubsub__control_iwant__init(item);
    item->messageids = write_ids(encoder, entry);
    item->n_messageids = entry->count;
    control->iwant = list_of(encoder, control->iwant);
    control->iwant[control->n_iwant++] = item;
}

static void add_graft(struct encoder *encoder, const struct rpc_entry *entry) {
    Pubsub__ControlMessage *control = &encoder->control;
    CHECK(control->n_graft < encoder->source->entry_count);
    Pubsub__ControlGraft *item = take(encoder, 1, sizeof *item);
    pubsub__control_graft__init(item);
    item->has_topicid = true;
    item->topicid = topic_name(encoder, entry->topic);
    control->graft = list_of(encoder, control->graft);
    control->graft[control->n_graft++] = item;
}

static void add_prune(struct encoder *encoder, const struct rpc_entry *entry) {
    Pubsub__ControlMessage *control = &encoder->control;
    CHECK(control->n_prune < encoder->source->entry_count);
    Pubsub__ControlPrune *item = take(encoder, 1, sizeof *item);
    pubsub__control_prune__init(item);
    item->has_topicid = true;
    item->topicid = topic_name(encoder, entry->topic);
    control->prune = list_of(encoder, control->prune);
    control->prune[control->n_prune++] = item;
}

static void add_entry(struct encoder *encoder, const struct rpc_entry *entry) {
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_SUBSCRIPTIONS:
        add_subscription(encoder, entry);
        return;
    case TRACE_RPC_MESSAGES:
        add_message(encoder, entry);
        return;
    case TRACE_RPC_IHAVE:
        add_ihave(encoder, entry);
        break;
    case TRACE_RPC_IWANT:
        add_iwant(encoder, entry);
        break;
    case TRACE_RPC_GRAFT:
        add_graft(encoder, entry);
        break;
    case TRACE_RPC_PRUNE:
        add_prune(encoder, entry);
        break;
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(entry->kind < TRACE_RPC_COUNT);
    encoder->rpc.control = &encoder->control;
}

struct wire_bytes wire_encode(struct wire *wire, const struct rpc *rpc) {
    CHECK(rpc->size_bytes > 0);
    CHECK(rpc->entry_count > 0);
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &wire->pool, SIZE_MAX);
    struct encoder encoder = {.messages = wire->messages, .source = rpc, .scratch = &scratch};
    pubsub__rpc__init(&encoder.rpc);
    pubsub__control_message__init(&encoder.control);
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        add_entry(&encoder, &entries[i]);
    }
    size_t body_bytes = pubsub__rpc__get_packed_size(&encoder.rpc);
    CHECK(varint_bytes(body_bytes) + body_bytes == rpc->size_bytes);
    struct wire_bytes frame = {.bytes = pool_take(&wire->pool, rpc->size_bytes),
                               .size = rpc->size_bytes};
    uint32_t prefix_bytes = wire_varint_write(body_bytes, frame.bytes);
    size_t packed_bytes = pubsub__rpc__pack(&encoder.rpc, frame.bytes + prefix_bytes);
    CHECK(packed_bytes == body_bytes);
    CHECK(prefix_bytes + packed_bytes == frame.size);
    wire_scratch_finish(&scratch);
    return frame;
}
