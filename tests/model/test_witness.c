// Who is named when a condition fails, against what the trace tells.
#include "scenarios/receipts.h"
#include "scenarios/witness.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

enum { NODES = 50 };

static const char world[] = "duration: 20s\n"
                            "nodes: {count: 50, groups: [{name: few, nodes: 40%}]}\n"
                            "topology: {kind: random-regular, degree: 6}\n"
                            "router: {D: 3, Dlo: 2, Dhi: 4, Dlazy: 0}\n"
                            "links: {loss: {rate: 30%, of: all}}\n"
                            "publish: [{start: 3s, every: 250ms, count: 60}]\n"
                            "expect:\n"
                            "  - delivery_ratio == 1\n"
                            "  - latency.max < 1ns after 10s\n"
                            "  - rpcs_sent.with_messages == 0 until 9s\n"
                            "  - mesh_degree.min > 100\n"
                            "  - delivery_ratio{group=few} == 1 after 5s\n";

/** Deliveries of each message, and whether the node of it has it. */
struct delivered {
    bool has[60][NODES];
    uint32_t count[60];
};

static void replay(const struct run_fixture *run, struct delivered *delivered) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_DELIVER && record->extra == 1) {
            delivered->has[record->message][record->node] = true;
            delivered->count[record->message]++;
        }
    }
}

static void
given_losses_when_a_ratio_fails_then_the_worst_message_and_node_are_named(void **state) {
    (void)state;
    static struct delivered delivered;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = world});
    replay(&run, &delivered);
    uint32_t missing_most = 0;
    uint32_t missed[NODES] = {0};
    for (uint64_t i = 0; i < run.message_count; i++) {
        uint32_t missing = run.messages[i].expected - delivered.count[i];
        missing_most = missing > missing_most ? missing : missing_most;
        for (uint32_t node = 0; node < NODES; node++) {
            missed[node] += node != run.messages[i].origin && !delivered.has[i][node];
        }
    }

    struct shortfall found;
    assert_true(run_shortfall_of(&run.result, 0, &found));

    assert_true(missing_most > 0);
    assert_int_equal(found.expected - found.reached, missing_most);
    assert_int_equal(found.reached, delivered.count[found.message]);
    assert_int_equal(found.missed, missed[found.node]);
    for (uint32_t node = 0; node < NODES; node++) {
        assert_true(missed[node] <= found.missed);
    }
    struct shortfall of_few;
    assert_true(run_shortfall_of(&run.result, 4, &of_few));
    assert_true(of_few.expected <= 20);
    assert_true(run_published_ns(&run.result, of_few.message) >= INT64_C(5000000000));
    run_fixture_end(&run);
}

static void given_a_window_when_a_latency_fails_then_its_slowest_delivery_is_named(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = world});
    int64_t slowest_ns = 0;
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        if (record->kind == TRACE_DELIVER && record->extra == 1) {
            int64_t published_ns = run.messages[record->message].published_at_ns;
            int64_t took_ns = record->at_ns - published_ns;
            bool inside = published_ns >= INT64_C(10000000000);
            slowest_ns = inside && took_ns > slowest_ns ? took_ns : slowest_ns;
        }
    }

    const struct witness_item *item = run_witness_of(&run.result, 1);

    assert_true(item->most.found);
    assert_int_equal(item->most.value, slowest_ns);
    assert_int_equal(item->most.at_ns - run_published_ns(&run.result, item->most.message),
                     slowest_ns);
    run_fixture_end(&run);
}

static void given_a_limit_when_traffic_is_above_it_then_the_busiest_node_is_named(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = world});
    uint32_t sent[NODES] = {0};
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        sent[record->node] += record->kind == TRACE_SEND && record->reason == TRACE_RPC_MESSAGES &&
                              record->at_ns < INT64_C(9000000000);
    }

    const struct witness_item *item = run_witness_of(&run.result, 2);

    assert_true(item->most.value > 0);
    assert_int_equal(item->most.value, sent[item->most.node]);
    for (uint32_t node = 0; node < NODES; node++) {
        assert_true(sent[node] <= item->most.value);
    }
    run_fixture_end(&run);
}

static void given_meshes_when_one_is_too_small_then_it_is_the_smallest(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = world});

    const struct witness_item *item = run_witness_of(&run.result, 3);

    assert_int_equal(item->least.value, run.result.counts.mesh_degree_min);
    assert_int_equal(item->most.value, run.result.counts.mesh_degree_max);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_losses_when_a_ratio_fails_then_the_worst_message_and_node_are_named),
        cmocka_unit_test(given_a_window_when_a_latency_fails_then_its_slowest_delivery_is_named),
        cmocka_unit_test(given_a_limit_when_traffic_is_above_it_then_the_busiest_node_is_named),
        cmocka_unit_test(given_meshes_when_one_is_too_small_then_it_is_the_smallest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
