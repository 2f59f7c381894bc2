// Plainer: what takes fewer words, or is easier to follow, and means nearly the same.

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_map.h"

const char *reduce_plainness_name(enum reduce_plainness plainness) {
    static const char *const names[REDUCE_PLAINNESS_COUNT] = {
        [REDUCE_PLAIN_GRAPH] = "a plain graph",
        [REDUCE_RENUMBERED_GRAPH] = "a plain graph, with other numbers of nodes",
        [REDUCE_PLAIN_LINKS] = "no link has a delay or loss of its own",
        [REDUCE_PLAIN_DELAY] = "the usual delays",
        [REDUCE_CONSTANT_DELAY] = "all delays the same",
        [REDUCE_PLAIN_START] = "all start at once",
        [REDUCE_PLAIN_ROUND] = "round delays",
    };
    CHECK(plainness < REDUCE_PLAINNESS_COUNT);
    return names[plainness];
}

/** Whether a graph of that kind has a link between two nodes. */
static bool is_linked(enum topology_kind kind, uint32_t nodes, uint32_t a, uint32_t b) {
    uint32_t low = a < b ? a : b;
    uint32_t high = a < b ? b : a;
    if (kind == TOPOLOGY_COMPLETE) {
        return true;
    }
    if (kind == TOPOLOGY_STAR) {
        return low == 0;
    }
    return high == low + 1 || (kind == TOPOLOGY_RING && low == 0 && high == nodes - 1);
}

static uint64_t link_count(enum topology_kind kind, uint64_t nodes) {
    if (kind == TOPOLOGY_COMPLETE) {
        return nodes * (nodes - 1) / 2;
    }
    return kind == TOPOLOGY_RING ? nodes : nodes - 1;
}

/** Nodes with their links, at most two of each. */
struct walk {
    const struct topology_options *graph;
    uint32_t *degree; // [node_count]
    uint32_t (*peers)[2];
    uint32_t *number; // [node_count] along the way; REDUCE_GONE: not met yet
};

static void find_degrees(struct walk *walk, struct arena *arena) {
    const struct topology_options *graph = walk->graph;
    uint32_t nodes = graph->node_count;
    walk->degree = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *walk->degree);
    walk->peers = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *walk->peers);
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        const uint32_t ends[2] = {graph->edges[i].a, graph->edges[i].b};
        for (int end = 0; end < 2; end++) {
            uint32_t degree = walk->degree[ends[end]]++;
            walk->peers[ends[end]][degree < 2 ? degree : 0] = ends[1 - end];
        }
    }
}

/** Numbers nodes along links from one on, as far as nobody has more than two. */
static void follow(struct walk *walk, uint32_t node) {
    uint32_t next = 0;
    while (node != REDUCE_GONE && walk->degree[node] <= 2) {
        walk->number[node] = next++;
        uint32_t way = REDUCE_GONE;
        for (uint32_t i = 0; i < walk->degree[node]; i++) {
            uint32_t peer = walk->peers[node][i];
            way = walk->number[peer] == REDUCE_GONE && peer < way ? peer : way;
        }
        node = way;
    }
}

/** New numbers with which links may be those of a plain graph: the node with all links comes first,
 * or those of a line or ring in their order. */
static uint32_t *order_nodes(const struct topology_options *graph, struct arena *arena) {
    uint32_t nodes = graph->node_count;
    struct walk walk = {.graph = graph};
    walk.number = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *walk.number);
    find_degrees(&walk, arena);
    uint32_t first = 0;
    bool star = false;
    for (uint32_t node = nodes; node-- > 0;) {
        walk.number[node] = node;
        first = walk.degree[node] == 1 && !star ? node : first;
        if (walk.degree[node] == nodes - 1 && nodes > 2) {
            first = node;
            star = true;
        }
    }
    if (star) {
        walk.number[0] = first;
        walk.number[first] = 0;
        return walk.number;
    }
    for (uint32_t node = 0; node < nodes; node++) {
        walk.number[node] = REDUCE_GONE;
    }
    follow(&walk, first);
    return walk.number;
}

