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
        [COMPARISON_SMALL_DIFFERENCE] = "difference within margins",
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

/** A number to two digits: `0.0012`, `5.3`, `520`. */
static const char *two_digits(double number, char out[PART_SIZE]) {
    double size = fabs(number);
    if (size < 1e-4 || size >= 1e9) {
        snprintf(out, PART_SIZE, "%.2g", number);
        return out;
    }
    int place = (int)floor(log10(size)) - 1; // of the second digit
    double unit = pow(10, place);
    snprintf(out, PART_SIZE, "%.*f", place < 0 ? -place : 0, round(number / unit) * unit);
    return out;
}

/** About how large, in the unit of a figure: `1.2 ms`. */
static const char *size_text(const struct comparison_figure *figure, double size,
                             char out[PART_SIZE]) {
    char number[PART_SIZE];
    two_digits(size / figure->scale, number);
    snprintf(out, PART_SIZE, "%.40s%s%s", number, figure->unit[0] == '\0' ? "" : " ", figure->unit);
    return out;
}

/** The margin as it was asked for: `1.25 ms`, `5 % of A`. */
static const char *margin_text(const struct comparison *comparison,
                               const struct comparison_figure *figure, char out[PART_SIZE]) {
    if (figure->margin_is_share) {
        snprintf(out, PART_SIZE, "%.6g %% of %s", 100 * figure->margin, comparison->a);
    } else {
        snprintf(out, PART_SIZE, "%.6g%s%s", figure->margin / figure->scale,
                 figure->unit[0] == '\0' ? "" : " ", figure->unit);
    }
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
        char percent[PART_SIZE];
        add(out, " (%s %%)", two_digits(100 * fabs(figure->relative), percent));
    }
    add(out, " %s in %s", lower ? "lower" : "higher", comparison->b);
    if (figure->difference.sample.same) {
        add(out, " at every seed");
    }
}

/** How many replicates more, to two digits, rounded up. */
static void add_replicates(uint32_t more, char *out) {
    uint32_t unit = 1;
    while (more / unit >= 100) {
        unit *= 10;
    }
    uint32_t rounded = (more / unit + (more % unit > 0 ? 1 : 0)) * unit;
    if (more == 0) {
        add(out, "more than a million replicates");
    } else {
        add(out, "about %" PRIu32 " more %s", rounded,
            figure_noun(rounded, "replicate", "replicates"));
    }
}

/** Where pairs agree: why that does not do. */
static void add_agreement(const struct comparison *comparison,
                          const struct comparison_figure *figure, char *out) {
    char size[PART_SIZE];
    uint32_t pairs = figure->difference.sample.count;
    const char *seeds = figure_noun(pairs, "seed", "seeds");
    if (figure->difference.p_value >= 1) {
        uint32_t lone = figure->undefined_a + figure->undefined_b - 2 * figure->undefined_both;
        add(out,
            "cannot tell: it is the same at each of %" PRIu32 " %s where both have a value, "
            "and at %" PRIu32 " only one of them has",
            pairs, seeds, lone);
        return;
    }
    add(out,
        "cannot tell: the difference is %s at all %" PRIu32
        " %s, which %s too few to rule out chance; ",
        difference_text(figure, true, size), pairs, seeds, figure_noun(pairs, "is", "are"));
    add_replicates(figure->more, out);
    add(out, "%s that agree would", pairs < comparison->pairs ? ", as many of them defined," : "");
}

/** What could have been found, and what it takes to find more. */
static void add_outlook(const struct comparison *comparison, const struct comparison_figure *figure,
                        char *out) {
    char size[PART_SIZE];
    if (figure->difference.sample.same) {
        add_agreement(comparison, figure, out);
        return;
    }
    add(out, "cannot tell: %s was seen; if the scatter is what was seen, ",
        difference_text(figure, true, size));
    add(out, "a difference of %s would have been detected with power %.3g %%, and smaller ones ",
        size_text(figure, figure->detectable, size), 100 * comparison->power);
    add(out, "may well have been missed; ");
    add_replicates(figure->more, out);
    add(out, " would detect %s so", size_text(figure, figure->wanted, size));
}

