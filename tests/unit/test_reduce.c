// Smaller scenarios of a scenario: what is left when something goes, and what is refused.
#include "scenarios/reduce.h"
#include "scenarios/reduce_cures.h"
#include "scenarios/reduce_guard.h"
#include "scenarios/run.h"
#include "tests/support/scenario_fixture.h"

#include <string.h>

static const char five[] =
    "duration: 40s\n"
    "router: {profile: nim-2020}\n"
    "nodes:\n"
    "  count: 5\n"
    "  start: 0s\n"
    "  groups: [{name: odd, nodes: [1, 3]}, {name: last, nodes: 4}]\n"
    "topology: {kind: edges, edges: [[0, 1], [1, 2], [2, 3, 30ms], [3, 4], [4, 0]]}\n"
    "topics: [{name: a}, {name: b, subscribers: [2..4]}]\n"
    "publish:\n"
    "  - {topic: a, from: [0, 3], start: 10s, count: 2}\n"
    "  - {topic: b, from: 2, start: 12s, count: 1}\n"
    "events:\n"
    "  - {at: 5s, name: cut, partition: {groups: [[0, 1], [2..4]]}}\n"
    "  - {at: 6s, heal: {event: cut}}\n"
    "  - {at: 7s, pause: {nodes: {group: last}}}\n"
    "  - {at: 8s, resume: {nodes: 4}}\n"
    "  - {at: 9s, unsubscribe: {topic: b, nodes: [2, 4]}}\n"
    "expect: [delivery_ratio == 1]\n";

/** A scenario as it will be read. */
static const struct scenario *again(struct scenario_fixture *f, const struct scenario *scenario) {
    assert_non_null(scenario);
    return fixture_load(f, scenario_write(f->arena, scenario, NULL));
}

static void expect_in(struct scenario_fixture *f, const struct scenario *scenario,
                      const char *words) {
    const char *text = scenario_write(f->arena, scenario, NULL);
    if (strstr(text, words) == NULL) {
        fail_msg("no '%s' in\n%s", words, text);
    }
}

static void expect_not_in(struct scenario_fixture *f, const struct scenario *scenario,
                          const char *words) {
    const char *text = scenario_write(f->arena, scenario, NULL);
    if (strstr(text, words) != NULL) {
        fail_msg("'%s' is still in\n%s", words, text);
    }
}

// Parts.

static void given_numbered_nodes_when_one_goes_then_all_that_names_others_follows(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_NODES, 1, 1));

    assert_int_equal(after->node_count, 4);
    assert_int_equal(after->topology.edge_count, 3);
    expect_in(f, after, "[1, 2, 30ms], [2, 3], [3, 0]");
    expect_in(f, after, "{name: odd, nodes: [2]}");
    expect_in(f, after, "{name: last, nodes: [3]}");
    expect_in(f, after, "{name: b, subscribers: [1..3]");
    expect_in(f, after, "from: [0, 2]");
    expect_in(f, after, "groups: [[0], [1..3]]");
    expect_in(f, after, "unsubscribe: {topic: b, nodes: [1, 3]");
}

static void given_the_last_of_a_group_when_it_goes_then_so_do_group_and_events(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_NODES, 4, 1));

    assert_int_equal(after->group_count, 1);
    expect_not_in(f, after, "pause");
    expect_not_in(f, after, "resume");
    expect_in(f, after, "partition");
}

static void given_one_side_of_a_cut_when_it_goes_then_so_do_cut_and_heal(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_NODES, 0, 2));

    expect_not_in(f, after, "partition");
    expect_not_in(f, after, "heal");
    assert_int_equal(after->event_count, 3);
}

static void given_a_topic_when_it_goes_then_so_do_its_messages_and_events(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_TOPICS, 1, 1));

    assert_int_equal(after->topic_count, 1);
    assert_int_equal(after->publish_count, 1);
    expect_not_in(f, after, "unsubscribe");
}

static void given_an_event_that_another_ends_when_it_goes_then_both_do(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_EVENTS, 0, 1));

    assert_int_equal(after->event_count, 3);
    expect_not_in(f, after, "heal");
}

