// Families of topics: who subscribes to what, where messages go, and how large they are.
#include "base/quantity.h"
#include "scenarios/plan.h"
#include "scenarios/weighted.h"
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

/** Fails unless a count of independent draws is within five standard deviations. */
static void expect_near(uint32_t count, double expected) {
    double off = count - expected;
    assert_true(off * off <= 25 * expected);
}

static void given_zipf_weights_when_made_then_they_are_powers(void **state) {
    struct scenario_fixture *f = *state;
    static const struct {
        uint32_t exponent_ppm;
        uint32_t index;
        double part; // of the first weight
    } rows[] = {
        {0, 4095, 1},
        {1000000, 0, 1},
        {1000000, 1, 1.0 / 2},
        {1000000, 4095, 1.0 / 4096},
        {500000, 3, 1.0 / 2},
        {500000, 4095, 1.0 / 64},
        {250000, 4095, 1.0 / 8},
        {1500000, 3, 1.0 / 8},
        {2000000, 9, 1.0 / 100},
        {4000000, 1, 1.0 / 16},
        {123456, 1, 0.917986},
        {999999, 99, 0.0100000460518},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct weighted weighted;
        weighted_init_zipf(&weighted, f->arena, rows[i].exponent_ppm, 4096);

        double part =
            (double)weighted_of(&weighted, rows[i].index) / (double)weighted_of(&weighted, 0);

        if (part < rows[i].part * 0.999999 || part > rows[i].part * 1.000001) {
            fail_msg("row %zu: %.9f", i, part);
        }
    }
}

static void given_weights_when_chosen_by_bits_then_each_has_its_part(void **state) {
    struct scenario_fixture *f = *state;
    static const uint64_t weights[] = {0, 1, 0, 2, 5, 0};
    struct weighted weighted;
    weighted_init(&weighted, f->arena, weights, COUNT_OF(weights));

    static const uint32_t wanted[] = {1, 3, 3, 4, 4, 4, 4, 4};
    for (uint64_t eighth = 0; eighth < 8; eighth++) {
        assert_int_equal(weighted_at(&weighted, eighth << 61), wanted[eighth]);
        assert_int_equal(weighted_at(&weighted, ((eighth + 1) << 61) - 1), wanted[eighth]);
    }
}

static void given_a_family_when_planned_then_each_topic_draws_its_subscribers(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 100}\n"
                                       "topics: [{name: a}, {name: s-%d, count: 4, subscribers: "
                                       "{count: 30}}, {name: b, subscribers: 5}]\n");

    uint32_t counts[6] = {0};
    for (uint32_t i = 0; i < plan.topic_first[100]; i++) {
        counts[plan.first_topics[i]]++;
    }
    static const uint32_t wanted[] = {100, 30, 30, 30, 30, 1};
    assert_memory_equal(counts, wanted, sizeof counts);
}

static void given_topics_written_out_when_planned_then_a_family_draws_the_same(void **state) {
    struct plan one = plan_of(*state, "nodes: {count: 90}\ntopics: [{name: s-%d, count: 2, "
                                      "subscribers: 30%}]\npublish: [{topic: s-1}]\n");
    struct plan two = plan_of(*state, "nodes: {count: 90}\ntopics: [{name: s-0, subscribers: 30%}, "
                                      "{name: s-1, subscribers: 30%}]\npublish: [{topic: s-1}]\n");

    assert_int_equal(one.topic_first[90], two.topic_first[90]);
    assert_memory_equal(one.first_topics, two.first_topics,
                        one.topic_first[90] * sizeof *one.first_topics);
    assert_int_equal(one.messages[0].origin, two.messages[0].origin);
}

static void given_topics_per_node_when_planned_then_each_node_has_so_many(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 8000}\n"
                                       "topics: [{name: a}, {name: s-%d, count: 64, per_node: 2, "
                                       "subscribers: 0..6399}]\n");

    uint32_t counts[65] = {0};
    for (uint32_t node = 0; node < 8000; node++) {
        uint32_t first = plan.topic_first[node];
        assert_int_equal(plan.topic_first[node + 1] - first, node < 6400 ? 3 : 1);
        for (uint32_t i = first; i < plan.topic_first[node + 1]; i++) {
            counts[plan.first_topics[i]]++;
            assert_true(i == first || plan.first_topics[i] > plan.first_topics[i - 1]);
        }
    }
    assert_int_equal(counts[0], 8000);
    for (uint32_t topic = 1; topic <= 64; topic++) {
        expect_near(counts[topic], 6400.0 * 2 / 64);
    }
}

