/**
 * What a replay says: each disagreement between a recording and our own code, and at the end how
 * many cases passed.
 *
 *     begin → disagree* → end, once per case
 *
 * A disagreement is one line: file, case, step (from 0, as in the recording), field, what was
 * recorded and what came out here.
 */
#ifndef GOSSIM_TESTS_VECTORS_VECTOR_REPORT_H
#define GOSSIM_TESTS_VECTORS_VECTOR_REPORT_H

#include <stdint.h>
#include <stdio.h>

enum { REPORT_NO_STEP = -1 };

struct vector_report {
    FILE *out;
    const char *file;
    const char *id; // of the case, NULL between cases
    uint32_t disagreements;
    uint32_t passed; // cases
    uint32_t failed;
};

void report_begin(struct vector_report *report, const char *id);

/** One disagreement of the present case. `step` may be REPORT_NO_STEP. */
void report_disagree(struct vector_report *report, int step, const char *field,
                     const char *expected, const char *got);

/** A disagreement in words of its own. */
void report_disagree_text(struct vector_report *report, const char *text);

void report_end(struct vector_report *report);

#endif
