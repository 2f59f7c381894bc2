/**
 * One call of `gossim search`, for the files that it is made of: search.c keeps house,
 * search_values.c puts the values in order, search_sentence.c says in words what came of it,
 * search_print.c and search_json.c put it out.
 *
 * A search is a sweep that runs only what it needs: the values are the points of a sweep along one
 * axis, its runs are kept in the same database, and what is there counts. The value to try next is
 * analysis/value_search.h's choice, whether it meets the expectations is decided by
 * analysis/share_test.h. Runs go in batches, never more than it takes at least until something can
 * be decided: no run is made that cannot matter, and the same ones whatever --jobs is.
 */
#ifndef GOSSIM_CLI_SEARCH_H
#define GOSSIM_CLI_SEARCH_H

#include "analysis/share_test.h"
#include "analysis/value_search.h"
#include "cli/search_options.h"
#include "cli/sweep.h"

/** A value that was tried. */
struct search_step {
    uint32_t value; // in ascending order
    uint32_t runs;  // until it was clear
    uint32_t met;   // of these
    enum share_verdict verdict;
};

struct search_report {
    const struct search_options *options;
    const struct sweep_study *study;
    const uint32_t *points; // [search.count] the point of each value
    const char *place;      // of the database
    struct value_search search;
    struct share_question question; // of each value
    uint32_t tries;                 // at most, between which the confidence is shared out
    struct search_step *steps;      // [tries]
    uint32_t step_count;
    struct value_result result;
};

/**
 * Puts the points of a sweep in the ascending order of their values: of those of its first path, if
 * several go in lock step. False with a failure where they have no order, or there are two axes.
 */
FAILURE_WARN_UNUSED bool search_order_values(const struct sweep_study *study, uint32_t *points,
                                             struct failure *failure);

enum { SEARCH_TEXT_SIZE = 2048 };

/** What came of the search, of values that were tried, in `out[SEARCH_TEXT_SIZE]`; returns it. */
const char *search_sentence(const struct search_report *report, char *out);

/** How many of the values that rests on, and what is inferred of others; likewise. */
const char *search_basis(const struct search_report *report, char *out);

/** Whether values that were not tried are taken to go the way of those that were. */
bool search_infers(const struct search_report *report);

/** The value as it is written. */
const char *search_value(const struct search_report *report, uint32_t value);

/** The upper end of the range, where its steps pass it by; else NULL. */
const char *search_unreached(const struct search_report *report);

/** A word for a verdict. */
const char *search_verdict_name(enum share_verdict verdict);

void search_print(const struct search_report *report, FILE *out);
bool search_write_json(const struct search_report *report, FILE *out);

#endif
