#include "analysis/comparison_text.h"

#include "analysis/ablation.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PART_SIZE = 128 };

const char *comparison_verdict_name(enum comparison_verdict verdict) {
    static const char *const names[COMPARISON_VERDICT_COUNT] = {
        [COMPARISON_SAME] = "same",
        [COMPARISON_DIFFERS] = "differs",
        [COMPARISON_DIFFERS_WITHIN] = "differs within margin",
        [COMPARISON_EQUIVALENT] = "equivalent",
        [COMPARISON_UNKNOWN] = "cannot tell",
        [COMPARISON_UNDEFINED] = "undefined",
    };
    return names[verdict];
}

const char *comparison_outcome_name(enum comparison_outcome outcome) {
    static const char *const names[] = {
        [COMPARISON_IDENTICAL] = "identical",
        [COMPARISON_DIFFERENCE] = "difference",
        [COMPARISON_NO_DIFFERENCE] = "no difference",
        [COMPARISON_CANNOT_TELL] = "cannot tell",
    };
    return names[outcome];
}

/** Adds to a text that may be full. */
static __attribute__((format(printf, 2, 3))) void add(char *out, const char *format, ...) {
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, COMPARISON_TEXT_SIZE - used, format, arguments);
    va_end(arguments);
}

/** A size in the unit of a figure: `1.25 ms`. */
static const char *size_text(const struct comparison_figure *figure, double size,
                             char out[PART_SIZE]) {
    snprintf(out, PART_SIZE, "%.3g%s%s", size / figure->scale, figure->unit[0] == '\0' ? "" : " ",
             figure->unit);
    return out;
}

/** The difference with half of its interval: `1.2 ± 0.3 ms`; without its sign if it is clear. */
static const char *difference_text(const struct comparison_figure *figure, bool sign,
                                   char out[PART_SIZE]) {
    const struct sample *sample = &figure->difference.sample;
    double mean = sample->mean / figure->scale;
    double half_width = sample->half_width / figure->scale;
    const char *gap = figure->unit[0] == '\0' ? "" : " ";
    mean = sign ? mean : fabs(mean);
    if (!figure->difference.has_interval) {
        snprintf(out, PART_SIZE, "%.6g%s%s", mean, gap, figure->unit);
    } else {
        int decimals = ablation_decimals(mean, half_width);
        snprintf(out, PART_SIZE, "%.*f ± %.*f%s%s", decimals, mean, decimals, half_width, gap,
                 figure->unit);
    }
    return out;
}

/** Which way it differs: `latency.p99 is 1.2 ± 0.3 ms (4.1 %) lower in B`. */
static void add_difference(const struct comparison *comparison,
                           const struct comparison_figure *figure, char *out) {
    char part[PART_SIZE];
    bool lower = figure->difference.sample.mean < 0;
    add(out, "%s is %s", figure->name, difference_text(figure, false, part));
    if (figure->has_relative) {
        add(out, " (%.2g %%)", 100 * fabs(figure->relative));
    }
    add(out, " %s in %s", lower ? "lower" : "higher", comparison->b);
    if (figure->difference.sample.same) {
        add(out, " at every seed");
    }
}

/** What could have been found, and what it takes to find more. */
static void add_outlook(const struct comparison *comparison, const struct comparison_figure *figure,
                        char *out) {
    char size[PART_SIZE];
    double percent = 100 * comparison->power;
    if (figure->difference.sample.same) {
        add(out,
            "cannot tell: the difference is %s at all %" PRIu32
            " seeds, which are too few to rule out chance; %" PRIu32
            " more replicates that agree would",
            difference_text(figure, true, size), figure->difference.sample.count, figure->more);
        return;
    }
    add(out, "cannot tell: no difference larger than %s was detected",
        size_text(figure, figure->detectable, size));
    add(out, ", and smaller ones could not be (power %.3g %%); ", percent);
    add(out, "%s was seen; ", difference_text(figure, true, size));
    if (figure->more == 0) {
        add(out, "more than a million replicates would detect %s",
            size_text(figure, figure->wanted, size));
    } else {
        add(out, "%" PRIu32 " more replicate%s would detect %s", figure->more,
            figure->more == 1 ? "" : "s", size_text(figure, figure->wanted, size));
    }
}

