/**
 * Distributions of durations as integer quantile tables.
 *
 * A table holds DISTRIBUTION_CELLS + 1 quantiles; a draw takes 64 random bits, uses the upper ones
 * to choose a cell and the rest to interpolate in it, in integers. Tables are made with + − × ÷ and
 * sqrt alone, never libm, so that they are the same on every machine; draws and tables are cut at
 * their outermost quantile (1/(8 × cells) from either end) and at DISTRIBUTION_CAP_NS, an hour, on
 * either side of 0. Constant and uniform have no table and no cap. An empirical distribution goes
 * from its first point to its last, and a step of it is at most a cell wide. Results below `min_ns`
 * become `min_ns`.
 *
 * Source: DESIGN.md §2 "Links", "Floating point".
 */
#ifndef GOSSIM_SIM_DISTRIBUTION_H
#define GOSSIM_SIM_DISTRIBUTION_H

#include "base/arena.h"

#include <stdint.h>

enum { DISTRIBUTION_CELL_BITS = 12, DISTRIBUTION_CELLS = 1 << DISTRIBUTION_CELL_BITS };

#define DISTRIBUTION_CAP_NS INT64_C(3600000000000)

enum distribution_kind {
    DISTRIBUTION_CONSTANT,    // a: value
    DISTRIBUTION_UNIFORM,     // a … b, both included
    DISTRIBUTION_NORMAL,      // a: mean, b: standard deviation
    DISTRIBUTION_LOGNORMAL,   // a: median, sigma_ppm: of the logarithm, in millionths
    DISTRIBUTION_EXPONENTIAL, // a: mean
    DISTRIBUTION_EMPIRICAL, // points of its distribution function; a … b: the first and the last
};

/** That share of all draws is at most the value. */
struct distribution_point {
    int64_t value_ns;   // 0 … DISTRIBUTION_CAP_NS, ascending
    uint32_t share_ppb; // ascending, the last one SHARE_ONE
};

struct distribution_options {
    enum distribution_kind kind;
    int64_t a_ns; // ≥ 0; where draws may be negative, only for lognormal and exponential
    int64_t b_ns; // ≥ a_ns if uniform, ≥ 0 if normal
    uint32_t sigma_ppm;
    const struct distribution_point *points; // EMPIRICAL: [point_count], straight in between
    uint32_t point_count;
};

struct distribution {
    struct distribution_options options;
    int64_t min_ns;           // floor of every draw; negative lets draws be so
    const int64_t *quantiles; // [DISTRIBUTION_CELLS + 1] ascending; NULL for constant and uniform
};

/**
 * Fills the distribution; its table, if it needs one, is counted under MEMORY_TOPOLOGY.
 *
 * Cost: a few milliseconds for a table from the normal distribution, less for the others.
 */
void distribution_init(struct distribution *distribution, struct arena *arena,
                       const struct distribution_options *options, int64_t min_ns);

/** The value that 64 uniformly random bits select; never falls as `bits` rises. */
int64_t distribution_at(const struct distribution *distribution, uint64_t bits);

/** The smallest and the largest value a draw can have, both after the floor at min_ns. */
int64_t distribution_min(const struct distribution *distribution);
int64_t distribution_max(const struct distribution *distribution);

#endif
