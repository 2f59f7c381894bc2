#include "cli/search.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

const char *search_value(const struct search_report *report, uint32_t value) {
    return sweep_value(&report->study->points, report->points[value], 0);
}

const char *search_verdict_name(enum share_verdict verdict) {
    return verdict == SHARE_MET ? "meets" : verdict == SHARE_MISSED ? "fails" : "undecided";
}

static const struct search_step *step_of(const struct search_report *report, uint32_t value) {
    const struct search_step *step = report->steps;
    while (step->value != value) {
        step++;
    }
    return step;
}

/** Adds to a text that may be full. */
static __attribute__((format(printf, 2, 3))) void add(char *out, const char *format, ...) {
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, SEARCH_TEXT_SIZE - used, format, arguments);
    va_end(arguments);
}

/** `8 (67 of 67 runs)` */
static void add_value(const struct search_report *report, uint32_t value, char *out) {
    const struct search_step *step = step_of(report, value);
    add(out, "%s (%" PRIu32 " of %" PRIu32 " runs)", search_value(report, value), step->met,
        step->runs);
}

/** What lies between the values that are known, where something stayed undecided. */
static void add_doubt(const struct search_report *report, char *out) {
    const struct value_result *result = &report->result;
    bool largest = report->options->largest;
    const char *path = report->study->points.sweep->parameters[0].path;
    add(out, "Undecided: ");
    if (result->answer != VALUE_NONE) {
        add(out, "the %s %s that is known to meet the expectations is ",
            largest ? "largest" : "smallest", path);
        add_value(report, result->answer, out);
    } else {
        add(out, "no %s is known to meet the expectations", path);
    }
    if (result->known_fails != VALUE_NONE) {
        add(out, ", the %s that is known to fail is ", largest ? "smallest" : "largest");
        add_value(report, result->known_fails, out);
    }
    add(out, "; what is between is too near to %.4g %% to be told by %" PRIu32 " runs of a value.",
        100 * report->question.share, report->options->max_repeat);
}

const char *search_sentence(const struct search_report *report, char *out) {
    const struct value_result *result = &report->result;
    bool largest = report->options->largest;
    const char *path = report->study->points.sweep->parameters[0].path;
    const char *which = largest ? "largest" : "smallest";
    uint32_t last = report->search.count - 1;
    out[0] = '\0';
    switch (result->outcome) {
    case VALUE_FOUND:
        add(out, "The %s %s that meets the expectations is ", which, path);
        add_value(report, result->answer, out);
        add(out, "; ");
        add_value(report, result->known_fails, out);
        add(out, " fails.");
        break;
    case VALUE_ALL:
        add(out, "All of the range meet the expectations, from %s on: ",
            largest ? "the largest" : "the smallest");
        add_value(report, result->answer, out);
        add(out, ".");
        break;
    case VALUE_NOWHERE:
        add(out, "No %s of the range meets the expectations: %s fails, ", path,
            largest ? "the smallest" : "the largest");
        add_value(report, largest ? 0 : last, out);
        add(out, ".");
        break;
    case VALUE_CONTRARY:
        add(out, "The %s %s of the range meets the expectations, ", which, path);
        add_value(report, result->answer, out);
        add(out, ", and the %s fails, ", largest ? "smallest" : "largest");
        add_value(report, largest ? 0 : last, out);
        add(out, ": try --find %s.", largest ? "min" : "max");
        return out;
    case VALUE_IN_DOUBT:
        add_doubt(report, out);
        break;
    }
    if (result->not_monotone) {
        add(out, " But it is not monotone: ");
        add_value(report, result->holds, out);
        add(out, " meets them, and ");
        add_value(report, result->yet_fails, out);
        add(out, " fails, so that a search that halves the range can miss values.");
    }
    return out;
}

void search_print(const struct search_report *report, FILE *out) {
    const struct search_options *options = report->options;
    const struct sweep_study *study = report->study;
    const char *path = study->points.sweep->parameters[0].path;
    char text[SEARCH_TEXT_SIZE];
    fprintf(out, "%s  the %s %s of %" PRIu32 " values from %s to %s, seeds from %" PRIu64 " on\n",
            study->scenario->name, options->largest ? "largest" : "smallest", path,
            report->search.count, search_value(report, 0),
            search_value(report, report->search.count - 1), study->scenario->seed);
    fprintf(out,
            "  that meets the scenario's expectations (%" PRIu32
            ") in at least %.4g %% of runs\n\n",
            study->scenario->expectation_count, 100 * options->share);
    fprintf(out, "  step  %20s  %6s  %6s  verdict\n", path, "runs", "met");
    for (uint32_t i = 0; i < report->step_count; i++) {
        const struct search_step *step = &report->steps[i];
        fprintf(out, "  %4" PRIu32 "  %20s  %6" PRIu32 "  %6" PRIu32 "  %s\n", i + 1,
                search_value(report, step->value), step->runs, step->met,
                search_verdict_name(step->verdict));
    }
    fprintf(out, "\n%s\n", search_sentence(report, text));
    fprintf(out,
            "All verdicts are right with %.4g %% confidence together (at most %" PRIu32
            " tries, each at %.3g %%); a value is looked at\nafter each run, which its test allows "
            "for.\n\nresults  %s\n",
            100 * options->confidence, report->tries, 100 * (1 - report->question.level),
            report->place);
}
