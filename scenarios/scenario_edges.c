#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"

#include <inttypes.h>

/** The links of a list that could be read, and what is needed to compare them. */
struct edge_list {
    struct topology_edge *edges;    // [size], as written
    int64_t *delay_ns;              // [size] likewise
    uint32_t *loss_ppb;             // [size] likewise
    const struct yaml_node **nodes; // [size]
    struct sort_item *items;        // [count] ends of a link, whichever way round, and its index
    uint32_t count;
    bool has_delay;
    bool has_loss;
};

static bool read_latency(struct scenario_reader *reader, const struct yaml_node *node,
                         int64_t *delay_ns) {
    const char *why = "allowed: the latency of a link, a duration such as 20ms, or none";
    int64_t limit_ns = (int64_t)schema_row(KEY_TOPOLOGY_EDGES)->max;
    bool read = node->kind == YAML_SCALAR && !yaml_is_null(node) &&
                quantity_read_duration(node->text, node->size, delay_ns, &why);
    if (read && *delay_ns <= limit_ns) {
        return true;
    }
    char found[FOUND_SIZE];
    return reader_refuse(reader, node, "found %s; %s", reader_found(node, found),
                         read ? "the latency of a link is at most 86400s" : why);
}

/** Reads the third and fourth item of a link, where there are any. */
static bool read_values(struct scenario_reader *reader, const struct yaml_node *latency,
                        struct edge_list *list, uint32_t index) {
    bool read = true;
    list->delay_ns[index] = EDGE_DELAY_NONE;
    list->loss_ppb[index] = EDGE_LOSS_NONE;
    if (latency != NULL && !yaml_is_text(latency, "none")) {
        list->has_delay = true;
        read = read_latency(reader, latency, &list->delay_ns[index]);
    }
    if (latency != NULL && latency->next != NULL) {
        list->has_loss = true;
        read =
            read_share(reader, KEY_TOPOLOGY_EDGES, latency->next, &list->loss_ppb[index]) && read;
    }
    return read;
}

static bool read_edge(struct scenario_reader *reader, const struct yaml_node *node,
                      struct edge_list *list, uint32_t index) {
    if (node->kind != YAML_SEQUENCE || node->size < 2 || node->size > 4) {
        char found[FOUND_SIZE];
        return reader_refuse(reader, node,
                             "found %s; allowed: a link, [node, node], with latency and loss "
                             "behind it where it has any of its own",
                             reader_found(node, found));
    }
    struct topology_edge *edge = &list->edges[index];
    bool a = read_node_index(reader, KEY_TOPOLOGY_EDGES, node->first, &edge->a);
    bool b = read_node_index(reader, KEY_TOPOLOGY_EDGES, node->first->next, &edge->b);
    bool values = read_values(reader, node->first->next->next, list, index);
    if (a && b && edge->a == edge->b) {
        return reader_refuse(reader, node,
                             "node %" PRIu32 " is linked with itself; allowed: two different nodes",
                             edge->a);
    }
    return a && b && values;
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

/** Sorts the links by their ends, so that equal ones come together. */
static void check_distinct(struct scenario_reader *reader, const struct edge_list *list) {
    struct sort_item *spare =
        arena_take_array(reader->scratch, MEMORY_TABLES, list->count, sizeof *spare);
    sort_by_key(list->items, spare, list->count);
    uint32_t first = 0; // of the copies of a link; the sort keeps their order
    for (uint32_t i = 1; i < list->count; i++) {
        uint64_t index = list->items[i].value;
        if (list->items[i].key != list->items[first].key) {
            first = i;
        } else {
            refuse_twice(reader, list->nodes[index], list->nodes[list->items[first].value],
                         &list->edges[index]);
        }
    }
}

void read_edges(struct scenario_reader *reader, const struct yaml_node *node) {
    if (!reader_list(reader, KEY_TOPOLOGY_EDGES, node)) {
        return;
    }
    uint32_t size = node->size;
    struct edge_list list = {
        .edges = arena_take_array(reader->arena, MEMORY_TABLES, size, sizeof *list.edges),
        .delay_ns = arena_take_array(reader->arena, MEMORY_TABLES, size, sizeof *list.delay_ns),
        .loss_ppb = arena_take_array(reader->arena, MEMORY_TABLES, size, sizeof *list.loss_ppb),
        .nodes = arena_take_array(reader->scratch, MEMORY_TABLES, size, sizeof *list.nodes),
        .items = arena_take_array(reader->scratch, MEMORY_TABLES, size, sizeof *list.items),
    };
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < size; i++) {
        CHECK(item != NULL);
        list.nodes[i] = item;
        if (read_edge(reader, item, &list, i)) {
            list.items[list.count++] =
                (struct sort_item){.key = edge_key(&list.edges[i]), .value = i};
        }
        item = item->next;
    }
    check_distinct(reader, &list);
    reader->scenario->topology.edges = list.edges;
    reader->scenario->topology.edge_count = size;
    reader->scenario->edge_values = (struct scenario_edge_values){
        .delay_ns = list.has_delay ? list.delay_ns : NULL,
        .loss_ppb = list.has_loss ? list.loss_ppb : NULL,
    };
}
