#include "analysis/replicates.h"

#include "analysis/bootstrap.h"
#include "base/check.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

uint32_t replicates_median_rank(uint32_t count, double confidence) {
    double tail = (1 - confidence) / 2;
    // ln P(B = k), from P(B = 0) = 2^−n on; beyond a thousand values 2^−n itself is no double.
    double log_chance = -(double)count * log(2);
    double below = 0;
    uint32_t rank = 0;
    while (rank < count) {
        below += exp(log_chance);
        if (below > tail) {
            break;
        }
        log_chance += log((double)(count - rank)) - log((double)rank + 1);
        rank++;
    }
    return rank;
}

/** A key that sorts as the number does. */
static uint64_t key_of(double number) {
    uint64_t bits = 0;
    _Static_assert(sizeof bits == sizeof number, "a double has 64 bits");
    memcpy(&bits, &number, sizeof bits);
    return bits >> 63 == 1 ? ~bits : bits | UINT64_C(1) << 63;
}

/** The defined values in order; returns how many. */
static uint32_t sort_values(struct arena *arena, const struct figure_value *values, uint32_t count,
                            double *sorted) {
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, count, sizeof *scratch);
    uint32_t defined = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].defined) {
            items[defined++] = (struct sort_item){key_of(values[i].value), i};
        }
    }
    sort_by_key(items, scratch, defined);
    for (uint32_t i = 0; i < defined; i++) {
        sorted[i] = values[items[i].value].value;
    }
    return defined;
}

struct replicates replicates_of(struct arena *arena, const struct figure_value *values,
                                uint32_t count, struct replicates_options options) {
    struct replicates replicates = {.sample = sample_at(values, count, options.confidence)};
    double *sorted = arena_take_array(arena, MEMORY_TABLES, count, sizeof *sorted);
    uint32_t defined = sort_values(arena, values, count, sorted);
    CHECK(defined == replicates.sample.count);
    if (defined == 0) {
        return replicates;
    }
    double above = sorted[defined / 2];
    double below = sorted[(defined - 1) / 2];
    replicates.median = below + (above - below) / 2;
    uint32_t rank = replicates_median_rank(defined, options.confidence);
    replicates.has_median_interval = rank > 0;
    if (rank > 0) {
        replicates.median_low = sorted[rank - 1];
        replicates.median_high = sorted[defined - rank];
    }
    if (options.bootstrap) {
        struct bootstrap_interval interval =
            bootstrap_mean(arena, values, count, options.confidence);
        replicates.has_bootstrap = interval.known;
        replicates.bootstrap_low = interval.low;
        replicates.bootstrap_high = interval.high;
    }
    return replicates;
}
