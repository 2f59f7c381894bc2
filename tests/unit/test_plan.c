#include "base/quantity.h"
#include "scenarios/plan.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

static struct plan plan_of(struct scenario_fixture *f, const char *text) {
    const struct scenario *scenario = fixture_load(f, text);
    struct plan plan;
    struct failure failure;
    assert_true(plan_make(&plan, f->arena, scenario, NULL, &failure));
    return plan;
}

static void given_a_change_when_published_after_then_it_counts_for_expected(void **state) {
    struct plan plan =
        plan_of(*state, "nodes: {count: 10, start: 0s}\n"
                        "publish: [{from: 0, start: 1s, every: 1s, count: 5}]\n"
                        "events:\n"
                        "  - {at: 2s, unsubscribe: {topic: blocks, nodes: [3..5]}}\n"
                        "  - {at: 4s, subscribe: {topic: blocks, nodes: 4}}\n"
                        "  - {at: 4500ms, unsubscribe: {topic: blocks, nodes: 0}}\n");

    // The change at 2 s comes before the publication at 2 s. A publisher never expects its own
    // message.
    static const uint32_t expected[] = {9, 6, 6, 7, 7};
    assert_int_equal(plan.message_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(plan.messages[i].expected_count, expected[i]);
        assert_false(plan_expects(&plan.messages[i], 0));
        assert_int_equal(plan_expects(&plan.messages[i], 3), i == 0);
        assert_int_equal(plan_expects(&plan.messages[i], 4), i == 0 || i >= 3);
    }
    assert_ptr_equal(plan.messages[1].subscribers, plan.messages[2].subscribers);
}

static void given_nodes_not_started_when_published_then_neither_publish_nor_expect(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 40, start: {uniform: [0s, 10s]}}\n"
                                       "publish: [{from: random, start: 5s, count: 1}]\n");

    uint32_t up = 0;
    for (uint32_t node = 0; node < 40; node++) {
        bool started = plan.start_ns[node] <= 5 * NS_PER_S;
        up += started;
        assert_true(started || !plan_expects(&plan.messages[0], node));
    }

    assert_in_range(up, 5, 35);
    assert_true(plan.start_ns[plan.messages[0].origin] <= 5 * NS_PER_S);
    assert_int_equal(plan.messages[0].expected_count, up - 1);
}

static void given_publishers_named_when_down_then_their_messages_are_skipped(void **state) {
    struct plan plan =
        plan_of(*state, "nodes: {count: 4, start: {constant: 3s}}\n"
                        "publish: [{from: [2, 1], start: 1s, every: 1s, count: 4}]\n");

    static const uint32_t origins[] = {PLAN_NODE_NONE, PLAN_NODE_NONE, 2, 1};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(plan.messages[i].origin, origins[i]);
    }
    assert_int_equal(plan.messages[0].expected_count, 0);
}

static void given_outside_publishers_when_drawn_then_none_is_subscribed(void **state) {
    struct plan plan = plan_of(
        *state, "nodes: {count: 50, start: 0s}\n"
                "topics: [{name: a, subscribers: 80%}, {name: b, subscribers: all}]\n"
                "publish:\n"
                "  - {topic: a, from: {outside: true}, start: 1s, every: 100ms, count: 40}\n"
                "  - {topic: b, from: {outside: true}, start: 1s, count: 1}\n");

    uint64_t seen = 0;
    for (uint32_t i = 0; i < plan.message_count; i++) {
        const struct plan_message *message = &plan.messages[i];
        if (message->topic == 1) {
            assert_int_equal(message->origin, PLAN_NODE_NONE); // nobody is outside
            continue;
        }
        assert_false(bitset_has(message->subscribers, message->origin));
        assert_int_equal(message->expected_count, 40);
        seen |= UINT64_C(1) << message->origin;
    }
    assert_in_range(__builtin_popcountll(seen), 5, 10);
}

static void given_another_entry_added_when_planned_then_the_first_draws_the_same(void **state) {
    struct plan one =
        plan_of(*state, "nodes: {count: 90}\n"
                        "publish: [{from: random, start: 5s, every: 2s, count: 20}]\n");
    struct plan two = plan_of(*state, "nodes: {count: 90}\n"
                                      "publish:\n"
                                      "  - {from: random, start: 5s, every: 2s, count: 20}\n"
                                      "  - {from: random, start: 6s, every: 2s, count: 20}\n");

    assert_int_equal(two.message_count, 40);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(one.messages[i].origin, two.messages[(size_t)2 * i].origin);
        assert_int_equal(one.messages[i].at_ns, two.messages[(size_t)2 * i].at_ns);
        // What its packets are keyed by: they meet the same losses and delays.
        assert_int_equal(one.messages[i].name, two.messages[(size_t)2 * i].name);
        assert_int_not_equal(one.messages[i].name, two.messages[(size_t)2 * i + 1].name);
    }
    assert_memory_equal(one.start_ns, two.start_ns, 90 * sizeof(int64_t));
}

