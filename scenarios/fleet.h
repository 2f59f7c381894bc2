/**
 * The fleet: all routers of a run, wired to the world.
 *
 * The world (sim) calls when a packet arrives, a timer goes off, or something planned is due; the
 * fleet turns that into a router's input, then carries out the router's effects in order: a trace
 * record for each, packets for the RPCs. It alone knows which slot of the world is which peer of
 * which router. State is in arrays by node; RPCs on their way are in one slab, and the world
 * carries their handles.
 *
 *     sim ──packet, timer, change, publish──▶ fleet_events.c ──input──▶ router
 *     sim ◀──packet──  fleet_effects.c  ◀──effects── router
 *                            └── records ──▶ digest, trace
 */
#ifndef GOSSIM_SCENARIOS_FLEET_H
#define GOSSIM_SCENARIOS_FLEET_H

#include "base/bag.h"
#include "base/check.h"
#include "router/router.h"
#include "router/wire_read.h"
#include "scenarios/invariants.h"
#include "scenarios/plan.h"
#include "scenarios/receipts.h"
#include "scenarios/run.h"
#include "scenarios/tally.h"
#include "scenarios/witness.h"
#include "sim/sim.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stdint.h>

/** An encoded RPC on its way. */
struct wire_packet {
    struct wire_bytes frame;
    uint32_t rpc; // what was encoded, with the packet's reference: it knows what no wire carries;
                  // RPC_NONE for bytes of the scenario
};

/** How often a message was delivered and received again. */
struct message_tally {
    uint32_t deliveries;
    uint32_t duplicates;
    uint64_t *delivered; // nodes it was handed to; NULL unless a node can forget that it had it
};

/** A validator of a topic, ready to draw from. */
struct fleet_validator {
    struct distribution delay;
    uint32_t accept_ppb;
};

/** A message that an application is looking at. */
struct fleet_validation {
    uint32_t node;
    uint32_t message;
    bool accepted;
    uint8_t life; // of the node: it is forgotten if the node has lost its state since
};

#define FLEET_LATE_NONE UINT32_MAX

/** A message that a node forwards late, or the place for one. */
struct fleet_late {
    struct effect effect; // EFFECT_FORWARD_LATE
    uint32_t node;
    uint8_t life;       // of the node, as in struct fleet_validation
    uint32_t next_free; // of a place that is free: the next one
};

/** How the heartbeats of a group's nodes depart from the clock of the world. */
struct fleet_beats {
    struct distribution phase;
    struct distribution drift; // parts per billion
    struct distribution jitter;
};

/** The links of each node to peers that start later than it, in the order in which they come up. */
struct later_links {
    uint32_t *first; // [node_count + 1] where a node's part of `slots` begins
    uint32_t *next;  // [node_count] the first in its part that is not up yet
    uint32_t *slots;
};

/** Somebody who is shown every record of a run with one thread as it is made: see session.h. */
struct fleet_listener {
    void *context;
    void (*on_record)(void *context, const struct trace_record *record);
};

struct fleet_lanes;
struct fleet_lane;

/** A sample of meshes, to be found again. */
struct fleet_sampled {
    uint64_t *slots; // the bits of mesh_slots
    bool *up;        // [node_count]
    uint64_t one_sided_links;
};

