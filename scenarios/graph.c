#include "scenarios/graph.h"

#include "scenarios/groups.h"
#include "scenarios/regions.h"

/** How many calls each node takes; NULL if all take any number. */
static const uint32_t *list_inbound(const struct scenario *scenario, struct arena *scratch) {
    bool any = scenario->inbound == TOPOLOGY_INBOUND_ANY;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        any = any && scenario->groups[i].inbound == TOPOLOGY_INBOUND_ANY;
    }
    if (any) {
        return NULL;
    }
    const uint16_t *group = groups_assign(scenario, scratch);
    uint32_t *inbound =
        arena_take_array(scratch, MEMORY_TOPOLOGY, scenario->node_count, sizeof *inbound);
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        inbound[node] = group_inbound(scenario, group == NULL ? 0 : group[node]);
    }
    return inbound;
}

bool graph_build(struct topology *topology, struct arena *arena, const struct scenario *scenario,
                 struct failure *failure) {
    struct topology_options options = scenario->topology;
    struct arena *scratch = arena_create(NULL);
    if (options.kind == TOPOLOGY_CLUSTERED) {
        options.region = regions_assign(scenario, scratch);
        options.region_count = scenario->regions.count;
    } else if (options.kind == TOPOLOGY_DIAL) {
        options.inbound_max = list_inbound(scenario, scratch);
    }
    bool built = topology_build(topology, arena, &options, failure);
    arena_destroy(scratch);
    return built;
}
