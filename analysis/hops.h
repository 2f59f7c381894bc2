/**
 * The least number of hops that deliveries could have done with, by topic (analysis/depth.h).
 *
 * The bound of a topic takes the mean over its published messages: of the nodes to be reached
 * (expected receivers and the publisher, rounded down) and of the mesh degree that the last sample
 * before each publication gives. A run without a mesh (floodsub) is measured against the mean
 * number of links of its nodes.
 */
#ifndef GOSSIM_ANALYSIS_HOPS_H
#define GOSSIM_ANALYSIS_HOPS_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct hop_bound {
    uint32_t topic;
    uint64_t messages; // published ones
    uint64_t nodes;    // to be reached, the publisher among them
    double degree;     // mean
    bool from_mesh;    // false: degree counts links
    uint32_t hops;     // lower bound, or DEPTH_NONE
};

struct hop_bounds {
    struct hop_bound *rows; // [count], topics with published messages, ascending
    uint32_t count;
};

struct hop_bounds hops_bounds(const struct run_data *run, struct arena *arena);

/** The lower bound of a topic; DEPTH_NONE if it has none. */
uint32_t hops_bound_of(const struct hop_bounds *bounds, uint32_t topic);

#endif
