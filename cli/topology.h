/**
 * `gossim topology`: a graph, and what is known of it, on its way from the file to the screen.
 */
#ifndef GOSSIM_CLI_TOPOLOGY_H
#define GOSSIM_CLI_TOPOLOGY_H

#include "analysis/graph_measures.h"
#include "analysis/run_data.h"
#include "base/arena.h"
#include "scenarios/scenario.h"
#include "sim/topology.h"

#include <stdbool.h>
#include <stdio.h>

/** A graph as the command has it. */
struct topology_report {
    const char *path;                  // as given
    const char *kind;                  // of the scenario's topology, or `file`
    struct topology topology;          // with the slots, and who dialled
    const struct topology_edge *edges; // as they are exported: who dialled first
    const char *const *names;          // [node_count] of a graph file; NULL
    const int64_t *delay_ns;           // [link_count] by edge; NULL
    const uint32_t *loss_ppb;          // [link_count] by edge; NULL
    struct run_data run;               // nodes, links and regions alone
    struct graph_measures measures;
    struct graph_clustering clustering;
};

/** Nodes that a node has dialled, and that have dialled it, over all nodes. */
struct topology_calls {
    uint32_t dialled_min;
    uint32_t dialled_max;
    uint32_t inbound_min;
    uint32_t inbound_max;
};

struct topology_calls topology_calls_of(const struct topology *topology);

/** How many of the links stay inside a region. */
uint64_t topology_count_local(const struct run_data *run);

/** The nodes of a region. */
uint32_t topology_region_nodes(const struct run_data *run, uint32_t region);

void topology_print(const struct topology_report *report, FILE *out);

/** False if the stream did not take it all. */
bool topology_print_json(const struct topology_report *report, FILE *out);

enum topology_format { TOPOLOGY_CSV, TOPOLOGY_GML, TOPOLOGY_GRAPHML };

/** Writes the graph so that it loads back to the same one. */
void topology_export(const struct topology_report *report, enum topology_format format, FILE *out);

#endif
