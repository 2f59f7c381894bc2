#include "cli/report/spread.h"

#include "analysis/graph_picture.h"
#include "analysis/layout.h"
#include "analysis/region_map.h"
#include "analysis/world.h"

#include <math.h>

// A box that is flatter than this is made higher, so that there is a scale.
#define FLATTEST 0.02

static void place_discs(struct spread_places *places, const struct run_data *run,
                        struct arena *arena) {
    bool world = world_knows(run);
    struct world_disc *discs = world ? world_discs(run, arena) : region_map_discs(run, arena);
    places->positions = world_place(run, discs, arena);
    places->discs = discs;
    places->name = "in regions";
    places->words = world
                        ? "nodes stand in discs where their regions are on a map of the world; "
                          "where in its disc a node is says nothing."
                        : "nodes stand in discs, a region each, whose distances follow the delays "
                          "between them; where in its disc a node is says nothing.";
}

/** Links are there, and igraph or a simple shape can place them. */
static bool place_links(struct spread_places *places, struct report *report,
                        const struct run_data *run) {
    enum layout_shape shape = layout_shape_of(run, report->arena);
    places->crowded = shape == LAYOUT_TREE;
    places->name = "by links";
    shape = shape == LAYOUT_TREE ? LAYOUT_SPRING : shape;
    places->words = shape == LAYOUT_SPRING
                        ? "nodes are placed by a spring layout of the links (Fruchterman and "
                          "Reingold), which brings linked nodes together; in a random graph "
                          "places say little."
                        : "nodes are placed along the links.";
    return layout_by_links(run, shape, report->arena, places->positions, report->failure);
}

/** Moves all into a box that begins at 0, 0, y downwards. */
static void fit(struct spread_places *places, const struct run_data *run) {
    double left = INFINITY;
    double right = -INFINITY;
    double bottom = INFINITY;
    double top = -INFINITY;
    for (uint32_t i = 0; i < run->node_count; i++) {
        const struct position *position = &places->positions[i];
        left = fmin(left, position->x);
        right = fmax(right, position->x);
        bottom = fmin(bottom, position->y);
        top = fmax(top, position->y);
    }
    for (uint32_t i = 0; places->discs != NULL && i < run->regions.count; i++) {
        const struct world_disc *disc = &places->discs[i];
        if (disc->nodes > 0) {
            left = fmin(left, disc->centre.x - disc->radius);
            right = fmax(right, disc->centre.x + disc->radius);
            bottom = fmin(bottom, disc->centre.y - disc->radius);
            top = fmax(top, disc->centre.y + disc->radius);
        }
    }
    double largest = fmax(fmax(right - left, top - bottom), 1e-9);
    places->wide = fmax(right - left, FLATTEST * largest);
    places->high = fmax(top - bottom, FLATTEST * largest);
    for (uint32_t i = 0; i < run->node_count; i++) {
        struct position *position = &places->positions[i];
        *position = (struct position){position->x - left, top - position->y};
    }
    struct world_disc *discs = places->discs;
    for (uint32_t i = 0; discs != NULL && i < run->regions.count; i++) {
        discs[i].centre = (struct position){discs[i].centre.x - left, top - discs[i].centre.y};
    }
}

bool spread_place(struct spread_places *places, struct report *report, const struct run_data *run) {
    *places = (struct spread_places){.discs = NULL};
    places->positions =
        arena_take_array(report->arena, MEMORY_TABLES, run->node_count, sizeof *places->positions);
    if (region_map_knows(run)) {
        place_discs(places, run, report->arena);
    } else if (run->link_count > 0 && run->node_count > 1 &&
               run->node_count <= GRAPH_PICTURE_NODES_MAX) {
        if (!place_links(places, report, run)) {
            return false;
        }
    } else {
        for (uint32_t node = 0; node < run->node_count; node++) {
            places->positions[node] = world_spot(node, run->node_count);
        }
        places->crowded = true;
        places->name = "by number";
        places->words = "nodes fill a disc in the order of their numbers: there are too many, or "
                        "no links in the trace, to place them by links.";
    }
    fit(places, run);
    return true;
}
