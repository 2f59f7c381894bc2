/**
 * Order statistics of integers, the same in tables, figures and the summary of a run.
 *
 * Percentiles are nearest-rank: the p-th percentile of n sorted values is value number ⌈n·p/100⌉
 * counted from 1, so it is always one of the values. The mean is the exact integer sum divided by
 * n, rounded to the nearest integer, halves up (towards plus infinity); no sum of 64-bit values can
 * overflow it.
 *
 * Cost:   a percentile is one look-up; a mean and a summary are linear.
 */
#ifndef GOSSIM_ANALYSIS_STATISTICS_H
#define GOSSIM_ANALYSIS_STATISTICS_H

#include "base/bag.h"
#include "base/check.h"

#include <stdint.h>

/** What is printed of one set of values, in their unit. All zero when `count` is 0. */
struct statistics {
    uint64_t count;
    int64_t min;
    int64_t mean;
    int64_t p50;
    int64_t p90;
    int64_t p95;
    int64_t p99;
    int64_t max;
};

/** Statistics of values that pass by in ascending order, and are not kept. A trace has one for each
 * node, and goes from one to another: it is a line of the cache. */
struct statistics_passing {
    struct statistics *of; // what is filled
    uint64_t count;        // values that will pass
    uint64_t seen;
    int64_t last;        // value that passed
    uint64_t noted_next; // number of the next value to note: the first, a percentile, or the last
    uint64_t rest;
    int64_t quotient; // (sum of the values so far − rest) / count
    uint32_t next;    // percentile
};

/** Begins with `count` values that will pass; fills `of`, which must stay. */
void statistics_begin(struct statistics_passing *passing, struct statistics *of, uint64_t count);

/** For statistics_pass() alone: a value to note has passed; the sum is about to overflow. */
void statistics_note(struct statistics_passing *passing, int64_t value);
void statistics_carry(struct statistics_passing *passing);

/** The next value, at least the last one, at least 0. The last of `count` completes the statistics.
 */
static inline void statistics_pass(struct statistics_passing *passing, int64_t value) {
    CHECK(passing->seen < passing->count);
    CHECK(value >= passing->last);
    passing->last = value;
    passing->rest += (uint64_t)value;
    if (passing->rest >= UINT64_C(1) << 62) {
        statistics_carry(passing);
    }
    if (passing->seen++ == passing->noted_next) {
        statistics_note(passing, value);
    }
}

/** The nearest-rank percentile of `count` ≥ 1 ascending values; `percent` is 1 … 100. */
int64_t statistics_percentile(const int64_t *sorted, uint64_t count, uint32_t percent);

/** The mean of `count` ≥ 1 values in any order, rounded as said above. */
int64_t statistics_mean(const int64_t *values, uint64_t count);

/** All of the above over `count` ascending values; `count` may be 0. */
struct statistics statistics_of(const int64_t *sorted, uint64_t count);

/** The same over a bag. */
struct statistics statistics_of_bag(const struct bag *bag);

#endif