/** The kind of graph whose links these are; EDGES: of none. */
static enum topology_kind kind_of(const struct topology_options *graph) {
    static const enum topology_kind kinds[] = {TOPOLOGY_COMPLETE, TOPOLOGY_LINE, TOPOLOGY_STAR,
                                               TOPOLOGY_RING};
    uint32_t nodes = graph->node_count;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool same = graph->edge_count == link_count(kinds[k], nodes) &&
                    (kinds[k] != TOPOLOGY_RING || nodes > 3);
        for (uint64_t i = 0; same && i < graph->edge_count; i++) {
            same = is_linked(kinds[k], nodes, graph->edges[i].a, graph->edges[i].b);
        }
        if (same) {
            return kinds[k];
        }
    }
    return TOPOLOGY_EDGES;
}

/** The same nodes with other numbers; NULL where they have those, or some have none. */
static struct scenario *renumbered(const struct scenario *scenario, struct arena *arena) {
    struct reduce_map map;
    reduce_map_init(&map, arena, scenario);
    map.nodes = order_nodes(&scenario->topology, arena);
    bool whole = true;
    bool same = true;
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        whole = whole && map.nodes[node] != REDUCE_GONE;
        same = same && map.nodes[node] == node;
    }
    return whole && !same ? reduce_map_scenario(&map) : NULL;
}

static bool plain_graph(struct scenario *scenario, struct arena *arena, bool renumbers) {
    const struct scenario_edge_values *values = &scenario->edge_values;
    if (scenario->topology.kind != TOPOLOGY_EDGES || values->delay_ns != NULL ||
        values->loss_ppb != NULL || scenario->node_count < 2) {
        return false;
    }
    if (renumbers) {
        const struct scenario *other = renumbered(scenario, arena);
        if (other == NULL) {
            return false;
        }
        *scenario = *other;
    }
    struct topology_options *graph = &scenario->topology;
    enum topology_kind kind = kind_of(graph);
    *graph = kind == TOPOLOGY_EDGES ? *graph
                                    : (struct topology_options){.kind = kind,
                                                                .node_count = graph->node_count,
                                                                .seed = graph->seed};
    return kind != TOPOLOGY_EDGES;
}

static bool plain_links(struct scenario *scenario) {
    bool any = scenario->edge_values.delay_ns != NULL || scenario->edge_values.loss_ppb != NULL;
    scenario->edge_values = (struct scenario_edge_values){.delay_ns = NULL};
    return any;
}

/** Another distribution of delays, in which regions have no part. */
static bool set_delay(struct scenario *scenario, struct distribution_options delay) {
    struct scenario_links *links = &scenario->links;
    bool same = links->delay_kind == SCENARIO_DELAY_DISTRIBUTION &&
                links->delay.kind == delay.kind && links->delay.a_ns == delay.a_ns &&
                links->delay.b_ns == delay.b_ns && links->matrix_ns == NULL;
    bool plainer = links->delay_kind == SCENARIO_DELAY_DISTRIBUTION &&
                   links->delay.kind == DISTRIBUTION_CONSTANT && links->matrix_ns == NULL;
    links->delay_kind = SCENARIO_DELAY_DISTRIBUTION;
    links->delay = delay;
    links->matrix_ns = NULL;
    scenario->regions = (struct scenario_regions){.preset = NULL};
    return !same && !plainer;
}

