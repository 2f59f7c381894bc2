// What our own functions make of the data of statistics.R: a line for each number, its name and
// value, in the same order.
#include "analysis/bootstrap.h"
#include "analysis/comparison.h"
#include "analysis/power.h"
#include "analysis/replicates.h"
#include "analysis/student.h"
#include "tests/support/unit.h"

#include <stdio.h>

static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
static const double runs_a[] = {181.2, 176.9, 190.4, 185.3, 179.8,
                                188.1, 183.7, 186.0, 180.5, 184.4};
static const double runs_b[] = {183.9, 178.3, 193.6, 186.1, 183.4,
                                189.0, 187.2, 188.7, 181.9, 187.7};
static const double mice[] = {52, 104, 146, 10, 51, 30, 40, 27, 46};
static const double eight[] = {10.1, 10.4, 9.8, 12.9, 10.0, 10.6, 9.9, 11.5};

enum { PAIRS = 10 };

static void row(const char *name, double value) {
    printf("%s\t%.10g\n", name, value);
}

static struct figure_value *values_of(struct arena *arena, const double *numbers, uint32_t count) {
    struct figure_value *values = arena_take_array(arena, MEMORY_TABLES, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (struct figure_value){true, numbers[i]};
    }
    return values;
}

/** What two settings are compared in. */
struct question {
    const double *a;
    const double *b;
    double margin;
    double confidence;
};

static struct comparison_figure ask(struct arena *arena, const struct question *question) {
    static const struct digest digests[2 * PAIRS] = {{1, 0}};
    static const uint8_t failed[PAIRS] = {0};
    struct comparison_figure figure = {.name = "x", .unit = "", .scale = 1};
    figure.a = values_of(arena, question->a, PAIRS);
    figure.b = values_of(arena, question->b, PAIRS);
    figure.margin = question->margin;
    struct comparison comparison = {.a = "A", .b = "B", .pairs = PAIRS};
    comparison.a_digests = digests;
    comparison.b_digests = digests + PAIRS;
    comparison.a_failed = failed;
    comparison.b_failed = failed;
    comparison.confidence = question->confidence;
    comparison.power = 0.8;
    comparison.figures = &figure;
    comparison.figure_count = 1;
    comparison_work_out(&comparison, arena);
    return figure;
}

static void print_intervals(struct arena *arena, const char *name, struct question question) {
    static const char *const levels[] = {"0.95", "0.99"};
    struct comparison_figure figure;
    char text[64];
    for (int i = 0; i < 2; i++) {
        question.confidence = i == 0 ? 0.95 : 0.99;
        figure = ask(arena, &question);
        const struct sample *sample = &figure.difference.sample;
        snprintf(text, sizeof text, "%s.low.%s", name, levels[i]);
        row(text, sample->mean - sample->half_width);
        snprintf(text, sizeof text, "%s.high.%s", name, levels[i]);
        row(text, sample->mean + sample->half_width);
    }
    snprintf(text, sizeof text, "%s.p", name);
    row(text, figure.difference.p_value);
}

static void print_comparisons(struct arena *arena) {
    struct question sleep = {first, second, 1, 0.95};
    struct question runs = {runs_a, runs_b, 3, 0.95};
    print_intervals(arena, "sleep", sleep);
    print_intervals(arena, "runs", runs);
    struct comparison_figure figure = ask(arena, &runs);
    row("runs.equivalence.3", figure.equivalence_p_value);
    runs.margin = 4;
    row("runs.equivalence.4", ask(arena, &runs).equivalence_p_value);
    row("sleep.equivalence.1", ask(arena, &sleep).equivalence_p_value);
    row("runs.relative", figure.relative);
    row("runs.relative.low", figure.relative_low);
    row("runs.relative.high", figure.relative_high);
}

