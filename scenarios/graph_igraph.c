// GML and GraphML, read by igraph. The one place in this folder that knows igraph; where there is
// none, graph_plain.c stands in.

#include "base/igraph_library.h"
#include "base/quantity.h"
#include "scenarios/graph_file.h"
#include "scenarios/graph_units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** What igraph said last, and how it lets go of what it held meanwhile: its handlers of errors are
 * given nothing to put it in. */
static _Thread_local struct {
    char text[160];
    igraph_error_handler_t *let_go;
} igraph_said;

static void note_error(const char *reason, const char *file, int line, igraph_error_t error) {
    snprintf(igraph_said.text, sizeof igraph_said.text, "%s", reason);
    igraph_said.let_go(reason, file, line, error);
}

static void ignore_warning(const char *reason, const char *file, int line) {
    (void)reason;
    (void)file;
    (void)line;
}

/** What kind of values an attribute has, if it is there. */
struct attribute {
    const char *name;
    bool is_text;
    bool is_number;
};

enum node_attribute { NODE_LABEL, NODE_NAME, NODE_ID, NODE_UP, NODE_DOWN, NODE_ATTRIBUTE_COUNT };
enum edge_attribute { EDGE_LATENCY, EDGE_DELAY, EDGE_PACKET_LOSS, EDGE_LOSS, EDGE_ATTRIBUTE_COUNT };

/** A reading of one file. */
struct markup {
    const struct graph_text *text;
    struct graph_file *graph;
    struct igraph_library igraph;
    igraph_t parsed;
    struct attribute of_nodes[NODE_ATTRIBUTE_COUNT];
    struct attribute of_edges[EDGE_ATTRIBUTE_COUNT];
};

__attribute__((format(printf, 2, 3))) static void report(const struct markup *markup,
                                                         const char *format, ...) {
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    failure_list_add(markup->text->failures, markup->text->path, 0, 0, "%s", message);
}

/** Reports what igraph said; its line, where there is one, goes where lines go. */
static void report_igraph(const struct graph_text *text, enum graph_language language) {
    const char *place = strstr(igraph_said.text, "line ");
    uint32_t line = 0;
    if (place == NULL) {
        place = strstr(igraph_said.text, "Line ");
    }
    if (place != NULL) {
        line = (uint32_t)strtoul(place + strlen("line "), NULL, 10);
    }
    // In brackets in GML; in GraphML behind the line and a colon.
    const char *detail = strchr(igraph_said.text, language == GRAPH_GML ? '(' : ':');
    failure_list_add(text->failures, text->path, line, line == 0 ? 0 : 1, "not valid %s: %s",
                     language == GRAPH_GML ? "GML" : "GraphML",
                     line == 0 || detail == NULL ? igraph_said.text
                     : language == GRAPH_GML     ? detail
                                                 : detail + 2);
}

static bool parse(struct markup *markup, enum graph_language language) {
    const struct graph_text *text = markup->text;
    FILE *stream = fmemopen(text->text, text->size == 0 ? 1 : text->size, "r");
    if (stream == NULL) {
        report(markup, "no memory to read it");
        return false;
    }
    igraph_said.text[0] = '\0';
    igraph_error_t error = language == GRAPH_GML
                               ? markup->igraph.read_graph_gml(&markup->parsed, stream)
                               : markup->igraph.read_graph_graphml(&markup->parsed, stream, 0);
    fclose(stream);
    if (error != IGRAPH_SUCCESS) {
        if (igraph_said.text[0] == '\0') {
            snprintf(igraph_said.text, sizeof igraph_said.text, "%s",
                     markup->igraph.strerror(error));
        }
        report_igraph(text, language);
        return false;
    }
    return true;
}

static void note_attribute(const struct igraph_library *igraph, struct attribute *attribute,
                           const igraph_strvector_t *names, const igraph_vector_int_t *types) {
    for (igraph_integer_t i = 0; i < igraph->strvector_size(names); i++) {
        if (strcmp(igraph->strvector_get(names, i), attribute->name) == 0) {
            attribute->is_text = VECTOR(*types)[i] == IGRAPH_ATTRIBUTE_STRING;
            attribute->is_number = VECTOR(*types)[i] == IGRAPH_ATTRIBUTE_NUMERIC;
        }
    }
}

