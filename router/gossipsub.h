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

/** Adds a peer to the mesh and sends it GRAFT; false, and not added, if that cannot be written. */
bool mesh_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason);

/** The topic has a mesh from now on, if only an empty one. */
void mesh_open(struct router *router, struct topic_state *topic);

/** Fills the mesh to D with drawn subscribers outside it, those of a fanout first; false if a GRAFT
 * could not be written. */
bool mesh_fill(struct router *router, struct router_step *step, struct topic_state *topic,
               enum trace_reason reason);

/** Removes every member, sending PRUNE to each; the topic has no mesh then. */
void mesh_leave(struct router *router, struct router_step *step, struct topic_state *topic);

/** A peer leaves the mesh without being told; nothing if it is not in it. */
void mesh_remove(struct router *router, struct router_step *step, struct topic_state *topic,
                 uint32_t slot, enum trace_reason reason);

enum graft_outcome {
    GRAFT_TAKEN,   // nothing to answer
    GRAFT_REFUSED, // to be answered with PRUNE
    GRAFT_BREAKS,  // the RPC cannot be handled further
};

/** GRAFT: accepted for a topic with a mesh, refused else. Source: SEED.md §2.17. */
enum graft_outcome mesh_on_graft(struct router *router, struct router_step *step,
                                 struct topic_state *topic, uint32_t slot);

/** PRUNE. Source: SEED.md §2.18. */
void mesh_on_prune(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot);

/** When a mesh is filled, and why it is balanced at all. */
struct mesh_balance {
    uint32_t fill_below; // mesh size
    enum trace_reason fill_reason;
    enum trace_reason cut_reason;
};

/** Fills a mesh that is too small, cuts one above Dhi. Source: SEED.md §2.14. */
void mesh_balance(struct router *router, struct router_step *step, struct topic_state *topic,
                  const struct mesh_balance *balance);

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

/* gossip.c — Source: gossipsub-v1.0.md "Gossip emission", "IHAVE", "IWANT"; SEED.md §2.19–§2.25. */

/** The heartbeat's duty: IHAVE of the cached messages of the topic to Dlazy drawn peers outside
 * mesh and fanout. */
void gossip_emit(struct router *router, struct router_step *step, struct topic_state *topic);

/** The same for all topics together, to Dlazy peers in all. Source: SEED.md §2.25, Q38. */
void gossip_emit_capped(struct router *router, struct router_step *step);

/** Handles the control part of an RPC, from its entry `first` on; false if it broke off. */
bool gossip_on_control(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, uint32_t first);

#endif
