// Nodes on a map: near ones are linked, or those beside each other in rows and columns.

#include "base/quantity.h"
#include "base/sort.h"
#include "sim/fixed_point.h"
#include "sim/topology_grow.h"

#include <inttypes.h>

enum { MAP_BITS = 30 };
#define MAP_SIDE (UINT64_C(1) << MAP_BITS) // places are whole numbers below it

/** The places of all nodes, by cell of a net that is laid over the map. */
struct map {
    const uint32_t *x; // [node_count]
    const uint32_t *y;
    uint32_t *first; // [columns² + 1] where a cell's nodes begin
    uint32_t *nodes; // [node_count] by cell, in a cell by number
    uint32_t node_count;
    uint32_t columns;
};

/** Pairs of nodes that are near enough. */
struct near_pairs {
    struct sort_item *items; // [capacity] distance squared, and the pair; NULL: they are counted
    uint64_t count;
    uint64_t limit; // counting ends above it
};

/** ⌊√value⌋, by halving. */
static uint64_t root_of(uint64_t value) {
    uint64_t low = 0;
    uint64_t high = UINT64_C(1) << 32;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (middle <= value / middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t cell_of(const struct map *map, uint32_t node) {
    uint64_t column = (uint64_t)map->x[node] * map->columns >> MAP_BITS;
    uint64_t row = (uint64_t)map->y[node] * map->columns >> MAP_BITS;
    return (uint32_t)(row * map->columns + column);
}

/** Lays a net whose meshes are at least as wide as the radius, and no more meshes than nodes. */
static void lay_net(struct map *map, struct arena *scratch, uint64_t radius) {
    uint64_t most = root_of(map->node_count);
    uint64_t fitting = radius == 0 ? most : MAP_SIDE / radius;
    uint64_t columns = fitting < most ? fitting : most;
    map->columns = columns == 0 ? 1 : (uint32_t)columns;
    size_t cells = (size_t)map->columns * map->columns;
    map->first = arena_take_array(scratch, MEMORY_TOPOLOGY, cells + 2, sizeof *map->first);
    map->nodes = arena_take_array(scratch, MEMORY_TOPOLOGY, map->node_count, sizeof *map->nodes);
    for (uint32_t node = 0; node < map->node_count; node++) {
        map->first[cell_of(map, node) + 2]++;
    }
    for (size_t cell = 2; cell < cells + 2; cell++) {
        map->first[cell] += map->first[cell - 1];
    }
    for (uint32_t node = 0; node < map->node_count; node++) {
        map->nodes[map->first[cell_of(map, node) + 1]++] = node;
    }
}

static uint64_t square_of_distance(const struct map *map, uint32_t a, uint32_t b) {
    int64_t x = (int64_t)map->x[a] - map->x[b];
    int64_t y = (int64_t)map->y[a] - map->y[b];
    return (uint64_t)(x * x) + (uint64_t)(y * y);
}

/** Takes the pairs of a node and those of a part of `map->nodes`. */
static void take_near(const struct map *map, struct near_pairs *pairs, uint64_t square,
                      const uint32_t part[3]) {
    uint32_t node = part[0];
    for (uint32_t i = part[1]; i < part[2]; i++) {
        uint64_t distance = square_of_distance(map, node, map->nodes[i]);
        if (distance <= square) {
            if (pairs->items != NULL) {
                pairs->items[pairs->count] = (struct sort_item){
                    .key = distance, .value = (uint64_t)node << 32 | map->nodes[i]};
            }
            pairs->count++;
        }
    }
}

/** The pairs of a cell's nodes with each other, and with the half of the cells around it that has
 * not met this one. */
static void take_cell(const struct map *map, struct near_pairs *pairs, uint64_t square,
                      uint32_t cell) {
    static const struct {
        int32_t column;
        int32_t row;
    } around[] = {{1, 0}, {-1, 1}, {0, 1}, {1, 1}};
    int32_t columns = (int32_t)map->columns;
    uint32_t end = map->first[cell + 1];
    for (uint32_t i = map->first[cell]; i < end; i++) {
        take_near(map, pairs, square, (const uint32_t[]){map->nodes[i], i + 1, end});
        for (size_t k = 0; k < sizeof around / sizeof around[0]; k++) {
            int32_t column = (int32_t)cell % columns + around[k].column;
            int32_t row = (int32_t)cell / columns + around[k].row;
            if (column < 0 || column >= columns || row >= columns) {
                continue;
            }
            uint32_t other = (uint32_t)(row * columns + column);
            take_near(map, pairs, square,
                      (const uint32_t[]){map->nodes[i], map->first[other], map->first[other + 1]});
        }
    }
}

/** Walks over the map; ends early when there are more pairs than the limit. */
static void take_all(const struct map *map, struct near_pairs *pairs, uint64_t square) {
    uint32_t cells = map->columns * map->columns;
    pairs->count = 0;
    for (uint32_t cell = 0; cell < cells && pairs->count <= pairs->limit; cell++) {
        take_cell(map, pairs, square, cell);
    }
}

/** All pairs within a distance, given squared; NULL items if they are more than the limit. */
static struct near_pairs find_near(struct map *map, struct arena *scratch, uint64_t square,
                                   uint64_t limit) {
    struct near_pairs pairs = {.limit = limit};
    uint64_t radius = root_of(square);
    lay_net(map, scratch, radius * radius < square ? radius + 1 : radius);
    take_all(map, &pairs, square);
    if (pairs.count <= limit) {
        pairs.items = arena_take_array(scratch, MEMORY_TOPOLOGY, pairs.count, sizeof *pairs.items);
        take_all(map, &pairs, square);
    }
    return pairs;
}

/** The square of a distance within which there should be somewhat more pairs than are wanted. */
static uint64_t guess_square(uint64_t node_count, uint64_t wanted) {
    // Of all n² / 2 pairs, π r² / side² are within r; so it is 2 / π = 0.637 of this, and a bit
    // more, as part of the circle around a node near the border is off the map.
    uint64_t share = fixed_ratio(wanted, node_count * node_count) >> (64 - 2 * MAP_BITS);
    return share / 10 * 7 + 1;
}

/** The `wanted` nearest pairs of all. */
static struct near_pairs find_nearest(struct map *map, struct arena *scratch, uint64_t wanted) {
    uint64_t square = guess_square(map->node_count, wanted);
    struct near_pairs pairs;
    do {
        pairs = find_near(map, scratch, square, UINT64_MAX);
        square += square / 4;
    } while (pairs.count < wanted);
    struct sort_item *spare =
        arena_take_array(scratch, MEMORY_TOPOLOGY, pairs.count, sizeof *spare);
    sort_by_key(pairs.items, spare, pairs.count);
    pairs.count = wanted;
    return pairs;
}

static void draw_places(struct map *map, struct topology_pairs *pairs) {
    size_t nodes = map->node_count;
    uint32_t *x = arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, nodes, sizeof *x);
    uint32_t *y = arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, nodes, sizeof *y);
    for (size_t node = 0; node < nodes; node++) {
        uint64_t draw = prng_next(&pairs->prng);
        x[node] = (uint32_t)(draw >> (64 - MAP_BITS));
        y[node] = (uint32_t)(draw & (MAP_SIDE - 1));
    }
    map->x = x;
    map->y = y;
}

