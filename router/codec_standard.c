#include "router/codec_standard.h"

#include "base/check.h"
#include "router/rpc.pb-c.h"

// What protobuf-c takes for many small entries is up to 60 times their bytes; bytes that ask for
// more are made to be expensive (each further control part, say, copies all before it).
enum { UNPACK_BYTES_MIN = 16384, UNPACK_BYTES_PER_BYTE = 128 };

/** An RPC being put into the generated structures. All of them live in the scratch. */
struct encoder {
    struct wire_scratch *scratch;
    Pubsub__RPC rpc;
    Pubsub__ControlMessage control;
};

static void *take(struct encoder *encoder, size_t count, size_t size) {
    void *memory = wire_scratch_take(encoder->scratch, count * size);
    CHECK(memory != NULL);
    return memory;
}

/** Packing only reads; the generated structures have no const because unpacking shares them. */
static ProtobufCBinaryData packed(struct byte_span span) {
    return (ProtobufCBinaryData){.data = (uint8_t *)span.bytes, .len = span.size};
}

static bool is_present(struct byte_span span) {
    CHECK(span.bytes != NULL || span.size == 0);
    return span.bytes != NULL;
}

static void put_subscriptions(struct encoder *encoder, const struct rpc_document *document) {
    Pubsub__RPC *rpc = &encoder->rpc;
    rpc->subscriptions = take(encoder, document->subscription_count, sizeof(void *));
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        const struct document_subscription *subscription = &document->subscriptions[i];
        Pubsub__RPC__SubOpts *item = take(encoder, 1, sizeof *item);
        pubsub__rpc__sub_opts__init(item);
        item->has_subscribe = true;
        item->subscribe = subscription->subscribe;
        item->has_topicid = is_present(subscription->topic);
        item->topicid = packed(subscription->topic);
        rpc->subscriptions[rpc->n_subscriptions++] = item;
    }
}

static bool put_messages(struct encoder *encoder, const struct rpc_document *document,
                         struct failure *failure) {
    Pubsub__RPC *rpc = &encoder->rpc;
    rpc->publish = take(encoder, document->message_count, sizeof(void *));
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        if (message->topics.count > 1) {
            return failure_bad_input(failure,
                                     "messages[%u] has %u topics; the standard form holds one", i,
                                     message->topics.count);
        }
        bool has_topic = message->topics.count == 1;
        Pubsub__Message *item = take(encoder, 1, sizeof *item);
        pubsub__message__init(item);
        item->has_from = is_present(message->from);
        item->from = packed(message->from);
        item->has_data = is_present(message->data);
        item->data = packed(message->data);
        item->has_seqno = is_present(message->seqno);
        item->seqno = packed(message->seqno);
        item->has_topic = has_topic && is_present(message->topics.items[0]);
        item->topic = has_topic ? packed(message->topics.items[0]) : item->topic;
        item->has_signature = is_present(message->signature);
        item->signature = packed(message->signature);
        item->has_key = is_present(message->key);
        item->key = packed(message->key);
        rpc->publish[rpc->n_publish++] = item;
    }
    return true;
}

static ProtobufCBinaryData *put_ids(struct encoder *encoder, const struct byte_spans *ids) {
    ProtobufCBinaryData *packed_ids = take(encoder, ids->count, sizeof *packed_ids);
    for (uint32_t i = 0; i < ids->count; i++) {
        packed_ids[i] = packed(ids->items[i]);
    }
    return packed_ids;
}

static void put_ihaves(struct encoder *encoder, const struct document_control *source) {
    Pubsub__ControlMessage *control = &encoder->control;
    control->ihave = take(encoder, source->ihave_count, sizeof(void *));
    for (uint32_t i = 0; i < source->ihave_count; i++) {
        const struct document_ihave *ihave = &source->ihaves[i];
        Pubsub__ControlIHave *item = take(encoder, 1, sizeof *item);
        pubsub__control_ihave__init(item);
        item->has_topicid = is_present(ihave->topic);
        item->topicid = packed(ihave->topic);
        item->messageids = put_ids(encoder, &ihave->ids);
        item->n_messageids = ihave->ids.count;
        control->ihave[control->n_ihave++] = item;
    }
}

static void put_iwants(struct encoder *encoder, const struct document_control *source) {
    Pubsub__ControlMessage *control = &encoder->control;
    control->iwant = take(encoder, source->iwant_count, sizeof(void *));
    for (uint32_t i = 0; i < source->iwant_count; i++) {
        Pubsub__ControlIWant *item = take(encoder, 1, sizeof *item);
        pubsub__control_iwant__init(item);
        item->messageids = put_ids(encoder, &source->iwants[i]);
        item->n_messageids = source->iwants[i].count;
        control->iwant[control->n_iwant++] = item;
    }
}

static void put_grafts(struct encoder *encoder, const struct byte_spans *topics) {
    Pubsub__ControlMessage *control = &encoder->control;
    control->graft = take(encoder, topics->count, sizeof(void *));
    for (uint32_t i = 0; i < topics->count; i++) {
        Pubsub__ControlGraft *item = take(encoder, 1, sizeof *item);
        pubsub__control_graft__init(item);
        item->has_topicid = is_present(topics->items[i]);
        item->topicid = packed(topics->items[i]);
        control->graft[control->n_graft++] = item;
    }
}

static void put_prunes(struct encoder *encoder, const struct byte_spans *topics) {
    Pubsub__ControlMessage *control = &encoder->control;
    control->prune = take(encoder, topics->count, sizeof(void *));
    for (uint32_t i = 0; i < topics->count; i++) {
        Pubsub__ControlPrune *item = take(encoder, 1, sizeof *item);
        pubsub__control_prune__init(item);
        item->has_topicid = is_present(topics->items[i]);
        item->topicid = packed(topics->items[i]);
        control->prune[control->n_prune++] = item;
    }
}

