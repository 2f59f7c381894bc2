#include "scenarios/graph_file.h"

#include "base/check.h"
#include "base/sort.h"
#include "scenarios/scenario_read.h"

#include <inttypes.h>
#include <string.h>

static bool ends_with(const char *path, const char *ending) {
    size_t size = strlen(path);
    size_t ending_size = strlen(ending);
    return size > ending_size && strcmp(path + size - ending_size, ending) == 0;
}

static const struct graph_file *read_text(const struct graph_text *text) {
    if (ends_with(text->path, ".csv")) {
        return graph_csv_read(text);
    }
    bool is_gml = ends_with(text->path, ".gml");
    return graph_markup_read(text, is_gml ? GRAPH_GML : GRAPH_GRAPHML);
}

const struct graph_file *graph_file_read(struct arena *arena, const char *path,
                                         struct failure_list *failures) {
    if (!ends_with(path, ".csv") && !ends_with(path, ".gml") && !ends_with(path, ".graphml")) {
        failure_list_add(failures, path, 0, 0,
                         "the name does not tell what kind of graph this is; allowed: one that "
                         "ends in .csv, .gml or .graphml");
        return NULL;
    }
    struct arena *scratch = arena_aside(arena);
    struct yaml_input input;
    struct failure failure = {0};
    const struct graph_file *graph = NULL;
    if (scenario_read_file(scratch, path, &input, &failure)) {
        input.text[input.size] = '\0';
        graph = read_text(&(struct graph_text){.arena = arena,
                                               .scratch = scratch,
                                               .path = path,
                                               .text = input.text,
                                               .size = (uint32_t)input.size,
                                               .failures = failures});
    } else {
        failure_list_add(failures, path, failure.line, failure.column, "%s", failure.message);
    }
    arena_destroy(scratch);
    return graph;
}

const char *graph_file_name(const struct graph_file *graph, uint32_t node, char *out) {
    CHECK(node < graph->node_count);
    if (graph->names == NULL) {
        snprintf(out, GRAPH_NAME_SIZE, "%" PRIu32, node);
    } else {
        snprintf(out, GRAPH_NAME_SIZE, "%s", graph->names[node]);
    }
    return out;
}

static void report_edge(const struct graph_file *graph, struct failure_list *failures,
                        uint64_t edge, const char *what) {
    char a[GRAPH_NAME_SIZE];
    char b[GRAPH_NAME_SIZE];
    failure_list_add(failures, graph->path, graph->lines == NULL ? 0 : graph->lines[edge],
                     graph->lines == NULL ? 0 : 1, "nodes `%s` and `%s`: %s",
                     graph_file_name(graph, graph->edges[edge].a, a),
                     graph_file_name(graph, graph->edges[edge].b, b), what);
}

static void report_loop(const struct graph_file *graph, struct failure_list *failures,
                        uint64_t edge) {
    char name[GRAPH_NAME_SIZE];
    failure_list_add(failures, graph->path, graph->lines == NULL ? 0 : graph->lines[edge],
                     graph->lines == NULL ? 0 : 1,
                     "node `%s` is linked with itself; allowed: two different nodes (a graph of "
                     "places, such as Shadow's, belongs under `regions: {file: …}`)",
                     graph_file_name(graph, graph->edges[edge].a, name));
}

static uint64_t edge_key(const struct topology_edge *edge) {
    uint64_t low = edge->a < edge->b ? edge->a : edge->b;
    uint64_t high = edge->a < edge->b ? edge->b : edge->a;
    return low << 32 | high;
}

/** True for the way back of a link in a directed file, which says no more than the way there. */
static bool is_way_back(const struct graph_file *graph, uint64_t first, uint64_t second) {
    return graph->is_directed && graph->edges[first].a == graph->edges[second].b &&
           (graph->delay_ns == NULL || graph->delay_ns[first] == graph->delay_ns[second]) &&
           (graph->loss_ppb == NULL || graph->loss_ppb[first] == graph->loss_ppb[second]);
}

