/**
 * Nodes that stop, start again and stand still, and links made anew: for the fleet's files.
 *
 * The plan says when; each change comes to its node as an event of its own, one after the other. A
 * node that stops closes its links, and its peers hear of it by a signal that travels like an RPC;
 * of one whose power is cut they notice after a while, which is a signal that comes late. A node
 * that starts again dials its neighbours:
 *
 *     dialler ──DIAL──▶ peer: forgets an older link, PEER_UP, hello
 *     dialler ◀─ACCEPT── peer          PEER_UP, hello
 *
 * Signals keep the order of the RPCs of their direction, so that nothing of an older link is read
 * as part of the new one: until ACCEPT comes the dialler reads nothing. Each time a node starts it
 * has a new number, which its signals carry, and a signal of an earlier life is told by it. Both
 * ends may dial at once. None of this exists in runs without faults.
 *
 * What reaches a node that stands still is queued, in order, and handled when it goes on. A node
 * that is down and keeps its state is such a node without links.
 */
#ifndef GOSSIM_SCENARIOS_FLEET_FAULTS_H
#define GOSSIM_SCENARIOS_FLEET_FAULTS_H

#include "scenarios/fleet.h"
#include "scenarios/plan_faults.h"

/** What a node that stands still has not handled yet. */
enum held_kind { HELD_PACKET, HELD_TIMER, HELD_CHANGE, HELD_LINK, HELD_CLOSE };

struct held_input {
    uint32_t kind; // enum held_kind
    uint32_t
        target;    // PACKET: slot; CHANGE: as scheduled; LINK: slot to connect; CLOSE: slot to end
    uint32_t what; // PACKET: handle; CHANGE: as scheduled; CLOSE: 1: the peer has to be told
};

struct held_queue {
    struct held_input *items; // [count] in the order in which they came
    uint32_t count;
    uint32_t capacity;
};

struct fleet_faults {
    uint32_t *next;            // [node_count] the node's next item of the plan
    uint8_t *starts;           // [node_count] how often it started, which its signals carry
    uint8_t *lives;            // [node_count] how often it lost its state
    uint8_t *peer_starts;      // [slots] the peer's number, of the link that is up
    int64_t *down_ns;          // [node_count] since when it is down
    bool *still;               // [node_count] stands still, or is down and keeps its state
    struct held_queue *queues; // [node_count]
    struct plan_wish *wishes;  // [topic_count]
    struct flap_stays **stays; // [event_count] of those that are flapping; NULL: no event is
    struct pool pool;
};

/** The value of TRACE_NODE_START; 0: the first time. */
enum { FLEET_RESTARTED_LOST = 1, FLEET_RESTARTED_KEPT = 2 };

/* Signals between nodes: their handles say who started how often. */

enum fleet_call { FLEET_CALL_DIAL, FLEET_CALL_ACCEPT, FLEET_CALL_GONE };

/** A signal: `from` is the number of the sender's start, `to` the one that is answered. */
static inline uint32_t fleet_call(enum fleet_call call, uint8_t from, uint8_t to) {
    return FLEET_SIGNAL_FIRST | (uint32_t)call << 16 | (uint32_t)from << 8 | to;
}

/* fleet_dial.c */

/** Whether the router has a link to the peer behind a slot, as it believes. */
static inline bool fleet_has_link(const struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    return bitset_has(fleet->routers[node].peers, slot - fleet->topology.slot_first[node]);
}

/** A link comes up at the later of its ends' starts, unless a fault is in the way. */
void fleet_connect_at_start(struct fleet *fleet, uint32_t slot);

/** Dials the peer behind a slot, if it may. */
void fleet_dial(struct fleet *fleet, uint32_t slot);

/** Dials all neighbours that have ever started. */
void fleet_dial_all(struct fleet *fleet, uint32_t node);

/** Tells the peer behind a slot that the link is gone. */
void fleet_say_gone(struct fleet *fleet, uint32_t slot);

/** A signal of fleet_call() has come. */
void fleet_on_call(struct fleet *fleet, uint32_t slot, uint32_t signal);

/** The node's links end; its peers are told, or notice. */
void fleet_close_all(struct fleet *fleet, uint32_t node, const struct plan_fault *fall);

/** The router's peers are gone, all of them. */
void fleet_forget_peers(struct fleet *fleet, uint32_t node);

/* fleet_link_faults.c */

/** What faults of links need is there from now on, which is before anything is sent. */
void fleet_links_can_fail(struct fleet *fleet);

/** A fault of the node's own directions begins, which is that item of the plan's links. */
void fleet_begin_links(struct fleet *fleet, uint32_t node, uint32_t item);

/** A fault of links of the node ends. */
void fleet_end_links(struct fleet *fleet, uint32_t node, uint32_t item);

/** Whether an event has ended the link of a slot, and keeps its owner from making it again. */
bool fleet_is_away(const struct fleet *fleet, uint32_t slot);

/** An event ends the link of a slot, if there is one; the peer is told or ends it by itself. */
void fleet_end_link(struct fleet *fleet, uint32_t slot, bool tells);

/** As that, by a node that stood still meanwhile; the link may be wanted again. */
void fleet_end_link_late(struct fleet *fleet, uint32_t slot, bool tells);

/* fleet_hold.c */

/** Keeps an input for a node that stands still; false: it does not. */
bool fleet_hold(struct fleet *fleet, uint32_t node, struct held_input input);

/** Handles what was held, in order. */
void fleet_handle_held(struct fleet *fleet, uint32_t node);

/** The node stops: RPCs among it are dropped, and all the rest unless it keeps its state. */
void fleet_drop_held(struct fleet *fleet, uint32_t node, bool keeps_state);

#endif
