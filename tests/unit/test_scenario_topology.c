#include "tests/support/scenario_fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NODES "nodes: {count: 10}\n"

/** Graphs of eleven nodes, and what the canonical form says of them. */
static const struct {
    const char *text;
    const char *written;
} samples[] = {
    {"watts-strogatz", "watts-strogatz\n  degree: 10\n  rewire: 10%\n"},
    {"{kind: watts-strogatz, degree: 4, rewire: 0.25}",
     "watts-strogatz\n  degree: 4\n  rewire: 25%\n"},
    {"{kind: watts-strogatz, degree: 0, rewire: 0}", "watts-strogatz\n  degree: 0\n  rewire: 0%\n"},
    {"barabasi-albert", "barabasi-albert\n  attach: 10\n"},
    {"{kind: barabasi-albert, attach: 3}", "barabasi-albert\n  attach: 3\n"},
    {"random-geometric", "random-geometric\n  links: 55\n"},
    {"{kind: random-geometric, degree: 2.5}", "random-geometric\n  links: 14\n"},
    {"{kind: random-geometric, links: 0}", "random-geometric\n  links: 0\n"},
    {"{kind: random-geometric, radius: 0.2}", "random-geometric\n  radius: 20%\n"},
    {"grid", "grid\n  width: 4\n  height: 3\n"},
    {"{kind: grid, width: 5}", "grid\n  width: 5\n  height: 3\n"},
    {"{kind: grid, height: 2}", "grid\n  width: 6\n  height: 2\n"},
    {"{kind: grid, width: 11, height: 1}", "grid\n  width: 11\n  height: 1\n"},
    {"clustered\nregions: world-8", "clustered\n  degree: 10\n  local: 80%\n"},
    {"{kind: clustered, degree: 3, local: 0.5}\nregions: world-8",
     "clustered\n  degree: 3\n  local: 50%\n"},
    {"dial", "dial\n  dials: 10\n"},
    {"{kind: dial, dials: 0}", "dial\n  dials: 0\n"},
    {"{kind: edges, edges: [[0, 1, 5ms], [1, 2], [3, 2, none, 1%], [5, 4, 0.5ms, 0.5]]}",
     "edges\n  edges: [\n    [0, 1, 5ms], [1, 2], [3, 2, none, 1%], [5, 4, 500us, 50%]]\n"},
    {"{kind: torus, width: 1}", "torus\n  width: 1\n  height: 11\n"},
};

static void given_a_graph_when_written_then_the_form_is_complete_and_loads_back(void **state) {
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        char text[200];
        snprintf(text, sizeof text, "nodes: {count: 11}\ntopology: %s\n", samples[i].text);
        const char *written = scenario_write(f->arena, fixture_load(f, text), NULL);
        const char *again = scenario_write(f->arena, fixture_load(f, written), NULL);

        const char *part = strstr(written, "topology:\n  kind: ") + strlen("topology:\n  kind: ");

        if (strncmp(part, samples[i].written, strlen(samples[i].written)) != 0) {
            fail_msg("%s: %.60s", samples[i].text, part);
        }
        assert_string_equal(again, written);
    }
}

static void given_limits_to_calls_when_written_then_groups_show_what_differs(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario =
        fixture_load(f, "nodes:\n  count: 11\n  inbound: 3\n  groups:\n"
                        "    - {name: nat, nodes: 40%, inbound: none}\n"
                        "    - {name: hub, nodes: 0, inbound: all}\n"
                        "    - {name: same, nodes: 1, inbound: 3}\n"
                        "topology: dial\n");

    const char *written = scenario_write(f->arena, scenario, NULL);

    assert_non_null(strstr(written, "\n  inbound: 3\n"));
    assert_non_null(strstr(written, "{name: nat, nodes: {share: 40%}, inbound: none}"));
    assert_non_null(strstr(written, "{name: hub, nodes: [0], inbound: all}"));
    assert_non_null(strstr(written, "{name: same, nodes: [1]}"));
    assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
}

static void given_a_number_of_nodes_when_torus_then_rows_are_as_many_as_can_be(void **state) {
    static const struct {
        uint32_t nodes;
        uint32_t width;
        uint32_t height;
    } rows[] = {{1, 1, 1},  {2, 2, 1},      {3, 3, 1},  {4, 2, 2},
                {12, 4, 3}, {1000, 40, 25}, {74, 37, 2}};
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[100];
        snprintf(text, sizeof text, "nodes: {count: %u}\ntopology: torus\n", rows[i].nodes);

        const struct topology_options *topology = &fixture_load(f, text)->topology;

        assert_int_equal(topology->width, rows[i].width);
        assert_int_equal(topology->height, rows[i].height);
    }
}

/** Writes a graph file into the working folder and reads a scenario that names it. */
static const struct scenario *load_with(struct scenario_fixture *f, const char *graph,
                                        const char *text) {
    FILE *file = fopen("tests-given-graph.csv", "w");
    assert_non_null(file);
    fputs(graph, file);
    fclose(file);
    const struct scenario *scenario = fixture_read(f, text);
    unlink("tests-given-graph.csv");
    return scenario;
}