bool codec_standard_encode(const struct rpc_document *document, struct wire_scratch *scratch,
                           struct byte_span *out, struct failure *failure) {
    struct encoder encoder = {.scratch = scratch};
    pubsub__rpc__init(&encoder.rpc);
    pubsub__control_message__init(&encoder.control);
    put_subscriptions(&encoder, document);
    if (!put_messages(&encoder, document, failure)) {
        return false;
    }
    if (document->has_control) {
        put_ihaves(&encoder, &document->control);
        put_iwants(&encoder, &document->control);
        put_grafts(&encoder, &document->control.grafts);
        put_prunes(&encoder, &document->control.prunes);
        encoder.rpc.control = &encoder.control;
    }
    size_t size = pubsub__rpc__get_packed_size(&encoder.rpc);
    uint8_t *bytes = take(&encoder, size, 1);
    size_t packed_bytes = pubsub__rpc__pack(&encoder.rpc, bytes);
    CHECK(packed_bytes == size);
    *out = (struct byte_span){.bytes = bytes, .size = size};
    return true;
}

/** What unpacking may still take. */
struct budget {
    struct wire_scratch *scratch;
    size_t left_bytes;
};

static void *allocate(void *context, size_t bytes) {
    struct budget *budget = context;
    // As much as the smallest piece costs.
    size_t cost = bytes + WIRE_SCRATCH_ALIGNMENT;
    if (cost > budget->left_bytes) {
        return NULL;
    }
    budget->left_bytes -= cost;
    return wire_scratch_take(budget->scratch, bytes);
}

/** The scratch takes everything back at once. */
static void keep(void *context, void *piece) {
    (void)context;
    (void)piece;
}

/** protobuf-c gives an empty field no address, which here would mean that it is absent. */
static struct byte_span unpacked(bool has, ProtobufCBinaryData data) {
    static const uint8_t nothing;
    if (!has) {
        return (struct byte_span){0};
    }
    return (struct byte_span){.bytes = data.len > 0 ? data.data : &nothing, .size = data.len};
}

static void read_ids(struct wire_scratch *scratch, struct byte_spans *ids,
                     const ProtobufCBinaryData *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        byte_spans_add(ids, scratch, unpacked(true, items[i]));
    }
}

static void read_message(struct rpc_document *document, struct wire_scratch *scratch,
                         const Pubsub__Message *item) {
    struct document_message *message = document_add_message(document, scratch);
    message->from = unpacked(item->has_from, item->from);
    message->data = unpacked(item->has_data, item->data);
    message->seqno = unpacked(item->has_seqno, item->seqno);
    message->signature = unpacked(item->has_signature, item->signature);
    message->key = unpacked(item->has_key, item->key);
    if (item->has_topic) {
        byte_spans_add(&message->topics, scratch, unpacked(true, item->topic));
    }
}

static void read_control(struct document_control *control, struct wire_scratch *scratch,
                         const Pubsub__ControlMessage *items) {
    for (size_t i = 0; i < items->n_ihave; i++) {
        const Pubsub__ControlIHave *item = items->ihave[i];
        struct document_ihave *ihave = document_add_ihave(control, scratch);
        ihave->topic = unpacked(item->has_topicid, item->topicid);
        read_ids(scratch, &ihave->ids, item->messageids, item->n_messageids);
    }
    for (size_t i = 0; i < items->n_iwant; i++) {
        struct byte_spans *ids = document_add_iwant(control, scratch);
        read_ids(scratch, ids, items->iwant[i]->messageids, items->iwant[i]->n_messageids);
    }
    for (size_t i = 0; i < items->n_graft; i++) {
        const Pubsub__ControlGraft *item = items->graft[i];
        byte_spans_add(&control->grafts, scratch, unpacked(item->has_topicid, item->topicid));
    }
    for (size_t i = 0; i < items->n_prune; i++) {
        const Pubsub__ControlPrune *item = items->prune[i];
        byte_spans_add(&control->prunes, scratch, unpacked(item->has_topicid, item->topicid));
    }
}

bool codec_standard_decode(struct byte_span bytes, struct wire_scratch *scratch,
                           struct rpc_document *document, struct failure *failure) {
    CHECK(bytes.size == 0 || bytes.bytes != NULL);
    CHECK(bytes.size <= UINT32_MAX);
    *document = (struct rpc_document){0};
    struct budget budget = {.scratch = scratch,
                            .left_bytes = UNPACK_BYTES_MIN + bytes.size * UNPACK_BYTES_PER_BYTE};
    ProtobufCAllocator allocator = {allocate, keep, &budget};
    const Pubsub__RPC *rpc = pubsub__rpc__unpack(&allocator, bytes.size, bytes.bytes);
    if (rpc == NULL) {
        return failure_bad_input(
            failure, "the bytes are no protobuf of an RPC, or one made to take much memory");
    }
    for (size_t i = 0; i < rpc->n_subscriptions; i++) {
        const Pubsub__RPC__SubOpts *item = rpc->subscriptions[i];
        struct document_subscription *subscription = document_add_subscription(document, scratch);
        subscription->subscribe = item->subscribe != 0;
        subscription->topic = unpacked(item->has_topicid, item->topicid);
    }
    for (size_t i = 0; i < rpc->n_publish; i++) {
        read_message(document, scratch, rpc->publish[i]);
    }
    document->has_control = rpc->control != NULL;
    if (document->has_control) {
        read_control(&document->control, scratch, rpc->control);
    }
    return true;
}
