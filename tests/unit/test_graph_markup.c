#include "tests/support/graph_text.h"

#include "scenarios/graph_units.h"
#include "scenarios/scenario_read.h"

/** A network graph as Shadow has it, but for the loops. */
static const char shadow[] =
    "graph [\n"
    "  directed 0\n"
    "  node [ id 0 label \"here\" host_bandwidth_up \"100 Mbit\" host_bandwidth_down \"1 Gbit\" ]\n"
    "  node [ id 9 label \"there\" host_bandwidth_up \"10 Mbit\" host_bandwidth_down \"2 Mbit\" ]\n"
    "  node [ id 5 ]\n"
    "  edge [ source 0 target 9 latency \"10 ms\" packet_loss 0.01 ]\n"
    "  edge [ source 5 target 9 latency \"2500 us\" packet_loss 0.0 ]\n"
    "]\n";

static void given_a_network_graph_when_read_then_it_has_all_that_is_said(void **state) {
    struct graph_fixture *f = *state;
    char text[200];

    const struct graph_file *graph = graph_read_good(f, ".gml", shadow);

    assert_int_equal(graph->node_count, 3);
    assert_string_equal(graph->names[0], "here");
    assert_string_equal(graph->names[2], "5");
    assert_true(graph->up_bits_per_s[0] == 100000000);
    assert_true(graph->down_bits_per_s[1] == 2000000);
    assert_true(graph->up_bits_per_s[2] == 0);
    assert_string_equal(graph_describe(graph, text, sizeof text),
                        "0-1:10000000/10000000 1-2:2500000/0");
}

static void given_a_plain_graph_when_read_then_it_has_links_alone(void **state) {
    struct graph_fixture *f = *state;
    char text[200];

    const struct graph_file *gml = graph_read_good(
        f, ".gml",
        "graph [ node [ id 1 ] node [ id 2 ] node [ id 3 ] edge [ source 3 target 1 ] ]");
    const char *gml_links = graph_describe(gml, text, sizeof text);

    assert_string_equal(gml_links, "0-2");
    assert_null(gml->delay_ns);
    assert_null(gml->loss_ppb);
    assert_null(gml->up_bits_per_s);
}

static void given_graphml_when_read_then_it_is_the_same(void **state) {
    static const char text[] =
        "<?xml version=\"1.0\"?>\n"
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
        "<key id=\"d\" for=\"edge\" attr.name=\"latency\" attr.type=\"string\"/>\n"
        "<key id=\"p\" for=\"edge\" attr.name=\"packet_loss\" attr.type=\"double\"/>\n"
        "<graph edgedefault=\"undirected\">\n"
        "<node id=\"n0\"/><node id=\"n1\"/><node id=\"n2\"/>\n"
        "<edge source=\"n1\" target=\"n0\"><data key=\"d\">5ms</data></edge>\n"
        "<edge source=\"n1\" target=\"n2\"><data key=\"p\">0.25</data></edge>\n"
        "</graph></graphml>\n";
    struct graph_fixture *f = *state;
    char links[200];

    const struct graph_file *graph = graph_read_good(f, ".graphml", text);

    assert_int_equal(graph->node_count, 3);
    assert_string_equal(graph->names[1], "n1");
    assert_string_equal(graph_describe(graph, links, sizeof links), "0-1:5000000 1-2/250000000");
}

#define BOTH(more) "graph [ directed 1 node [ id 0 ] node [ id 1 ] " more " ]"

static void given_a_directed_graph_when_both_ways_agree_then_they_are_one_link(void **state) {
    struct graph_fixture *f = *state;
    char text[200];

    const struct graph_file *one =
        graph_read_good(f, ".gml", BOTH("edge [ source 1 target 0 latency \"5 ms\" ]"));
    const char *links = graph_describe(one, text, sizeof text);
    assert_string_equal(links, "1-0:5000000");
    const struct graph_file *both =
        graph_read_good(f, ".gml",
                        BOTH("edge [ source 0 target 1 latency \"5 ms\" ] edge [ source 1 target "
                             "0 latency \"5 ms\" ]"));

    assert_string_equal(graph_describe(both, text, sizeof text), "0-1:5000000");
}

