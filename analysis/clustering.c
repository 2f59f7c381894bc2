#include "analysis/graph_measures.h"
#include "analysis/igraph_graph.h"

void graph_measure_clustering(struct graph_clustering *clustering, const struct run_data *run) {
    igraph_error_handler_t *before = igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_t graph;
    *clustering = (struct graph_clustering){0};
    if (igraph_graph_of(run, &graph) == IGRAPH_SUCCESS) {
        clustering->known =
            igraph_transitivity_undirected(&graph, &clustering->of_pairs,
                                           IGRAPH_TRANSITIVITY_NAN) == IGRAPH_SUCCESS &&
            igraph_transitivity_avglocal_undirected(&graph, &clustering->of_nodes,
                                                    IGRAPH_TRANSITIVITY_NAN) == IGRAPH_SUCCESS &&
            igraph_assortativity_degree(&graph, &clustering->assortativity, IGRAPH_UNDIRECTED) ==
                IGRAPH_SUCCESS;
        igraph_destroy(&graph);
    }
    igraph_set_error_handler(before);
}
