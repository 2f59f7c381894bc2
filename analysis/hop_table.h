/**
 * Counts deliveries by topic and distance as they pass: an open hash table of pairs, looked up and
 * never walked but to be sorted. Memory is in proportion to the distinct pairs.
 */
#ifndef GOSSIM_ANALYSIS_HOP_TABLE_H
#define GOSSIM_ANALYSIS_HOP_TABLE_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { HOP_TABLE_LATEST = 16 };

/** All zero at first, but for the pool. */
struct hop_table {
    struct pool pool;
    struct hop_count *places; // [capacity], a power of two; free ones count nothing
    uint32_t capacity;
    uint32_t used;
    struct hop_count *latest[HOP_TABLE_LATEST]; // by hops: the place of their latest topic, or NULL
};

void hop_table_add(struct hop_table *table, uint32_t topic, uint32_t hops, bool requested);

/** The rows in their order, in memory of `arena`. */
struct hop_counts hop_table_rows(const struct hop_table *table, struct arena *arena);

#endif