static void given_nodes_of_events_when_one_goes_then_that_event_alone_changes(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);
    // 0, 1, 2, 3, 4 of the partition, 4 that resumes, and 2 and 4 that leave; a group is no list.
    assert_int_equal(reduce_count(before, REDUCE_EVENT_NODES), 8);

    const struct scenario *after =
        again(f, reduce_without(f->arena, before, REDUCE_EVENT_NODES, 6, 1));

    expect_in(f, after, "unsubscribe: {topic: b, nodes: [4]");
    expect_in(f, after, "groups: [[0..1], [2..4]]");
}

static void given_a_group_that_is_named_when_it_goes_then_the_event_goes_too(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_GROUPS, 1, 1));

    assert_int_equal(after->group_count, 1);
    expect_not_in(f, after, "pause");
}

static void given_links_when_some_go_then_the_others_keep_their_delays(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, five);

    const struct scenario *after = again(f, reduce_without(f->arena, before, REDUCE_LINKS, 0, 2));

    expect_in(f, after, "edges: [\n    [2, 3, 30ms], [3, 4], [4, 0]]");
}

static void given_plain_graphs_when_a_link_goes_then_the_others_stand_there(void **state) {
    static const struct {
        const char *kind;
        uint64_t links;
        const char *left; // without the first
    } rows[] = {
        {"line", 3, "[1, 2], [2, 3]]"},
        {"ring", 4, "[1, 2], [2, 3], [0, 3]]"},
        {"star", 3, "[0, 2], [0, 3]]"},
        {"complete", 6, "[0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]"},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "nodes: {count: 4}\ntopology: {kind: %s}\n", rows[i].kind);
        const struct scenario *before = fixture_load(f, text);
        assert_int_equal(reduce_count(before, REDUCE_LINKS), rows[i].links);

        const struct scenario *after =
            again(f, reduce_without(f->arena, before, REDUCE_LINKS, 0, 1));

        expect_in(f, after, rows[i].left);
    }
}

static void given_kinds_of_graphs_when_nodes_are_fewer_then_it_can_be(void **state) {
    static const char *const rows[] = {
        "{kind: random-regular, degree: 9}",
        "{kind: erdos-renyi, degree: 6}",
        "{kind: watts-strogatz, degree: 6}",
        "{kind: barabasi-albert, attach: 4}",
        "{kind: random-geometric, degree: 6}",
        "{kind: grid, width: 5}",
        "{kind: dial, dials: 7}",
        "complete",
        "ring",
        "line",
        "star",
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "nodes: {count: 20}\ntopology: %s\n", rows[i]);
        const struct scenario *before = fixture_load(f, text);
        for (uint32_t nodes = 4; nodes < 20; nodes += 3) {
            const struct scenario *after = again(f, reduce_to_nodes(f->arena, before, nodes));
            struct reduce_room room;
            struct failure failure;

            assert_int_equal(after->node_count, nodes);
            if (!reduce_room_of(&room, after, &failure)) {
                fail_msg("%s, %u nodes: %s", rows[i], nodes, failure.message);
            }
        }
    }
}

static void given_a_path_when_a_node_is_joined_then_its_ends_are_linked(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before = fixture_load(f, "nodes: {count: 4}\ntopology: line\n");

    const struct scenario *after = again(f, reduce_joining(f->arena, before, 1));

    expect_in(f, after, "edges: [\n    [0, 1], [1, 2]]");
    assert_null(reduce_joining(f->arena, before, 0));
}

// Draws that are written out.

static const char drawn[] =
    "duration: 30s\n"
    "router: {profile: nim-2020}\n"
    "nodes: {count: 30, groups: [{name: some, nodes: 30%, router: {D: 3, Dlo: 2}}]}\n"
    "topology: {kind: random-regular, degree: 5}\n"
    "topics: [{name: a}, {name: 's%d', count: 3, per_node: 2, subscribers: 50%}]\n"
    "publish:\n"
    "  - {topic: a, from: random, start: 5s, count: 4}\n"
    "  - {topic: 's%d', from: any, start: 6s, every: {exponential: {mean: 1s}}, until: 15s}\n"
    "events:\n"
    "  - {between: [8s, 10s], for: 2s, crash: {nodes: 10%}}\n"
    "  - {every: 4s, until: 15s, for: 1s, pause: {nodes: {count: 2}}}\n"
    "  - {at: 12s, unsubscribe: {topic: a, nodes: {share: 20%, of: {group: some}}}}\n"
    "  - {at: 16s, for: 2s, partition: {groups: [{count: 9}, all]}}\n"
    "  - {at: 17s, for: 1s, clog: {from: {count: 4}, to: {count: 9}}}\n";

