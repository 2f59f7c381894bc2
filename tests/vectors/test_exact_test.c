#include "tests/support/unit.h"

#include "tests/vectors/exact_test.h"

/** Values worked out with fractions of whole numbers. */
static void given_two_samples_when_tested_then_p_is_that_of_fisher(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct exact_sample first;
        struct exact_sample second;
        double p;
    } rows[] = {
        {"the lady tasting tea", {3, 4}, {1, 4}, 0.4857142857142857},
        {"small", {8, 10}, {1, 6}, 0.03496503496503497},
        {"the lower tail", {1, 10}, {11, 14}, 0.0027594561852200836},
        {"nothing in either", {0, 48}, {0, 480}, 1.0},
        {"everything in both", {48, 48}, {480, 480}, 1.0},
        {"the same share", {12, 48}, {120, 480}, 1.0},
        {"absent from the first", {0, 48}, {84, 480}, 0.000264770724559233},
        {"absent from the second", {10, 48}, {0, 48}, 0.0011597089610704844},
        {"turned round", {36, 48}, {12, 48}, 1.6814088745647252e-06},
        {"opposites", {48, 48}, {0, 480}, 2.3143938878790558e-69},
        {"twice the share", {30, 48}, {150, 480}, 4.007214223379875e-05},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double p = exact_test(rows[i].first, rows[i].second);
        double swapped = exact_test(rows[i].second, rows[i].first);
        if (p < rows[i].p * (1 - 1e-9) || p > rows[i].p * (1 + 1e-9)) {
            fail_msg("%s: p is %.17g", rows[i].name, p);
        }
        if (swapped < p * (1 - 1e-9) || swapped > p * (1 + 1e-9)) {
            fail_msg("%s: p is %.17g one way and %.17g the other", rows[i].name, p, swapped);
        }
    }
}

static void given_more_occurrences_than_draws_when_tested_then_a_check_fails(void **state) {
    (void)state;
    expect_assert_failure(exact_test((struct exact_sample){5, 4}, (struct exact_sample){0, 4}));
    expect_assert_failure(exact_test((struct exact_sample){0, 4}, (struct exact_sample){5, 4}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_two_samples_when_tested_then_p_is_that_of_fisher),
        cmocka_unit_test(given_more_occurrences_than_draws_when_tested_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
