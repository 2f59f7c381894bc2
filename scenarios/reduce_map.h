/**
 * A scenario some of whose nodes, topics and groups are gone and the others have new numbers: for
 * the reduce*.c files.
 */
#ifndef GOSSIM_SCENARIOS_REDUCE_MAP_H
#define GOSSIM_SCENARIOS_REDUCE_MAP_H

#include "scenarios/scenario.h"

#define REDUCE_GONE UINT32_MAX

struct reduce_map {
    struct arena *arena;
    const struct scenario *scenario;
    uint32_t *nodes;     // [scenario->node_count] the new number, or REDUCE_GONE
    uint32_t node_count; // that stay
    uint32_t *topics;    // [scenario->topic_count] likewise, by families
    uint32_t *groups;    // [scenario->group_count + 1] by number, from 1
};

/** A map in which all stay. */
void reduce_map_init(struct reduce_map *map, struct arena *arena, const struct scenario *scenario);

/** Marks what is left as staying, with numbers in order. */
void reduce_map_number(uint32_t *numbers, uint32_t first, uint32_t end);

/** The nodes that are left of a selection. False if it can name nobody any more. */
bool reduce_map_selector(const struct reduce_map *map, const struct selector *selector,
                         struct selector *mapped);

/** The scenario of what stays; links are left out with their ends, and series, events and groups
 * that are about nobody are left out too. NULL where something names what is gone. */
struct scenario *reduce_map_scenario(const struct reduce_map *map);

/** The nodes of a set as a selection: all, none, or a list. */
struct selector reduce_list_members(struct arena *arena, const uint64_t *members, uint32_t nodes);

/** A copy of an array of the scenario; never NULL. */
void *reduce_copy(struct arena *arena, const void *items, size_t count, size_t size);

#endif