static struct run_result run(struct scenario_fixture *f, const struct scenario *scenario) {
    struct failure failure = {.message = ""};
    struct run_options options = {.level = TRACE_LEVEL_NONE};
    struct run_result result;
    struct fleet *fleet = run_build(f->arena, scenario, &options, &failure);
    if (fleet == NULL) {
        fail_msg("%s", failure.message);
    }
    run_through(&result, fleet, NULL);
    return result;
}

static void given_draws_when_written_out_then_the_run_is_the_same_to_the_bit(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, drawn);
    struct run_result before = run(f, scenario);
    assert_true(before.counts.deliveries > 100);

    for (uint32_t draw = 0; draw < REDUCE_DRAWN_CHURN; draw++) {
        scenario = again(f, reduce_written_out(f->arena, scenario, (enum reduce_draw)draw));
        struct run_result after = run(f, scenario);

        assert_int_equal(after.events, before.events);
        assert_int_equal(after.counts.deliveries, before.counts.deliveries);
        assert_int_equal(after.counts.crashes, before.counts.crashes);
        assert_int_equal(after.digest.high, before.digest.high);
        assert_int_equal(after.digest.low, before.digest.low);
    }
    expect_not_in(f, scenario, "count: 2,");
    expect_not_in(f, scenario, "share");
    expect_not_in(f, scenario, "random");
    expect_not_in(f, scenario, "every: 4s");
}

static void given_churn_when_written_out_then_the_same_nodes_come_and_go(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "nodes: {count: 12, start: 0s}\nduration: 60s\n"
                        "churn: [{nodes: 40%, up: {exponential: {mean: 10s}}, down: 5s}]\n");

    const struct scenario *after =
        again(f, reduce_written_out(f->arena, before, REDUCE_DRAWN_CHURN));

    assert_true(reduce_count(after, REDUCE_CHURN_ROWS) > 10);
    assert_int_equal(run(f, after).counts.crashes, run(f, before).counts.crashes);
    assert_int_equal(run(f, after).digest.low, run(f, before).digest.low);
    assert_null(reduce_written_out(f->arena, after, REDUCE_DRAWN_CHURN));
}

static void given_all_written_out_when_asked_again_then_there_is_nothing(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, drawn);
    for (uint32_t draw = 0; draw < REDUCE_DRAWN_CHURN; draw++) {
        scenario = again(f, reduce_written_out(f->arena, scenario, (enum reduce_draw)draw));
    }

    for (uint32_t draw = 0; draw < REDUCE_DRAW_COUNT; draw++) {
        assert_null(reduce_written_out(f->arena, scenario, (enum reduce_draw)draw));
    }
}

// Time.

static void given_empty_time_when_shortened_then_what_follows_comes_sooner(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "duration: 60s\nnodes: {count: 3}\n"
                        "publish: [{from: 0, start: 30s, every: 2s, count: 3}]\n"
                        "events:\n"
                        "  - {at: 10s, for: 5s, pause: {nodes: 1}}\n"
                        "  - {at: 50s, unsubscribe: {nodes: 2}}\n");
    // 0 10 15 30 34 50 60
    assert_int_equal(reduce_gap_count(before), 6);
    assert_int_equal(reduce_gap_ns(before, 2), 15000000000);

    const struct scenario *after = again(f, reduce_gap(f->arena, before, 2, 4000000000));

    assert_int_equal(after->duration_ns, 49000000000);
    assert_int_equal(after->publishes[0].start_ns, 19000000000);
    assert_int_equal(after->events[0].at_ns, 10000000000);
    assert_int_equal(after->events[0].for_ns, 5000000000);
    assert_int_equal(after->events[1].at_ns, 39000000000);
    assert_null(reduce_gap(f->arena, after, 2, 4000000000));
}

