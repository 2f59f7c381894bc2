/**
 * Which part of a run handles which node: parts of about equal weight, with long links in between.
 *
 * Parts that run side by side may be apart in time by as much as the shortest link between them
 * takes. So links shorter than some threshold are contracted, and what hangs together by them goes
 * to one part; the threshold is the largest whose pieces can still be packed evenly. A node weighs
 * one and its degree, and no part weighs more than PARTITION_EXCESS_PPM beyond its share.
 *
 *     a ─1ms─ b ─30ms─ c ─2ms─ d        threshold 30 ms:  [a b] [c d]
 *
 * Where plain ranges of node numbers are apart by PARTITION_ENOUGH_NS, or by half of what packing
 * would gain, they are taken: neighbours in arrays by node then belong to one part, and two
 * processors do not write to one cache line.
 *
 * The result is a function of the graph, the delays and the number of parts. Cost: O(links) for
 * each threshold that is tried, of which there are a few dozen at most.
 */
#ifndef GOSSIM_SIM_PARTITION_H
#define GOSSIM_SIM_PARTITION_H

#include "base/arena.h"
#include "sim/link.h"

#include <stdint.h>

enum { PARTITION_PARTS_MAX = 64, PARTITION_EXCESS_PPM = 100000 };

#define PARTITION_ENOUGH_NS INT64_C(4000000)

struct partition {
    uint8_t *part_of; // [node_count] below `parts`
    uint32_t parts;   // none is empty
    int64_t
        between_ns; // the least that a packet takes between two of them; INT64_MAX: none ever does
};

/** Parts of the nodes that these links join: `parts` of them, or as many as there are nodes. */
void partition_make(struct partition *partition, struct arena *arena, const struct links *links,
                    uint32_t parts);

#endif
