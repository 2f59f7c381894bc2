/**
 * A picture of a graph: its nodes where a layout puts them, coloured by region, or else by how many
 * links they have.
 *
 * A line, a ring and a star are drawn as such, other graphs by igraph's Fruchterman–Reingold.
 *
 * Limits: GRAPH_PICTURE_NODES_MAX nodes. Cost: a second or two for 2,000 nodes, ten for the most.
 */
#ifndef GOSSIM_ANALYSIS_GRAPH_PICTURE_H
#define GOSSIM_ANALYSIS_GRAPH_PICTURE_H

#include "analysis/run_data.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>

enum { GRAPH_PICTURE_NODES_MAX = 20000 };

/** Draws figures/topology.png and .svg in the folder, from nodes, links and regions of `run`.
 * `title` and `note` stand on the picture. */
FAILURE_WARN_UNUSED bool graph_picture_draw(const struct run_data *run, struct arena *arena,
                                            const char *folder, const char *const words[2],
                                            struct failure *failure);

#endif
