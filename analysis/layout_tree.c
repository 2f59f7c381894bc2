#include "analysis/layout.h"
#include "base/check.h"
#include "base/sort.h"

#include <math.h>

#define TURN 6.28318530717958648
// The part of a turn, around straight down, that stays free for words about the circles.
#define GAP 0.12
// The circle of nodes without the message.
#define OUTSIDE 1.07

struct tree {
    const struct arrival *arrivals;
    uint32_t origin;
    uint32_t node_count;
    uint32_t count;          // nodes that have the message, the publisher among them
    struct sort_item *order; // [count], the publisher, then by arrival
    uint32_t *parent;        // [node_count], one that stands earlier in the order
    uint32_t *subtree;   // [node_count], how many nodes heard through this one, itself among them
    double *sector;      // [node_count], its share of the way around
    double *sector_next; // [node_count], where the sector of the next child begins
};

static bool has_message(const struct tree *tree, uint32_t node) {
    return node == tree->origin || tree->arrivals[node].latency_ns >= 0;
}

static void order_nodes(struct tree *tree, struct arena *arena) {
    uint32_t room = tree->node_count;
    tree->order = arena_take_array(arena, MEMORY_TABLES, room, 2 * sizeof *tree->order);
    for (uint32_t node = 0; node < room; node++) {
        if (has_message(tree, node)) {
            uint64_t key = node == tree->origin ? 0 : 1 + (uint64_t)tree->arrivals[node].latency_ns;
            tree->order[tree->count++] = (struct sort_item){key, node};
        }
    }
    sort_by_key(tree->order, tree->order + room, tree->count);
    CHECK(tree->order[0].value == tree->origin);
}

/** Gives every node its parent: its sender, or the publisher where the sender does not stand before
 * it. */
static void join_parents(struct tree *tree, struct arena *arena) {
    bool *met = arena_take_array(arena, MEMORY_TABLES, tree->node_count, sizeof *met);
    tree->parent = arena_take_array(arena, MEMORY_TABLES, tree->node_count, sizeof *tree->parent);
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t node = (uint32_t)tree->order[i].value;
        uint32_t sender = tree->arrivals[node].sender;
        tree->parent[node] = sender != TRACE_NONE && met[sender] ? sender : tree->origin;
        met[node] = true;
    }
}

/** Children stand behind their parents in the order, so one pass from its end adds up subtrees. */
static void count_subtrees(struct tree *tree, struct arena *arena) {
    tree->subtree = arena_take_array(arena, MEMORY_TABLES, tree->node_count, sizeof *tree->subtree);
    for (uint32_t i = tree->count; i > 1; i--) {
        uint32_t node = (uint32_t)tree->order[i - 1].value;
        tree->subtree[node]++;
        tree->subtree[tree->parent[node]] += tree->subtree[node];
    }
}

/** A place at `share` of the way around, from one side of the gap to the other. */
static struct position at_share(double share, double radius) {
    double turns = 0.75 + GAP / 2 + (1 - GAP) * share;
    return (struct position){radius * cos(TURN * turns), radius * sin(TURN * turns)};
}

/** Takes the part of its parent's sector that is due to the node, by how many nodes heard through
 * it. */
static void take_sector(struct tree *tree, uint32_t node) {
    uint32_t parent = tree->parent[node];
    uint32_t sharers = tree->subtree[parent] - (parent == tree->origin ? 0 : 1);
    tree->sector[node] = tree->sector[parent] * tree->subtree[node] / sharers;
    tree->sector_next[node] = tree->sector_next[parent];
    tree->sector_next[parent] += tree->sector[node];
}

static void place_nodes(struct tree *tree, struct arena *arena, struct position *positions) {
    uint32_t reached = tree->count - 1;
    tree->sector = arena_take_array(arena, MEMORY_TABLES, tree->node_count, sizeof(double));
    tree->sector_next = arena_take_array(arena, MEMORY_TABLES, tree->node_count, sizeof(double));
    tree->sector[tree->origin] = 1;
    positions[tree->origin] = (struct position){0, 0};
    for (uint32_t i = 1; i < tree->count; i++) {
        uint32_t node = (uint32_t)tree->order[i].value;
        take_sector(tree, node);
        positions[node] =
            at_share(tree->sector_next[node] + tree->sector[node] / 2, sqrt((i - 0.5) / reached));
    }
}

static void place_others(const struct tree *tree, struct position *positions) {
    uint32_t others = tree->node_count - tree->count;
    uint32_t placed = 0;
    for (uint32_t node = 0; node < tree->node_count; node++) {
        if (!has_message(tree, node)) {
            positions[node] = at_share((placed + 0.5) / others, OUTSIDE);
            placed++;
        }
    }
}

void layout_by_arrival(const struct arrival *arrivals, uint32_t node_count, uint32_t origin,
                       struct arena *arena, struct position *positions) {
    CHECK(origin < node_count);
    struct tree tree = {.arrivals = arrivals, .origin = origin, .node_count = node_count};
    order_nodes(&tree, arena);
    join_parents(&tree, arena);
    count_subtrees(&tree, arena);
    place_nodes(&tree, arena, positions);
    place_others(&tree, positions);
}