struct fleet {
    struct arena *arena;
    struct fleet_lanes *lanes; // NULL: one thread handles all nodes; see fleet_lanes.h
    struct fleet_lane *lane;   // what only a lane has; NULL likewise
    int64_t lookahead_ns;      // that lanes would have; 0: nobody asked for any
    const char *alone;         // why there are none although they were asked for
    const struct scenario *scenario;
    struct run_options options;
    struct trace_writer *writer; // NULL: no trace is written
    struct plan plan;
    struct topology topology;
    struct later_links later;
    struct fleet_faults *faults; // NULL: nothing fails; see fleet_faults.h
    struct sim sim;
    struct identities identities;
    struct message_table messages;
    struct router_shared *shared; // [group_count + 1] by number of the group; 0: no group
    struct router *routers;       // [node_count]
    struct prng *router_streams;  // [node_count]
    uint64_t *digests;            // [node_count]
    bool *up;                     // [node_count] a byte each: nodes share no word
    struct rpc_slab rpcs;
    struct effects effects;
    uint32_t *scratch;     // twice as many numbers as the largest degree
    uint64_t *scratch_set; // two sets of as many slots
    uint64_t *mesh_slots;  // a bit for each slot, and a word: for samples, which write it anew
    struct fleet_sampled *sampled; // what the latest one found in them, where a trace is written
    struct message_tally *tallies; // [message_count]
    struct run_counts counts;
    uint64_t heartbeats;            // of `counts.events`
    struct tally *tally;            // NULL: the scenario asks for no figures of a part
    struct receipts *receipts;      // NULL: nobody wants to know who got which message
    struct witness *witness;        // NULL: there is no condition
    struct invariants *invariants;  // NULL: the scenario names none
    uint64_t watched_kinds;         // of records that are written or counted, one bit each
    uint64_t written_kinds;         // of these, those written
    uint64_t looked_at_kinds;       // of these, those that others than the writer look at
    struct fleet_listener listener; // on_record is NULL: nobody listens
    uint64_t sending_payload;       // bytes of the RPC that is being sent
    struct pool results;            // samples
    struct bag latencies_ns;        // of `counts.deliveries`
    struct trace_sample *samples;   // [sample_count]
    uint32_t sample_count;
    uint32_t sample_capacity;
    struct trace_traffic *traffic; // [traffic_count]
    uint32_t traffic_count;
    uint32_t traffic_capacity;
    bool *has_validators;                 // [topic_count] NULL: no topic has any
    struct fleet_validator **validators;  // [topic_count] as in the scenario; NULL: there is none
    struct fleet_validation *validations; // [validation_capacity] by handle
    uint32_t *validation_free;            // [validation_free_count] handles not in use
    uint32_t validation_count;            // handles ever in use
    uint32_t validation_capacity;
    uint32_t validation_free_count;
    uint32_t validation_free_capacity;
    struct fleet_processing *processing; // NULL: nodes take no time over RPCs
    struct fleet_heart *hearts;          // [node_count]; NULL: all beat by the clock of the world
    struct fleet_beats *beats;           // [group_count + 1] where there are hearts
    struct distribution *lateness;       // [plan.role_set_count] of those that forward late
    struct fleet_late *late;             // [late_count] by handle
    uint32_t late_count;                 // handles ever in use
    uint32_t late_capacity;
    uint32_t late_free;               // the first place not in use, or FLEET_LATE_NONE
    struct wire wire;                 // with --wire encode
    struct wire_packet *wire_packets; // [wire_packet_capacity]
    uint32_t *wire_free;              // [wire_free_count] indices of unused ones
    uint32_t wire_packet_count;
    uint32_t wire_packet_capacity;
    uint32_t wire_free_count;
    uint32_t wire_free_capacity;
};

/** Builds the world: graph, plan, routers, everything planned scheduled. */
FAILURE_WARN_UNUSED bool fleet_build(struct fleet *fleet, struct arena *arena,
                                     const struct scenario *scenario,
                                     const struct run_options *options, struct failure *failure);

/* fleet_lanes.c */

/** The lanes of a run; without any, the fleet is the only one. */
uint32_t fleet_lane_count(const struct fleet *fleet);
struct fleet *fleet_lane_at(struct fleet *fleet, uint32_t number);

/** The lane that handles a node. */
struct fleet *fleet_of(struct fleet *fleet, uint32_t node);

/* fleet_mail.c */

/** A packet of one lane as one of another: returns its handle there. Neither is at work. */
uint32_t fleet_adopt(struct fleet *to, struct fleet *from, uint32_t handle);

/* fleet_events.c */

/** What a change event is about: its target is a node, or an index into plan.changes. */
enum fleet_change {
    FLEET_CHANGE_START,
    FLEET_CHANGE_LINKS,
    FLEET_CHANGE_SUBSCRIPTION,
    FLEET_CHANGE_INJECT,    // the target is an index into the scenario's events
    FLEET_CHANGE_VALIDATED, // the target is a handle into validations
    FLEET_CHANGE_ROLE,      // the target is an index into plan.role_changes
    FLEET_CHANGE_FORWARD,   // the target is a handle into late
    FLEET_CHANGE_PROCESSED, // the target is a place among what waits for its node
    FLEET_CHANGE_FAULT,
};

/** The handlers to give to the world. */
struct sim_handlers fleet_handlers(struct fleet *fleet);

/** Tells the router of a slot that its peer is there; both sides do when their link comes up. */
void fleet_connect_peer(struct fleet *fleet, uint32_t slot);

