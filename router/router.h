/**
 * One pubsub router as a pure machine: its state in, an input in, effects out.
 *
 * A router knows its peers as *slots*, numbers below its degree, and nothing of the nodes behind
 * them. Per topic it keeps the sets of slots that the specification speaks of: subscribers (peers
 * known to be subscribed), mesh and fanout, as bit sets side by side. It has no timers: what
 * expires is found expired when it is looked at, and its owner calls router_on_heartbeat(). It does
 * no I/O and reads no other router.
 *
 *     init → { peer connected, disconnected | RPC | subscribe | unsubscribe | publish | heartbeat
 * }*
 *
 * Variants (floodsub, gossipsub) are one state with different `struct router_protocol`: what they
 * do at joining, leaving, control entries, heartbeat, and where a message goes.
 *
 * Source: DESIGN.md §2; libp2p pubsub/README.md; gossipsub-v1.0.md; SEED.md §1, §2.
 */
#ifndef GOSSIM_ROUTER_ROUTER_H
#define GOSSIM_ROUTER_ROUTER_H

#include "base/bitset.h"
#include "router/digest_cache.h"
#include "router/effects.h"
#include "router/mcache.h"
#include "router/message.h"
#include "router/params.h"
#include "router/quirks.h"
#include "router/roles.h"
#include "router/router_metrics.h"
#include "router/seen.h"
#include "router/validation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct router;
struct topic_state;

enum {
    ROUTER_OBSERVERS_MAX = 8, // observers of a group of routers
};

/** Where a variant differs. Every function gets the topic's state; none may be NULL. */
struct router_protocol {
    void (*on_joined)(struct router *router, struct router_step *step, struct topic_state *topic);
    void (*on_left)(struct router *router, struct router_step *step, struct topic_state *topic);
    /** A peer subscribed to the topic or left it; the table of subscribers says so already. */
    void (*on_subscription)(struct router *router, struct router_step *step,
                            struct topic_state *topic);
    /** The peers that a message of ours goes to; may change fanout. */
    const uint64_t *(*publish_targets)(struct router *router, struct router_step *step,
                                       struct topic_state *topic);
    /** The peers that a message of another node goes to, before sparing its deliverer and origin.
     */
    const uint64_t *(*forward_targets)(const struct router *router,
                                       const struct topic_state *topic);
    /** Handles the control part; `first` is its first entry. False: it may not go on with this
     * peer. */
    bool (*on_control)(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, uint32_t first);
    void (*on_heartbeat)(struct router *router, struct router_step *step);
    enum quirk own_message_unseen; // the quirk by which a publisher does not know its own messages
    enum quirk leaves_silently;    // the one by which it tells nobody that it leaves a topic, or
                                   // QUIRK_COUNT
    enum quirk forward_whole_rpc;  // the one by which it forwards all messages of an RPC together
    bool caches_messages;          // accepted messages go into the message cache
    bool beats;                    // on_heartbeat has something to do
    bool delivers_own;             // an own message that is unseen is handed to the application
    bool forwards_each_time;       // under forward_whole_rpc: after each message, not after all
};

/**
 * Looks at the RPCs of the routers of a group. `on_send` is called before an RPC is written, also
 * for one that then is not (Q65), `on_receive` before it is handled. Either may be NULL.
 *
 * Source: SEED.md §2.28. Differs: an observer cannot change the RPC.
 */
struct router_observer {
    void *context;
    void (*on_send)(void *context, const struct router *router, uint32_t slot,
                    const struct rpc *rpc);
    void (*on_receive)(void *context, const struct router *router, uint32_t slot,
                       const struct rpc *rpc);
};

/** What the routers of one group share. Constant during a run, but for the pools. */
struct router_shared {
    struct router_params params;
    const struct router_protocol *protocol;
    const struct message_table *messages;
    uint32_t topic_count;    // that every router has room for; more may be met
    uint32_t mesh_limit;     // topics with a mesh from which on GRAFT is refused
    uint32_t fill_target;    // mesh size that filling aims at
    uint32_t sent_kinds;     // kinds of RPC, one bit each, that the sent cache looks at
    uint32_t received_kinds; // and the received cache
    int64_t ends_ns;         // no step comes at this time or later; to be set before the first
    uint32_t id_form;        // MESSAGE_ID_TEXT or 0: the ids this group gives to messages
    uint8_t rpc_form;        // RPC_FORM_… of the RPCs it writes
    bool sends_plainly;      // a send is an effect: no cache, no metrics, no observer
    bool reads_plainly;      // an RPC read is handled: no cache, no limit, no metrics, no observer
    bool may_cache_twice;    // a message can be forgotten as seen while still in the cache
    bool metered;            // routers keep metrics
    const bool *has_validators; // [topic_count] applications validate its messages; NULL: none do;
                                // to be set before routers are initialised
    struct router_observer observers[ROUTER_OBSERVERS_MAX]; // [observer_count]
    uint32_t observer_count;
    struct pool states; // topic states
    struct pool caches; // seen, message and digest caches
};

