/**
 * One pubsub router as a pure machine: its state in, an input in, effects out.
 *
 * A router knows its peers as *slots*, numbers below its degree, and nothing of the nodes behind
 * them. Per topic it keeps the sets of slots that the specification speaks of: subscribers (peers
 * known to be subscribed), mesh and fanout, as bit sets side by side. It has no timers: what
 * expires is found expired when it is looked at, and its owner calls router_on_heartbeat(). It does
 * no I/O and reads no other router.
 *
 *     init → start → { peer connected | peer disconnected | RPC | subscribe | unsubscribe | publish
 * | heartbeat }*
 *
 * Variants (floodsub, gossipsub) are one state with different `struct router_protocol`: what they
 * do at joining, leaving, control entries, heartbeat, and where a message goes.
 *
 * Source: DESIGN.md §2; libp2p pubsub/README.md; gossipsub-v1.0.md.
 */
#ifndef GOSSIM_ROUTER_ROUTER_H
#define GOSSIM_ROUTER_ROUTER_H

#include "base/bitset.h"
#include "router/effects.h"
#include "router/mcache.h"
#include "router/message.h"
#include "router/params.h"
#include "router/seen.h"

#include <stdbool.h>
#include <stdint.h>

struct router;
struct topic_state;

/** Where a variant differs. Every function gets the topic's state; none may be NULL. */
struct router_protocol {
    void (*on_joined)(struct router *router, struct router_step *step, struct topic_state *topic);
    void (*on_left)(struct router *router, struct router_step *step, struct topic_state *topic);
    /** The peers that a message of ours goes to; may change fanout. */
    const uint64_t *(*publish_targets)(struct router *router, struct router_step *step,
                                       struct topic_state *topic);
    /** The peers that a message of another node goes to, before sparing its deliverer and origin.
     */
    const uint64_t *(*forward_targets)(const struct router *router,
                                       const struct topic_state *topic);
    void (*on_control)(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, const struct rpc_entry *entry);
    void (*on_heartbeat)(struct router *router, struct router_step *step);
    bool caches_messages; // accepted messages go into the message cache
    bool beats;           // on_heartbeat has something to do
};

/** What the routers of one group share. Constant during a run, but for the pool. */
struct router_shared {
    struct router_params params;
    const struct router_protocol *protocol;
    const struct message_table *messages;
    uint32_t topic_count;
    bool may_cache_twice; // a message can be forgotten as seen while it is still in the cache
    struct pool states;   // topic states
    struct pool caches;   // seen and message caches
};

/**
 * What a router knows about one topic. The three sets follow the struct, each of `router->words`
 * words: subscribers, mesh, fanout. Mesh and fanout are within the connected peers; a topic has a
 * mesh only while joined and a fanout only while not.
 */
struct topic_state {
    int64_t last_published_ns; // of ours, while there is a fanout
    uint32_t mesh_count;
    uint16_t topic;
    bool joined;     // the application is subscribed
    bool has_fanout; // we published without being subscribed, less than fanout_ttl ago
    uint64_t sets[]; // [3 × words]
};

struct router {
    struct router_shared *shared;
    uint32_t node; // our own number, as messages name their origin
    uint32_t slot_count;
    uint32_t words;       // words of a set of slots
    uint32_t topic_count; // topics known: states in use
    uint32_t topic_capacity;
    uint64_t seqno;             // of our latest message
    uint64_t *connected;        // [words]
    const uint32_t *peer_nodes; // [slot_count] the node behind each slot: compared with a message's
                                // origin, nothing else
    struct topic_state **topics; // [topic_count] in the order they were first met
    uint16_t *topic_index;       // [shared.topic_count] index into topics + 1, or 0
    struct seen seen;
    struct mcache mcache;
};

/** The protocol of a kind, as given to router_shared_init(). */
const struct router_protocol *router_protocol_of(enum router_protocol_kind kind);

void router_shared_init(struct router_shared *shared, struct arena *arena,
                        const struct router_params *params, const struct message_table *messages);

/** A router without connected peers, at `node`. `peer_nodes` is borrowed. */
void router_init(struct router *router, struct router_shared *shared, uint32_t node,
                 const uint32_t *peer_nodes, uint32_t slot_count);

/** The peer behind the slot is now connected; if we are subscribed to anything, it is told. */
void router_on_peer_connected(struct router *router, struct router_step *step, uint32_t slot);

/** The peer is gone: it leaves every set. */
void router_on_peer_disconnected(struct router *router, struct router_step *step, uint32_t slot);

/** Handles one RPC, entry by entry in order. The RPC is only read. */
void router_on_rpc(struct router *router, struct router_step *step, uint32_t slot,
                   const struct rpc *rpc);

/** The application subscribes; peers are told, then the topic is joined. Nothing if it was
 * subscribed. */
void router_subscribe(struct router *router, struct router_step *step, uint16_t topic);

/** The application leaves; peers are told, then the topic is left. Nothing if it was not
 * subscribed. */
void router_unsubscribe(struct router *router, struct router_step *step, uint16_t topic);

/** The sequence number that the next message of ours carries. */
static inline uint64_t router_next_seqno(struct router *router) {
    return ++router->seqno;
}

/** Publishes a message of ours that stands in the message table. */
void router_publish(struct router *router, struct router_step *step, uint32_t message);

void router_on_heartbeat(struct router *router, struct router_step *step);

/** The mesh size of a topic; 0 when not joined. */
uint32_t router_mesh_count(const struct router *router, uint16_t topic);

/**
 * CHECKs what must hold between steps: mesh within the connected peers, fanout within the
 * subscribers among them, counts right. O(topics × words).
 */
void router_validate(const struct router *router);

/* For the variants. */

/** The state of a topic, made when it is first met. */
struct topic_state *router_topic(struct router *router, uint16_t topic);

static inline uint64_t *topic_subscribers(const struct router *router, struct topic_state *topic) {
    (void)router;
    return topic->sets;
}

static inline uint64_t *topic_mesh(const struct router *router, struct topic_state *topic) {
    return topic->sets + router->words;
}

static inline uint64_t *topic_fanout(const struct router *router, struct topic_state *topic) {
    return topic->sets + 2 * (uint64_t)router->words;
}

#endif