/** Tells it that the peer is gone; it knows the peer. */
void fleet_disconnect_peer(struct fleet *fleet, uint32_t slot);

/** A handler that an application adds or removes. */
struct handler_change {
    uint16_t topic;
    uint8_t handler;
    bool subscribe;
};

/** The application adds or removes a handler; false if it stays subscribed, or not: it then leaves
 * no trace of its own. */
bool fleet_change_handler(struct fleet *fleet, uint32_t node, struct handler_change change);

/* What a node does with its inputs, once it can. */
void fleet_receive(struct fleet *fleet, uint32_t slot, uint32_t handle);
void fleet_handle_timer(struct fleet *fleet, uint32_t node);
void fleet_handle_change(struct fleet *fleet, uint32_t target, uint32_t what);

/* fleet_faults.c */

/** Makes what nodes that stop need, if the plan has faults. */
void fleet_faults_init(struct fleet *fleet);

/** Gives a lane what is its own of that. */
void fleet_faults_beside(struct fleet *lane);

/** Puts the first fault of each node into the queue, behind all else that is planned. */
void fleet_schedule_faults(struct fleet *fleet);

/** FLEET_CHANGE_FAULT: the node's next fault is due. */
void fleet_on_fault(struct fleet *fleet, uint32_t node);

/* fleet_links.c */

/** Puts the links that come up later in order; the graph and the plan stand. Linear in the links.
 */
void fleet_links_init(struct fleet *fleet);

/** A node starts: connects it with the peers that are up. */
void fleet_links_start(struct fleet *fleet, uint32_t node);

/** FLEET_CHANGE_LINKS: connects a node with the peers that start now. */
void fleet_links_later(struct fleet *fleet, uint32_t node);

/* fleet_slots.c */

struct link_options;

/** What nodes can send and receive; its arrays are in the fleet's arena or the scenario's. */
struct bandwidth_options fleet_bandwidth(struct fleet *fleet);

/** Delays and losses that links are given one by one: the delays in `scratch`. */
void fleet_slot_values(struct fleet *fleet, struct arena *scratch, struct link_options *options);

/* fleet_effects.c */

/** Begins another step of the same node while the effects of the last are being carried out. */
static inline struct router_step fleet_next_step(struct fleet *fleet, uint32_t node) {
    return (struct router_step){
        .now_ns = fleet->sim.now_ns,
        .prng = &fleet->router_streams[node],
        .effects = &fleet->effects,
        .rpcs = &fleet->rpcs,
        .scratch = fleet->scratch,
        .scratch_set = fleet->scratch_set,
    };
}

/** The message of the first id that an IHAVE or IWANT names; TRACE_NONE if there is no such
 * message.
 */
static inline uint32_t fleet_named_message(const struct fleet *fleet, const struct rpc *rpc) {
    uint32_t message = message_of_id(rpc->ids[rpc_entries(rpc)->first]);
    return message_is_invented(&fleet->messages, message) ? TRACE_NONE : message;
}

/** Begins a step of a node's router at the present time. */
static inline struct router_step fleet_step(struct fleet *fleet, uint32_t node) {
    CHECK(fleet->effects.count == 0);
    return fleet_next_step(fleet, node);
}

/** Carries out and removes the effects of a node's step. */
void fleet_carry_out_all(struct fleet *fleet, uint32_t node);

static inline void fleet_carry_out(struct fleet *fleet, uint32_t node) {
    if (fleet->effects.count > 0) {
        fleet_carry_out_all(fleet, node);
    }
}

/** The record of sending an RPC, but for the peer. */
struct trace_record fleet_send_record(const struct fleet *fleet, uint32_t node,
                                      const struct rpc *rpc);

/** Packets that are no RPC: handles that name none. */
#define FLEET_SIGNAL_CLOSE UINT32_MAX      // the sender has ended the link
#define FLEET_SIGNAL_OPEN (UINT32_MAX - 1) // the sender has opened it again

#define FLEET_SIGNAL_FIRST UINT32_C(0xfff00000) // this and all above are signals

enum { FLEET_SIGNAL_CLASS = TRACE_RPC_COUNT };

_Static_assert((int)FLEET_SIGNAL_CLASS < (int)LINK_CLASSES, "signals have a class of their own");

/** A packet on its way will not arrive: at the slot's node it is recorded and counted, then gone.
 */
