/**
 * The preset tables of regions: their names, weights and the one-way delays between them.
 *
 * The tables are committed integers; scenarios/data/ holds the CSV files they were made from, and a
 * test compares the two.
 *
 * Source: scenarios/data/regions-latency-ms.csv, regions-weights.csv (figures of libp2p/test-plans,
 * gossipsub-interop).
 */
#ifndef GOSSIM_SCENARIOS_REGIONS_H
#define GOSSIM_SCENARIOS_REGIONS_H

#include "base/arena.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stddef.h>

#define REGIONS_PRESET_WORLD_8 "world-8"

/** Fills `regions` with the preset of that name, its tables in the arena; false if there is none.
 */
bool regions_preset(struct arena *arena, const char *name, size_t size,
                    struct scenario_regions *regions);

/** Each node's region, [node_count], drawn by weight; NULL for a scenario without regions. */
const uint32_t *regions_assign(const struct scenario *scenario, struct arena *arena);

#endif