#define FROM_FILE "topology: {kind: file, path: ../tests-given-graph.csv}\n"

static void given_a_graph_file_when_read_then_it_says_how_many_nodes_there_are(void **state) {
    static const struct {
        const char *graph;
        const char *text;
        uint32_t nodes;
    } rows[] = {
        {"0,1\n1,2\n", FROM_FILE, 3},
        {"0,1\n1,2\n", "nodes: {start: 0s}\n" FROM_FILE, 3},
        {"0,1\n1,2\n", "nodes: {count: 3}\n" FROM_FILE, 3},
        {"0,1\n1,2\n", "nodes: {count: 30}\n" FROM_FILE, 30},
        {"# nodes: 7\n0,1\n1,2\n", FROM_FILE, 7},
        {"x,y\n", FROM_FILE, 2},
    };
    struct scenario_fixture *f = *state;
    mkdir("tests", 0777); // where the fixture says its texts are
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct scenario *scenario = load_with(f, rows[i].graph, rows[i].text);

        assert_non_null(scenario);
        assert_int_equal(scenario->node_count, rows[i].nodes);
        assert_int_equal(scenario->topology.node_count, rows[i].nodes);
        assert_int_equal(scenario->topology.kind, TOPOLOGY_EDGES);
        const char *written = scenario_write(f->arena, scenario, NULL);
        assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
    }
}

static void given_graph_files_that_do_not_fit_when_read_then_it_is_said_where(void **state) {
    static const struct {
        const char *graph;
        const char *text;
        const char *file;
        uint32_t line;
        uint32_t column;
        const char *words;
    } rows[] = {
        {"0,1\n1,5\n", "nodes: {count: 5}\n" FROM_FILE, FIXTURE_PATH, 1, 16,
         "found `5`, but the graph of `topology.path` has 6 nodes; allowed: at least 6"},
        {"x,y\n", "nodes: {count: 5}\n" FROM_FILE, FIXTURE_PATH, 1, 16, "allowed: 2, or leave"},
        {"0,1\n1,x\n", FROM_FILE, "tests/../tests-given-graph.csv", 2, 3, "found `x`"},
        {"0,1\n1,1\n", FROM_FILE, "tests/../tests-given-graph.csv", 2, 1, "with itself"},
    };
    struct scenario_fixture *f = *state;
    mkdir("tests", 0777);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct scenario *scenario = load_with(f, rows[i].graph, rows[i].text);

        assert_null(scenario);
        assert_string_equal(f->failures.items[0].file, rows[i].file);
        fixture_expect_failure(f, rows[i].line, rows[i].column, rows[i].words);
    }
}

