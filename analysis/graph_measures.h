/**
 * What a graph is like: degrees, parts, distances, and how its neighbourhoods hang together.
 *
 * Distances are those of all pairs that can reach each other, by a walk from every node; in a large
 * graph walks start at nodes spread evenly over their numbers, and the diameter is then a lower
 * bound, for which further walks start where earlier ones ended farthest away. Clustering and
 * assortativity are igraph's, and not known without it.
 *
 * Cost: MEASURES_STEPS_MAX steps of walks, some seconds; clustering grows with links × degree.
 */
#ifndef GOSSIM_ANALYSIS_GRAPH_MEASURES_H
#define GOSSIM_ANALYSIS_GRAPH_MEASURES_H

#include "analysis/run_data.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

#define MEASURES_STEPS_MAX UINT64_C(400000000)

struct graph_measures {
    uint32_t degree_min;
    uint32_t degree_max;
    double degree_mean;
    uint32_t *degree_nodes; // [degree_max + 1] how many nodes have that many links
    uint32_t components;
    uint32_t largest; // nodes of the largest component
    uint32_t isolated;
    uint32_t diameter; // of the largest distance of a pair that is connected
    double path_mean;  // 0 without pairs
    uint32_t walks;    // how many nodes distances were measured from
    bool exact;        // from all
};

/** Shares from 0 to 1, and a correlation from −1 to 1; NaN where undefined or not known. */
struct graph_clustering {
    bool known;
    char why_unknown[FAILURE_MESSAGE_SIZE];
    double of_pairs;      // of all pairs of neighbours of a node, those that are linked
    double of_nodes;      // the mean of that share over nodes with at least two neighbours
    double assortativity; // of the degrees at the two ends of links
};

/** Works on the nodes and links of `run` alone. */
void graph_measure(struct graph_measures *measures, const struct run_data *run,
                   struct arena *arena);

void graph_measure_clustering(struct graph_clustering *clustering, const struct run_data *run);

#endif
