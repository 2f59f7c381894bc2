/**
 * Whether at least a share of runs meets something, asked after every run until it is clear.
 *
 * Runs at different seeds are independent, and each meets it or does not. Two bets are held against
 * the share q: one that the true share p is above, one that it is below. A bet's worth after n
 * runs, of which s met it, is the mean of the likelihood ratios of all p above q (or all below) to
 * q:
 *
 *     above  P(B ≤ s) / ((n + 1)(1 − q) b)        B binomial with n + 1 trials of q,
 *     below  P(B > s) / ((n + 1) q b)             b = P(s of n trials of q)
 *
 * If p ≤ q, the worth of the first is in the mean at most 1 after any run, and by Ville's
 * inequality it ever reaches 1/level with a chance of at most `level`; the other way about for the
 * second. So one may look after every run and stop whenever one likes: looking often costs no
 * correction, and a decision is wrong in at most that share of cases. A true share that is q
 * itself, or very near, may never be decided.
 *
 * Decisions depend on runs in the order of their seeds, never on which was over first.
 *
 * Source: Ville, Étude critique de la notion de collectif (1939); Robbins, Annals of Mathematical
 *         Statistics 41 (1970), mixtures of likelihood ratios; Wald (1947) for the test of which
 *         they are the means.
 */
#ifndef GOSSIM_ANALYSIS_SHARE_TEST_H
#define GOSSIM_ANALYSIS_SHARE_TEST_H

#include <stdbool.h>
#include <stdint.h>

enum share_verdict { SHARE_OPEN, SHARE_MET, SHARE_MISSED };

struct share_question {
    double share; // between 0 and 1, neither included
    double level; // chance of a wrong decision
};

/** What the bets are worth after `count` runs of which `met` met it. */
double share_worth_above(uint32_t met, uint32_t count, double share);
double share_worth_below(uint32_t met, uint32_t count, double share);

/** Goes through `count` runs in order until it is clear; `*looked` is how many that took. */
enum share_verdict share_decide(const struct share_question *question, const uint8_t *met,
                                uint32_t count, uint32_t *looked);

/** How many more runs there must be before anything can be clear, at most `most`. */
uint32_t share_runs_ahead(const struct share_question *question, uint32_t met, uint32_t count,
                          uint32_t most);

/** The fewest runs that can show that a share is met, as all do; or missed, as none does. */
uint32_t share_least_runs(const struct share_question *question, bool met);

#endif