static void add_figure(const struct comparison *comparison, const struct comparison_figure *figure,
                       char *out) {
    char size[PART_SIZE];
    char margin[PART_SIZE];
    switch (figure->verdict) {
    case COMPARISON_SAME:
        add(out, "%s is the same at each of %" PRIu32 " seeds", figure->name,
            figure->difference.sample.count);
        return;
    case COMPARISON_DIFFERS:
        add_difference(comparison, figure, out);
        return;
    case COMPARISON_DIFFERS_WITHIN:
        add_difference(comparison, figure, out);
        add(out, ", which is within the margin of %s",
            size_text(figure, figure->margin_size, size));
        return;
    case COMPARISON_EQUIVALENT:
        add(out, "%s is the same within %s: the difference is %s", figure->name,
            size_text(figure, figure->margin_size, margin), difference_text(figure, true, size));
        return;
    case COMPARISON_UNKNOWN:
        add(out, "%s: ", figure->name);
        add_outlook(comparison, figure, out);
        return;
    case COMPARISON_UNDEFINED:
        add(out, "%s: cannot tell: both are defined at %" PRIu32 " of %" PRIu32 " seeds",
            figure->name, figure->difference.sample.count, comparison->pairs);
        return;
    case COMPARISON_VERDICT_COUNT:
        return;
    }
}

const char *comparison_figure_text(const struct comparison *comparison,
                                   const struct comparison_figure *figure, char *out) {
    out[0] = '\0';
    add_figure(comparison, figure, out);
    uint32_t pairs = figure->difference.sample.count;
    if (pairs < comparison->pairs && pairs > 0) {
        add(out,
            " (%" PRIu32 " of %" PRIu32 " seeds: undefined at %" PRIu32 " in %s, %" PRIu32
            " in %s)",
            pairs, comparison->pairs, figure->undefined_a, comparison->a, figure->undefined_b,
            comparison->b);
    }
    return out;
}

/** The figures that differ, one after the other. */
static void add_differences(const struct comparison *comparison, char *out) {
    const char *separator = "";
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        const struct comparison_figure *figure = &comparison->figures[i];
        if (figure->verdict == COMPARISON_DIFFERS) {
            add(out, "%s", separator);
            add_difference(comparison, figure, out);
            separator = "; ";
        }
    }
}

const char *comparison_text(const struct comparison *comparison, char *out) {
    uint32_t differ = comparison_count(comparison, COMPARISON_DIFFERS);
    uint32_t open = comparison_count(comparison, COMPARISON_UNKNOWN) +
                    comparison_count(comparison, COMPARISON_UNDEFINED);
    out[0] = '\0';
    switch (comparison->outcome) {
    case COMPARISON_IDENTICAL:
        add(out,
            "%s and %s are the same runs: at each of %" PRIu32 " seeds they have the same digest.",
            comparison->a, comparison->b, comparison->pairs);
        break;
    case COMPARISON_DIFFERENCE:
        add(out, "%s differs from %s in %" PRIu32 " of %" PRIu32 " figures: ", comparison->b,
            comparison->a, differ, comparison->figure_count);
        add_differences(comparison, out);
        add(out, ".");
        if (open > 0) {
            add(out, " Of %" PRIu32 " other%s nothing is shown.", open, open == 1 ? "" : "s");
        }
        break;
    case COMPARISON_NO_DIFFERENCE:
        add(out,
            "No difference between %s and %s: each figure is the same at every seed, or within "
            "its margin.",
            comparison->a, comparison->b);
        break;
    case COMPARISON_CANNOT_TELL:
        add(out,
            "Cannot tell whether %s differs from %s: no difference is clear of zero, and of "
            "%" PRIu32 " of %" PRIu32 " figures none is shown to be small, either.",
            comparison->b, comparison->a, open, comparison->figure_count);
        break;
    }
    if (comparison->outcome != COMPARISON_IDENTICAL && comparison->same_runs > 0) {
        add(out, " At %" PRIu32 " of %" PRIu32 " seeds the runs are the same.",
            comparison->same_runs, comparison->pairs);
    }
    return out;
}

const char *comparison_method(const struct comparison *comparison, char *out) {
    double percent = 100 * comparison->confidence;
    snprintf(out, COMPARISON_TEXT_SIZE,
             "Over seeds %" PRIu64 " to %" PRIu64
             ", a run of each side at each: runs of one seed share graph, delays, losses and "
             "publishers. The difference is the mean of %s − %s ± half of its interval of %.4g %% "
             "(Student's t on the paired differences); `together` are intervals that all hold at "
             "once (Bonferroni over %" PRIu32
             "), and a verdict of a difference is Holm's at %.3g %%. The share of %s has Fieller's "
             "interval.",
             comparison->first_seed, comparison->first_seed + (comparison->pairs - 1),
             comparison->b, comparison->a, percent, comparison->family, 100 - percent,
             comparison->a);
    return out;
}
