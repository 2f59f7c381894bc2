// Which nodes a selection means, and when events happen.
#include "base/quantity.h"
#include "scenarios/occasions.h"
#include "scenarios/plan.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

enum { NODES_COUNT = 100 };

#define WORLD                                                                                      \
    "nodes: {count: 100, start: 0s, groups: [{name: old, nodes: 0..39}]}\n"                        \
    "topology: star\n"                                                                             \
    "regions: {names: [east, west], latency: [[1ms, 9ms], [9ms, 1ms]]}\n"

/** The first topic's subscribers, as one bit per node. */
static struct plan plan_with(struct scenario_fixture *f, const char *text) {
    const struct scenario *scenario = fixture_load(f, text);
    struct topology topology;
    struct plan plan;
    struct failure failure;
    assert_true(topology_build(&topology, f->arena, &scenario->topology, &failure));
    assert_true(plan_make(&plan, f->arena, scenario, &topology, &failure));
    return plan;
}

static bool subscribes(const struct plan *plan, uint32_t node) {
    return plan->topic_first[node + 1] > plan->topic_first[node];
}

static uint32_t count_subscribers(const struct plan *plan) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < plan->node_count; node++) {
        count += subscribes(plan, node);
    }
    return count;
}

static void given_rules_without_draws_when_applied_then_their_nodes_are_taken(void **state) {
    static const struct {
        const char *text;
        uint32_t count;
        uint32_t inside;
        uint32_t outside;
    } rows[] = {
        {WORLD "topics: [{name: a, subscribers: {every: 10, offset: 3}}]\n", 10, 13, 10},
        {WORLD "topics: [{name: a, subscribers: {every: 10, of: 5..30}}]\n", 3, 10, 0},
        {WORLD "topics: [{name: a, subscribers: {not: {group: old}}}]\n", 60, 40, 39},
        {WORLD "topics: [{name: a, subscribers: {degree: {min: 2}}}]\n", 1, 0, 1},
        {WORLD "topics: [{name: a, subscribers: {degree: {max: 1}, of: 0..9}}]\n", 9, 9, 0},
        {WORLD "topics: [{name: a, subscribers: {share: 100%, of: {not: 7}}}]\n", 99, 8, 7},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plan plan = plan_with(*state, rows[i].text);

        assert_int_equal(count_subscribers(&plan), rows[i].count);
        assert_true(subscribes(&plan, rows[i].inside));
        assert_false(subscribes(&plan, rows[i].outside));
    }
}

static void given_a_region_when_selected_then_its_nodes_are_taken(void **state) {
    struct plan plan = plan_with(*state, WORLD "topics: [{name: a, subscribers: {region: west}}]");

    for (uint32_t node = 0; node < NODES_COUNT; node++) {
        assert_int_equal(subscribes(&plan, node), plan.region[node] == 1);
    }
}

static void given_a_share_of_a_group_when_drawn_then_it_is_that_share_of_the_group(void **state) {
    struct plan plan =
        plan_with(*state, WORLD "topics: [{name: a, subscribers: {share: 25%, of: {group: old}}}]");

    assert_int_equal(count_subscribers(&plan), 10);
    for (uint32_t node = 40; node < NODES_COUNT; node++) {
        assert_false(subscribes(&plan, node));
    }
}

static void given_a_count_beyond_what_is_left_when_drawn_then_all_are_taken(void **state) {
    struct plan plan =
        plan_with(*state, WORLD "topics: [{name: a, subscribers: {count: 50, of: {group: old}}}]");

    assert_int_equal(count_subscribers(&plan), 40);
}

static void given_an_event_that_repeats_when_planned_then_it_draws_anew_each_time(void **state) {
    struct plan plan = plan_with(
        *state, WORLD "duration: 40s\ntopics: [{name: a, subscribers: none}]\npublish: []\n"
                      "events: [{every: 10s, subscribe: {nodes: {count: 5}}}]\n");

    assert_int_equal(plan.change_count, 15); // at 10, 20 and 30 s
    bool differs = false;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(plan.changes[i].at_ns, 10 * NS_PER_S);
        assert_int_equal(plan.changes[10 + i].at_ns, 30 * NS_PER_S);
        differs = differs || plan.changes[i].node != plan.changes[10 + i].node;
    }
    assert_true(differs);
}

