/**
 * The graphs of topology.h whose links are found one by one: small worlds, hubs, nodes on a map,
 * regions, and nodes that dial.
 *
 * A generator appends pairs of ends to a list in scratch memory. It draws integers from the stream
 * of the topology alone, in an order that depends on the options alone. The order of the pairs
 * means nothing; of a pair, the first end is the one that dialled, where somebody did.
 *
 * Cost: linear in nodes and links, but for a factor of a logarithm in the one that sorts distances.
 */
#ifndef GOSSIM_SIM_TOPOLOGY_GROW_H
#define GOSSIM_SIM_TOPOLOGY_GROW_H

#include "base/arena.h"
#include "base/check.h"
#include "base/failure.h"
#include "base/prng.h"
#include "sim/topology.h"

#include <stdbool.h>
#include <stdint.h>

/** Links in the making. */
struct topology_pairs {
    uint32_t *ends; // [2 × capacity] in `scratch`
    uint64_t count;
    uint64_t capacity; // most links there can be
    uint64_t missing;  // links that were wanted and found no place
    struct arena *scratch;
    struct prng prng;
};

/** Makes room for links; to be called once, before the first one. */
void topology_pairs_reserve(struct topology_pairs *pairs, uint64_t capacity);

static inline void topology_pairs_add(struct topology_pairs *pairs, uint32_t a, uint32_t b) {
    CHECK(pairs->count < pairs->capacity);
    CHECK(a != b);
    pairs->ends[2 * pairs->count] = a;
    pairs->ends[2 * pairs->count + 1] = b;
    pairs->count++;
}

/**
 * Grows the links of a graph of such a kind; false and a reason where the options cannot be met.
 * CHECKs that the kind is one of them.
 */
FAILURE_WARN_UNUSED bool topology_grow(struct topology_pairs *pairs,
                                       const struct topology_options *options,
                                       struct failure *failure);

/** Refuses a graph of too many links. Returns false. */
bool topology_refuse_links(struct failure *failure);

/** True for the kinds of topology_grow(). */
bool topology_is_grown(enum topology_kind kind);

// One each, for topology_grow() alone.
FAILURE_WARN_UNUSED bool topology_grow_small_world(struct topology_pairs *pairs,
                                                   const struct topology_options *options,
                                                   struct failure *failure);
FAILURE_WARN_UNUSED bool topology_grow_hubs(struct topology_pairs *pairs,
                                            const struct topology_options *options,
                                            struct failure *failure);
FAILURE_WARN_UNUSED bool topology_grow_on_map(struct topology_pairs *pairs,
                                              const struct topology_options *options,
                                              struct failure *failure);
FAILURE_WARN_UNUSED bool topology_grow_grid(struct topology_pairs *pairs,
                                            const struct topology_options *options,
                                            struct failure *failure);
FAILURE_WARN_UNUSED bool topology_grow_clustered(struct topology_pairs *pairs,
                                                 const struct topology_options *options,
                                                 struct failure *failure);
FAILURE_WARN_UNUSED bool topology_grow_dialled(struct topology_pairs *pairs,
                                               const struct topology_options *options,
                                               struct failure *failure);

#endif
