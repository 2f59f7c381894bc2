#include "router/wire_read.h"

#include "base/hash.h"
#include "router/codec_nim_2020.h"
#include "router/codec_standard.h"
#include "router/quirks.h"
#include "router/wire_varint.h"

#include <string.h>

struct reader {
    const struct wire *wire;
    struct rpc_slab *slab;
    struct wire_scratch *scratch;
    const struct rpc *written;
    struct byte_span frame;
    uint64_t quirks;
    uint32_t rpc;
    uint32_t passed_over;
};

static struct codec_nim_2020 codec_of(uint64_t quirks) {
    return (struct codec_nim_2020){
        .first_control_kind_only = quirk_in(quirks, QUIRK_FIRST_CONTROL_ONLY),
        .unbounded_submessages = quirk_in(quirks, QUIRK_UNBOUNDED_SUBMESSAGES),
        .unknown_field_throws = quirk_in(quirks, QUIRK_UNKNOWN_FIELD_ABORTS),
        .strict_fields = quirk_in(quirks, QUIRK_STRICT_FIELDS),
    };
}

/** Whether these quirks read as the standard says. */
static bool reads_standard(uint64_t quirks) {
    const uint64_t faults = quirk_bit(QUIRK_FIRST_CONTROL_ONLY) |
                            quirk_bit(QUIRK_UNBOUNDED_SUBMESSAGES) |
                            quirk_bit(QUIRK_UNKNOWN_FIELD_ABORTS) | quirk_bit(QUIRK_STRICT_FIELDS);
    return (quirks & faults) == 0;
}

static bool decode(const struct reader *reader, struct byte_span body,
                   struct rpc_document *document) {
    struct failure failure;
    if (reads_standard(reader->quirks)) {
        return codec_standard_decode(body, reader->scratch, document, &failure);
    }
    const struct codec_nim_2020 codec = codec_of(reader->quirks);
    struct nim_2020_decoded decoded;
    bool ok = codec_nim_2020_decode(&codec, body, reader->scratch, &decoded, &failure);
    *document = decoded.document;
    return ok;
}

static bool find_topic(struct reader *reader, struct byte_span name, uint16_t *topic) {
    uint32_t id = INTERN_NONE;
    if (name.bytes != NULL && name.size <= UINT32_MAX) {
        id = intern_find(&reader->wire->topics, (const char *)name.bytes, (uint32_t)name.size);
    }
    if (id == INTERN_NONE) {
        reader->passed_over++;
        return false;
    }
    *topic = (uint16_t)id;
    return true;
}

/** The message that an id of a size names, or INTERN_NONE. */
static uint32_t find_number(const struct wire *wire, const struct intern *ids,
                            struct byte_span bytes) {
    uint32_t index = intern_find(ids, (const char *)bytes.bytes, (uint32_t)bytes.size);
    return index == INTERN_NONE ? INTERN_NONE : wire->message_numbers[index];
}

static bool find_id(struct reader *reader, struct byte_span bytes, uint32_t *id) {
    const struct wire *wire = reader->wire;
    uint32_t number = INTERN_NONE;
    uint32_t form = 0;
    if (bytes.size == MESSAGE_ID_BYTES) {
        number = find_number(wire, &wire->message_ids, bytes);
    } else if (bytes.size == MESSAGE_ID_TEXT_BYTES) {
        number = find_number(wire, &wire->message_texts, bytes);
        form = MESSAGE_ID_TEXT;
    }
    if (number == INTERN_NONE) {
        reader->passed_over++;
        return false;
    }
    *id = number | form;
    return true;
}

/** The number of the message with these from and seqno, or INTERN_NONE. */
static uint32_t identify(const struct reader *reader, const struct document_message *message) {
    if (message->from.size != PEER_ID_BYTES || message->seqno.size != SEQNO_BYTES) {
        return INTERN_NONE;
    }
    uint8_t id[MESSAGE_ID_BYTES];
    memcpy(id, message->from.bytes, PEER_ID_BYTES);
    memcpy(id + PEER_ID_BYTES, message->seqno.bytes, SEQNO_BYTES);
    return find_number(reader->wire, &reader->wire->message_ids,
                       (struct byte_span){.bytes = id, .size = sizeof id});
}

