// Plainer: what takes fewer words, or is easier to follow, and means nearly the same.

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_map.h"

const char *reduce_plainness_name(enum reduce_plainness plainness) {
    static const char *const names[REDUCE_PLAINNESS_COUNT] = {
        [REDUCE_PLAIN_GRAPH] = "a plain graph",
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

static bool plain_graph(struct scenario *scenario) {
    static const enum topology_kind kinds[] = {TOPOLOGY_COMPLETE, TOPOLOGY_LINE, TOPOLOGY_STAR,
                                               TOPOLOGY_RING};
    struct topology_options *graph = &scenario->topology;
    const struct scenario_edge_values *values = &scenario->edge_values;
    uint32_t nodes = graph->node_count;
    if (graph->kind != TOPOLOGY_EDGES || values->delay_ns != NULL || values->loss_ppb != NULL ||
        nodes < 2) {
        return false;
    }
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool same = graph->edge_count == link_count(kinds[k], nodes) &&
                    (kinds[k] != TOPOLOGY_RING || nodes > 3);
        for (uint64_t i = 0; same && i < graph->edge_count; i++) {
            same = is_linked(kinds[k], nodes, graph->edges[i].a, graph->edges[i].b);
        }
        if (same) {
            *graph = (struct topology_options){
                .kind = kinds[k], .node_count = nodes, .seed = graph->seed};
            return true;
        }
    }
    return false;
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
    int64_t *delay_ns = reduce_copy(arena, own, (size_t)count, sizeof *delay_ns, 0);
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
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups, 0);
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
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy, 0);
    bool changed = false;
    switch (plainness) {
    case REDUCE_PLAIN_GRAPH:
        changed = plain_graph(copy);
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
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy, 0);
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups, 0);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        set_mesh(&groups[i].router, router, mesh);
    }
    copy->groups = groups;
    set_mesh(&copy->router, router, mesh);
    return copy;
}
