#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "base/sort.h"

#include <inttypes.h>

static bool read_edge(struct scenario_reader *reader, const struct yaml_node *node,
                      struct topology_edge *edge) {
    if (node->kind != YAML_SEQUENCE || node->size != 2) {
        char found[FOUND_SIZE];
        return reader_refuse(reader, node, "found %s; allowed: a link, [node, node]",
                             reader_found(node, found));
    }
    bool a = read_node_index(reader, KEY_TOPOLOGY_EDGES, node->first, &edge->a);
    bool b = read_node_index(reader, KEY_TOPOLOGY_EDGES, node->first->next, &edge->b);
    if (a && b && edge->a == edge->b) {
        return reader_refuse(reader, node,
                             "node %" PRIu32 " is linked with itself; allowed: two different nodes",
                             edge->a);
    }
    return a && b;
}

static uint64_t edge_key(const struct topology_edge *edge) {
    uint64_t low = edge->a < edge->b ? edge->a : edge->b;
    uint64_t high = edge->a < edge->b ? edge->b : edge->a;
    return low << 32 | high;
}

static void refuse_twice(struct scenario_reader *reader, const struct yaml_node *node,
                         const struct yaml_node *first, const struct topology_edge *edge) {
    reader_refuse(reader, node,
                  "the link of nodes %" PRIu32 " and %" PRIu32
                  " stands twice, first in line %" PRIu32 ", column %" PRIu32,
                  edge->a, edge->b, first->line, first->column);
}

/** Sorts the links by their ends, whichever way round they are written, so that equal ones come
 * together. */
static void check_distinct(struct scenario_reader *reader, const struct yaml_node *const *nodes,
                           const struct topology_edge *edges, uint32_t count) {
    struct sort_item *items =
        arena_take_array(reader->scratch, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *spare =
        arena_take_array(reader->scratch, MEMORY_TABLES, count, sizeof *spare);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct sort_item){.key = edge_key(&edges[i]), .value = i};
    }
    sort_by_key(items, spare, count);
    for (uint32_t i = 1; i < count; i++) {
        if (items[i].key == items[i - 1].key) {
            refuse_twice(reader, nodes[items[i].value], nodes[items[i - 1].value],
                         &edges[items[i].value]);
        }
    }
}

void read_edges(struct scenario_reader *reader, const struct yaml_node *node) {
    if (!reader_list(reader, KEY_TOPOLOGY_EDGES, node)) {
        return;
    }
    uint32_t count = node->size;
    struct topology_edge *edges =
        arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *edges);
    const struct yaml_node **nodes =
        arena_take_array(reader->scratch, MEMORY_TABLES, count, sizeof *nodes);
    const struct yaml_node *item = node->first;
    bool whole = true;
    for (uint32_t i = 0; i < count; i++) {
        CHECK(item != NULL);
        nodes[i] = item;
        whole = read_edge(reader, item, &edges[i]) && whole;
        item = item->next;
    }
    if (whole) {
        check_distinct(reader, nodes, edges, count);
    }
    reader->scenario->topology.edges = edges;
    reader->scenario->topology.edge_count = count;
}