/** The gauges of peers per topic that were ever set: what a client of Prometheus would expose. */
enum { TOPIC_GAUGE_MESH = 1, TOPIC_GAUGE_FANOUT = 2, TOPIC_GAUGE_SUBSCRIBERS = 4 };

/**
 * What a router knows about one topic. The sets follow the struct, each of `router->words` words:
 * subscribers, mesh, fanout; and under QUIRK_MOVER_FORGETS a fourth, the peers that said they are
 * subscribed, as the first is then only the candidates that are left of them.
 *
 * Without quirks a topic has a mesh exactly while joined and a fanout only while not, and mesh and
 * fanout are within the connected peers.
 */
struct topic_state {
    int64_t last_published_ns; // of ours, while there is a fanout
    uint32_t mesh_count;
    uint32_t gauge_mesh; // as last set: router_metrics.h
    uint32_t gauge_fanout;
    uint32_t gauge_subscribers;
    uint16_t topic;
    uint16_t handler_count;                // of the application: subscribed if there are any
    uint8_t gauges_set;                    // TOPIC_GAUGE_…
    uint8_t handlers[ROUTER_HANDLERS_MAX]; // how often it added each
    bool joined;                           // among our topics (under a quirk also after leaving)
    bool has_mesh;
    bool has_fanout; // we published without being subscribed, less than fanout_ttl ago
    bool has_table;  // some peer has spoken of a subscription to it
    uint64_t sets[]; // [3 or 4 × words]
};

/** What only some groups of routers need: it stands aside, so that the others stay small. */
struct router_side {
    struct digest_cache sent;
    struct digest_cache received;
    uint32_t *sessions; // [slot_count] how often the peer was disconnected
    struct validations validations;
};

struct router {
    // What each RPC that arrives looks at: two cache lines, the second one the first page of
    // `seen`.
    _Alignas(64) struct router_shared *shared;
    uint64_t *peers;      // [words] peers we know: those connected, and some that refused
    uint64_t first_peers; // where `peers` points if one word is enough: beside what comes next
    uint32_t node;        // our own number, as messages name their origin
    uint32_t words;       // words of a set of slots
    uint32_t slot_count;
    uint32_t mesh_topics;       // topics that have a mesh
    struct topic_state *latest; // the state asked for last; NULL before the first
    struct seen seen;
    // What it takes to pass a message on, and a heartbeat.
    uint64_t *connected;         // [words] peers we have a stream to
    uint64_t first_connected;    // where `connected` points if one word is enough
    const uint32_t *peer_nodes;  // [slot_count] the node behind each slot: compared with a
                                 // message's origin, nothing else
    struct topic_state **topics; // [topic_count] in the order they were first met
    uint32_t topic_count;        // topics known: states in use
    uint32_t index_capacity;     // of topic_index
    struct mcache mcache;
    uint64_t seqno;              // of our latest message
    uint16_t *topic_index;       // [index_capacity] index into topics + 1, or 0
    uint32_t topic_capacity;     // of topics
    uint64_t *flooding;          // [words] peers that speak only floodsub; NULL: there was none yet
    uint64_t *broken;            // [words] peers to which a write fails; NULL: there was none yet
    struct router_side *side;    // NULL unless the group has a digest cache or validators
    const struct role_set *role; // what it does on purpose; NULL: what the protocol says
    struct router_metrics *metrics; // NULL unless shared->metered
};

_Static_assert(offsetof(struct router, seen.members.first_page) == 64, "the second line");

/** The protocol of a kind, as given to router_shared_init(). */
const struct router_protocol *router_protocol_of(enum router_protocol_kind kind);

void router_shared_init(struct router_shared *shared, struct arena *arena,
                        const struct router_params *params, const struct message_table *messages);

/** A router without connected peers, at `node`, which stays where it is. `peer_nodes` is borrowed.
 */
void router_init(struct router *router, struct router_shared *shared, uint32_t node,
                 const uint32_t *peer_nodes, uint32_t slot_count);

/**
 * The process ends and another one takes its place: the router is as router_init() made it, in the
 * same memory, but for the count of its messages, whose numbers stay its own.
 */
void router_reset(struct router *router, struct rpc_slab *rpcs);

/** Routers that are initialised from now on keep metrics. */
void router_shared_meter(struct router_shared *shared);

