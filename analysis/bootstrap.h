/**
 * An interval for the mean of a few independent values that scatter unevenly: the bootstrap-t.
 *
 * From n values n are drawn with replacement, some thousand times. Each such resample has a
 * t′ = (mean′ − mean) / (s′ / √n), and the interval is mean − t′·s/√n between two of those, where
 * Student's takes two of a table. Where values lean to one side, so does the interval.
 *
 * Why this one of the bootstrap's intervals: for a mean it errs by O(1/n) as BCa does, but its
 * quantiles widen with s′, while percentile and BCa intervals of few values are too narrow by about
 * √((n−1)/n) and the missing t, and BCa needs tail ranks that a small n does not have. The mean is
 * the case where its known weakness, a statistic whose scatter cannot be estimated, is none. With
 * few values it is long rather than wrong. Below eight values there are so few different resamples
 * that it is not given.
 *
 *  - Resamples come from the stream STREAM_BOOTSTRAP with n as its index: n values have the same
 *    ones in every figure, at every point, in every program.
 *  - A resample of n times one value has t′ = ±∞. Where the quantile is such a one, nothing is
 *    known: values that are nearly all the same do not tell how they scatter.
 *  - Values that are all the same have the interval of that value.
 *
 * Cost:   BOOTSTRAP_RESAMPLES × n draws.
 * Source: Hall, Annals of Statistics 16 (1988); DiCiccio and Efron, Statistical Science 11 (1996);
 *         Hesterberg, The American Statistician 69 (2015), for small samples.
 */
#ifndef GOSSIM_ANALYSIS_BOOTSTRAP_H
#define GOSSIM_ANALYSIS_BOOTSTRAP_H

#include "analysis/paired.h"

/** With 3999 resamples the ends of 95 % are the 100th from below and from above. */
enum { BOOTSTRAP_RESAMPLES = 3999, BOOTSTRAP_VALUES_MIN = 8 };

struct bootstrap_interval {
    bool known;
    double low;
    double high;
};

/** For the mean of those of `count` values that are defined. */
struct bootstrap_interval bootstrap_mean(struct arena *arena, const struct figure_value *values,
                                         uint32_t count, double confidence);

#endif
