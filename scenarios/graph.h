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

/** How many links it will have, roughly; drawn numbers of links depart little from it. */
double graph_links_about(const struct scenario *scenario);

#endif