static void given_bad_files_when_read_then_it_is_said_where(void **state) {
    static const struct graph_mistake gml[] = {
        {"", 1, 1, "not valid GML"},
        {"graph [\n node [ id 0 ]\n node id 1 ]\n]\n", 3, 1, "not valid GML: (syntax error"},
        {"graph [\n node [ id 0 ]\n edge [ source 0 target 9 ]\n]\n", 3, 1, "nknown target"},
        {"graph [ ]", 0, 0, "the graph has 0 nodes; allowed: 1 to 16777216"},
        {"graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 latency \"5\" ] ]", 0, 0,
         "the link of `0` and `1` has `5`; a duration is one number with a unit"},
        {"graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 latency 5 ] ]", 0, 0,
         "has `5`; a duration"},
        {"graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 packet_loss 1.5 ] ]", 0, 0,
         "has `1.5`; a share"},
        {"graph [ node [ id 0 host_bandwidth_up \"5 apples\" ] ]", 0, 0,
         "node `0`: host_bandwidth_up is `5 apples`; a rate is a number with a unit"},
        {"graph [ node [ id 7 ] edge [ source 7 target 7 ] ]", 0, 0,
         "node `7` is linked with itself; allowed: two different nodes (a graph of places"},
        {BOTH("edge [ source 0 target 1 ] edge [ source 0 target 1 ]"), 0, 0,
         "nodes `0` and `1`: linked more than once"},
        {BOTH("edge [ source 0 target 1 latency \"1 ms\" ] edge [ source 1 target 0 latency \"2 "
              "ms\" ]"),
         0, 0, "says something else each way"},
    };
    static const struct graph_mistake graphml[] = {
        {"", 1, 1, "not valid GraphML"},
        {"<graphml>\n<node id=\"x\"/>\n<oops\n", 4, 1, "not valid GraphML: Couldn't find end"},
    };

    expect_graph_mistakes(*state, ".gml", gml, COUNT_OF(gml));
    expect_graph_mistakes(*state, ".graphml", graphml, COUNT_OF(graphml));
}

static void given_units_of_network_graphs_when_read_then_they_are_known(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t bits_per_s;
    } rows[] = {
        {"100 Mbit", 100000000}, {"1 Gbit", 1000000000}, {"7 bit", 7},         {"3 kbit", 3000},
        {"2 Kibit", 2048},       {"1 Mibit", 1048576},   {"5Mbit/s", 5000000}, {"0.5 Mbit", 500000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t rate = 0;
        const char *why = NULL;

        assert_true(graph_read_rate(rows[i].text, &rate, &why));

        assert_true(rate == rows[i].bits_per_s);
    }
    static const char *const wrong[] = {"", "Mbit", "5", "x Mbit", "99999999999 Gibit"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        uint64_t rate = 0;
        const char *why = NULL;

        assert_false(graph_read_rate(wrong[i], &rate, &why));

        assert_non_null(why);
    }
}

/** Writes a graph of places and reads a scenario with its regions. */
static const struct scenario *load_regions(struct graph_fixture *f, const char *graph) {
    static const char text[] = "nodes: {count: 5}\nregions: {file: given-places.gml}\n";
    FILE *file = fopen("given-places.gml", "w");
    assert_non_null(file);
    fputs(graph, file);
    fclose(file);
    memset(&f->failures, 0, sizeof f->failures);
    const struct scenario *scenario = scenario_load_text(
        f->arena, &(struct scenario_source){.path = "a.yaml"}, text, strlen(text), &f->failures);
    unlink("given-places.gml");
    return scenario;
}

