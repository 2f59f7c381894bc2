/**
 * What is wrong with a scenario beyond its text: links to connect that the graph does not have,
 * RPCs to inject between nodes that are not linked, too many messages, faults or deliveries.
 *
 * Only a graph and a plan show that, and those of a large network take minutes and gigabytes. So
 * this makes no more of them than a moment allows, and nothing where nothing can be wrong. Messages
 * are always counted. The rest is left to the run, whose own graph and plan fail alike, where the
 * nodes and links are more than FORESIGHT_NETWORK_MAX in all, or where what events do, node by node
 * or link by link, takes more than FORESIGHT_STEPS_MAX steps.
 */
#ifndef GOSSIM_SCENARIOS_FORESIGHT_H
#define GOSSIM_SCENARIOS_FORESIGHT_H

#include "base/failure.h"
#include "scenarios/scenario.h"

enum { FORESIGHT_NETWORK_MAX = 1000000, FORESIGHT_STEPS_MAX = 300000000 };

/** False for what fleet_build() would refuse, with the same failure, where that can be seen. */
FAILURE_WARN_UNUSED bool foresight_check(const struct scenario *scenario, struct failure *failure);

#endif
