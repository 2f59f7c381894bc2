// Mean and median over replicates, against published numbers.
#include "analysis/replicates.h"
#include "tests/support/unit.h"

#include <math.h>

static struct replicates replicates_from(void **state, const double *numbers, uint32_t count) {
    struct arena *arena = *state;
    struct figure_value *values = arena_take_array(arena, MEMORY_TABLES, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i].defined = isnan(numbers[i]) == 0;
        values[i].value = values[i].defined ? numbers[i] : 0;
    }
    return replicates_of(arena, values, count, (struct replicates_options){.confidence = 0.95});
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("%.9g is not %.9g", found, expected);
    }
}

// Hours of sleep gained, second drug less first: Student, The Probable Error of a Mean (1908).
static const double sleep[] = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};

static void given_students_data_when_summed_up_then_the_published_intervals(void **state) {
    struct replicates found = replicates_from(state, sleep, 10);

    // As R's t.test() prints it.
    assert_near(found.sample.mean, 1.58, 1e-12);
    assert_near(found.sample.mean - found.sample.half_width, 0.7001142, 1e-7);
    assert_near(found.sample.mean + found.sample.half_width, 2.4598858, 1e-7);
    // Second from below and from above: P(B < 2) = 11/1024 of either side, 97.9 % between.
    assert_near(found.median, 1.3, 1e-12);
    assert_true(found.has_median_interval);
    assert_near(found.median_low, 0.8, 0);
    assert_near(found.median_high, 2.4, 0);
}

static void given_a_number_of_values_when_ranked_then_as_binomial_tables_say(void **state) {
    // The largest k with sum of C(n, i) / 2^n over i < k at most 2.5 %, by exact integers.
    static const struct {
        uint32_t count;
        uint32_t rank;
    } rows[] = {{0, 0},  {1, 0},  {5, 0},  {6, 1},    {8, 1},      {9, 2},       {10, 2},
                {17, 5}, {20, 6}, {25, 8}, {100, 40}, {1000, 469}, {10000, 4902}};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (replicates_median_rank(rows[i].count, 0.95) != rows[i].rank) {
            fail_msg("%u values: rank %u", rows[i].count,
                     replicates_median_rank(rows[i].count, 0.95));
        }
    }
}

static void given_few_or_undefined_values_when_summed_up_then_no_interval(void **state) {
    static const double mixed[] = {NAN, 3, -2, NAN, 1};
    static const double none[] = {NAN, NAN};

    struct replicates found = replicates_from(state, mixed, 5);
    struct replicates nothing = replicates_from(state, none, 2);
    struct replicates one = replicates_from(state, &mixed[1], 1);

    assert_int_equal(found.sample.count, 3);
    assert_near(found.median, 1, 0);
    assert_false(found.has_median_interval);
    assert_int_equal(nothing.sample.count, 0);
    assert_false(nothing.has_median_interval);
    assert_near(one.median, 3, 0);
}

static void given_an_even_number_when_summed_up_then_the_middle_of_the_two(void **state) {
    static const double values[] = {8, -6, 2, 4, -1, 10};

    struct replicates found = replicates_from(state, values, 6);

    assert_near(found.median, 3, 0);
    assert_near(found.median_low, -6, 0);
    assert_near(found.median_high, 10, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_students_data_when_summed_up_then_the_published_intervals, set_up, tear_down),
        cmocka_unit_test(given_a_number_of_values_when_ranked_then_as_binomial_tables_say),
        cmocka_unit_test_setup_teardown(
            given_few_or_undefined_values_when_summed_up_then_no_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_an_even_number_when_summed_up_then_the_middle_of_the_two, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
