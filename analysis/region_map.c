#include "analysis/region_map.h"

#include "analysis/figure_text.h"
#include "analysis/region_scaling.h"
#include "analysis/scenario_text.h"
#include "base/check.h"

#include <math.h>
#include <string.h>

// The disc that would hold all nodes, when there are several regions and when there is one.
#define RADIUS_OF_ALL 80.0
#define RADIUS_OF_ONE 150.0
// What stays free between two regions.
#define MARGIN 8.0
// So much of the margin may be lost: moves at the edge of the panel come near to 0, never to it.
#define TOUCH 1.0
// The width of a letter of a name.
#define LETTER_WIDTH 6.9
// More names than this would fill the panel.
enum { NAMES_MAX = 24, SEPARATE_ROUNDS = 300, TRIES = 8 };
// How much smaller discs get, and how many fewer names there are, from one try to the next.
#define LESS_RADIUS 0.85
#define LESS_NAMES 0.8

/** The regions that have nodes, each with the box that it takes around its centre. */
struct boxes {
    uint32_t count;
    uint32_t *regions;        // [count]
    struct position *centres; // [count]
    double *half_width;       // [count]
    double *above;            // [count]
    double *below;            // [count]
};

bool region_map_knows(const struct run_data *run) {
    for (uint32_t i = 0; i < run->node_count; i++) {
        if (run->nodes[i].region == TRACE_NONE) {
            return false;
        }
    }
    return run->regions.count > 0 && run->node_count > 0;
}

double region_map_label_width(const char *region, uint32_t nodes) {
    char count[FIGURE_TEXT_SIZE];
    size_t size = strlen(region);
    size = size < FIGURE_LABEL_SIZE ? size : FIGURE_LABEL_SIZE;
    return LETTER_WIDTH * (double)(size + 2 + strlen(figure_count(nodes, count)));
}

/** How many regions have more nodes, or as many and come before. */
static uint32_t rank_of(const struct run_data *run, const struct world_disc *discs,
                        uint32_t region) {
    uint32_t rank = 0;
    for (uint32_t i = 0; i < run->regions.count; i++) {
        bool larger = discs[i].nodes > discs[region].nodes;
        bool before = discs[i].nodes == discs[region].nodes && i < region;
        rank += larger || before ? 1 : 0;
    }
    return rank;
}

/** The regions that have nodes, as boxes without a size yet. */
static struct boxes boxes_of(const struct run_data *run, const struct world_disc *discs,
                             struct arena *arena) {
    uint32_t room = run->regions.count;
    struct boxes boxes = {
        .regions = arena_take_array(arena, MEMORY_TABLES, room, sizeof *boxes.regions),
        .centres = arena_take_array(arena, MEMORY_TABLES, room, sizeof *boxes.centres),
        .half_width = arena_take_array(arena, MEMORY_TABLES, room, sizeof *boxes.half_width),
        .above = arena_take_array(arena, MEMORY_TABLES, room, sizeof *boxes.above),
        .below = arena_take_array(arena, MEMORY_TABLES, room, sizeof *boxes.below),
    };
    for (uint32_t region = 0; region < room; region++) {
        if (discs[region].nodes > 0) {
            boxes.regions[boxes.count++] = region;
        }
    }
    return boxes;
}

/** Sizes discs and boxes; only the `names` largest regions have their names. */
static void size_boxes(struct boxes *boxes, const struct run_data *run, struct world_disc *discs,
                       double radius_of_all, double names) {
    for (uint32_t i = 0; i < boxes->count; i++) {
        uint32_t region = boxes->regions[i];
        struct world_disc *disc = &discs[region];
        disc->radius = radius_of_all * sqrt((double)disc->nodes / run->node_count);
        disc->named = rank_of(run, discs, region) < names;
        double name = region_map_label_width(run->regions.items[region], disc->nodes) / 2;
        boxes->half_width[i] = MARGIN / 2 + (disc->named ? fmax(disc->radius, name) : disc->radius);
        boxes->above[i] = MARGIN / 2 + disc->radius;
        boxes->below[i] = boxes->above[i] + (disc->named ? REGION_MAP_LABEL_HEIGHT : 0);
    }
}

/** The delay between two regions, the mean of both ways, with those of all pairs in a matrix. */
static double *distances_of(const struct run_data *run, const struct boxes *boxes,
                            struct arena *arena) {
    size_t all = (size_t)run->regions.count * run->regions.count;
    int64_t *delay_ns = arena_take_array(arena, MEMORY_TABLES, all, sizeof *delay_ns);
    bool known = scenario_text_latency(run->scenario, run->regions.count, delay_ns);
    size_t pairs = (size_t)boxes->count * boxes->count;
    double *distances = arena_take_array(arena, MEMORY_TABLES, pairs, sizeof *distances);
    for (uint32_t i = 0; i < boxes->count; i++) {
        for (uint32_t j = 0; j < boxes->count; j++) {
            size_t there = (size_t)boxes->regions[i] * run->regions.count + boxes->regions[j];
            size_t back = (size_t)boxes->regions[j] * run->regions.count + boxes->regions[i];
            double both_ns = (double)delay_ns[there] + (double)delay_ns[back];
            distances[(size_t)i * boxes->count + j] = known ? both_ns / 2 : 1;
        }
    }
    return distances;
}

