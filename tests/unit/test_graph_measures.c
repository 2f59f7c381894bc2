#include "tests/support/unit.h"

#include "analysis/graph_measures.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

/** A run that has nothing but nodes and these links. */
static struct run_data run_of(uint32_t nodes, const struct trace_link *links, uint32_t count) {
    return (struct run_data){.node_count = nodes, .links = links, .link_count = count};
}

static void given_small_graphs_when_measured_then_figures_are_those_worked_out(void **state) {
    (void)state;
    enum { LINKS_MAX = 6 };
    static const struct {
        const char *name;
        uint32_t nodes;
        uint32_t links;
        struct trace_link link[LINKS_MAX];
        uint32_t degrees[2]; // least and most
        uint32_t parts[3];   // components, nodes of the largest, isolated
        uint32_t diameter;
        double path_mean;
    } rows[] = {
        {"one node", 1, 0, {{0}}, {0, 0}, {1, 1, 1}, 0, 0},
        {"two nodes apart", 2, 0, {{0}}, {0, 0}, {2, 1, 2}, 0, 0},
        {"a line",
         4,
         3,
         {{.a = 0, .b = 1}, {.a = 1, .b = 2}, {.a = 2, .b = 3}},
         {1, 2},
         {1, 4, 0},
         3,
         10.0 / 6},
        {"a star and a node",
         5,
         3,
         {{.a = 0, .b = 1}, {.a = 0, .b = 2}, {.a = 0, .b = 3}},
         {0, 3},
         {2, 4, 1},
         2,
         9.0 / 6},
        {"two triangles",
         6,
         6,
         {{.a = 0, .b = 1},
          {.a = 0, .b = 2},
          {.a = 1, .b = 2},
          {.a = 3, .b = 4},
          {.a = 3, .b = 5},
          {.a = 4, .b = 5}},
         {2, 2},
         {2, 3, 0},
         1,
         1},
    };
    struct arena *arena = arena_create(NULL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_data run = run_of(rows[i].nodes, rows[i].link, rows[i].links);
        struct graph_measures measures;

        graph_measure(&measures, &run, arena);

        bool same = measures.degree_min == rows[i].degrees[0] &&
                    measures.degree_max == rows[i].degrees[1] &&
                    measures.components == rows[i].parts[0] &&
                    measures.largest == rows[i].parts[1] && measures.isolated == rows[i].parts[2] &&
                    measures.diameter == rows[i].diameter && measures.exact &&
                    fabs(measures.path_mean - rows[i].path_mean) < 1e-9 &&
                    measures.degree_nodes[rows[i].degrees[0]] > 0;
        if (!same) {
            fail_msg("%s: %" PRIu32 " components, diameter %" PRIu32 ", mean %f", rows[i].name,
                     measures.components, measures.diameter, measures.path_mean);
        }
    }
    arena_destroy(arena);
}

/** A line so long that it is not walked from every node: walks from far ends find its length. */
static void given_a_large_graph_when_measured_then_the_diameter_is_a_lower_bound(void **state) {
    (void)state;
    enum { NODES = 30000 };
    struct arena *arena = arena_create(NULL);
    struct trace_link *links = arena_take_array(arena, MEMORY_TABLES, NODES, sizeof *links);
    for (uint32_t i = 0; i + 1 < NODES; i++) {
        links[i] = (struct trace_link){.a = i, .b = i + 1};
    }
    struct run_data run = run_of(NODES, links, NODES - 1);
    struct graph_measures measures;

    graph_measure(&measures, &run, arena);

    assert_false(measures.exact);
    assert_in_range(measures.walks, 1, NODES - 1);
    assert_int_equal(measures.diameter, NODES - 1);
    assert_true(fabs(measures.path_mean / (NODES / 3.0) - 1) < 0.01);
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_small_graphs_when_measured_then_figures_are_those_worked_out),
        cmocka_unit_test(given_a_large_graph_when_measured_then_the_diameter_is_a_lower_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