static void given_a_fault_that_lasts_when_shortened_then_it_ends_sooner(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "duration: 60s\nnodes: {count: 3}\n"
                        "events: [{at: 10s, for: 20s, pause: {nodes: 1}}]\n"
                        "publish: [{from: 0, start: 40s, count: 1}]\n");

    const struct scenario *after = again(f, reduce_gap(f->arena, before, 1, 3000000000));

    assert_int_equal(after->events[0].for_ns, 3000000000);
    assert_int_equal(after->publishes[0].start_ns, 23000000000);
}

static void
given_expectations_on_times_of_the_clock_when_counted_then_gaps_behind_them(void **state) {
    // Without them: 0 10 15 40 60.
    static const struct {
        const char *expect;
        uint32_t gaps;
        int64_t first_s; // of them
    } rows[] = {
        {"expect: ['delivery_ratio{topic=blocks} == 1']\n", 4, 10},
        {"measure: {after: 3s}\n", 4, 7},
        {"measure: {after: 3s, until: 55s}\n", 1, 5},
        {"expect: [delivery_ratio == 1 after 20s]\n", 2, 20},
        {"expect: [delivery_ratio == 1 until 40s]\n", 1, 20},
        {"expect: [delivery_ratio == 1 between 12s and 50s]\n", 1, 10},
        {"expect: [delivery_ratio == 1 between 12s and 90s]\n", 3, 3},
        {"expect: [delivered_within 2s of 20s]\n", 2, 18},
        {"expect: [delivered_within 2s of 20s, deliveries > 0 until 30s]\n", 2, 10},
        {"expect: [delivered_within 50s of 20s]\n", 0, 0},
        {"expect: [delivered_within 50s]\n", 4, 10},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "duration: 60s\nnodes: {count: 4}\n"
                 "events: [{at: 10s, for: 5s, pause: {nodes: 1}}]\n"
                 "publish: [{from: 0, start: 40s, count: 1}]\n%s",
                 rows[i].expect);
        const struct scenario *scenario = fixture_load(f, text);

        uint32_t gaps = reduce_gap_count(scenario);

        if (gaps != rows[i].gaps) {
            fail_msg("%s has %u gaps", rows[i].expect, gaps);
        }
        assert_true(gaps == 0 || reduce_gap_ns(scenario, 0) == rows[i].first_s * NS_PER_S);
    }
}

static void given_a_window_when_what_is_behind_is_shortened_then_it_stays(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "duration: 60s\nnodes: {count: 4}\nmeasure: {after: 3s, until: 30s}\n"
                        "events: [{at: 10s, for: 25s, pause: {nodes: 1}}]\n"
                        "publish: [{from: 0, start: 20s, count: 1}]\n"
                        "expect: [deliveries > 5 until 15s]\n");
    assert_int_equal(reduce_gap_count(before), 2); // 30 35 60

    const struct scenario *after = again(f, reduce_gap(f->arena, before, 0, NS_PER_S));
    after = again(f, reduce_gap(f->arena, after, 1, 2 * NS_PER_S));

    assert_int_equal(after->duration_ns, 33 * NS_PER_S);
    assert_int_equal(after->measure.from_ns, 3 * NS_PER_S);
    assert_int_equal(after->measure.until_ns, 30 * NS_PER_S);
    assert_int_equal(after->events[0].at_ns, 10 * NS_PER_S);
    assert_int_equal(after->events[0].for_ns, 21 * NS_PER_S);
    assert_int_equal(after->publishes[0].start_ns, 20 * NS_PER_S);
    assert_string_equal(after->expectations[0].text, before->expectations[0].text);
}

// Room for success.

static const char healthy[] = "duration: 40s\nnodes: {count: 4, start: 0s}\ntopology: line\n"
                              "topics: [{name: t, subscribers: [0..2]}]\n"
                              "publish: [{topic: t, from: 0, start: 20s, count: 1}]\n";

