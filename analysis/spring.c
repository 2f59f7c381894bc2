#include "analysis/spring.h"

#include "analysis/igraph_graph.h"
#include "analysis/layout.h"

// In a large graph nodes push away near ones alone.
enum { SPRING_SEED = 42, SPRING_ROUNDS = 500, LARGE_ROUNDS = 300 };
// How far a node may move in the first round, in igraph's unit, the length of a link; rounds then
// cool down.
#define SPRING_FIRST_MOVE 30.0

static igraph_error_t lay_out(const struct igraph_library *igraph, const igraph_t *graph,
                              struct position *positions) {
    igraph_matrix_t places;
    igraph_error_t error = igraph->matrix_init(&places, 0, 0);
    if (error != IGRAPH_SUCCESS) {
        return error;
    }
    error = igraph->rng_seed(igraph->rng_default(), SPRING_SEED);
    if (error == IGRAPH_SUCCESS) {
        bool large = igraph->vcount(graph) > LAYOUT_SPRING_NODES_MAX;
        error = igraph->layout_fruchterman_reingold(
            graph, &places, false, large ? LARGE_ROUNDS : SPRING_ROUNDS, SPRING_FIRST_MOVE,
            large ? IGRAPH_LAYOUT_GRID : IGRAPH_LAYOUT_NOGRID, NULL, NULL, NULL, NULL, NULL);
    }
    for (igraph_integer_t i = 0; error == IGRAPH_SUCCESS && i < igraph->vcount(graph); i++) {
        positions[i] = (struct position){MATRIX(places, i, 0), MATRIX(places, i, 1)};
    }
    igraph->matrix_destroy(&places);
    return error;
}

bool spring_layout(const struct run_data *run, struct position *positions,
                   struct failure *failure) {
    struct igraph_library igraph;
    if (!igraph_library_open(&igraph, failure)) {
        return false;
    }
    igraph_error_handler_t *before = igraph.set_error_handler(igraph.error_handler_ignore);
    igraph_t graph;
    igraph_error_t error = igraph_graph_of(&igraph, run, &graph);
    if (error == IGRAPH_SUCCESS) {
        error = lay_out(&igraph, &graph, positions);
        igraph.destroy(&graph);
    }
    igraph.set_error_handler(before);
    if (error != IGRAPH_SUCCESS) {
        return failure_running(failure, "igraph cannot lay out the nodes: %s",
                               igraph.strerror(error));
    }
    return true;
}