/** The largest factor by which the centres may be stretched for the boxes to fit. */
static double stretch_of(const struct boxes *boxes) {
    double stretch = HUGE_VAL;
    for (uint32_t i = 0; i < boxes->count; i++) {
        for (uint32_t j = 0; j < boxes->count; j++) {
            double x = boxes->centres[j].x - boxes->centres[i].x;
            double y = boxes->centres[j].y - boxes->centres[i].y;
            double x_room = REGION_MAP_WIDTH - boxes->half_width[i] - boxes->half_width[j];
            double y_room = REGION_MAP_HEIGHT - boxes->below[i] - boxes->above[j];
            stretch = x > 0 ? fmin(stretch, fmax(x_room, 1) / x) : stretch;
            stretch = y > 0 ? fmin(stretch, fmax(y_room, 1) / y) : stretch;
        }
    }
    return stretch < HUGE_VAL ? stretch : 1;
}

/** Stretches the picture to the panel and sets it in the middle. */
static void fit(struct boxes *boxes) {
    double stretch = stretch_of(boxes);
    struct position least = {HUGE_VAL, HUGE_VAL};
    struct position largest = {-HUGE_VAL, -HUGE_VAL};
    for (uint32_t i = 0; i < boxes->count; i++) {
        struct position *centre = &boxes->centres[i];
        *centre = (struct position){centre->x * stretch, centre->y * stretch};
        least.x = fmin(least.x, centre->x - boxes->half_width[i]);
        least.y = fmin(least.y, centre->y - boxes->below[i]);
        largest.x = fmax(largest.x, centre->x + boxes->half_width[i]);
        largest.y = fmax(largest.y, centre->y + boxes->above[i]);
    }
    for (uint32_t i = 0; i < boxes->count; i++) {
        boxes->centres[i].x += (REGION_MAP_WIDTH - least.x - largest.x) / 2;
        boxes->centres[i].y += (REGION_MAP_HEIGHT - least.y - largest.y) / 2;
    }
}

/** Moves two boxes apart along the axis on which they overlap less; false if they do not touch. */
static bool push_apart(struct boxes *boxes, uint32_t i, uint32_t j) {
    struct position *a = &boxes->centres[i];
    struct position *b = &boxes->centres[j];
    bool a_is_left = a->x <= b->x;
    bool a_is_lower = a->y <= b->y;
    double x = boxes->half_width[i] + boxes->half_width[j] - fabs(a->x - b->x);
    double y =
        (a_is_lower ? boxes->above[i] + boxes->below[j] : boxes->below[i] + boxes->above[j]) -
        fabs(a->y - b->y);
    if (x <= TOUCH || y <= TOUCH) {
        return false;
    }
    if (x < y) {
        a->x += a_is_left ? -x / 2 : x / 2;
        b->x += a_is_left ? x / 2 : -x / 2;
    } else {
        a->y += a_is_lower ? -y / 2 : y / 2;
        b->y += a_is_lower ? y / 2 : -y / 2;
    }
    return true;
}

static void keep_inside(struct boxes *boxes, uint32_t i) {
    struct position *centre = &boxes->centres[i];
    centre->x = fmin(centre->x, REGION_MAP_WIDTH - boxes->half_width[i]);
    centre->x = fmax(centre->x, boxes->half_width[i]);
    centre->y = fmin(centre->y, REGION_MAP_HEIGHT - boxes->above[i]);
    centre->y = fmax(centre->y, boxes->below[i]);
}

/** Moves boxes that touch apart; false if the panel has no room for that. */
static bool separate(struct boxes *boxes) {
    bool moved = true;
    for (uint32_t round = 0; moved && round < SEPARATE_ROUNDS; round++) {
        moved = false;
        for (uint32_t i = 0; i < boxes->count; i++) {
            for (uint32_t j = i + 1; j < boxes->count; j++) {
                moved = push_apart(boxes, i, j) || moved;
            }
            keep_inside(boxes, i);
        }
    }
    return !moved;
}

/** Sets the discs as the scaled points say, with smaller discs and fewer names until all fit. */
static void set_discs(struct boxes *boxes, const struct run_data *run, struct world_disc *discs,
                      const struct position *points) {
    double radius_of_all = boxes->count > 1 ? RADIUS_OF_ALL : RADIUS_OF_ONE;
    double names = NAMES_MAX;
    bool apart = false;
    for (uint32_t i = 0; !apart && i < TRIES; i++) {
        size_boxes(boxes, run, discs, radius_of_all, names);
        memcpy(boxes->centres, points, boxes->count * sizeof *points);
        fit(boxes);
        apart = separate(boxes);
        radius_of_all *= LESS_RADIUS;
        names *= LESS_NAMES;
    }
    for (uint32_t i = 0; i < boxes->count; i++) {
        struct world_disc *disc = &discs[boxes->regions[i]];
        disc->centre = boxes->centres[i];
        // Of hundreds of regions discs may still touch; names would cover them.
        disc->named = disc->named && apart;
    }
}

struct world_disc *region_map_discs(const struct run_data *run, struct arena *arena) {
    CHECK(region_map_knows(run));
    uint32_t count = run->regions.count;
    struct world_disc *discs = arena_take_array(arena, MEMORY_TABLES, count, sizeof *discs);
    for (uint32_t node = 0; node < run->node_count; node++) {
        discs[run->nodes[node].region].nodes++;
    }
    struct boxes boxes = boxes_of(run, discs, arena);
    struct position *points = arena_take_array(arena, MEMORY_TABLES, count, sizeof *points);
    region_scaling(distances_of(run, &boxes, arena), boxes.count, arena, points);
    set_discs(&boxes, run, discs, points);
    return discs;
}
