#include "scenarios/graph_file.h"
#include "scenarios/topology_read.h"

#include <inttypes.h>
#include <string.h>

void read_graph_file(struct scenario_reader *reader, const struct yaml_node *node) {
    const struct yaml_node *kind = fields_glance(node, KEY_TOPOLOGY_KIND);
    const struct yaml_node *path = fields_glance(node, KEY_TOPOLOGY_PATH);
    if (kind == NULL || !yaml_is_text(kind, "file")) {
        return;
    }
    reader->graph_wanted = true;
    if (path == NULL) {
        return; // reported with the other keys of the topology
    }
    if (path->kind != YAML_SCALAR || path->size == 0 || memchr(path->text, 0, path->size) != NULL) {
        reader_refuse_value(reader, path, KEY_TOPOLOGY_PATH);
        return;
    }
    const char *whole =
        graph_file_path(reader->scratch, reader->source->path, path->text, path->size);
    const struct graph_file *graph = graph_file_read(reader->scratch, whole, reader->failures);
    reader->graph =
        graph == NULL ? NULL : graph_file_simple(reader->scratch, graph, reader->failures);
}

void settle_node_count(struct scenario_reader *reader, const struct yaml_node *node) {
    const struct graph_file *graph = reader->graph;
    uint32_t *count = &reader->scenario->node_count;
    if (graph == NULL) {
        return;
    }
    if (node == NULL) {
        *count = graph->node_count;
    } else if (*count > 0 && (*count < graph->node_count || *count > graph->node_count_max)) {
        reader_refuse(reader, node,
                      "found `%" PRIu32 "`, but the graph of `topology.path` has %" PRIu32
                      " nodes; allowed: %s%" PRIu32 ", or leave it out",
                      *count, graph->node_count,
                      graph->node_count_max > graph->node_count ? "at least " : "",
                      graph->node_count);
        *count = 0;
    }
}

/** A copy in the scenario's memory; NULL of NULL. */
static const void *keep(struct scenario_reader *reader, const void *items, uint64_t count,
                        size_t size) {
    if (items == NULL) {
        return NULL;
    }
    void *copy = arena_take_array(reader->arena, MEMORY_TABLES, count, size);
    if (count > 0) {
        memcpy(copy, items, count * size);
    }
    return copy;
}

void take_graph(struct scenario_reader *reader) {
    const struct graph_file *graph = reader->graph;
    struct scenario *scenario = reader->scenario;
    if (graph == NULL) {
        return; // reported already
    }
    scenario->topology.edge_count = graph->edge_count;
    scenario->topology.edges = keep(reader, graph->edges, graph->edge_count, sizeof *graph->edges);
    scenario->edge_values.delay_ns =
        keep(reader, graph->delay_ns, graph->edge_count, sizeof *graph->delay_ns);
    scenario->edge_values.loss_ppb =
        keep(reader, graph->loss_ppb, graph->edge_count, sizeof *graph->loss_ppb);
}
