// When there are replicates enough.
#include "analysis/stopping.h"
#include "tests/support/unit.h"

static const struct figure_value some[] = {{true, 9},  {true, 11}, {true, 10},
                                           {true, 12}, {true, 8},  {true, 10}};

// mean 10, deviation √2: half of 97 % is 3.0029 · √2 / √6 = 1.7337; R: qt(0.985, 5) = 3.002875.
static void given_six_values_when_asked_then_by_half_of_the_interval_of_97(void **state) {
    (void)state;

    assert_true(stopping_is_known(some, 6, (struct stopping_rule){false, 1.7338}));
    assert_false(stopping_is_known(some, 6, (struct stopping_rule){false, 1.7336}));
    assert_true(stopping_is_known(some, 6, (struct stopping_rule){true, 0.17338}));
    assert_false(stopping_is_known(some, 6, (struct stopping_rule){true, 0.17336}));
}

static void given_a_mean_below_zero_when_asked_then_its_size_counts(void **state) {
    (void)state;
    struct figure_value below[6];
    for (int i = 0; i < 6; i++) {
        below[i] = (struct figure_value){true, -some[i].value};
    }

    assert_true(stopping_is_known(below, 6, (struct stopping_rule){true, 0.18}));
    assert_false(stopping_is_known(below, 6, (struct stopping_rule){true, 0.17}));
}

static void given_too_few_or_the_same_when_asked_then_as_the_header_says(void **state) {
    (void)state;
    const struct figure_value same[] = {{true, 0}, {false, 0}, {true, 0}};
    const struct stopping_rule rule = {true, 0.01};

    assert_true(stopping_is_known(same, 3, rule));
    // Of which one is defined, and none.
    assert_false(stopping_is_known(same, 2, rule));
    assert_false(stopping_is_known(same, 2, (struct stopping_rule){false, 0.01}));
    assert_false(stopping_is_known(same, 0, (struct stopping_rule){false, 0.01}));
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
        cmocka_unit_test(given_too_few_or_the_same_when_asked_then_as_the_header_says),
        cmocka_unit_test(given_a_look_when_over_then_the_next_is_a_quarter_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
