// Partitions, clogs and holds: what passes, when, and what is left after they end.
#include "base/quantity.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#define PAIR "duration: 60s\nnodes: {count: 2, start: 0s}\ntopology: line\nlinks: {delay: 50ms}\n"

static struct run_fixture run_of(const char *text) {
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** When a message reaches a node, in ms after 10 s; −1: never. */
static int64_t arrival_ms(const struct run_fixture *run, uint32_t message, uint32_t node) {
    const struct trace_record *record = run_fixture_delivery(run, message, node);
    return record == NULL ? -1 : record->at_ns / NS_PER_MS - 10000;
}

static void given_faults_that_overlap_when_one_ends_then_the_others_hold(void **state) {
    (void)state;
    // The router keeps no history long enough, so that what is dropped stays away.
    static const struct {
        const char *text;
        int64_t arrival_ms[4]; // of what node 0 publishes at 10, 20, 30, 40 s, after 10 s
    } rows[] = {
        {"  - {at: 15s, for: 10s, partition: {groups: [0, 1]}}\n", {50, -1, 20050, 30050}},
        {"  - {at: 15s, for: 20s, partition: {groups: [0, 1]}}\n"
         "  - {at: 18s, for: 5s, partition: {groups: [0, 1]}}\n",
         {50, -1, -1, 30050}},
        {"  - {at: 15s, name: a, partition: {groups: [0, 1]}}\n"
         "  - {at: 16s, name: b, partition: {groups: [0, 1]}}\n"
         "  - {at: 25s, heal: {event: a}}\n  - {at: 35s, heal: {event: b}}\n",
         {50, -1, -1, 30050}},
        {"  - {at: 15s, partition: {groups: [0, 1]}}\n  - {at: 16s, clog: {groups: [0, 1]}}\n"
         "  - {at: 25s, heal: all}\n",
         {50, -1, 20050, 30050}},
        {"  - {at: 15s, for: 10s, partition: {from: 0, to: 1}}\n", {50, -1, 20050, 30050}},
        {"  - {at: 15s, for: 10s, partition: {from: 1, to: 0}}\n", {50, 10050, 20050, 30050}},
        {"  - {at: 15s, for: 10s, hold: {groups: [0, 1]}}\n", {50, 15050, 20050, 30050}},
        {"  - {at: 15s, hold: {groups: [0, 1]}}\n  - {at: 22s, for: 3s, hold: {from: 0, to: 1}}\n"
         "  - {at: 23s, release: all}\n",
         {50, 13050, 20050, 30050}},
        {"  - {at: 15s, partition: {groups: [0, 0]}}\n", {50, 10050, 20050, 30050}},
        {"  - {at: 15s, for: 10s, degrade: {of: 1, delay: 3}}\n", {50, 10150, 20050, 30050}},
        {"  - {at: 15s, for: 20s, degrade: {of: 1, delay: 3}}\n"
         "  - {at: 18s, for: 5s, degrade: {from: 0, to: 1, delay: 1.5}}\n",
         {50, 10225, 20150, 30050}},
        {"  - {at: 15s, for: 20s, degrade: {from: 1, to: 0, delay: 3}}\n",
         {50, 10050, 20050, 30050}},
        {"  - {at: 15s, name: a, degrade: {of: 1, delay: 3}}\n  - {at: 25s, heal: {event: a}}\n",
         {50, 10150, 20050, 30050}},
        {"  - {at: 15s, for: 10s, degrade: {of: 1, loss: 100%}}\n", {50, -1, 20050, 30050}},
        {"  - {at: 12s, for: 25s, flap: {of: 1, down: 2s, up: 7s}}\n", {50, 10050, -1, 30050}},
        {"  - {at: 12s, flap: {of: 1, down: 2s, up: 7s}}\n  - {at: 29s, heal: all}\n",
         {50, 10050, 20050, 30050}},
        {"  - {at: 15s, for: 10s, clog: {of: 1}}\n", {50, -1, 20050, 30050}},
        {"  - {at: 15s, for: 10s, clog: {between: [1, all]}}\n", {50, -1, 20050, 30050}},
        {"  - {at: 15s, for: 10s, clog: {between: [1, 1]}}\n", {50, 10050, 20050, 30050}},
        {"  - {at: 15s, for: 10s, clog: {of: all, share: 0%}}\n", {50, 10050, 20050, 30050}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s%s", PAIR,
                 "router: {history_gossip: 0}\n"
                 "publish: [{from: 0, start: 10s, every: 10s, count: 4}]\nevents:\n",
                 rows[i].text);
        struct run_fixture run = run_of(text);

        for (uint32_t message = 0; message < 4; message++) {
            if (arrival_ms(&run, message, 1) != rows[i].arrival_ms[message]) {
                print_error("row %zu message %u: %lld\n", i, message,
                            (long long)arrival_ms(&run, message, 1));
            }
            assert_int_equal(arrival_ms(&run, message, 1), rows[i].arrival_ms[message]);
        }
        assert_int_equal(run_fixture_count(&run, TRACE_PEER_DOWN, TRACE_NONE), 0);
        run_fixture_end(&run);
    }
}

static void given_a_partition_when_it_ends_within_history_then_gossip_makes_up(void **state) {
    (void)state;
    // Dlazy reaches peers outside the mesh alone: three nodes with meshes of one each.
    struct run_fixture run =
        run_of("duration: 60s\nnodes: {count: 20, start: {uniform: [0s, 1s]}}\ntopology: complete\n"
               "router: {D: 3, Dlo: 2, Dhi: 4, Dlazy: 15}\nlinks: {delay: 50ms}\n"
               "publish: [{from: 0, start: 20s, count: 1}, {from: 0, start: 30s, count: 1}]\n"
               "events:\n"
               "  - {at: 19s, for: 2s, partition: {groups: [0..9, 10..19]}}\n"
               "  - {at: 29s, for: 20s, partition: {groups: [0..9, 10..19]}}\n");

    for (uint32_t node = 10; node < 20; node++) {
        const struct trace_record *record = run_fixture_delivery(&run, 0, node);
        assert_non_null(record);
        assert_true(record->at_ns > 21 * NS_PER_S);
        assert_null(run_fixture_delivery(&run, 1, node));
    }
    for (uint32_t node = 1; node < 10; node++) {
        assert_non_null(run_fixture_delivery(&run, 1, node));
    }
    assert_true(run.result.counts.packets_dropped[CAUSE_PARTITION] > 0);
    assert_int_equal(run.result.counts.packets_dropped[CAUSE_CLOGGED], 0);
    run_fixture_end(&run);
}

static void given_a_restart_behind_a_partition_when_it_ends_then_the_link_is_made(void **state) {
    (void)state;
    static const char *const texts[] = {
        PAIR "publish: []\nevents:\n  - {at: 9s, for: 20s, partition: {groups: [0, 1]}}\n"
             "  - {at: 10s, for: 5s, crash: 1}\n",
        PAIR "publish: []\nevents:\n  - {at: 9s, for: 20s, partition: {from: 0, to: 1}}\n"
             "  - {at: 10s, for: 5s, crash: 1}\n",
        PAIR "publish: []\nevents:\n  - {at: 0s, for: 20s, clog: {groups: [0, 1]}}\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct run_fixture run = run_of(texts[i]);

        assert_int_equal(run.result.counts.mesh_degree_min, 1);
        assert_int_equal(run.result.counts.one_sided_mesh_links, 0);
        run_fixture_end(&run);
    }
}

/** That bytes are conserved is checked at the end of every run. */
static void given_every_fault_at_once_when_run_then_bytes_are_conserved(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 60s\nnodes: {count: 40}\ntopology: {kind: random-regular, degree: 10}\n"
               "links: {loss: 5%, jitter: {uniform: [0ms, 20ms]}}\n"
               "publish: [{start: 5s, every: 100ms, count: 500}]\nevents:\n"
               "  - {every: 3s, for: 2s, crash: 20%}\n"
               "  - {every: 4s, for: 3s, crash: {nodes: 10%, silent: true, detect: 1s}}\n"
               "  - {every: 2s, for: 1500ms, pause: 20%}\n"
               "  - {every: 7s, for: 3s, partition: {groups: [40%, {not: 0..9}]}}\n"
               "  - {every: 5s, for: 2s, clog: {from: 20%, to: all}}\n"
               "  - {every: 6s, for: 4s, hold: {groups: [10%, all]}}\n"
               "  - {every: 3s, for: 2s, degrade: {of: 30%, share: 50%, delay: 4, loss: 20%}}\n"
               "  - {every: 8s, for: 6s, flap: {between: [20%, all], down: 500ms, up: "
               "{exponential: {mean: 1s}}}}\n"
               "  - {every: 4s, for: 2s, disconnect: {of: all, share: 15%}}\n"
               "  - {every: 9s, disconnect: {from: 20%, to: all}}\n"
               "  - {every: 9s, from: 12s, connect: {of: all}}\n"
               "  - {at: 50s, heal: all}\n  - {at: 50s, release: all}\n");