static void given_graphs_that_cannot_be_when_read_then_it_is_said_where(void **state) {
    static const struct mistake rows[] = {
        {NODES "topology: {kind: watts-strogatz, degree: 3}\n", 2, 42,
         "topology.degree: found `3`; allowed: an even degree, as half of the links"},
        {NODES "topology: {kind: watts-strogatz, degree: 10}\n", 2, 42, "below nodes.count"},
        {NODES "topology: {kind: watts-strogatz, degree: 2.5}\n", 2, 42, "found `2.5`"},
        {NODES "topology: {kind: watts-strogatz, rewire: 2}\n", 2, 42, "a share is a number"},
        {NODES "topology: {kind: watts-strogatz, links: 2}\n", 2, 34, "has no `links`"},
        {"nodes: {count: 16777216}\ntopology: {kind: watts-strogatz, degree: 256}\n", 2, 42,
         "at most 255 for 16777216 nodes"},
        {NODES "topology: {kind: barabasi-albert, attach: 0}\n", 2, 43, "allowed: a whole number"},
        {NODES "topology: {kind: barabasi-albert, attach: 10}\n", 2, 43,
         "found `10`; allowed: less than nodes.count, which is 10"},
        {NODES "topology: {kind: barabasi-albert, degree: 3}\n", 2, 35, "has no `degree`"},
        {"nodes: {count: 1}\ntopology: barabasi-albert\n", 2, 11, "at least 2 nodes"},
        {"nodes: {count: 16777216}\ntopology: {kind: barabasi-albert, attach: 200}\n", 2, 43,
         "found `200`; allowed: at most 127 for 16777216 nodes"},
        {NODES "topology: {kind: random-geometric, radius: 1.1}\n", 2, 44, "a share is a number"},
        {NODES "topology: {kind: random-geometric, radius: 0.1, degree: 3}\n", 2, 11,
         "found 2 of degree, radius and links; allowed: one of them"},
        {NODES "topology: {kind: random-geometric, links: 46}\n", 2, 43, "at most 45 for 10"},
        {NODES "topology: {kind: random-geometric, probability: 0.1}\n", 2, 36, "has no `prob"},
        {NODES "topology: {kind: grid, width: 0}\n", 2, 31, "allowed: a whole number from 1"},
        {NODES "topology: {kind: grid, width: 3, height: 3}\n", 2, 31,
         "3 by 3 nodes, which makes 9; allowed: all places but some of the last row taken by "
         "nodes.count, which is 10"},
        {NODES "topology: {kind: grid, width: 5, height: 3}\n", 2, 31, "which makes 15"},
        {NODES "topology: {kind: grid, height: 11}\n", 2, 32, "which makes 11"},
        {NODES "topology: {kind: torus, width: 3}\n", 2, 32, "exactly nodes.count, which is 10"},
        {"nodes: {count: 997}\ntopology: torus\n", 2, 11, "that is a prime number"},
        {NODES "topology: {kind: edges, edges: [[0, 1, 5]]}\n", 2, 40,
         "topology.edges.0.2: found `5`; a duration is one number with a unit"},
        {NODES "topology: {kind: edges, edges: [[0, 1, 90000s]]}\n", 2, 40, "at most 86400s"},
        {NODES "topology: {kind: edges, edges: [[0, 1, [5]]]}\n", 2, 40, "such as 20ms, or none"},
        {NODES "topology: {kind: edges, edges: [[0, 1, 5ms, 2]]}\n", 2, 45, "a share is a number"},
        {NODES "topology: {kind: edges, edges: [[0, 1, 5ms, 1%, 2]]}\n", 2, 33,
         "allowed: a link, [node, node], with latency and loss behind it"},
        {NODES "topology: {kind: edges, edges: [[0]]}\n", 2, 33, "allowed: a link"},
        {NODES "topology: {kind: file}\n", 2, 11, "kind file needs `path`"},
        {"topology: {kind: file}\n", 1, 11, "kind file needs `path`"},
        {NODES "topology: {kind: file, path: []}\n", 2, 30,
         "topology.path: found a list; allowed: the name of a file that ends in .csv"},
        {NODES "topology: {path: a.csv}\n", 2, 12, "kind random-regular has no `path`"},
        {NODES "topology: clustered\n", 2, 11, "kind clustered needs regions"},
        {NODES "topology: {kind: clustered, degree: 10}\nregions: world-8\n", 2, 37, "below"},
        {NODES "topology: {kind: clustered, local: 2}\nregions: world-8\n", 2, 36, "a share"},
        {NODES "topology: {kind: clustered, links: 4}\nregions: world-8\n", 2, 29, "no `links`"},
        {NODES "topology: {kind: dial, dials: 10}\n", 2, 31, "less than nodes.count, which is 10"},
        {NODES "topology: {kind: dial, dials: x}\n", 2, 31, "allowed: a whole number from 0"},
        {NODES "topology: {kind: dial, degree: 3}\n", 2, 24, "has no `degree`"},
        {"nodes: {count: 16777216}\ntopology: {kind: dial, dials: 128}\n", 2, 31, "at most 127"},
        {"nodes: {count: 9, inbound: 3}\n", 1, 28, "kind random-regular has nobody who dials"},
        {"nodes: {count: 9, inbound: no}\ntopology: dial\n", 1, 28,
         "nodes.inbound: found `no`; allowed: all, none or a whole number from 0 to 16777216"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 0, inbound: none}]}\n", 1, 57,
         "nobody who dials"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 0, inbound: -1}]}\ntopology: dial\n", 1, 57,
         "found `-1`"},
        {NODES "topology: {kind: torus, degree: 4}\n", 2, 25, "has no `degree`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_groups_that_cannot_dial_when_read_then_it_is_said_where(void **state) {
    static const struct mistake rows[] = {
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, dials: 3}]}\n", 1, 55,
         "kind random-regular has nobody who dials"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, dials_to: all}]}\n", 1, 58,
         "kind random-regular has nobody who dials"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, dials: 9}]}\ntopology: {kind: dial, "
         "dials: 2}\n",
         1, 55, "found `9`; allowed: less than nodes.count, which is 9"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, dials_to: {degree: {min: 1}}}]}\n"
         "topology: {kind: dial, dials: 2}\n",
         1, 58, "links are made before regions and degrees are known"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, dials_to: {group: b}}]}\n"
         "topology: {kind: dial, dials: 2}\n",
         1, 66, "unknown group `b`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_graph_when_written_then_the_form_is_complete_and_loads_back),
        FIXTURE_TEST(given_limits_to_calls_when_written_then_groups_show_what_differs),
        FIXTURE_TEST(given_a_number_of_nodes_when_torus_then_rows_are_as_many_as_can_be),
        FIXTURE_TEST(given_a_graph_file_when_read_then_it_says_how_many_nodes_there_are),
        FIXTURE_TEST(given_graph_files_that_do_not_fit_when_read_then_it_is_said_where),
        FIXTURE_TEST(given_graphs_that_cannot_be_when_read_then_it_is_said_where),
        FIXTURE_TEST(given_groups_that_cannot_dial_when_read_then_it_is_said_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
