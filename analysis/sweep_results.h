/**
 * What a sweep has found, as its figures need it: points, each with a value of every parameter, and
 * at each point some figures by replicate. Whoever reads the database fills it in.
 */
#ifndef GOSSIM_ANALYSIS_SWEEP_RESULTS_H
#define GOSSIM_ANALYSIS_SWEEP_RESULTS_H

#include "analysis/paired.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sweep_unit { SWEEP_UNIT_NONE, SWEEP_UNIT_SHARE, SWEEP_UNIT_NS, SWEEP_UNIT_BYTES };

/** The value of a parameter. Numbers are of one kind (durations, sizes, …) or do not compare. */
struct sweep_level {
    const char *text;
    int kind; // 0: a word, which has no number
    double number;
};

struct sweep_result_figure {
    const char *name; // `latency.p99`
    enum sweep_unit unit;
};

/** Which run it was; both are NULL for one that is missing. */
struct sweep_result_run {
    const char *seed;
    const char *digest;
};

struct sweep_results {
    const char *name;
    const char *hash; // of the scenario without its sweep
    const char *version;
    const char *first_seed;
    const char *last_seed;
    double confidence; // of intervals; 0: 95 %
    uint32_t parameter_count;
    const char *const *paths;
    uint32_t point_count;
    const int64_t *numbers;           // [points] what the database calls them
    const struct sweep_level *levels; // [points × parameters]
    uint32_t repeat;                  // the most replicates of a point
    const uint32_t *replicates;       // [points] that are done
    uint32_t figure_count;
    const struct sweep_result_figure *figures;
    const struct figure_value *values;   // [figures × points × repeat]
    const struct sweep_result_run *runs; // [points × repeat]
};

static inline double sweep_results_confidence(const struct sweep_results *results) {
    return results->confidence > 0 ? results->confidence : 0.95;
}

static inline const struct figure_value *sweep_results_values(const struct sweep_results *results,
                                                              uint32_t figure, uint32_t point) {
    return &results->values[((size_t)figure * results->point_count + point) * results->repeat];
}

#endif
