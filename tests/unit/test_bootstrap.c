// The bootstrap-t interval, against published numbers and against all resamples there are.
#include "analysis/bootstrap.h"
#include "tests/support/unit.h"

#include <math.h>

static struct bootstrap_interval interval_of(void **state, const double *numbers, uint32_t count,
                                             double confidence) {
    struct arena *arena = *state;
    struct figure_value *values = arena_take_array(arena, MEMORY_TABLES, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i].defined = isnan(numbers[i]) == 0;
        values[i].value = values[i].defined ? numbers[i] : 0;
    }
    return bootstrap_mean(arena, values, count, confidence);
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

// Days that mice of the control group lived: Efron and Tibshirani, An Introduction to the Bootstrap
// (1993), table 2.1.
static const double mice[] = {52, 104, 146, 10, 51, 30, 40, 27, 46};
enum { MICE = sizeof mice / sizeof mice[0] };

static void given_published_data_when_asked_then_the_published_interval(void **state) {
    struct bootstrap_interval found = interval_of(state, mice, MICE, 0.90);

    // There, from 1000 resamples (section 12.5): (35.82, 116.74). The package boot of R, of 20,000:
    // (36.07, 116.05). All 24,310 resamples that there are, weighted: (36.03, 116.53). Ours are
    // 3999, between which the lower end moves by half a day, and the upper one by two.
    assert_true(found.known);
    assert_near(found.low, 36.03, 1.5);
    assert_near(found.high, 116.53, 6);
}

static void given_values_that_lean_when_asked_then_the_interval_leans_too(void **state) {
    struct bootstrap_interval found = interval_of(state, mice, MICE, 0.95);
    double mean = 506.0 / 9;

    // boot of R: (31.93, 126.55), all resamples: (31.84, 126.47). Student's t: 56.22 ± 32.65.
    assert_near(found.low, 31.93, 1.5);
    assert_near(found.high, 126.55, 10);
    assert_true(found.high - mean > 2 * (mean - found.low));
}

static void given_another_unit_when_asked_then_the_same_interval_in_it(void **state) {
    double scaled[MICE];
    for (uint32_t i = 0; i < MICE; i++) {
        scaled[i] = 1e9 + 1e6 * mice[i];
    }

    struct bootstrap_interval found = interval_of(state, mice, MICE, 0.95);
    struct bootstrap_interval again = interval_of(state, mice, MICE, 0.95);
    struct bootstrap_interval other = interval_of(state, scaled, MICE, 0.95);

    assert_near(again.low, found.low, 0);
    assert_near(again.high, found.high, 0);
    assert_near(other.low, 1e9 + 1e6 * found.low, 1);
    assert_near(other.high, 1e9 + 1e6 * found.high, 1);
}

static void given_values_that_tell_too_little_when_asked_then_none(void **state) {
    const double none = NAN;
    const double seven[] = {1, 2, 3, 4, 5, 6, 7, none};
    const double odd_one[] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 6};
    const double eight[] = {1, 2, 3, 4, 5, 6, 7, 8};

    assert_false(interval_of(state, seven, COUNT_OF(seven), 0.95).known);
    // One in three resamples misses the odd one, and has no scatter.
    assert_false(interval_of(state, odd_one, COUNT_OF(odd_one), 0.95).known);
    assert_false(interval_of(state, eight, 0, 0.95).known);
    assert_true(interval_of(state, eight, COUNT_OF(eight), 0.95).known);
}

static void given_values_all_the_same_when_asked_then_that_value(void **state) {
    const double same[] = {0.1, 0.1, 0.1};

    struct bootstrap_interval found = interval_of(state, same, COUNT_OF(same), 0.95);

    assert_true(found.known);
    assert_near(found.low, 0.1, 1e-15);
    assert_near(found.high, 0.1, 1e-15);
}

static void given_a_bad_confidence_when_asked_then_a_check_fails(void **state) {
    expect_assert_failure(interval_of(state, mice, MICE, 0));
    expect_assert_failure(interval_of(state, mice, MICE, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_published_data_when_asked_then_the_published_interval),
        cmocka_unit_test(given_values_that_lean_when_asked_then_the_interval_leans_too),
        cmocka_unit_test(given_another_unit_when_asked_then_the_same_interval_in_it),
        cmocka_unit_test(given_values_that_tell_too_little_when_asked_then_none),
        cmocka_unit_test(given_values_all_the_same_when_asked_then_that_value),
        cmocka_unit_test(given_a_bad_confidence_when_asked_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
