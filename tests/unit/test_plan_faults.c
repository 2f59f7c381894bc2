// When nodes are down or stand still, by events that overlap, and who then publishes and expects.
#include "base/quantity.h"
#include "scenarios/plan_faults.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

static struct plan plan_of(struct scenario_fixture *f, const char *text) {
    struct plan plan;
    struct failure failure;
    assert_true(plan_make(&plan, f->arena, fixture_load(f, text), NULL, &failure));
    return plan;
}

/** What happens to a node, such as "down 10s kept, up 20s kept". */
static const char *story_of(const struct plan *plan, uint32_t node, char out[200]) {
    static const char *const words[] = {"down", "up", "still", "on"};
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = plan->faults->first[node]; i < plan->faults->first[node + 1]; i++) {
        const struct plan_fault *fault = &plan->faults->items[i];
        used += (size_t)snprintf(out + used, 200 - used, "%s%s %lldms%s", used == 0 ? "" : ", ",
                                 words[fault->kind], (long long)(fault->at_ns / NS_PER_MS),
                                 fault->kept ? " kept" : "");
    }
    return out;
}

#define NODES "nodes: {count: 4, start: 1s}\npublish: []\nevents:\n"

static void given_faults_that_overlap_when_planned_then_they_compose(void **state) {
    static const struct {
        const char *text;
        const char *story; // of node 0
    } rows[] = {
        {NODES "  - {at: 10s, for: 5s, crash: 0}\n", "down 10000ms, up 15000ms"},
        {NODES "  - {at: 10s, for: 10s, crash: 0}\n  - {at: 15s, for: 10s, crash: 0}\n",
         "down 10000ms, up 25000ms"},
        {NODES "  - {at: 10s, for: 20s, crash: 0}\n  - {at: 15s, for: 2s, crash: 0}\n",
         "down 10000ms, up 30000ms"},
        {NODES "  - {at: 10s, crash: 0}\n  - {at: 15s, for: 2s, crash: 0}\n", "down 10000ms"},
        {NODES "  - {at: 10s, crash: 0}\n  - {at: 20s, restart: {nodes: 0, state: kept}}\n",
         "down 10000ms kept, up 20000ms kept"},
        {NODES "  - {at: 10s, crash: 0}\n  - {at: 10s, restart: 0}\n", "down 10000ms, up 10000ms"},
        {NODES "  - {at: 10s, restart: 0}\n", ""},
        {NODES "  - {at: 10s, for: 5s, pause: 0}\n  - {at: 12s, for: 9s, pause: 0}\n",
         "still 10000ms, on 21000ms"},
        {NODES "  - {at: 10s, pause: 0}\n  - {at: 12s, resume: 0}\n", "still 10000ms, on 12000ms"},
        {NODES "  - {at: 10s, pause: 0}\n  - {at: 12s, for: 1s, crash: 0}\n",
         "still 10000ms, down 12000ms, up 13000ms"},
        {NODES "  - {at: 100ms, for: 5s, crash: 0}\n", "down 1000ms, up 5100ms"},
        {NODES "  - {at: 100ms, for: 200ms, crash: 0}\n", ""},
        {NODES "  - {at: 100ms, crash: 0}\n  - {at: 500ms, restart: 0}\n", ""},
        {NODES "  - {at: 59s, for: 5s, crash: 0}\n", "down 59000ms"},
        {NODES "  - {every: 20s, for: 1s, crash: {nodes: {every: 4}}}\n",
         "down 20000ms, up 21000ms, down 40000ms, up 41000ms"},
        {NODES "  - {at: 10s, for: 2s, crash: {nodes: 0, graceful: true}}\n",
         "down 10000ms, up 12000ms"},
        {NODES "  - {at: 90s, crash: 0}\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plan plan = plan_of(*state, rows[i].text);
        char story[200];

        assert_string_equal(story_of(&plan, 0, story), rows[i].story);
        assert_string_equal(story_of(&plan, 1, story), "");
    }
}

static void given_a_node_down_when_published_then_it_neither_publishes_nor_expects(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 4, start: 0s}\n"
                                       "publish: [{from: 0, start: 5s, every: 5s, count: 5}]\n"
                                       "events:\n"
                                       "  - {at: 10s, for: 5s, crash: [0, 1]}\n"
                                       "  - {at: 20s, for: 5s, pause: [0, 2]}\n");

    static const struct {
        bool published;
        uint32_t expected;
    } wanted[] = {{true, 3}, {false, 0}, {true, 3}, {false, 0}, {true, 3}};
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(plan.messages[i].origin != PLAN_NODE_NONE, wanted[i].published);
        assert_int_equal(plan.messages[i].expected_count, wanted[i].expected);
    }
    assert_false(plan_is_up(&plan, 1, 12 * NS_PER_S));
    assert_true(plan_is_up(&plan, 1, 15 * NS_PER_S));
    assert_true(plan_is_up(&plan, 2, 22 * NS_PER_S));
}

