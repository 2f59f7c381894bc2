/**
 * Which points of a latency distribution are drawn and tabled.
 *
 * A distribution of more than CDF_POINTS_* values is thinned to that many ranks at even distances,
 * the first and last value always among them. Of more than CDF_MESSAGES_MAX messages that many are
 * chosen at even distances in message order.
 */
#ifndef GOSSIM_ANALYSIS_CDF_H
#define GOSSIM_ANALYSIS_CDF_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdint.h>

enum { CDF_POINTS_POOLED = 2000, CDF_POINTS_MESSAGE = 200, CDF_MESSAGES_MAX = 60 };

/** How many points `count` values are drawn with, at most `points_max` ≥ 2. */
uint64_t cdf_points(uint64_t count, uint64_t points_max);

/** The rank (from 1) of point `index` of `points` over `count` values. */
uint64_t cdf_rank(uint64_t count, uint64_t points, uint64_t index);

struct cdf_messages {
    uint32_t *items; // [count], message numbers, ascending
    uint32_t count;
};

/** The messages that get a line of their own: published ones with expected receivers. */
struct cdf_messages cdf_choose_messages(const struct run_data *run, struct arena *arena);

#endif