static void add_figure(const struct comparison *comparison, const struct comparison_figure *figure,
                       char *out) {
    char size[PART_SIZE];
    char margin[PART_SIZE];
    switch (figure->verdict) {
    case COMPARISON_SAME:
        add(out, "%s is the same at each of %" PRIu32 " %s", figure->name,
            figure->difference.sample.count,
            figure_noun(figure->difference.sample.count, "seed", "seeds"));
        return;
    case COMPARISON_DIFFERS:
        add_difference(comparison, figure, out);
        return;
    case COMPARISON_DIFFERS_WITHIN:
        add_difference(comparison, figure, out);
        add(out, ", which is within the margin of %s", margin_text(comparison, figure, margin));
        return;
    case COMPARISON_EQUIVALENT:
        add(out, "%s is the same within %s: the difference is %s", figure->name,
            margin_text(comparison, figure, margin), difference_text(figure, true, size));
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

/** The figures with a verdict of a difference, one after the other. */
static void add_differences(const struct comparison *comparison, enum comparison_verdict verdict,
                            char *out) {
    const char *separator = "";
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        const struct comparison_figure *figure = &comparison->figures[i];
        if (figure->verdict == verdict) {
            add(out, "%s", separator);
            add_difference(comparison, figure, out);
            separator = "; ";
        }
    }
}

static void add_cannot_tell(const struct comparison *comparison, char *out) {
    uint32_t open = comparison_open_count(comparison);
    uint32_t count = comparison->figure_count;
    bool small = comparison_count(comparison, COMPARISON_DIFFERS_WITHIN) > 0;
    add(out, "Cannot tell whether %s differs from %s", comparison->b, comparison->a);
    if (small) {
        add(out, " by more than the margins: ");
        add_differences(comparison, COMPARISON_DIFFERS_WITHIN, out);
        add(out, ", which is within them; but of %" PRIu32 " of %" PRIu32 " %s nothing is shown.",
            open, count, figure_noun(count, "figure", "figures"));
    } else if (open == 0) {
        add(out, ": no run of either has a value of any figure.");
    } else {
        add(out,
            ": no difference is clear of zero, and of %" PRIu32 " of %" PRIu32
            " %s none is shown to be small, either.",
            open, count, figure_noun(count, "figure", "figures"));
    }
}

/** What limits all that was said. */
static void add_limits(const struct comparison *comparison, char *out) {
    uint32_t never = 0;
    uint32_t at_some = 0;
    uint32_t count = comparison->figure_count;
    const char *figures = figure_noun(count, "figure", "figures");
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        const struct comparison_figure *figure = &comparison->figures[i];
        bool absent = figure->undefined_both == comparison->pairs;
        never += absent ? 1 : 0;
        at_some += !absent && figure->difference.sample.count < comparison->pairs ? 1 : 0;
    }
    if (comparison->same_runs > 0) {
        add(out, " At %" PRIu32 " of %" PRIu32 " seeds the runs are the same.",
            comparison->same_runs, comparison->pairs);
    }
    if (at_some > 0) {
        add(out, " %" PRIu32 " of %" PRIu32 " %s %s undefined at some seeds.", at_some, count,
            figures, figure_noun(at_some, "is", "are"));
    }
    if (never > 0 && never < count) {
        add(out, " %" PRIu32 " of %" PRIu32 " %s %s undefined in all runs.", never, count, figures,
            figure_noun(never, "is", "are"));
    }
}

static void add_verdict(const struct comparison *comparison, char *out) {
    uint32_t open = comparison_open_count(comparison);
    uint32_t count = comparison->figure_count;
    switch (comparison->outcome) {
    case COMPARISON_IDENTICAL:
        add(out,
            "%s and %s are the same runs: at each of %" PRIu32 " seeds they have the same digest.",
            comparison->a, comparison->b, comparison->pairs);
        return;
    case COMPARISON_DIFFERENCE:
        add(out, "%s differs from %s in %" PRIu32 " of %" PRIu32 " %s: ", comparison->b,
            comparison->a, comparison_count(comparison, COMPARISON_DIFFERS), count,
            figure_noun(count, "figure", "figures"));
        add_differences(comparison, COMPARISON_DIFFERS, out);
        add(out, ".");
        if (open > 0) {
            add(out, " Of %" PRIu32 " other%s nothing is shown.", open, figure_noun(open, "", "s"));
        }
        return;
    case COMPARISON_SMALL_DIFFERENCE:
        add(out, "%s differs from %s, but by no more than the margins: ", comparison->b,
            comparison->a);
        add_differences(comparison, COMPARISON_DIFFERS_WITHIN, out);
        add(out, ".");
        return;
    case COMPARISON_NO_DIFFERENCE:
        add(out,
            "No difference between %s and %s: each figure is the same at every seed, or within "
            "its margin.",
            comparison->a, comparison->b);
        return;
    case COMPARISON_CANNOT_TELL:
        add_cannot_tell(comparison, out);
        return;
    }
}

const char *comparison_text(const struct comparison *comparison, char *out) {
    out[0] = '\0';
    add_verdict(comparison, out);
    if (comparison->outcome != COMPARISON_IDENTICAL) {
        add_limits(comparison, out);
    }
    return out;
}

const char *comparison_method(const struct comparison *comparison, char *out) {
    double percent = 100 * comparison->confidence;
    snprintf(out, COMPARISON_TEXT_SIZE,
             "Over seeds %" PRIu64 " to %" PRIu64
             ", a run of each side at each: runs of one seed share graph, delays, losses and "
             "publishers as far as what differs lets them. The difference is the mean of %s − %s ± "
             "half of its interval of %.4g %% "
             "(Student's t on the paired differences); `together` are intervals that all hold at "
             "once (Bonferroni over %" PRIu32
             "), and a verdict of a difference is Holm's at %.3g %%. The share of %s has Fieller's "
             "interval.",
             comparison->first_seed, comparison->first_seed + (comparison->pairs - 1),
             comparison->b, comparison->a, percent, comparison->family, 100 - percent,
             comparison->a);
    if (comparison->stopped) {
        add(out,
            " Both points got replicates until their intervals were short, which leaves less "
            "than %.4g %% in those of the difference: of 97 %%, 95 %% of about normally "
            "scattered replicates.",
            percent);
    }
    return out;
}
