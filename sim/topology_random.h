/**
 * The random graphs of topology.h, as plain lists of pairs.
 *
 * A generator writes two ends per link into memory that the caller lends, and uses more lent memory
 * as a set of pairs; it takes none of its own. It draws integers from one stream, in an order that
 * depends on its arguments alone. The order of the pairs, and of the two ends of a pair, means
 * nothing.
 */
#ifndef GOSSIM_SIM_TOPOLOGY_RANDOM_H
#define GOSSIM_SIM_TOPOLOGY_RANDOM_H

#include "base/prng.h"

#include <stdint.h>

enum { TOPOLOGY_PPB_ONE = 1000000000 };

struct topology_draft {
    uint32_t node_count;
    uint64_t link_count; // of the finished graph, ≤ 2^31 − 1
    uint32_t *ends;      // [2 × link_count] borrowed: the result
    uint64_t *table;     // [2 × link_count] borrowed: scratch
    struct prng *prng;
};

/**
 * A random graph in which every node has `degree` links; link_count is half of nodes × degree.
 *
 * The ends of all links are paired at random, a pair that would be a loop or a second link swaps an
 * end with a pair drawn at random until both are good, and more such swaps wash out what repairing
 * favours. So all such graphs are about equally likely. A graph with more than half of all links is
 * drawn as the links it lacks.
 *
 * Cost: linear in links.
 */
void topology_draw_regular(const struct topology_draft *draft, uint32_t degree);

/** link_count distinct pairs, every such set equally likely. Cost: linear in links. */
void topology_draw_links(const struct topology_draft *draft);

/**
 * Each pair on its own with probability_ppb / 10^9, exact to 2^−64 or so. Returns the number of
 * links; stops at link_count. Where `ends` is NULL it only counts: from the same state of the
 * stream, a second call writes what the first one counted.
 *
 * The gap to the next link is drawn bit by bit: blocks of 2^k pairs are skipped while they are
 * drawn empty, and the block that is not is halved, with conditional probabilities made by squaring
 * in 64-bit fixed point.
 *
 * Cost: links × log(1 / probability).
 */
uint64_t topology_draw_pairs(const struct topology_draft *draft, uint32_t probability_ppb);

#endif
