#include "scenarios/schema_table.h"

#include "scenarios/scenario.h"

#include <stddef.h>

const struct schema_row schema_rows_nodes[SCHEMA_KEY_COUNT] = {
    [KEY_NODES_COUNT] = {.parent = KEY_NODES,
                         .name = "count",
                         .type = SCHEMA_WHOLE,
                         .offset = offsetof(struct scenario, node_count),
                         .min = 1,
                         .max = SCENARIO_NODES_MAX,
                         .required = true,
                         .meaning = "number of nodes, which are numbered from 0"},
    [KEY_NODES_START] = {.parent = KEY_NODES,
                         .name = "start",
                         .type = SCHEMA_DISTRIBUTION,
                         .children = KEY_DISTRIBUTION,
                         .offset = offsetof(struct scenario, start),
                         .fallback = "{uniform: [0s, 1s]}",
                         .meaning =
                             "when each node starts, and so the phase of its heartbeats; 0s puts "
                             "all in phase"},
    [KEY_NODES_GROUPS] = {.parent = KEY_NODES,
                          .name = "groups",
                          .type = SCHEMA_LIST,
                          .children = KEY_NODES_GROUPS,
                          .fallback = "[]",
                          .meaning = "named subsets with settings of their own, no node in two"},
    [KEY_GROUP_NAME] = {.parent = KEY_NODES_GROUPS,
                        .name = "name",
                        .type = SCHEMA_NAME,
                        .offset = offsetof(struct scenario_group, name),
                        .required = true,
                        .meaning = "what `{group: NAME}` calls it, no two of the same name"},
    [KEY_GROUP_NODES] = {.parent = KEY_NODES_GROUPS,
                         .name = "nodes",
                         .type = SCHEMA_SELECTOR,
                         .children = KEY_SELECTOR,
                         .offset = offsetof(struct scenario_group, nodes),
                         .required = true,
                         .meaning = "which nodes; a share or count is drawn among those that the "
                                    "other groups leave"},
    [KEY_GROUP_ROUTER] = {.parent = KEY_NODES_GROUPS,
                          .name = "router",
                          .type = SCHEMA_MAPPING,
                          .children = KEY_ROUTER,
                          .otherwise = "the scenario's",
                          .meaning = "keys of `router` that differ from the scenario's; another "
                                     "`profile` starts from its own quirks"},
    [KEY_GROUP_START] = {.parent = KEY_NODES_GROUPS,
                         .name = "start",
                         .type = SCHEMA_DISTRIBUTION,
                         .children = KEY_DISTRIBUTION,
                         .offset = offsetof(struct scenario_group, start),
                         .otherwise = "`nodes.start`",
                         .meaning = "when each of its nodes starts"},
};