/** Finds out which attributes there are. */
static bool list_attributes(struct markup *markup) {
    static const char *const nodes[NODE_ATTRIBUTE_COUNT] = {
        "label", "name", "id", "host_bandwidth_up", "host_bandwidth_down"};
    static const char *const edges[EDGE_ATTRIBUTE_COUNT] = {"latency", "delay", "packet_loss",
                                                            "loss"};
    igraph_strvector_t names[3];
    igraph_vector_int_t types[3];
    bool made = true;
    for (int i = 0; i < 3; i++) {
        made = made && markup->igraph.strvector_init(&names[i], 0) == IGRAPH_SUCCESS &&
               markup->igraph.vector_int_init(&types[i], 0) == IGRAPH_SUCCESS;
    }
    if (!made ||
        markup->igraph.cattribute_list(&markup->parsed, &names[0], &types[0], &names[1], &types[1],
                                       &names[2], &types[2]) != IGRAPH_SUCCESS) {
        report(markup, "no memory to read it");
        return false;
    }
    for (int i = 0; i < NODE_ATTRIBUTE_COUNT; i++) {
        markup->of_nodes[i].name = nodes[i];
        note_attribute(&markup->igraph, &markup->of_nodes[i], &names[1], &types[1]);
    }
    for (int i = 0; i < EDGE_ATTRIBUTE_COUNT; i++) {
        markup->of_edges[i].name = edges[i];
        note_attribute(&markup->igraph, &markup->of_edges[i], &names[2], &types[2]);
    }
    for (int i = 0; i < 3; i++) {
        markup->igraph.strvector_destroy(&names[i]);
        markup->igraph.vector_int_destroy(&types[i]);
    }
    return true;
}

enum { VALUE_SIZE = 80 };

/** A number as text, as it may stand for a share or an id; NULL where the file gives none. */
static const char *number_text(double number, char *out) {
    if (number != number) {
        return NULL;
    }
    snprintf(out, VALUE_SIZE, "%.9f", number);
    size_t size = strlen(out);
    while (out[size - 1] == '0') {
        out[--size] = '\0';
    }
    if (out[size - 1] == '.') {
        out[--size] = '\0';
    }
    return out;
}

static const char *node_text(const struct markup *markup, enum node_attribute which, uint32_t node,
                             char *out) {
    const struct attribute *attribute = &markup->of_nodes[which];
    if (attribute->is_number) {
        return number_text(markup->igraph.cattribute_VAN(&markup->parsed, attribute->name, node),
                           out);
    }
    out[0] = '\0';
    if (attribute->is_text) {
        snprintf(out, VALUE_SIZE, "%s",
                 markup->igraph.cattribute_VAS(&markup->parsed, attribute->name, node));
    }
    return out[0] == '\0' ? NULL : out;
}

static const char *edge_text(const struct markup *markup, enum edge_attribute which, uint64_t edge,
                             char *out) {
    const struct attribute *attribute = &markup->of_edges[which];
    igraph_integer_t index = (igraph_integer_t)edge;
    if (attribute->is_number) {
        return number_text(markup->igraph.cattribute_EAN(&markup->parsed, attribute->name, index),
                           out);
    }
    out[0] = '\0';
    if (attribute->is_text) {
        snprintf(out, VALUE_SIZE, "%s",
                 markup->igraph.cattribute_EAS(&markup->parsed, attribute->name, index));
    }
    return out[0] == '\0' ? NULL : out;
}

static void read_names(const struct markup *markup) {
    struct graph_file *graph = markup->graph;
    const char **names =
        arena_take_array(markup->text->arena, MEMORY_TABLES, graph->node_count, sizeof *names);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        char text[VALUE_SIZE];
        const char *name = node_text(markup, NODE_LABEL, node, text);
        name = name == NULL ? node_text(markup, NODE_NAME, node, text) : name;
        name = name == NULL ? node_text(markup, NODE_ID, node, text) : name;
        if (name == NULL) {
            snprintf(text, sizeof text, "%" PRIu32, node);
        }
        char *copy = arena_take(markup->text->arena, MEMORY_TABLES, strlen(text) + 1);
        memcpy(copy, text, strlen(text));
        names[node] = copy;
    }
    graph->names = names;
}

/** The rates of all nodes one way; NULL if the file gives none. */
static uint64_t *read_rates(const struct markup *markup, enum node_attribute which) {
    struct graph_file *graph = markup->graph;
    const struct attribute *attribute = &markup->of_nodes[which];
    if (!attribute->is_text && !attribute->is_number) {
        return NULL;
    }
    uint64_t *rates =
        arena_take_array(markup->text->arena, MEMORY_TABLES, graph->node_count, sizeof *rates);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        char text[VALUE_SIZE];
        const char *why = NULL;
        const char *found = node_text(markup, which, node, text);
        if (found != NULL && !graph_read_rate(found, &rates[node], &why)) {
            report(markup, "node `%s`: %s is `%s`; %s", graph->names[node], attribute->name, found,
                   why);
        }
    }
    return rates;
}

/** What edges have: where it goes. */
struct edge_arrays {
    struct topology_edge *edges;
    int64_t *delay_ns;
    uint32_t *loss_ppb;
    bool has_delay;
    bool has_loss;
};

static void report_edge(const struct markup *markup, const struct topology_edge *edge,
                        const char *found, const char *why) {
    report(markup, "the link of `%.60s` and `%.60s` has `%s`; %s", markup->graph->names[edge->a],
           markup->graph->names[edge->b], found, why);
}