static void given_smaller_scenarios_when_guarded_then_what_cannot_succeed_is_refused(void **state) {
    static const struct {
        const char *name;
        const char *text;
        const char *refused; // words; NULL: it has room
    } rows[] = {
        {"less time",
         "duration: 12s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "publish: [{from: 0, start: 5s, count: 1}]\n",
         NULL},
        {"no link",
         "duration: 40s\nnodes: {count: 4}\ntopology: {kind: edges, edges: []}\n"
         "publish: [{from: 0, start: 20s, count: 1}]\n",
         "reach each other"},
        {"a subscriber in between gone",
         "duration: 40s\nnodes: {count: 4, start: 0s}\ntopology: line\n"
         "topics: [{name: t, subscribers: [0, 2]}]\n"
         "publish: [{topic: t, from: 0, start: 20s, count: 1}]\n",
         "reach each other"},
        {"over as it begins",
         "duration: 20.001s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "publish: [{from: 0, start: 20s, count: 1}]\n",
         "before messages could arrive"},
        {"before there are meshes",
         "duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "publish: [{from: 0, start: 1ms, count: 1}]\n",
         "before there are meshes"},
        {"no messages",
         "duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "publish: []\n",
         "expected to receive"},
        {"nobody else subscribed",
         "duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "topics: [{name: t, subscribers: 0}]\n"
         "publish: [{topic: t, from: 0, start: 20s, count: 1}]\n",
         "expected to receive"},
        {"a fault without its end",
         "duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "events: [{at: 2s, partition: {groups: [0, [1, 2]]}}]\n"
         "publish: [{from: 0, start: 20s, count: 1}]\n",
         "would not end"},
        {"a fault with its end",
         "duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\n"
         "events: [{at: 2s, for: 2s, partition: {groups: [0, [1, 2]]}}]\n"
         "publish: [{from: 0, start: 20s, count: 1}]\n",
         NULL},
    };
    struct scenario_fixture *f = *state;
    struct failure failure = {.message = ""};
    struct reduce_room room;
    assert_true(reduce_room_of(&room, fixture_load(f, healthy), &failure));

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool ok = reduce_guard(&room, fixture_load(f, rows[i].text), &failure);

        if (ok != (rows[i].refused == NULL) ||
            (!ok && strstr(failure.message, rows[i].refused) == NULL)) {
            fail_msg("%s: %s", rows[i].name, ok ? "not refused" : failure.message);
        }
    }
}

static void given_what_came_together_when_it_parts_again_then_it_is_refused(void **state) {
    struct scenario_fixture *f = *state;
    struct failure failure;
    struct reduce_room room;
    const struct scenario *parted =
        fixture_load(f, "nodes: {count: 4}\ntopology: {kind: edges, edges: [[0, 1], [2, 3]]}\n");
    assert_true(reduce_room_of(&room, parted, &failure));
    assert_int_equal(room.graph_pieces, 2);
    assert_true(reduce_guard(&room, parted, &failure));

    assert_true(reduce_room_narrow(&room, fixture_load(f, "nodes: {count: 2}\ntopology: line\n"),
                                   &failure));

    assert_false(reduce_guard(&room, parted, &failure));
}

static void given_heartbeats_of_years_when_asked_for_times_then_the_longest_there_is(void **state) {
    const struct scenario *usual = fixture_load(*state, "nodes: {count: 4}\n");
    const struct scenario *slow = fixture_load(
        *state, "nodes: {count: 4}\nrouter: {heartbeat_interval: 200000h, history_length: 200}\n");

    assert_int_equal(reduce_settle_ns(usual), 5 * NS_PER_S);
    assert_int_equal(reduce_grace_ns(usual), 7 * NS_PER_S);
    assert_int_equal(reduce_settle_ns(slow), SCENARIO_TIME_MAX_NS);
    assert_int_equal(reduce_grace_ns(slow), SCENARIO_TIME_MAX_NS);
}

static void given_expectations_when_asked_whether_size_counts_then_lower_bounds_do(void **state) {
    static const struct {
        const char *text;
        bool wants;
    } rows[] = {
        {"deliveries >= 500", true},   {"mesh_degree.min > 3", true},
        {"published == 7", true},      {"delivery_ratio >= 0.9", false},
        {"links_aborted == 0", false}, {"latency.p99 <= 1s", false},
        {"mesh_symmetric", false},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "nodes: {count: 4}\nexpect: [%s]\n", rows[i].text);
        const struct scenario *scenario = fixture_load(f, text);

        if (reduce_wants_size(&scenario->expectations[0]) != rows[i].wants) {
            fail_msg("%s", rows[i].text);
        }
    }
}

// Cures.

