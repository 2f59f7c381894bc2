/**
 * Student's t distribution with whole degrees of freedom.
 *
 * For those the probability is a finite sum of powers of a cosine, so that nothing is approximated
 * but by rounding; the quantile is found by halving an interval. One minus the probability is good
 * to about 1e-15 in absolute terms, which is finer than any level that is tested at.
 *
 * Cost:   proportional to the degrees of freedom; a quantile costs a hundred probabilities.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
#ifndef GOSSIM_ANALYSIS_STUDENT_H
#define GOSSIM_ANALYSIS_STUDENT_H

#include <stdint.h>

/** P(|T| ≤ t) with `degrees` ≥ 1; t ≥ 0. */
double student_within(double t, uint32_t degrees);

/** The t with P(|T| ≤ t) = probability, which is above 0 and at most 0.9999999. */
double student_quantile(double probability, uint32_t degrees);

#endif