#define PLACES                                                                                     \
    "graph [ directed 0 node [ id 0 label \"here\" ] node [ id 4 ] "                               \
    "node [ id 2 label \"far\" ] "                                                                 \
    "edge [ source 0 target 0 latency \"1 ms\" packet_loss 0.0 ] "                                 \
    "edge [ source 4 target 4 latency \"2 ms\" ] edge [ source 2 target 2 latency \"3 ms\" ] "     \
    "edge [ source 0 target 4 latency \"10 ms\" ] "

static void
given_a_graph_of_places_when_read_then_regions_are_the_shortest_ways_apart(void **state) {
    struct graph_fixture *f = *state;

    const struct scenario *scenario =
        load_regions(f, PLACES "edge [ source 4 target 2 latency \"20 ms\" ] "
                               "edge [ source 0 target 2 latency \"90 ms\" ] ]");

    assert_non_null(scenario);
    static const int64_t expected_ms[] = {1, 10, 30, 10, 2, 20, 30, 20, 3};
    assert_int_equal(scenario->regions.count, 3);
    assert_string_equal(scenario->regions.items[0].name, "here");
    assert_string_equal(scenario->regions.items[1].name, "4");
    for (size_t i = 0; i < COUNT_OF(expected_ms); i++) {
        assert_true(scenario->regions.delay_ns[i] == expected_ms[i] * 1000000);
    }
}

static void given_losses_of_places_when_read_then_they_add_up_along_the_ways(void **state) {
    static const char graph[] =
        "graph [ directed 1 node [ id 0 ] node [ id 1 ] node [ id 2 ] "
        "edge [ source 0 target 0 latency \"1 ms\" packet_loss 0.25 ] "
        "edge [ source 1 target 1 latency \"1 ms\" packet_loss 0.0 ] "
        "edge [ source 2 target 2 latency \"1 ms\" ] "
        "edge [ source 0 target 1 latency \"5 ms\" packet_loss 0.1 ] "
        "edge [ source 1 target 0 latency \"5 ms\" packet_loss 0.001 ] "
        "edge [ source 1 target 2 latency \"5 ms\" packet_loss 0.2 ] "
        // As long as by way of 1, and less is lost; the other way more is.
        "edge [ source 0 target 2 latency \"10 ms\" packet_loss 0.3 ] "
        "edge [ source 2 target 1 latency \"5 ms\" packet_loss 0.000000001 ] "
        "edge [ source 2 target 0 latency \"10 ms\" packet_loss 0.0005 ] ]";
    static const uint32_t expected_ppb[] = {250000000, 100000000, 280000000, 1000000, 0,
                                            200000000, 500000,    1,         0};
    struct graph_fixture *f = *state;

    const struct scenario *scenario = load_regions(f, graph);

    assert_non_null(scenario);
    for (size_t i = 0; i < COUNT_OF(expected_ppb); i++) {
        assert_int_equal(scenario->regions.loss_ppb[i], expected_ppb[i]);
    }
    const char *text = scenario_write(f->arena, scenario, NULL);
    assert_non_null(strstr(text, "  packet_loss:\n    - [25%, 10%, 28%]\n    - [0.1%, 0%, 20%]\n"));
}

#define HOSTS                                                                                      \
    "graph [ node [ id 0 host_bandwidth_up \"100 Mbit\" host_bandwidth_down \"1 Gbit\" ] "         \
    "node [ id 1 host_bandwidth_up \"2 Mibit\" ] node [ id 2 ] "

static void given_bandwidths_of_places_when_read_then_their_nodes_have_them(void **state) {
    struct graph_fixture *f = *state;

    const struct scenario *scenario = load_regions(
        f, HOSTS "edge [ source 0 target 0 latency \"1 ms\" ] edge [ source 1 target 1 latency "
                 "\"1 ms\" ] edge [ source 2 target 2 latency \"1 ms\" ] edge [ source 0 target 1 "
                 "latency \"1 ms\" ] edge [ source 1 target 2 latency \"1 ms\" ] ]");

    assert_non_null(scenario);
    assert_true(scenario->links.bandwidth.up_bits_per_s == SCENARIO_RATE_AUTO);
    const char *text = scenario_write(f->arena, scenario, NULL);
    assert_non_null(strstr(text, "  bandwidth: {up: auto, down: auto, "));
    assert_non_null(strstr(text, "  host_bandwidth: [\n    [100Mbit/s, 1Gbit/s], "
                                 "[2097152bit/s, none], [none, none]]\n"));
}