static void given_a_quirk_in_a_group_when_cured_then_it_is_off_there_too(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "nodes: {count: 4, groups: [{name: g, nodes: 1, router: {quirks: {echo: "
                        "true}}}]}\nlinks: {loss: 1%}\n");
    struct reduce_cure cures[REDUCE_CURES_MAX];
    char text[REDUCE_CURE_TEXT_SIZE];

    size_t count = reduce_single_cures(before, cures);

    assert_int_equal(count, 2);
    assert_non_null(strstr(reduce_cure_text(&cures[0], text), "router.quirks.echo=false"));
    const struct scenario *after = again(f, reduce_cured(f->arena, before, &cures[0]));
    assert_false(reduce_cure_applies(after, &cures[0]));
    assert_true(reduce_cure_applies(after, &cures[1]));
    after = again(f, reduce_cured(f->arena, before, &cures[1]));
    assert_int_equal(after->links.loss_ppb, 0);
    assert_false(reduce_cure_applies(after, &cures[1]));
}

static void given_roles_and_faults_when_cured_then_what_is_neither_stays(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "nodes: {count: 4, role: never_gossips}\n"
                        "churn: [{nodes: 1, up: 5s, down: 5s}]\n"
                        "events:\n"
                        "  - {at: 1s, crash: {nodes: 1}}\n"
                        "  - {at: 2s, role: {nodes: 1, set: never_forwards}}\n"
                        "  - {at: 3s, unsubscribe: {nodes: 2}}\n");

    const struct reduce_cure all = {.kind = CURE_ALL};
    const struct scenario *after = again(f, reduce_cured(f->arena, before, &all));

    assert_int_equal(after->event_count, 1);
    assert_int_equal(after->churn_count, 0);
    assert_int_equal(after->roles.roles, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_numbered_nodes_when_one_goes_then_all_that_names_others_follows),
        FIXTURE_TEST(given_the_last_of_a_group_when_it_goes_then_so_do_group_and_events),
        FIXTURE_TEST(given_one_side_of_a_cut_when_it_goes_then_so_do_cut_and_heal),
        FIXTURE_TEST(given_a_topic_when_it_goes_then_so_do_its_messages_and_events),
        FIXTURE_TEST(given_an_event_that_another_ends_when_it_goes_then_both_do),
        FIXTURE_TEST(given_nodes_of_events_when_one_goes_then_that_event_alone_changes),
        FIXTURE_TEST(given_a_group_that_is_named_when_it_goes_then_the_event_goes_too),
        FIXTURE_TEST(given_links_when_some_go_then_the_others_keep_their_delays),
        FIXTURE_TEST(given_plain_graphs_when_a_link_goes_then_the_others_stand_there),
        FIXTURE_TEST(given_kinds_of_graphs_when_nodes_are_fewer_then_it_can_be),
        FIXTURE_TEST(given_a_path_when_a_node_is_joined_then_its_ends_are_linked),
        FIXTURE_TEST(given_draws_when_written_out_then_the_run_is_the_same_to_the_bit),
        FIXTURE_TEST(given_churn_when_written_out_then_the_same_nodes_come_and_go),
        FIXTURE_TEST(given_all_written_out_when_asked_again_then_there_is_nothing),
        FIXTURE_TEST(given_empty_time_when_shortened_then_what_follows_comes_sooner),
        FIXTURE_TEST(given_a_fault_that_lasts_when_shortened_then_it_ends_sooner),
        FIXTURE_TEST(given_expectations_on_times_of_the_clock_when_counted_then_gaps_behind_them),
        FIXTURE_TEST(given_a_window_when_what_is_behind_is_shortened_then_it_stays),
        FIXTURE_TEST(given_smaller_scenarios_when_guarded_then_what_cannot_succeed_is_refused),
        FIXTURE_TEST(given_what_came_together_when_it_parts_again_then_it_is_refused),
        FIXTURE_TEST(given_heartbeats_of_years_when_asked_for_times_then_the_longest_there_is),
        FIXTURE_TEST(given_expectations_when_asked_whether_size_counts_then_lower_bounds_do),
        FIXTURE_TEST(given_a_quirk_in_a_group_when_cured_then_it_is_off_there_too),
        FIXTURE_TEST(given_roles_and_faults_when_cured_then_what_is_neither_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
