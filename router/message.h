/**
 * The messages of a run, as interned content: routers, RPCs and caches hold a message's number, its
 * fields stand here once.
 *
 * Numbers are dense and in the order of planned publication. A message's fields are set when it is
 * published and never change; only then may anybody hold its number. On the wire a message is from
 * (peer id), data, seqno (8 bytes, big-endian), topic, and a signature when the run signs; the key
 * field is left out because an Ed25519 peer id embeds the key, but for authors that always send it.
 * Its id is from ‖ seqno, or the text that the 2020 router makes of them.
 *
 * Nobody stores data: the bytes are a function of (seed, number) and are made again where they are
 * needed, which is in the wire form and under a signature.
 *
 * Cost: 24 bytes per message, 64 more with signing.
 * Source: libp2p pubsub/README.md "The Message", "Message Identification", "Message Signing";
 *         DESIGN.md §2 "The v1.0 profile"; SEED.md §3.6.
 */
#ifndef GOSSIM_ROUTER_MESSAGE_H
#define GOSSIM_ROUTER_MESSAGE_H

#include "base/arena.h"
#include "router/identity.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SEQNO_BYTES = 8,
    MESSAGE_ID_BYTES = PEER_ID_BYTES + SEQNO_BYTES,
    PEER_ID_TEXT_BYTES = 52, // of the Base58 text of an Ed25519 peer id
    MESSAGE_ID_TEXT_BYTES = 2 * SEQNO_BYTES + PEER_ID_TEXT_BYTES,
};

/**
 * A message id in IHAVE and IWANT: the message's number, and this bit if the id is the text of the
 * 2020 router (hex of seqno, Base58 of from) and not from ‖ seqno. Routers that make ids in
 * different ways do not recognise each other's.
 */
#define MESSAGE_ID_TEXT (UINT32_C(1) << 31)

static inline uint32_t message_of_id(uint32_t id) {
    return id & ~MESSAGE_ID_TEXT;
}

static inline uint32_t message_id_bytes(uint32_t id) {
    return (id & MESSAGE_ID_TEXT) != 0 ? MESSAGE_ID_TEXT_BYTES : MESSAGE_ID_BYTES;
}

struct message {
    uint64_t seqno;       // increasing per origin, from 1; random for some authors
    uint32_t origin;      // node
    uint32_t size_bytes;  // of the data field
    uint32_t frame_bytes; // of an RPC holding only this message, with its length prefix
    uint16_t topic;       // the first, if it has several
    bool published;       // the fields above are set
    bool several_topics;  // the others stand in message_table.more_topics
    bool has_key;         // a signed message carries its author's key
    bool authentic;       // its signature was checked and holds, or the run does not sign
};

/** A topic of a message beside its first. Source: SEED.md §3.1, field 4. */
struct message_topic {
    uint32_t message;
    uint16_t topic;
};

struct message_table {
    struct pool pool;                       // of what signing needs for a moment
    struct message *items;                  // [count]
    uint8_t (*signatures)[SIGNATURE_BYTES]; // [count], NULL without signing
    uint32_t count;
    uint32_t invented_count;             // the last ones are ids that nobody has a message for
    uint64_t seed;                       // of the data bytes
    const struct identities *identities; // NULL: no peer ids needed (sizes only)
    const char *const *topic_names;      // [topic_count], any bytes
    const uint32_t *topic_sizes;         // [topic_count] bytes of each name
    uint32_t topic_count;
    struct message_topic *more_topics; // [more_topic_count] in the order added
    uint32_t more_topic_count;
    uint32_t more_topic_capacity;
    bool sign;
};

struct message_table_options {
    uint32_t count;
    uint32_t invented_count; // ids beyond these that look like those of messages
    uint64_t seed;
    const struct identities *identities; // required, with secret keys, if `sign`
    const char *const *topic_names;
    const uint32_t *topic_sizes;
    uint32_t topic_count; // at most 65,535
    bool sign;
};

/** Makes a table of unpublished messages. Identities and topic names are borrowed. */
void message_table_init(struct message_table *table, struct arena *arena,
                        const struct message_table_options *options);

/** Whether a number is that of an id without a message. */
static inline bool message_is_invented(const struct message_table *table, uint32_t number) {
    return number >= table->count - table->invented_count;
}

/** From now on messages have the peer ids of these identities, which are borrowed. */
void message_table_identify(struct message_table *table, const struct identities *identities);

/**
 * Fixes the fields of a message that is being published: origin, seqno, topic, size and has_key are
 * taken from `fields`, the rest follows. Signs it and checks the signature when the run signs:
 * verification is a function of the bytes alone, so its result is kept for every receiver.
 *
 * Cost: some ns; with signing some 100 µs.
 */
void message_publish(struct message_table *table, uint32_t number, const struct message *fields);

/** Gives a message that was just published a further topic, before anybody holds its number. */
void message_add_topic(struct message_table *table, uint32_t number, uint16_t topic);

/**
 * Walks the topics of a message in order: `*position` starts at 0; false after the last.
 */
bool message_next_topic(const struct message_table *table, uint32_t number, uint32_t *position,
                        uint16_t *topic);

/** Bytes of a message's protobuf encoding, without field key and length of the enclosing RPC. */
uint64_t message_encoded_bytes(const struct message_table *table, const struct message *message);

/** Fills `out[size_bytes]` with the message's data: the words of its payload stream, little-endian.
 */
void message_fill_data(const struct message_table *table, uint32_t number, uint8_t *out);

/** Writes from ‖ seqno. The table must have identities. */
void message_write_id(const struct message_table *table, uint32_t number,
                      uint8_t out[MESSAGE_ID_BYTES]);

#endif
