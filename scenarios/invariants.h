/**
 * Watches a run for breaches of the invariants that its scenario names.
 *
 * The fleet tells of records, heartbeats, sampling instants and messages that are handed over
 * again; the watch looks at the routers and changes nothing. Of each expectation it keeps how often
 * it was broken, and the first breach: when, where, by how much. A run whose scenario names no
 * invariant has no watch.
 *
 * Cost: mesh_symmetric keeps 8 bytes for each end of a link and topic, and looks at both ends of a
 * link when a mesh changes; mesh_within_bounds and mesh_connected_peers look at the sets of a node
 * after its heartbeat; delivered_within needs the receipts.
 */
#ifndef GOSSIM_SCENARIOS_INVARIANTS_H
#define GOSSIM_SCENARIOS_INVARIANTS_H

#include "base/arena.h"
#include "scenarios/scenario.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

struct fleet;

/** Where an expectation was broken; TRACE_NONE and TRACE_TOPIC_NONE where there is nothing to name.
 */
struct breach {
    int64_t at_ns;
    uint32_t node;
    uint32_t peer;
    uint32_t message;
    uint16_t topic;
    int64_t found; // as the invariant has it: how long, how many, how much
    int64_t bound; // what it should have been at most, or at least
};

/** An expectation that names an invariant. */
struct invariant_watch {
    enum invariant invariant;
    uint32_t expectation;    // index
    const uint64_t *members; // one bit per node; NULL: all
    const struct scenario_scope *scope;
    int64_t within_ns;
    uint64_t judged;   // occasions on which it could have been broken
    uint64_t breaches; // of these
    struct breach first;
};

struct invariants {
    struct invariant_watch *items; // [count]
    uint32_t count;
    int64_t *one_sided_from;  // [slots × topics] 1 + since when only this end has the link in its
                              // mesh; 0: both do, or this end does not; NULL: nobody asks
    bool times_deliveries;    // somebody asks for delivered_within
    uint64_t **earlier_lives; // [message_count] nodes that had it before they last lost their
                              // state, and not again since; NULL until one did
    uint64_t kinds;           // of the records that invariants_record() looks at, one bit each
    bool *kept;     // [slots × topics] with lanes, whose routers are ahead of the records that are
                    // shown: the slot's peer is in the mesh; NULL: the routers themselves say so
    bool *shown_up; // [node_count] likewise
};

/** The watch of a scenario, or NULL if it names no invariant; graph and plan stand. */
struct invariants *invariants_create(struct fleet *fleet);

/** With lanes `keeps_peer` is what invariants_keeps_peer() said when the record was made. */
void invariants_record(struct fleet *fleet, const struct trace_record *record, bool keeps_peer);

/** Whether the node of a record of its mesh has the peer in it, if anybody wants to know. */
bool invariants_keeps_peer(const struct fleet *fleet, const struct trace_record *record);

/** Gives a lane a watch of its own for what is judged where it happens. */
void invariants_beside(struct fleet *lane);

/** There are lanes: meshes are followed by the records alone. */
void invariants_follow_records(struct fleet *fleet);

/** Adds what a lane has found to what the run has. */
void invariants_pour(struct invariants *invariants, const struct invariants *lane);

/** A node has had its heartbeat. */
void invariants_beat(struct fleet *fleet, uint32_t node);

/** A router handed a message to its application that had it already. */
void invariants_repeated(struct fleet *fleet, uint32_t node, uint32_t message);

/** A node starts again without its state: what it was handed before, it may be handed once more. */
void invariants_new_life(struct fleet *fleet, uint32_t node);

/** A sampling instant: the books must balance. */
void invariants_balance(struct fleet *fleet);

/** Whether there was anything to judge. */
bool invariant_was_judged(const struct invariant_watch *watch);

/** The run is over: what is one-sided or missing now stays so. */
void invariants_end(struct fleet *fleet);

#endif
