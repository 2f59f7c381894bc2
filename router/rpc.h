/**
 * RPCs on their way: what one router sends another, as numbers, with the exact size of its
 * encoding.
 *
 * An RPC is a list of entries in the order of the schema: subscriptions, messages, IHAVE, IWANT,
 * GRAFT, PRUNE. Nearly every one has a single entry, which stands inline. RPCs live in a slab and
 * are named by a handle; several sends share one (a message forwarded to eight peers is one RPC
 * with eight references), and each send gives its reference back exactly once, on delivery or loss.
 *
 *     rpc_create -> rpc_add_... -> rpc_seal -> emit_send -> ... -> rpc_release
 *                                              +1 each             -1 each
 *
 * With the last reference the RPC is freed. A freed RPC has RPC_FREED references, so that a
 * reference given back twice is caught; handles are given out again last in, first out, while still
 * in the cache.
 *
 * Size:   frame = varint length prefix + RPC, as protobuf-c packs it; tests and `--wire encode`
 *         hold the two equal.
 * Cost:   an RPC is one cache line; create, add one message, seal and release take a few ns and
 *         touch no pool. Lists of ids and of further entries are blocks of the slab's pool.
 * Source: libp2p pubsub/README.md "The RPC"; gossipsub-v1.0.md "Protobuf".
 */
#ifndef GOSSIM_ROUTER_RPC_H
#define GOSSIM_ROUTER_RPC_H

#include "base/arena.h"
#include "base/check.h"
#include "router/message.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

enum { RPC_CHUNK_BITS = 12, RPC_CHUNK_SIZE = 1 << RPC_CHUNK_BITS, RPC_ALIKE = 64 };

/** How an RPC is written where it has several entries of one kind. Source: SEED.md §3.1, §3.3. */
enum { RPC_FORM_MERGED = 1, RPC_FORM_GARBLED = 2 };

#define RPC_NONE UINT32_MAX  // a handle that names no RPC
#define RPC_FREED UINT32_MAX // references of an RPC that is not in use

struct rpc_entry {
    uint8_t kind;      // enum trace_rpc
    uint8_t subscribe; // SUBSCRIPTIONS: 1 subscribe, 0 unsubscribe; MESSAGES: 1 if it came damaged
    uint16_t topic;    // SUBSCRIPTIONS, IHAVE, GRAFT, PRUNE
    uint32_t first;    // MESSAGES: the message; IHAVE, IWANT: index of the first id in rpc.ids
    uint32_t count;    // MESSAGES: hops of the sender's copy; IHAVE, IWANT: number of ids
};

struct rpc {
    struct rpc_entry entry; // the only entry, when entry_count is 1
    uint32_t entry_count;
    uint32_t references;    // sends that have not yet ended, or RPC_FREED
    uint32_t size_bytes;    // of the frame; 0 before rpc_seal()
    uint32_t payload_bytes; // of these, data fields
    uint32_t id_count;
    uint32_t id_capacity;
    uint32_t entry_capacity;
    bool requested;            // messages: answers an IWANT
    bool repeated;             // messages: this message was sent to this peer before
    uint8_t form;              // RPC_FORM_… bits: how it is written
    uint32_t read_digest;      // hash of the bytes it was read from, if these may say more; else 0
    uint32_t *ids;             // [id_count] message ids (router/message.h) of IHAVE and IWANT
    struct rpc_entry *entries; // [entry_count] when there are several, else NULL
};

_Static_assert(sizeof(struct rpc) <= 64, "an RPC is one cache line");

struct rpc_slab {
    struct pool pool;
    struct rpc **chunks; // [used / RPC_CHUNK_SIZE, rounded up] of RPC_CHUNK_SIZE each
    uint32_t chunk_capacity;
    uint32_t used;  // handles ever given out
    uint32_t *free; // [free_count] handles to give out again, the latest last
    uint32_t free_count;
    uint32_t free_capacity;    // at least `used`
    uint32_t live;             // handles in use
    uint32_t alike[RPC_ALIKE]; // the latest RPCs that say a topic alone, or what took their place
    const struct message_table *messages;
};

