// A3 without transmission and validation time: arrival on line, ring, star and complete graph,
// exact to the nanosecond.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

static const char *whole_graph(char *text, size_t size, const char *kind, uint32_t nodes,
                               uint32_t d) {
    snprintf(text, size,
             "duration: 30s\n"
             "router: {D: %u, Dlo: %u, Dhi: %u, Dlazy: 0}\n"
             "nodes: {count: %u}\n"
             "topology: {kind: %s}\n"
             "links: {delay: 37ms}\n"
             "publish: [{from: 0, start: 20s, size: 1KiB}]\n",
             d, d, d, nodes, kind);
    return text;
}

enum { DELAY_NS = 37000000 };

static void expect_arrival(const struct run_fixture *run, uint32_t node, uint32_t hops) {
    const struct trace_record *delivery = run_fixture_delivery(run, 0, node);
    assert_non_null(delivery);
    assert_int_equal(delivery->at_ns - run->messages[0].published_at_ns, (int64_t)hops * DELAY_NS);
    assert_int_equal(delivery->value, hops);
}

static void given_a_line_when_an_end_publishes_then_hop_k_arrives_at_k_delays(void **state) {
    (void)state;
    char text[600];
    whole_graph(text, sizeof text, "line", 25, 6);

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    for (uint32_t node = 1; node < 25; node++) {
        expect_arrival(&run, node, node);
    }
    assert_int_equal(run_fixture_count(&run, TRACE_SEND, 0), 24);
    run_fixture_end(&run);
}

static void given_a_ring_when_published_then_farthest_is_half_and_sends_n_plus_1(void **state) {
    (void)state;
    static const uint32_t sizes[] = {10, 11, 64};
    for (size_t row = 0; row < sizeof sizes / sizeof sizes[0]; row++) {
        char text[600];
        uint32_t nodes = sizes[row];
        whole_graph(text, sizeof text, "ring", nodes, 6);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        for (uint32_t node = 1; node < nodes; node++) {
            expect_arrival(&run, node, node <= nodes / 2 ? node : nodes - node);
        }
        assert_int_equal(run.result.counts.hops_max, nodes / 2);
        assert_int_equal(run_fixture_count(&run, TRACE_SEND, 0), nodes + 1);
        run_fixture_end(&run);
    }
}

static void given_star_or_complete_when_hub_publishes_then_all_at_one_hop(void **state) {
    (void)state;
    static const char *const kinds[] = {"star", "complete"};
    for (size_t row = 0; row < sizeof kinds / sizeof kinds[0]; row++) {
        char text[600];
        whole_graph(text, sizeof text, kinds[row], 80, 79);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        for (uint32_t node = 1; node < 80; node++) {
            expect_arrival(&run, node, 1);
        }
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_line_when_an_end_publishes_then_hop_k_arrives_at_k_delays),
        cmocka_unit_test(given_a_ring_when_published_then_farthest_is_half_and_sends_n_plus_1),
        cmocka_unit_test(given_star_or_complete_when_hub_publishes_then_all_at_one_hop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