static void given_all_topics_per_node_when_planned_then_each_node_has_all(void **state) {
    // The last of a thousand topics has a millionth of the first one's weight.
    struct plan plan = plan_of(*state, "nodes: {count: 20}\n"
                                       "topics: [{name: s-%d, count: 1000, per_node: 1000, "
                                       "popularity: {zipf: 2}}]\n");

    for (uint32_t i = 0; i < plan.topic_first[20]; i++) {
        assert_int_equal(plan.first_topics[i], i % 1000);
    }
    assert_int_equal(plan.topic_first[20], 20 * 1000);
}

static void given_popularity_when_planned_then_subscribers_follow_it(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 6000}\n"
                                       "topics: [{name: s-%d, count: 5, popularity: {zipf: 1}, "
                                       "subscribers: 0..5999}, {name: t-%d, count: 5, per_node: 1, "
                                       "popularity: {zipf: 1}}]\n");

    uint32_t counts[10] = {0};
    for (uint32_t i = 0; i < plan.topic_first[6000]; i++) {
        counts[plan.first_topics[i]]++;
    }
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(counts[i], 6000 / (i + 1));
        expect_near(counts[5 + i], 6000.0 / (i + 1) / (137.0 / 60)); // 1 + ½ + … + ⅕ = 137/60
    }
}

static void given_a_family_when_published_to_then_topics_are_picked(void **state) {
    static const struct {
        const char *pick;
        double parts[4]; // of 12,000
    } rows[] = {
        {"random", {3000, 3000, 3000, 3000}},
        {"in-turn", {3000, 3000, 3000, 3000}},
        {"{zipf: 1}", {5760, 2880, 1920, 1440}},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[300];
        snprintf(text, sizeof text,
                 "nodes: {count: 40, start: 0s}\ntopics: [{name: a}, {name: s-%%d, count: 4, "
                 "per_node: 1}]\npublish: [{topic: s-%%d, pick: %s, every: 1ms, count: 12000}]\n",
                 rows[row].pick);

        struct plan plan = plan_of(*state, text);

        uint32_t counts[5] = {0};
        for (uint32_t i = 0; i < 12000; i++) {
            const struct plan_message *message = &plan.messages[i];
            counts[message->topic]++;
            assert_true(bitset_has(message->subscribers, message->origin));
            assert_true(row != 1 || message->topic == 1 + i % 4);
        }
        assert_int_equal(counts[0], 0);
        for (uint32_t i = 0; i < 4; i++) {
            expect_near(counts[1 + i], rows[row].parts[i]);
        }
    }
}

static void given_a_rotation_when_planned_then_each_node_swaps_one_topic_a_period(void **state) {
    struct plan plan =
        plan_of(*state, "duration: 100s\nnodes: {count: 50, start: {uniform: [0s, "
                        "2s]}}\ntopics: [{name: a}, {name: s-%d, count: 8, per_node: "
                        "3, rotate: 10s, subscribers: 0..39}]\n");

    static uint8_t held[50][9];
    uint32_t swaps[50] = {0};
    int64_t last_ns[50] = {0};
    memset(held, 0, sizeof held);
    for (uint32_t node = 0; node < 50; node++) {
        for (uint32_t i = plan.topic_first[node]; i < plan.topic_first[node + 1]; i++) {
            held[node][plan.first_topics[i]] = 1;
        }
    }
    for (uint32_t i = 0; i < plan.change_count; i++) {
        const struct plan_change *change = &plan.changes[i];
        uint32_t node = change->node;
        assert_in_range(change->topic, 1, 8);
        assert_int_equal(held[node][change->topic], !change->subscribe);
        held[node][change->topic] = change->subscribe;
        if (!change->subscribe) {
            assert_true(swaps[node] == 0 || change->at_ns == last_ns[node] + 10 * NS_PER_S);
            assert_true(swaps[node] > 0 || change->at_ns <= plan.start_ns[node] + 10 * NS_PER_S);
            last_ns[node] = change->at_ns;
            swaps[node]++;
        } else {
            assert_int_equal(change->at_ns, last_ns[node]);
        }
    }
    for (uint32_t node = 0; node < 50; node++) {
        uint32_t count = 0;
        for (uint32_t topic = 1; topic <= 8; topic++) {
            count += held[node][topic];
        }
        assert_int_equal(count, node < 40 ? 3 : 0);
        assert_in_range(swaps[node], node < 40 ? 9 : 0, node < 40 ? 10 : 0);
    }
}

