#include "router/wire_reader.h"

#include "router/rpc.pb-c.h"

#include <string.h>

enum { SHOWN_BYTES_MAX = 12, SHOWN_TEXT_SIZE = 2 * SHOWN_BYTES_MAX + 4 };

/** A field of the schema, as failures name it: `publish[3].from`. */
struct place {
    const char *list;
    size_t index;
    const char *field;
};

/** The first bytes in hexadecimal, for failures. */
static const char *show(const uint8_t *bytes, size_t size, char text[SHOWN_TEXT_SIZE]) {
    const char *digits = "0123456789abcdef";
    size_t shown = size < SHOWN_BYTES_MAX ? size : SHOWN_BYTES_MAX;
    for (size_t i = 0; i < shown; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    const char *ending = shown < size ? "..." : "";
    CHECK(2 * shown + strlen(ending) < SHOWN_TEXT_SIZE);
    memcpy(text + 2 * shown, ending, strlen(ending) + 1);
    return text;
}

static bool refuse_size(struct wire_reader *reader, struct place place, bool present, size_t size,
                        uint32_t wanted) {
    CHECK(place.field != NULL);
    if (!present) {
        return failure_bad_input(reader->failure, "%s[%zu].%s is missing", place.list, place.index,
                                 place.field);
    }
    CHECK(size != wanted);
    return failure_bad_input(reader->failure, "%s[%zu].%s has %zu bytes, not %u", place.list,
                             place.index, place.field, size, wanted);
}

static bool read_topic(struct wire_reader *reader, struct place place,
                       const ProtobufCBinaryData *name, uint16_t *topic) {
    if (name == NULL) {
        return failure_bad_input(reader->failure, "%s[%zu].%s is missing", place.list, place.index,
                                 place.field);
    }
    CHECK(name->len <= UINT32_MAX);
    // protobuf-c gives an empty field no address.
    const char *bytes = name->len > 0 ? (const char *)name->data : "";
    uint32_t id = intern_find(&reader->wire->topics, bytes, (uint32_t)name->len);
    if (id == INTERN_NONE) {
        char text[SHOWN_TEXT_SIZE];
        return failure_bad_input(
            reader->failure, "%s[%zu].%s names no topic of this run: %zu bytes 0x%s", place.list,
            place.index, place.field, name->len, show(name->data, name->len, text));
    }
    CHECK(id < reader->wire->messages->topic_count);
    *topic = (uint16_t)id;
    return true;
}

/** The number of the message with this id. */
static bool find_message(struct wire_reader *reader, struct place place,
                         const uint8_t id[MESSAGE_ID_BYTES], uint32_t *number) {
    const struct wire *wire = reader->wire;
    uint32_t index = intern_find(&wire->message_ids, (const char *)id, MESSAGE_ID_BYTES);
    if (index == INTERN_NONE) {
        char text[SHOWN_TEXT_SIZE];
        return failure_bad_input(
            reader->failure, "%s[%zu].%s names no published message: sequence number 0x%s",
            place.list, place.index, place.field, show(id + PEER_ID_BYTES, SEQNO_BYTES, text));
    }
    CHECK(index < wire->message_ids.count);
    *number = wire->message_numbers[index];
    CHECK(*number < wire->messages->count);
    return true;
}

static bool read_subscription(struct wire_reader *reader, const Pubsub__RPC__SubOpts *item,
                              size_t index) {
    const char *list = "subscriptions";
    uint16_t topic = 0;
    if (!item->has_subscribe) {
        return failure_bad_input(reader->failure, "%s[%zu].subscribe is missing", list, index);
    }
    if (!read_topic(reader, (struct place){list, index, "topicid"},
                    item->has_topicid ? &item->topicid : NULL, &topic)) {
        return false;
    }
    rpc_add_subscription(reader->slab, reader->handle, topic, item->subscribe != 0);
    return true;
}

/** from and seqno are the id: they say which message this claims to be. */
static bool identify_message(struct wire_reader *reader, const Pubsub__Message *item, size_t index,
                             uint32_t *number) {
    uint8_t id[MESSAGE_ID_BYTES];
    if (!item->has_from || item->from.len != PEER_ID_BYTES) {
        return refuse_size(reader, (struct place){"publish", index, "from"}, item->has_from,
                           item->from.len, PEER_ID_BYTES);
    }
    if (!item->has_seqno || item->seqno.len != SEQNO_BYTES) {
        return refuse_size(reader, (struct place){"publish", index, "seqno"}, item->has_seqno,
                           item->seqno.len, SEQNO_BYTES);
    }
    CHECK(item->from.data != NULL);
    CHECK(item->seqno.data != NULL);
    memcpy(id, item->from.data, PEER_ID_BYTES);
    memcpy(id + PEER_ID_BYTES, item->seqno.data, SEQNO_BYTES);
    return find_message(reader, (struct place){"publish", index, "from and seqno"}, id, number);
}

static bool check_data(struct wire_reader *reader, const Pubsub__Message *item, size_t index,
                       uint32_t number) {
    const struct message_table *messages = reader->wire->messages;
    CHECK(number < messages->count);
    CHECK(messages->items[number].published);
    uint32_t size = messages->items[number].size_bytes;
    if (!item->has_data || item->data.len != size) {
        return refuse_size(reader, (struct place){"publish", index, "data"}, item->has_data,
                           item->data.len, size);
    }
    uint8_t *data = wire_scratch_take(reader->scratch, size);
    if (data == NULL) {
        return failure_bad_input(reader->failure, "publish[%zu].data needs too much memory", index);
    }
    message_fill_data(messages, number, data);
    if (size > 0 && memcmp(data, item->data.data, size) != 0) {
        return failure_bad_input(reader->failure, "publish[%zu].data is not that of message %u",
                                 index, number);
    }
    return true;
}

static bool check_signature(struct wire_reader *reader, const Pubsub__Message *item, size_t index,
                            uint32_t number) {
    const struct message_table *messages = reader->wire->messages;
    struct failure *failure = reader->failure;
    if (item->has_key) {
        return failure_bad_input(failure, "publish[%zu].key: the peer id holds the key", index);
    }
    if (!messages->sign) {
        return !item->has_signature ||
               failure_bad_input(failure, "publish[%zu].signature: this run does not sign", index);
    }
    if (!item->has_signature || item->signature.len != SIGNATURE_BYTES) {
        return refuse_size(reader, (struct place){"publish", index, "signature"},
                           item->has_signature, item->signature.len, SIGNATURE_BYTES);
    }
    CHECK(messages->signatures != NULL);
    CHECK(item->signature.data != NULL);
    if (memcmp(item->signature.data, messages->signatures[number], SIGNATURE_BYTES) != 0) {
        return failure_bad_input(failure, "publish[%zu].signature is not that of message %u", index,
                                 number);
    }
    // The bytes are those that were checked at publication, so the result is the one found then.
    return messages->items[number].authentic ||
           failure_bad_input(failure, "publish[%zu].signature does not hold", index);
}

static bool read_message(struct wire_reader *reader, const Pubsub__Message *item, size_t index) {
    uint32_t number = 0;
    uint16_t topic = 0;
    if (!identify_message(reader, item, index, &number) ||
        !read_topic(reader, (struct place){"publish", index, "topic"},
                    item->has_topic ? &item->topic : NULL, &topic)) {
        return false;
    }
    if (topic != reader->wire->messages->items[number].topic) {
        return failure_bad_input(reader->failure, "publish[%zu].topic is not that of message %u",
                                 index, number);
    }
    if (!check_data(reader, item, index, number) || !check_signature(reader, item, index, number)) {
        return false;
    }
    rpc_add_message(reader->slab, reader->handle, number, reader->hops);
    return true;
}

/** The ids of the IHAVE or IWANT entry added last. */
static bool read_ids(struct wire_reader *reader, struct place place, const ProtobufCBinaryData *ids,
                     size_t count) {
    CHECK(count == 0 || ids != NULL);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = 0;
        if (ids[i].len != MESSAGE_ID_BYTES) {
            return refuse_size(reader, place, true, ids[i].len, MESSAGE_ID_BYTES);
        }
        if (!find_message(reader, place, ids[i].data, &number)) {
            return false;
        }
        rpc_add_id(reader->slab, reader->handle, number);
    }
    return true;
}

