/** The graphs of tests/support/synthetic_trace.h: nodes, links with delays, and the mesh among the
 * links. */
#ifndef GOSSIM_TESTS_SUPPORT_SYNTHETIC_GRAPH_H
#define GOSSIM_TESTS_SUPPORT_SYNTHETIC_GRAPH_H

#include "base/arena.h"
#include "base/prng.h"
#include "tests/support/synthetic_trace.h"
#include "trace/file.h"

#include <stdint.h>

struct synthetic_edge {
    uint32_t to;
    int64_t delay_ns;
};

struct synthetic_graph {
    uint32_t node_count;
    uint32_t link_count;
    uint32_t mesh_link_count; // the first ones of `links`
    struct trace_node *nodes;
    struct trace_link *links;
    struct synthetic_edge *edges; // of the mesh, both ways, grouped by node
    uint32_t *edge_first;         // [node_count + 1], into edges
};

struct synthetic_graph synthetic_graph_make(const struct synthetic_options *options,
                                            struct arena *arena, struct prng *prng);

#endif