void fleet_drop(struct fleet *fleet, uint32_t slot, uint32_t handle, enum link_verdict verdict);

/** An RPC or a signal has come to a node that is down, or would be handled by one that is. */
void fleet_drop_arrived(struct fleet *fleet, uint32_t slot, uint32_t handle);

/** Sends a signal on a slot of the world. It is lost to faults alone, and never overtaken. */
void fleet_signal(struct fleet *fleet, uint32_t slot, uint32_t signal);

/* fleet_watch.c: what looks at the records as they come, and at windows of time */

/** The plan stands. */
void fleet_watch_init(struct fleet *fleet);

/** Records go to a writer from now on, as the level asks. */
void fleet_watch_write(struct fleet *fleet, struct trace_writer *writer);

/** Somebody listens from now on to a fleet without lanes. */
void fleet_watch_listen(struct fleet *fleet, struct fleet_listener listener);

/** A record of one of the kinds watched. */
void fleet_watch(struct fleet *fleet, const struct trace_record *record);

/** The same for one that has all but the peer of the last record of all. */
void fleet_watch_again(struct fleet *fleet, const struct trace_record *record);

/** Shows a record to all who want to see it. With lanes, `keeps_peer` says what its node's mesh was
 * like then. */
void fleet_show(struct fleet *fleet, const struct trace_record *record, bool keeps_peer);

/** What the run has come to so far, all lanes together. */
struct run_counts fleet_counts(const struct fleet *fleet);

/** The next instant at which the clock has to stop, as a window begins or ends, or INT64_MAX. */
int64_t fleet_next_edge(const struct fleet *fleet);

/** The clock stands at an instant where windows may begin or end. True if one of these is that of
 * the summary. */
bool fleet_pass_edge(struct fleet *fleet);

/** The run is over, and so are the windows that are still open. */
void fleet_end_scopes(struct fleet *fleet);

/** Chains a record to its node's digest, and shows it to those who want its kind. */
static inline void fleet_record(struct fleet *fleet, const struct trace_record *record) {
    fleet->digests[record->node] = digest_chain(fleet->digests[record->node], *record);
    fleet->counts.records++;
    if ((fleet->watched_kinds >> record->kind & 1) != 0) {
        const struct trace_record shown = *record; // so that the other one may stay in registers
        fleet_watch(fleet, &shown);
    }
}

/* fleet_validation.c */

/** Makes the validators of all topics. */
void fleet_init_validators(struct fleet *fleet);

/** A router asks its application about a message: answers at once, or schedules the answer. */
void fleet_validate(struct fleet *fleet, uint32_t node, uint32_t message);

/** The answer of a handle is due. */
void fleet_validated(struct fleet *fleet, uint32_t handle);

/** The answer of a handle is nobody's business any more. */
void fleet_forget_validation(struct fleet *fleet, uint32_t handle);

/* fleet_standstill.c */

/** Says how many events may share an instant; the graph and the plan stand. */
void fleet_limit_instants(struct fleet *fleet);

/** Says where time stands still, as it does. Returns false. */
bool fleet_explain_standstill(const struct fleet *fleet, struct failure *failure);
/* fleet_roles.c */

/** Makes what roles need that take their time. */
void fleet_init_lateness(struct fleet *fleet);

/** How many ids the scenario's roles need of messages that do not exist. */
uint32_t fleet_invented_ids(const struct fleet *fleet);

/** Gives the routers their first roles. */
void fleet_init_roles(struct fleet *fleet);

void fleet_schedule_roles(struct fleet *fleet);

/** Says in the trace what a node's roles are. */
void fleet_record_role(struct fleet *fleet, uint32_t node);

/** FLEET_CHANGE_ROLE: a node has other roles from now on. */
void fleet_change_role(struct fleet *fleet, uint32_t index);

/** EFFECT_FORWARD_LATE: schedules what is to be forwarded, keyed by node and message. */
void fleet_forward_late(struct fleet *fleet, uint32_t node, const struct effect *effect);

/** FLEET_CHANGE_FORWARD: a message that waited goes out. */
void fleet_forward_due(struct fleet *fleet, uint32_t handle);

/** The message will not be forwarded any more. */
void fleet_forget_late(struct fleet *fleet, uint32_t handle);

/* fleet_processing.c */

/** Makes what nodes need that take time over RPCs; nothing if none does. */
void fleet_init_processing(struct fleet *fleet);