static void print_power(void) {
    row("power.5.1.0.05", power_of(5, 1, 0.05));
    row("power.10.0.5.0.05", power_of(10, 0.5, 0.05));
    row("power.10.1.0.00625", power_of(10, 1, 0.00625));
    row("power.20.0.8.0.01", power_of(20, 0.8, 0.01));
    row("power.100.0.2.0.05", power_of(100, 0.2, 0.05));
    row("power.2.3.0.05", power_of(2, 3, 0.05));
    row("power.2000.0.05.0.05", power_of(2000, 0.05, 0.05));
    row("detectable.5.0.05.0.8", power_detectable(5, 0.05, 0.8));
    row("detectable.10.0.05.0.8", power_detectable(10, 0.05, 0.8));
    row("detectable.10.0.00625.0.8", power_detectable(10, 0.00625, 0.8));
    row("detectable.50.0.05.0.9", power_detectable(50, 0.05, 0.9));
    row("pairs.0.5.0.05.0.8", power_pairs(0.5, 0.05, 0.8));
    row("pairs.0.2.0.05.0.9", power_pairs(0.2, 0.05, 0.9));
    row("pairs.1.0.00625.0.8", power_pairs(1, 0.00625, 0.8));
    row("pairs.0.05.0.05.0.8", power_pairs(0.05, 0.05, 0.8));
}

/** The chance of seeds that disagree so unevenly. */
static void print_failures(struct arena *arena, const char *name, uint32_t in_a, uint32_t in_b) {
    struct digest digests[2] = {{1, 0}, {2, 0}};
    struct digest *of_a = arena_take_array(arena, MEMORY_TABLES, in_a + in_b, sizeof *of_a);
    uint8_t *a = arena_take_array(arena, MEMORY_TABLES, in_a + in_b, sizeof *a);
    uint8_t *b = arena_take_array(arena, MEMORY_TABLES, in_a + in_b, sizeof *b);
    for (uint32_t i = 0; i < in_a + in_b; i++) {
        of_a[i] = digests[0];
        a[i] = i < in_a;
        b[i] = i >= in_a;
    }
    struct comparison comparison = {.a = "A", .b = "B", .pairs = in_a + in_b};
    comparison.a_digests = of_a;
    comparison.b_digests = of_a;
    comparison.a_failed = a;
    comparison.b_failed = b;
    comparison.confidence = 0.95;
    comparison.power = 0.8;
    comparison_work_out(&comparison, arena);
    row(name, comparison.failure_p_value);
}

static void print_bootstrap(struct arena *arena, const char *level, double confidence) {
    struct bootstrap_interval of_mice =
        bootstrap_mean(arena, values_of(arena, mice, COUNT_OF(mice)), COUNT_OF(mice), confidence);
    struct bootstrap_interval of_eight = bootstrap_mean(
        arena, values_of(arena, eight, COUNT_OF(eight)), COUNT_OF(eight), confidence);
    printf("bootstrap.mice.low.%s\t%.10g\n", level, of_mice.low);
    printf("bootstrap.mice.high.%s\t%.10g\n", level, of_mice.high);
    printf("bootstrap.eight.low.%s\t%.10g\n", level, of_eight.low);
    printf("bootstrap.eight.high.%s\t%.10g\n", level, of_eight.high);
}

int main(void) {
    struct arena *arena = arena_create(NULL);
    print_comparisons(arena);
    print_power();
    print_failures(arena, "mcnemar.1.7", 1, 7);
    print_failures(arena, "mcnemar.3.4", 3, 4);
    print_failures(arena, "mcnemar.0.12", 0, 12);
    print_bootstrap(arena, "0.9", 0.9);
    print_bootstrap(arena, "0.95", 0.95);
    row("median.rank.6", replicates_median_rank(6, 0.95));
    row("median.rank.20", replicates_median_rank(20, 0.95));
    row("median.rank.57", replicates_median_rank(57, 0.95));
    row("median.rank.1000", replicates_median_rank(1000, 0.95));
    row("student.6", student_quantile(0.97, 5));
    row("student.28", student_quantile(0.97, 27));
    row("student.200", student_quantile(0.97, 199));
    arena_destroy(arena);
    return 0;
}