/** An empty slab. `messages` is borrowed: it gives sizes. */
void rpc_slab_init(struct rpc_slab *slab, struct arena *arena,
                   const struct message_table *messages);

static inline struct rpc *rpc_at(const struct rpc_slab *slab, uint32_t handle) {
    CHECK(handle < slab->used);
    return &slab->chunks[handle >> RPC_CHUNK_BITS][handle & (RPC_CHUNK_SIZE - 1)];
}

static inline const struct rpc_entry *rpc_entries(const struct rpc *rpc) {
    return rpc->entry_count == 1 ? &rpc->entry : rpc->entries;
}

/** An empty RPC without references, to be filled, sealed and sent or released. */
uint32_t rpc_create(struct rpc_slab *slab);

/** Appends an entry. Entries must come in the order of the schema. */
void rpc_add_subscription(struct rpc_slab *slab, uint32_t handle, uint16_t topic, bool subscribe);
void rpc_add_message(struct rpc_slab *slab, uint32_t handle, uint32_t message, uint32_t hops);
void rpc_add_graft(struct rpc_slab *slab, uint32_t handle, uint16_t topic);
void rpc_add_prune(struct rpc_slab *slab, uint32_t handle, uint16_t topic);

/** The message added last came with other fields than it was published with, but for its id and
 * data. */
void rpc_mark_damaged(struct rpc_slab *slab, uint32_t handle);

/** Starts an IHAVE or IWANT entry without ids; rpc_add_id() appends to the entry added last. */
void rpc_add_ihave(struct rpc_slab *slab, uint32_t handle, uint16_t topic);
void rpc_add_iwant(struct rpc_slab *slab, uint32_t handle);
void rpc_add_id(struct rpc_slab *slab, uint32_t handle, uint32_t id);

/** Computes the sizes. To be called once, after the last entry; there must be one. */
void rpc_seal(struct rpc_slab *slab, uint32_t handle);

/**
 * Seals an RPC and returns the handle of one that says the same, which may be another that is still
 * on its way: then this one is gone. RPCs that say a topic and nothing else are found again, which
 * is what every node says to every peer when all of them start at once.
 */
uint32_t rpc_seal_shared(struct rpc_slab *slab, uint32_t handle);

/** A sealed copy of a sealed RPC, with one reference. */
uint32_t rpc_copy(struct rpc_slab *slab, const struct rpc *rpc);

/** Frees an RPC that was offered to peers and is on its way to none of them. */
void rpc_release_unsent(struct rpc_slab *slab, uint32_t handle);

/**
 * A hash of what the RPC says, as its bytes would: two RPCs of one router have the same digest
 * exactly when they are written alike. Where a decoder loses part of the bytes (Q49), RPCs that
 * say the same may differ in read_digest, and so in this.
 */
uint64_t rpc_digest(const struct rpc *rpc);

/** The long way of rpc_release(). */
void rpc_release_last(struct rpc_slab *slab, uint32_t handle);

/** rpc_release() by somebody who has looked the RPC up: it stays where it is as long as it lives.
 */
static inline void rpc_release_at(struct rpc_slab *slab, uint32_t handle, struct rpc *rpc) {
    CHECK(rpc->references != RPC_FREED);
    if (rpc->references > 1) {
        rpc->references--;
    } else {
        rpc_release_last(slab, handle);
    }
}

/** Ends one send; frees the RPC with the last. An RPC that was never sent is released once. */
static inline void rpc_release(struct rpc_slab *slab, uint32_t handle) {
    rpc_release_at(slab, handle, rpc_at(slab, handle));
}

/** Bytes of an unsigned varint. */
static inline uint32_t varint_bytes(uint64_t value) {
    return (uint32_t)((70 - __builtin_clzll(value | 1)) / 7);
}

/** Bytes of a length-delimited field with a number below 16: key, length, content. */
static inline uint64_t field_bytes(uint64_t content_bytes) {
    return 1 + varint_bytes(content_bytes) + content_bytes;
}

#endif
