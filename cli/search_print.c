#include "cli/search.h"

#include "analysis/figure_text.h"
#include "cli/paragraph.h"

#include <inttypes.h>

enum { COLUMNS = 100 };

const char *search_value(const struct search_report *report, uint32_t value) {
    return sweep_value(&report->study->points, report->points[value], 0);
}

const char *search_verdict_name(enum share_verdict verdict) {
    return verdict == SHARE_MET ? "meets" : verdict == SHARE_MISSED ? "fails" : "undecided";
}

/** What is looked for, and among what. */
static void print_question(const struct search_report *report, FILE *out) {
    const struct search_options *options = report->options;
    const struct sweep_study *study = report->study;
    uint32_t count = report->search.count;
    fprintf(out, "%s  the %s %s of %" PRIu32 " %s from %s to %s, seeds from %" PRIu64 " on\n",
            study->scenario->name, options->largest ? "largest" : "smallest",
            study->points.sweep->parameters[0].path, count, figure_noun(count, "value", "values"),
            search_value(report, 0), search_value(report, count - 1), study->scenario->seed);
    fprintf(out,
            "  that meets the scenario's expectations (%" PRIu32 ") in at least %.4g %% of runs\n",
            study->scenario->expectation_count, 100 * options->share);
    const char *end = search_unreached(report);
    if (end != NULL) {
        fprintf(out, "  note: the steps lead to %s, so that %s is not among the values\n",
                search_value(report, count - 1), end);
    }
    fputc('\n', out);
}

void search_print(const struct search_report *report, FILE *out) {
    const char *path = report->study->points.sweep->parameters[0].path;
    char text[SEARCH_TEXT_SIZE];
    print_question(report, out);
    fprintf(out, "  step  %20s  %6s  %6s  verdict\n", path, "runs", "met");
    for (uint32_t i = 0; i < report->step_count; i++) {
        const struct search_step *step = &report->steps[i];
        fprintf(out, "  %4" PRIu32 "  %20s  %6" PRIu32 "  %6" PRIu32 "  %s\n", i + 1,
                search_value(report, step->value), step->runs, step->met,
                search_verdict_name(step->verdict));
    }
    fputc('\n', out);
    paragraph_print(search_sentence(report, text), COLUMNS, 0, out);
    paragraph_print(search_basis(report, text), COLUMNS, 0, out);
    snprintf(text, sizeof text,
             "All verdicts on tried values are right with %.4g %% confidence together (at most "
             "%" PRIu32 " %s, each at %.3g %%); a value is looked at after each run, which its "
             "test allows for.",
             100 * report->options->confidence, report->tries,
             figure_noun(report->tries, "try", "tries"), 100 * (1 - report->question.level));
    paragraph_print(text, COLUMNS, 0, out);
    fprintf(out, "\nresults  %s\n", report->place);
}
