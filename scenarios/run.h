/**
 * One run of a scenario: builds the world, then lets virtual time pass, gives back the figures.
 *
 * A run is a function of the scenario alone (its seed is part of it): options change neither the
 * digest nor any figure. All memory is the arena's; two runs can share a process.
 */
#ifndef GOSSIM_SCENARIOS_RUN_H
#define GOSSIM_SCENARIOS_RUN_H

#include "base/arena.h"
#include "base/bag.h"
#include "base/failure.h"
#include "scenarios/scenario.h"
#include "sim/ties.h"
#include "trace/digest.h"
#include "trace/writer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** How RPCs travel: as numbers with their computed size, or really encoded and decoded. Same
 * digest. */
enum run_wire { RUN_WIRE_SIZE, RUN_WIRE_ENCODE };

enum { RUN_THREADS_MAX = 64 };

struct run_options {
    enum run_wire wire;
    uint32_t threads;       // at most; 0 or 1: one
    bool keep_threads;      // also while too little happens for it to pay
    enum ties ties;         // what comes first of what happens at one instant
    bool metered;           // routers keep metrics, for run_write_metrics()
    enum trace_level level; // what of the records the writer of the trace gets
    /** Called several times per heartbeat interval with the virtual time; false ends the run early.
     * May be NULL. */
    bool (*progress)(void *context, int64_t now_ns, uint64_t events);
    void *context;
};

struct run_counts {
    uint64_t events; // RPCs delivered to a router, heartbeats, workload actions
    uint64_t published;
    uint64_t publish_skipped;
    uint64_t expected_deliveries;
    uint64_t deliveries;
    uint64_t deliveries_unexpected;
    uint64_t duplicates;
    uint64_t
        ignored; // copies of messages that a router did not want: not subscribed, bad signature
    uint64_t message_arrivals;             // copies of messages that arrived
    uint64_t packets_lost;                 // by random loss
    uint64_t packets_dropped[CAUSE_COUNT]; // for any other reason
    uint64_t rpcs_sent[TRACE_RPC_COUNT];
    uint64_t bytes_sent[TRACE_RPC_COUNT];
    uint64_t payload_bytes_sent;
    uint64_t bytes_received;
    uint64_t bytes_lost;
    uint64_t bytes_dropped;
    uint64_t retransmissions; // of RPCs that a stream lost
    uint64_t bytes_in_flight; // at the end
    uint64_t hops_sum;        // over deliveries
    uint32_t hops_max;
    uint64_t deliveries_healed; // of messages that were published before a heal, after it
    uint64_t heal_ns_max;       // the longest time from the heal to one of these
    uint64_t mesh_degree_sum;   // over (node up and subscribed, topic) at the end
    uint64_t mesh_degree_nodes;
    uint32_t mesh_degree_min;
    uint32_t mesh_degree_max;
    uint64_t records;              // that the digest covers
    uint64_t rpcs_suppressed;      // not sent, as the sent cache had them
    uint64_t rpcs_skipped;         // not handled, as the received cache had them
    uint64_t rpcs_unread;          // arrived where the link was down already
    uint64_t links_aborted;        // ended by a node that could not handle an RPC
    uint64_t crashes;              // nodes that stopped, each time
    uint64_t restarts;             // and started again
    uint64_t pauses;               // nodes that stood still, each time
    uint64_t one_sided_mesh_links; // at the end: ordered pairs of nodes up, for each topic
};

/** Bytes that were sent, and bytes of which is known what became of them: the same, if the books
 * balance (VALIDATION A10). */
uint64_t run_bytes_sent(const struct run_counts *counts);
uint64_t run_bytes_known(const struct run_counts *counts);

/** Adds up what parts of a run have counted, but for what only shows at the end. */
void run_add_counts(struct run_counts *counts, const struct run_counts *part);

