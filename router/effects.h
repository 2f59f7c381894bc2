/**
 * What a step of a router wants done, in order; and all that a step may look at beside its own
 * router.
 *
 * A step appends effects; its caller carries them out afterwards, in order. A step's view is the
 * time, its node's own random stream and a scratch array: nothing of any other node.
 *
 * Source: DESIGN.md §2 "Router (pure machine)".
 */
#ifndef GOSSIM_ROUTER_EFFECTS_H
#define GOSSIM_ROUTER_EFFECTS_H

#include "base/prng.h"
#include "router/rpc.h"
#include "trace/record.h"

#include <stdint.h>

enum effect_kind {
    EFFECT_SEND_RPC,     // slot, item: RPC handle (one reference is the send's)
    EFFECT_DELIVER,      // slot, item: message, topic, value: hops, reason: hand the message to the
                         // application
    EFFECT_DUPLICATE,    // slot, item: message, topic, value: hops: a copy of a message seen before
    EFFECT_TRACE,        // trace_kind and the fields that kind uses
    EFFECT_SUPPRESS_RPC, // as SEND_RPC, reference included: the sent cache has it, it is not sent
    EFFECT_VALIDATE,     // slot, item: message, topic: ask the application about it
    EFFECT_ABORT_LINK,   // slot, reason: we end the link; the peer is gone for us already
    EFFECT_FORWARD_LATE, // slot, item: message, topic, value: hops: to be passed on later
};

struct effect {
    uint8_t kind;       // enum effect_kind
    uint8_t trace_kind; // TRACE: enum trace_kind
    uint8_t reason;     // enum trace_reason
    uint8_t calls;      // DELIVER: handlers that get the message
    uint32_t slot;      // the peer, or TRACE_NONE
    uint32_t item;      // RPC handle or message number
    uint32_t value;     // hops, or the size of the set that changed
    uint16_t topic;
};

struct effects {
    struct pool pool;
    struct effect *items; // [count]
    uint32_t count;
    uint32_t capacity;
};

struct router_step {
    int64_t now_ns;
    struct prng *prng;       // the node's router stream
    struct effects *effects; // appended to
    struct rpc_slab *rpcs;   // where RPCs to be sent are built
    uint32_t *scratch;       // room for twice as many numbers as the router has slots
    uint64_t *scratch_set;   // room for two sets of slots
};

void effects_init(struct effects *effects, struct arena *arena);
void effects_grow(struct effects *effects);

static inline struct effect *effects_add(struct effects *effects) {
    if (effects->count == effects->capacity) {
        effects_grow(effects);
    }
    return &effects->items[effects->count++];
}

/** Adds an effect that holds a reference to a sealed RPC: it is sent, or would have been. */
static inline void emit_rpc(const struct router_step *step, enum effect_kind kind, uint32_t slot,
                            uint32_t rpc) {
    rpc_at(step->rpcs, rpc)->references++;
    *effects_add(step->effects) = (struct effect){.kind = (uint8_t)kind, .slot = slot, .item = rpc};
}

/** Says that a set of peers of a topic changed, or that something about a topic was refused. */
static inline void emit_peer_trace(const struct router_step *step, enum trace_kind kind,
                                   uint16_t topic, uint32_t slot, struct effect detail) {
    detail.kind = EFFECT_TRACE;
    detail.trace_kind = (uint8_t)kind;
    detail.topic = topic;
    detail.slot = slot;
    detail.item = TRACE_NONE;
    *effects_add(step->effects) = detail;
}

#endif