static void read_edge(const struct markup *markup, struct edge_arrays *arrays, uint64_t index) {
    struct topology_edge *edge = &arrays->edges[index];
    char text[VALUE_SIZE];
    const char *why = NULL;
    uint32_t from = (uint32_t)IGRAPH_FROM(&markup->parsed, (igraph_integer_t)index);
    uint32_t to = (uint32_t)IGRAPH_TO(&markup->parsed, (igraph_integer_t)index);
    // Of an undirected link igraph names the greater end first.
    bool turn = !markup->graph->is_directed;
    *edge = (struct topology_edge){turn ? to : from, turn ? from : to};
    arrays->delay_ns[index] = EDGE_DELAY_NONE;
    arrays->loss_ppb[index] = EDGE_LOSS_NONE;
    for (enum edge_attribute which = EDGE_LATENCY; which < EDGE_ATTRIBUTE_COUNT; which++) {
        bool is_delay = which == EDGE_LATENCY || which == EDGE_DELAY;
        const char *found = edge_text(markup, which, index, text);
        if (found == NULL) {
            continue;
        }
        if (is_delay ? !graph_read_delay(found, &arrays->delay_ns[index], &why)
                     : !quantity_read_share(found, strlen(found), &arrays->loss_ppb[index], &why)) {
            report_edge(markup, edge, found, why);
        }
        arrays->has_delay = arrays->has_delay || is_delay;
        arrays->has_loss = arrays->has_loss || !is_delay;
    }
}

static void read_edges_of(const struct markup *markup) {
    struct graph_file *graph = markup->graph;
    struct arena *arena = markup->text->arena;
    uint64_t count = graph->edge_count;
    struct edge_arrays arrays = {
        .edges = arena_take_array(arena, MEMORY_TABLES, count, sizeof *arrays.edges),
        .delay_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof *arrays.delay_ns),
        .loss_ppb = arena_take_array(arena, MEMORY_TABLES, count, sizeof *arrays.loss_ppb),
    };
    for (uint64_t i = 0; i < count; i++) {
        read_edge(markup, &arrays, i);
    }
    graph->edges = arrays.edges;
    graph->delay_ns = arrays.has_delay ? arrays.delay_ns : NULL;
    graph->loss_ppb = arrays.has_loss ? arrays.loss_ppb : NULL;
}

static bool check_size(const struct markup *markup) {
    igraph_integer_t nodes = markup->igraph.vcount(&markup->parsed);
    igraph_integer_t edges = markup->igraph.ecount(&markup->parsed);
    if (nodes == 0 || nodes > TOPOLOGY_NODES_MAX) {
        report(markup, "the graph has %" IGRAPH_PRId " nodes; allowed: 1 to %d", nodes,
               TOPOLOGY_NODES_MAX);
    } else if (edges > GRAPH_LINKS_MAX) {
        report(markup, "the graph has %" IGRAPH_PRId " links; allowed: at most %d", edges,
               GRAPH_LINKS_MAX);
    } else {
        return true;
    }
    return false;
}

static void read_graph(struct markup *markup) {
    if (!check_size(markup) || !list_attributes(markup)) {
        return;
    }
    markup->graph->node_count = (uint32_t)markup->igraph.vcount(&markup->parsed);
    markup->graph->node_count_max = markup->graph->node_count;
    markup->graph->edge_count = (uint64_t)markup->igraph.ecount(&markup->parsed);
    markup->graph->is_directed = markup->igraph.is_directed(&markup->parsed);
    read_names(markup);
    markup->graph->up_bits_per_s = read_rates(markup, NODE_UP);
    markup->graph->down_bits_per_s = read_rates(markup, NODE_DOWN);
    read_edges_of(markup);
}

const struct graph_file *graph_markup_read(const struct graph_text *text,
                                           enum graph_language language) {
    uint32_t before = text->failures->count;
    struct markup markup = {
        .text = text,
        .graph = arena_take(text->arena, MEMORY_TABLES, sizeof *markup.graph),
    };
    const struct igraph_library *igraph = &markup.igraph;
    struct failure failure;
    if (!igraph_library_open(&markup.igraph, &failure)) {
        report(&markup, "%s", failure.message);
        return NULL;
    }
    markup.graph->path = text->path;
    igraph_said.let_go = igraph->error_handler_ignore;
    igraph_error_handler_t *errors = igraph->set_error_handler(note_error);
    igraph_warning_handler_t *warnings = igraph->set_warning_handler(ignore_warning);
    igraph_attribute_table_t *table = igraph->set_attribute_table(igraph->cattribute_table);
    if (parse(&markup, language)) {
        read_graph(&markup);
        igraph->destroy(&markup.parsed);
    }
    igraph->set_attribute_table(table);
    igraph->set_warning_handler(warnings);
    igraph->set_error_handler(errors);
    return text->failures->count == before ? markup.graph : NULL;
}
