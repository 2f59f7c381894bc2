/**
 * One router under test whose peers are puppets: the test says what they do, the fixture notes what
 * the router does.
 *
 * The verbs are those of a network: peers connect, subscribe, graft and send; the application
 * subscribes and publishes; heartbeats and time pass. After each verb the fixture takes all
 * effects, releases every RPC that was sent, and checks what holds after any step whatever:
 * router_validate() passes, nothing is sent to a peer that is not connected, no RPC is left in the
 * slab. What happened since fixture_forget() is kept for the questions; an index past what happened
 * fails the test.
 *
 *     create -> connect_all, form_mesh, ... -> forget -> the verb that is tested -> questions ->
 * destroy
 *
 * The defaults of all options stand in router_fixture.c alone, so whatever a test sets is what the
 * test is about.
 */
#ifndef GOSSIM_TESTS_SUPPORT_ROUTER_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_ROUTER_FIXTURE_H

#include "router/router.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FIXTURE_OWN_NODE = 0,           // whose router is under test
    FIXTURE_STRANGER = 1,           // a node that is nobody's peer here
    FIXTURE_PEER_NODE_FIRST = 1000, // the node behind slot 0; slot 1 is the next one, and so on
    FIXTURE_NONE = 0x7fffffff,      // an option that is to be 0, where 0 would mean the default
};

struct fixture_options {
    uint32_t peers; // slots
    uint32_t topics;
    uint32_t messages; // room in the message table
    uint32_t invented; // ids beyond it that no message has; 0 by default
    bool floodsub;     // else gossipsub
    bool validators;   // the application validates the messages of all topics
    bool metered;      // the router keeps metrics
    /** Fields that are 0 have the fixture's defaults; FIXTURE_NONE stands for a 0 that is meant. */
    struct router_params params;
};

/** An effect that was carried out, with what was sent if it was a send. */
struct fixture_event {
    struct effect effect;
    struct rpc rpc; // SEND_RPC: a copy, which lives as long as the fixture
};

struct fixture {
    struct arena *arena;
    struct router_params params; // as resolved
    struct message_table messages;
    struct router_shared shared;
    struct router router;
    struct effects effects;
    struct rpc_slab rpcs;
    struct prng prng;
    struct router_step step;
    uint32_t *peer_nodes;
    uint32_t next_message;
    struct pool pool;
    struct fixture_event *events; // [event_count] since fixture_forget(), in order
    uint32_t event_count;
    uint32_t event_capacity;
};

/** A started router without connected peers. */
struct fixture *fixture_create(const struct fixture_options *options);

/** These parameters with the defaults for what is 0. */
struct router_params fixture_resolve(const struct router_params *wanted);

/** A copy of a referenced RPC whose lists live as long as the arena. */
struct rpc fixture_copy_rpc(struct arena *arena, const struct rpc_slab *rpcs, uint32_t handle);

/** Accepts NULL. */
void fixture_destroy(struct fixture *f);

/** Takes the effects of a step, and checks what holds after any: for a test that has called a part
 * of the router itself. Every verb below ends with it. */
void fixture_settle(struct fixture *f);

/* Whole states, for the first paragraph of a test; what it took to get there is forgotten. */

/**
 * Connects all peers and joins the topic with a mesh of exactly the first `members` slots; then all
 * peers are subscribers.
 */
void fixture_form_mesh(struct fixture *f, uint16_t topic, uint32_t members);

/**
 * Connects all peers and publishes to the topic from outside, so that its fanout is exactly the
 * first `members` slots (at most D); then all peers are subscribers. Returns the message.
 */
uint32_t fixture_form_fanout(struct fixture *f, uint16_t topic, uint32_t members);

/** The questions are from now on about what follows. */
void fixture_forget(struct fixture *f);

/** From now on the router draws from the stream of this seed. */
void fixture_reseed(struct fixture *f, uint64_t seed);

/* What peers do. */

void fixture_connect(struct fixture *f, uint32_t slot);
void fixture_connect_all(struct fixture *f);
void fixture_disconnect(struct fixture *f, uint32_t slot);
void fixture_peer_subscribes(struct fixture *f, uint32_t slot, uint16_t topic);
void fixture_peer_unsubscribes(struct fixture *f, uint32_t slot, uint16_t topic);

