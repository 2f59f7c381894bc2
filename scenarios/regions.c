#include "scenarios/regions.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"

#include <string.h>

enum { WORLD_8_COUNT = 8 };

static const struct scenario_region world_8_items[WORLD_8_COUNT] = {
    {"australia", 290}, {"europe", 5599},  {"east_asia", 1059},  {"west_asia", 161},
    {"na_east", 2894},  {"na_west", 1240}, {"south_africa", 47}, {"south_america", 36},
};

// One-way, from × to, in the order of the names above.
static const uint16_t world_8_delay_ms[WORLD_8_COUNT][WORLD_8_COUNT] = {
    {2, 165, 110, 180, 150, 110, 220, 190}, {165, 2, 125, 60, 70, 110, 95, 140},
    {110, 125, 4, 110, 140, 100, 175, 175}, {180, 60, 110, 5, 110, 150, 110, 145},
    {150, 70, 140, 110, 2, 60, 130, 100},   {110, 110, 100, 150, 60, 2, 160, 100},
    {220, 95, 175, 110, 130, 160, 7, 190},  {190, 140, 175, 145, 100, 100, 195, 7},
};

bool regions_preset(struct arena *arena, const char *name, size_t size,
                    struct scenario_regions *regions) {
    if (size != strlen(REGIONS_PRESET_WORLD_8) || memcmp(name, REGIONS_PRESET_WORLD_8, size) != 0) {
        return false;
    }
    int64_t *delay_ns = arena_take_array(arena, MEMORY_TABLES,
                                         (size_t)WORLD_8_COUNT * WORLD_8_COUNT, sizeof *delay_ns);
    for (size_t i = 0; i < (size_t)WORLD_8_COUNT * WORLD_8_COUNT; i++) {
        delay_ns[i] = world_8_delay_ms[i / WORLD_8_COUNT][i % WORLD_8_COUNT] * NS_PER_MS;
    }
    *regions = (struct scenario_regions){
        .preset = REGIONS_PRESET_WORLD_8,
        .items = world_8_items,
        .count = WORLD_8_COUNT,
        .delay_ns = delay_ns,
    };
    return true;
}

const uint32_t *regions_assign(const struct scenario *scenario, struct arena *arena) {
    const struct scenario_regions *regions = &scenario->regions;
    if (regions->count == 0) {
        return NULL;
    }
    uint64_t total = 0;
    for (uint32_t i = 0; i < regions->count; i++) {
        total += regions->items[i].weight;
    }
    CHECK(total > 0);
    uint32_t *assigned =
        arena_take_array(arena, MEMORY_TOPOLOGY, scenario->node_count, sizeof *assigned);
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        struct prng prng = prng_stream(scenario->seed, STREAM_REGION, node);
        uint64_t draw = prng_below_u64(&prng, total);
        uint32_t region = 0;
        while (draw >= regions->items[region].weight) {
            draw -= regions->items[region].weight;
            region++;
        }
        assigned[node] = region;
    }
    return assigned;
}
