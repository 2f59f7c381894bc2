#include "analysis/graph_measures.h"
#include "analysis/igraph_graph.h"

#include <stdio.h>

static bool measure(const struct igraph_library *igraph, const igraph_t *graph,
                    struct graph_clustering *clustering) {
    return igraph->transitivity_undirected(graph, &clustering->of_pairs, IGRAPH_TRANSITIVITY_NAN) ==
               IGRAPH_SUCCESS &&
           igraph->transitivity_avglocal_undirected(graph, &clustering->of_nodes,
                                                    IGRAPH_TRANSITIVITY_NAN) == IGRAPH_SUCCESS &&
           igraph->assortativity_degree(graph, &clustering->assortativity, IGRAPH_UNDIRECTED) ==
               IGRAPH_SUCCESS;
}

void graph_measure_clustering(struct graph_clustering *clustering, const struct run_data *run) {
    struct igraph_library igraph;
    struct failure failure;
    igraph_t graph;
    *clustering = (struct graph_clustering){.why_unknown = "igraph failed"};
    if (!igraph_library_open(&igraph, &failure)) {
        snprintf(clustering->why_unknown, sizeof clustering->why_unknown, "%s", failure.message);
        return;
    }
    igraph_error_handler_t *before = igraph.set_error_handler(igraph.error_handler_ignore);
    if (igraph_graph_of(&igraph, run, &graph) == IGRAPH_SUCCESS) {
        clustering->known = measure(&igraph, &graph, clustering);
        igraph.destroy(&graph);
    }
    igraph.set_error_handler(before);
}
