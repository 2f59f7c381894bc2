/**
 * Where the regions of preset world-8 lie, and where a node of a region is drawn.
 *
 * Positions are degrees of longitude and latitude. The nodes of a region fill a disc around its
 * place, evenly, whose area grows with the region's share of all nodes. Which spot of the disc a
 * node gets follows from a hash of its number.
 */
#ifndef GOSSIM_ANALYSIS_WORLD_H
#define GOSSIM_ANALYSIS_WORLD_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct position {
    double x; // degrees east on the map
    double y; // degrees north on the map
};

/** True if the run has regions, all of its nodes are in one, and all are places on the map. */
bool world_knows(const struct run_data *run);

/** The disc of one region, on the map or elsewhere (analysis/region_map.h). */
struct world_disc {
    struct position centre;
    double radius; // degrees on the map, 0 without nodes
    uint32_t nodes;
    bool named; // whether there is room for the name below it
};

/** A disc for each region of a run that the map knows. */
struct world_disc *world_discs(const struct run_data *run, struct arena *arena);

/** A position for each node in the disc of its region; all nodes are in one. */
struct position *world_place(const struct run_data *run, const struct world_disc *discs,
                             struct arena *arena);

/** The spot number `index` of `count` in a disc of radius 1 around the origin. */
struct position world_spot(uint32_t index, uint32_t count);

#endif
