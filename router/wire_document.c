#include "router/wire_document.h"

#include "base/check.h"
#include "router/message_id_text.h"

// A peer id is the multihash of the key's serialisation, and begins with two bytes that say so.
enum { MULTIHASH_HEADER_BYTES = 2 };

struct maker {
    const struct message_table *messages;
    const struct rpc *rpc;
    struct wire_scratch *scratch;
    struct rpc_document document;
};

static uint8_t *take(const struct maker *maker, size_t size) {
    uint8_t *memory = wire_scratch_take(maker->scratch, size);
    CHECK(memory != NULL);
    return memory;
}

static struct byte_span topic_name(const struct maker *maker, uint16_t topic) {
    CHECK(topic < maker->messages->topic_count);
    return (struct byte_span){.bytes = (const uint8_t *)maker->messages->topic_names[topic],
                              .size = maker->messages->topic_sizes[topic]};
}

static void add_message(struct maker *maker, uint32_t number) {
    const struct message_table *messages = maker->messages;
    CHECK(number < messages->count);
    const struct message *source = &messages->items[number];
    struct document_message *message = document_add_message(&maker->document, maker->scratch);
    uint8_t *id = take(maker, MESSAGE_ID_BYTES);
    uint8_t *data = take(maker, source->size_bytes);
    message_write_id(messages, number, id);
    message_fill_data(messages, number, data);
    message->from = (struct byte_span){.bytes = id, .size = PEER_ID_BYTES};
    message->data = (struct byte_span){.bytes = data, .size = source->size_bytes};
    message->seqno = (struct byte_span){.bytes = id + PEER_ID_BYTES, .size = SEQNO_BYTES};
    uint32_t position = 0;
    uint16_t topic = 0;
    while (message_next_topic(messages, number, &position, &topic)) {
        byte_spans_add(&message->topics, maker->scratch, topic_name(maker, topic));
    }
    if (messages->sign) {
        CHECK(messages->signatures != NULL);
        message->signature =
            (struct byte_span){.bytes = messages->signatures[number], .size = SIGNATURE_BYTES};
    }
    if (source->has_key) {
        message->key = (struct byte_span){.bytes = id + MULTIHASH_HEADER_BYTES,
                                          .size = PEER_ID_BYTES - MULTIHASH_HEADER_BYTES};
    }
}

static struct byte_span id_bytes(const struct maker *maker, uint32_t id) {
    uint8_t *bytes = take(maker, MESSAGE_ID_BYTES);
    message_write_id(maker->messages, message_of_id(id), bytes);
    if ((id & MESSAGE_ID_TEXT) == 0) {
        return (struct byte_span){.bytes = bytes, .size = MESSAGE_ID_BYTES};
    }
    return message_id_text((struct byte_span){.bytes = bytes, .size = PEER_ID_BYTES},
                           (struct byte_span){.bytes = bytes + PEER_ID_BYTES, .size = SEQNO_BYTES},
                           maker->scratch);
}

static void add_ids(const struct maker *maker, const struct rpc_entry *entry,
                    struct byte_spans *ids) {
    CHECK(entry->first <= maker->rpc->id_count);
    CHECK(entry->count <= maker->rpc->id_count - entry->first);
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t id = maker->rpc->ids[entry->first + i];
        byte_spans_add(ids, maker->scratch, id_bytes(maker, id));
        CHECK(ids->items[i].size == message_id_bytes(id));
    }
}

static void add_subscription(struct maker *maker, const struct rpc_entry *entry) {
    struct document_subscription *added =
        document_add_subscription(&maker->document, maker->scratch);
    CHECK(entry->subscribe <= 1);
    added->subscribe = entry->subscribe != 0;
    added->topic = topic_name(maker, entry->topic);
}

static void add_control(struct maker *maker, const struct rpc_entry *entry) {
    struct document_control *control = &maker->document.control;
    struct document_ihave *ihave = NULL;
    maker->document.has_control = true;
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_IHAVE:
        ihave = document_add_ihave(control, maker->scratch);
        ihave->topic = topic_name(maker, entry->topic);
        add_ids(maker, entry, &ihave->ids);
        return;
    case TRACE_RPC_IWANT:
        add_ids(maker, entry, document_add_iwant(control, maker->scratch));
        return;
    case TRACE_RPC_GRAFT:
        byte_spans_add(&control->grafts, maker->scratch, topic_name(maker, entry->topic));
        return;
    case TRACE_RPC_PRUNE:
        byte_spans_add(&control->prunes, maker->scratch, topic_name(maker, entry->topic));
        return;
    case TRACE_RPC_SUBSCRIPTIONS:
    case TRACE_RPC_MESSAGES:
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(entry->kind < TRACE_RPC_COUNT);
}

struct rpc_document wire_document_of_rpc(const struct message_table *messages,
                                         const struct rpc *rpc, struct wire_scratch *scratch) {
    struct maker maker = {.messages = messages, .rpc = rpc, .scratch = scratch};
    CHECK(messages->identities != NULL);
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        if (entries[i].kind == TRACE_RPC_SUBSCRIPTIONS) {
            add_subscription(&maker, &entries[i]);
        } else if (entries[i].kind == TRACE_RPC_MESSAGES) {
            add_message(&maker, entries[i].first);
        } else {
            add_control(&maker, &entries[i]);
        }
    }
    return maker.document;
}
