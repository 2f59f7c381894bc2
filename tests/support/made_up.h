/**
 * Made-up replicates for tests that count how often a statistic is right: draws of a stream of
 * their own, so that every call of the test sees the same ones.
 */
#ifndef GOSSIM_TESTS_SUPPORT_MADE_UP_H
#define GOSSIM_TESTS_SUPPORT_MADE_UP_H

#include "base/prng.h"

#include <math.h>

/** Uniform between 0 and 1, neither included. */
static inline double made_up_uniform(struct prng *prng) {
    return ((double)(prng_next(prng) >> 11) + 0.5) / 9007199254740992.0;
}

/** Normal with mean 0 and deviation 1 (Box and Muller). */
static inline double made_up_normal(struct prng *prng) {
    double radius = sqrt(-2 * log(made_up_uniform(prng)));
    return radius * cos(6.283185307179586 * made_up_uniform(prng));
}

/** Exponential less its mean: leans to the right, with mean 0 and deviation 1. */
static inline double made_up_leaning(struct prng *prng) {
    return -log(made_up_uniform(prng)) - 1;
}

/** What chance leaves a share of `trials` below `expected` in one case of a thousand. */
static inline double made_up_least(double expected, double trials) {
    return expected - 3.09 * sqrt(expected * (1 - expected) / trials);
}

#endif