/** Reads a scenario whose links are those of a graph. */
static const struct scenario *load_topology(struct graph_fixture *f, const char *graph) {
    static const char text[] = "topology: {kind: file, path: given-hosts.gml}\n"
                               "links: {bandwidth: {down: 5Mbit/s}}\n";
    FILE *file = fopen("given-hosts.gml", "w");
    assert_non_null(file);
    fputs(graph, file);
    fclose(file);
    memset(&f->failures, 0, sizeof f->failures);
    const struct scenario *scenario = scenario_load_text(
        f->arena, &(struct scenario_source){.path = "a.yaml"}, text, strlen(text), &f->failures);
    unlink("given-hosts.gml");
    return scenario;
}

static void given_bandwidths_of_nodes_when_read_then_what_is_written_comes_first(void **state) {
    struct graph_fixture *f = *state;

    const struct scenario *scenario = load_topology(f, HOSTS "edge [ source 0 target 1 ] ]");

    assert_non_null(scenario);
    assert_int_equal(scenario->links.host_count, 3);
    assert_true(scenario->links.host_rates[1].bits_per_s[BANDWIDTH_UP] == 2097152);
    assert_true(scenario->links.host_rates[1].bits_per_s[BANDWIDTH_DOWN] == SCENARIO_RATE_AUTO);
    assert_true(scenario->links.bandwidth.up_bits_per_s == SCENARIO_RATE_AUTO);
    assert_true(scenario->links.bandwidth.down_bits_per_s == 5000000);
    assert_null(load_topology(f, "graph [ node [ id 7 host_bandwidth_up \"9 kbit\" ] ]"));
    assert_string_equal(f->failures.items[0].message,
                        "node `7` has a bandwidth of 9kbit/s; allowed: 10kbit/s to 1000Gbit/s");
}

static void given_graphs_that_are_no_places_when_read_then_it_is_said_why(void **state) {
    static const struct {
        const char *graph;
        const char *words;
    } rows[] = {
        {PLACES "]", "region `here` has no way to some other one"},
        {"graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 latency \"1 ms\" ] ]",
         "region `0` has no link to itself"},
        {"graph [ node [ id 0 ] edge [ source 0 target 0 ] ]", "has a link without latency"},
        {"graph [ node [ id 0 label \"a\" ] node [ id 1 label \"a\" ] ]", "stands twice"},
    };
    struct graph_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_null(load_regions(f, rows[i].graph));
        if (strstr(f->failures.items[0].message, rows[i].words) == NULL) {
            fail_msg("%s: %s", rows[i].words, f->failures.items[0].message);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        GRAPH_TEST(given_a_network_graph_when_read_then_it_has_all_that_is_said),
        GRAPH_TEST(given_a_plain_graph_when_read_then_it_has_links_alone),
        GRAPH_TEST(given_graphml_when_read_then_it_is_the_same),
        GRAPH_TEST(given_a_directed_graph_when_both_ways_agree_then_they_are_one_link),
        GRAPH_TEST(given_bad_files_when_read_then_it_is_said_where),
        GRAPH_TEST(given_a_graph_of_places_when_read_then_regions_are_the_shortest_ways_apart),
        GRAPH_TEST(given_losses_of_places_when_read_then_they_add_up_along_the_ways),
        GRAPH_TEST(given_bandwidths_of_places_when_read_then_their_nodes_have_them),
        GRAPH_TEST(given_bandwidths_of_nodes_when_read_then_what_is_written_comes_first),
        GRAPH_TEST(given_graphs_that_are_no_places_when_read_then_it_is_said_why),
        GRAPH_TEST(given_units_of_network_graphs_when_read_then_they_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
