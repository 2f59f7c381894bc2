/**
 * Groups: named subsets of the nodes that have a router or a start of their own.
 *
 * Groups are numbered from 1 in the order written; 0 stands for the nodes that are in none and take
 * the scenario's own settings. No node is in two. Groups that name their nodes come first; drawn
 * ones then draw among the nodes left, in the order written, each from a stream of its own, so that
 * a group moves no other draw of the scenario. Shares are rounded so that groups of half the nodes
 * each fit, whatever the number of nodes.
 */
#ifndef GOSSIM_SCENARIOS_GROUPS_H
#define GOSSIM_SCENARIOS_GROUPS_H

#include "base/arena.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/** Why the groups of a scenario cannot be. */
struct group_fault {
    uint32_t group; // whose nodes are the matter: its number
    uint32_t other; // the group that has a node of it already; 0: a drawn group finds too few left
    uint32_t node;  // which node, where there is `other`
    uint32_t left;  // how many are left, where there is none
};

/**
 * The number of nodes of each group, in `sizes[group_count]`. False and the first fault if groups
 * overlap or ask for more nodes than there are.
 */
bool groups_measure(const struct scenario *scenario, struct arena *scratch, uint32_t *sizes,
                    struct group_fault *fault);

/** Each node's group, [node_count]; NULL for a scenario without groups. CHECKs that they can be. */
const uint16_t *groups_assign(const struct scenario *scenario, struct arena *arena);

/** What a group's nodes are set to; number 0: the scenario's own settings. */
static inline const struct router_params *group_router(const struct scenario *scenario,
                                                       uint32_t number) {
    return number == 0 ? &scenario->router : &scenario->groups[number - 1].router;
}

static inline const struct distribution_options *group_start(const struct scenario *scenario,
                                                             uint32_t number) {
    return number == 0 ? &scenario->start : &scenario->groups[number - 1].start;
}

static inline const struct scenario_timing *group_timing(const struct scenario *scenario,
                                                         uint32_t number) {
    return number == 0 ? &scenario->timing : &scenario->groups[number - 1].timing;
}

static inline uint32_t group_inbound(const struct scenario *scenario, uint32_t number) {
    return number == 0 ? scenario->inbound : scenario->groups[number - 1].inbound;
}

static inline const struct bandwidth_class *group_bandwidth(const struct scenario *scenario,
                                                            uint32_t number) {
    return number == 0 ? &scenario->links.bandwidth : &scenario->groups[number - 1].bandwidth;
}

#endif
