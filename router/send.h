/**
 * How a router sends: observers, the sent cache, then the stream.
 *
 * A message goes to a set of peers, all of them sharing one RPC; a control entry is an RPC of its
 * own to one peer. Under the quirks of the sent cache an RPC that the peer was sent in the last
 * 120 s is not written: EFFECT_SUPPRESS_RPC says so, and to the router it was sent.
 *
 * Source: SEED.md §2.6, §2.13; gossipsub-v1.0.md "Publishing", "Control messages".
 */
#ifndef GOSSIM_ROUTER_SEND_H
#define GOSSIM_ROUTER_SEND_H

#include "router/router.h"

enum send_result {
    SEND_WRITTEN,
    SEND_SUPPRESSED,  // the sent cache has it
    SEND_UNCONNECTED, // there is no stream to the peer; nothing happens
    SEND_FAILED,      // writing failed: there is no stream any more
};

/** An empty RPC in the form that this router writes. */
uint32_t send_create(const struct router *router, const struct router_step *step);

/** Sending where somebody looks on, or a write may not happen. */
enum send_result send_watched(struct router *router, struct router_step *step, uint32_t slot,
                              uint32_t rpc);

/** Sends a sealed RPC to one peer. */
static inline enum send_result send_rpc(struct router *router, struct router_step *step,
                                        uint32_t slot, uint32_t rpc) {
    if (router->shared->sends_plainly && router->broken == NULL &&
        bitset_has(router->connected, slot)) {
        emit_rpc(step, EFFECT_SEND_RPC, slot, rpc);
        return SEND_WRITTEN;
    }
    return send_watched(router, step, slot, rpc);
}

/** Sends GRAFT or PRUNE for a topic to one peer. */
enum send_result send_graft(struct router *router, struct router_step *step, uint32_t slot,
                            uint16_t topic);
enum send_result send_prune(struct router *router, struct router_step *step, uint32_t slot,
                            uint16_t topic);

/** Seals an RPC and sends it to one peer; frees it if it is on its way to nobody. */
enum send_result send_sealed(struct router *router, struct router_step *step, uint32_t slot,
                             uint32_t rpc);

/** To whom a message goes, and what of it. */
struct message_sending {
    const uint64_t *targets;
    uint32_t message;
    uint32_t hops;           // of our copy
    uint32_t deliverer;      // slot it came from, or TRACE_NONE
    const uint64_t *sources; // further slots it came from, or NULL
};

/**
 * Sends a message to its targets, but (unless QUIRK_ECHO) to those it came from and to its origin,
 * and notes them in the message's cache entry, if it has one. A peer that cannot be written to is
 * disconnected. Returns how many it was sent to.
 */
uint32_t send_message(struct router *router, struct router_step *step,
                      const struct message_sending *sending);

/**
 * Puts a message into the message cache, unless it is there or the router does not cache it.
 * Returns the set of peers it was sent to, which the caller adds to, or NULL.
 */
uint64_t *send_cache_message(struct router *router, const struct router_step *step,
                             uint32_t message, uint32_t hops);

/** Sends a sealed RPC of several messages to a set of peers, likewise. */
uint32_t send_messages(struct router *router, struct router_step *step, const uint64_t *targets,
                       uint32_t rpc);

/** The key of an RPC exchanged with a peer in this session, for the digest caches. */
static inline uint64_t send_cache_key(const struct router *router, uint32_t slot, uint64_t digest) {
    uint64_t z = digest + (((uint64_t)router->side->sessions[slot] << 32 | slot) + 1) *
                              UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
