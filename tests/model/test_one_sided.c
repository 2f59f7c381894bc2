// One-sided mesh links, counted from the routers, against the meshes that the trace tells of.
#include "base/quantity.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <string.h>

enum { NODES = 24, TOPICS = 2 };

static const char *const texts[] = {
    "duration: 20s\n"
    "nodes: {count: 24}\n"
    "topology: {kind: random-regular, degree: 10}\n"
    "links: {loss: {rate: 40%, of: all}}\n"
    "topics: [{name: a}, {name: b, subscribers: 60%}]\n"
    "events: [{at: 9s, unsubscribe: {topic: b, nodes: 30%}}]\n",
    // Some nodes start after the end: they are not up.
    "duration: 20s\n"
    "nodes: {count: 24, start: {uniform: [0s, 24s]}, groups: [\n"
    "  {name: big, nodes: 50%, router: {D: 9, Dlo: 9, Dhi: 9}}]}\n"
    "topology: complete\n"
    "topics: [{name: a}, {name: b}]\n",
    "nodes: {count: 24}\n"
    "router: {profile: floodsub}\n"
    "topics: [{name: a}, {name: b}]\n",
};

/** Which node has which in its mesh of which topic. */
struct meshes {
    bool has[TOPICS][NODES][NODES];
};

static void replay(const struct run_fixture *run, struct meshes *meshes) {
    memset(meshes, 0, sizeof *meshes);
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) {
            meshes->has[record->topic][record->node][record->peer] = record->kind == TRACE_GRAFT;
        }
    }
}

static uint64_t count_one_sided(const struct meshes *meshes, uint32_t topic) {
    uint64_t count = 0;
    for (uint32_t a = 0; a < NODES; a++) {
        for (uint32_t b = 0; b < NODES; b++) {
            count += meshes->has[topic][a][b] && !meshes->has[topic][b][a];
        }
    }
    return count;
}

static void given_meshes_when_counted_then_one_sided_links_are_those_of_the_trace(void **state) {
    (void)state;
    static struct meshes meshes;
    for (size_t row = 0; row < COUNT_OF(texts); row++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = texts[row]});

        replay(&run, &meshes);
        uint64_t total = 0;
        for (uint32_t topic = 0; topic < TOPICS; topic++) {
            uint64_t wanted = count_one_sided(&meshes, topic);
            total += wanted;
            const struct trace_sample *last = &run.samples[run.sample_count - TOPICS + topic];
            assert_int_equal(last->topic, topic);
            assert_int_equal(last->one_sided_links, wanted);
        }
        assert_int_equal(run.result.counts.one_sided_mesh_links, total);
        assert_int_equal(total > 0, row != 2);
        run_fixture_end(&run);
    }
}

/** A node of two leaves the topic, of which the other does not hear, and then falls, which the
 * other notices late: its mesh is the same all the while. */
static void
given_the_same_meshes_when_a_node_falls_then_its_link_is_one_sided_no_more(void **state) {
    (void)state;
    static const char text[] = "duration: 25s\n"
                               "nodes: {count: 2, start: 0s}\n"
                               "topology: line\n"
                               "links: {delay: 10ms}\n"
                               "topics: [{name: a}]\n"
                               "events:\n"
                               "  - {at: 9s, clog: {from: 1, to: 0}}\n"
                               "  - {at: 9500ms, unsubscribe: {topic: a, nodes: [1]}}\n"
                               "  - {at: 12500ms, crash: {nodes: [1], silent: true, detect: 8s}}\n";

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    for (uint32_t i = 0; i < run.sample_count; i++) {
        const struct trace_sample *sample = &run.samples[i];
        bool one_sided = sample->at_ns > 9500 * NS_PER_MS && sample->at_ns < 12500 * NS_PER_MS;
        bool in_mesh = sample->at_ns > 2 * NS_PER_S && sample->at_ns < 20 * NS_PER_S;
        assert_int_equal(sample->one_sided_links, one_sided);
        assert_true(!in_mesh || sample->degree_max == 1);
    }
    assert_int_equal(run.sample_count, 25);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_meshes_when_counted_then_one_sided_links_are_those_of_the_trace),
        cmocka_unit_test(
            given_the_same_meshes_when_a_node_falls_then_its_link_is_one_sided_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
