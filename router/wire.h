/**
 * The wire form of an RPC: rpc.proto through protobuf-c, preceded by its length as an unsigned
 * varint.
 *
 * Encoding writes the real bytes (peer ids, data, ids, signatures); decoding turns bytes back into
 * numbers, and checks on the way that each names something that exists: a known topic, a message
 * that was published, with exactly its data and signature. The decoder accepts one form of each
 * RPC, the one that the encoder writes. So decoding is one to one, and in a run with
 * `--wire encode`, which sends every RPC through both, a wrong byte cannot stay hidden.
 *
 *     struct rpc -> wire_encode -> length, fields of rpc.proto -> wire_decode -> struct rpc
 *     (numbers)     (a document)   (real bytes)                                  or a failure
 *
 * Limits: a decoder takes memory for at most a fixed multiple of the frame's size.
 * Cost:   some µs for a message of 1 KiB. Not for the hot path of the default run, which computes
 *         sizes only (router/rpc.h).
 * Source: libp2p pubsub/README.md "The RPC"; gossipsub-v1.0.md "Protobuf"; frames as in
 *         SEED.md §3.
 * Differs: protobuf lets a reader accept unknown fields, other orders and padded varints; we
 *         refuse, so that no difference between what was sent and what is read goes unseen.
 */
#ifndef GOSSIM_ROUTER_WIRE_H
#define GOSSIM_ROUTER_WIRE_H

#include "base/arena.h"
#include "base/failure.h"
#include "base/intern.h"
#include "router/rpc.h"

#include <stddef.h>
#include <stdint.h>

struct wire {
    struct arena *arena;
    struct pool pool;
    const struct message_table *messages; // with identities
    struct intern topics;                 // ids are topic numbers
    struct intern message_ids;            // of the messages added, in the order added
    struct intern message_texts;          // their ids as the 2020 router makes them
    uint32_t *message_numbers;            // [message_ids.count]
    uint32_t message_capacity;
};

/** An encoder and decoder of the table's topics; no message is known yet. `messages` is borrowed.
 */
void wire_init(struct wire *wire, struct arena *arena, const struct message_table *messages);

/** Makes a published message known to the decoder; once per message. */
void wire_add_message(struct wire *wire, uint32_t message);

/** A block of encoded bytes: give it back with wire_give(). */
struct wire_bytes {
    uint8_t *bytes;
    uint32_t size;
};

/**
 * Encodes a sealed RPC as a frame, in the form that it says; a CHECK holds the size computed by
 * rpc_seal() to the bytes written. wire_decode() reads the standard form alone; for others there is
 * codec_nim_2020.
 */
struct wire_bytes wire_encode(struct wire *wire, const struct rpc *rpc);

/** Ends the life of a frame made by wire_encode(). */
void wire_give(struct wire *wire, struct wire_bytes bytes);

/**
 * Decodes one frame into a new RPC of the slab, sealed, without references. `hops` is not on the
 * wire: it is given to every message entry. The frame may be any bytes and is not kept.
 *
 * Errors: RPC_NONE and a failure saying which field is wrong; nothing is left in the slab then.
 */
FAILURE_WARN_UNUSED uint32_t wire_decode(struct wire *wire, struct rpc_slab *slab,
                                         struct wire_bytes frame, uint32_t hops,
                                         struct failure *failure);

#endif
