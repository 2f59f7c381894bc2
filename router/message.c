#include "router/message.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/prng.h"
#include "router/rpc.h"
#include "router/rpc.pb-c.h"

#include <string.h>

static const char signature_prefix[] = "libp2p-pubsub:";

enum { SIGNATURE_PREFIX_BYTES = sizeof signature_prefix - 1 };

/** Ids that look like those of messages of node 0: their sequence numbers are beyond any count. */
static void invent(struct message_table *table) {
    for (uint32_t i = 0; i < table->invented_count; i++) {
        table->items[table->count - table->invented_count + i] = (struct message){
            .seqno = (UINT64_C(1) << 63) + i,
            .published = true,
        };
    }
}

void message_table_init(struct message_table *table, struct arena *arena,
                        const struct message_table_options *options) {
    CHECK(options->topic_count <= UINT16_MAX);
    if (options->sign) {
        CHECK(options->identities != NULL);
        CHECK(options->identities->secret_keys != NULL);
    }
    memset(table, 0, sizeof *table);
    pool_init(&table->pool, arena, MEMORY_MESSAGES);
    table->count = options->count + options->invented_count;
    table->items = arena_take_array(arena, MEMORY_MESSAGES, table->count, sizeof *table->items);
    if (options->sign) {
        table->signatures = arena_take_array(arena, MEMORY_MESSAGES, table->count, SIGNATURE_BYTES);
    }
    table->invented_count = options->invented_count;
    invent(table);
    table->seed = options->seed;
    table->identities = options->identities;
    table->topic_names = options->topic_names;
    table->topic_sizes = options->topic_sizes;
    table->topic_count = options->topic_count;
    table->sign = options->sign;
}

void message_table_identify(struct message_table *table, const struct identities *identities) {
    CHECK(table->identities == NULL);
    table->identities = identities;
}

static const struct message *published_message(const struct message_table *table, uint32_t number) {
    CHECK(number < table->count);
    CHECK(table->items[number].published);
    return &table->items[number];
}

static void write_seqno(uint64_t seqno, uint8_t out[SEQNO_BYTES]) {
    for (uint32_t i = 0; i < SEQNO_BYTES; i++) {
        out[i] = (uint8_t)(seqno >> (8 * (SEQNO_BYTES - 1 - i)));
    }
}

/** What a packed message borrows beside the table. */
struct message_bytes {
    uint8_t *data; // [size_bytes] of the message
    uint8_t seqno[SEQNO_BYTES];
};

/** The fields that a signature covers: from, data, seqno, topic. They borrow from `bytes`, which is
 * filled, too. */
static void message_to_proto(const struct message_table *table, uint32_t number,
                             struct message_bytes *bytes, struct Pubsub__Message *proto) {
    const struct message *message = published_message(table, number);
    CHECK(table->identities != NULL);
    message_fill_data(table, number, bytes->data);
    write_seqno(message->seqno, bytes->seqno);
    pubsub__message__init(proto);
    proto->has_from = true;
    proto->from.data = table->identities->peer_ids[message->origin];
    proto->from.len = PEER_ID_BYTES;
    proto->has_data = true;
    proto->data.data = bytes->data;
    proto->data.len = message->size_bytes;
    proto->has_seqno = true;
    proto->seqno.data = bytes->seqno;
    proto->seqno.len = SEQNO_BYTES;
    // Packing only reads; the generated structure has no const because unpacking shares it.
    proto->has_topic = true;
    proto->topic.data = (uint8_t *)table->topic_names[message->topic];
    proto->topic.len = table->topic_sizes[message->topic];
}

/** Signs a message whose other fields are set, and says whether the signature holds. */
static bool sign_message(struct message_table *table, uint32_t number) {
    const struct message *message = published_message(table, number);
    CHECK(table->signatures != NULL);
    struct message_bytes bytes = {.data = pool_take(&table->pool, message->size_bytes)};
    struct Pubsub__Message proto;
    message_to_proto(table, number, &bytes, &proto);
    size_t size = SIGNATURE_PREFIX_BYTES + pubsub__message__get_packed_size(&proto);
    uint8_t *signed_bytes = pool_take(&table->pool, size);
    memcpy(signed_bytes, signature_prefix, SIGNATURE_PREFIX_BYTES);
    size_t packed = pubsub__message__pack(&proto, signed_bytes + SIGNATURE_PREFIX_BYTES);
    CHECK(SIGNATURE_PREFIX_BYTES + packed == size);
    uint8_t *signature = table->signatures[number];
    identity_sign(table->identities, message->origin, signed_bytes, size, signature);
    bool authentic = identity_verify(table->identities->peer_ids[message->origin], signed_bytes,
                                     size, signature);
    pool_give(&table->pool, signed_bytes, size);
    pool_give(&table->pool, bytes.data, message->size_bytes);
    return authentic;
}

