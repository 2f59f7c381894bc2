/**
 * The gossipsub state machine in parts: mesh (GRAFT, PRUNE), fanout and gossip (IHAVE, IWANT), put
 * together in gossipsub.c.
 *
 * Source: gossipsub-v1.0.md; choices it leaves open: DESIGN.md §2 "The v1.0 profile".
 */
#ifndef GOSSIM_ROUTER_GOSSIPSUB_H
#define GOSSIM_ROUTER_GOSSIPSUB_H

#include "router/router.h"

extern const struct router_protocol gossipsub_protocol;

/**
 * Draws up to `wanted` members of `candidates` into step->scratch; returns how many.
 * Cost: O(words + members).
 */
uint32_t draw_peers(const struct router *router, const struct router_step *step,
                    const uint64_t *candidates, uint32_t wanted);

/* mesh.c — Source: gossipsub-v1.0.md "Topic membership", "Control messages", "Mesh maintenance". */

/** Adds a peer to the mesh and sends it GRAFT. */
void mesh_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason);

/** Fills the mesh to D with drawn subscribers outside it. */
void mesh_fill(struct router *router, struct router_step *step, struct topic_state *topic,
               enum trace_reason reason);

/** Removes every member, sending PRUNE to each. */
void mesh_leave(struct router *router, struct router_step *step, struct topic_state *topic);

/** A peer leaves the mesh without being told; nothing if it is not in it. */
void mesh_remove(struct router *router, struct router_step *step, struct topic_state *topic,
                 uint32_t slot, enum trace_reason reason);

/** GRAFT: accepted for a joined topic, refused with PRUNE else. */
void mesh_on_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot);

/** The heartbeat's duty: fill below Dlo, cut above Dhi. */
void mesh_maintain(struct router *router, struct router_step *step, struct topic_state *topic);

/* fanout.c — Source: gossipsub-v1.0.md "Fanout maintenance", "Publishing". */

/** The fanout of a topic we publish to without being subscribed; drawn if empty. */
const uint64_t *fanout_for_publish(struct router *router, struct router_step *step,
                                   struct topic_state *topic);

/** Forgets the fanout. */
void fanout_forget(struct router *router, struct router_step *step, struct topic_state *topic,
                   enum trace_reason reason);

/** A peer leaves the fanout; nothing if it is not in it. */
void fanout_remove(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot, enum trace_reason reason);

/** The heartbeat's duty: forget what has expired, fill the rest to D. */
void fanout_maintain(struct router *router, struct router_step *step, struct topic_state *topic);

/* gossip.c — Source: gossipsub-v1.0.md "Gossip emission", "IHAVE", "IWANT". */

/** The heartbeat's duty: IHAVE of the cached messages of the topic to Dlazy drawn peers outside
 * mesh and fanout. */
void gossip_emit(struct router *router, struct router_step *step, struct topic_state *topic);

/** IHAVE: asks for what we have not seen, in one IWANT. */
void gossip_on_ihave(struct router *router, struct router_step *step, uint32_t slot,
                     const struct rpc *rpc, const struct rpc_entry *entry);

/** IWANT: answers each cached message by an RPC of its own. */
void gossip_on_iwant(struct router *router, struct router_step *step, uint32_t slot,
                     const struct rpc *rpc, const struct rpc_entry *entry);

#endif
