#include "tests/support/synthetic_graph.h"

#include "base/quantity.h"

enum { REGIONS = 8, LINK_CYCLES = 10, MESH_CYCLES = 3 };

// Shares of the nodes, and a stand-in for the table of latencies: each region's place on a line of
// milliseconds.
static const struct {
    uint32_t weight;
    int64_t place_ms;
} regions[REGIONS] = {
    {290, 210}, {5599, 0}, {1059, 125}, {161, 60}, {2894, 70}, {1240, 110}, {47, 95}, {36, 140},
};

static uint32_t draw_region(struct prng *prng) {
    uint32_t total = 0;
    for (unsigned i = 0; i < REGIONS; i++) {
        total += regions[i].weight;
    }
    uint32_t draw = prng_below(prng, total);
    uint32_t region = 0;
    while (draw >= regions[region].weight) {
        draw -= regions[region].weight;
        region++;
    }
    return region;
}

static int64_t draw_delay(const struct trace_node *a, const struct trace_node *b, bool constant,
                          struct prng *prng) {
    if (constant) {
        return 50 * NS_PER_MS;
    }
    if (a->region == TRACE_NONE) {
        return (10 + (int64_t)prng_below(prng, 140)) * NS_PER_MS;
    }
    int64_t apart_ms = regions[a->region].place_ms - regions[b->region].place_ms;
    return (4 + (apart_ms < 0 ? -apart_ms : apart_ms)) * NS_PER_MS +
           (int64_t)prng_below(prng, 6000) * NS_PER_US;
}

struct linking {
    struct synthetic_graph *graph;
    struct prng *prng;
    bool constant_delay;
};

static void add_link(struct linking *linking, uint32_t a, uint32_t b) {
    struct synthetic_graph *graph = linking->graph;
    if (a == b) {
        return;
    }
    struct trace_node *nodes = graph->nodes;
    graph->links[graph->link_count++] = (struct trace_link){
        .a = a < b ? a : b,
        .b = a < b ? b : a,
        .delay_ns = draw_delay(&nodes[a], &nodes[b], linking->constant_delay, linking->prng),
    };
    nodes[a].degree++;
    nodes[b].degree++;
}

/** Cycles through all nodes in random order: each adds two links to every node. */
static void add_cycles(struct linking *linking, struct arena *arena) {
    struct synthetic_graph *graph = linking->graph;
    uint32_t *order = arena_take_array(arena, MEMORY_TABLES, graph->node_count, sizeof *order);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        order[i] = i;
    }
    for (unsigned cycle = 0; cycle < LINK_CYCLES; cycle++) {
        prng_shuffle_u32(linking->prng, order, graph->node_count);
        for (uint32_t i = 0; i < graph->node_count; i++) {
            add_link(linking, order[i], order[(i + 1) % graph->node_count]);
        }
        if (cycle + 1 == MESH_CYCLES) {
            graph->mesh_link_count = graph->link_count;
        }
    }
}

static void add_links(struct linking *linking, enum synthetic_kind kind, struct arena *arena) {
    uint32_t count = linking->graph->node_count;
    switch (kind) {
    case SYNTHETIC_WORLD:
    case SYNTHETIC_RANDOM:
        add_cycles(linking, arena);
        return;
    case SYNTHETIC_SPARSE:
        for (uint32_t i = 1; i < count; i++) {
            add_link(linking, i, prng_below(linking->prng, i));
        }
        for (uint32_t i = 0; i < count / 5; i++) {
            add_link(linking, prng_below(linking->prng, count), prng_below(linking->prng, count));
        }
        break;
    case SYNTHETIC_LINE:
    case SYNTHETIC_RING:
        for (uint32_t i = 1; i < count; i++) {
            add_link(linking, i - 1, i);
        }
        if (kind == SYNTHETIC_RING) {
            add_link(linking, count - 1, 0);
        }
        break;
    case SYNTHETIC_STAR:
        for (uint32_t i = 1; i < count; i++) {
            add_link(linking, 0, i);
        }
        break;
    }
    linking->graph->mesh_link_count = linking->graph->link_count;
}

static void group_edges(struct synthetic_graph *graph, struct arena *arena) {
    uint32_t count = graph->node_count;
    // While edges are placed, edge_first[i + 1] is where node i's next one goes.
    graph->edge_first = arena_take_array(arena, MEMORY_TABLES, (size_t)count + 2, sizeof(uint32_t));
    graph->edges = arena_take_array(arena, MEMORY_TABLES, (size_t)graph->mesh_link_count * 2,
                                    sizeof *graph->edges);
    for (uint32_t i = 0; i < graph->mesh_link_count; i++) {
        graph->edge_first[graph->links[i].a + 2]++;
        graph->edge_first[graph->links[i].b + 2]++;
    }
    for (uint32_t i = 2; i < count + 2; i++) {
        graph->edge_first[i] += graph->edge_first[i - 1];
    }
    for (uint32_t i = 0; i < graph->mesh_link_count; i++) {
        struct trace_link link = graph->links[i];
        graph->edges[graph->edge_first[link.a + 1]++] =
            (struct synthetic_edge){link.b, link.delay_ns};
        graph->edges[graph->edge_first[link.b + 1]++] =
            (struct synthetic_edge){link.a, link.delay_ns};
    }
}

struct synthetic_graph synthetic_graph_make(const struct synthetic_options *options,
                                            struct arena *arena, struct prng *prng) {
    struct synthetic_graph graph = {.node_count = options->nodes};
    graph.nodes = arena_take_array(arena, MEMORY_TABLES, options->nodes, sizeof *graph.nodes);
    graph.links = arena_take_array(arena, MEMORY_TABLES, (size_t)options->nodes * LINK_CYCLES,
                                   sizeof *graph.links);
    for (uint32_t i = 0; i < options->nodes; i++) {
        graph.nodes[i].start_ns = (int64_t)prng_below(prng, 1000) * NS_PER_MS;
        graph.nodes[i].region = options->kind == SYNTHETIC_WORLD ? draw_region(prng) : TRACE_NONE;
    }
    struct linking linking = {&graph, prng, options->kind >= SYNTHETIC_LINE};
    add_links(&linking, options->kind, arena);
    group_edges(&graph, arena);
    return graph;
}
