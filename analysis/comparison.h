/**
 * Two settings, A and B, at the same seeds: what differs, by how much, how sure that is, and what
 * could not have been seen.
 *
 *     replicates of A ──┐ by seed                         ┌─▶ difference B − A, intervals
 *                       ├──▶ one difference for each seed ┼─▶ the same in parts of A
 *     replicates of B ──┘                                 └─▶ a verdict
 *
 * Runs of one seed share graph, delays, losses and publishers as far as the setting lets them, so
 * what is left between them is its doing, and the differences scatter less than the figures do
 * (analysis/paired.h). n counts seeds, never deliveries.
 *
 *  - `difference` has the interval of one figure looked at by itself; `together_half_width` belongs
 *    to intervals that all hold their differences at once (Bonferroni over the family).
 *  - A figure DIFFERS if it is clear of zero among all of the family (Holm). Holm finds more than
 *    those intervals tell: a difference can be clear while its interval of all together holds zero.
 *  - With a margin, a figure is EQUIVALENT if the difference is shown to be within it (two t tests
 *    of one side each, Holm over the figures with margins). That nothing was found never makes it
 *    so. What is both is DIFFERS_WITHIN. Where the margin is a share m of A's mean, which is not
 *    known either, the tests are of B − (1 + m)A and B − (1 − m)A at each seed.
 *  - Where all pairs agree there is no scatter and no t: no difference at any seed is SAME, and the
 *    same difference at all of them is left to the sign test, on zero as on a margin.
 *  - What is the same wherever both have a value is UNKNOWN if at some seed one of them alone has.
 *  - All else is UNKNOWN, with what could be said if there were a difference: `detectable` is what
 *    the test of all together finds with the power `power`, by the scatter that was seen, and
 *    with `more` replicates it finds a difference of `wanted`, if as many of them as so far have a
 *    value in both. The difference that was seen is not used for that: power at it says no more
 *    than its p value (Hoenig and Heisey).
 *  - The relative difference mean(B − A) / mean(A) has Fieller's interval, which takes the scatter
 *    of A, and that both are of the same seeds, into account; none if A's mean is not clear of
 *    zero.
 *
 * Whoever has the replicates fills the fields above the line; comparison_work_out() does the rest.
 * Nothing here prints: comparison_text.h makes sentences, and a figure can be drawn of the struct
 * alone (values of both by seed, differences with intervals, verdicts).
 *
 * Source: Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), two one-sided
 *         tests; Fieller, Journal of the Royal Statistical Society B 16 (1954); Hoenig and Heisey,
 *         The American Statistician 55 (2001); McNemar, Psychometrika 12 (1947), in its exact form.
 */
#ifndef GOSSIM_ANALYSIS_COMPARISON_H
#define GOSSIM_ANALYSIS_COMPARISON_H

#include "analysis/paired.h"
#include "trace/digest.h"

#include <stdbool.h>
#include <stdint.h>

enum comparison_verdict {
    COMPARISON_SAME,           // at every seed: undefined in both, or the same value
    COMPARISON_DIFFERS,        //
    COMPARISON_DIFFERS_WITHIN, // by less than the margin
    COMPARISON_EQUIVALENT,     // within the margin
    COMPARISON_UNKNOWN,        // nothing was found, and nothing shown
    COMPARISON_UNDEFINED,      // fewer than two pairs
    COMPARISON_VERDICT_COUNT
};

struct comparison_figure {
    const char *name;
    const char *unit;             // of the numbers as they are shown
    double scale;                 // values divided by it are in that unit
    const struct figure_value *a; // [pairs] by seed, in the figure's own unit
    const struct figure_value *b;
    double margin; // in that unit, or a share of A's mean; 0: there is none
    bool margin_is_share;
    // ---
    struct sample a_sample; // of the pairs where both are defined
    struct sample b_sample;
    uint32_t undefined_a; // seeds
    uint32_t undefined_b;
    uint32_t undefined_both;             // of these
    struct paired_difference difference; // B − A
    double together_half_width;
    bool has_relative; // mean(A) is not zero
    double relative;
    bool has_relative_interval;
    double relative_low;
    double relative_high;
    double margin_size;         // in the figure's own unit
    double equivalence_p_value; // 1 without a margin
    bool equivalent;            // among all with margins
    double detectable;          // UNKNOWN: see above; 0 where the scatter is not known
    double wanted;              // 0 where nothing can be said
    uint32_t more;              // replicates; 0: more than a million
    enum comparison_verdict verdict;
};

enum comparison_outcome {
    COMPARISON_IDENTICAL,        // the same runs: the same digest at every seed
    COMPARISON_DIFFERENCE,       // in some figure
    COMPARISON_SMALL_DIFFERENCE, // within the margin in some figure, and none is open
    COMPARISON_NO_DIFFERENCE,    // every figure is SAME or EQUIVALENT
    COMPARISON_CANNOT_TELL       // some figure is open; others may differ within their margins
};

struct comparison {
    const char *a; // what they are called
    const char *b;
    uint64_t first_seed; // of seeds that follow each other
    uint32_t pairs;
    const struct digest *a_digests; // [pairs]
    const struct digest *b_digests;
    const uint8_t *a_failed; // [pairs] whether an expectation failed
    const uint8_t *b_failed;
    double confidence; // of intervals; all tests are at one less that
    bool stopped;      // runs were added until intervals were short: analysis/stopping.h
    double power;
    struct comparison_figure *figures;
    uint32_t figure_count;
    // ---
    uint32_t same_runs;     // seeds
    uint32_t family;        // figures that are looked at together
    uint32_t only_a_failed; // seeds at which an expectation failed in A alone
    uint32_t only_b_failed;
    uint32_t both_failed;
    double failure_p_value; // of as many seeds to either side
    enum comparison_outcome outcome;
};

/** Works out all below the line; pairs ≥ 1. */
void comparison_work_out(struct comparison *comparison, struct arena *arena);

/** How many figures have a verdict. */
uint32_t comparison_count(const struct comparison *comparison, enum comparison_verdict verdict);

/** How many figures nobody can tell about: UNKNOWN, or UNDEFINED though some run has a value. */
uint32_t comparison_open_count(const struct comparison *comparison);

#endif
