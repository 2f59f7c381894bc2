/**
 * What the scenario in a trace says of its nodes.
 */
#ifndef GOSSIM_CLI_TRACE_SCENARIO_H
#define GOSSIM_CLI_TRACE_SCENARIO_H

#include "analysis/record_sink.h"
#include "scenarios/scenario.h"

/** The scenario of a trace; NULL if there is none that can be read, or it is of other nodes. */
const struct scenario *trace_scenario_read(struct arena *arena, const struct record_scene *scene);

/** How large the meshes of each node may be. */
const struct record_bounds *trace_scenario_bounds(struct arena *arena,
                                                  const struct scenario *scenario);

#endif
