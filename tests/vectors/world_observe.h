/**
 * What a replay shows after a step, in the words of the recording.
 *
 * Looking changes nothing but what the router forgets when it is looked at: seen and cached
 * messages whose time is over.
 */
#ifndef GOSSIM_TESTS_VECTORS_WORLD_OBSERVE_H
#define GOSSIM_TESTS_VECTORS_WORLD_OBSERVE_H

#include "tests/vectors/case_tally.h"
#include "tests/vectors/router_world.h"

/** Adds everything that is seen after the step to the tally. */
void world_observe(struct router_world *world, uint32_t step, const struct step_outcome *outcome,
                   struct case_tally *tally);

#endif
