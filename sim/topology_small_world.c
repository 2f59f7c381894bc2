// Watts and Strogatz's small worlds, and Barabási and Albert's networks with hubs.
//
// Source: Watts, Strogatz, "Collective dynamics of 'small-world' networks" (1998); Barabási,
// Albert, "Emergence of scaling in random networks" (1999).

#include "base/quantity.h"
#include "sim/pair_set.h"
#include "sim/topology_grow.h"

#include <inttypes.h>

static bool refuse_small_world(const struct topology_options *options, struct failure *failure) {
    if (options->degree % 2 != 0 || options->degree >= options->node_count) {
        return failure_bad_input(failure,
                                 "degree %" PRIu32 " with %" PRIu32
                                 " nodes; half of the links go each way round the ring, so the "
                                 "degree is even and at most %" PRIu32,
                                 options->degree, options->node_count,
                                 (options->node_count - 1) / 2 * 2);
    }
    return failure_bad_input(failure, "a rewire of %" PRIu32 " ppb; at most %" PRIu32,
                             options->rewire_ppb, SHARE_ONE);
}

/** A small world in the making. */
struct small_world {
    struct pair_set links;
    uint32_t *degree; // [node_count]
    uint32_t node_count;
};

/** Another end for the link of `node` to `peer`, or the same one where all nodes are taken. */
static uint32_t rewire(struct small_world *world, struct prng *prng, uint32_t node, uint32_t peer) {
    if (world->degree[node] == world->node_count - 1) {
        return peer;
    }
    uint32_t other = prng_below(prng, world->node_count);
    while (other == node || pair_has(&world->links, pair_key(node, other))) {
        other = prng_below(prng, world->node_count);
    }
    pair_remove(&world->links, pair_key(node, peer));
    pair_add(&world->links, pair_key(node, other));
    world->degree[peer]--;
    world->degree[other]++;
    return other;
}

bool topology_grow_small_world(struct topology_pairs *pairs, const struct topology_options *options,
                               struct failure *failure) {
    uint32_t nodes = options->node_count;
    uint32_t half = options->degree / 2;
    if (options->degree % 2 != 0 || options->degree >= nodes || options->rewire_ppb > SHARE_ONE) {
        return refuse_small_world(options, failure);
    }
    if ((uint64_t)nodes * half > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, (uint64_t)nodes * half);
    struct small_world world = {
        .links = pair_set_create(pairs->scratch, pairs->capacity),
        .degree = arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, nodes, sizeof(uint32_t)),
        .node_count = nodes,
    };
    for (uint32_t node = 0; node < nodes; node++) {
        world.degree[node] = options->degree;
        for (uint32_t i = 1; i <= half; i++) {
            pair_add(&world.links, pair_key(node, (node + i) % nodes));
        }
    }
    // Round by round, the nearest peers first, as the paper does it.
    for (uint32_t i = 1; i <= half; i++) {
        for (uint32_t node = 0; node < nodes; node++) {
            uint32_t peer = (node + i) % nodes;
            if (prng_below(&pairs->prng, SHARE_ONE) < options->rewire_ppb) {
                peer = rewire(&world, &pairs->prng, node, peer);
            }
            topology_pairs_add(pairs, node, peer);
        }
    }
    return true;
}

/** All pairs of the first nodes, so that each has as many links as a new node will get. */
static void add_core(struct topology_pairs *pairs, uint32_t size) {
    for (uint32_t a = 0; a < size; a++) {
        for (uint32_t b = a + 1; b < size; b++) {
            topology_pairs_add(pairs, a, b);
        }
    }
}

bool topology_grow_hubs(struct topology_pairs *pairs, const struct topology_options *options,
                        struct failure *failure) {
    uint32_t nodes = options->node_count;
    uint32_t attach = options->attach;
    if (attach == 0 || attach >= nodes) {
        return failure_bad_input(failure,
                                 "%" PRIu32 " links for each new node with %" PRIu32
                                 " nodes; from 1 to one less than there are nodes",
                                 attach, nodes);
    }
    uint64_t core = (uint64_t)attach * (attach + 1) / 2;
    uint64_t count = core + (uint64_t)(nodes - attach - 1) * attach;
    if (count > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, count);
    add_core(pairs, attach + 1);
    // The newest node that a node got a link of: it gets one of each at most.
    uint32_t *newest = arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, nodes, sizeof *newest);
    for (uint32_t node = attach + 1; node < nodes; node++) {
        // A node stands among the ends as often as it has links.
        uint64_t ends = 2 * pairs->count;
        for (uint32_t i = 0; i < attach; i++) {
            uint32_t peer = pairs->ends[prng_below_u64(&pairs->prng, ends)];
            while (newest[peer] == node) {
                peer = pairs->ends[prng_below_u64(&pairs->prng, ends)];
            }
            newest[peer] = node;
            topology_pairs_add(pairs, node, peer);
        }
    }
    return true;
}
