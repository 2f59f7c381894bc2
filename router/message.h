/**
 * The messages of a run, as interned content: routers, RPCs and caches hold a message's number, its
 * fields stand here once.
 *
 * Numbers are dense and in the order of planned publication. A message's fields are set when it is
 * published and never change; only then may anybody hold its number. On the wire a message is from
 * (peer id), data, seqno (8 bytes, big-endian), topic, and a signature when the run signs; the key
 * field is left out because an Ed25519 peer id embeds the key. Its id is from ‖ seqno.
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

enum { SEQNO_BYTES = 8, MESSAGE_ID_BYTES = PEER_ID_BYTES + SEQNO_BYTES };

struct message {
    uint64_t seqno;       // increasing per origin, from 1
    uint32_t origin;      // node
    uint32_t size_bytes;  // of the data field
    uint32_t frame_bytes; // of an RPC holding only this message, with its length prefix
    uint16_t topic;
    bool published; // the fields above are set
    bool authentic; // its signature was checked and holds, or the run does not sign
};

struct message_table {
    struct pool pool;                       // of what signing needs for a moment
    struct message *items;                  // [count]
    uint8_t (*signatures)[SIGNATURE_BYTES]; // [count], NULL without signing
    uint32_t count;
    uint64_t seed;                       // of the data bytes
    const struct identities *identities; // NULL: no peer ids needed (sizes only)
    const char *const *topic_names;      // [topic_count], each ends with NUL
    const uint32_t *topic_sizes;         // [topic_count] bytes of each name
    uint32_t topic_count;
    bool sign;
};

struct message_table_options {
    uint32_t count;
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

/**
 * Fixes the fields of a message that is being published: origin, seqno, topic and size are taken
 * from `fields`, the rest follows. Signs it and checks the signature when the run signs:
 * verification is a function of the bytes alone, so its result is kept for every receiver.
 *
 * Cost: some ns; with signing some 100 µs.
 */
void message_publish(struct message_table *table, uint32_t number, const struct message *fields);

/** Bytes of a message's protobuf encoding, without field key and length of the enclosing RPC. */
uint64_t message_encoded_bytes(const struct message_table *table, const struct message *message);

/** Fills `out[size_bytes]` with the message's data: the words of its payload stream, little-endian.
 */
void message_fill_data(const struct message_table *table, uint32_t number, uint8_t *out);

/** Writes from ‖ seqno. The table must have identities. */
void message_write_id(const struct message_table *table, uint32_t number,
                      uint8_t out[MESSAGE_ID_BYTES]);

#endif
