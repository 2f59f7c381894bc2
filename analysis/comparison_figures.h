/**
 * The figures of a comparison, in `folder`/figures, each with the tables that it shows beside it.
 *
 *     differences    a row for each figure: the difference at each seed, its mean and interval,
 *                    as shares of A's mean, as the units differ
 *     latency_cdf    both distributions of latency: the mean over runs of the share that a time
 *                    suffices for, with its interval at each time by itself
 *
 * In the distribution what never arrived counts as not arrived: a curve ends where the delivery
 * ratio is.
 *
 * Titles are broken into lines; one that is longer than a few ends in an ellipsis.
 */
#ifndef GOSSIM_ANALYSIS_COMPARISON_FIGURES_H
#define GOSSIM_ANALYSIS_COMPARISON_FIGURES_H

#include "analysis/comparison.h"
#include "analysis/latency_steps.h"
#include "base/failure.h"

#include <stdbool.h>

enum { COMPARISON_TITLE_SIZE = 1024 };

struct comparison_drawing {
    const struct comparison *comparison; // worked out
    const char *titles[2];
    const char *hashes[2]; // of both scenarios, at the first seed
    const char *version;
    const struct latency_steps *steps; // [2 × pairs], those of A first; NULL: not known
    unsigned formats;
    struct arena *arena;
};

FAILURE_WARN_UNUSED bool comparison_figures_draw(const struct comparison_drawing *drawing,
                                                 const char *folder, struct failure *failure);

/** The share of all expected deliveries that a step's end suffices for: over the runs of a side. */
struct sample comparison_reached(const struct comparison_drawing *drawing, uint32_t side,
                                 uint32_t step);

#endif
