#include "tests/support/graph_text.h"

static void given_edge_lists_when_read_then_links_and_nodes_are_theirs(void **state) {
    static const struct {
        const char *text;
        uint32_t nodes;
        const char *links;
    } rows[] = {
        {"0,1\n", 2, "0-1"},
        {"0,1", 2, "0-1"},
        {"3,1\r\n0,2\r\n", 4, "3-1 0-2"},
        {"# a graph\n\n 0 , 1 \n\t\n2,1 # no comment here\n", 0, NULL},
        {"a,b\n0,1\n1,2\n", 3, "0-1 1-2"},
        {"source,target\n0,7\n", 8, "0-7"},
        {"latency,b,a\n5ms,0,1\n,1,2\n", 3, "1-0:5000000 2-1"},
        {"from,to,delay,packet_loss\n0,1,1.5ms,1%\n1,2,,0\n", 3, "0-1:1500000/10000000 1-2/0"},
        {"0,1,10ms,0.5\n1,2,20us\n2,3\n", 4, "0-1:10000000/500000000 1-2:20000 2-3"},
        {"# nodes: 10\n0,1\n", 10, "0-1"},
        {"# nodes: 5\n", 5, ""},
        {"x,y\ny,z\nx,z\n", 3, "0-1 1-2 0-2"},
        {"\"new york\",paris\nparis,7\n", 3, "0-1 1-2"},
        {"0,1\n00000002,1\n", 3, "0-1 2-1"},
        {"16777215,0\n", 16777216, "16777215-0"},
    };
    struct graph_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char links[200];
        if (rows[i].links == NULL) {
            assert_null(graph_read_text(f, ".csv", rows[i].text));
            continue;
        }

        const struct graph_file *graph = graph_read_good(f, ".csv", rows[i].text);

        assert_int_equal(graph->node_count, rows[i].nodes);
        assert_string_equal(graph_describe(graph, links, sizeof links), rows[i].links);
    }
}

static void given_names_when_read_then_nodes_are_numbered_as_they_come(void **state) {
    struct graph_fixture *f = *state;
    char name[GRAPH_NAME_SIZE];

    const struct graph_file *named = graph_read_good(f, ".csv", "oslo,\"b\"\nb,7\n");
    const struct graph_file *numbered = graph_read_good(f, ".csv", "3,1\n");

    assert_string_equal(graph_file_name(named, 0, name), "oslo");
    assert_string_equal(graph_file_name(named, 2, name), "7");
    assert_int_equal(named->node_count_max, 3);
    assert_string_equal(graph_file_name(numbered, 3, name), "3");
    assert_int_equal(numbered->node_count_max, TOPOLOGY_NODES_MAX);
}

static void given_bad_edge_lists_when_read_then_line_and_column_are_named(void **state) {
    static const struct graph_mistake rows[] = {
        {"", 1, 1, "the file has no links"},
        {"a,b\n", 1, 1, "the file has no links"},
        {"# nothing\n", 1, 1, "the file has no links"},
        {"0\n", 1, 1, "found `0`; allowed: a link: a,b or a,b,latency"},
        {"0,1\n 2 3\n", 2, 2, "found `2 3`; allowed: a link"},
        {"0,1\n1,x\n", 2, 3, "found `x`; allowed: the number of a node, from 0 to 16777215"},
        {"0,1\n1,16777216\n", 2, 3, "found `16777216`"},
        {"0,1\n1,-2\n", 2, 3, "found `-2`"},
        {"0,1\n1,\n", 2, 3, "found ``"},
        {"0,1\n1,1e3\n", 2, 3, "found `1e3`"},
        {"0,1,5\n", 1, 5, "found `5`; a duration is one number with a unit"},
        {"0,1,90000s\n", 1, 5, "a latency of at most 86400s"},
        {"0,1,5ms,2\n", 1, 9, "found `2`; a share is a number from 0 to 1"},
        {"0,1,5ms,1%,x\n", 1, 12, "found `x`; allowed: at most four fields"},
        {"a,b,weight\n0,1,3\n", 1, 5, "found `weight`; allowed: a, b, latency and loss"},
        {"a,b,a\n0,1,3\n", 1, 5, "each once"},
        {"latency,a\n5ms,0\n", 1, 1, "a header that has both a and b"},
        {"a,b,latency\n0,1\n", 2, 3, "as many fields as in the header"},
        {"x,y\n,y\n", 2, 1, "the name of a node, 1 to 255 bytes"},
        {"# nodes: x\n0,1\n", 1, 10, "found `x`; allowed: a number of nodes"},
        {"# nodes: 2\n0,2\n", 1, 1, "the file says it has 2 nodes, but links node 2"},
        {"0,1\n2,2\n", 2, 1, "node `2` is linked with itself"},
        {"0,1\n1,2\n1,0\n", 3, 1, "nodes `1` and `0`: linked more than once, first in line 1"},
    };

    expect_graph_mistakes(*state, ".csv", rows, COUNT_OF(rows));
}

static void given_several_mistakes_when_read_then_all_are_told_up_to_fifty(void **state) {
    struct graph_fixture *f = *state;
    char text[1000] = "0,1\n";
    for (size_t i = 1; i <= 80; i++) {
        memcpy(text + 4 * i, "0,x\n", 5);
    }

    const struct graph_file *few = graph_read_text(f, ".csv", "0,1\n1,x\n2,y\n");
    uint32_t few_count = f->failures.count;
    const struct graph_file *many = graph_read_text(f, ".csv", text);

    assert_null(few);
    assert_int_equal(few_count, 2);
    assert_null(many);
    assert_int_equal(f->failures.count, FAILURE_LIST_CAPACITY);
}

static void given_names_of_no_graph_file_when_read_then_what_is_allowed_is_said(void **state) {
    struct graph_fixture *f = *state;

    assert_null(graph_file_read(f->arena, "graph.xml", &f->failures));
    assert_null(graph_file_read(f->arena, ".csv", &f->failures));
    assert_null(graph_file_read(f->arena, "nobody/has/this.csv", &f->failures));

    assert_non_null(strstr(f->failures.items[0].message, "ends in .csv, .gml or .graphml"));
    assert_non_null(strstr(f->failures.items[1].message, "ends in .csv, .gml or .graphml"));
    assert_non_null(strstr(f->failures.items[2].message, "there is no such file"));
}

static void given_paths_when_seen_from_a_file_then_its_folder_comes_first(void **state) {
    static const struct {
        const char *beside;
        const char *path;
        const char *whole;
    } rows[] = {
        {"a.yaml", "g.csv", "g.csv"},           {"x/y/a.yaml", "g.csv", "x/y/g.csv"},
        {"x/a.yaml", "../g.csv", "x/../g.csv"}, {"x/a.yaml", "/g.csv", "/g.csv"},
        {"/a.yaml", "g.csv", "/g.csv"},
    };
    struct graph_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *whole =
            graph_file_path(f->arena, rows[i].beside, rows[i].path, (uint32_t)strlen(rows[i].path));

        assert_string_equal(whole, rows[i].whole);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        GRAPH_TEST(given_edge_lists_when_read_then_links_and_nodes_are_theirs),
        GRAPH_TEST(given_names_when_read_then_nodes_are_numbered_as_they_come),
        GRAPH_TEST(given_bad_edge_lists_when_read_then_line_and_column_are_named),
        GRAPH_TEST(given_several_mistakes_when_read_then_all_are_told_up_to_fifty),
        GRAPH_TEST(given_names_of_no_graph_file_when_read_then_what_is_allowed_is_said),
        GRAPH_TEST(given_paths_when_seen_from_a_file_then_its_folder_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
