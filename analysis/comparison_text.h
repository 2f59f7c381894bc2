/**
 * What a comparison says, in sentences. Each function fills `out[COMPARISON_TEXT_SIZE]` and returns
 * it.
 */
#ifndef GOSSIM_ANALYSIS_COMPARISON_TEXT_H
#define GOSSIM_ANALYSIS_COMPARISON_TEXT_H

#include "analysis/comparison.h"

enum { COMPARISON_TEXT_SIZE = 2048 };

/** A word for a verdict: `differs`. */
const char *comparison_verdict_name(enum comparison_verdict verdict);

/** A word for an outcome: `cannot tell`. */
const char *comparison_outcome_name(enum comparison_outcome outcome);

/** The verdict on one figure. */
const char *comparison_figure_text(const struct comparison *comparison,
                                   const struct comparison_figure *figure, char *out);

/** The verdict on all. */
const char *comparison_text(const struct comparison *comparison, char *out);

/** How the numbers came about. */
const char *comparison_method(const struct comparison *comparison, char *out);

#endif