    assert_true(run.result.counts.packets_dropped[CAUSE_PARTITION] > 0);
    assert_true(run.result.counts.packets_dropped[CAUSE_CLOGGED] > 0);
    assert_true(run.result.counts.packets_dropped[CAUSE_NODE_DOWN] > 0);
    assert_true(run.result.counts.packets_dropped[CAUSE_DEGRADED] > 0);
    assert_true(run.result.counts.packets_dropped[CAUSE_FLAPPING] > 0);
    run_fixture_end(&run);
}

static void given_degraded_links_on_a_stream_when_lost_then_sent_again(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 60s\nnodes: {count: 2, start: 0s}\ntopology: line\n"
               "links: {delay: 50ms, transport: stream}\n"
               "publish: [{from: 0, start: 10s, every: 1s, count: 20}]\n"
               "events: [{at: 5s, for: 50s, degrade: {of: all, delay: 2, loss: 20%}}]\n");

    uint32_t late = 0;
    for (uint32_t i = 0; i < 20; i++) {
        const struct trace_record *record = run_fixture_delivery(&run, i, 1);
        assert_non_null(record);
        int64_t took_ns = record->at_ns - (10 + i) * NS_PER_S;
        assert_true(took_ns >= 100 * NS_PER_MS);
        late += took_ns > 100 * NS_PER_MS;
    }
    assert_in_range(late, 2, 10);
    assert_true(run.result.counts.retransmissions > 0);
    assert_int_equal(run.result.counts.packets_dropped[CAUSE_DEGRADED], 0);
    run_fixture_end(&run);
}

