// Verdicts on two settings: where each of them is the right one, and what it says.
#include "analysis/comparison.h"
#include "analysis/comparison_text.h"
#include "tests/support/unit.h"

#include <math.h>
#include <string.h>

enum { MOST = 12 };

/** Two settings in the making: as many figures and seeds as are added. */
struct pair {
    struct arena *arena;
    struct comparison comparison;
    struct comparison_figure figures[8];
    struct digest digests[2][MOST];
    uint8_t failed[2][MOST];
    char text[COMPARISON_TEXT_SIZE];
};

static int set_up(void **state) {
    struct arena *arena = arena_create(NULL);
    struct pair *pair = arena_take(arena, MEMORY_TABLES, sizeof *pair);
    pair->arena = arena;
    pair->comparison = (struct comparison){
        .a = "A",
        .b = "B",
        .a_digests = pair->digests[0],
        .b_digests = pair->digests[1],
        .a_failed = pair->failed[0],
        .b_failed = pair->failed[1],
        .confidence = 0.95,
        .power = 0.8,
        .first_seed = 1,
        .figures = pair->figures,
    };
    for (uint64_t i = 0; i < MOST; i++) {
        pair->digests[0][i] = (struct digest){1, i};
        pair->digests[1][i] = (struct digest){2, i};
    }
    *state = pair;
    return 0;
}

static int tear_down(void **state) {
    struct pair *pair = *state;
    arena_destroy(pair->arena);
    return 0;
}

static const struct figure_value *values_of(struct pair *pair, const double *numbers,
                                            uint32_t count) {
    struct figure_value *values =
        arena_take_array(pair->arena, MEMORY_TABLES, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i].defined = isnan(numbers[i]) == 0;
        values[i].value = values[i].defined ? numbers[i] : 0;
    }
    return values;
}

static struct comparison_figure *add(struct pair *pair, const double *a, const double *b,
                                     uint32_t count) {
    struct comparison_figure *figure = &pair->figures[pair->comparison.figure_count++];
    *figure = (struct comparison_figure){.name = "latency.p99", .unit = "ms", .scale = 1};
    figure->a = values_of(pair, a, count);
    figure->b = values_of(pair, b, count);
    pair->comparison.pairs = count;
    return figure;
}

static void expect_text(struct pair *pair, const struct comparison_figure *figure,
                        const char *expected) {
    assert_string_equal(comparison_figure_text(&pair->comparison, figure, pair->text), expected);
}

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("%.9g is not %.9g", found, expected);
    }
}

static const double base[] = {181, 177, 190, 185, 180, 188, 184, 186};
static const double lower[] = {171, 166, 181, 174, 171, 177, 173, 176};
static const double near[] = {181.2, 176.9, 190.1, 185, 179.9, 188.1, 183.8, 186.1};
static const double noisy[] = {190, 171, 184, 193, 176, 196, 177, 190};
enum { COUNT = sizeof base / sizeof base[0] };

