// A1 and A4: sends, duplicates and reach on a mesh that is the whole of a regular graph.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

/** A scenario whose mesh is its whole d-regular graph before the first message. */
static const char *frozen_mesh(char *text, size_t size, uint32_t degree, uint32_t nodes,
                               const char *delay) {
    snprintf(text, size,
             "duration: 40s\n"
             "router: {D: %u, Dlo: %u, Dhi: %u, Dlazy: 0}\n"
             "nodes: {count: %u}\n"
             "topology: {kind: random-regular, degree: %u}\n"
             "links: {delay: %s}\n"
             "publish: [{from: random, start: 10s, every: 1s, count: 10, size: 100B}]\n",
             degree, degree, degree, nodes, degree, delay);
    return text;
}

/** Neighbours of the publisher that had the message first from another node: they too are spared by
 * the publisher's peers. */
static uint64_t spared_beyond_tree(const struct run_fixture *run, uint32_t message) {
    uint32_t origin = run->messages[message].origin;
    uint64_t spared = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind != TRACE_SEND || record->message != message || record->node != origin) {
            continue;
        }
        const struct trace_record *delivery = run_fixture_delivery(run, message, record->peer);
        assert_non_null(delivery);
        spared += delivery->peer != origin;
    }
    return spared;
}

static void given_a_frozen_mesh_when_published_then_sends_are_2e_n_1_x(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *delay;
        uint32_t degree;
        uint32_t nodes;
    } rows[] = {
        {"constant delay, d 6, N 1000", "50ms", 6, 1000},
        {"constant delay, d 3, N 100", "50ms", 3, 100},
        {"uniform delay, d 6, N 400", "{uniform: [1ms, 400ms]}", 6, 400},
        {"lognormal delay, d 8, N 300", "{lognormal: {median: 40ms, sigma: 1}}", 8, 300},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        char text[600];
        frozen_mesh(text, sizeof text, rows[row].degree, rows[row].nodes, rows[row].delay);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        uint64_t twice_edges = (uint64_t)rows[row].degree * rows[row].nodes;
        for (uint32_t message = 0; message < run.message_count; message++) {
            uint64_t sends = run_fixture_count(&run, TRACE_SEND, message);
            uint64_t x = spared_beyond_tree(&run, message);
            if (sends != twice_edges - rows[row].nodes + 1 - x) {
                fail_msg("%s: message %u: %lu sends, x %lu", rows[row].name, message,
                         (unsigned long)sends, (unsigned long)x);
            }
            assert_int_equal(run.messages[message].deliveries, rows[row].nodes - 1);
            assert_int_equal(run.messages[message].duplicates, sends - (rows[row].nodes - 1));
        }
        run_fixture_end(&run);
    }
}

static void given_d_6_and_1000_nodes_when_published_then_5001_sends_4002_duplicates(void **state) {
    (void)state;
    char text[600];
    frozen_mesh(text, sizeof text, 6, 1000, "50ms");

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    assert_int_equal(run_fixture_count(&run, TRACE_SEND, 0), 5001);
    assert_int_equal(run.messages[0].duplicates, 4002);
    run_fixture_end(&run);
}

static void given_constant_delay_when_published_then_reach_within_the_tree_bound(void **state) {
    (void)state;
    enum { DEGREE = 6, NODES = 1000 };
    char text[600];
    frozen_mesh(text, sizeof text, DEGREE, NODES, "50ms");

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    const int64_t delay_ns = 50000000;
    uint64_t reached[64] = {1};
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        if (record->kind == TRACE_DELIVER && record->message == 0) {
            int64_t latency_ns = record->at_ns - run.messages[0].published_at_ns;
            assert_int_equal(latency_ns % delay_ns, 0);
            assert_int_equal(latency_ns / delay_ns, record->value);
            reached[record->value]++;
        }
    }
    uint64_t bound = 1;
    uint64_t ring = DEGREE;
    uint64_t within = 1;
    for (uint32_t hops = 1; hops < 20; hops++) {
        bound += ring;
        ring *= DEGREE - 1;
        within += reached[hops];
        assert_true(within <= bound);
    }
    assert_int_equal(within, NODES);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_frozen_mesh_when_published_then_sends_are_2e_n_1_x),
        cmocka_unit_test(given_d_6_and_1000_nodes_when_published_then_5001_sends_4002_duplicates),
        cmocka_unit_test(given_constant_delay_when_published_then_reach_within_the_tree_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
