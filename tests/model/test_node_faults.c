// Nodes that stop, start again and stand still: what their peers see, and what is left afterwards.
#include "base/bitset.h"
#include "base/quantity.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

static struct run_fixture run_of(const char *text) {
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** The first record of a kind at a node not before an instant, or NULL. */
static const struct trace_record *find(const struct run_fixture *run, enum trace_kind kind,
                                       uint32_t node, int64_t from_ns) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == kind && record->node == node && record->at_ns >= from_ns) {
            return record;
        }
    }
    return NULL;
}

static int64_t time_of(const struct run_fixture *run, enum trace_kind kind, uint32_t node,
                       int64_t from_ns) {
    const struct trace_record *record = find(run, kind, node, from_ns);
    return record == NULL ? -1 : record->at_ns;
}

#define PAIR                                                                                       \
    "duration: 60s\nnodes: {count: 2, start: 0s}\ntopology: line\nlinks: {delay: 50ms}\n"          \
    "publish: []\n"

static void given_a_crash_when_a_peer_is_told_or_not_then_it_notices_in_time(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t down_ms; // when node 0 notices; −1: never
    } rows[] = {
        {PAIR "events: [{at: 10s, crash: 1}]\n", 10050},
        {PAIR "events: [{at: 10s, crash: {nodes: 1, graceful: true}}]\n", 10050},
        {PAIR "events: [{at: 10s, crash: {nodes: 1, silent: true}}]\n", 40000},
        {PAIR "events: [{at: 10s, crash: {nodes: 1, silent: true, detect: 7s}}]\n", 17000},
        {PAIR "events: [{at: 10s, crash: {nodes: 1, silent: true, detect: never}}]\n", -1},
        // The link that is made anew is not the one that is noticed to be gone.
        {PAIR "events: [{at: 10s, for: 1s, crash: {nodes: 1, silent: true}}]\n", 11050},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_of(rows[i].text);

        int64_t wanted_ns = rows[i].down_ms < 0 ? -1 : rows[i].down_ms * NS_PER_MS;
        assert_int_equal(time_of(&run, TRACE_PEER_DOWN, 0, 0), wanted_ns);
        assert_int_equal(run_fixture_count(&run, TRACE_PEER_DOWN, TRACE_NONE), wanted_ns >= 0);
        run_fixture_end(&run);
    }
}

static void given_a_restart_when_it_dials_then_both_ends_are_up_after_a_round_trip(void **state) {
    (void)state;
    struct run_fixture run = run_of(PAIR "events: [{at: 10s, for: 5s, crash: 1}]\n");

    assert_int_equal(time_of(&run, TRACE_PEER_UP, 0, 1), 15050 * NS_PER_MS);
    assert_int_equal(time_of(&run, TRACE_PEER_UP, 1, 1), 15100 * NS_PER_MS);
    assert_int_equal(time_of(&run, TRACE_SUBSCRIBE, 1, 1), 15 * NS_PER_S);
    assert_int_equal(find(&run, TRACE_NODE_START, 1, 1)->value, 1);
    assert_int_equal(run.result.counts.one_sided_mesh_links, 0);
    assert_int_equal(run.result.counts.mesh_degree_min, 1);
    run_fixture_end(&run);
}

static void given_both_ends_restart_when_they_dial_then_there_is_one_link(void **state) {
    (void)state;
    struct run_fixture run = run_of(PAIR "events: [{at: 10s, for: 5s, crash: all}]\n");

    assert_int_equal(time_of(&run, TRACE_PEER_UP, 0, 1), 15050 * NS_PER_MS);
    assert_int_equal(time_of(&run, TRACE_PEER_UP, 1, 1), 15050 * NS_PER_MS);
    assert_int_equal(run_fixture_count(&run, TRACE_PEER_UP, TRACE_NONE), 4);
    assert_int_equal(run.result.counts.mesh_degree_min, 1);
    run_fixture_end(&run);
}

static void given_state_that_is_kept_when_restarted_then_nothing_is_subscribed_anew(void **state) {
    (void)state;
    struct run_fixture run = run_of(PAIR "events: [{at: 10s, for: 5s, crash: {nodes: 1, "
                                         "state: kept}}]\n");

    assert_int_equal(time_of(&run, TRACE_SUBSCRIBE, 1, 1), -1);
    // It hears at its restart only that its link is gone.
    assert_int_equal(time_of(&run, TRACE_PEER_DOWN, 1, 0), 15 * NS_PER_S);
    assert_int_equal(run.result.counts.mesh_degree_min, 1);
    run_fixture_end(&run);
}

static void
given_a_node_that_stands_still_when_it_goes_on_then_it_handles_all_in_order(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 40s\nnodes: {count: 3, start: 0s}\ntopology: line\nlinks: {delay: 50ms}\n"
               "publish: [{from: 0, start: 10s, every: 100ms, count: 100}]\n"
               "events: [{at: 12s, for: 5s, pause: 1}]\n");
    uint32_t next = 0;
    uint32_t at_once = 0;
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        if (record->node != 1) {
            continue;
        }
        bool meanwhile = record->at_ns > 12 * NS_PER_S && record->at_ns < 17 * NS_PER_S;
        assert_false(meanwhile);
        if (record->kind == TRACE_DELIVER) {
            assert_int_equal(record->message, next++);
            at_once += record->at_ns == 17 * NS_PER_S;
        }
    }

    assert_int_equal(next, 100);
    assert_int_equal(at_once, 50); // what was sent from 11.95 s to 16.9 s
    assert_int_equal(run.result.counts.deliveries, 200);
    run_fixture_end(&run);
}