static void given_values_far_apart_when_compared_then_they_differ(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *figure = add(pair, base, lower, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(figure->verdict, COMPARISON_DIFFERS);
    assert_int_equal(pair->comparison.outcome, COMPARISON_DIFFERENCE);
    expect_text(pair, figure, "latency.p99 is 10.25 ± 0.74 ms (5.6 %) lower in B");
    assert_string_equal(comparison_text(&pair->comparison, pair->text),
                        "B differs from A in 1 of 1 figure: latency.p99 is 10.25 ± 0.74 ms "
                        "(5.6 %) lower in B.");
}

static void given_a_margin_when_shown_to_be_kept_then_no_difference(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *figure = add(pair, base, near, COUNT);
    figure->margin = 1;

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(figure->verdict, COMPARISON_EQUIVALENT);
    assert_int_equal(pair->comparison.outcome, COMPARISON_NO_DIFFERENCE);
    expect_text(pair, figure,
                "latency.p99 is the same within 1 ms: the difference is 0.01 ± 0.11 ms");
    assert_string_equal(comparison_text(&pair->comparison, pair->text),
                        "No difference between A and B: each figure is the same at every seed, or "
                        "within its margin.");
}

static void
given_no_margin_or_a_narrow_one_when_nothing_is_found_then_nobody_can_tell(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *without = add(pair, base, near, COUNT);
    struct comparison_figure *narrow = add(pair, base, near, COUNT);
    struct comparison_figure *scattered = add(pair, base, noisy, COUNT);
    narrow->margin = 0.05;
    scattered->margin = 1;

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(without->verdict, COMPARISON_UNKNOWN);
    assert_int_equal(narrow->verdict, COMPARISON_UNKNOWN);
    assert_int_equal(scattered->verdict, COMPARISON_UNKNOWN);
    assert_int_equal(pair->comparison.outcome, COMPARISON_CANNOT_TELL);
    assert_non_null(strstr(comparison_text(&pair->comparison, pair->text),
                           "Cannot tell whether B differs from A"));
    // R: s = 7.146428; power.t.test(n = 8, sd = s, sig.level = 0.05 / 3, power = 0.8, type =
    // "paired", strict = TRUE)$delta, and n for delta = 1: 537.54.
    assert_near(scattered->detectable, 10.36477, 1e-5);
    assert_int_equal(scattered->more, 530);
    expect_text(
        pair, scattered,
        "latency.p99: cannot tell: 0.8 ± 6.0 ms was seen; if the scatter is what was seen, a "
        "difference of 10 ms would have been detected with power 80 %, and smaller ones may well "
        "have been missed; about 530 more replicates would detect 1.0 ms so");
}

static void given_a_difference_as_large_as_its_margin_when_compared_then_differs(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *figure = add(pair, base, lower, COUNT);
    figure->margin = 10.25; // what the difference is: the chance for one side is a half

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(figure->verdict, COMPARISON_DIFFERS);
    assert_near(figure->equivalence_p_value, 0.5, 1e-9);
}

static void
given_a_clear_difference_within_its_margin_when_compared_then_both_are_said(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *figure = add(pair, base, lower, COUNT);
    figure->margin = 0.1;
    figure->margin_is_share = true;

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(figure->verdict, COMPARISON_DIFFERS_WITHIN);
    expect_text(pair, figure,
                "latency.p99 is 10.25 ± 0.74 ms (5.6 %) lower in B, which is within the margin of "
                "10 % of A");
}

static void expect_verdict(struct pair *pair, const char *expected) {
    assert_string_equal(comparison_text(&pair->comparison, pair->text), expected);
}

static void given_small_differences_when_all_is_told_then_they_are_differences(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *small = add(pair, base, lower, COUNT);
    struct comparison_figure *close = add(pair, base, near, COUNT);
    small->margin = 15;
    close->margin = 1;

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(small->verdict, COMPARISON_DIFFERS_WITHIN);
    assert_int_equal(close->verdict, COMPARISON_EQUIVALENT);
    assert_int_equal(pair->comparison.outcome, COMPARISON_SMALL_DIFFERENCE);
    expect_verdict(pair, "B differs from A, but by no more than the margins: latency.p99 is "
                         "10.25 ± 0.74 ms (5.6 %) lower in B.");

    // And with one of which nobody can tell.
    add(pair, base, noisy, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(pair->comparison.outcome, COMPARISON_CANNOT_TELL);
    expect_verdict(pair,
                   "Cannot tell whether B differs from A by more than the margins: latency.p99 is "
                   "10.25 ± 0.74 ms (5.6 %) lower in B, which is within them; but of 1 of 3 "
                   "figures nothing is shown.");

    // A difference beyond its margin outweighs all that.
    add(pair, base, lower, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(pair->comparison.outcome, COMPARISON_DIFFERENCE);
}

// What R says of the two tests: t.test(b - 1.1 * a, alternative = "less")$p.value, and
// t.test(b - 0.9 * a, alternative = "greater")$p.value.
static void given_a_margin_in_parts_of_a_when_compared_then_the_scatter_of_a_counts(void **state) {
    struct pair *pair = *state;
    static const double a[] = {60, 140, 80, 120, 90, 130, 70, 150};
    static const double b[] = {69, 150, 89, 129, 100, 139, 79, 158};
    struct comparison_figure *share = add(pair, a, b, COUNT);
    struct comparison_figure *size = add(pair, a, b, COUNT);
    share->margin = 0.1;
    share->margin_is_share = true;
    size->margin = 10.5; // what a tenth of A's mean is

    comparison_work_out(&pair->comparison, pair->arena);

    assert_near(share->margin_size, 10.5, 1e-12);
    assert_near(share->equivalence_p_value, 0.156858362, 1e-6);
    assert_int_equal(share->verdict, COMPARISON_DIFFERS);
    assert_int_equal(size->verdict, COMPARISON_DIFFERS_WITHIN);

    // A wider one is kept all the same.
    share->margin = 0.2;
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(share->verdict, COMPARISON_DIFFERS_WITHIN);
}

static void
given_many_figures_when_one_seems_to_differ_then_all_are_looked_at_together(void **state) {
    struct pair *pair = *state;
    // By itself p = 0.028.
    static const double seems[] = {182, 179, 190, 188, 180, 191, 184, 187};
    struct comparison_figure *figure = add(pair, base, seems, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(figure->verdict, COMPARISON_DIFFERS);
    add(pair, base, noisy, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(pair->comparison.family, 2);
    assert_int_equal(figure->verdict, COMPARISON_UNKNOWN);
    assert_true(figure->difference.clear);
    assert_true(figure->together_half_width > figure->difference.sample.half_width * 1.2);
}

static void given_the_same_runs_when_compared_then_identical(void **state) {
    struct pair *pair = *state;
    struct comparison_figure *figure = add(pair, base, base, COUNT);
    memcpy(pair->digests[1], pair->digests[0], sizeof pair->digests[0]);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(pair->comparison.outcome, COMPARISON_IDENTICAL);
    assert_int_equal(figure->verdict, COMPARISON_SAME);
    assert_string_equal(comparison_text(&pair->comparison, pair->text),
                        "A and B are the same runs: at each of 8 seeds they have the same digest.");

    // One seed that differs makes it another thing, though no figure tells.
    pair->digests[1][3].low = 77;
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(pair->comparison.outcome, COMPARISON_NO_DIFFERENCE);
    assert_non_null(strstr(comparison_text(&pair->comparison, pair->text),
                           " At 7 of 8 seeds the runs are the same."));
    expect_text(pair, figure, "latency.p99 is the same at each of 8 seeds");
}

static void given_the_same_difference_everywhere_when_compared_then_the_sign_test(void **state) {
    struct pair *pair = *state;
    double five_more[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        five_more[i] = base[i] + 5;
    }
    struct comparison_figure *few = add(pair, base, five_more, 4);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(few->verdict, COMPARISON_UNKNOWN); // 2 / 2⁴ = 0.125
    assert_int_equal(few->more, 2);                     // 2 / 2⁶ = 0.031
    expect_text(pair, few,
                "latency.p99: cannot tell: the difference is 5 ms at all 4 seeds, which are too "
                "few to rule out chance; about 2 more replicates that agree would");

    pair->comparison.figure_count = 0;
    struct comparison_figure *many = add(pair, base, five_more, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(many->verdict, COMPARISON_DIFFERS);
    expect_text(pair, many, "latency.p99 is 5 ms (2.7 %) higher in B at every seed");

    // Within a margin if it is one, though there is no t.
    many->margin = 6;
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(many->verdict, COMPARISON_DIFFERS_WITHIN);
    assert_near(many->equivalence_p_value, 1.0 / 256, 1e-15);
    expect_text(pair, many,
                "latency.p99 is 5 ms (2.7 %) higher in B at every seed, which is within the "
                "margin of 6 ms");
    for (int i = 0; i < 2; i++) {
        many->margin = i == 0 ? 5 : 4;
        comparison_work_out(&pair->comparison, pair->arena);
        assert_int_equal(many->verdict, COMPARISON_DIFFERS);
    }
}

static void given_the_same_where_both_are_defined_when_compared_then_seeds_count(void **state) {
    struct pair *pair = *state;
    const double none = NAN;
    const double most[] = {181, 177, none, none, none, none, none, none};
    struct comparison_figure *alone = add(pair, base, most, COUNT);
    struct comparison_figure *both = add(pair, most, most, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(alone->verdict, COMPARISON_UNKNOWN);
    assert_int_equal(both->verdict, COMPARISON_SAME);
    assert_int_equal(pair->comparison.outcome, COMPARISON_CANNOT_TELL);
    expect_text(pair, alone,
                "latency.p99: cannot tell: it is the same at each of 2 seeds where both have a "
                "value, and at 6 only one of them has (2 of 8 seeds: undefined at 0 in A, 6 in "
                "B)");
    expect_text(pair, both,
                "latency.p99 is the same at each of 2 seeds (2 of 8 seeds: undefined at 6 in A, 6 "
                "in B)");
    assert_non_null(strstr(comparison_text(&pair->comparison, pair->text),
                           " 2 of 2 figures are undefined at some seeds."));
}

static void given_figures_without_values_when_all_is_told_then_it_is_said(void **state) {
    struct pair *pair = *state;
    const double none = NAN;
    const double nothing[] = {none, none, none, none, none, none, none, none};
    add(pair, nothing, nothing, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    expect_verdict(pair, "Cannot tell whether B differs from A: no run of either has a value of "
                         "any figure.");

    add(pair, base, base, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    expect_verdict(pair, "No difference between A and B: each figure is the same at every seed, "
                         "or within its margin. 1 of 2 figures is undefined in all runs.");

    // One that A alone has is no sameness.
    add(pair, base, nothing, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    assert_int_equal(pair->comparison.outcome, COMPARISON_CANNOT_TELL);
}

static void given_undefined_pairs_when_asked_for_more_then_as_many_are_expected(void **state) {
    struct pair *pair = *state;
    const double none = NAN;
    const double gaps[] = {none, 190, 171, none, none, 196, 177, none};
    const double whole[] = {190, 171, 196, 177};
    const double others[] = {177, 190, 188, 184}; // those of `base`
    struct comparison_figure *some = add(pair, base, gaps, COUNT);
    comparison_work_out(&pair->comparison, pair->arena);
    uint32_t more = some->more;
    pair->comparison.figure_count = 0;
    struct comparison_figure *all = add(pair, others, whole, 4);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(all->verdict, COMPARISON_UNKNOWN);
    assert_true(all->more > 0);
    assert_int_equal(more, 2 * all->more);
}

static void given_large_numbers_when_told_then_no_powers_of_ten(void **state) {
    struct pair *pair = *state;
    double far[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        far[i] = 6 * lower[i];
    }
    struct comparison_figure *figure = add(pair, base, far, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_non_null(strstr(comparison_figure_text(&pair->comparison, figure, pair->text),
                           " ms (470 %) higher in B"));
}

static void given_undefined_figures_when_compared_then_pairs_are_counted(void **state) {
    struct pair *pair = *state;
    const double none = NAN;
    const double gaps[] = {none, 166, 181, none, 171, 177, 173, 176};
    const double nothing[] = {none, none, none, none, none, none, none, 176};
    const double nought[] = {0, 0, 0, 0, 0, 0, 0, 0};
    const double some[] = {1, 2, 1, 2, 3, 1, 2, 1};
    struct comparison_figure *fewer = add(pair, base, gaps, COUNT);
    struct comparison_figure *undefined = add(pair, base, nothing, COUNT);
    struct comparison_figure *from_nought = add(pair, nought, some, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(fewer->difference.sample.count, 6);
    assert_near(fewer->a_sample.mean, 184.1666667, 1e-6); // of the same seeds as B's
    expect_text(pair, fewer,
                "latency.p99 is 10.2 ± 1.0 ms (5.5 %) lower in B (6 of 8 seeds: undefined at 0 "
                "in A, 2 in B)");
    assert_int_equal(undefined->verdict, COMPARISON_UNDEFINED);
    expect_text(pair, undefined,
                "latency.p99: cannot tell: both are defined at 1 of 8 seeds (1 of 8 seeds: "
                "undefined at 0 in A, 7 in B)");
    assert_int_equal(pair->comparison.family, 2);
    assert_false(from_nought->has_relative);
    expect_text(pair, from_nought, "latency.p99 is 1.62 ± 0.62 ms higher in B");
}

static void
given_a_mean_that_may_be_nought_when_compared_then_no_interval_of_the_share(void **state) {
    struct pair *pair = *state;
    const double around[] = {-3, 2, 1, -2, 3, -1, 2, -1};
    const double beside[] = {-2, 3, 3, -1, 4, 1, 3, 0};
    struct comparison_figure *figure = add(pair, around, beside, COUNT);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_true(figure->has_relative);
    assert_false(figure->has_relative_interval);
}

static void given_failures_when_compared_then_seeds_are_counted(void **state) {
    struct pair *pair = *state;
    const uint8_t a[] = {1, 0, 0, 0, 0, 0, 0, 0};
    const uint8_t b[] = {1, 1, 1, 1, 1, 1, 0, 1};
    add(pair, base, lower, COUNT);
    memcpy(pair->failed[0], a, sizeof a);
    memcpy(pair->failed[1], b, sizeof b);

    comparison_work_out(&pair->comparison, pair->arena);

    assert_int_equal(pair->comparison.only_a_failed, 0);
    assert_int_equal(pair->comparison.only_b_failed, 6);
    assert_int_equal(pair->comparison.both_failed, 1);
    assert_near(pair->comparison.failure_p_value, 2.0 / 64, 1e-12);
}

#define COMPARISON_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        COMPARISON_TEST(given_values_far_apart_when_compared_then_they_differ),
        COMPARISON_TEST(given_a_margin_when_shown_to_be_kept_then_no_difference),
        COMPARISON_TEST(given_no_margin_or_a_narrow_one_when_nothing_is_found_then_nobody_can_tell),
        COMPARISON_TEST(given_a_difference_as_large_as_its_margin_when_compared_then_differs),
        COMPARISON_TEST(
            given_a_clear_difference_within_its_margin_when_compared_then_both_are_said),
        COMPARISON_TEST(given_small_differences_when_all_is_told_then_they_are_differences),
        COMPARISON_TEST(given_a_margin_in_parts_of_a_when_compared_then_the_scatter_of_a_counts),
        COMPARISON_TEST(given_the_same_where_both_are_defined_when_compared_then_seeds_count),
        COMPARISON_TEST(given_figures_without_values_when_all_is_told_then_it_is_said),
        COMPARISON_TEST(given_undefined_pairs_when_asked_for_more_then_as_many_are_expected),
        COMPARISON_TEST(given_large_numbers_when_told_then_no_powers_of_ten),
        COMPARISON_TEST(
            given_many_figures_when_one_seems_to_differ_then_all_are_looked_at_together),
        COMPARISON_TEST(given_the_same_runs_when_compared_then_identical),
        COMPARISON_TEST(given_the_same_difference_everywhere_when_compared_then_the_sign_test),
        COMPARISON_TEST(given_undefined_figures_when_compared_then_pairs_are_counted),
        COMPARISON_TEST(
            given_a_mean_that_may_be_nought_when_compared_then_no_interval_of_the_share),
        COMPARISON_TEST(given_failures_when_compared_then_seeds_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
