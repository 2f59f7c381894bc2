/**
 * Who to name when a condition on a figure fails: the slowest delivery, the node that sends most,
 * the smallest mesh.
 *
 * For each condition of the scenario the witness keeps what is largest and least of what its figure
 * is made of, from the records of nodes and, for meshes, from a look at the end of its window. What
 * was not delivered at all is known from the receipts.
 *
 * Cost: a condition on deliveries, latencies or hops looks at deliveries alone; one on traffic
 * looks at every record of traffic and keeps 8 bytes for each node.
 */
#ifndef GOSSIM_SCENARIOS_WITNESS_H
#define GOSSIM_SCENARIOS_WITNESS_H

#include "scenarios/scope.h"

#include <stdbool.h>
#include <stdint.h>

struct fleet;

/** What a condition's figure is made of. */
enum witness_subject {
    WITNESS_NOTHING,  // nobody can be named
    WITNESS_RECEIPTS, // deliveries that came or not
    WITNESS_LATENCIES,
    WITNESS_HOPS,
    WITNESS_MESHES,
    WITNESS_ONE_SIDED, // mesh links
    WITNESS_NODES,     // what each node does
};

/** A place of the run; TRACE_NONE and TRACE_TOPIC_NONE where there is nothing to name. */
struct witness_place {
    bool found;
    int64_t value; // ns, hops, mesh peers, RPCs or bytes
    int64_t at_ns;
    uint32_t node;
    uint32_t peer;
    uint32_t message;
    uint16_t topic;
};

struct witness_item {
    enum witness_subject subject;
    const struct scenario_expectation *wanted;
    const struct scenario_scope *scope;
    const uint64_t *members; // NULL: all
    struct witness_place least;
    struct witness_place most;
    uint64_t *by_node; // [node_count] NODES: how much of it
};

struct witness {
    struct witness_item *items; // [expectation_count] an invariant has NOTHING
    uint32_t count;
    uint64_t kinds; // of the records that witness_record() looks at, one bit each
};

/** The witness of a scenario, or NULL if it has no condition; the plan stands. */
struct witness *witness_create(struct fleet *fleet);

/** Whether some condition needs the receipts. */
bool witness_needs_receipts(const struct witness *witness);

void witness_record(struct fleet *fleet, const struct trace_record *record);

/** The window of a scope, by its index, ends now. */
void witness_end(struct fleet *fleet, uint32_t scope);

#endif
