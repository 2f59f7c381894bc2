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
            struct course fixed = {firsts[i], {false, limits[j], 0}, 3};
            struct course relative = {firsts[i], {true, limits[j] / 10, 0}, 10};

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
        struct course course = {STOPPING_VALUES_MIN, {false, 0.3 + 0.05 * i, 0}, 0};
        double coverage = coverage_of(&course, 0.95);
        worst = coverage < worst ? coverage : worst;
    }

    assert_true(worst < made_up_least(0.95, TRIALS));
}

/** How many of a sequence of runs are looked at while all are ones; 0 if it does not stop so. */
static uint32_t stops_at_ones(double others, struct prng *prng) {
    const struct stopping_rule rule = {.relative = true, .limit = 0.02, .largest = 1};
    struct figure_value values[MOST];
    uint32_t count = 0;
    for (uint32_t look = STOPPING_VALUES_MIN;; look = stopping_next_look(count, MOST)) {
        while (count < look) {
            bool other = made_up_uniform(prng) < others;
            values[count++] = (struct figure_value){true, other ? 0 : 1};
        }
        struct sample sample = sample_of(values, count);
        bool known = stopping_is_known(values, count, rule);
        if (known || count == MOST) {
            return known && sample.same && sample.mean > 0.5 ? count : 0;
        }
    }
}

// A run in so many loses its message: the mean is just further from one than was asked for.
static void given_rare_losses_when_all_arrives_then_seldom_called_known(void **state) {
    (void)state;
    struct prng prng = prng_stream(7, STREAM_BOOTSTRAP, 3);
    uint32_t wrong = 0;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        wrong += stops_at_ones(0.0205, &prng) > 0 ? 1 : 0;
    }

    if (1 - (double)wrong / TRIALS < made_up_least(0.95, TRIALS)) {
        fail_msg("in %u of %u cases", wrong, TRIALS);
    }
    // And where nothing is ever lost, it is known in the end.
    assert_int_equal(stops_at_ones(0, &prng), 172);
}

/** The interval of the difference of two points, each of which has as many replicates as it took.
 */
static bool holds_difference(struct prng *prng, double limit, double confidence) {
    struct figure_value values[2][MOST];
    struct figure_value differences[MOST];
    uint32_t counts[2] = {0, 0};
    double common[MOST];
    for (uint32_t i = 0; i < MOST; i++) {
        common[i] = made_up_normal(prng);
    }
    for (int side = 0; side < 2; side++) {
        uint32_t look = STOPPING_VALUES_MIN;
        const struct stopping_rule rule = {.limit = limit};
        bool known = false;
        while (!known && counts[side] < MOST) {
            for (; counts[side] < look; counts[side]++) {
                double value = 0.6 * common[counts[side]] + 0.8 * made_up_normal(prng);
                values[side][counts[side]] = (struct figure_value){true, value};
            }
            known = stopping_is_known(values[side], look, rule);
            look = stopping_next_look(look, MOST);
        }
    }
    uint32_t pairs = counts[0] < counts[1] ? counts[0] : counts[1];
    for (uint32_t i = 0; i < pairs; i++) {
        double difference = values[1][i].value - values[0][i].value;
        differences[i] = (struct figure_value){true, difference};
    }
    struct sample sample = sample_at(differences, pairs, confidence);
    return fabs(sample.mean) <= sample.half_width;
}

static void given_points_that_were_stopped_when_compared_then_intervals_of_97_hold(void **state) {
    (void)state;
    static const double limits[] = {1.2, 0.8, 0.6, 0.45, 0.3};
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        struct prng prng = prng_stream(7, STREAM_BOOTSTRAP, 40 + i);
        uint32_t held = 0;
        for (uint32_t trial = 0; trial < TRIALS; trial++) {
            held += holds_difference(&prng, limits[i], STOPPING_CONFIDENCE) ? 1 : 0;
        }

        if ((double)held / TRIALS < made_up_least(0.95, TRIALS)) {
            fail_msg("limit %.2f: %.4f", limits[i], (double)held / TRIALS);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_scatter_when_stopped_then_the_mean_is_in_95_of_100_intervals),
        cmocka_unit_test(given_intervals_of_95_when_stopped_then_the_mean_is_in_fewer),
        cmocka_unit_test(given_rare_losses_when_all_arrives_then_seldom_called_known),
        cmocka_unit_test(given_points_that_were_stopped_when_compared_then_intervals_of_97_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
