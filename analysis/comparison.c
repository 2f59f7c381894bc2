#include "analysis/comparison.h"

#include "analysis/power.h"
#include "analysis/student.h"
#include "base/check.h"

#include <math.h>

/** The chance that Student's t is below that. */
static double student_below(double t, uint32_t degrees) {
    double outside = (1 - student_within(fabs(t), degrees)) / 2;
    return t >= 0 ? 1 - outside : outside;
}

/** The values of those seeds at which both are defined. */
static void keep_pairs(const struct comparison_figure *figure, uint32_t count,
                       struct figure_value *a, struct figure_value *b) {
    for (uint32_t i = 0; i < count; i++) {
        bool both = figure->a[i].defined && figure->b[i].defined;
        a[i] = both ? figure->a[i] : (struct figure_value){.defined = false};
        b[i] = both ? figure->b[i] : (struct figure_value){.defined = false};
    }
}

/** Half of the interval of the difference at a confidence. */
static double half_width_of(const struct sample *sample, double confidence) {
    if (sample->count < 2) {
        return 0;
    }
    double t = student_quantile(confidence, sample->count - 1);
    return t * sample->deviation / sqrt((double)sample->count);
}

/** The covariance of A and B − A over the pairs. */
static double covariance_of(const struct comparison_figure *figure, uint32_t count) {
    const struct sample *difference = &figure->difference.sample;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (figure->a[i].defined && figure->b[i].defined) {
            double a = figure->a[i].value;
            sum += (a - figure->a_sample.mean) * (figure->b[i].value - a - difference->mean);
        }
    }
    return sum / (difference->count - 1);
}

/** The relative difference, and Fieller's interval for it. */
static void set_relative(struct comparison_figure *figure, uint32_t count, double confidence) {
    const struct sample *difference = &figure->difference.sample;
    double a = figure->a_sample.mean;
    double d = difference->mean;
    figure->has_relative = difference->count >= 1 && fabs(a) > 0;
    figure->relative = figure->has_relative ? d / a : 0;
    if (!figure->has_relative || !figure->difference.has_interval) {
        return;
    }
    double t = student_quantile(confidence, difference->count - 1);
    double spread = t * t / difference->count;
    double of_a = figure->a_sample.deviation * figure->a_sample.deviation;
    double of_d = difference->deviation * difference->deviation;
    double denominator = a * a - spread * of_a;
    double middle = a * d - spread * covariance_of(figure, count);
    double root = middle * middle - denominator * (d * d - spread * of_d);
    figure->has_relative_interval = denominator > 0;
    if (denominator > 0) {
        double reach = root > 0 ? sqrt(root) : 0;
        figure->relative_low = (middle - reach) / denominator;
        figure->relative_high = (middle + reach) / denominator;
    }
}

/**
 * The chance of values as far to one side if their mean is nought or on the other: below it, or
 * above. Where they are all the same, that of as many seeds on that side.
 */
static double one_sided(const struct paired_difference *values, bool below) {
    const struct sample *sample = &values->sample;
    bool right_side = below ? sample->mean < 0 : sample->mean > 0;
    if (sample->count < 2 || (sample->same && !right_side)) {
        return 1;
    }
    if (sample->same) {
        return ldexp(1, -(int)sample->count);
    }
    double t = sample->mean / (sample->deviation / sqrt((double)sample->count));
    return student_below(below ? t : -t, sample->count - 1);
}

/**
 * That the difference is beyond the margin: the larger of the chances for either side. Each side is
 * a limit for B at each seed, of which the value of A is part; so the scatter of A counts where the
 * margin is a share of its mean.
 */
static double equivalence_of(const struct comparison_figure *figure, uint32_t count,
                             struct arena *arena) {
    if (figure->margin_size <= 0) {
        return 1;
    }
    double worst = 0;
    double sign = figure->a_sample.mean < 0 ? -1 : 1;
    struct figure_value *limits = arena_take_array(arena, MEMORY_TABLES, count, sizeof *limits);
    for (int side = -1; side <= 1; side += 2) {
        for (uint32_t i = 0; i < count; i++) {
            double a = figure->a[i].value;
            double margin = figure->margin_is_share ? figure->margin * sign * a : figure->margin;
            limits[i] = (struct figure_value){figure->a[i].defined, a + side * margin};
        }
        struct paired_difference beyond = paired_difference_of(arena, figure->b, limits, count);
        double chance = one_sided(&beyond, side > 0);
        worst = chance > worst ? chance : worst;
    }
    return worst;
}