static void given_all_nodes_crash_when_they_restart_then_the_mesh_is_whole_again(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 40s\nnodes: {count: 60}\ntopology: {kind: random-regular, degree: 12}\n"
               "publish: [{from: random, start: 5s, every: 500ms, count: 10},"
               " {from: random, start: 30s, every: 500ms, count: 10}]\n"
               "events:\n  - {at: 15s, crash: all}\n  - {at: 18s, restart: all}\n");

    const struct run_counts *counts = &run.result.counts;
    assert_int_equal(counts->deliveries, 20 * 59);
    assert_int_equal(counts->expected_deliveries, 20 * 59);
    assert_int_equal(counts->one_sided_mesh_links, 0);
    assert_in_range(counts->mesh_degree_min, 4, 12);
    assert_int_equal(counts->crashes, 60);
    assert_int_equal(counts->restarts, 60);
    run_fixture_end(&run);
}

#define STORM                                                                                      \
    "duration: 60s\nnodes: {count: 40}\ntopology: {kind: random-regular, degree: 10}\n"            \
    "links: {loss: 5%, jitter: {uniform: [0ms, 20ms]}}\n"                                          \
    "topics: [{name: a, subscribers: all, validators: [{delay: {uniform: [0ms, 300ms]}}]},"        \
    " {name: b, subscribers: 50%}]\n"                                                              \
    "publish: [{topic: a, start: 5s, every: 100ms, count: 500},"                                   \
    " {topic: b, from: {outside: true}, start: 5s, every: 300ms, count: 150}]\n"                   \
    "events:\n"                                                                                    \
    "  - {every: 3s, for: 2s, crash: {nodes: 20%}}\n"                                              \
    "  - {every: 3s, for: 2500ms, crash: {nodes: 10%, state: kept}}\n"                             \
    "  - {every: 4s, for: 3s, crash: {nodes: 10%, silent: true, detect: 1s}}\n"                    \
    "  - {every: 7s, for: 3s, crash: {nodes: 10%, graceful: true}}\n"                              \
    "  - {every: 2s, for: 1500ms, pause: {nodes: 20%}}\n"                                          \
    "  - {every: 5s, subscribe: {topic: b, nodes: 30%}}\n"                                         \
    "  - {every: 6s, unsubscribe: {topic: b, nodes: 30%}}\n"

/** That bytes are conserved is checked at the end of every run. */
static void given_a_storm_of_faults_when_run_then_nothing_is_handed_over_twice(void **state) {
    (void)state;
    static const char *const texts[] = {STORM, STORM "router: {profile: nim-2020}\n",
                                        STORM "router: {profile: floodsub}\n"};
    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        struct run_fixture run = run_of(texts[t]);
        uint64_t *had =
            arena_take_array(run.arena, MEMORY_TABLES,
                             bitset_words((uint32_t)(run.message_count * 40)), sizeof *had);
        for (uint64_t i = 0; i < run.record_count; i++) {
            const struct trace_record *record = &run.records[i];
            if (record->kind == TRACE_DELIVER) {
                uint32_t index = record->message * 40 + record->node;
                assert_false(bitset_has(had, index));
                bitset_add(had, index);
            }
        }
        assert_true(run.result.counts.crashes > 100);
        assert_true(run.result.counts.packets_dropped[CAUSE_NODE_DOWN] > 0);
        run_fixture_end(&run);
    }
}

static void given_a_node_down_when_time_passes_then_it_leaves_no_record(void **state) {
    (void)state;
    struct run_fixture run = run_of(STORM);
    bool up[40] = {false};
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        if (record->kind == TRACE_NODE_START) {
            up[record->node] = true;
        }
        bool loss = record->kind == TRACE_DROPPED || record->kind == TRACE_PUBLISH_SKIPPED;
        assert_true(up[record->node] || loss);
        if (record->kind == TRACE_NODE_STOP) {
            up[record->node] = false;
        }
    }
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_crash_when_a_peer_is_told_or_not_then_it_notices_in_time),
        cmocka_unit_test(given_a_restart_when_it_dials_then_both_ends_are_up_after_a_round_trip),
        cmocka_unit_test(given_both_ends_restart_when_they_dial_then_there_is_one_link),
        cmocka_unit_test(given_state_that_is_kept_when_restarted_then_nothing_is_subscribed_anew),
        cmocka_unit_test(
            given_a_node_that_stands_still_when_it_goes_on_then_it_handles_all_in_order),
        cmocka_unit_test(given_all_nodes_crash_when_they_restart_then_the_mesh_is_whole_again),
        cmocka_unit_test(given_a_storm_of_faults_when_run_then_nothing_is_handed_over_twice),
        cmocka_unit_test(given_a_node_down_when_time_passes_then_it_leaves_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
