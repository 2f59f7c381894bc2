// What a paired t test can find; tests/reference has R's numbers.
#include "analysis/power.h"
#include "tests/support/unit.h"

#include <math.h>

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("%.9g is not %.9g", found, expected);
    }
}

// As the package pwr of R prints them (its documentation's function for pairs).
static void given_published_cases_when_asked_then_their_numbers(void **state) {
    (void)state;

    // pwr.t.test(d = 0.25 and 0.5, power = 0.75, type = "paired"): n = 112.9798 and 29.7355.
    assert_int_equal(power_pairs(0.25, 0.05, 0.75), 113);
    assert_int_equal(power_pairs(0.5, 0.05, 0.75), 30);
    // The usual medium effect at 80 %: 34 pairs.
    assert_int_equal(power_pairs(0.5, 0.05, 0.8), 34);
    assert_near(power_of(34, 0.5, 0.05), 0.8078, 1e-4);
}

static void given_no_effect_when_asked_then_the_level_itself(void **state) {
    (void)state;
    static const uint32_t pairs[] = {2, 3, 10, 1000, 1001, 1002, 5000, 1000000};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        assert_near(power_of(pairs[i], 0, 0.05), 0.05, 1e-7);
        assert_near(power_of(pairs[i], 0, 0.001), 0.001, 1e-7);
    }
}

static void given_an_effect_when_found_with_a_power_then_both_ways_agree(void **state) {
    (void)state;
    static const uint32_t pairs[] = {2, 5, 40, 1500};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        double effect = power_detectable(pairs[i], 0.01, 0.8);

        assert_near(power_of(pairs[i], effect, 0.01), 0.8, 1e-9);
        assert_int_equal(power_pairs(effect * 1.000001, 0.01, 0.8), pairs[i]);
        assert_true(power_pairs(effect * 0.999999, 0.01, 0.8) == pairs[i] + 1);
    }
}

static void given_an_effect_too_small_when_asked_then_no_number(void **state) {
    (void)state;

    assert_int_equal(power_pairs(0.0001, 0.05, 0.8), 0);
    // The normal distribution's ((1.959964 + 0.841621) / 0.0029)² = 933279.3, and two for t.
    assert_near(power_pairs(0.0029, 0.05, 0.8), 933281, 2);
    assert_int_equal(power_pairs(1000, 0.05, 0.8), 2);
}

static void given_bad_arguments_when_called_then_a_check_fails(void **state) {
    (void)state;

    expect_assert_failure(power_of(1, 1, 0.05));
    expect_assert_failure(power_of(5, -1, 0.05));
    expect_assert_failure(power_pairs(0, 0.05, 0.8));
    expect_assert_failure(power_detectable(5, 0.05, 0.01));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_published_cases_when_asked_then_their_numbers),
        cmocka_unit_test(given_no_effect_when_asked_then_the_level_itself),
        cmocka_unit_test(given_an_effect_when_found_with_a_power_then_both_ways_agree),
        cmocka_unit_test(given_an_effect_too_small_when_asked_then_no_number),
        cmocka_unit_test(given_bad_arguments_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