static bool round_delays(struct scenario *scenario, struct arena *arena) {
    const int64_t *own = scenario->edge_values.delay_ns;
    uint64_t count = own == NULL ? 0 : scenario->topology.edge_count;
    int64_t *delay_ns = reduce_copy(arena, own, (size_t)count, sizeof *delay_ns);
    bool changed = false;
    for (uint64_t i = 0; i < count; i++) {
        int64_t rounded = (delay_ns[i] + NS_PER_MS / 2) / NS_PER_MS * NS_PER_MS;
        bool rounds = delay_ns[i] != EDGE_DELAY_NONE && rounded > 0 && rounded != delay_ns[i];
        changed = changed || rounds;
        delay_ns[i] = rounds ? rounded : delay_ns[i];
    }
    scenario->edge_values.delay_ns = count == 0 ? own : delay_ns;
    return changed;
}

static bool is_same_start(const struct distribution_options *a,
                          const struct distribution_options *b) {
    return a->kind == b->kind && a->a_ns == b->a_ns && a->b_ns == b->b_ns &&
           a->sigma_ppm == b->sigma_ppm;
}

/** Groups whose nodes start as all others do go on doing so. */
static bool start_at_once(struct scenario *scenario, struct arena *arena) {
    static const struct distribution_options at_once = {.kind = DISTRIBUTION_CONSTANT};
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        if (is_same_start(&groups[i].start, &scenario->start)) {
            groups[i].start = at_once;
        }
    }
    bool drawn = !is_same_start(&scenario->start, &at_once);
    scenario->groups = groups;
    scenario->start = at_once;
    return drawn;
}

const struct scenario *reduce_plainer(struct arena *arena, const struct scenario *scenario,
                                      enum reduce_plainness plainness) {
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    bool changed = false;
    switch (plainness) {
    case REDUCE_PLAIN_GRAPH:
        changed = plain_graph(copy, arena, false);
        break;
    case REDUCE_RENUMBERED_GRAPH:
        changed = plain_graph(copy, arena, true);
        break;
    case REDUCE_PLAIN_LINKS:
        changed = plain_links(copy);
        break;
    case REDUCE_PLAIN_DELAY:
        changed = set_delay(copy, (struct distribution_options){.kind = DISTRIBUTION_UNIFORM,
                                                                .a_ns = 10 * NS_PER_MS,
                                                                .b_ns = 150 * NS_PER_MS});
        break;
    case REDUCE_CONSTANT_DELAY:
        changed = set_delay(copy, (struct distribution_options){.kind = DISTRIBUTION_CONSTANT,
                                                                .a_ns = 20 * NS_PER_MS});
        break;
    case REDUCE_PLAIN_START:
        changed = start_at_once(copy, arena);
        break;
    case REDUCE_PLAIN_ROUND:
        changed = round_delays(copy, arena);
        break;
    case REDUCE_PLAINNESS_COUNT:
        CHECK(false);
    }
    return changed ? copy : NULL;
}

/** Values of D, Dlo and Dhi. */
struct mesh {
    uint32_t d;
    uint32_t low;
    uint32_t high;
};

static void set_mesh(struct router_params *router, const struct router_params *before,
                     const struct mesh *mesh) {
    router->d = router->d == before->d ? mesh->d : router->d;
    router->d_low = router->d_low == before->d_low ? mesh->low : router->d_low;
    router->d_high = router->d_high == before->d_high ? mesh->high : router->d_high;
}

const struct scenario *reduce_mesh(struct arena *arena, const struct scenario *scenario,
                                   uint32_t kind) {
    static const struct mesh meshes[REDUCE_MESH_COUNT] = {{1, 1, 1}, {1, 1, 2}, {2, 1, 2},
                                                          {2, 2, 3}, {2, 2, 4}, {3, 2, 4}};
    CHECK(kind < REDUCE_MESH_COUNT);
    const struct mesh *mesh = &meshes[kind];
    const struct router_params *router = &scenario->router;
    if (mesh->d >= router->d || mesh->high >= router->d_high) {
        return NULL;
    }
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        set_mesh(&groups[i].router, router, mesh);
    }
    copy->groups = groups;
    set_mesh(&copy->router, router, mesh);
    return copy;
}