static void given_sizes_when_drawn_then_they_are_as_described(void **state) {
    static const struct {
        const char *size;
        double low;
        double high;
        double mean;
        double error; // five standard errors of 20,000 draws
    } rows[] = {
        {"1500B", 1500, 1500, 1500, 0},
        {"{uniform: [1kB, 3kB]}", 1000, 3000, 2000, 21},
        {"{normal: {mean: 2kB, sd: 100B}}", 1590, 2410, 2000, 4},
        {"{normal: {mean: 0B, sd: 100B}}", 0, 410, 39.9, 3},
        {"{exponential: {mean: 1kB}}", 0, 10400, 1000, 36},
        {"{lognormal: {median: 1kB, sigma: 0.5}}", 134, 7430, 1133, 22},
        {"{choices: [100B, 500B], weights: [3, 1]}", 100, 500, 200, 7},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[300];
        snprintf(text, sizeof text,
                 "nodes: {count: 4, start: 0s}\npublish: [{every: 1ms, count: 20000, size: %s}]\n",
                 rows[row].size);

        struct plan plan = plan_of(*state, text);

        double sum = 0;
        for (uint32_t i = 0; i < 20000; i++) {
            double size = plan.messages[i].size_bytes;
            if (size < rows[row].low || size > rows[row].high) {
                fail_msg("%s: %f", rows[row].size, size);
            }
            sum += size;
        }
        double mean = sum / 20000;
        if (mean < rows[row].mean - rows[row].error || mean > rows[row].mean + rows[row].error) {
            fail_msg("%s: mean %f", rows[row].size, mean);
        }
    }
}

static void given_sizes_drawn_when_another_entry_comes_then_they_stay(void **state) {
    struct plan one = plan_of(*state, "nodes: {count: 9}\n"
                                      "publish: [{count: 20, size: {uniform: [0B, 1MiB]}}]\n");
    struct plan two = plan_of(*state, "nodes: {count: 9}\n"
                                      "publish: [{count: 20, size: {uniform: [0B, 1MiB]}}, "
                                      "{count: 20, start: 5500ms, size: {uniform: [0B, 1MiB]}}]\n");

    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(one.messages[i].size_bytes, two.messages[(size_t)2 * i].size_bytes);
        assert_int_not_equal(one.messages[i].size_bytes,
                             two.messages[(size_t)2 * i + 1].size_bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_zipf_weights_when_made_then_they_are_powers),
        FIXTURE_TEST(given_weights_when_chosen_by_bits_then_each_has_its_part),
        FIXTURE_TEST(given_a_family_when_planned_then_each_topic_draws_its_subscribers),
        FIXTURE_TEST(given_topics_written_out_when_planned_then_a_family_draws_the_same),
        FIXTURE_TEST(given_topics_per_node_when_planned_then_each_node_has_so_many),
        FIXTURE_TEST(given_all_topics_per_node_when_planned_then_each_node_has_all),
        FIXTURE_TEST(given_popularity_when_planned_then_subscribers_follow_it),
        FIXTURE_TEST(given_a_family_when_published_to_then_topics_are_picked),
        FIXTURE_TEST(given_a_rotation_when_planned_then_each_node_swaps_one_topic_a_period),
        FIXTURE_TEST(given_sizes_when_drawn_then_they_are_as_described),
        FIXTURE_TEST(given_sizes_drawn_when_another_entry_comes_then_they_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
