// Latency and loss that a graph gives its links take the place of what `links` says for all.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#define LINE                                                                                       \
    "nodes: {count: 3, start: 0s}\nduration: 5s\nlinks: {delay: 7ms}\n"                            \
    "publish: [{from: 0, start: 3s, count: 1, size: 1B}]\n"

static void given_links_with_latencies_when_run_then_messages_take_them(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t first_ms;
        int64_t second_ms;
    } rows[] = {
        {LINE "topology: {kind: edges, edges: [[0, 1], [1, 2]]}\n", 7, 14},
        {LINE "topology: {kind: edges, edges: [[0, 1, 10ms], [1, 2, 30ms]]}\n", 10, 40},
        {LINE "topology: {kind: edges, edges: [[2, 1], [1, 0, 20ms]]}\n", 20, 27},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = rows[i].text});

        assert_int_equal(run.result.counts.deliveries, 2);
        assert_true(bag_at(run.result.latencies_ns, 0) == rows[i].first_ms * 1000000);
        assert_true(bag_at(run.result.latencies_ns, 1) == rows[i].second_ms * 1000000);
        run_fixture_end(&run);
    }
}

static void given_links_with_losses_when_run_then_these_alone_lose(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t deliveries;
    } rows[] = {
        {LINE "topology: {kind: edges, edges: [[0, 1], [1, 2, none, 100%]]}\n", 1},
        {LINE "topology: {kind: edges, edges: [[0, 1, 3ms, 100%], [1, 2]]}\n", 0},
        {"nodes: {count: 3, start: 0s}\nduration: 5s\nlinks: {delay: 7ms, loss: 100%}\n"
         "publish: [{from: 0, start: 3s, count: 1}]\n"
         "topology: {kind: edges, edges: [[0, 1, none, 0%], [1, 2, none, 0%]]}\n",
         2},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = rows[i].text});

        assert_int_equal(run.result.counts.deliveries, rows[i].deliveries);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_links_with_latencies_when_run_then_messages_take_them),
        cmocka_unit_test(given_links_with_losses_when_run_then_these_alone_lose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
