/**
 * What was sent in each sampling interval: the differences of a trace's running totals.
 *
 * Totals start from nothing at time zero, or where `measure` begins. Of several totals at one
 * instant the last counts, and totals at time zero itself are part of the first interval, so the
 * intervals always add up to the last total.
 */
#ifndef GOSSIM_ANALYSIS_TRAFFIC_H
#define GOSSIM_ANALYSIS_TRAFFIC_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdint.h>

enum { TRAFFIC_BINS_MAX = 120 };

struct traffic_interval {
    int64_t from_ns;
    int64_t to_ns;             // > from_ns
    struct trace_traffic sent; // differences; at_ns is to_ns
};

struct traffic_intervals {
    struct traffic_interval *items; // [count], in the order of time
    uint32_t count;
};

struct traffic_intervals traffic_intervals_of(const struct run_data *run, struct arena *arena);

/**
 * The intervals joined so that at most TRAFFIC_BINS_MAX are left to draw: the least of 1, 2, 5, 10,
 * 20, … of them at a time that does it. The last bin may hold fewer.
 */
struct traffic_intervals traffic_bins_of(const struct traffic_intervals *intervals,
                                         struct arena *arena);

/** What came between two totals; at the time of the later one. */
struct trace_traffic traffic_difference(const struct trace_traffic *now,
                                        const struct trace_traffic *before);

/** Bytes of all kinds together. */
uint64_t traffic_bytes(const struct trace_traffic *traffic);

/** Bytes that are not data of messages: everything but the payload. */
uint64_t traffic_control_bytes(const struct trace_traffic *traffic);

#endif
