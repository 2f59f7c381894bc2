// A12: a node's mesh directly after its own heartbeat has at most Dhi members, and at least Dlo
// where there are candidates.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

enum { NODES = 300, D_LOW = 4, D_HIGH = 8 };

#define BEAT_NS INT64_C(700000000)
#define INITIAL_NS INT64_C(100000000)
#define SETTLED_NS INT64_C(5000000000) // all nodes have started and know their peers

/** One node's mesh as its records tell it. */
struct watched {
    int64_t next_beat_ns;
    uint32_t degree;
    uint32_t checked; // beats
    bool subscribed;
};

/** Checks the mesh at each of the node's beats before an instant: what came later has not been
 * looked at yet. */
static void check_beats_before(struct watched *node, int64_t until_ns) {
    for (; node->next_beat_ns < until_ns; node->next_beat_ns += BEAT_NS) {
        assert_true(node->degree <= D_HIGH);
        if (node->next_beat_ns >= SETTLED_NS && node->subscribed) {
            // Every node has 16 links, so there are candidates at any time.
            assert_true(node->degree >= D_LOW);
            node->checked++;
        }
    }
}

static void given_a_run_when_a_node_has_beaten_then_its_mesh_is_within_d_low_d_high(void **state) {
    (void)state;
    char text[700];
    // Nodes leave and come back, so that meshes are disturbed all the time.
    snprintf(text, sizeof text,
             "duration: 40s\n"
             "router: {D: 6, Dlo: %u, Dhi: %u, heartbeat_interval: 700ms}\n"
             "nodes: {count: %u, start: {uniform: [0s, 3s]}}\n"
             "topology: {kind: random-regular, degree: 16}\n"
             "links: {delay: {uniform: [5ms, 200ms]}}\n"
             "publish: []\n"
             "events:\n"
             "  - {at: 10s, unsubscribe: {topic: blocks, nodes: [0..99]}}\n"
             "  - {at: 16s, subscribe: {topic: blocks, nodes: [0..99]}}\n"
             "  - {at: 22s, unsubscribe: {topic: blocks, nodes: [50..149]}}\n"
             "  - {at: 28s, subscribe: {topic: blocks, nodes: [50..149]}}\n",
             D_LOW, D_HIGH, NODES);

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    struct watched watched[NODES] = {0};
    for (uint32_t node = 0; node < NODES; node++) {
        watched[node].next_beat_ns = run.nodes[node].start_ns + INITIAL_NS;
    }
    uint64_t above_between_beats = 0;
    for (uint64_t i = 0; i < run.record_count; i++) {
        const struct trace_record *record = &run.records[i];
        struct watched *node = &watched[record->node];
        check_beats_before(node, record->at_ns);
        if (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) {
            node->degree = record->value;
            above_between_beats += record->value > D_HIGH;
        } else if (record->kind == TRACE_SUBSCRIBE || record->kind == TRACE_UNSUBSCRIBE) {
            node->subscribed = record->kind == TRACE_SUBSCRIBE;
        }
    }
    uint64_t beats = 0;
    for (uint32_t node = 0; node < NODES; node++) {
        check_beats_before(&watched[node], run.result.virtual_ns);
        beats += watched[node].checked;
    }
    // Inbound GRAFTs did lift meshes above Dhi between beats, so the rule had something to do.
    assert_true(above_between_beats > 0);
    assert_true(beats > UINT64_C(30) * NODES);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_run_when_a_node_has_beaten_then_its_mesh_is_within_d_low_d_high),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
