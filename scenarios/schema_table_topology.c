#include "scenarios/schema_table.h"

#include "scenarios/scenario.h"

#include <stddef.h>

const struct schema_row schema_rows_topology[SCHEMA_KEY_COUNT] = {
    [KEY_TOPOLOGY_KIND] = {.parent = KEY_TOPOLOGY,
                           .name = "kind",
                           .type = SCHEMA_KIND,
                           .fallback = "random-regular",
                           .meaning = "the graph; node 0 is the hub of a star"},
    [KEY_TOPOLOGY_DEGREE] = {.parent = KEY_TOPOLOGY,
                             .name = "degree",
                             .type = SCHEMA_DEGREE,
                             .otherwise = "20, or what fewer nodes allow",
                             .meaning =
                                 "random-regular: links of each node, with nodes × degree even; "
                                 "clustered: links of each node; "
                                 "watts-strogatz: links of each node before rewiring, even; "
                                 "erdos-renyi, random-geometric: their mean"},
    [KEY_TOPOLOGY_PROBABILITY] = {.parent = KEY_TOPOLOGY,
                                  .name = "probability",
                                  .type = SCHEMA_SHARE,
                                  .offset = offsetof(struct topology_options, probability_ppb),
                                  .meaning =
                                      "erdos-renyi, instead of `degree`: each pair of nodes is "
                                      "linked with it"},
    [KEY_TOPOLOGY_LINKS] = {.parent = KEY_TOPOLOGY,
                            .name = "links",
                            .type = SCHEMA_WHOLE_LONG,
                            .offset = offsetof(struct topology_options, link_count),
                            .max = TOPOLOGY_LINKS_MAX,
                            .meaning = "erdos-renyi, random-geometric, instead of `degree`: "
                                       "number of links in all"},
    [KEY_TOPOLOGY_REWIRE] = {.parent = KEY_TOPOLOGY,
                             .name = "rewire",
                             .type = SCHEMA_SHARE,
                             .offset = offsetof(struct topology_options, rewire_ppb),
                             .fallback = "10%",
                             .meaning = "watts-strogatz: share of links that lead to a node drawn "
                                        "at random instead of a near one"},
    [KEY_TOPOLOGY_ATTACH] = {.parent = KEY_TOPOLOGY,
                             .name = "attach",
                             .type = SCHEMA_WHOLE,
                             .offset = offsetof(struct topology_options, attach),
                             .min = 1,
                             .max = SCENARIO_NODES_MAX - 1,
                             .otherwise = "10, or what fewer nodes allow",
                             .meaning = "barabasi-albert: links that each node brings, to nodes "
                                        "before it, drawn by the links they have"},
    [KEY_TOPOLOGY_RADIUS] = {.parent = KEY_TOPOLOGY,
                             .name = "radius",
                             .type = SCHEMA_SHARE,
                             .offset = offsetof(struct topology_options, radius_ppb),
                             .meaning = "random-geometric, instead of `degree`: how near linked "
                                        "nodes are, as a share of the square's side"},
    [KEY_TOPOLOGY_WIDTH] = {.parent = KEY_TOPOLOGY,
                            .name = "width",
                            .type = SCHEMA_WHOLE,
                            .offset = offsetof(struct topology_options, width),
                            .min = 1,
                            .max = SCENARIO_NODES_MAX,
                            .otherwise = "makes the grid nearly square",
                            .meaning = "grid, torus: nodes in a row"},
    [KEY_TOPOLOGY_HEIGHT] = {.parent = KEY_TOPOLOGY,
                             .name = "height",
                             .type = SCHEMA_WHOLE,
                             .offset = offsetof(struct topology_options, height),
                             .min = 1,
                             .max = SCENARIO_NODES_MAX,
                             .otherwise = "as many as needed",
                             .meaning = "grid, torus: rows; the last one of a grid need not be "
                                        "full"},
    [KEY_TOPOLOGY_LOCAL] = {.parent = KEY_TOPOLOGY,
                            .name = "local",
                            .type = SCHEMA_SHARE,
                            .offset = offsetof(struct topology_options, local_ppb),
                            .fallback = "80%",
                            .meaning = "clustered: share of each node's links that stay in its "
                                       "region"},
    [KEY_TOPOLOGY_DIALS] = {.parent = KEY_TOPOLOGY,
                            .name = "dials",
                            .type = SCHEMA_WHOLE,
                            .offset = offsetof(struct topology_options, dials),
                            .max = SCENARIO_NODES_MAX - 1,
                            .otherwise = "10, or what fewer nodes allow",
                            .meaning = "dial: others that each node dials, chosen at random among "
                                       "those that take calls (`nodes.inbound`)"},
    [KEY_TOPOLOGY_PATH] = {.parent = KEY_TOPOLOGY,
                           .name = "path",
                           .type = SCHEMA_GRAPH_PATH,
                           .meaning = "file: where the graph is, seen from the scenario's folder"},
    [KEY_TOPOLOGY_EDGES] = {.parent = KEY_TOPOLOGY,
                            .name = "edges",
                            .type = SCHEMA_EDGES,
                            .max = DELAY_MAX_NS,
                            .meaning = "edges: the links, each only once; `none` for no latency of "
                                       "its own"},
};