static bool same_bytes(struct byte_span left, struct byte_span right) {
    return left.size == right.size &&
           (left.size == 0 || !memcmp(left.bytes, right.bytes, left.size));
}

/** Whether a message says what was published: its data always, and all else unless `damaged`. */
static bool is_genuine(struct reader *reader, const struct document_message *message,
                       uint32_t number, bool *damaged) {
    const struct message_table *messages = reader->wire->messages;
    const struct message *fields = &messages->items[number];
    uint8_t *data = wire_scratch_take(reader->scratch, fields->size_bytes);
    CHECK(data != NULL);
    message_fill_data(messages, number, data);
    if (!same_bytes(message->data, (struct byte_span){.bytes = data, .size = fields->size_bytes})) {
        return false;
    }
    struct byte_span signature = {0};
    if (messages->sign) {
        signature = (struct byte_span){messages->signatures[number], SIGNATURE_BYTES};
    }
    struct byte_span key = {0};
    if (fields->has_key) {
        const uint8_t *peer_id = messages->identities->peer_ids[fields->origin];
        key = (struct byte_span){peer_id + PEER_ID_BYTES - PUBLIC_KEY_PROTO_BYTES,
                                 PUBLIC_KEY_PROTO_BYTES};
    }
    *damaged = !same_bytes(message->signature, signature) || !same_bytes(message->key, key);
    uint32_t position = 0;
    uint16_t topic = 0;
    uint32_t count = 0;
    for (; message_next_topic(messages, number, &position, &topic); count++) {
        struct byte_span name = {(const uint8_t *)messages->topic_names[topic],
                                 messages->topic_sizes[topic]};
        *damaged = *damaged || count >= message->topics.count ||
                   !same_bytes(message->topics.items[count], name);
    }
    *damaged = *damaged || message->topics.count != count;
    return true;
}

/** Hops of the writer's copy of a message. */
static uint32_t hops_of(const struct reader *reader, uint32_t number) {
    for (uint32_t i = 0; reader->written != NULL && i < reader->written->entry_count; i++) {
        const struct rpc_entry *entry = &rpc_entries(reader->written)[i];
        if (entry->kind == TRACE_RPC_MESSAGES && entry->first == number) {
            return entry->count;
        }
    }
    return 0;
}

static void add_messages(struct reader *reader, const struct rpc_document *document) {
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        uint32_t number = identify(reader, message);
        bool damaged = false;
        if (number == INTERN_NONE || !is_genuine(reader, message, number, &damaged)) {
            reader->passed_over++;
            continue;
        }
        rpc_add_message(reader->slab, reader->rpc, number, hops_of(reader, number));
        if (damaged) {
            rpc_mark_damaged(reader->slab, reader->rpc);
        }
    }
}

/** Which of the ids name messages of the run: they come first in `ids`. */
static uint32_t find_ids(struct reader *reader, const struct byte_spans *spans, uint32_t **ids) {
    *ids = wire_scratch_take(reader->scratch, spans->count * sizeof **ids);
    CHECK(*ids != NULL);
    uint32_t count = 0;
    for (uint32_t i = 0; i < spans->count; i++) {
        count += find_id(reader, spans->items[i], &(*ids)[count]);
    }
    return count;
}

static void add_ids(struct reader *reader, const uint32_t *ids, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        rpc_add_id(reader->slab, reader->rpc, ids[i]);
    }
}

