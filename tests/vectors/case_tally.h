/**
 * How often each field of each step had each value, over several replays of a case; and the
 * comparison of that with what was recorded.
 *
 * A recording is a sample, and so is what is replayed. A field agrees if
 *
 * 1. every value lies within the recorded extremes: is a number between them or, where one value
 *    was recorded only, is that one;
 * 2. no value recorded TALLY_PRESENT times or more is absent from the replays;
 * 3. for no value the shares of recording and replays differ at p < 1e-6.
 *
 * First there are as many replays as there were repetitions. If all this holds for them, in rule 3
 * even at p < 1e-3, that is the end of it. Else it may be chance, as the extremes of 48 draws are
 * often exceeded by 48 others, and what was the same in 12 repetitions need not be so always. Then
 * the case is replayed more often, and all replays are judged together, by rule 1 in this form:
 *
 * 1. values beyond the extremes are so rare that their absence from the recording can be chance:
 *    p ≥ 1e-4.
 *
 * So a step without random choices must come out exactly as recorded: if it does not, it never
 * does. All p are of Fisher's exact test, two-sided: that value, or those beyond the extremes,
 * against all others, in the recording and in the replays.
 *
 * A field that is not mentioned has its default (router_case_default()).
 */
#ifndef GOSSIM_TESTS_VECTORS_CASE_TALLY_H
#define GOSSIM_TESTS_VECTORS_CASE_TALLY_H

#include "tests/vectors/router_case.h"
#include "tests/vectors/vector_report.h"

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_PRESENT = 10 };

struct step_tally {
    struct case_count *items; // [count]
    uint32_t count;
    uint32_t capacity;
};

struct case_tally {
    struct router_case *of;
    struct pool pool;
    struct step_tally *steps; // [of->step_count]
    uint32_t runs;            // replays counted
};

void case_tally_init(struct case_tally *tally, struct arena *arena, struct router_case *of);

/** Notes what a step showed in the present replay. Counting replays is the caller's. */
void case_tally_add(struct case_tally *tally, uint32_t step, uint32_t field, uint32_t value);

/** Whether a tally gives reason for more replays, or is to be judged. */
enum tally_rule { TALLY_DOUBT, TALLY_JUDGE };

/** Counts the disagreements with the recording; reports each if there is a report. */
uint32_t case_tally_compare(const struct case_tally *tally, enum tally_rule rule,
                            struct vector_report *report);

#endif
