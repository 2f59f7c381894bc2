/**
 * The links of a run by node, and the order in which a walk meets the nodes.
 */
#ifndef GOSSIM_ANALYSIS_ADJACENCY_H
#define GOSSIM_ANALYSIS_ADJACENCY_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdint.h>

struct adjacency {
    uint32_t node_count;
    uint32_t *first; // [node_count + 1], into peers
    uint32_t *peers; // grouped by node, in the order of the links
};

struct adjacency_order {
    uint32_t *nodes; // [count], those that can be reached
    uint32_t count;
};

struct adjacency adjacency_of(const struct run_data *run, struct arena *arena);

static inline uint32_t adjacency_degree(const struct adjacency *adjacency, uint32_t node) {
    return adjacency->first[node + 1] - adjacency->first[node];
}

/** Depth first from `start`: along a line from its end, around a ring, a hub before its leaves. */
struct adjacency_order adjacency_walk(const struct adjacency *adjacency, uint32_t start,
                                      struct arena *arena);

#endif