static bool read_ihave(struct wire_reader *reader, const Pubsub__ControlIHave *item, size_t index) {
    const char *list = "control.ihave";
    uint16_t topic = 0;
    if (!read_topic(reader, (struct place){list, index, "topicID"},
                    item->has_topicid ? &item->topicid : NULL, &topic)) {
        return false;
    }
    rpc_add_ihave(reader->slab, reader->handle, topic);
    return read_ids(reader, (struct place){list, index, "messageIDs"}, item->messageids,
                    item->n_messageids);
}

static bool read_iwant(struct wire_reader *reader, const Pubsub__ControlIWant *item, size_t index) {
    const char *list = "control.iwant";
    rpc_add_iwant(reader->slab, reader->handle);
    return read_ids(reader, (struct place){list, index, "messageIDs"}, item->messageids,
                    item->n_messageids);
}

static bool read_graft(struct wire_reader *reader, const Pubsub__ControlGraft *item, size_t index) {
    const char *list = "control.graft";
    uint16_t topic = 0;
    if (!read_topic(reader, (struct place){list, index, "topicID"},
                    item->has_topicid ? &item->topicid : NULL, &topic)) {
        return false;
    }
    rpc_add_graft(reader->slab, reader->handle, topic);
    return true;
}

static bool read_prune(struct wire_reader *reader, const Pubsub__ControlPrune *item, size_t index) {
    const char *list = "control.prune";
    uint16_t topic = 0;
    if (!read_topic(reader, (struct place){list, index, "topicID"},
                    item->has_topicid ? &item->topicid : NULL, &topic)) {
        return false;
    }
    rpc_add_prune(reader->slab, reader->handle, topic);
    return true;
}

static bool read_control(struct wire_reader *reader, const Pubsub__ControlMessage *control) {
    bool ok = true;
    for (size_t i = 0; ok && i < control->n_ihave; i++) {
        ok = read_ihave(reader, control->ihave[i], i);
    }
    for (size_t i = 0; ok && i < control->n_iwant; i++) {
        ok = read_iwant(reader, control->iwant[i], i);
    }
    for (size_t i = 0; ok && i < control->n_graft; i++) {
        ok = read_graft(reader, control->graft[i], i);
    }
    for (size_t i = 0; ok && i < control->n_prune; i++) {
        ok = read_prune(reader, control->prune[i], i);
    }
    return ok;
}

bool wire_read_rpc(struct wire_reader *reader, const struct Pubsub__RPC *rpc) {
    CHECK(rpc_at(reader->slab, reader->handle)->entry_count == 0);
    CHECK(rpc_at(reader->slab, reader->handle)->size_bytes == 0);
    bool ok = true;
    for (size_t i = 0; ok && i < rpc->n_subscriptions; i++) {
        ok = read_subscription(reader, rpc->subscriptions[i], i);
    }
    for (size_t i = 0; ok && i < rpc->n_publish; i++) {
        ok = read_message(reader, rpc->publish[i], i);
    }
    if (ok && rpc->control != NULL) {
        ok = read_control(reader, rpc->control);
    }
    return ok;
}
