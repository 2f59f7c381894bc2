#include "analysis/layout.h"

#include "analysis/adjacency.h"
#include "analysis/spring.h"
#include "base/check.h"

#include <math.h>

#define TURN 6.28318530717958648
// A longer line is folded, so that single nodes can be told apart; more leaves than this fill a
// disc, not a circle.
enum { STRAIGHT_NODES_MAX = 60, CIRCLE_LEAVES_MAX = 150 };
// A graph of at most this many links per node still shows its shape.
#define SPARSE_LINKS_PER_NODE 2

static uint32_t count_of_degree(const struct adjacency *adjacency, uint32_t degree) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < adjacency->node_count; node++) {
        count += adjacency_degree(adjacency, node) == degree ? 1 : 0;
    }
    return count;
}

static enum layout_shape shape_of(const struct adjacency *adjacency, uint32_t link_count,
                                  struct arena *arena) {
    uint32_t nodes = adjacency->node_count;
    uint32_t twos = count_of_degree(adjacency, 2);
    bool connected = adjacency_walk(adjacency, 0, arena).count == nodes;
    if (connected && link_count == nodes - 1 && twos == nodes - 2) {
        return LAYOUT_LINE;
    }
    if (connected && link_count == nodes && twos == nodes) {
        return LAYOUT_RING;
    }
    if (connected && link_count == nodes - 1 && count_of_degree(adjacency, nodes - 1) > 0) {
        return LAYOUT_STAR;
    }
    bool sparse = link_count <= (uint64_t)SPARSE_LINKS_PER_NODE * nodes;
    return sparse && nodes <= LAYOUT_SPRING_NODES_MAX ? LAYOUT_SPRING : LAYOUT_TREE;
}

enum layout_shape layout_shape_of(const struct run_data *run, struct arena *arena) {
    if (run->link_count == 0 || run->node_count < 2) {
        return LAYOUT_TREE;
    }
    struct adjacency adjacency = adjacency_of(run, arena);
    return shape_of(&adjacency, run->link_count, arena);
}

/** Along the x axis, or to and fro in rows when there are many nodes. */
static void place_line(const struct adjacency_order *order, struct position *positions) {
    uint32_t count = order->count;
    bool straight = count <= STRAIGHT_NODES_MAX;
    uint32_t row_size = straight ? count : (uint32_t)ceil(sqrt(1.7 * count));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = i / row_size;
        uint32_t column = i % row_size;
        positions[order->nodes[i]] = (struct position){
            row % 2 == 0 ? column : row_size - 1 - column,
            -(double)row,
        };
    }
}

static struct position on_circle(uint32_t index, uint32_t count, double radius) {
    double angle = TURN * (0.25 - (double)index / count);
    return (struct position){radius * cos(angle), radius * sin(angle)};
}

static void place_ring(const struct adjacency_order *order, struct position *positions) {
    for (uint32_t i = 0; i < order->count; i++) {
        positions[order->nodes[i]] = on_circle(i, order->count, 1);
    }
}

/** Turns a picture that is taller than wide on its side: sheets are wide. */
static void lay_on_side(struct position *positions, uint32_t count) {
    struct position least = positions[0];
    struct position largest = positions[0];
    for (uint32_t i = 1; i < count; i++) {
        least.x = fmin(least.x, positions[i].x);
        least.y = fmin(least.y, positions[i].y);
        largest.x = fmax(largest.x, positions[i].x);
        largest.y = fmax(largest.y, positions[i].y);
    }
    if (largest.x - least.x >= largest.y - least.y) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        positions[i] = (struct position){positions[i].y, -positions[i].x};
    }
}

/** The hub first in the order, its leaves around it. */
static void place_star(const struct adjacency_order *order, struct position *positions) {
    uint32_t leaves = order->count - 1;
    positions[order->nodes[0]] = (struct position){0, 0};
    for (uint32_t i = 0; i < leaves; i++) {
        // Spots from a sixth of the disc on, so that the hub stands free.
        positions[order->nodes[i + 1]] = leaves <= CIRCLE_LEAVES_MAX
                                             ? on_circle(i, leaves, 1)
                                             : world_spot(i + leaves / 5, leaves + leaves / 5);
    }
}

/** Where a walk along the shape begins: at an end, at the hub, or anywhere. */
static uint32_t first_node(const struct adjacency *adjacency, enum layout_shape shape) {
    uint32_t first = 0;
    for (uint32_t node = 0; node < adjacency->node_count; node++) {
        uint32_t degree = adjacency_degree(adjacency, node);
        bool end = shape == LAYOUT_LINE && degree == 1;
        bool hub = shape == LAYOUT_STAR && degree > 1;
        if (end || hub) {
            return node;
        }
    }
    return first;
}

bool layout_by_links(const struct run_data *run, enum layout_shape shape, struct arena *arena,
                     struct position *positions, struct failure *failure) {
    CHECK(shape != LAYOUT_TREE);
    if (shape == LAYOUT_SPRING) {
        bool done = spring_layout(run, positions, failure);
        lay_on_side(positions, run->node_count);
        return done;
    }
    struct adjacency adjacency = adjacency_of(run, arena);
    struct adjacency_order order = adjacency_walk(&adjacency, first_node(&adjacency, shape), arena);
    CHECK(order.count == run->node_count);
    switch (shape) {
    case LAYOUT_LINE:
        place_line(&order, positions);
        break;
    case LAYOUT_RING:
        place_ring(&order, positions);
        break;
    case LAYOUT_STAR:
        place_star(&order, positions);
        break;
    case LAYOUT_SPRING:
    case LAYOUT_TREE:
        break;
    }
    return true;
}