static void report_copy(const struct graph_file *graph, struct failure_list *failures,
                        uint64_t first, uint64_t second) {
    char what[120] = "linked more than once";
    if (graph->lines != NULL) {
        snprintf(what, sizeof what, "linked more than once, first in line %" PRIu32,
                 graph->lines[first]);
    } else if (graph->is_directed && graph->edges[first].a == graph->edges[second].b) {
        snprintf(what, sizeof what,
                 "the link says something else each way; allowed: the same both ways");
    }
    report_edge(graph, failures, second, what);
}

/** Marks the edges to leave out; the sort has brought copies together and kept their order. */
static void mark_copies(const struct graph_file *graph, struct failure_list *failures,
                        const struct sort_item *items, bool *drop) {
    uint64_t first = 0;
    for (uint64_t i = 1; i < graph->edge_count; i++) {
        if (items[i].key != items[first].key) {
            first = i;
        } else if (i == first + 1 && is_way_back(graph, items[first].value, items[i].value)) {
            drop[items[i].value] = true;
        } else {
            report_copy(graph, failures, items[first].value, items[i].value);
        }
    }
}

/** The graph without the edges that are to be left out. */
static const struct graph_file *without(struct arena *arena, const struct graph_file *graph,
                                        const bool *drop) {
    struct graph_file *copy = arena_take(arena, MEMORY_TABLES, sizeof *copy);
    size_t count = graph->edge_count;
    struct topology_edge *edges = arena_take_array(arena, MEMORY_TABLES, count, sizeof *edges);
    int64_t *delay_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof *delay_ns);
    uint32_t *loss_ppb = arena_take_array(arena, MEMORY_TABLES, count, sizeof *loss_ppb);
    *copy = *graph;
    copy->edge_count = 0;
    copy->lines = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!drop[i]) {
            edges[copy->edge_count] = graph->edges[i];
            delay_ns[copy->edge_count] = graph->delay_ns == NULL ? 0 : graph->delay_ns[i];
            loss_ppb[copy->edge_count] = graph->loss_ppb == NULL ? 0 : graph->loss_ppb[i];
            copy->edge_count++;
        }
    }
    copy->edges = edges;
    copy->delay_ns = graph->delay_ns == NULL ? NULL : delay_ns;
    copy->loss_ppb = graph->loss_ppb == NULL ? NULL : loss_ppb;
    return copy;
}

const struct graph_file *graph_file_simple(struct arena *arena, const struct graph_file *graph,
                                           struct failure_list *failures) {
    uint32_t before = failures->count;
    size_t count = graph->edge_count;
    struct arena *scratch = arena_aside(arena);
    struct sort_item *items = arena_take_array(scratch, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *spare = arena_take_array(scratch, MEMORY_TABLES, count, sizeof *spare);
    bool *drop = arena_take_array(scratch, MEMORY_TABLES, count, sizeof *drop);
    for (size_t i = 0; i < count; i++) {
        if (graph->edges[i].a == graph->edges[i].b) {
            report_loop(graph, failures, i);
        }
        items[i] = (struct sort_item){.key = edge_key(&graph->edges[i]), .value = i};
    }
    sort_by_key(items, spare, count);
    mark_copies(graph, failures, items, drop);
    const struct graph_file *simple = graph->is_directed ? without(arena, graph, drop) : graph;
    arena_destroy(scratch);
    return failures->count == before ? simple : NULL;
}

const char *graph_file_path(struct arena *arena, const char *beside, const char *path,
                            uint32_t size) {
    const char *slash = strrchr(beside, '/');
    size_t folder =
        slash == NULL || (size > 0 && path[0] == '/') ? 0 : (size_t)(slash - beside + 1);
    char *whole = arena_take(arena, MEMORY_TABLES, folder + size + 1);
    memcpy(whole, beside, folder);
    memcpy(whole + folder, path, size);
    return whole;
}