static void given_subscriptions_while_down_when_up_again_then_they_count(void **state) {
    struct plan plan =
        plan_of(*state, "nodes: {count: 3, start: 0s}\n"
                        "topics: [{name: a, subscribers: all}, {name: b, subscribers: none}]\n"
                        "publish: [{topic: b, from: 0, start: 5s, every: 10s, count: 3}]\n"
                        "events:\n"
                        "  - {at: 10s, for: 10s, crash: 1}\n"
                        "  - {at: 12s, subscribe: {topic: b, nodes: [1, 2], handler: 3}}\n"
                        "  - {at: 12s, unsubscribe: {topic: a, nodes: 1}}\n");
    struct plan_wish wishes[2];

    uint32_t before = plan_wishes(&plan, 1, 11 * NS_PER_S, wishes);
    assert_int_equal(before, 1);
    assert_int_equal(wishes[0].topic, 0);
    uint32_t after = plan_wishes(&plan, 1, 20 * NS_PER_S, wishes);

    assert_int_equal(after, 1);
    assert_int_equal(wishes[0].topic, 1);
    assert_int_equal(wishes[0].handlers, 1 << 3);
    assert_int_equal(plan.messages[0].expected_count, 0);
    assert_int_equal(plan.messages[1].expected_count, 1); // at 15 s node 1 is down
    assert_int_equal(plan.messages[2].expected_count, 2);
}

static void given_a_fault_added_when_planned_then_it_moves_no_draw_of_another(void **state) {
    struct plan one = plan_of(*state, "nodes: {count: 100}\nevents:\n"
                                      "  - {between: [10s, 20s], for: 1m, crash: 10%}\n");
    struct plan two = plan_of(*state, "nodes: {count: 100}\nevents:\n"
                                      "  - {between: [10s, 20s], for: 1m, crash: 10%}\n"
                                      "  - {every: 5s, from: 30s, for: 1s, pause: 50%}\n");
    uint32_t down = 0;
    for (uint32_t node = 0; node < 100; node++) {
        assert_int_equal(one.start_ns[node], two.start_ns[node]);
        for (uint32_t i = one.faults->first[node]; i < one.faults->first[node + 1]; i++) {
            const struct plan_fault *same = &two.faults->items[two.faults->first[node]];
            assert_int_equal(same->kind, PLAN_NODE_DOWN);
            assert_int_equal(same->at_ns, one.faults->items[i].at_ns);
            down++;
        }
    }

    assert_int_equal(down, 10);
}

static void given_subscribers_selected_when_planned_then_those_of_that_moment_fall(void **state) {
    struct plan plan =
        plan_of(*state, "nodes: {count: 10, start: 0s}\n"
                        "topics: [{name: a, subscribers: 0..4}]\npublish: []\nevents:\n"
                        "  - {at: 5s, subscribe: {nodes: 7}}\n"
                        "  - {at: 6s, unsubscribe: {nodes: 0}}\n"
                        "  - {at: 9s, crash: {nodes: {subscribed: a}}}\n");

    for (uint32_t node = 0; node < 10; node++) {
        bool subscribed = (node >= 1 && node <= 4) || node == 7;
        assert_int_equal(plan_is_up(&plan, node, 10 * NS_PER_S), !subscribed);
    }
}

