/**
 * Where the regions of a run are drawn that are no places on the map of the world.
 *
 * Each region is a disc of its nodes, as on the map (analysis/world.h), in a panel of a fixed size.
 * The discs are set so that their distances follow the one-way delays between the regions, which
 * stand in the scenario: classical scaling of the delays gives a start, majorization of the stress
 * improves on it, and the picture is then fitted to the panel. Discs and the names below them that
 * would touch are moved apart, which the distances pay for. Nothing is drawn by lot.
 *
 * Cost:   grows with the square of the number of regions, of which a scenario has at most 256: some
 * tenths of a second then.
 */
#ifndef GOSSIM_ANALYSIS_REGION_MAP_H
#define GOSSIM_ANALYSIS_REGION_MAP_H

#include "analysis/run_data.h"
#include "analysis/world.h"
#include "base/arena.h"

#include <stdbool.h>

// The panel in the unit of positions, and the room that the name of a region takes below its disc.
enum { REGION_MAP_WIDTH = 544, REGION_MAP_HEIGHT = 390, REGION_MAP_LABEL_HEIGHT = 17 };

/** True if the run has regions and all of its nodes are in one. */
bool region_map_knows(const struct run_data *run);

/** A disc for each region of such a run; one that has no room for its name is not `named`. */
struct world_disc *region_map_discs(const struct run_data *run, struct arena *arena);

/** How wide the name of a region is, with the number of its nodes behind it. */
double region_map_label_width(const char *region, uint32_t nodes);

#endif
