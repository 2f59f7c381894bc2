#include "analysis/igraph_graph.h"

igraph_error_t igraph_graph_of(const struct igraph_library *igraph, const struct run_data *run,
                               igraph_t *graph) {
    igraph_vector_int_t ends;
    igraph_error_t error = igraph->vector_int_init(&ends, (igraph_integer_t)run->link_count * 2);
    if (error != IGRAPH_SUCCESS) {
        return error;
    }
    for (uint32_t i = 0; i < run->link_count; i++) {
        VECTOR(ends)[2 * (igraph_integer_t)i] = run->links[i].a;
        VECTOR(ends)[2 * (igraph_integer_t)i + 1] = run->links[i].b;
    }
    error = igraph->create(graph, &ends, run->node_count, IGRAPH_UNDIRECTED);
    igraph->vector_int_destroy(&ends);
    return error;
}