/** Counts a delivery if it took a heal: `heal_at_ns` is of the plan. */
static inline void run_count_heal(struct run_counts *counts, const int64_t *heal_at_ns,
                                  uint32_t message, int64_t delivered_ns) {
    if (heal_at_ns != NULL && delivered_ns >= heal_at_ns[message]) {
        uint64_t took_ns = (uint64_t)(delivered_ns - heal_at_ns[message]);
        counts->deliveries_healed++;
        counts->heal_ns_max = took_ns > counts->heal_ns_max ? took_ns : counts->heal_ns_max;
    }
}

/** Which threads a run had; of no figure of it. */
struct run_threads {
    uint32_t used;          // lanes, of which each has a thread while that pays
    uint64_t windows;       // of time, after each of which lanes met
    uint64_t windows_apart; // of these, in which threads were at work side by side
    int64_t lookahead_ns;   // how long they are at least; 0 where nobody asked for threads
    const char *alone;      // why one thread did all although there were to be more; NULL: no
    bool repeat;            // time stands still in a lane: one thread can tell whether in the run
};

struct fleet;

/** The figures of a scope of the scenario. */
struct run_scope {
    struct run_counts counts;
    const struct bag *latencies_ns; // of `counts.deliveries`
};

struct run_result {
    struct run_counts counts; // of what is measured
    uint64_t events;          // of the whole run, measured or not
    uint64_t heartbeats;      // of these
    struct digest digest;
    struct digest records; // the same but for the seed: equal where two seeds gave one run
    uint64_t nodes;
    uint64_t links;
    int64_t virtual_ns;
    struct run_threads threads;
    enum ties ties;
    bool interrupted;               // `progress`, a trace that could not be written or a standstill
    const struct bag *latencies_ns; // of `counts.deliveries`
    const struct fleet *fleet;      // as it stands at the end; in the arena
};

/**
 * Builds the world of a scenario, which can take a while and touches nothing outside the arena.
 * NULL for what only building shows: a graph that cannot be, too many messages.
 */
struct fleet *run_build(struct arena *arena, const struct scenario *scenario,
                        const struct run_options *options, struct failure *failure);

/**
 * Lets the time of a world pass, once. `writer` gets the trace: sections are appended, the caller
 * opens and closes it; NULL: nothing is written.
 */
void run_through(struct run_result *result, struct fleet *fleet, struct trace_writer *writer);

/** The figures of a scope, by its index; the first is what is measured. */
struct run_scope run_scope_of(const struct run_result *result, uint32_t scope);

struct invariant_watch;
struct shortfall;
struct witness_item;

/** Who to name if the condition of an expectation fails, by its index. */
const struct witness_item *run_witness_of(const struct run_result *result, uint32_t expectation);

/** What was not delivered of what a condition on deliveries is about; false if it is nothing. */
bool run_shortfall_of(const struct run_result *result, uint32_t expectation,
                      struct shortfall *found);

/** When and by whom a message was published. */
int64_t run_published_ns(const struct run_result *result, uint32_t message);
uint32_t run_publisher_of(const struct run_result *result, uint32_t message);

/** What became of the invariant that an expectation names, by its index. */
const struct invariant_watch *run_watch_of(const struct run_result *result, uint32_t expectation);

/** Whether a run came to its end for all that the model had to do with it: else its failure says
 * where its time stood still. */
FAILURE_WARN_UNUSED bool run_was_alive(const struct run_result *result, struct failure *failure);

/**
 * Writes the metrics of all routers at the end, under the names of the 2020 program, as OpenMetrics
 * text; the run must have been metered. Series of peers and topics that nothing was counted for are
 * left out. False, and errno, if the stream did not take it all.
 *
 * Cost: some 150 bytes and a µs for each series; of a peer and a topic there are two.
 * Source: SEED.md §5. Differs: labels `node` (whose metric it is) and `peer_node` beside `id`.
 */
__attribute__((warn_unused_result)) bool run_write_metrics(const struct run_result *result,
                                                           FILE *out);

#endif
