// When there are replicates enough.
#include "analysis/stopping.h"
#include "tests/support/unit.h"

static struct stopping_rule by_size(double limit) {
    return (struct stopping_rule){.limit = limit};
}

static struct stopping_rule by_share(double limit) {
    return (struct stopping_rule){.relative = true, .limit = limit};
}

static const struct figure_value some[] = {{true, 9},  {true, 11}, {true, 10},
                                           {true, 12}, {true, 8},  {true, 10}};

// mean 10, deviation √2: half of 97 % is 3.0029 · √2 / √6 = 1.7337; R: qt(0.985, 5) = 3.002875.
static void given_six_values_when_asked_then_by_half_of_the_interval_of_97(void **state) {
    (void)state;

    assert_true(stopping_is_known(some, 6, by_size(1.7338)));
    assert_false(stopping_is_known(some, 6, by_size(1.7336)));
    assert_true(stopping_is_known(some, 6, by_share(0.17338)));
    assert_false(stopping_is_known(some, 6, by_share(0.17336)));
}

static void given_a_mean_below_zero_when_asked_then_its_size_counts(void **state) {
    (void)state;
    struct figure_value below[6];
    for (int i = 0; i < 6; i++) {
        below[i] = (struct figure_value){true, -some[i].value};
    }

    assert_true(stopping_is_known(below, 6, by_share(0.18)));
    assert_false(stopping_is_known(below, 6, by_share(0.17)));
}

static void given_too_few_when_asked_then_not_known(void **state) {
    (void)state;
    const struct figure_value few[] = {{true, 1}, {false, 0}};

    assert_false(stopping_is_known(few, 2, by_share(0.01)));
    assert_false(stopping_is_known(few, 2, by_size(5)));
    assert_false(stopping_is_known(few, 0, by_size(5)));
}

enum { EQUAL_MAX = 400 };

/** The least number of equal values that a rule takes; 0: it never does. */
static uint32_t least_equal(double value, struct stopping_rule rule) {
    struct figure_value values[EQUAL_MAX];
    uint32_t least = 0;
    for (uint32_t i = 0; i < EQUAL_MAX; i++) {
        values[i] = (struct figure_value){true, value};
        bool known = stopping_is_known(values, i + 1, rule);
        least = known && least == 0 ? i + 1 : least;
        assert_true(known == (least > 0)); // and with more of them it stays so
    }
    return least;
}

static void given_equal_values_when_asked_then_others_must_be_rare(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value;
        struct stopping_rule rule;
        uint32_t least; // R: the first n with 1 - 0.05^(1/n) below the share of others
    } rows[] = {
        {"a share of one, 2 % of it", 1, {true, 0.02, 1}, 149},
        {"a share of one, 0.02", 1, {false, 0.02, 1}, 149},
        {"a share of one, a fifth", 1, {false, 0.2, 1}, 14},
        {"a share of none, 0.02", 0, {false, 0.02, 1}, 149},
        {"a share of none, 2 % of it", 0, {true, 0.02, 1}, 149},
        {"a half, which others are no further from", 0.5, {false, 0.02, 1}, 74},
        {"a half, 2 % of it", 0.5, {true, 0.02, 1}, 149},
        {"a time, 2 % of it", 5e7, {true, 0.02, 0}, 149},
        {"a time, 2 % of it in its unit", 5e7, {false, 1e6, 0}, 149},
        {"a time, as rare as any must be", 5e7, {true, 0.2, 0}, 59},
        {"a count of none", 0, {false, 3, 0}, 59},
        {"a count of none, 1 % of it", 0, {true, 0.01, 0}, 299},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t least = least_equal(rows[i].value, rows[i].rule);

        if (least != rows[i].least) {
            fail_msg("%s: %u and not %u", rows[i].name, least, rows[i].least);
        }
    }
    assert_float_equal(stopping_others_share(6), 0.3930378,
                       1e-7); // R: binom.test(0, 6, alternative = "less")
}

static void given_one_other_among_equal_values_when_asked_then_by_its_scatter(void **state) {
    (void)state;
    struct figure_value values[10];
    for (uint32_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = (struct figure_value){true, i == 3 ? 0.9 : 1};
    }

    // R: qt(0.985, 9) * sd(c(rep(1, 9), 0.9)) / sqrt(10) = 0.02573804
    assert_true(stopping_is_known(values, 10, (struct stopping_rule){false, 0.0258, 1}));
    assert_false(stopping_is_known(values, 10, (struct stopping_rule){false, 0.0257, 1}));
}

static void given_a_look_when_over_then_the_next_is_a_quarter_further(void **state) {
    (void)state;

    assert_int_equal(stopping_next_look(6, 100), 8);
    assert_int_equal(stopping_next_look(8, 100), 10);
    assert_int_equal(stopping_next_look(10, 100), 13);
    assert_int_equal(stopping_next_look(90, 100), 100);
    assert_int_equal(stopping_next_look(100, 100), 100);
    assert_int_equal(stopping_next_look(1, 2), 2);
    expect_assert_failure(stopping_next_look(0, 2));
    expect_assert_failure(stopping_next_look(3, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_six_values_when_asked_then_by_half_of_the_interval_of_97),
        cmocka_unit_test(given_a_mean_below_zero_when_asked_then_its_size_counts),
        cmocka_unit_test(given_too_few_when_asked_then_not_known),
        cmocka_unit_test(given_equal_values_when_asked_then_others_must_be_rare),
        cmocka_unit_test(given_one_other_among_equal_values_when_asked_then_by_its_scatter),
        cmocka_unit_test(given_a_look_when_over_then_the_next_is_a_quarter_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