/** The size of an RPC that holds only this message. */
static void set_frame_bytes(const struct message_table *table, struct message *message) {
    uint64_t body_bytes = field_bytes(message_encoded_bytes(table, message));
    uint64_t frame_bytes = varint_bytes(body_bytes) + body_bytes;
    CHECK(frame_bytes <= UINT32_MAX);
    message->frame_bytes = (uint32_t)frame_bytes;
}

void message_publish(struct message_table *table, uint32_t number, const struct message *fields) {
    CHECK(number < table->count);
    CHECK(!table->items[number].published);
    CHECK(fields->topic < table->topic_count);
    CHECK(fields->seqno > 0);
    if (table->identities != NULL) {
        CHECK(fields->origin < table->identities->node_count);
    }
    struct message *message = &table->items[number];
    *message = (struct message){.seqno = fields->seqno,
                                .origin = fields->origin,
                                .size_bytes = fields->size_bytes,
                                .topic = fields->topic,
                                .has_key = fields->has_key && table->sign,
                                .published = true,
                                .authentic = true};
    set_frame_bytes(table, message);
    if (table->sign) {
        message->authentic = sign_message(table, number);
    }
}

void message_add_topic(struct message_table *table, uint32_t number, uint16_t topic) {
    CHECK(number < table->count);
    CHECK(topic < table->topic_count);
    CHECK(!table->sign); // the signature would have to cover it
    struct message *message = &table->items[number];
    CHECK(message->published);
    if (table->more_topic_count == table->more_topic_capacity) {
        table->more_topics =
            pool_grow(&table->pool, table->more_topics, &table->more_topic_capacity,
                      table->more_topic_count + 1, sizeof *table->more_topics);
    }
    table->more_topics[table->more_topic_count++] =
        (struct message_topic){.message = number, .topic = topic};
    message->several_topics = true;
    set_frame_bytes(table, message);
}

bool message_next_topic(const struct message_table *table, uint32_t number, uint32_t *position,
                        uint16_t *topic) {
    const struct message *message = published_message(table, number);
    if (*position == 0) {
        *position = 1;
        *topic = message->topic;
        return true;
    }
    for (uint32_t i = *position - 1; message->several_topics && i < table->more_topic_count; i++) {
        if (table->more_topics[i].message == number) {
            *position = i + 2;
            *topic = table->more_topics[i].topic;
            return true;
        }
    }
    return false;
}

uint64_t message_encoded_bytes(const struct message_table *table, const struct message *message) {
    CHECK(message->published);
    CHECK(message->topic < table->topic_count);
    uint64_t bytes = field_bytes(PEER_ID_BYTES) + field_bytes(message->size_bytes) +
                     field_bytes(SEQNO_BYTES) + field_bytes(table->topic_sizes[message->topic]);
    if (table->sign) {
        bytes += field_bytes(SIGNATURE_BYTES);
        bytes += message->has_key ? field_bytes(PUBLIC_KEY_PROTO_BYTES) : 0;
    }
    uint32_t number = (uint32_t)(message - table->items);
    for (uint32_t i = 0; message->several_topics && i < table->more_topic_count; i++) {
        if (table->more_topics[i].message == number) {
            bytes += field_bytes(table->topic_sizes[table->more_topics[i].topic]);
        }
    }
    return bytes;
}

void message_fill_data(const struct message_table *table, uint32_t number, uint8_t *out) {
    const struct message *message = published_message(table, number);
    struct prng prng = prng_stream(table->seed, STREAM_PAYLOAD, number);
    uint32_t size = message->size_bytes;
    uint32_t whole = size / 8 * 8;
    for (uint32_t i = 0; i < whole; i += sizeof(uint64_t)) {
        uint64_t word = hash_word(prng_next(&prng));
        memcpy(out + i, &word, sizeof word);
    }
    uint64_t last = hash_word(prng_next(&prng));
    memcpy(out + whole, &last, size - whole);
}

void message_write_id(const struct message_table *table, uint32_t number,
                      uint8_t out[MESSAGE_ID_BYTES]) {
    const struct message *message = published_message(table, number);
    CHECK(table->identities != NULL);
    memcpy(out, table->identities->peer_ids[message->origin], PEER_ID_BYTES);
    write_seqno(message->seqno, out + PEER_ID_BYTES);
}
