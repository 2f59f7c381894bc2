// Nodes that are up and down in turn: how many are up, and what the others still get of it.
#include "base/bitset.h"
#include "base/quantity.h"
#include "scenarios/invariants.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

enum { NODES = 100 };

#define CHURN                                                                                      \
    "duration: 70s\nnodes: {count: 100, start: 0s}\ntopology: {kind: random-regular, degree: "     \
    "12}\npublish: [{start: 20s, every: 500ms, until: 65s, from: [0, 1, 2, 3]}]\n"                 \
    "links: {loss: 2%}\n"                                                                          \
    "churn:\n"                                                                                     \
    "  - {nodes: 10..99, up: {exponential: {mean: 4s}}, down: {exponential: {mean: 2s}}, "

static const char *const manners[] = {"state: lost}\n", "state: kept}\n", "graceful: true}\n",
                                      "silent: true, detect: 1s}\n"};

static struct run_fixture run_of(size_t manner, enum run_wire wire) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", CHURN, manners[manner]);
    return run_fixture_of((struct run_fixture_options){.text = text, .wire = wire});
}

/** The part of a time up that lies after an instant. */
static double part_s(int64_t since_ns, int64_t until_ns, int64_t from_ns) {
    since_ns = since_ns > from_ns ? since_ns : from_ns;
    return until_ns > since_ns ? (double)(until_ns - since_ns) / 1e9 : 0;
}

/** How long nodes 10 … 99 were up from 20 s to the end, all together. */
static double time_up_s(const struct run_fixture *run) {
    int64_t since_ns[NODES] = {0};
    bool up[NODES] = {false};
    double sum_s = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->node < 10) {
            continue;
        }
        if (record->kind == TRACE_NODE_START) {
            up[record->node] = true;
            since_ns[record->node] = record->at_ns;
        } else if (record->kind == TRACE_NODE_STOP) {
            up[record->node] = false;
            sum_s += part_s(since_ns[record->node], record->at_ns, 20 * NS_PER_S);
        }
    }
    for (uint32_t node = 10; node < NODES; node++) {
        sum_s += up[node] ? part_s(since_ns[node], 70 * NS_PER_S, 20 * NS_PER_S) : 0;
    }
    return sum_s;
}

static void given_churn_when_run_then_the_share_up_is_that_of_the_means(void **state) {
    (void)state;
    struct run_fixture run = run_of(0, RUN_WIRE_SIZE);

    double share = time_up_s(&run) / (90.0 * 50);

    assert_true(share > 4.0 / 6 - 0.04); // three standard deviations
    assert_true(share < 4.0 / 6 + 0.04);
    assert_in_range(run.result.counts.crashes, 900, 1200); // 90 nodes, one in six seconds
    run_fixture_end(&run);
}

/** That bytes are conserved is checked at the end of every run. */
static void given_churn_when_run_then_those_up_get_each_message_once(void **state) {
    (void)state;
    for (size_t manner = 0; manner < COUNT_OF(manners); manner++) {
        struct run_fixture run = run_of(manner, RUN_WIRE_SIZE);
        const struct run_counts *counts = &run.result.counts;
        uint64_t *had = arena_take_array(run.arena, MEMORY_TABLES,
                                         bitset_words((uint32_t)(run.message_count * NODES)), 8);
        uint64_t expected = 0;
        for (uint64_t i = 0; i < run.record_count; i++) {
            const struct trace_record *record = &run.records[i];
            if (record->kind == TRACE_DELIVER) {
                uint32_t index = record->message * NODES + record->node;
                assert_false(bitset_has(had, index));
                bitset_add(had, index);
                expected += record->extra == 1;
            }
        }
        assert_int_equal(counts->published, 90);
        assert_int_equal(counts->deliveries, expected);
        assert_true(counts->deliveries <= counts->expected_deliveries);
        // A message takes a tenth of a second, in which one node in forty of those up goes down.
        assert_true((double)counts->deliveries > 0.97 * (double)counts->expected_deliveries);
        assert_true(counts->packets_dropped[CAUSE_NODE_DOWN] > 0);
        run_fixture_end(&run);
    }
}

static void given_the_bytes_encoded_when_run_then_nothing_is_different(void **state) {
    (void)state;
    struct run_fixture one = run_of(3, RUN_WIRE_SIZE);
    struct run_fixture two = run_of(3, RUN_WIRE_ENCODE);

    assert_memory_equal(&one.result.digest, &two.result.digest, sizeof one.result.digest);

    run_fixture_end(&one);
    run_fixture_end(&two);
}

static void given_the_end_of_a_churn_when_passed_then_all_nodes_are_up_and_reached(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){
        .text = "duration: 80s\nnodes: {count: 100}\n"
                "topology: {kind: random-regular, degree: 12}\n"
                "publish: [{start: 10s, every: 200ms, until: 75s}]\nmeasure: {after: 60s}\n"
                "churn: [{until: 50s, up: {exponential: {mean: 4s}}, down: {exponential: {mean: "
                "2s}}}]\n"});
    const struct run_counts *counts = &run.result.counts;

    assert_int_equal(counts->expected_deliveries, counts->published * 99);
    assert_int_equal(counts->deliveries, counts->expected_deliveries);
    assert_in_range(counts->mesh_degree_min, 4, 12);
    run_fixture_end(&run);
}

static void
given_restarts_when_figures_have_scopes_then_faults_count_and_meshes_agree(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){
        .text = "duration: 60s\nnodes: {count: 60, groups: [{name: some, nodes: 50%}]}\n"
                "topology: {kind: random-regular, degree: 10}\n"
                "churn: [{up: {exponential: {mean: 10s}}, down: {exponential: {mean: 2s}}}]\n"
                "expect:\n  - mesh_symmetric\n  - delivery_ratio{group=some} >= 0\n"
                "  - faults.crashes > 100\n"});

    assert_int_equal(run_watch_of(&run.result, 0)->breaches, 0);
    assert_in_range(run_scope_of(&run.result, 0).counts.crashes, 150, 350);
    assert_int_equal(run_scope_of(&run.result, 0).counts.crashes, run.result.counts.crashes);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_churn_when_run_then_the_share_up_is_that_of_the_means),
        cmocka_unit_test(given_churn_when_run_then_those_up_get_each_message_once),
        cmocka_unit_test(given_the_bytes_encoded_when_run_then_nothing_is_different),
        cmocka_unit_test(
            given_restarts_when_figures_have_scopes_then_faults_count_and_meshes_agree),
        cmocka_unit_test(given_the_end_of_a_churn_when_passed_then_all_nodes_are_up_and_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
