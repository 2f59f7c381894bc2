// Whether a share of runs meets something: the worth of bets, and when they decide.
#include "analysis/share_test.h"
#include "tests/support/unit.h"

#include <math.h>
#include <string.h>

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("%.9g is not %.9g", found, expected);
    }
}

/** The mean of likelihood ratios to `share` between two shares, by the midpoints of many steps. */
static double mean_ratio(uint32_t met, uint32_t count, double share, double low, double high) {
    enum { STEPS = 200000 };
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
        double p = low + (high - low) * (i + 0.5) / STEPS;
        sum += exp(met * log(p / share) + (count - met) * log((1 - p) / (1 - share)));
    }
    return sum / STEPS;
}

static void given_runs_when_bet_on_then_the_mean_of_likelihood_ratios(void **state) {
    (void)state;
    static const struct {
        uint32_t met;
        uint32_t count;
        double share;
    } rows[] = {{0, 0, 0.9},   {1, 1, 0.9},    {0, 3, 0.9},    {20, 20, 0.9},
                {15, 20, 0.9}, {60, 61, 0.95}, {50, 100, 0.5}, {3, 40, 0.2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t met = rows[i].met;
        uint32_t count = rows[i].count;
        double share = rows[i].share;
        double above = mean_ratio(met, count, share, share, 1);
        double below = mean_ratio(met, count, share, 0, share);

        assert_near(share_worth_above(met, count, share) / above, 1, 1e-6);
        assert_near(share_worth_below(met, count, share) / below, 1, 1e-6);
    }
}

static void given_runs_all_alike_when_decided_then_after_as_many_as_arithmetic_says(void **state) {
    (void)state;
    const struct share_question question = {.share = 0.9, .level = 0.00625};
    uint8_t all[100];
    uint8_t none[100] = {0};
    uint32_t looked = 0;
    for (int i = 0; i < 100; i++) {
        all[i] = 1;
    }

    // (1 − 0.9⁶⁸) / (68 · 0.1 · 0.9⁶⁷) = 170.5, and 157.6 a run before.
    assert_int_equal(share_decide(&question, all, 66, &looked), SHARE_OPEN);
    assert_int_equal(looked, 66);
    enum share_verdict verdict = share_decide(&question, all, 100, &looked);
    assert_int_equal(verdict, SHARE_MET);
    assert_near((1 - pow(0.9, looked + 1.0)) / ((looked + 1) * 0.1 * pow(0.9, looked)), 160, 15);
    // (1 − 0.1⁴) / (4 · 0.9 · 0.1³) = 278; of two runs 37.
    assert_int_equal(share_decide(&question, none, 100, &looked), SHARE_MISSED);
    assert_int_equal(looked, 3);
}

static void given_runs_beyond_a_decision_when_decided_then_they_do_not_matter(void **state) {
    (void)state;
    const struct share_question question = {.share = 0.9, .level = 0.01};
    uint8_t met[] = {0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    uint32_t looked = 0;
    uint32_t again = 0;

    enum share_verdict verdict = share_decide(&question, met, COUNT_OF(met), &looked);
    met[8] = 0;
    enum share_verdict other = share_decide(&question, met, COUNT_OF(met), &again);

    assert_int_equal(verdict, SHARE_MISSED);
    assert_int_equal(other, verdict);
    assert_int_equal(looked, again);
    assert_true(looked < 8);
}

static void given_runs_so_far_when_looked_ahead_then_nothing_is_clear_sooner(void **state) {
    (void)state;
    const struct share_question question = {.share = 0.8, .level = 0.01};
    for (uint32_t count = 0; count < 12; count++) {
        for (uint32_t met = 0; met <= count; met++) {
            uint32_t ahead = share_runs_ahead(&question, met, count, 1000);

            // One run less, and whatever they give, no bet is worth enough.
            for (uint32_t more = 0; more < ahead; more++) {
                uint32_t of_all = count + ahead - 1;
                assert_true(ahead == 1 || share_worth_above(met + more, of_all, 0.8) < 100);
                assert_true(ahead == 1 || share_worth_below(met + more, of_all, 0.8) < 100);
            }
        }
    }
    assert_int_equal(share_runs_ahead(&question, 0, 0, 2), 2);
}

static void
given_a_share_when_asked_for_the_fewest_runs_then_one_less_decides_nothing(void **state) {
    (void)state;
    static const double shares[] = {0.01, 0.5, 0.8, 0.9, 0.99, 0.9999};
    uint32_t looked = 0;
    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        const struct share_question question = {.share = shares[i], .level = 0.05 / 9};
        uint32_t to_meet = share_least_runs(&question, true);
        uint32_t to_fail = share_least_runs(&question, false);

        assert_true(share_worth_above(to_meet, to_meet, shares[i]) >= 180);
        assert_true(share_worth_below(0, to_fail, shares[i]) >= 180);
        if (to_meet > 1) {
            assert_true(share_worth_above(to_meet - 1, to_meet - 1, shares[i]) < 180);
        }
        if (to_fail > 1) {
            assert_true(share_worth_below(0, to_fail - 1, shares[i]) < 180);
        }
    }
    uint8_t all[100];
    memset(all, 1, sizeof all);
    const struct share_question question = {.share = 0.9, .level = 0.05 / 9};
    assert_int_equal(share_decide(&question, all, COUNT_OF(all), &looked), SHARE_MET);
    assert_int_equal(share_least_runs(&question, true), looked);
}

static void given_bad_arguments_when_called_then_a_check_fails(void **state) {
    (void)state;

    expect_assert_failure(share_worth_above(3, 2, 0.5));
    expect_assert_failure(share_worth_below(1, 2, 0));
    expect_assert_failure(share_worth_below(1, 2, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_runs_when_bet_on_then_the_mean_of_likelihood_ratios),
        cmocka_unit_test(given_runs_all_alike_when_decided_then_after_as_many_as_arithmetic_says),
        cmocka_unit_test(given_runs_beyond_a_decision_when_decided_then_they_do_not_matter),
        cmocka_unit_test(given_runs_so_far_when_looked_ahead_then_nothing_is_clear_sooner),
        cmocka_unit_test(
            given_a_share_when_asked_for_the_fewest_runs_then_one_less_decides_nothing),
        cmocka_unit_test(given_bad_arguments_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
