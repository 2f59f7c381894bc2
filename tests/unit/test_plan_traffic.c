// When messages are published, and by whom: schedules and publishers.
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

/** A plan of 40 nodes, all subscribed, all there from the beginning, with one series. */
static struct plan plan_of_series(struct scenario_fixture *f, const char *series) {
    char text[400];
    snprintf(text, sizeof text,
             "duration: 100s\nnodes: {count: 40, start: 0s}\npublish: [{start: 1s, %s}]\n", series);
    return plan_of(f, text);
}

static void given_exponential_gaps_when_planned_then_they_are_those_of_poisson(void **state) {
    struct plan plan = plan_of(*state, "duration: 30000s\nnodes: {count: 2, start: 0s}\n"
                                       "topology: line\n"
                                       "publish: [{from: 0, start: 0s, count: 250000, every: "
                                       "{exponential: {mean: 100ms}}}]\n");

    // In units of the mean: the sum of n gaps has mean n and variance n, that of their squares
    // has mean 2n. The numbers of messages in spells of ten means have mean and variance 10.
    enum { GAPS = 249999, SPELLS = 24000 };
    assert_int_equal(plan.message_count, GAPS + 1);
    double sum = 0;
    double squares = 0;
    static uint32_t spells[SPELLS];
    memset(spells, 0, sizeof spells);
    for (uint32_t i = 0; i < GAPS; i++) {
        double gap = (double)(plan.messages[i + 1].at_ns - plan.messages[i].at_ns) / 1e8;
        int64_t spell = plan.messages[i].at_ns / NS_PER_S;
        spells[spell < SPELLS ? spell : 0] += spell < SPELLS;
        sum += gap;
        squares += gap * gap;
    }
    double mean = sum / GAPS;
    double variance = squares / GAPS - mean * mean;
    double spread = 0;
    for (uint32_t i = 0; i < SPELLS; i++) {
        spread += (spells[i] - 10.0) * (spells[i] - 10.0) / SPELLS;
    }
    // Five standard errors: 1/√n, √8/√n, and about √(2/spells) of 10.
    assert_true(mean > 0.99 && mean < 1.01);
    assert_true(variance > 0.972 && variance < 1.028);
    assert_true(spread > 9.5 && spread < 10.5);
}

static void given_an_end_when_planned_then_no_instant_comes_from_then_on(void **state) {
    static const struct {
        const char *series;
        uint32_t count;
        int64_t last_ns;
    } rows[] = {
        {"every: 1s, until: 6s", 5, 5 * NS_PER_S},
        {"every: 1s, until: 6s, count: 3", 3, 3 * NS_PER_S},
        {"every: 1s, until: 6001ms", 6, 6 * NS_PER_S},
        {"every: 1s, until: 1s", 0, 0},
        {"every: 7s, until: 1000s", 15, 99 * NS_PER_S},
        {"every: {uniform: [2s, 2s]}, until: 6s", 3, 5 * NS_PER_S},
        {"every: 1s, count: 0", 0, 0},
        {"every: 0s, count: 1", 1, NS_PER_S},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct plan plan = plan_of_series(*state, rows[row].series);

        if (plan.message_count != rows[row].count) {
            fail_msg("%s: %u messages", rows[row].series, plan.message_count);
        }
        if (plan.message_count > 0) {
            assert_int_equal(plan.messages[plan.message_count - 1].at_ns, rows[row].last_ns);
        }
    }
}

static void given_bursts_when_planned_then_one_node_publishes_each(void **state) {
    struct plan plan = plan_of_series(*state, "every: 1s, count: 3, burst: {count: 4, gap: 400ms}");

    // Bursts last longer than the time between them: their messages interleave.
    static const uint32_t order[] = {0, 1, 2, 4, 3, 5, 6, 8, 7, 9, 10, 11};
    uint32_t burst_node[3];
    assert_int_equal(plan.message_count, COUNT_OF(order));
    for (uint32_t i = 0; i < COUNT_OF(order); i++) {
        const struct plan_message *message = &plan.messages[i];
        uint32_t burst = order[i] / 4;
        uint32_t place = order[i] % 4;
        assert_int_equal(message->name, order[i]);
        assert_int_equal(message->at_ns, (1000 + burst * 1000 + place * 400) * NS_PER_MS);
        burst_node[burst] = place == 0 ? message->origin : burst_node[burst];
        assert_int_equal(message->origin, burst_node[burst]);
    }
    assert_true(burst_node[0] != burst_node[1] || burst_node[1] != burst_node[2]);
}

static void given_bursts_past_the_end_when_planned_then_they_are_cut(void **state) {
    struct plan plan =
        plan_of_series(*state, "every: 50s, count: 2, burst: {count: 100, gap: 20s}");

    // From 1 s: 1, 21, …, 81; from 51 s: 51, 71, 91. What is cut leaves the numbers alone.
    assert_int_equal(plan.message_count, 8);
    assert_int_equal(plan.messages[7].at_ns, 91 * NS_PER_S);
    assert_int_equal(plan.messages[7].name, 102);
}

static void given_several_publishers_when_drawn_then_they_differ(void **state) {
    struct plan plan = plan_of_series(*state, "every: 1s, count: 50, publishers: 30");

    assert_int_equal(plan.message_count, 1500);
    uint64_t ever = 0;
    for (uint32_t instant = 0; instant < 50; instant++) {
        uint64_t seen = 0;
        for (uint32_t i = 0; i < 30; i++) {
            const struct plan_message *message = &plan.messages[(size_t)instant * 30 + i];
            assert_int_equal(message->at_ns, (1 + instant) * NS_PER_S);
            seen |= UINT64_C(1) << message->origin;
        }
        assert_int_equal(__builtin_popcountll(seen), 30);
        ever |= seen;
    }
    assert_int_equal(__builtin_popcountll(ever), 40);
}

