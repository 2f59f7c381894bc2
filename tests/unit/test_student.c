#include "analysis/student.h"
#include "tests/support/unit.h"

#include <math.h>

/** The two-sided probability, degrees and quantile of published tables, which have three decimals.
 */
static const struct {
    const char *name;
    double within;
    uint32_t degrees;
    double t;
} published[] = {
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: columns 0.95, 0.975, 0.995,
    // 0.9995
    // and 0.999 of one tail.
    {"1, 0.975", 0.95, 1, 12.706},  {"2, 0.975", 0.95, 2, 4.303},
    {"3, 0.975", 0.95, 3, 3.182},   {"4, 0.975", 0.95, 4, 2.776},
    {"5, 0.975", 0.95, 5, 2.571},   {"8, 0.975", 0.95, 8, 2.306},
    {"9, 0.975", 0.95, 9, 2.262},   {"19, 0.975", 0.95, 19, 2.093},
    {"30, 0.975", 0.95, 30, 2.042}, {"100, 0.975", 0.95, 100, 1.984},
    {"1, 0.95", 0.90, 1, 6.314},    {"9, 0.95", 0.90, 9, 1.833},
    {"1, 0.995", 0.99, 1, 63.657},  {"9, 0.995", 0.99, 9, 3.250},
    {"10, 0.995", 0.99, 10, 3.169}, {"1, 0.999", 0.998, 1, 318.313},
    {"9, 0.999", 0.998, 9, 4.297},  {"10, 0.999", 0.998, 10, 4.144},
};

static void given_published_tables_when_quantile_then_same_to_their_last_digit(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(published); i++) {
        double t = student_quantile(published[i].within, published[i].degrees);

        // What is 318.309 is printed as 318.313 there.
        double tolerance = published[i].t > 300 ? 0.0045 : 0.00051;
        if (fabs(t - published[i].t) > tolerance) {
            fail_msg("%s: %.6f", published[i].name, t);
        }
    }
}

static void given_closed_forms_when_within_then_equal(void **state) {
    (void)state;
    const double pi = acos(-1);
    static const double points[] = {0, 0.1, 0.7, 1, 2.5, 12.7, 400};

    for (size_t i = 0; i < COUNT_OF(points); i++) {
        double t = points[i];
        double s = t * t;

        // The Cauchy distribution, and those of two, three and four degrees of freedom.
        assert_true(fabs(student_within(t, 1) - 2 / pi * atan(t)) < 1e-14);
        assert_true(fabs(student_within(t, 2) - t / sqrt(2 + s)) < 1e-14);
        double three = 2 / pi * (atan(t / sqrt(3)) + t / sqrt(3) / (1 + s / 3));
        assert_true(fabs(student_within(t, 3) - three) < 1e-14);
        double root = sqrt(4 + s);
        assert_true(fabs(student_within(t, 4) - t * (6 + s) / (root * root * root)) < 1e-14);
    }
}

static void given_many_degrees_when_within_then_near_the_normal_distribution(void **state) {
    (void)state;

    assert_true(fabs(student_within(1.959964, 100000) - 0.95) < 1e-5);
    assert_true(fabs(student_within(1, 100001) - erf(1 / sqrt(2))) < 1e-5);
}

static void given_any_probability_when_quantile_then_within_gives_it_back(void **state) {
    (void)state;
    static const double probabilities[] = {1e-6, 0.05, 0.5, 0.95, 0.9999, 0.9999999};

    for (uint32_t degrees = 1; degrees < 60; degrees++) {
        for (size_t i = 0; i < COUNT_OF(probabilities); i++) {
            double t = student_quantile(probabilities[i], degrees);

            assert_true(fabs(student_within(t, degrees) - probabilities[i]) < 1e-12);
        }
    }
}

static void given_bad_arguments_when_called_then_a_check_fails(void **state) {
    (void)state;

    expect_assert_failure(student_within(1, 0));
    expect_assert_failure(student_within(-1, 3));
    expect_assert_failure(student_quantile(0, 3));
    expect_assert_failure(student_quantile(1, 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_published_tables_when_quantile_then_same_to_their_last_digit),
        cmocka_unit_test(given_closed_forms_when_within_then_equal),
        cmocka_unit_test(given_many_degrees_when_within_then_near_the_normal_distribution),
        cmocka_unit_test(given_any_probability_when_quantile_then_within_gives_it_back),
        cmocka_unit_test(given_bad_arguments_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
