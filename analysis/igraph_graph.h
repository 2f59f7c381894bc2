/**
 * A run's links as a graph of igraph, for the files that work with it. None of them is part of a
 * build without igraph.
 */
#ifndef GOSSIM_ANALYSIS_IGRAPH_GRAPH_H
#define GOSSIM_ANALYSIS_IGRAPH_GRAPH_H

#include "analysis/run_data.h"
#include "base/igraph_library.h"

/** Makes the graph, which the caller destroys when there was no error. */
igraph_error_t igraph_graph_of(const struct igraph_library *igraph, const struct run_data *run,
                               igraph_t *graph);

#endif