static void count_undefined(struct comparison_figure *figure, uint32_t count) {
    figure->undefined_a = 0;
    figure->undefined_b = 0;
    figure->undefined_both = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool a = !figure->a[i].defined;
        bool b = !figure->b[i].defined;
        figure->undefined_a += a ? 1 : 0;
        figure->undefined_b += b ? 1 : 0;
        figure->undefined_both += a && b ? 1 : 0;
    }
}

/** Seeds at which there is a value on one side alone, which is a difference that has no size. */
static uint32_t lone_values(const struct comparison_figure *figure) {
    return figure->undefined_a + figure->undefined_b - 2 * figure->undefined_both;
}

static void measure(struct comparison_figure *figure, const struct comparison *comparison,
                    struct arena *arena) {
    uint32_t count = comparison->pairs;
    struct figure_value *a = arena_take_array(arena, MEMORY_TABLES, count, sizeof *a);
    struct figure_value *b = arena_take_array(arena, MEMORY_TABLES, count, sizeof *b);
    keep_pairs(figure, count, a, b);
    count_undefined(figure, count);
    figure->a_sample = sample_at(a, count, comparison->confidence);
    figure->b_sample = sample_at(b, count, comparison->confidence);
    struct paired_difference *difference = &figure->difference;
    *difference = paired_difference_of(arena, b, a, count);
    difference->sample.half_width = half_width_of(&difference->sample, comparison->confidence);
    difference->clear = difference->p_value <= 1 - comparison->confidence;
    set_relative(figure, count, comparison->confidence);
    double mean = fabs(figure->a_sample.mean);
    figure->margin_size = figure->margin_is_share ? figure->margin * mean : figure->margin;
    figure->equivalence_p_value = equivalence_of(figure, count, arena);
}

/** Holm's procedure over all differences, and over all margins. */
static void look_together(struct comparison *comparison, struct arena *arena) {
    uint32_t count = comparison->figure_count;
    double level = 1 - comparison->confidence;
    struct paired_difference *all = arena_take_array(arena, MEMORY_TABLES, count, sizeof *all);
    struct paired_difference *margins =
        arena_take_array(arena, MEMORY_TABLES, count, sizeof *margins);
    for (uint32_t i = 0; i < count; i++) {
        all[i] = comparison->figures[i].difference;
        margins[i] = all[i];
        margins[i].p_value = comparison->figures[i].equivalence_p_value;
        margins[i].sample.count = comparison->figures[i].margin_size > 0 ? all[i].sample.count : 0;
    }
    comparison->family = paired_holm_at(arena, all, count, level);
    paired_holm_at(arena, margins, count, level);
    for (uint32_t i = 0; i < count; i++) {
        struct comparison_figure *figure = &comparison->figures[i];
        figure->difference.clear_in_family = all[i].clear_in_family;
        figure->equivalent = margins[i].clear_in_family;
        double apart = comparison->family > 0 ? level / comparison->family : level;
        figure->together_half_width = half_width_of(&figure->difference.sample, 1 - apart);
    }
}

static enum comparison_verdict verdict_of(const struct comparison_figure *figure) {
    const struct paired_difference *difference = &figure->difference;
    if (difference->sample.count < 2) {
        return COMPARISON_UNDEFINED;
    }
    if (difference->sample.same && difference->p_value >= 1) {
        bool everywhere = lone_values(figure) == 0;
        return everywhere           ? COMPARISON_SAME
               : figure->equivalent ? COMPARISON_EQUIVALENT
                                    : COMPARISON_UNKNOWN;
    }
    if (difference->clear_in_family) {
        return figure->equivalent ? COMPARISON_DIFFERS_WITHIN : COMPARISON_DIFFERS;
    }
    return figure->equivalent ? COMPARISON_EQUIVALENT : COMPARISON_UNKNOWN;
}

/** Pairs that the sign test of all together takes where they all agree. */
static uint32_t agreeing_pairs(double level) {
    uint32_t pairs = 1;
    while (ldexp(2, -(int)pairs) > level) {
        pairs++;
    }
    return pairs;
}

/** Replicates that bring as many pairs more, if as many of them are defined as were so far. */
static uint32_t replicates_for(const struct comparison_figure *figure,
                               const struct comparison *comparison, uint32_t pairs) {
    uint32_t count = figure->difference.sample.count;
    double more = ceil((double)(pairs - count) * comparison->pairs / count);
    return more <= POWER_PAIRS_MAX ? (uint32_t)more : 0;
}

