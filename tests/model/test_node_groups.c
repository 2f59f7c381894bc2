// Groups of nodes in one run: settings apart, everything else together.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include "base/quantity.h"

#include <stdio.h>

enum { NODES = 40 };

static const char rest[] = "duration: 12s\n"
                           "topology: {kind: random-regular, degree: 8}\n"
                           "links: {loss: 5%}\n"
                           "publish: [{start: 4s, every: 200ms, count: 10, size: 300B}]\n";

static struct run_fixture run_of(const char *nodes) {
    static char text[1024];
    snprintf(text, sizeof text, "%s\n%s", nodes, rest);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** When a node first sent an RPC of a kind, or INT64_MAX. */
static int64_t first_sent(const struct run_fixture *run, enum trace_rpc kind, uint32_t node) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_SEND && record->reason == kind && record->node == node) {
            return record->at_ns;
        }
    }
    return INT64_MAX;
}

static uint64_t sent(const struct run_fixture *run, enum trace_rpc kind, uint32_t first,
                     uint32_t last) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        count += record->kind == TRACE_SEND && record->reason == kind && record->node >= first &&
                 record->node <= last;
    }
    return count;
}

static void
given_groups_that_change_nothing_when_run_then_the_digest_is_that_of_none(void **state) {
    (void)state;
    struct run_fixture plain = run_of("nodes: {count: 40}");
    struct run_fixture grouped =
        run_of("nodes: {count: 40, groups: [{name: a, nodes: 30%, router: {D: 6, quirks: {}}}, "
               "{name: b, nodes: [1..5], start: {uniform: [0s, 1s]}}]}");

    assert_int_equal(plain.result.digest.high, grouped.result.digest.high);
    assert_int_equal(plain.result.digest.low, grouped.result.digest.low);
    run_fixture_end(&plain);
    run_fixture_end(&grouped);
}

/** Few enough that the others find peers to graft and to gossip to among themselves. */
static void given_a_group_of_floodsub_when_run_then_its_nodes_alone_send_no_control(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("nodes: {count: 40, groups: [{name: a, nodes: 0..4, router: {profile: floodsub}}]}");

    assert_int_equal(sent(&run, TRACE_RPC_GRAFT, 0, 4), 0);
    assert_int_equal(sent(&run, TRACE_RPC_IHAVE, 0, 4), 0);
    assert_true(sent(&run, TRACE_RPC_GRAFT, 5, NODES - 1) > 20);
    assert_true(sent(&run, TRACE_RPC_IHAVE, 5, NODES - 1) > 20);
    run_fixture_end(&run);
}

/** GRAFT and IHAVE that other nodes sent to the first ones. */
static uint32_t control_to(const struct run_fixture *run, uint32_t nodes) {
    uint32_t count = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        count += record->kind == TRACE_SEND && record->peer < nodes &&
                 (record->reason == TRACE_RPC_GRAFT || record->reason == TRACE_RPC_IHAVE);
    }
    return count;
}

/** gossipsub-v1.0 serves floodsub peers all messages and no control; the 2020 router refuses them.
 */
static void given_floodsub_and_gossipsub_when_linked_then_the_quirk_decides(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *quirks;
        bool served;
    } rows[] = {{"served", "", true}, {"refused", "quirks: {flood_peers_unserved: true}", false}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "router: {%s}\n"
                 "nodes: {count: 40, groups: [{name: a, nodes: 0..4, router: {profile: floodsub, "
                 "quirks: {flood_peers_unserved: false}}}]}",
                 rows[i].quirks);
        struct run_fixture run = run_of(text);

        const struct run_counts *counts = &run.result.counts;
        assert_int_equal(control_to(&run, 5), 0);
        assert_int_equal(counts->deliveries == counts->expected_deliveries, rows[i].served);
        run_fixture_end(&run);
    }
}

static void given_heartbeats_by_group_when_run_then_each_node_keeps_to_its_own(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("router: {heartbeat_initial_delay: 300ms}\n"
               "nodes: {count: 40, start: 0s, groups: [\n"
               "  {name: a, nodes: 0..9, router: {heartbeat_initial_delay: 1ms}},\n"
               "  {name: b, nodes: 10..19, router: {heartbeat_interval: 100s}},\n"
               "  {name: c, nodes: 20..29, router: {quirks: {first_beat_at_start: true}}}]}");

    // Gossip comes with heartbeats alone, and so tells their phase. Not every node finds a peer
    // outside its mesh to send some to.
    static const int64_t phases_ns[] = {NS_PER_MS, 0, 0, 300 * NS_PER_MS};
    uint32_t seen[4] = {0};
    for (uint32_t node = 0; node < NODES; node++) {
        int64_t first_ns = first_sent(&run, TRACE_RPC_IHAVE, node);
        if (first_ns != INT64_MAX) {
            seen[node / 10]++;
            assert_int_equal(first_ns % NS_PER_S, phases_ns[node / 10]);
        }
    }
    assert_int_equal(seen[1], 0); // their only heartbeat comes before the first message
    assert_true(seen[0] > 3);
    assert_true(seen[2] > 3);
    assert_true(seen[3] > 3);
    run_fixture_end(&run);
}

static void
given_a_group_that_forgets_early_when_run_then_nothing_is_delivered_twice(void **state) {
    (void)state;
    struct run_fixture run = run_of("nodes: {count: 40, groups: [{name: a, nodes: 0, router: "
                                    "{heartbeat_interval: 10ms, seen_ttl: 10ms}}]}");

    assert_true(run.result.counts.duplicates > 0);
    assert_true(run.result.counts.deliveries <= run.result.counts.expected_deliveries);
    for (uint32_t message = 0; message < run.message_count; message++) {
        assert_true(run_fixture_count(&run, TRACE_DELIVER, message) <= NODES - 1);
    }
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_groups_that_change_nothing_when_run_then_the_digest_is_that_of_none),
        cmocka_unit_test(given_a_group_of_floodsub_when_run_then_its_nodes_alone_send_no_control),
        cmocka_unit_test(given_floodsub_and_gossipsub_when_linked_then_the_quirk_decides),
        cmocka_unit_test(given_heartbeats_by_group_when_run_then_each_node_keeps_to_its_own),
        cmocka_unit_test(given_a_group_that_forgets_early_when_run_then_nothing_is_delivered_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
