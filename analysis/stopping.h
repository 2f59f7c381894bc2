/**
 * When there are replicates enough: a mean is known as well as was asked for.
 *
 * A point of a sweep gets `repeat` replicates, and then more until the interval of a figure is
 * short enough. The values are looked at when there are `repeat` of them, then when there are a
 * quarter more, and so on (stopping_next_look()): what is decided at n values depends on the first
 * n in the order of their seeds, never on which came first, so that a sweep that was ended in
 * between decides the same.
 *
 * Stopping when the interval is short stops too early where the scatter happens to be small, so
 * that an interval of 95 % holds the mean less often than that: 93.6 % for ten values to begin
 * with. That is true of any such rule; it goes away only as the values become many (Chow and
 * Robbins). Therefore there are STOPPING_VALUES_MIN values to begin with, and where a rule is in
 * force all intervals are made, asked and shown at STOPPING_CONFIDENCE: with these the mean of
 * normal values is in its interval in at least 95 % of cases, whatever the scatter is
 * (tests/model/test_stopping_coverage.c counts them). Where nothing depends on how small the
 * scatter is they hold it more often, up to 97 %. Values that lean hold it less often: log-normal
 * ones (σ = 0.5) in 92 to 94 %.
 *
 * Values that are all the same have no scatter, which does not make their mean known: six runs in
 * which everything arrived are what one sees three times in four if a run in twenty loses a
 * message. What n equal values say at 95 % is that at most a share p = 1 − 0.05^(1/n) of runs has
 * another value (the exact binomial bound, about 3/n). Looking often costs nothing here, as it is
 * the first look at enough of them that ends it. The rule asks that others could not move the mean
 * by the limit:
 *
 *  - A figure between nought and `largest`, such as a share: p times how far another value can be
 *    is below the limit. Of nothing but ones, a limit of 2 % takes 149.
 *  - Any other figure: how far others are cannot be known. They are supposed to be within as much
 *    again as the value (at nought: one of its unit), and rarer than STOPPING_RARE, which takes 59.
 *  - A limit that is a share of a mean of nought is taken as one of that distance.
 *
 * Source: Chow and Robbins, Annals of Mathematical Statistics 36 (1965); Anscombe, Journal of the
 *         Royal Statistical Society B 15 (1953); Law and Kelton, Management Science 28 (1982), for
 *         how such rules do with few values; Singham, ACM TOMACS 24 (2014), for raising the
 *         confidence until the rule has the coverage that is wanted; Hanley and Lippman-Hand, JAMA
 *         249 (1983), the rule of three; Clopper and Pearson, Biometrika 26 (1934).
 */
#ifndef GOSSIM_ANALYSIS_STOPPING_H
#define GOSSIM_ANALYSIS_STOPPING_H

#include "analysis/paired.h"

#define STOPPING_CONFIDENCE 0.97
#define STOPPING_MISS 0.05 // how often what is said of equal values may be wrong
#define STOPPING_RARE 0.05 // of runs

enum { STOPPING_VALUES_MIN = 6 };

/** How well a mean is to be known. */
struct stopping_rule {
    bool relative;  // the limit is a share of the mean
    double limit;   // half of the interval is to be smaller
    double largest; // that the figure can be, if it is not below 0; 0: there is none
};

/** The number of values at which to look after `look`, at most `most`. */
uint32_t stopping_next_look(uint32_t look, uint32_t most);

/** The share of runs that may have another value after `count` ≥ 1 that are all the same. */
double stopping_others_share(uint32_t count);

/**
 * Whether the mean of `count` values is known as well as that; fewer than two that are defined are
 * not.
 */
bool stopping_is_known(const struct figure_value *values, uint32_t count,
                       struct stopping_rule rule);

#endif
