#include "scenarios/graph.h"

#include "base/bitset.h"
#include "base/prng.h"
#include "scenarios/groups.h"
#include "scenarios/plan.h"
#include "scenarios/regions.h"

/** The nodes that a group's nodes may dial. */
static const struct topology_callees *list_callees(const struct scenario *scenario,
                                                   struct arena *scratch, uint32_t number,
                                                   const uint16_t *group) {
    uint32_t nodes = scenario->node_count;
    struct selection space = {
        .members =
            arena_take_array(scratch, MEMORY_TOPOLOGY, bitset_words(nodes), sizeof(uint64_t)),
        .scratch = arena_take_array(scratch, MEMORY_TOPOLOGY, nodes, sizeof(uint32_t)),
        .group = group,
        .node_count = nodes,
    };
    // The graph itself takes index 0.
    struct prng prng = prng_stream(scenario->seed, STREAM_TOPOLOGY, number);
    selector_apply(&scenario->groups[number - 1].callees, &prng, &space);
    struct topology_callees *callees = arena_take(scratch, MEMORY_TOPOLOGY, sizeof *callees);
    *callees = (struct topology_callees){
        .nodes = space.scratch,
        .count = bitset_list(space.members, bitset_words(nodes), space.scratch),
    };
    return callees;
}

/** Whether dialling is not the same for all nodes. */
static bool dials_differ(const struct scenario *scenario) {
    bool differ = scenario->inbound != TOPOLOGY_INBOUND_ANY;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct scenario_group *group = &scenario->groups[i];
        differ = differ || group->inbound != TOPOLOGY_INBOUND_ANY || group->has_dials ||
                 group->has_callees;
    }
    return differ;
}

/** What groups say of dialling, node by node. */
static void fill_dialling(struct topology_options *options, const struct scenario *scenario,
                          struct arena *scratch) {
    uint32_t nodes = scenario->node_count;
    const uint16_t *group = groups_assign(scenario, scratch);
    uint32_t *inbound = arena_take_array(scratch, MEMORY_TOPOLOGY, nodes, sizeof *inbound);
    uint32_t *dials = arena_take_array(scratch, MEMORY_TOPOLOGY, nodes, sizeof *dials);
    const struct topology_callees **callees =
        arena_take_array(scratch, MEMORY_TOPOLOGY, nodes, sizeof *callees);
    const struct topology_callees **of_group =
        arena_take_array(scratch, MEMORY_TOPOLOGY, scenario->group_count + 1, sizeof *of_group);
    for (uint32_t i = 1; i <= scenario->group_count; i++) {
        if (scenario->groups[i - 1].has_callees) {
            of_group[i] = list_callees(scenario, scratch, i, group);
        }
    }
    for (uint32_t node = 0; node < nodes; node++) {
        uint32_t number = group == NULL ? 0 : group[node];
        bool own = number != 0 && scenario->groups[number - 1].has_dials;
        inbound[node] = group_inbound(scenario, number);
        dials[node] = own ? scenario->groups[number - 1].dials : options->dials;
        callees[node] = of_group[number];
    }
    options->inbound_max = inbound;
    options->dials_of = dials;
    options->callees = callees;
}

/** Says where the key is that a failure of the graph comes from. */
static bool refuse(const struct scenario *scenario, struct failure *failure) {
    const struct failure reason = *failure;
    failure_bad_input(failure, "topology: %s", reason.message);
    return place_failure(&scenario->topology_place, failure);
}

bool graph_build(struct topology *topology, struct arena *arena, const struct scenario *scenario,
                 struct failure *failure) {
    struct topology_options options = scenario->topology;
    struct arena *scratch = arena_aside(arena);
    if (options.kind == TOPOLOGY_CLUSTERED) {
        options.region = regions_assign(scenario, scratch);
        options.region_count = scenario->regions.count;
    } else if (options.kind == TOPOLOGY_DIAL && dials_differ(scenario)) {
        fill_dialling(&options, scenario, scratch);
    }
    bool built = topology_build(topology, arena, &options, failure);
    arena_destroy(scratch);
    return built || refuse(scenario, failure);
}

static uint32_t most_dials(const struct scenario *scenario) {
    uint32_t dials = scenario->topology.dials;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct scenario_group *group = &scenario->groups[i];
        dials = group->has_dials && group->dials > dials ? group->dials : dials;
    }
    return dials;
}

double graph_links_about(const struct scenario *scenario) {
    const struct topology_options *graph = &scenario->topology;
    double nodes = graph->node_count;
    double pairs = nodes * (nodes - 1) / 2;
    double radius = (double)graph->radius_ppb / SHARE_ONE;
    double area = 3 * radius * radius; // of the square that a node reaches
    double dials = most_dials(scenario);
    switch (graph->kind) {
    case TOPOLOGY_EDGES:
        return (double)graph->edge_count;
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
        return nodes;
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
        return 2 * nodes;
    case TOPOLOGY_RANDOM_REGULAR:
    case TOPOLOGY_CLUSTERED:
    case TOPOLOGY_WATTS_STROGATZ:
        return nodes * graph->degree / 2;
    case TOPOLOGY_BARABASI_ALBERT:
        return nodes * graph->attach;
    case TOPOLOGY_DIAL:
        return nodes * dials < pairs ? nodes * dials : pairs;
    case TOPOLOGY_ERDOS_RENYI:
        return graph->link_count > 0 ? (double)graph->link_count
                                     : pairs * graph->probability_ppb / SHARE_ONE;
    case TOPOLOGY_RANDOM_GEOMETRIC:
        return graph->link_count > 0 ? (double)graph->link_count : pairs * (area < 1 ? area : 1);
    case TOPOLOGY_COMPLETE:
        return pairs;
    }
    return pairs;
}
