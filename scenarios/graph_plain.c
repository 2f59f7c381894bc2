#include "scenarios/graph_file.h"

/** What stands in for graph_igraph.c where there is no igraph. */
const struct graph_file *graph_markup_read(const struct graph_text *text,
                                           enum graph_language language) {
    failure_list_add(text->failures, text->path, 0, 0,
                     "this gossim was built without igraph, which reads %s; allowed: an edge list "
                     "whose name ends in .csv",
                     language == GRAPH_GML ? "GML" : "GraphML");
    return NULL;
}
