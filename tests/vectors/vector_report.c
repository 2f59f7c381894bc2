#include "tests/vectors/vector_report.h"

#include "base/check.h"

#include <stddef.h>

void report_begin(struct vector_report *report, const char *id) {
    CHECK(report->id == NULL);
    report->id = id;
    report->disagreements = 0;
}

void report_disagree(struct vector_report *report, int step, const char *field,
                     const char *expected, const char *got) {
    CHECK(report->id != NULL);
    fprintf(report->out, "%s: %s: ", report->file, report->id);
    if (step != REPORT_NO_STEP) {
        fprintf(report->out, "step %d: ", step);
    }
    fprintf(report->out, "%s: expected %s, got %s\n", field, expected, got);
    report->disagreements++;
}

void report_disagree_text(struct vector_report *report, const char *text) {
    CHECK(report->id != NULL);
    fprintf(report->out, "%s: %s: %s\n", report->file, report->id, text);
    report->disagreements++;
}

void report_end(struct vector_report *report) {
    CHECK(report->id != NULL);
    report->id = NULL;
    if (report->disagreements == 0) {
        report->passed++;
    } else {
        report->failed++;
    }
}
