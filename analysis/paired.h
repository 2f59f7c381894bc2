/**
 * Paired differences: what a change does to a figure, measured at the same seeds with and without.
 *
 * Two runs of one seed share their graph, delays, losses and publishers, so the difference of a
 * pair is the change's doing alone; how much the differences scatter from seed to seed says how
 * well their mean is known. The interval is mean ± t·s/√n over the n pairs, t being the 97.5 %
 * point of Student's distribution with n − 1 degrees of freedom. n counts seeds, never deliveries:
 * those of one run depend on each other.
 *
 *  - A seed at which either figure is undefined gives no pair. Below two pairs there is no
 * interval.
 *  - Differences that are all the same scatter nowhere, and t says nothing. What is left is that n
 *    seeds agree on the sign, which happens by chance with probability 2/2ⁿ (the sign test); where
 *    they are all zero, no change was seen.
 *
 * Many intervals of 95 % miss now and then; paired_holm() says which differences are clear of zero
 * when all of a family are looked at together.
 *
 * Source: Student, Biometrika 6 (1908); Holm, Scandinavian Journal of Statistics 6 (1979).
 */
#ifndef GOSSIM_ANALYSIS_PAIRED_H
#define GOSSIM_ANALYSIS_PAIRED_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/** A figure of a run: undefined where it is 0/0. */
struct figure_value {
    bool defined;
    double value;
};

/** Mean and scatter of some values. */
struct sample {
    uint32_t count;    // of values that are defined
    double mean;       // 0 without values
    double deviation;  // the standard deviation with n − 1; 0 below two values
    double half_width; // of the interval, of 95 % unless said otherwise; 0 below two values
    bool same;         // at least two values, and all the same
};

/** Whether there is an interval at all: one value has none, and neither have values that are all
 * the same, whose scatter is not known for being nought. */
static inline bool sample_has_interval(const struct sample *sample) {
    return sample->count >= 2 && !sample->same;
}

struct paired_difference {
    struct sample sample; // of changed − base, over the pairs
    double p_value;       // of a mean of zero, two-sided; 1 without an interval
    bool has_interval;    // two pairs or more that are not all the same
    bool clear;           // of zero, at 5 %
    bool clear_in_family; // the same for all of a family at once: set by paired_holm()
};

/** The mean of `count` values and its interval; undefined ones are left out. */
struct sample sample_of(const struct figure_value *values, uint32_t count);

/** The same with an interval of another confidence, such as 0.99. */
struct sample sample_at(const struct figure_value *values, uint32_t count, double confidence);

/** The difference over `count` seeds; the values of one seed have the same index. */
struct paired_difference paired_difference_of(struct arena *arena,
                                              const struct figure_value *changed,
                                              const struct figure_value *base, uint32_t count);

/**
 * Marks those differences of a family that are clear of zero by Holm's procedure: the chance that
 * any of them is marked wrongly is at most 5 %, however they depend on each other. Those with fewer
 * than two pairs are no part of the family. Returns the size of the family.
 */
uint32_t paired_holm(struct arena *arena, struct paired_difference *differences, uint32_t count);

/** The same with a chance of at most `level`. */
uint32_t paired_holm_at(struct arena *arena, struct paired_difference *differences, uint32_t count,
                        double level);

#endif
