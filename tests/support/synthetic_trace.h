/**
 * A trace made up without a simulator: a graph of a chosen kind, messages that spread over it with
 * the delays of its links, some losses that gossip makes good, and plausible totals. For tests, and
 * for looking at figures; what is drawn from it says nothing about GossipSub.
 */
#ifndef GOSSIM_TESTS_SUPPORT_SYNTHETIC_TRACE_H
#define GOSSIM_TESTS_SUPPORT_SYNTHETIC_TRACE_H

#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum synthetic_kind {
    SYNTHETIC_WORLD,  // random graph over the eight regions of world-8
    SYNTHETIC_RANDOM, // random graph without regions
    SYNTHETIC_SPARSE, // random tree with a few more links
    SYNTHETIC_LINE,
    SYNTHETIC_RING,
    SYNTHETIC_STAR,
};

struct synthetic_options {
    enum synthetic_kind kind;
    uint32_t nodes;                  // ≥ 3
    uint32_t messages;               // published one a second from 5 s on
    uint32_t topics;                 // ≥ 1; messages take turns
    uint32_t late_per_thousand;      // deliveries that come by gossip instead
    uint32_t unreached_per_thousand; // deliveries that never come
    bool floodsub;                   // neither mesh nor D
};

/** Writes the trace to `path`; the same options give the same bytes. */
FAILURE_WARN_UNUSED bool synthetic_trace_write(const struct synthetic_options *options,
                                               struct arena *arena, const char *path,
                                               struct failure *failure);

#endif