static void given_more_publishers_than_nodes_when_drawn_then_the_rest_is_skipped(void **state) {
    struct plan plan = plan_of_series(*state, "publishers: 50, burst: {count: 2}");

    uint32_t skipped = 0;
    for (uint32_t i = 0; i < plan.message_count; i++) {
        skipped += plan.messages[i].origin == PLAN_NODE_NONE;
    }
    assert_int_equal(plan.message_count, 100);
    assert_int_equal(skipped, 20);
}

/** The nodes that publish, as bits. */
static uint64_t publishers_of(const struct plan *plan) {
    uint64_t seen = 0;
    for (uint32_t i = 0; i < plan->message_count; i++) {
        uint32_t origin = plan->messages[i].origin;
        seen |= origin == PLAN_NODE_NONE ? 0 : UINT64_C(1) << origin;
    }
    return seen;
}

static void given_publishers_narrowed_down_when_drawn_then_they_are_those(void **state) {
    static const struct {
        const char *from;
        uint64_t within; // of the nodes
        uint32_t count;  // of nodes that publish at all
    } rows[] = {
        {"random", 0xFFFFF, 20},   // the subscribers: 0 … 19
        {"any", 0xFFFFFFFFFF, 40}, // all
        {"{outside: true}", 0xFFFFF00000, 20},
        {"{group: g}", 0xFFC00, 10}, // g: 10 … 29
        {"{group: g, any: true}", 0x3FFFFC00, 20},
        {"{group: g, outside: true}", 0x3FF00000, 10},
        {"{count: 3, any: true}", 0xFFFFFFFFFF, 3},
        {"{share: 10%, any: true}", 0xFFFFFFFFFF, 4},
        {"{group: g, share: 25%, any: true}", 0x3FFFFC00, 5},
        {"{group: g, count: 99}", 0xFFC00, 10},
        {"{region: north, any: true}", 0xFFFFFFFFFF, 40},
        {"{region: south, any: true}", 0, 0},
        {"{region: north, group: g}", 0xFFC00, 10},
        {"{rotate: {group: g}}", 0x3FFFFC00, 20},
        {"{rotate: {count: 7}}", 0xFFFFFFFFFF, 7},
        {"{rotate: none}", 0, 0},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[500];
        snprintf(text, sizeof text,
                 "duration: 1000s\nnodes: {count: 40, start: 0s, groups: [{name: g, nodes: "
                 "10..29}]}\nregions: {names: [north, south], weights: [1, 0], latency: [[1ms, "
                 "1ms], [1ms, 1ms]]}\ntopics: [{name: a, subscribers: 0..19}]\n"
                 "publish: [{from: %s, every: 1s, count: 800}]\n",
                 rows[row].from);

        struct plan plan = plan_of(*state, text);

        uint64_t seen = publishers_of(&plan);
        if ((seen & ~rows[row].within) != 0 ||
            (uint32_t)__builtin_popcountll(seen) != rows[row].count) {
            fail_msg("%s: %llx", rows[row].from, (unsigned long long)seen);
        }
    }
}

static void given_a_rotation_when_planned_then_nodes_take_turns(void **state) {
    struct plan plan =
        plan_of_series(*state, "from: {rotate: [7, 3..5]}, every: 1s, count: 6, publishers: 2");

    static const uint32_t order[] = {3, 4, 5, 7, 3, 4, 5, 7, 3, 4, 5, 7};
    assert_int_equal(plan.message_count, COUNT_OF(order));
    for (uint32_t i = 0; i < COUNT_OF(order); i++) {
        assert_int_equal(plan.messages[i].origin, order[i]);
    }
}

static void given_too_many_messages_when_planned_then_refused(void **state) {
    static const struct {
        const char *series;
        const char *words;
    } rows[] = {
        {"from: 0, every: 1us, until: 100s", "publish.0: more than 10000000 messages"},
        {"from: 0, every: {exponential: {mean: 1us}}, until: 100s", "more than 10000000 messages"},
        {"from: 0, every: 1us, until: 2s, burst: {count: 10000, gap: 100s}",
         "publish.0: more than 4294967295 messages in all"},
    };
    struct scenario_fixture *f = *state;
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[300];
        snprintf(text, sizeof text,
                 "duration: 100s\nnodes: {count: 40}\npublish: [{start: 0s, %s}]\n",
                 rows[row].series);
        const struct scenario *scenario = fixture_load(f, text);
        struct plan plan;
        struct failure failure;

        bool made = plan_make(&plan, f->arena, scenario, NULL, &failure);

        assert_false(made);
        assert_non_null(strstr(failure.message, rows[row].words));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_exponential_gaps_when_planned_then_they_are_those_of_poisson),
        FIXTURE_TEST(given_an_end_when_planned_then_no_instant_comes_from_then_on),
        FIXTURE_TEST(given_bursts_when_planned_then_one_node_publishes_each),
        FIXTURE_TEST(given_bursts_past_the_end_when_planned_then_they_are_cut),
        FIXTURE_TEST(given_several_publishers_when_drawn_then_they_differ),
        FIXTURE_TEST(given_more_publishers_than_nodes_when_drawn_then_the_rest_is_skipped),
        FIXTURE_TEST(given_publishers_narrowed_down_when_drawn_then_they_are_those),
        FIXTURE_TEST(given_a_rotation_when_planned_then_nodes_take_turns),
        FIXTURE_TEST(given_too_many_messages_when_planned_then_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
