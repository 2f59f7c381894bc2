// Distributions of latency over runs, and what a figure of a comparison shows of them.
#include "analysis/comparison_figures.h"
#include "tests/support/unit.h"

#include <math.h>
#include <stdlib.h>

enum { PAIRS = 3 };

static void given_steps_when_looked_at_then_each_time_is_in_its_own(void **state) {
    (void)state;

    assert_int_equal(latency_step_of(0), 0);
    assert_int_equal(latency_step_of(1023), 0);
    assert_int_equal(latency_step_of(1024), 1);
    for (uint32_t step = 0; step + 1 < LATENCY_STEPS; step++) {
        int64_t end_ns = latency_step_end_ns(step);

        assert_int_equal(latency_step_of(end_ns - 1), step);
        assert_int_equal(latency_step_of(end_ns), step + 1);
        assert_true(step == 0 || (double)end_ns / (double)latency_step_end_ns(step - 1) < 1.032);
    }
    assert_int_equal(latency_step_of(INT64_MAX), LATENCY_STEPS - 1);
}

/** Shares reached by 20 ms in three runs of A: 1/2, 3/4 and, of nothing that was expected, none. */
static void given_runs_when_averaged_then_mean_and_interval_of_their_shares(void **state) {
    struct arena *arena = *state;
    static struct latency_steps steps[2 * PAIRS];
    static const int64_t ms = 1000000;
    for (uint32_t run = 0; run < 2; run++) {
        struct bag bag;
        bag_init(&bag, arena);
        bag_add(&bag, 5 * ms);
        bag_add(&bag, 15 * ms);
        bag_add(&bag, run == 0 ? 900 * ms : 16 * ms);
        latency_steps_count(&steps[run], &bag, 4); // one never came
    }
    const struct comparison comparison = {.pairs = PAIRS};
    const struct comparison_drawing drawing = {
        .comparison = &comparison, .steps = steps, .arena = arena};

    struct sample at_20 = comparison_reached(&drawing, 0, latency_step_of(20 * ms));
    struct sample at_end = comparison_reached(&drawing, 0, LATENCY_STEPS - 1);

    assert_int_equal(at_20.count, 2);
    assert_true(fabs(at_20.mean - 0.625) < 1e-12);
    // t of one degree of freedom by s/√2, s being 1/(4√2).
    assert_true(fabs(at_20.half_width - 12.7062047 / 8) < 1e-6);
    assert_true(fabs(at_end.mean - 0.75) < 1e-12);
    assert_true(at_end.same);
    assert_int_equal(comparison_reached(&drawing, 1, LATENCY_STEPS - 1).count, 0);
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(given_steps_when_looked_at_then_each_time_is_in_its_own),
        TEST(given_runs_when_averaged_then_mean_and_interval_of_their_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
