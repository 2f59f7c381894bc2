/**
 * A handful of routers linked on the spot: what one sends reaches the other at once, in the order
 * in which it was sent, without a simulator.
 *
 * The verbs are those of a network. Each carries out its effects and then delivers what is in the
 * queue, first in, first out, until nobody says anything any more; so a write takes no time, and
 * one RPC is handled to its end before the next. Where its bytes do not come to what it says, an
 * RPC is written by its sender and read by its receiver, each in its own way. After each step
 * router_validate() passes, and after each verb no RPC is left in the slab. What happened since
 * network_forget() is kept for the questions.
 *
 *     create -> link_all, subscribe, ... -> forget -> the verb that is tested -> questions ->
 * destroy
 *
 * Slot i of every router is node i, whether linked or not. The last `others` nodes are a group of
 * their own, with other parameters: a network of two kinds.
 */
#ifndef GOSSIM_TESTS_SUPPORT_NETWORK_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_NETWORK_FIXTURE_H

#include "router/router.h"
#include "router/wire_read.h"
#include "tests/support/router_fixture.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    NETWORK_ANY = 0xffff, // a node, a peer or a kind of RPC: all of them
    NETWORK_GROUPS = 2,
};

struct network_options {
    uint32_t nodes;  // 2 by default
    uint32_t topics; // 3 by default
    uint32_t others; // so many of the last nodes form the second group
    uint64_t seed;
    bool sign;                          // real keys and signatures
    bool metered;                       // routers keep metrics
    uint32_t validated[NETWORK_GROUPS]; // topics, one bit each, that applications validate
    /** Of each group, as for fixture_options; gossipsub where `floodsub` does not say otherwise. */
    struct router_params params[NETWORK_GROUPS];
    bool floodsub[NETWORK_GROUPS];
};

/** An effect that was carried out, at a node, with what was sent if it was a send. */
struct network_event {
    struct effect effect;
    struct rpc rpc;
    uint32_t node;
};

enum network_item_kind {
    NETWORK_RPC,
    NETWORK_END,    // of the stream
    NETWORK_ANSWER, // of the application of `to`, about a message
};

/** What is on its way to a node. */
struct network_item {
    enum network_item_kind kind;
    uint32_t from;
    uint32_t to;
    uint32_t session; // of the link, when it was sent
    uint32_t item;    // RPC: the RPC; ANSWER: the message
};

struct network {
    struct arena *arena;
    struct pool pool;
    struct identities identities;
    struct message_table messages;
    struct router_shared shared[NETWORK_GROUPS];
    struct router *routers; // [nodes]
    struct prng *prngs;     // [nodes]
    uint32_t *sessions;     // [nodes × nodes] how often the link came up
    uint32_t nodes;
    struct effects effects;
    struct rpc_slab rpcs;
    struct wire wire;
    uint32_t wire_messages; // the first so many are known there
    struct router_step step;
    uint32_t next_message;
    uint32_t rejected;      // topics, one bit each, whose messages the applications reject
    bool applications_wait; // they answer when network_answer() says so
    bool held;              // nothing is delivered until network_release()
    struct network_item *queue;
    uint32_t queue_first;
    uint32_t queue_count;
    uint32_t queue_capacity;
    struct network_event *events; // [event_count] since network_forget(), in order
    uint32_t event_count;
    uint32_t event_capacity;
    uint32_t unread; // RPCs that arrived where nobody reads the link any more
};

struct network *network_create(const struct network_options *options);

/** Accepts NULL. */
void network_destroy(struct network *n);

/** The questions are from now on about what follows. */
void network_forget(struct network *n);

/* Links. */

void network_link(struct network *n, uint32_t a, uint32_t b);
void network_link_all(struct network *n);

/** Each node with its two neighbours. */
void network_link_ring(struct network *n);

/** Node 0 with all others. */
void network_link_star(struct network *n);

/** Both ends see the link go. */
void network_unlink(struct network *n, uint32_t a, uint32_t b);

/** The neighbour turned down the node's protocol. */
void network_refuse(struct network *n, uint32_t node, uint32_t neighbour);

/** From now on the node cannot write to the neighbour. */
void network_writes_fail(struct network *n, uint32_t node, uint32_t neighbour);

bool network_linked(const struct network *n, uint32_t a, uint32_t b);

/* What applications do, and time. */

