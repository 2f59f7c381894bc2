/**
 * Losses that come in bursts: the model of Gilbert and Elliott.
 *
 * A direction of a link is in a good state or in a bad one, each with its own loss; it stays in
 * each for a time that is exponential. The state is a function of (seed, direction, virtual time):
 * the stays follow each other from time 0, their lengths are keyed by their number, and the first
 * state is drawn as it stands in the long run. Nothing depends on what was sent, or on when the
 * state was asked for.
 *
 * A cursor remembers the stay that was asked for last, so that going on costs O(1) for each stay
 * that has passed in between; it can go back too, and gives the same answer as from scratch.
 *
 * Source: Gilbert 1960, Elliott 1963; in continuous time. Stays are cut as all draws are, at 10.4
 * means (sim/distribution.h), and take at least a nanosecond.
 */
#ifndef GOSSIM_SIM_BURST_H
#define GOSSIM_SIM_BURST_H

#include "base/arena.h"
#include "base/quantity.h"
#include "sim/distribution.h"

#include <stdbool.h>
#include <stdint.h>

#define BURST_STAY_MIN_NS NS_PER_MS
#define BURST_STAY_MAX_NS (300 * NS_PER_S) // longer ones would be cut

struct burst_options {
    int64_t good_ns; // mean stays, BURST_STAY_MIN_NS … BURST_STAY_MAX_NS
    int64_t bad_ns;
    uint32_t good_loss_ppb; // 0 … SHARE_ONE
    uint32_t bad_loss_ppb;
};

struct burst {
    struct burst_options options;
    uint64_t seed;
    struct distribution good;
    struct distribution bad;
};

/** Where in time a direction was looked at last; all zero at first. */
struct burst_cursor {
    uint64_t number; // of the stay
    int64_t from_ns;
    int64_t until_ns; // not included; 0: not looked at yet
};

void burst_init(struct burst *burst, struct arena *arena, const struct burst_options *options,
                uint64_t seed);

/** The loss of a direction at a time ≥ 0, in parts per billion. */
uint32_t burst_loss_ppb(const struct burst *burst, struct burst_cursor *cursor, uint64_t direction,
                        int64_t at_ns);

#endif
