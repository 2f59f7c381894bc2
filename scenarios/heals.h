/**
 * When the faults of a scenario end, as `delivered_within … of heal` asks: at events that end them,
 * and after the `for` of those that end by themselves.
 */
#ifndef GOSSIM_SCENARIOS_HEALS_H
#define GOSSIM_SCENARIOS_HEALS_H

#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/** Whether anything heals at all. */
bool scenario_heals(const struct scenario *scenario);

/** The first heal at or after an instant, or that instant if there is none any more. */
int64_t heal_after(const struct scenario *scenario, int64_t at_ns);

#endif
