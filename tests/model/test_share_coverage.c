// How often a decision about a share is wrong when one looks after every run.
#include "analysis/share_test.h"
#include "tests/support/made_up.h"
#include "tests/support/unit.h"

enum { MOST = 150, TRIALS = 2000 };

/** The share of trials that end with a verdict. */
static double share_of(double truth, double wanted, enum share_verdict verdict) {
    const struct share_question question = {.share = wanted, .level = 0.05};
    struct prng prng = prng_stream(3, STREAM_BOOTSTRAP, 0);
    uint32_t count = 0;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        uint8_t met[MOST];
        uint32_t looked = 0;
        for (uint32_t i = 0; i < MOST; i++) {
            met[i] = made_up_uniform(&prng) < truth;
        }
        count += share_decide(&question, met, MOST, &looked) == verdict ? 1 : 0;
    }
    return (double)count / TRIALS;
}

static void given_a_share_that_is_just_missed_when_decided_then_seldom_met(void **state) {
    (void)state;
    static const double wanted[] = {0.5, 0.8, 0.9, 0.95};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        // The worst case of both errors is the share itself.
        double met = share_of(wanted[i], wanted[i], SHARE_MET);
        double missed = share_of(wanted[i], wanted[i], SHARE_MISSED);

        if (1 - met < made_up_least(0.95, TRIALS) || 1 - missed < made_up_least(0.95, TRIALS)) {
            fail_msg("%.2f: met %.4f, missed %.4f", wanted[i], met, missed);
        }
    }
}

static void given_a_share_that_is_clear_when_decided_then_nearly_always_right(void **state) {
    (void)state;

    assert_true(share_of(0.99, 0.8, SHARE_MET) > 0.98);
    assert_true(share_of(0.5, 0.8, SHARE_MISSED) > 0.98);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_share_that_is_just_missed_when_decided_then_seldom_met),
        cmocka_unit_test(given_a_share_that_is_clear_when_decided_then_nearly_always_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