/** The records of links that go up and down at a node after 5 s, such as "15000- 25050+", in ms. */
static const char *links_of(const struct run_fixture *run, uint32_t node, char out[200]) {
    size_t used = 0;
    out[0] = '\0';
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        bool up = record->kind == TRACE_PEER_UP;
        if (record->node == node && record->at_ns > 5 * NS_PER_S &&
            (up || record->kind == TRACE_PEER_DOWN)) {
            used += (size_t)snprintf(out + used, 200 - used, "%s%lld%s", used == 0 ? "" : " ",
                                     (long long)(record->at_ns / NS_PER_MS), up ? "+" : "-");
        }
    }
    return out;
}

static void given_links_disconnected_when_over_then_both_ends_know_and_mesh_again(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *links[2]; // of node 0 and of node 1
    } rows[] = {
        {"  - {at: 15s, for: 10s, disconnect: {of: 1}}\n", {"15000- 25050+", "15000- 25050+"}},
        {"  - {at: 15s, disconnect: {of: 1}}\n", {"15000-", "15000-"}},
        {"  - {at: 15s, for: 10s, disconnect: {from: 0, to: 1}}\n",
         {"15000- 25050+", "15050- 25050+"}},
        {"  - {at: 15s, disconnect: {of: 1}}\n  - {at: 20s, connect: {from: 0, to: 1}}\n",
         {"15000-", "15000-"}},
        {"  - {at: 15s, disconnect: {from: 0, to: 1}}\n  - {at: 20s, connect: {from: 0, to: 1}}\n",
         {"15000- 20100+", "15050- 20050+"}},
        {"  - {at: 15s, disconnect: {of: 1}}\n  - {at: 20s, heal: all}\n", {"15000-", "15000-"}},
        {"  - {at: 15s, disconnect: {of: 1}}\n  - {at: 20s, for: 5s, crash: 1}\n",
         {"15000-", "15000-"}},
        {"  - {at: 0s, disconnect: {of: 1}}\n  - {at: 20s, connect: {of: 1}}\n",
         {"20050+", "20050+"}},
        {"  - {at: 14s, for: 4s, pause: 1}\n  - {at: 15s, for: 10s, disconnect: {of: 1}}\n",
         {"15000- 25050+", "18000- 25050+"}},
        {"  - {at: 14s, for: 9s, pause: 1}\n  - {at: 15s, for: 3s, disconnect: {of: 1}}\n",
         {"15000- 23050+", "23000- 23000+"}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[1000];
        snprintf(text, sizeof text, "%spublish: []\nevents:\n%s", PAIR, rows[i].text);
        struct run_fixture run = run_of(text);

        for (uint32_t node = 0; node < 2; node++) {
            char links[200];
            assert_string_equal(links_of(&run, node, links), rows[i].links[node]);
        }
        bool up = strchr(rows[i].links[0], '+') != NULL;
        assert_int_equal(run.result.counts.mesh_degree_min, up ? 1 : 0);
        assert_int_equal(run.result.counts.one_sided_mesh_links, 0);
        run_fixture_end(&run);
    }
}