static void given_events_before_a_start_when_planned_then_their_times_order_them(void **state) {
    static const char *const texts[] = {
        "nodes: {count: 2, start: 10s}\n"
        "topics: [{name: a, subscribers: none}]\n"
        "publish: [{from: 0, start: 11s}]\n"
        "events: [{at: 5s, unsubscribe: {topic: a}}, {at: 1s, subscribe: {topic: a}}]\n",
        "nodes: {count: 2, start: 10s}\n"
        "topics: [{name: a, subscribers: none}]\n"
        "publish: [{from: 0, start: 11s}]\n"
        "events: [{at: 1s, subscribe: {topic: a}}, {at: 5s, unsubscribe: {topic: a}}]\n",
    };
    for (size_t row = 0; row < COUNT_OF(texts); row++) {
        struct plan plan = plan_of(*state, texts[row]);

        assert_int_equal(plan.change_count, 4);
        assert_int_equal(plan.changes[0].at_ns, 10 * NS_PER_S);
        assert_true(plan.changes[0].subscribe);
        assert_false(plan.changes[3].subscribe);
        assert_int_equal(plan.messages[0].expected_count, 0);
    }
}

static void given_too_many_deliveries_when_planned_then_refused(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario =
        fixture_load(f, "duration: 100000s\n"
                        "nodes: {count: 1000, start: 0s}\n"
                        "topology: {kind: ring}\n"
                        "publish: [{from: 0, start: 1s, every: 1ms, count: 3000000}]\n");
    struct plan plan;
    struct failure failure;

    bool made = plan_make(&plan, f->arena, scenario, NULL, &failure);

    assert_false(made);
    assert_non_null(strstr(failure.message, "2997000000 deliveries"));
}

static void given_the_end_when_entries_go_past_it_then_they_are_cut(void **state) {
    struct plan plan = plan_of(*state, "duration: 10s\n"
                                       "nodes: {count: 3}\n"
                                       "publish: [{start: 5s, every: 1s, count: 100}]\n");

    assert_int_equal(plan.message_count, 5);
    assert_int_equal(plan.messages[4].at_ns, 9 * NS_PER_S);
}

static void given_world_8_when_drawn_then_shares_follow_the_weights(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 20000}\n"
                                       "topology: {kind: ring}\n"
                                       "regions: world-8\n");

    static const double weights[] = {290, 5599, 1059, 161, 2894, 1240, 47, 36};
    uint32_t counts[8] = {0};
    for (uint32_t node = 0; node < 20000; node++) {
        counts[plan.region[node]]++;
    }
    for (uint32_t region = 0; region < 8; region++) {
        double expected = 20000 * weights[region] / 11326;
        double off = counts[region] - expected;
        // Five standard deviations, whose square is at most the expected count.
        assert_true(off * off <= 25 * expected);
    }
}

static void given_selectors_when_applied_then_so_many_nodes_are_chosen(void **state) {
    static const struct {
        const char *subscribers;
        uint32_t count;
    } rows[] = {{"all", 101},        {"none", 0},       {"7", 1},
                {"[0, 5..9, 7]", 6}, {"10%", 10},       {"{share: 0.5}", 51},
                {"{count: 33}", 33}, {"{share: 0}", 0}, {"100%", 101}};
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[200];
        snprintf(text, sizeof text,
                 "nodes: {count: 101, start: 0s}\ntopics: [{name: a, subscribers: %s}]\n",
                 rows[row].subscribers);

        struct plan plan = plan_of(*state, text);

        if (plan.topic_first[101] != rows[row].count) {
            fail_msg("%s: %u nodes", rows[row].subscribers, plan.topic_first[101]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_change_when_published_after_then_it_counts_for_expected),
        FIXTURE_TEST(given_nodes_not_started_when_published_then_neither_publish_nor_expect),
        FIXTURE_TEST(given_publishers_named_when_down_then_their_messages_are_skipped),
        FIXTURE_TEST(given_outside_publishers_when_drawn_then_none_is_subscribed),
        FIXTURE_TEST(given_another_entry_added_when_planned_then_the_first_draws_the_same),
        FIXTURE_TEST(given_events_before_a_start_when_planned_then_their_times_order_them),
        FIXTURE_TEST(given_too_many_deliveries_when_planned_then_refused),
        FIXTURE_TEST(given_the_end_when_entries_go_past_it_then_they_are_cut),
        FIXTURE_TEST(given_world_8_when_drawn_then_shares_follow_the_weights),
        FIXTURE_TEST(given_selectors_when_applied_then_so_many_nodes_are_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
