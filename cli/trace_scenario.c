#include "cli/trace_scenario.h"

#include "scenarios/groups.h"

#include <stdlib.h>

const struct scenario *trace_scenario_read(struct arena *arena, const struct record_scene *scene) {
    struct failure_list *failures = calloc(1, sizeof *failures);
    if (failures == NULL) {
        return NULL;
    }
    struct scenario_source source = {.path = "the scenario of the trace"};
    const struct scenario *scenario =
        scenario_load_text(arena, &source, scene->scenario, scene->scenario_bytes, failures);
    free(failures);
    return scenario != NULL && scenario->node_count == scene->node_count ? scenario : NULL;
}

const struct record_bounds *trace_scenario_bounds(struct arena *arena,
                                                  const struct scenario *scenario) {
    struct record_bounds *bounds =
        arena_take_array(arena, MEMORY_TABLES, scenario->node_count, sizeof *bounds);
    const uint16_t *groups = groups_assign(scenario, arena);
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        const struct router_params *router =
            group_router(scenario, groups == NULL ? 0 : groups[node]);
        bounds[node] = (struct record_bounds){
            .d_low = router->d_low, .d = router->d, .d_high = router->d_high};
    }
    return bounds;
}
