#include "analysis/paired.h"
#include "tests/support/unit.h"

#include <math.h>
#include <string.h>

enum { VALUES_MAX = 12 };

static struct arena *arena_of(void **state) {
    return *state;
}

static int set_up(void **state) {
    *state = arena_create(&(struct arena_options){.limit_bytes = 0});
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

/** Values of which NAN stands for one that is not defined. */
static const struct figure_value *values_of(void **state, const double *numbers, size_t count) {
    struct figure_value *values =
        arena_take_array(arena_of(state), MEMORY_TABLES, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i].defined = isnan(numbers[i]) == 0;
        values[i].value = values[i].defined ? numbers[i] : 0;
    }
    return values;
}

static struct paired_difference difference_of(void **state, const double *changed,
                                              const double *base, size_t count) {
    return paired_difference_of(arena_of(state), values_of(state, changed, count),
                                values_of(state, base, count), (uint32_t)count);
}

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("%.9g is not %.9g", found, expected);
    }
}

// Hours of sleep gained by ten patients on two drugs: Student, The Probable Error of a Mean (1908).
static const double first_drug[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second_drug[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
static const double no_drug[10] = {0};

static void given_students_data_when_compared_then_the_published_interval(void **state) {
    struct paired_difference found = difference_of(state, second_drug, first_drug, 10);

    // As R's t.test(paired = TRUE) prints it for the data set `sleep`.
    assert_int_equal(found.sample.count, 10);
    assert_near(found.sample.mean, 1.58, 1e-12);
    assert_near(found.sample.mean - found.sample.half_width, 0.7001142, 1e-7);
    assert_near(found.sample.mean + found.sample.half_width, 2.4598858, 1e-7);
    assert_near(found.p_value, 0.002833, 5e-7);
    assert_true(found.has_interval);
    assert_true(found.clear);
}

static void given_an_interval_with_zero_inside_when_compared_then_not_clear(void **state) {
    struct paired_difference found = difference_of(state, first_drug, no_drug, 10);

    // The first drug alone against none: t = 1.3257, p = 0.2176.
    assert_near(found.sample.mean, 0.75, 1e-12);
    assert_near(found.sample.mean - found.sample.half_width, -0.5297804, 1e-7);
    assert_near(found.sample.mean + found.sample.half_width, 2.0297804, 1e-7);
    assert_near(found.p_value, 0.2176, 5e-5);
    assert_true(found.has_interval);
    assert_false(found.clear);
}

static void given_three_pairs_when_compared_then_as_worked_out_by_hand(void **state) {
    static const double changed[] = {11, 22, 33};
    static const double base[] = {10, 20, 30};

    struct paired_difference found = difference_of(state, changed, base, 3);

    // Differences 1, 2, 3: s = 1, t = 2·√3, p = 1 − √(12/14); the half width is 4.30265/√3.
    assert_near(found.sample.mean, 2, 1e-12);
    assert_near(found.sample.deviation, 1, 1e-12);
    assert_near(found.sample.half_width, 2.484138, 1e-6);
    assert_near(found.p_value, 1 - sqrt(12.0 / 14.0), 1e-12);
    assert_false(found.clear);
}

static void given_more_of_the_same_pairs_when_compared_then_narrower(void **state) {
    static const double changed[] = {11, 22, 33, 11, 22, 33, 11, 22, 33};
    static const double base[] = {10, 20, 30, 10, 20, 30, 10, 20, 30};

    struct paired_difference three = difference_of(state, changed, base, 3);
    struct paired_difference nine = difference_of(state, changed, base, 9);

    // s = √(6/8); t₈ = 2.306004.
    assert_near(nine.sample.half_width, 2.306004 * sqrt(0.75) / 3, 1e-6);
    assert_true(nine.sample.half_width < three.sample.half_width);
    assert_true(nine.clear);
}

static void given_undefined_figures_when_compared_then_no_pair_at_those_seeds(void **state) {
    static const double changed[] = {11, NAN, 22, 33, NAN};
    static const double base[] = {10, 5, 20, 30, NAN};
    static const double holes[] = {10, 5, NAN, NAN, NAN};

    struct paired_difference three = difference_of(state, changed, base, 5);
    struct paired_difference one = difference_of(state, changed, holes, 5);
    struct paired_difference none = difference_of(state, changed + 4, holes + 4, 1);

    assert_int_equal(three.sample.count, 3);
    assert_near(three.sample.half_width, 2.484138, 1e-6);
    assert_int_equal(one.sample.count, 1);
    assert_near(one.sample.mean, 1, 1e-12);
    assert_false(one.has_interval);
    assert_false(one.clear);
    assert_int_equal(none.sample.count, 0);
    assert_false(none.clear);
}

static void given_the_same_difference_everywhere_when_compared_then_the_sign_test(void **state) {
    // Rounding makes these differences differ in their last bits.
    static const double changed[] = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    static const double base[] = {0.2, 0.3, 0.4, 0.5, 0.6, 0.7};

    struct paired_difference six = difference_of(state, changed, base, 6);
    struct paired_difference five = difference_of(state, changed, base, 5);

    assert_true(six.sample.same);
    assert_false(six.has_interval);
    assert_near(six.p_value, 2.0 / 64, 1e-15);
    assert_true(six.clear);
    assert_near(five.p_value, 2.0 / 32, 1e-15);
    assert_false(five.clear);
}

static void given_no_difference_when_compared_then_nothing_is_clear(void **state) {
    struct paired_difference found = difference_of(state, first_drug, first_drug, 10);

    assert_near(found.sample.mean, 0, 0);
    assert_true(found.sample.same);
    assert_near(found.p_value, 1, 0);
    assert_false(found.clear);
}

static void given_values_when_sampled_then_mean_and_interval(void **state) {
    static const double numbers[] = {1, NAN, 2, 3};

    struct sample found = sample_of(values_of(state, numbers, 4), 4);

    assert_int_equal(found.count, 3);
    assert_near(found.mean, 2, 1e-12);
    assert_near(found.half_width, 2.484138, 1e-6);
    assert_false(found.same);
}

/** What paired_holm() marks, as a text of 0 and 1. */
static const char *marks_of(void **state, const double *p_values, uint32_t count, char *out) {
    struct paired_difference differences[VALUES_MAX] = {0};
    for (uint32_t i = 0; i < count; i++) {
        differences[i].sample.count = isnan(p_values[i]) ? 1 : 10;
        differences[i].p_value = isnan(p_values[i]) ? 1 : p_values[i];
    }
    paired_holm(arena_of(state), differences, count);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = differences[i].clear_in_family ? '1' : '0';
    }
    out[count] = '\0';
    return out;
}

static void given_a_family_when_holm_then_stepped_down_to_the_first_that_misses(void **state) {
    static const struct {
        const char *name;
        double p_values[VALUES_MAX];
        uint32_t count;
        const char *expected;
    } rows[] = {
        {"the textbook's four", {0.01, 0.04, 0.03, 0.005}, 4, "1001"},
        {"one is tested at 5 %", {0.05}, 1, "1"},
        {"one just beyond", {0.0501}, 1, "0"},
        {"two at 2.5 % and 5 %", {0.05, 0.025}, 2, "11"},
        {"nothing behind a miss", {0.026, 0.027}, 2, "00"},
        {"those without pairs take no share", {NAN, 0.025, NAN, 0.04}, 4, "0101"},
        {"all of the same chance", {0.02, 0.02, 0.02}, 3, "000"},
        {"none", {0}, 0, ""},
    };
    char marks[VALUES_MAX + 1];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *found = marks_of(state, rows[i].p_values, rows[i].count, marks);

        if (strcmp(found, rows[i].expected) != 0) {
            fail_msg("%s: %s", rows[i].name, found);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(given_students_data_when_compared_then_the_published_interval),
        TEST(given_an_interval_with_zero_inside_when_compared_then_not_clear),
        TEST(given_three_pairs_when_compared_then_as_worked_out_by_hand),
        TEST(given_more_of_the_same_pairs_when_compared_then_narrower),
        TEST(given_undefined_figures_when_compared_then_no_pair_at_those_seeds),
        TEST(given_the_same_difference_everywhere_when_compared_then_the_sign_test),
        TEST(given_no_difference_when_compared_then_nothing_is_clear),
        TEST(given_values_when_sampled_then_mean_and_interval),
        TEST(given_a_family_when_holm_then_stepped_down_to_the_first_that_misses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