static void add_control(struct reader *reader, const struct document_control *control) {
    uint16_t topic = 0;
    uint32_t *ids = NULL;
    for (uint32_t i = 0; i < control->ihave_count; i++) {
        uint32_t count = find_ids(reader, &control->ihaves[i].ids, &ids);
        if (count > 0 && find_topic(reader, control->ihaves[i].topic, &topic)) {
            rpc_add_ihave(reader->slab, reader->rpc, topic);
            add_ids(reader, ids, count);
        }
    }
    for (uint32_t i = 0; i < control->iwant_count; i++) {
        uint32_t count = find_ids(reader, &control->iwants[i], &ids);
        if (count > 0) {
            rpc_add_iwant(reader->slab, reader->rpc);
            add_ids(reader, ids, count);
        }
    }
    for (uint32_t i = 0; i < control->grafts.count; i++) {
        if (find_topic(reader, control->grafts.items[i], &topic)) {
            rpc_add_graft(reader->slab, reader->rpc, topic);
        }
    }
    for (uint32_t i = 0; i < control->prunes.count; i++) {
        if (find_topic(reader, control->prunes.items[i], &topic)) {
            rpc_add_prune(reader->slab, reader->rpc, topic);
        }
    }
}

/** Turns a document into an RPC of the slab; false if nothing in it is known. */
static bool convert(struct reader *reader, const struct rpc_document *document) {
    reader->rpc = rpc_create(reader->slab);
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        const struct document_subscription *subscription = &document->subscriptions[i];
        uint16_t topic = 0;
        if (find_topic(reader, subscription->topic, &topic)) {
            rpc_add_subscription(reader->slab, reader->rpc, topic, subscription->subscribe);
        }
    }
    add_messages(reader, document);
    if (document->has_control) {
        add_control(reader, &document->control);
    }
    struct rpc *rpc = rpc_at(reader->slab, reader->rpc);
    if (rpc->entry_count == 0) {
        rpc_release(reader->slab, reader->rpc);
        return false;
    }
    rpc_seal(reader->slab, reader->rpc);
    rpc->references = 1;
    rpc->size_bytes = (uint32_t)reader->frame.size;
    // Other bytes may come to the same: to the received cache they are another RPC.
    rpc->read_digest = (uint32_t)hash_bytes(reader->frame.bytes, reader->frame.size, 0) | 1;
    return true;
}

struct wire_reading wire_read(struct wire *wire, struct rpc_slab *slab, struct wire_bytes frame,
                              uint64_t quirks, const struct rpc *written) {
    CHECK(slab->messages == wire->messages);
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &wire->pool, SIZE_MAX);
    struct reader reader = {
        .wire = wire,
        .slab = slab,
        .scratch = &scratch,
        .written = written,
        .frame = {.bytes = frame.bytes, .size = frame.size},
        .quirks = quirks,
    };
    struct wire_reading reading = {.outcome = WIRE_UNREADABLE, .rpc = RPC_NONE};
    uint64_t body_bytes = 0;
    size_t prefix_bytes = wire_varint_read(frame.bytes, frame.size, &body_bytes);
    struct rpc_document document;
    if (prefix_bytes > 0 && body_bytes == frame.size - prefix_bytes &&
        decode(&reader, (struct byte_span){frame.bytes + prefix_bytes, (size_t)body_bytes},
               &document)) {
        reading.outcome = convert(&reader, &document) ? WIRE_RPC : WIRE_NOTHING;
        reading.rpc = reading.outcome == WIRE_RPC ? reader.rpc : RPC_NONE;
    }
    reading.passed_over = reader.passed_over;
    wire_scratch_finish(&scratch);
    return reading;
}

bool wire_is_plain(const struct message_table *messages, const struct rpc *rpc,
                   uint64_t writer_quirks, uint64_t reader_quirks) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    if (rpc->entry_count == 1) {
        return wire_is_plain_to_all(messages, rpc);
    }
    // Subscriptions are written one by one in every form, and merged IHAVE are read by whoever
    // heeds no end of a submessage.
    uint8_t kind = entries[0].kind;
    bool merged = kind == TRACE_RPC_IHAVE && quirk_in(writer_quirks, QUIRK_MERGE_ENTRIES) &&
                  quirk_in(reader_quirks, QUIRK_UNBOUNDED_SUBMESSAGES) &&
                  quirk_in(reader_quirks, QUIRK_STRICT_FIELDS);
    if (kind != TRACE_RPC_SUBSCRIPTIONS && !merged) {
        return false;
    }
    for (uint32_t i = 1; i < rpc->entry_count; i++) {
        if (entries[i].kind != kind) {
            return false;
        }
    }
    return true;
}
