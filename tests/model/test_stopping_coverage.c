// How often the mean is in its interval when replicates are drawn until the interval is short.
#include "analysis/stopping.h"
#include "tests/support/made_up.h"
#include "tests/support/unit.h"

enum { MOST = 200, TRIALS = 2000 };

struct course {
    uint32_t first;            // replicates to begin with
    struct stopping_rule rule; // of values with deviation 1
    double mean;
};

/** Draws until the rule is met, or `most` are there; whether the mean is in the interval then. */
static bool holds_mean(const struct course *course, struct prng *prng, double confidence) {
    struct figure_value values[MOST];
    uint32_t count = 0;
    uint32_t look = course->first;
    for (;;) {
        while (count < look) {
            double value = course->mean + made_up_normal(prng);
            values[count++] = (struct figure_value){true, value};
        }
        if (count == MOST || stopping_is_known(values, count, course->rule)) {
            struct sample sample = sample_at(values, count, confidence);
            return fabs(sample.mean - course->mean) <= sample.half_width;
        }
        look = stopping_next_look(count, MOST);
    }
}

static double coverage_of(const struct course *course, double confidence) {
    struct prng prng = prng_stream(7, STREAM_BOOTSTRAP, course->first);
    uint32_t held = 0;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        held += holds_mean(course, &prng, confidence) ? 1 : 0;
    }
    return (double)held / TRIALS;
}

static void given_any_scatter_when_stopped_then_the_mean_is_in_95_of_100_intervals(void **state) {
    (void)state;
    static const uint32_t firsts[] = {STOPPING_VALUES_MIN, 12};
    // From stopping at once, over as many as there may be, to never.
    static const double limits[] = {1.5, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1};
    for (size_t i = 0; i < COUNT_OF(firsts); i++) {
        for (size_t j = 0; j < COUNT_OF(limits); j++) {
            struct course fixed = {firsts[i], {false, limits[j]}, 3};
            struct course relative = {firsts[i], {true, limits[j] / 10}, 10};

            double by_size = coverage_of(&fixed, STOPPING_CONFIDENCE);
            double by_share = coverage_of(&relative, STOPPING_CONFIDENCE);

            if (by_size < made_up_least(0.95, TRIALS) || by_share < made_up_least(0.95, TRIALS)) {
                fail_msg("from %u, limit %.2f: %.4f and %.4f", firsts[i], limits[j], by_size,
                         by_share);
            }
        }
    }
}

// What the higher confidence is for: see that the bias is there, and that this test would find it.
static void given_intervals_of_95_when_stopped_then_the_mean_is_in_fewer(void **state) {
    (void)state;
    double worst = 1;
    for (int i = 0; i < 6; i++) {
        struct course course = {STOPPING_VALUES_MIN, {false, 0.3 + 0.05 * i}, 0};
        double coverage = coverage_of(&course, 0.95);
        worst = coverage < worst ? coverage : worst;
    }

    assert_true(worst < made_up_least(0.95, TRIALS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_scatter_when_stopped_then_the_mean_is_in_95_of_100_intervals),
        cmocka_unit_test(given_intervals_of_95_when_stopped_then_the_mean_is_in_fewer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