static void
given_links_at_odds_when_disconnected_then_no_router_believes_in_half_of_one(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 60s\nnodes: {count: 40}\ntopology: {kind: random-regular, degree: 10}\n"
               "links: {loss: 5%, jitter: {uniform: [0ms, 20ms]}}\n"
               "publish: [{start: 5s, every: 100ms, count: 500}]\nevents:\n"
               "  - {every: 700ms, until: 50s, for: 300ms, disconnect: {of: all, share: 15%}}\n"
               "  - {every: 900ms, until: 50s, for: 40ms, disconnect: {from: 30%, to: all}}\n"
               "  - {every: 3s, until: 50s, for: 1s, pause: 20%}\n"
               "  - {every: 5s, until: 50s, for: 2s, crash: 10%}\n");

    uint32_t links_of_node[40] = {0};
    for (uint64_t i = 0; i < run.record_count; i++) {
        uint32_t *links = &links_of_node[run.records[i].node];
        uint8_t kind = run.records[i].kind;
        *links += kind == TRACE_PEER_UP;
        *links -= kind == TRACE_PEER_DOWN;
        *links = kind == TRACE_NODE_STOP ? 0 : *links; // state is lost with the node
    }
    for (uint32_t node = 0; node < 40; node++) {
        assert_int_equal(links_of_node[node], 10);
    }
    assert_int_equal(run.result.counts.one_sided_mesh_links, 0);
    assert_true(run.result.counts.mesh_degree_min > 0);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_links_at_odds_when_disconnected_then_no_router_believes_in_half_of_one),
        cmocka_unit_test(given_links_disconnected_when_over_then_both_ends_know_and_mesh_again),
        cmocka_unit_test(given_degraded_links_on_a_stream_when_lost_then_sent_again),
        cmocka_unit_test(given_faults_that_overlap_when_one_ends_then_the_others_hold),
        cmocka_unit_test(given_a_partition_when_it_ends_within_history_then_gossip_makes_up),
        cmocka_unit_test(given_a_restart_behind_a_partition_when_it_ends_then_the_link_is_made),
        cmocka_unit_test(given_every_fault_at_once_when_run_then_bytes_are_conserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
