/**
 * The graph of a scenario: what sim/topology.h makes of its options, with what it needs to know of
 * the nodes, their regions and how many calls they take.
 */
#ifndef GOSSIM_SCENARIOS_GRAPH_H
#define GOSSIM_SCENARIOS_GRAPH_H

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/scenario.h"
#include "sim/topology.h"

/** Builds it, in the arena. False and a reason where it cannot be. */
FAILURE_WARN_UNUSED bool graph_build(struct topology *topology, struct arena *arena,
                                     const struct scenario *scenario, struct failure *failure);

/** What links have in place of what `links` says for all, by slot; see struct link_options. */
struct graph_values {
    const int64_t *slot_delay_ns;  // NULL: no link has any
    const uint32_t *slot_loss_ppb; // likewise
};

/** The values of a scenario's graph, in the arena. */
struct graph_values graph_values_of(const struct topology *topology, struct arena *arena,
                                    const struct scenario *scenario);

#endif
