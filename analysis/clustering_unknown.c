#include "analysis/graph_measures.h"

/** What stands in for clustering.c where there is no igraph. */
void graph_measure_clustering(struct graph_clustering *clustering, const struct run_data *run) {
    (void)run;
    *clustering = (struct graph_clustering){.why_unknown = "this gossim was built without igraph"};
}