/** The handler is number 0. False if subscribing hangs. */
bool network_subscribe(struct network *n, uint32_t node, uint16_t topic);
void network_subscribe_all(struct network *n, uint16_t topic);
bool network_unsubscribe(struct network *n, uint32_t node, uint16_t topic);

/** The same for another handler than number 0. */
bool network_add_handler(struct network *n, uint32_t node, uint16_t topic, uint32_t handler);
bool network_remove_handler(struct network *n, uint32_t node, uint16_t topic, uint32_t handler);

/** Publishes a new message of 100 bytes, or of others; returns to how many peers. Its number is
 * n->next_message − 1. */
uint32_t network_publish(struct network *n, uint32_t node, uint16_t topic);
uint32_t network_publish_bytes(struct network *n, uint32_t node, uint16_t topic, uint32_t bytes);

/** Publishes until the counts sum up to `wanted`, at most 10 times, each followed by `gap_ns` of
 * heartbeats; returns the sum. */
uint32_t network_try_publish(struct network *n, uint32_t node, uint16_t topic, uint32_t wanted,
                             int64_t gap_ns);

/** Beats once a second, at most 15 times, until the sender knows the receiver for the topic: as a
 * candidate, in its mesh or in its fanout. False if that never comes. */
bool network_wait_subscribed(struct network *n, uint32_t sender, uint32_t receiver, uint16_t topic);

/** The node's application answers about a message. */
void network_answer(struct network *n, uint32_t node, uint32_t message);

/** Time passes, and nothing else. */
void network_advance(struct network *n, int64_t ns);

/** One node's heart beats, now. */
void network_beat(struct network *n, uint32_t node);

/** So often: an interval passes, then all hearts beat, in the order of the nodes. */
void network_heartbeats(struct network *n, uint32_t count);

/* RPCs by hand. */

/** Delivers to `to` an RPC that the test has built in n->rpcs, as if `from` had sent it. */
void network_inject(struct network *n, uint32_t from, uint32_t to, uint32_t rpc);

/** The same for one GRAFT, PRUNE, SUB or UNSUB. */
void network_inject_control(struct network *n, uint32_t from, uint32_t to, enum trace_rpc kind,
                            uint16_t topic);

/** From now on what is sent waits in the queue, until it is released. */
void network_hold(struct network *n);
void network_release(struct network *n);

/* Questions. `kind` is an enum trace_rpc, that of an RPC's first entry, or NETWORK_ANY. */

uint32_t network_sent(const struct network *n, uint32_t from, uint32_t to, uint32_t kind);
uint32_t network_suppressed(const struct network *n, uint32_t from, uint32_t to, uint32_t kind);

/** The nth RPC sent, counted from 0. */
const struct rpc *network_rpc(const struct network *n, uint32_t from, uint32_t to, uint32_t kind,
                              uint32_t index);

/** Effects of a kind at a node. */
uint32_t network_effects(const struct network *n, uint32_t node, enum effect_kind kind);

/** Trace effects of a kind and reason at a node; NETWORK_ANY is any kind. */
uint32_t network_traces(const struct network *n, uint32_t node, uint32_t kind,
                        enum trace_reason reason);

/** How often a handler of the topic was called at the node. */
uint32_t network_handled(const struct network *n, uint32_t node, uint16_t topic);

/** A topic as a node has it: all 0 if it never met it. */
struct network_topic {
    uint32_t mesh;
    uint32_t fanout;
    uint32_t table; // candidates: those subscribers that the node would graft or gossip to
    uint32_t gauge_mesh;
    uint32_t gauge_fanout;
    uint32_t gauge_table;
    bool joined;
    bool has_mesh;
    bool has_fanout;
    bool has_table;
};

struct network_topic network_topic(const struct network *n, uint32_t node, uint16_t topic);

bool network_in_mesh(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic);
bool network_in_fanout(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic);
bool network_in_table(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic);

/** Counters of a metered node, summed over peers and topics. */
struct network_metrics {
    int64_t topics;
    uint64_t peers;
    uint64_t published;
    uint64_t sent;
    uint64_t received;
    uint64_t skipped_sent;
    uint64_t skipped_received;
    uint64_t validation_success;
    uint64_t validation_failure;
    uint64_t sig_verify_success;
};

struct network_metrics network_metrics(const struct network *n, uint32_t node);

#endif
