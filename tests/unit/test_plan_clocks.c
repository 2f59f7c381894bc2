// Clocks of nodes: when what is due by them is published.
#include "base/quantity.h"
#include "scenarios/plan.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

static struct plan plan_of(struct scenario_fixture *f, const char *clocks, const char *rest) {
    char text[700];
    snprintf(text, sizeof text, "nodes: {count: 10, start: 0s%s}\n%s", clocks, rest);
    struct plan plan;
    struct failure failure;
    assert_true(plan_make(&plan, f->arena, fixture_load(f, text), NULL, &failure));
    return plan;
}

static void given_a_speed_when_a_duration_passes_then_its_true_length_is_known(void **state) {
    (void)state;
    static const struct {
        int64_t clock_ns;
        int64_t drift_ppb;
        int64_t true_ns;
    } rows[] = {
        {1000000, 0, 1000000},
        {0, 500000000, 0},
        {3000000000, 500000000, 2000000000},
        {1000000000, -500000000, 2000000000},
        {3600000000000, 100000, 3599640035996}, // an hour at 100 ppm: 0.36 s
        {INT64_C(1) << 60, -500000000, INT64_C(1) << 61},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(plan_true_duration(rows[i].clock_ns, rows[i].drift_ppb), rows[i].true_ns);
    }
}

static void given_a_group_with_skew_when_planned_then_only_its_messages_move(void **state) {
    static const struct {
        const char *skew;
        int64_t moved_ns;
    } rows[] = {{"250ms", -250 * NS_PER_MS}, {"-250ms", 250 * NS_PER_MS}, {"0s", 0}};
    static const char series[] = "publish: [{from: [3, 7], start: 2s, every: 300ms, count: 20}]\n";
    struct plan plain = plan_of(*state, "", series);
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char clocks[200];
        snprintf(clocks, sizeof clocks, ", groups: [{name: g, nodes: 5..9, clock: {skew: %s}}]",
                 rows[row].skew);

        struct plan plan = plan_of(*state, clocks, series);

        assert_int_equal(plan.message_count, 20);
        for (uint32_t i = 0; i < 20; i++) {
            const struct plan_message *message = &plan.messages[i];
            const struct plan_message *same = &plain.messages[message->name];
            bool inside = same->origin == 7;
            assert_int_equal(message->at_ns, same->at_ns + (inside ? rows[row].moved_ns : 0));
            assert_int_equal(message->origin, same->origin);
            assert_int_equal(message->expected_count, 9);
            assert_true(i == 0 || message->at_ns >= plan.messages[i - 1].at_ns);
        }
        assert_memory_equal(plan.start_ns, plain.start_ns, 10 * sizeof(int64_t));
    }
}

static void given_publishers_drawn_when_clocks_differ_then_the_same_are_drawn(void **state) {
    static const char series[] = "publish: [{from: random, start: 2s, every: 300ms, count: 50}]\n";
    struct plan plain = plan_of(*state, "", series);

    struct plan plan =
        plan_of(*state, ", clock: {skew: {uniform: [-1s, 1s]}, drift: {normal: {mean: 5, sd: 10}}}",
                series);

    uint32_t moved = 0;
    assert_int_equal(plan.message_count, 50);
    for (uint32_t i = 0; i < 50; i++) {
        const struct plan_message *message = &plan.messages[i];
        const struct plan_message *same = &plain.messages[message->name];
        int64_t off_ns = message->at_ns - same->at_ns;
        assert_int_equal(message->origin, same->origin);
        assert_in_range(off_ns + 1001 * NS_PER_MS, 0, 2002 * NS_PER_MS);
        moved += off_ns != 0;
    }
    assert_int_equal(moved, 50);
}

static void given_a_clock_ahead_when_a_node_is_not_up_yet_then_it_skips(void **state) {
    struct plan plan = plan_of(*state,
                               ", groups: [{name: g, nodes: 3, start: 2s, clock: {skew: "
                               "1500ms}}]",
                               "publish: [{from: 3, start: 3s, every: 1s, count: 2}]\n");

    // Due at 3 s and 4 s, published at 1.5 s, before the start, and 2.5 s.
    assert_int_equal(plan.messages[0].at_ns, 1500 * NS_PER_MS);
    assert_int_equal(plan.messages[0].node, 3);
    assert_int_equal(plan.messages[0].origin, PLAN_NODE_NONE);
    assert_int_equal(plan.messages[1].at_ns, 2500 * NS_PER_MS);
    assert_int_equal(plan.messages[1].origin, 3);
}

static void given_a_clock_when_subscribers_change_then_the_true_time_counts(void **state) {
    struct plan plan = plan_of(*state, ", clock: {skew: 1s}",
                               "publish: [{from: 0, start: 3s}]\n"
                               "events: [{at: 2500ms, unsubscribe: {nodes: [1, 2]}}]\n");

    assert_int_equal(plan.messages[0].at_ns, 2 * NS_PER_S);
    assert_int_equal(plan.messages[0].expected_count, 9);
}

static void given_clocks_when_times_leave_the_run_then_they_are_cut(void **state) {
    static const struct {
        const char *clock;
        uint32_t count;
        int64_t first_ns;
    } rows[] = {
        {", clock: {skew: -3s}", 7, 4 * NS_PER_S},      // due at 1 … 10, published at 4 … 10.9
        {", clock: {skew: 4s}", 10, 0},                 // the first four at once
        {", clock: {drift: -500000}", 5, 2 * NS_PER_S}, // half as fast
        {", clock: {drift: 1000}", 10, 999000999},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct plan plan =
            plan_of(*state, rows[row].clock,
                    "duration: 10900ms\npublish: [{from: 0, start: 1s, every: 1s, count: 10}]\n");

        assert_int_equal(plan.message_count, rows[row].count);
        assert_int_equal(plan.messages[0].at_ns, rows[row].first_ns);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_speed_when_a_duration_passes_then_its_true_length_is_known),
        FIXTURE_TEST(given_a_group_with_skew_when_planned_then_only_its_messages_move),
        FIXTURE_TEST(given_publishers_drawn_when_clocks_differ_then_the_same_are_drawn),
        FIXTURE_TEST(given_a_clock_ahead_when_a_node_is_not_up_yet_then_it_skips),
        FIXTURE_TEST(given_a_clock_when_subscribers_change_then_the_true_time_counts),
        FIXTURE_TEST(given_clocks_when_times_leave_the_run_then_they_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
