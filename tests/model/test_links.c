// Links come up at the later of their ends' starts, in an order that ties cannot change.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

enum { NODES = 40 };

/** What is known of each node while its records are gone through. */
struct node {
    int64_t start_ns;
    int64_t last_up_ns; // the link that came up last
    uint32_t last_peer;
    uint32_t links;
};

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static void find_starts(const struct run_fixture *run, struct node *nodes) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        if (run->records[i].kind == TRACE_NODE_START) {
            nodes[run->records[i].node].start_ns = run->records[i].at_ns;
        }
    }
}

static void expect_next_link(struct node *nodes, const struct trace_record *up) {
    struct node *node = &nodes[up->node];
    assert_int_equal(up->at_ns, later(node->start_ns, nodes[up->peer].start_ns));
    if (node->links > 0) {
        assert_true(up->at_ns >= node->last_up_ns);
        assert_true(up->at_ns > node->last_up_ns || up->peer > node->last_peer);
    }
    node->last_up_ns = up->at_ns;
    node->last_peer = up->peer;
    node->links++;
}

static void given_starts_when_run_then_links_come_up_by_time_and_then_by_peer(void **state) {
    (void)state;
    static const char *const texts[] = {
        "nodes: {count: 40, start: {uniform: [0s, 1s]}}\ntopology: complete\nduration: 2s\n",
        "nodes: {count: 40, start: {uniform: [0s, 5ns]}}\ntopology: complete\nduration: 1s\n",
        "nodes: {count: 40, start: {uniform: [0s, 9ns]}}\ntopology: star\nduration: 1s\n",
        "nodes: {count: 40, start: {uniform: [0s, 9ns]}}\ntopology: {degree: 7}\nduration: 1s\n",
        "nodes: {count: 40, start: 3ns}\ntopology: ring\nduration: 1s\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = texts[i]});

        struct node nodes[NODES] = {0};
        find_starts(&run, nodes);
        uint64_t ups = 0;
        for (uint64_t j = 0; j < run.record_count; j++) {
            if (run.records[j].kind == TRACE_PEER_UP) {
                expect_next_link(nodes, &run.records[j]);
                ups++;
            }
        }
        assert_int_equal(ups, 2 * run.result.links);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_starts_when_run_then_links_come_up_by_time_and_then_by_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