/** From now on the observer sees the RPCs of all routers of the group. */
void router_add_observer(struct router_shared *shared, struct router_observer observer);

/** Removes the first observer with this context; the last takes its place. */
void router_remove_observer(struct router_shared *shared, const void *context);

/**
 * How a neighbour speaks. Under QUIRK_FLOOD_PEERS_UNSERVED a router never asks: it does not offer
 * floodsub, and a peer that was connected all the same is one like any other.
 */
enum peer_protocol { PEER_GOSSIPSUB, PEER_FLOODSUB };

/** The peer behind the slot is now connected; if we are subscribed to anything, it is told. */
void router_on_peer_connected(struct router *router, struct router_step *step, uint32_t slot,
                              enum peer_protocol protocol);

/** The neighbour does not speak our protocol. Source: SEED.md §2.5, Q60. */
void router_on_peer_refused(struct router *router, uint32_t slot);

/** The peer is gone: it leaves every set, and what was sent to it is forgotten. */
void router_on_peer_disconnected(struct router *router, struct router_step *step, uint32_t slot);

/** From now on writing to the peer fails; nothing else happens yet. Source: SEED.md §2.6. */
void router_on_writes_fail(struct router *router, uint32_t slot);

/**
 * Reads one RPC: refuses it if it is too large, passes over it if the received cache has it, else
 * handles it. What the router cannot handle ends the link: EFFECT_ABORT_LINK, and the peer is gone.
 *
 * Source: SEED.md §2.7, §0 "LINK-ABORT".
 */
void router_on_rpc(struct router *router, struct router_step *step, uint32_t slot,
                   const struct rpc *rpc);

/**
 * The application's answer to EFFECT_VALIDATE: a message accepted is delivered and forwarded now.
 * Then whatever waited for it is read.
 *
 * Source: SEED.md §2.22.
 */
void router_on_validated(struct router *router, struct router_step *step, uint32_t message,
                         bool accepted);

/** A message that waited since EFFECT_FORWARD_LATE, which said `late`, is passed on. */
void router_on_forward_due(struct router *router, struct router_step *step,
                           const struct effect *late);

/** Reads something that no RPC could be made of: the link ends. Source: SEED.md §3.4. */
void router_on_unreadable(struct router *router, struct router_step *step, uint32_t slot);

/**
 * Handles one RPC without the reader's caches: subscriptions, then messages, then control. False if
 * it broke off: what was done until then stays.
 *
 * Source: SEED.md §2.21.
 */
bool router_handle_rpc(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc);

/**
 * The application adds a handler (below ROUTER_HANDLERS_MAX) for the topic. With the first one
 * peers are told, then the topic is joined. False if that never ends (QUIRK_SUBSCRIBE_WAITS).
 *
 * Source: SEED.md §2.9.
 */
bool router_subscribe(struct router *router, struct router_step *step, uint16_t topic,
                      uint32_t handler);

/**
 * The application removes a handler, however often it was added. With the last one peers are told,
 * then the topic is left. False if the topic is not one of ours.
 *
 * Source: SEED.md §2.10.
 */
bool router_unsubscribe(struct router *router, struct router_step *step, uint16_t topic,
                        uint32_t handler);

/** Until when a message is seen that is met now. What outlasts the run is not kept track of. */
static inline int64_t router_seen_until(const struct router *router, int64_t now_ns) {
    int64_t until_ns = now_ns + router->shared->params.seen_ttl_ns;
    return until_ns >= router->shared->ends_ns ? SEEN_FOR_GOOD : until_ns;
}

/* What a step will look at is fetched from memory ahead of it: where a router's own cache lines are
 * (first), then what those point at, once they are there. Changes nothing. */

static inline void router_fetch_for_rpc(const struct router *router) {
    const char *lines = (const char *)router;
    __builtin_prefetch(lines);
    __builtin_prefetch(lines + 64);
}

static inline void router_fetch_for_heartbeat(const struct router *router) {
    const char *lines = (const char *)router;
    __builtin_prefetch(lines);
    __builtin_prefetch(lines + 128);
    __builtin_prefetch(lines + 192);
    __builtin_prefetch(lines + 256);
}

static inline void router_fetch_further(const struct router *router) {
    __builtin_prefetch(router->topics);
    __builtin_prefetch(router->latest);
    __builtin_prefetch(router->mcache.window_counts);
    __builtin_prefetch(router->mcache.entries);
}

/** The count of the message that will be published next, from 1. */
static inline uint64_t router_next_seqno(struct router *router) {
    return ++router->seqno;
}