/** The peers of the first `count` slots subscribe. */
void fixture_peers_subscribe(struct fixture *f, uint32_t count, uint16_t topic);

void fixture_peer_grafts(struct fixture *f, uint32_t slot, uint16_t topic);
void fixture_peer_prunes(struct fixture *f, uint32_t slot, uint16_t topic);

/** The peers of the first `count` slots graft, or prune. */
void fixture_peers_graft(struct fixture *f, uint32_t count, uint16_t topic);
void fixture_peers_prune(struct fixture *f, uint32_t count, uint16_t topic);

/** A copy that the sender has at `hops` hops arrives, pushed or as the answer to an IWANT. */
void fixture_peer_sends_message(struct fixture *f, uint32_t slot, uint32_t message, uint32_t hops);
void fixture_peer_answers(struct fixture *f, uint32_t slot, uint32_t message, uint32_t hops);

/** `count` ids of messages; the topic is that of the first. */
void fixture_peer_sends_ihave(struct fixture *f, uint32_t slot, const uint32_t *messages,
                              uint32_t count);
void fixture_peer_sends_iwant(struct fixture *f, uint32_t slot, const uint32_t *messages,
                              uint32_t count);

/** An RPC that the test has built in f->rpcs, not yet sealed; it is released afterwards. */
void fixture_peer_sends(struct fixture *f, uint32_t slot, uint32_t rpc);

/* What the application does, and time. */

void fixture_subscribe(struct fixture *f, uint16_t topic);
void fixture_unsubscribe(struct fixture *f, uint16_t topic);

/** The application has looked at a message. */
void fixture_validated(struct fixture *f, uint32_t message, bool accepted);

/** From now on the router has these roles, one bit each, with the parameters given; NULL: none. */
void fixture_set_roles(struct fixture *f, const struct role_set *set);

/** The nth message that the router wanted to forward late is due. */
void fixture_forward_due(struct fixture *f, uint32_t index);

/** Publishes a new message of ours; returns its number. */
uint32_t fixture_publish(struct fixture *f, uint16_t topic);

/** Time passes, and nothing else. */
void fixture_advance(struct fixture *f, int64_t ns);

/** An interval passes, then the heart beats. */
void fixture_heartbeat(struct fixture *f);
void fixture_heartbeats(struct fixture *f, uint32_t count);

/** A message that a node has just published; returns its number. Nobody has sent it yet. */
uint32_t fixture_new_message(struct fixture *f, uint16_t topic, uint32_t origin);

/* Questions. */

/** RPCs sent whose first entry is of this kind: in all, and to one peer. */
uint32_t fixture_sent_count(const struct fixture *f, enum trace_rpc kind);
uint32_t fixture_sent_to(const struct fixture *f, uint32_t slot, enum trace_rpc kind);

/** The nth RPC of this kind, counted from 0. */
const struct fixture_event *fixture_sent(const struct fixture *f, enum trace_rpc kind,
                                         uint32_t index);

/** The nth effect of this kind, counted from 0, and how many there are. */
const struct fixture_event *fixture_effect(const struct fixture *f, enum effect_kind kind,
                                           uint32_t index);
uint32_t fixture_effect_count(const struct fixture *f, enum effect_kind kind);

uint32_t fixture_delivered_count(const struct fixture *f);

/** Trace effects of this kind and reason. */
uint32_t fixture_trace_count(const struct fixture *f, enum trace_kind kind,
                             enum trace_reason reason);

/** Fails the test unless something happened for this reason. */
void fixture_expect_reason(const struct fixture *f, enum trace_reason reason);

/** Fails the test if the router did anything. */
void fixture_expect_silence(const struct fixture *f);

bool fixture_in_mesh(const struct fixture *f, uint16_t topic, uint32_t slot);
bool fixture_in_fanout(const struct fixture *f, uint16_t topic, uint32_t slot);
uint32_t fixture_mesh_count(const struct fixture *f, uint16_t topic);
uint32_t fixture_fanout_count(const struct fixture *f, uint16_t topic);

/** Fails the test and names the table's row unless the two numbers are equal. */
void fixture_expect_equal(const char *row, const char *what, uint64_t found, uint64_t wanted);

#endif