static void given_every_with_bounds_when_counted_then_the_last_is_before_the_end(void **state) {
    static const struct {
        const char *text;
        uint32_t count;
        int64_t first_s;
    } rows[] = {
        {"nodes: {count: 2}\nevents: [{every: 10s, subscribe: {}}]\n", 5, 10},
        {"nodes: {count: 2}\nevents: [{every: 10s, from: 0s, subscribe: {}}]\n", 6, 0},
        {"nodes: {count: 2}\nevents: [{every: 10s, between: [5s, 25s], subscribe: {}}]\n", 2, 5},
        {"nodes: {count: 2}\nevents: [{every: 10s, from: 1m, subscribe: {}}]\n", 0, 60},
        {"nodes: {count: 2}\nevents: [{at: 3m, subscribe: {}}]\n", 1, 180},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct scenario *scenario = fixture_load(*state, rows[i].text);

        assert_int_equal(occasion_count(scenario, &scenario->events[0]), rows[i].count);
        assert_int_equal(occasion_at(scenario, 0, 0), rows[i].first_s * NS_PER_S);
    }
}

static void given_an_instant_drawn_when_seeds_differ_then_it_does_within_its_bounds(void **state) {
    const struct scenario *scenario = NULL;
    int64_t at_ns[2];
    static const char *const texts[] = {
        "seed: 1\nnodes: {count: 2}\nevents: [{between: [20s, 30s], subscribe: {}}]\n",
        "seed: 2\nnodes: {count: 2}\nevents: [{between: [20s, 30s], subscribe: {}}]\n",
    };

    for (uint32_t i = 0; i < 2; i++) {
        scenario = fixture_load(*state, texts[i]);
        at_ns[i] = occasion_at(scenario, 0, 0);
        assert_in_range(at_ns[i], 20 * NS_PER_S, 30 * NS_PER_S - 1);
    }

    assert_int_not_equal(at_ns[0], at_ns[1]);
}

static void given_wrong_rules_and_times_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {every: 0}}]\n", 2, 41, "from 1"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {every: 3, offset: 3}}]\n", 2, 52,
         "less than `every`"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {share: 1, offset: 3}}]\n", 2, 44,
         "with `every` only"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {region: eu}}]\n", 2, 42,
         "allowed: none without `regions`"},
        {"nodes: {count: 9}\nregions: world-8\ntopics: [{name: a, subscribers: {region: euope}}]\n",
         3, 42, "unknown region `euope`; allowed: one of the 8"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {degree: {min: 5, max: 2}}}]\n", 2, 48,
         "at most `max`"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {degree: 5}}]\n", 2, 42, "a mapping"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {subscribed: a}}]\n", 2, 34,
         "faults only"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {not: 3, of: 3..5}}]\n", 2, 42,
         "`of` beside `not`"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {of: 3..5}}]\n", 2, 33, "exactly one"},
        {"nodes: {count: 9, groups: [{name: g, nodes: {every: 2}}]}\n", 1, 45,
         "cannot be made by this rule"},
        {"nodes: {count: 9, groups: [{name: g, nodes: {count: 2, of: 3..5}}]}\n", 1, 45,
         "cannot be made by this rule"},
        {"nodes: {count: 9}\ntopics: [{name: a, subscribers: {not: {not: {not: {not: {not: {not: "
         "{not: {not: 1}}}}}}}}}]\n",
         2, 81, "more than 8 selections"},
        {"nodes: {count: 9}\nevents: [{every: 0s, subscribe: {}}]\n", 2, 18, "from 1ns"},
        {"nodes: {count: 9}\nevents: [{every: 1ns, subscribe: {}}]\n", 2, 18, "at most 1000000"},
        {"nodes: {count: 9}\nevents: [{at: 1s, every: 2s, subscribe: {}}]\n", 2, 19, "beside `at`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, between: [2s, 3s], subscribe: {}}]\n", 2, 19,
         "beside `at`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, from: 2s, subscribe: {}}]\n", 2, 19,
         "with `every` only"},
        {"nodes: {count: 9}\nevents: [{between: [3s, 2s], subscribe: {}}]\n", 2, 21,
         "low at most high"},
        {"nodes: {count: 9}\nevents: [{every: 9s, from: 3s, until: 3s, subscribe: {}}]\n", 2, 39,
         "later than `from`"},
        {"nodes: {count: 9}\nevents: [{every: 9s, between: [3s, 5s], from: 1s, subscribe: {}}]\n",
         2, 41, "says what `between` says"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_rules_without_draws_when_applied_then_their_nodes_are_taken),
        FIXTURE_TEST(given_a_region_when_selected_then_its_nodes_are_taken),
        FIXTURE_TEST(given_a_share_of_a_group_when_drawn_then_it_is_that_share_of_the_group),
        FIXTURE_TEST(given_a_count_beyond_what_is_left_when_drawn_then_all_are_taken),
        FIXTURE_TEST(given_an_event_that_repeats_when_planned_then_it_draws_anew_each_time),
        FIXTURE_TEST(given_every_with_bounds_when_counted_then_the_last_is_before_the_end),
        FIXTURE_TEST(given_an_instant_drawn_when_seeds_differ_then_it_does_within_its_bounds),
        FIXTURE_TEST(given_wrong_rules_and_times_when_read_then_they_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
