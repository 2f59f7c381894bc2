/**
 * What replicates of a run say of a figure: mean and median, each with an interval of 95 %.
 *
 * A replicate is a whole run at a seed of its own, and gives one value of the figure. The values of
 * different seeds are independent; the deliveries within a run are not, so they are never pooled.
 *
 *  - The mean's interval is mean ± t·s/√n, with Student's t of n − 1 degrees of freedom. It takes
 *    the means of replicates to be about normal.
 *  - The median's interval lies between two of the values: the k-th from below and the k-th from
 *    above, k being the largest with P(B < k) ≤ 2.5 % for B binomial with n trials of 1/2. It
 *    holds whatever the values' distribution is, at no less than 95 %; below six values there is
 *    none. The median of an even number is the middle of the two in the middle.
 *  - Figures that are percentiles of a run scatter unevenly, more upwards than downwards, and t
 *    does not see that. They get one more interval for the mean, by the bootstrap
 *    (analysis/bootstrap.h).
 *
 * Source: Student, Biometrika 6 (1908); Thompson, Annals of Mathematical Statistics 7 (1936), for
 * the median.
 */
#ifndef GOSSIM_ANALYSIS_REPLICATES_H
#define GOSSIM_ANALYSIS_REPLICATES_H

#include "analysis/paired.h"

struct replicates {
    struct sample sample; // mean and its interval
    double median;
    bool has_median_interval;
    double median_low;
    double median_high;
    bool has_bootstrap; // the interval of the mean by the bootstrap was asked for, and is known
    double bootstrap_low;
    double bootstrap_high;
};

struct replicates_options {
    double confidence; // of all intervals, such as 0.95
    bool bootstrap;    // wanted
};

/** The rank k from 1 of the interval of a median of `count` values; 0 if there is none. */
uint32_t replicates_median_rank(uint32_t count, double confidence);

/** Of `count` values, of which undefined ones are left out. */
struct replicates replicates_of(struct arena *arena, const struct figure_value *values,
                                uint32_t count, struct replicates_options options);

#endif
