/**
 * A run on several threads: lanes, each a fleet of its own for a part of the nodes.
 *
 * A lane is a struct fleet. What is settled before the run and what is by node or by slot it shares
 * with the others, and touches only the rows of its own nodes; its own are the world (queue,
 * clock), the RPCs, the pools and the counts. The first lane is the run's own fleet: what looks at
 * the whole fleet does so through it, while no lane is at work, and at the end it has the sums.
 *
 *     lane 0  struct fleet ──┐                       ┌── routers, digests, streams … [node_count]
 *     lane 1  struct fleet ──┼── shared by pointer ──┼── topology, plan, messages
 *     lane 2  struct fleet ──┘                       └── delays, faults … [slots]
 *
 * RPCs that change over are copied twice: by the sender's lane into a parcel, and out of it in the
 * next window by the receiver's. Records that somebody wants to see are noted by each lane, and
 * shown in the order of events when all lanes have met. What a message says stands in a table that
 * all share: whoever hears of it does so by mail, a window later at least.
 *
 * See sim/lanes.h for windows and mail, sim/partition.h for who is where.
 */
#ifndef GOSSIM_SCENARIOS_FLEET_LANES_H
#define GOSSIM_SCENARIOS_FLEET_LANES_H

#include "scenarios/fleet.h"
#include "sim/lanes.h"

/** A run whose lanes are not apart by as much is handled by one thread. */
#define FLEET_LOOKAHEAD_MIN NS_PER_MS

struct fleet_lanes {
    struct fleet **items; // [count]
    uint32_t count;       // at least 2
    const uint8_t *of;    // [node_count] the lane of each node
    struct lanes engine;
};

/** What a lane puts aside for others in one window. */
struct fleet_parcels {
    struct rpc_slab rpcs;
    struct pool frames;          // what encoded RPCs consist of
    struct wire_packet *packets; // [packet_count] of these slabs
    uint32_t packet_count;
    uint32_t packet_capacity;
    uint32_t *held; // [held_count] handles in rpcs
    uint32_t held_count;
    uint32_t held_capacity;
    uint32_t latest;      // handle of the sender's that was put aside last, or RPC_NONE
    uint32_t latest_copy; // and its place here
    uint64_t bytes;       // of all packets: on their way
};

/** A record that waits to be shown. */
struct fleet_note {
    struct trace_record record;
    uint64_t order;   // of its event
    uint32_t payload; // of the RPC that is being sent
    bool keeps_peer;  // the record is of a mesh, and its node has the peer in it
};

/** What belongs to one lane beside its fleet. */
struct fleet_lane {
    struct fleet_parcels parcels[2]; // by side of the mail
    uint32_t entered_from;           // lane of the RPC that was taken out of a parcel last,
    uint32_t entered;                // its handle there, or RPC_NONE,
    uint32_t entered_copy;           // and here
    uint32_t moved;                  // handle of the RPC that was moved last, or RPC_NONE,
    const struct fleet *moved_to;    // the lane that has it now,
    uint32_t moved_copy;             // its handle there,
    int64_t moved_at_ns;             // and the event at which that was
    uint64_t moved_order;
    struct fleet_note *notes; // [note_count]
    uint32_t note_count;
    uint32_t note_capacity;
    uint64_t *known; // one bit for each message whose publication has come to the lane
    uint32_t *news;  // [news_count] messages that it has published in this window
    uint32_t news_count;
    uint32_t news_capacity;
};

/**
 * Divides the nodes if the run is to have several threads and can: the graph, the plan and the
 * world stand, and what is settled once for all. The lanes are copies of the fleet as it is, to be
 * given what is their own.
 */
void fleet_lanes_init(struct fleet *fleet);

/** Lanes are at work from now on, with threads once they pay, until the run has ended. */
void fleet_lanes_begin(struct fleet *fleet);

/** As sim_run_some(), for all lanes and some number of events. */
bool fleet_lanes_pass(struct fleet *fleet, int64_t until_ns);

/** The lanes have ended: the first one gets all counts. */
void fleet_lanes_end(struct fleet *fleet);

/* fleet_mail.c */

void fleet_mail_init(struct fleet *lane);
struct lanes_handlers fleet_mail_handlers(struct fleet_lanes *lanes);

/** Bytes of RPCs that are in mail, between the last window and the next. */
uint64_t fleet_mail_bytes(const struct fleet_lanes *lanes);

/** Tells all lanes what the others have published. */
void fleet_mail_news(struct fleet_lanes *lanes);

/* fleet_notes.c */

/** Notes a record of a lane. */
void fleet_note(struct fleet *lane, const struct trace_record *record);

/** Shows a record of a lane while the lanes are joined: records come in the order of events. */
void fleet_show_at_once(struct fleet *lane, const struct trace_record *record);

/** Shows all notes in the order of events. No lane is at work. */
void fleet_show_notes(struct fleet *fleet);

#endif
