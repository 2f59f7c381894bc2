/**
 * What a paired t test of n differences can find: its power, the difference that it finds, the
 * pairs that it takes.
 *
 * A test at `level` finds a true difference of `effect` standard deviations with the probability
 * that noncentral t with n − 1 degrees of freedom and noncentrality effect·√n is beyond its limit,
 * on either side. That is 1 − E[Φ(t·U − δ) − Φ(−t·U − δ)] over U, the root of a mean of squares of
 * normal values; the expectation is an integral by Simpson's rule, good to about 1e-7, and to 1e-9
 * from five pairs on.
 *
 * The standard deviation is taken to be known. Of few pairs it is not, so what is said of the
 * future is an estimate itself.
 *
 * Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2 (1995), chapter 31;
 *         Abramowitz and Stegun 26.7.5 for t of many degrees of freedom.
 */
#ifndef GOSSIM_ANALYSIS_POWER_H
#define GOSSIM_ANALYSIS_POWER_H

#include <stdbool.h>
#include <stdint.h>

enum { POWER_PAIRS_MAX = 1000000 };

/** The chance of finding a difference of `effect` ≥ 0 standard deviations; pairs ≥ 2. */
double power_of(uint32_t pairs, double effect, double level);

/** The least effect that is found with that power; pairs ≥ 2. */
double power_detectable(uint32_t pairs, double level, double power);

/** The least number of pairs, from 2, that find an effect > 0 with that power; 0 if it is more than
 * POWER_PAIRS_MAX. */
uint32_t power_pairs(double effect, double level, double power);

#endif
