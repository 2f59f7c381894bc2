/**
 * Building graphs, and figures of them worked out the plain way: for tests of generators.
 */
#ifndef GOSSIM_TESTS_SUPPORT_GRAPH_MEASURE_H
#define GOSSIM_TESTS_SUPPORT_GRAPH_MEASURE_H

#include "tests/support/unit.h"

#include "base/hash.h"
#include "sim/topology.h"

#include <inttypes.h>
#include <stdbool.h>

/** Builds what must succeed, and validates it: no loops, no link twice. */
static inline struct topology build(struct arena *arena, struct topology_options options) {
    struct topology topology;
    struct failure failure = {0};
    if (!topology_build(&topology, arena, &options, &failure)) {
        fail_msg("kind %d, %" PRIu32 " nodes: %s", (int)options.kind, options.node_count,
                 failure.message);
    }
    topology_validate(&topology);
    return topology;
}

static inline uint32_t degree_of(const struct topology *topology, uint32_t node) {
    return topology->slot_first[node + 1] - topology->slot_first[node];
}

static inline uint32_t degree_max_of(const struct topology *topology) {
    uint32_t most = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        most = degree_of(topology, node) > most ? degree_of(topology, node) : most;
    }
    return most;
}

static inline uint32_t degree_min_of(const struct topology *topology) {
    uint32_t least = UINT32_MAX;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        least = degree_of(topology, node) < least ? degree_of(topology, node) : least;
    }
    return least;
}

/** How many nodes a walk from node 0 finds. */
static inline uint32_t count_reached(const struct topology *topology) {
    bool *seen = test_calloc(topology->node_count, sizeof *seen);
    uint32_t *queue = test_calloc(topology->node_count, sizeof *queue);
    uint32_t count = 1;
    seen[0] = true;
    for (uint32_t next = 0; next < count; next++) {
        uint32_t node = queue[next];
        for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
             slot++) {
            uint32_t peer = topology->peer[slot];
            if (!seen[peer]) {
                seen[peer] = true;
                queue[count++] = peer;
            }
        }
    }
    test_free(seen);
    test_free(queue);
    return count;
}

/** Of all pairs of a node's peers, over all nodes, the share that is linked. */
static inline double clustering_of(const struct topology *topology) {
    uint64_t pairs = 0;
    uint64_t linked = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        uint32_t end = topology->slot_first[node + 1];
        for (uint32_t a = topology->slot_first[node]; a < end; a++) {
            for (uint32_t b = a + 1; b < end; b++) {
                pairs++;
                linked += topology_find_slot(topology, topology->peer[a], topology->peer[b]) !=
                          UINT32_MAX;
            }
        }
    }
    return pairs == 0 ? 0 : (double)linked / (double)pairs;
}

static inline void expect_near(double found, double expected, double error) {
    if (!(found >= expected - error && found <= expected + error)) {
        fail_msg("found %f, expected %f within %f", found, expected, error);
    }
}

static inline uint64_t hash_of(const struct topology *topology) {
    uint64_t hash = topology->node_count;
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint64_t word = hash_word((uint64_t)topology->owner[slot] << 32 | topology->peer[slot]);
        hash = hash_bytes(&word, sizeof word, hash);
    }
    return hash;
}

#endif
