/**
 * Messages that the application is looking at, and RPCs that wait for its word.
 *
 * A message of a topic with validators is not delivered at once: EFFECT_VALIDATE asks, and
 * router_on_validated() brings the answer. Until then its copies are duplicates. Under
 * QUIRK_READER_WAITS nothing more is read from the peer it came from: the rest of its RPC, and the
 * RPCs after it, are kept here in order.
 *
 *     copy ──▶ pending ──▶ accepted: delivered, cached, forwarded
 *                     └──▶ rejected: nothing
 *
 * Cost: entries are few; looking for one walks them.
 * Source: SEED.md §2.22, Q36a, Q36d; DESIGN.md §2 "Router".
 */
#ifndef GOSSIM_ROUTER_VALIDATION_H
#define GOSSIM_ROUTER_VALIDATION_H

#include "base/arena.h"
#include "router/rpc.h"

#include <stdbool.h>
#include <stdint.h>

struct validation {
    uint32_t message;
    uint32_t slot; // the deliverer
    uint32_t hops; // of our copy
    bool requested;
    bool reader_waits; // nothing is read from the deliverer meanwhile
    uint32_t rpc; // a copy of its RPC, whose messages all go on with it; RPC_NONE: it goes alone
    uint64_t *sources; // [words] further peers a copy came from
};

/** An RPC that is kept until its peer may be read from again. */
struct waiting_rpc {
    uint32_t slot;
    uint32_t rpc;  // a copy, which the router owns
    uint32_t next; // its first entry that has not been handled
    bool begun;    // its earlier entries have
};

struct validations {
    struct validation *pending; // [pending_count] in the order they began
    uint32_t pending_count;
    uint32_t pending_capacity;
    struct waiting_rpc *waiting; // [waiting_count] in the order they came
    uint32_t waiting_count;
    uint32_t waiting_capacity;
};

/** The pending validation of a message, or NULL. Valid until the next call that changes the list.
 */
struct validation *validations_find(const struct validations *validations, uint32_t message);

/** Begins one; its set of sources is empty. */
void validations_add(struct validations *validations, struct pool *pool,
                     const struct validation *validation, uint32_t words);

/** Takes one out of the list; its set of sources must be given back by validation_finish(). */
struct validation validations_take(struct validations *validations, uint32_t message);
void validation_finish(const struct validation *validation, struct pool *pool, uint32_t words);

/** Whether the reader of a peer waits. */
bool validations_hold(const struct validations *validations, uint32_t slot);

/** Keeps a copy of the RPC, as the first or the last of its peer's. */
void validations_keep(struct validations *validations, struct pool *pool,
                      const struct waiting_rpc *waiting, bool first);

/** Takes out the first RPC kept for a peer; false if there is none. */
bool validations_next(struct validations *validations, uint32_t slot, struct waiting_rpc *waiting);

/** Forgets everything, without an answer to anybody. `words` are those of a set of sources. */
void validations_clear(struct validations *validations, struct pool *pool, struct rpc_slab *rpcs,
                       uint32_t words);

/** The peer is gone: its RPCs are, and its reader waits no more. */
void validations_forget(struct validations *validations, struct rpc_slab *rpcs, uint32_t slot);

#endif
