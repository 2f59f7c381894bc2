/**
 * How deep a message must go: the least number of hops within which a mesh of a given mean degree
 * can reach all nodes.
 *
 * A node with d neighbours is followed, at best, by d nodes at the first hop and by d − 1 new ones
 * per node at every later hop, so within h hops at most 1 + d((d − 1)^h − 1)/(d − 2) nodes are
 * reached (1 + 2h for d = 2). The least h for which that is at least the number of nodes is a lower
 * bound of the largest hop count of a message that reaches them all.
 */
#ifndef GOSSIM_ANALYSIS_DEPTH_H
#define GOSSIM_ANALYSIS_DEPTH_H

#include <stdint.h>

#define DEPTH_NONE UINT32_MAX

/**
 * The lower bound for `nodes` ≥ 1 nodes, the publisher among them, at mean degree `degree` ≥ 0;
 * DEPTH_NONE when no number of hops is enough (degrees below 2 only).
 *
 * Cost: one step per hop, at most `nodes`.
 */
uint32_t depth_lower_bound(uint64_t nodes, double degree);

#endif
