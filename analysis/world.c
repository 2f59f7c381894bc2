#include "analysis/world.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

// The disc of a region that holds all nodes; half of them fill one of 19 degrees.
#define RADIUS_OF_ALL 27.0
// The angle between one spot and the next: a full turn divided by the golden ratio leaves no gaps.
#define GOLDEN_ANGLE 2.39996322972865332

static const struct place {
    const char *region;
    struct position centre;
} places[] = {
    {"australia", {134, -25}},   {"europe", {14, 49}},          {"east_asia", {114, 32}},
    {"west_asia", {52, 26}},     {"na_east", {-78, 39}},        {"na_west", {-119, 41}},
    {"south_africa", {25, -29}}, {"south_america", {-57, -15}},
};

static const struct place *find_place(const char *region) {
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].region, region) == 0) {
            return &places[i];
        }
    }
    return NULL;
}

bool world_knows(const struct run_data *run) {
    for (uint32_t i = 0; i < run->regions.count; i++) {
        if (find_place(run->regions.items[i]) == NULL) {
            return false;
        }
    }
    for (uint32_t i = 0; i < run->node_count; i++) {
        if (run->nodes[i].region == TRACE_NONE) {
            return false;
        }
    }
    return run->node_count > 0;
}

struct position world_spot(uint32_t index, uint32_t count) {
    CHECK(index < count);
    double radius = sqrt((index + 0.5) / count);
    double angle = GOLDEN_ANGLE * index;
    return (struct position){radius * cos(angle), radius * sin(angle)};
}

/** The nodes by region, and within one by a hash of their number. */
static struct sort_item *order_nodes(const struct run_data *run, struct arena *arena) {
    uint32_t count = run->node_count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, 2 * sizeof *items);
    for (uint32_t node = 0; node < count; node++) {
        uint64_t word = hash_word(node);
        uint64_t key = hash_bytes(&word, sizeof word, 0) >> 32;
        items[node] = (struct sort_item){(uint64_t)run->nodes[node].region << 32 | key, node};
    }
    sort_by_key(items, items + count, count);
    return items;
}

struct world_disc *world_discs(const struct run_data *run, struct arena *arena) {
    struct world_disc *discs =
        arena_take_array(arena, MEMORY_TABLES, run->regions.count, sizeof *discs);
    for (uint32_t node = 0; node < run->node_count; node++) {
        discs[run->nodes[node].region].nodes++;
    }
    for (uint32_t region = 0; region < run->regions.count; region++) {
        const struct place *place = find_place(run->regions.items[region]);
        CHECK(place != NULL);
        discs[region].centre = place->centre;
        discs[region].named = discs[region].nodes > 0;
        discs[region].radius = RADIUS_OF_ALL * sqrt((double)discs[region].nodes / run->node_count);
    }
    return discs;
}

struct position *world_place(const struct run_data *run, const struct world_disc *discs,
                             struct arena *arena) {
    uint32_t count = run->node_count;
    struct position *positions = arena_take_array(arena, MEMORY_TABLES, count, sizeof *positions);
    const struct sort_item *items = order_nodes(run, arena);
    uint32_t index = 0; // within the region
    for (uint32_t i = 0; i < count; i++) {
        uint32_t region = run->nodes[items[i].value].region;
        bool same = i > 0 && region == run->nodes[items[i - 1].value].region;
        index = same ? index + 1 : 0;
        const struct world_disc *disc = &discs[region];
        struct position spot = world_spot(index, disc->nodes);
        positions[items[i].value] = (struct position){disc->centre.x + disc->radius * spot.x,
                                                      disc->centre.y + disc->radius * spot.y};
    }
    return positions;
}