/** What could have been found, and what it takes to find more. */
static void look_ahead(struct comparison_figure *figure, const struct comparison *comparison) {
    const struct sample *sample = &figure->difference.sample;
    double level = (1 - comparison->confidence) / (comparison->family > 0 ? comparison->family : 1);
    figure->detectable = 0;
    figure->wanted = 0;
    figure->more = 0;
    if (sample->same && figure->difference.p_value >= 1) {
        return; // the same wherever both have a value: no size can be named
    }
    if (sample->same) {
        figure->wanted = fabs(sample->mean);
        figure->more = replicates_for(figure, comparison, agreeing_pairs(level));
        return;
    }
    double power = comparison->power;
    figure->detectable = sample->deviation * power_detectable(sample->count, level, power);
    bool margin = figure->margin_size > 0 && figure->margin_size < figure->detectable;
    figure->wanted = margin ? figure->margin_size : figure->detectable / 2;
    uint32_t pairs = power_pairs(figure->wanted / sample->deviation, level, power);
    figure->more = pairs == 0 ? 0 : replicates_for(figure, comparison, pairs);
}

/** Seeds at which expectations failed, and what chance makes of it (the exact form of McNemar). */
static void compare_failures(struct comparison *comparison) {
    comparison->only_a_failed = 0;
    comparison->only_b_failed = 0;
    comparison->both_failed = 0;
    for (uint32_t i = 0; i < comparison->pairs; i++) {
        bool a = comparison->a_failed[i] != 0;
        bool b = comparison->b_failed[i] != 0;
        comparison->only_a_failed += a && !b ? 1 : 0;
        comparison->only_b_failed += b && !a ? 1 : 0;
        comparison->both_failed += a && b ? 1 : 0;
    }
    uint32_t a = comparison->only_a_failed;
    uint32_t b = comparison->only_b_failed;
    uint32_t fewer = a < b ? a : b;
    double log_chance = -(double)(a + b) * log(2);
    double sum = 0;
    for (uint32_t i = 0; i <= fewer; i++) {
        sum += exp(log_chance);
        log_chance += log((double)(a + b - i) / (i + 1.0));
    }
    comparison->failure_p_value = 2 * sum < 1 ? 2 * sum : 1;
}

uint32_t comparison_open_count(const struct comparison *comparison) {
    uint32_t open = 0;
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        const struct comparison_figure *figure = &comparison->figures[i];
        bool anywhere = figure->undefined_both < comparison->pairs;
        open += figure->verdict == COMPARISON_UNKNOWN ||
                        (figure->verdict == COMPARISON_UNDEFINED && anywhere)
                    ? 1
                    : 0;
    }
    return open;
}

static enum comparison_outcome outcome_of(const struct comparison *comparison) {
    if (comparison->same_runs == comparison->pairs) {
        return COMPARISON_IDENTICAL;
    }
    if (comparison_count(comparison, COMPARISON_DIFFERS) > 0) {
        return COMPARISON_DIFFERENCE;
    }
    bool nothing = comparison_count(comparison, COMPARISON_UNDEFINED) == comparison->figure_count;
    if (nothing || comparison_open_count(comparison) > 0) {
        return COMPARISON_CANNOT_TELL;
    }
    bool small = comparison_count(comparison, COMPARISON_DIFFERS_WITHIN) > 0;
    return small ? COMPARISON_SMALL_DIFFERENCE : COMPARISON_NO_DIFFERENCE;
}

uint32_t comparison_count(const struct comparison *comparison, enum comparison_verdict verdict) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        count += comparison->figures[i].verdict == verdict ? 1 : 0;
    }
    return count;
}

void comparison_work_out(struct comparison *comparison, struct arena *arena) {
    CHECK(comparison->pairs >= 1);
    CHECK(comparison->confidence > 0.5);
    CHECK(comparison->confidence < 1);
    comparison->same_runs = 0;
    for (uint32_t i = 0; i < comparison->pairs; i++) {
        const struct digest *a = &comparison->a_digests[i];
        const struct digest *b = &comparison->b_digests[i];
        comparison->same_runs += a->high == b->high && a->low == b->low ? 1 : 0;
    }
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        measure(&comparison->figures[i], comparison, arena);
    }
    look_together(comparison, arena);
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        struct comparison_figure *figure = &comparison->figures[i];
        figure->verdict = verdict_of(figure);
        if (figure->verdict == COMPARISON_UNKNOWN) {
            look_ahead(figure, comparison);
        }
    }
    compare_failures(comparison);
    comparison->outcome = outcome_of(comparison);
}