bool topology_grow_on_map(struct topology_pairs *pairs, const struct topology_options *options,
                          struct failure *failure) {
    uint64_t all = (uint64_t)options->node_count * (options->node_count - 1) / 2;
    if (options->radius_ppb > SHARE_ONE) {
        return failure_bad_input(failure, "a radius of %" PRIu32 " ppb; at most %" PRIu32,
                                 options->radius_ppb, SHARE_ONE);
    }
    if (options->link_count > all) {
        return failure_bad_input(
            failure, "%" PRIu64 " links with %" PRIu32 " nodes; there are %" PRIu64 " pairs",
            options->link_count, options->node_count, all);
    }
    if (options->link_count > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    struct map map = {.node_count = options->node_count};
    draw_places(&map, pairs);
    struct near_pairs near = {0};
    if (options->radius_ppb > 0) {
        uint64_t radius = options->radius_ppb * MAP_SIDE / SHARE_ONE;
        near = find_near(&map, pairs->scratch, radius * radius, TOPOLOGY_LINKS_MAX);
    } else if (options->link_count > 0) {
        near = find_nearest(&map, pairs->scratch, options->link_count);
    }
    if (near.count > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, near.count);
    for (uint64_t i = 0; i < near.count; i++) {
        topology_pairs_add(pairs, (uint32_t)(near.items[i].value >> 32),
                           (uint32_t)near.items[i].value);
    }
    return true;
}

static bool check_grid(const struct topology_options *options, struct failure *failure) {
    uint64_t width = options->width;
    uint64_t area = width * options->height;
    bool torus = options->kind == TOPOLOGY_TORUS;
    if (width > 0 && area >= options->node_count &&
        (torus ? area == options->node_count : area - options->node_count < width)) {
        return true;
    }
    return failure_bad_input(failure, "%" PRIu32 " by %" PRIu32 " places for %" PRIu32 " nodes; %s",
                             options->width, options->height, options->node_count,
                             torus ? "there must be as many nodes as places"
                                   : "only the last row may have places left");
}

/** Adds the link along one direction from place `at` of `size`: to the next, or from the last one
 * around to the first. Two places have one link, not two. */
static void add_along(struct topology_pairs *pairs, const struct topology_options *options,
                      uint32_t node, const uint32_t line[3]) {
    uint32_t at = line[0];
    uint32_t size = line[1];
    uint32_t step = line[2];
    if (at + 1 < size && node + step < options->node_count) {
        topology_pairs_add(pairs, node, node + step);
    } else if (at + 1 == size && size > 2 && options->kind == TOPOLOGY_TORUS) {
        topology_pairs_add(pairs, node, node - at * step);
    }
}

bool topology_grow_grid(struct topology_pairs *pairs, const struct topology_options *options,
                        struct failure *failure) {
    if (!check_grid(options, failure)) {
        return false;
    }
    uint32_t width = options->width;
    topology_pairs_reserve(pairs, 2 * (uint64_t)options->node_count);
    for (uint32_t node = 0; node < options->node_count; node++) {
        add_along(pairs, options, node, (const uint32_t[]){node % width, width, 1});
        add_along(pairs, options, node, (const uint32_t[]){node / width, options->height, width});
    }
    return true;
}