/**
 * Publishes a message of ours that stands in the message table. Returns to how many peers it went.
 *
 * Source: gossipsub-v1.0.md "Publishing"; SEED.md §2.11.
 */
uint32_t router_publish(struct router *router, struct router_step *step, uint32_t message);

void router_on_heartbeat(struct router *router, struct router_step *step);

/** Copies of RPCs that are kept until the application has answered: to be read, or to go on. */
uint32_t router_kept_count(const struct router *router);

/** The bytes of these copies: they have arrived already. */
uint64_t router_kept_bytes(const struct router *router, const struct rpc_slab *rpcs);

/** The mesh size of a topic; 0 when it has none. */
uint32_t router_mesh_count(const struct router *router, uint16_t topic);

/** The topic's state, or NULL if the router never met it: looking changes nothing. */
const struct topic_state *router_find_topic(const struct router *router, uint16_t topic);

/**
 * CHECKs what must hold between steps: mesh within the connected peers, fanout within the
 * subscribers among them, counts right; what quirks break is left out. O(topics × words).
 */
void router_validate(const struct router *router);

/* For the variants. */

/** Shows an RPC that is read to the observers and counts it, before anybody decides what it is. */
void router_look_on(const struct router *router, uint32_t slot, const struct rpc *rpc);

/** A peer's SUB or UNSUB. Source: SEED.md §2.16. */
void router_on_subscription(struct router *router, struct router_step *step, uint32_t slot,
                            const struct rpc_entry *entry);

static inline bool router_has_quirk(const struct router *router, enum quirk quirk) {
    return quirk_in(router->shared->params.quirks, quirk);
}

static inline bool router_has_role(const struct router *router, enum role role) {
    return router->role != NULL && role_in(router->role, role);
}

/** Whether a router that has roles keeps a message of another node to itself. */
bool role_withholds(const struct router *router, uint32_t message);

/**
 * What becomes of a message that a router with roles is to pass on, as `copy` came. True if that is
 * all: the message is withheld, goes into the message cache alone, or waits:
 * EFFECT_FORWARD_LATE, to be answered by router_on_forward_due().
 */
bool role_on_forward(struct router *router, struct router_step *step, const struct effect *copy);

/** The further duties of a heartbeat, before those of the protocol. */
void role_on_heartbeat(struct router *router, struct router_step *step);

/** Makes the state of a topic that was not met before. */
struct topic_state *router_meet_topic(struct router *router, uint16_t topic);

/** The word of the set of peers that speak only floodsub. */
static inline uint64_t router_flooding(const struct router *router, uint32_t word) {
    return router->flooding == NULL ? 0 : router->flooding[word];
}

/** The state of a topic, made when it is first met. */
static inline struct topic_state *router_topic(struct router *router, uint16_t topic) {
    if (router->latest == NULL || router->latest->topic != topic) {
        uint32_t index = topic < router->index_capacity ? router->topic_index[topic] : 0;
        router->latest = index != 0 ? router->topics[index - 1] : router_meet_topic(router, topic);
    }
    return router->latest;
}

/** Peers known to be subscribed; under QUIRK_MOVER_FORGETS the candidates among them. */
static inline uint64_t *topic_subscribers(const struct router *router, struct topic_state *topic) {
    (void)router;
    return topic->sets;
}

/** Peers that said they are subscribed, whatever became of them. */
static inline uint64_t *topic_announced(const struct router *router, struct topic_state *topic) {
    bool forgets = router_has_quirk(router, QUIRK_MOVER_FORGETS);
    return topic->sets + (forgets ? 3 * (uint64_t)router->words : 0);
}

static inline uint64_t *topic_mesh(const struct router *router, struct topic_state *topic) {
    return topic->sets + router->words;
}

static inline uint64_t *topic_fanout(const struct router *router, struct topic_state *topic) {
    return topic->sets + 2 * (uint64_t)router->words;
}

/* The gauges of peers per topic. Source: SEED.md §5. */

static inline void topic_set_gauge_mesh(struct topic_state *topic) {
    topic->gauge_mesh = topic->mesh_count;
    topic->gauges_set |= TOPIC_GAUGE_MESH;
}

static inline void topic_set_gauge_fanout(const struct router *router, struct topic_state *topic) {
    topic->gauge_fanout = bitset_count(topic_fanout(router, topic), router->words);
    topic->gauges_set |= TOPIC_GAUGE_FANOUT;
}

static inline void topic_set_gauge_subscribers(const struct router *router,
                                               struct topic_state *topic) {
    topic->gauge_subscribers = bitset_count(topic_subscribers(router, topic), router->words);
    topic->gauges_set |= TOPIC_GAUGE_SUBSCRIBERS;
}

#endif