/** Gives a lane what is its own of that. */
void fleet_processing_beside(struct fleet *lane);

/** A packet arrives at a node that takes its time: true if it waits, and FLEET_CHANGE_PROCESSED
 * will be due for it; false if it is to be handled now. */
bool fleet_process(struct fleet *fleet, uint32_t slot, uint32_t handle);

/** Whose packet waits at a place. */
uint32_t fleet_waiting_node(const struct fleet *fleet, uint32_t place);

/** FLEET_CHANGE_PROCESSED: takes out the packet that has waited; false: its link is one of an
 * earlier life of the node. */
bool fleet_processed(struct fleet *fleet, uint32_t place, uint32_t *slot, uint32_t *handle);

/* fleet_heart.c */

/** Makes what heartbeats need that depart from the clock of the world; nothing if none does. */
void fleet_init_hearts(struct fleet *fleet);

/** When the first heartbeat of a node that starts now is due, `delay_ns` by itself; and the next
 * one, at a heartbeat. */
int64_t fleet_first_beat_ns(struct fleet *fleet, uint32_t node, int64_t delay_ns);
int64_t fleet_next_beat_ns(struct fleet *fleet, uint32_t node);

/** A node's heart will soon be asked for its next beat; there are hearts. */
void fleet_fetch_heart(const struct fleet *fleet, uint32_t node);

/* fleet_wire.c: RPCs travel as numbers, or as bytes: with --wire encode, and where the reader makes
 * something else of the bytes than was written. */

/** A handle of a packet that holds bytes has this bit; the rest is its number. */
#define FLEET_PACKET_BYTES (UINT32_C(1) << 31)

/** Makes encoder and decoder if every RPC is encoded; else they are made when first needed. */
void fleet_wire_init(struct fleet *fleet);

/** A message was published: the decoder knows it from now on. */
void fleet_wire_publish(struct fleet *fleet, uint32_t message);

/** The same, where another lane has published it. */
void fleet_wire_hear(struct fleet *fleet, uint32_t message);

/** Whether an RPC sent on a slot has to be written. */
bool fleet_wire_writes(const struct fleet *fleet, uint32_t slot, const struct rpc *rpc);

/** Schedules the RPCs that the scenario sends itself, each between nodes that are linked. */
void fleet_schedule_injections(struct fleet *fleet);

/** Sends the bytes of an event of the scenario, if its node is up. */
void fleet_inject(struct fleet *fleet, uint32_t event);

/** Encodes an RPC into a packet, which takes over one reference; returns the packet's handle. */
uint32_t fleet_wire_pack(struct fleet *fleet, uint32_t rpc);

/** A packet that another lane has encoded: the bytes are copied, the reference is taken over.
 * Returns its handle. */
uint32_t fleet_wire_enter(struct fleet *fleet, struct wire_bytes frame, uint32_t rpc);

/** Reads the packet as the router behind the slot does, and frees it. */
struct wire_reading fleet_wire_unpack(struct fleet *fleet, uint32_t slot, uint32_t handle);

/** Frees a packet that will not arrive. */
void fleet_wire_drop(struct fleet *fleet, uint32_t handle);

/* fleet_sample.c */

/** Bytes that were sent and have neither arrived nor been lost: what the slabs still hold. */
uint64_t fleet_bytes_in_flight(struct fleet *fleet);

/** Adds one sample of traffic and mesh degrees at the present time. Looks, and changes nothing. */
void fleet_sample(struct fleet *fleet);

/** A peer that a node has in its mesh of a topic without being in that of the peer, both up; or
 * TRACE_NONE. */
uint32_t fleet_one_sided_peer(const struct fleet *fleet, uint32_t node, uint16_t topic);

/** Fills in the figures of meshes at the present time: of a topic, or all (SCOPE_ALL), over a set
 * of nodes, or all (NULL). */
void fleet_count_meshes(const struct fleet *fleet, uint32_t topic, const uint64_t *members,
                        struct run_counts *counts);

/** Fills the figures of the end: mesh degree, bytes in flight. */
void fleet_finish_counts(struct fleet *fleet);

/** Writes the sections before the records: scenario, names, nodes, links. */
void fleet_write_head(struct fleet *fleet);

/** Writes the sections after them: samples, traffic, messages, summary. */
void fleet_write_tail(struct fleet *fleet, struct digest digest);

#endif
