#include "analysis/graph_measures.h"

#include "analysis/adjacency.h"
#include "base/check.h"

#include <string.h>

enum { FURTHER_WALKS = 8 }; // from the farthest nodes, where not all are measured

/** Breadth-first walks over one graph. */
struct walker {
    struct adjacency adjacency;
    uint32_t *distance; // [node_count] UINT32_MAX: not reached
    uint32_t *queue;    // [node_count]
};

/** What one walk found. */
struct walk {
    uint32_t reached; // with the first node
    uint32_t farthest;
    uint32_t last; // a node that far away
    uint64_t sum;  // of distances
};

static void forget(struct walker *walker) {
    memset(walker->distance, 0xFF, walker->adjacency.node_count * sizeof *walker->distance);
}

/** Walks over the nodes that can be reached and were not met before. */
static struct walk walk_on(struct walker *walker, uint32_t start) {
    const struct adjacency *adjacency = &walker->adjacency;
    struct walk walk = {.reached = 1, .last = start};
    walker->distance[start] = 0;
    walker->queue[0] = start;
    for (uint32_t next = 0; next < walk.reached; next++) {
        uint32_t node = walker->queue[next];
        uint32_t distance = walker->distance[node];
        walk.sum += distance;
        walk.farthest = distance;
        walk.last = node;
        for (uint32_t i = adjacency->first[node]; i < adjacency->first[node + 1]; i++) {
            uint32_t peer = adjacency->peers[i];
            if (walker->distance[peer] == UINT32_MAX) {
                walker->distance[peer] = distance + 1;
                walker->queue[walk.reached++] = peer;
            }
        }
    }
    return walk;
}

static struct walk walk_from(struct walker *walker, uint32_t start) {
    forget(walker);
    return walk_on(walker, start);
}

static void measure_degrees(struct graph_measures *measures, const struct adjacency *adjacency,
                            struct arena *arena) {
    uint32_t nodes = adjacency->node_count;
    measures->degree_min = UINT32_MAX;
    for (uint32_t node = 0; node < nodes; node++) {
        uint32_t degree = adjacency_degree(adjacency, node);
        measures->degree_min = degree < measures->degree_min ? degree : measures->degree_min;
        measures->degree_max = degree > measures->degree_max ? degree : measures->degree_max;
    }
    measures->degree_nodes = arena_take_array(
        arena, MEMORY_TABLES, (size_t)measures->degree_max + 1, sizeof *measures->degree_nodes);
    for (uint32_t node = 0; node < nodes; node++) {
        measures->degree_nodes[adjacency_degree(adjacency, node)]++;
    }
    measures->isolated = measures->degree_nodes[0];
    measures->degree_mean = (double)adjacency->first[nodes] / nodes;
}

static void measure_components(struct graph_measures *measures, struct walker *walker) {
    forget(walker);
    for (uint32_t start = 0; start < walker->adjacency.node_count; start++) {
        if (walker->distance[start] == UINT32_MAX) {
            uint32_t reached = walk_on(walker, start).reached;
            measures->components++;
            measures->largest = reached > measures->largest ? reached : measures->largest;
        }
    }
}

static void measure_distances(struct graph_measures *measures, struct walker *walker) {
    uint64_t nodes = walker->adjacency.node_count;
    uint64_t steps = nodes + walker->adjacency.first[nodes];
    uint64_t walks = MEASURES_STEPS_MAX / steps;
    walks = walks < 1 ? 1 : walks > nodes ? nodes : walks;
    uint64_t pairs = 0;
    uint64_t sum = 0;
    uint32_t last = 0;
    for (uint64_t i = 0; i < walks; i++) {
        struct walk walk = walk_from(walker, (uint32_t)(i * nodes / walks));
        pairs += walk.reached - 1;
        sum += walk.sum;
        if (walk.farthest > measures->diameter) {
            measures->diameter = walk.farthest;
            last = walk.last;
        }
    }
    measures->walks = (uint32_t)walks;
    measures->exact = walks == nodes;
    measures->path_mean = pairs == 0 ? 0 : (double)sum / (double)pairs;
    for (int i = 0; i < FURTHER_WALKS && !measures->exact; i++) {
        struct walk walk = walk_from(walker, last);
        last = walk.last;
        measures->diameter =
            walk.farthest > measures->diameter ? walk.farthest : measures->diameter;
    }
}

void graph_measure(struct graph_measures *measures, const struct run_data *run,
                   struct arena *arena) {
    CHECK(run->node_count > 0);
    memset(measures, 0, sizeof *measures);
    struct walker walker = {
        .adjacency = adjacency_of(run, arena),
        .distance = arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof(uint32_t)),
        .queue = arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof(uint32_t)),
    };
    measure_degrees(measures, &walker.adjacency, arena);
    measure_components(measures, &walker);
    measure_distances(measures, &walker);
}