static void given_wrong_faults_of_nodes_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {}}]\n", 2, 26, "`nodes` is missing"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: 9}]\n", 2, 26, "a node from 0 to 8"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {nodes: 1, sate: lost}}]\n", 2, 37,
         "mean `state`?"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {nodes: 1, state: gone}}]\n", 2, 44,
         "lost or kept"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {nodes: 1, silent: true, detect: soon}}]\n",
         2, 59, "found `soon`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {nodes: 1, silent: true, graceful: true}}]\n",
         2, 51, "not silent"},
        {"nodes: {count: 9}\nevents: [{at: 1s, crash: {nodes: 1, graceful: true, state: kept}}]\n",
         2, 37, "its state is lost"},
        {"nodes: {count: 9}\nevents: [{at: 1s, partition: {}}]\n", 2, 30, "one of `groups`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {from: 1}}]\n", 2, 25, "one of `groups`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {of: 1, groups: [1, 2]}}]\n", 2, 25, "one of"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {of: 9}}]\n", 2, 30, "from 0 to 8"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {of: 1, share: 2}}]\n", 2, 40, "0% to 100%"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {between: [1]}}]\n", 2, 35, "two selections"},
        {"nodes: {count: 9}\nevents: [{at: 1s, hold: {between: [1, 2, 3]}}]\n", 2, 35,
         "two selections"},
        {"nodes: {count: 9}\nevents: [{at: 1s, clog: {groups: [1]}}]\n", 2, 34, "2 to 64"},
        {"nodes: {count: 9}\nevents: [{at: 1s, clog: {groups: [1, 9]}}]\n", 2, 38, "from 0 to 8"},
        {"nodes: {count: 9}\nevents: [{at: 1s, heal: {event: x}}]\n", 2, 10, "called `x`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, degrade: {of: 1}}]\n", 2, 28, "becomes worse"},
        {"nodes: {count: 9}\nevents: [{at: 1s, degrade: {delay: 2}}]\n", 2, 28, "one of `groups`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, degrade: {of: 1, delay: 0.5}}]\n", 2, 43,
         "from 1 to 1000"},
        {"nodes: {count: 9}\nevents: [{at: 1s, degrade: {of: 1, delay: 1000.1}}]\n", 2, 43,
         "from 1 to 1000"},
        {"nodes: {count: 9}\nevents: [{at: 1s, degrade: {of: 1, loss: 101%}}]\n", 2, 42,
         "0% to 100%"},
        {"nodes: {count: 9}\nevents: [{at: 1s, flap: {of: 1, down: 1s}}]\n", 2, 25,
         "`up` is missing"},
        {"nodes: {count: 9}\nevents: [{at: 1s, flap: {of: 1, down: 1, up: 1s}}]\n", 2, 39, "unit"},
        {"nodes: {count: 9}\nevents: [{at: 1s, flap: {from: 1, down: 1s, up: 1s}}]\n", 2, 25,
         "one of `groups`"},
        {"nodes: {count: 9}\nevents: [{at: 1s, heal: {}}]\n", 2, 25, "`event` is missing"},
        {"nodes: {count: 9}\nevents: [{at: 1s, name: a, heal: all}, {at: 1s, name: a, heal: all}]"
         "\n",
         2, 40, "stands twice"},
        {"nodes: {count: 9}\nevents: [{at: 1s, for: 1s, restart: 1}]\n", 2, 19, "faults only"},
        {"nodes: {count: 9}\nevents: [{at: 1s, for: 0s, crash: 1}]\n", 2, 24, "from 1ns"},
        {"nodes: {count: 9}\nevents: [{at: 1s, name: '', crash: 1}]\n", 2, 25, "1 to 64"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

/** Of the pairs of 60 nodes: how many directions a fault concerns, and how many of these alone. */
static void count_directions(const struct plan_link_fault *fault, uint32_t *all, uint32_t *alone) {
    *all = 0;
    *alone = 0;
    for (uint32_t from = 0; from < 60; from++) {
        for (uint32_t to = 0; to < 60; to++) {
            bool there = from != to && plan_concerns(fault, from, to);
            *all += there;
            *alone += there && !plan_concerns(fault, to, from);
        }
    }
}

static void given_targets_when_planned_then_those_links_are_concerned(void **state) {
    static const struct {
        const char *targets;
        uint32_t low; // directions
        uint32_t high;
        bool one_way;
    } rows[] = {
        {"of: 3", 2 * 59, 2 * 59, false},
        {"of: all", 60 * 59, 60 * 59, false},
        {"of: none", 0, 0, false},
        {"between: [0..9, 5..14]", 170, 170, false},
        {"between: [3, 4]", 2, 2, false},
        {"groups: [0..9, 5..14]", 2 * 50, 2 * 50, false},
        {"from: 0..9, to: 20..29", 100, 100, true},
        {"of: all, share: 25%", 60 * 59 / 4 - 150, 60 * 59 / 4 + 150, false},
        {"from: 0..29, to: 30..59, share: 25%", 225 - 60, 225 + 60, true},
        {"of: all, share: 0%", 0, 0, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[200];
        snprintf(text, sizeof text, "nodes: {count: 60}\nevents: [{at: 1s, clog: {%s}}]\n",
                 rows[i].targets);
        struct plan plan = plan_of(*state, text);
        uint32_t all = 0;
        uint32_t alone = 0;

        count_directions(&plan.faults->links[0], &all, &alone);

        assert_in_range(all, rows[i].low, rows[i].high);
        assert_int_equal(alone, rows[i].one_way ? all : 0);
    }
}

static void given_links_to_connect_when_the_graph_lacks_them_then_it_is_refused(void **state) {
    static const struct {
        const char *connect;
        bool allowed;
    } rows[] = {
        {"between: [1, 2]", true},
        {"between: [1, 3]", false},
        {"from: 3, to: 1", false},
        {"from: 3, to: 2", true},
        {"of: 0", true},
        {"of: none", false},
        {"of: 0, share: 0%", true},
        {"groups: [0, 2]", false},
    };
    struct scenario_fixture *f = *state;
    struct topology topology;
    struct topology_options line = {.kind = TOPOLOGY_LINE, .node_count = 4};
    struct failure failure;
    assert_true(topology_build(&topology, f->arena, &line, &failure));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[200];
        snprintf(text, sizeof text, NODES "  - {at: 1s, connect: {%s}}\n", rows[i].connect);
        struct plan plan;

        bool made = plan_make(&plan, f->arena, fixture_load(f, text), &topology, &failure);

        assert_int_equal(made, rows[i].allowed);
        assert_true(made || strstr(failure.message, "events.0.connect: no link") != NULL);
    }
}

static void given_a_share_when_it_happens_again_then_it_is_drawn_anew(void **state) {
    struct plan plan = plan_of(
        *state, "nodes: {count: 60}\nevents: [{every: 10s, clog: {of: all, share: 50%}}]\n");
    uint32_t same = 0;
    for (uint32_t to = 1; to < 60; to++) {
        same += plan_concerns(&plan.faults->links[0], 0, to) ==
                plan_concerns(&plan.faults->links[1], 0, to);
    }
    assert_in_range(same, 15, 45);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_links_to_connect_when_the_graph_lacks_them_then_it_is_refused),
        FIXTURE_TEST(given_targets_when_planned_then_those_links_are_concerned),
        FIXTURE_TEST(given_a_share_when_it_happens_again_then_it_is_drawn_anew),
        FIXTURE_TEST(given_faults_that_overlap_when_planned_then_they_compose),
        FIXTURE_TEST(given_a_node_down_when_published_then_it_neither_publishes_nor_expects),
        FIXTURE_TEST(given_subscriptions_while_down_when_up_again_then_they_count),
        FIXTURE_TEST(given_a_fault_added_when_planned_then_it_moves_no_draw_of_another),
        FIXTURE_TEST(given_subscribers_selected_when_planned_then_those_of_that_moment_fall),
        FIXTURE_TEST(given_wrong_faults_of_nodes_when_read_then_they_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
