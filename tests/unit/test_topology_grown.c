#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/prng.h"
#include "sim/topology.h"
#include "tests/support/graph_measure.h"

#include <inttypes.h>
#include <string.h>

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static struct topology build_small_world(struct arena *arena, uint32_t nodes, uint32_t degree,
                                         uint32_t rewire_ppb) {
    return build(arena, (struct topology_options){.kind = TOPOLOGY_WATTS_STROGATZ,
                                                  .node_count = nodes,
                                                  .degree = degree,
                                                  .rewire_ppb = rewire_ppb,
                                                  .seed = nodes + degree});
}

static void expect_ring(const struct topology *topology, uint32_t degree) {
    uint32_t nodes = topology->node_count;
    assert_int_equal(topology->link_count, nodes * degree / 2);
    for (uint32_t node = 0; node < nodes; node++) {
        assert_int_equal(degree_of(topology, node), degree);
        for (uint32_t i = 1; i <= degree / 2; i++) {
            assert_int_not_equal(topology_find_slot(topology, node, (node + i) % nodes),
                                 UINT32_MAX);
        }
    }
}

static void given_no_rewiring_when_watts_strogatz_then_near_nodes_are_linked(void **state) {
    for (uint32_t nodes = 1; nodes <= 13; nodes++) {
        for (uint32_t degree = 0; degree < nodes; degree += 2) {
            struct topology topology = build_small_world(*state, nodes, degree, 0);

            expect_ring(&topology, degree);
        }
    }
}

static void given_any_rewiring_when_watts_strogatz_then_links_keep_their_number(void **state) {
    static const uint32_t shares[] = {1, 100000000, 500000000, 1000000000};
    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        for (uint32_t nodes = 5; nodes <= 1001; nodes += 332) {
            struct topology topology = build_small_world(*state, nodes, 4, shares[i]);

            assert_int_equal(topology.link_count, nodes * 2);
            // Each node keeps its own end of the half of its links that it is first in.
            assert_in_range(degree_min_of(&topology), 2, 4);
        }
        struct topology complete = build_small_world(*state, 21, 20, shares[i]);
        assert_int_equal(complete.link_count, 210);
    }
}

static void given_more_rewiring_when_watts_strogatz_then_clustering_falls(void **state) {
    struct topology ring = build_small_world(*state, 2000, 10, 0);
    struct topology some = build_small_world(*state, 2000, 10, 100000000);
    struct topology half = build_small_world(*state, 2000, 10, 500000000);
    struct topology all = build_small_world(*state, 2000, 10, 1000000000);

    // 3 (k − 2) / 4 (k − 1) without rewiring; about (1 − rewire)³ of it with.
    expect_near(clustering_of(&ring), 24.0 / 36, 1e-9);
    expect_near(clustering_of(&some), 24.0 / 36 * 0.729, 0.03);
    expect_near(clustering_of(&half), 24.0 / 36 * 0.125, 0.03);
    expect_near(clustering_of(&all), 0.005, 0.005);
    assert_int_equal(count_reached(&some), 2000);
}

static struct topology build_hubs(struct arena *arena, uint32_t nodes, uint32_t attach,
                                  uint64_t seed) {
    return build(arena, (struct topology_options){.kind = TOPOLOGY_BARABASI_ALBERT,
                                                  .node_count = nodes,
                                                  .attach = attach,
                                                  .seed = seed});
}

static void given_links_of_new_nodes_when_barabasi_albert_then_all_have_them(void **state) {
    for (uint32_t nodes = 2; nodes <= 41; nodes += 13) {
        for (uint32_t attach = 1; attach < nodes; attach++) {
            struct topology topology = build_hubs(*state, nodes, attach, nodes);

            assert_int_equal(topology.link_count,
                             attach * (attach + 1) / 2 + (nodes - attach - 1) * attach);
            assert_int_equal(degree_min_of(&topology), attach);
            assert_int_equal(count_reached(&topology), nodes);
        }
    }
}

/** The share of nodes with k links or more goes down with the square of k. */
static void given_many_nodes_when_barabasi_albert_then_degrees_have_a_long_tail(void **state) {
    enum { NODES = 50000, ATTACH = 4 };
    struct topology topology = build_hubs(*state, NODES, ATTACH, 1);
    for (uint32_t k = 2 * ATTACH; k <= 16 * ATTACH; k *= 2) {
        uint32_t count = 0;
        for (uint32_t node = 0; node < NODES; node++) {
            count += degree_of(&topology, node) >= k;
        }

        // Exactly m (m + 1) / k (k + 1) in the limit.
        double expected = (double)NODES * ATTACH * (ATTACH + 1) / (k * (k + 1.0));
        expect_near(count / expected, 1, 0.12);
    }
    assert_true(degree_max_of(&topology) > 200);
}

/** Links of nodes at most `radius` apart, found by looking at all pairs. */
static uint64_t count_near(uint32_t nodes, uint64_t seed, uint64_t square,
                           const struct topology *in) {
    enum { NODES_MAX = 1000 };
    static int64_t x[NODES_MAX];
    static int64_t y[NODES_MAX];
    struct prng prng = prng_stream(seed, STREAM_TOPOLOGY, 0);
    for (uint32_t node = 0; node < nodes; node++) {
        uint64_t draw = prng_next(&prng);
        x[node] = (int64_t)(draw >> 34);
        y[node] = (int64_t)(draw & ((1 << 30) - 1));
    }
    uint64_t count = 0;
    for (uint32_t a = 0; a < nodes; a++) {
        for (uint32_t b = a + 1; b < nodes; b++) {
            int64_t wide = x[a] - x[b];
            int64_t high = y[a] - y[b];
            if ((uint64_t)(wide * wide + high * high) <= square) {
                assert_int_not_equal(topology_find_slot(in, a, b), UINT32_MAX);
                count++;
            }
        }
    }
    return count;
}

static void given_radius_when_random_geometric_then_just_the_near_pairs_are_linked(void **state) {
    static const uint32_t radii[] = {0,         1,         1000000,   10000000,  50000000,
                                     100000000, 333333333, 500000000, 1000000000};
    for (size_t i = 0; i < COUNT_OF(radii); i++) {
        for (uint32_t nodes = 1; nodes <= 1000; nodes = nodes * 3 + 1) {
            struct topology topology =
                build(*state, (struct topology_options){.kind = TOPOLOGY_RANDOM_GEOMETRIC,
                                                        .node_count = nodes,
                                                        .radius_ppb = radii[i],
                                                        .seed = 7});
            uint64_t radius = radii[i] * (UINT64_C(1) << 30) / 1000000000;
            uint64_t square = radius * radius;

            uint64_t near = radii[i] == 0 ? 0 : count_near(nodes, 7, square, &topology);

            assert_int_equal(topology.link_count, near);
        }
    }
}

static void
given_number_of_links_when_random_geometric_then_the_nearest_pairs_are_linked(void **state) {
    static const struct {
        uint32_t nodes;
        uint64_t links;
    } rows[] = {{2, 1},   {3, 2},   {3, 3},      {10, 0},       {10, 44},
                {10, 45}, {999, 1}, {999, 9990}, {999, 498500}, {999, 498501}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct topology topology =
            build(*state, (struct topology_options){.kind = TOPOLOGY_RANDOM_GEOMETRIC,
                                                    .node_count = rows[i].nodes,
                                                    .link_count = rows[i].links,
                                                    .seed = 7});

        assert_int_equal(topology.link_count, rows[i].links);
    }
}

static void
given_many_nodes_when_random_geometric_then_clustering_is_that_of_a_plane(void **state) {
    struct topology topology =
        build(*state, (struct topology_options){.kind = TOPOLOGY_RANDOM_GEOMETRIC,
                                                .node_count = 20000,
                                                .link_count = 200000,
                                                .seed = 3});

    // 1 − 3√3 / 4π far from the border.
    expect_near(clustering_of(&topology), 0.5865, 0.02);
}

/** All links, as `a-b` in order, into `text`. */
static void describe(const struct topology *topology, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (topology->owner[slot] < topology->peer[slot]) {
            used +=
                (size_t)snprintf(text + used, size - used, "%s%" PRIu32 "-%" PRIu32,
                                 used == 0 ? "" : " ", topology->owner[slot], topology->peer[slot]);
        }
    }
}

static void given_rows_and_columns_when_built_then_links_are_the_expected_ones(void **state) {
    static const struct {
        struct topology_options options;
        const char *links;
    } rows[] = {
        {{.kind = TOPOLOGY_GRID, .node_count = 1, .width = 1, .height = 1}, ""},
        {{.kind = TOPOLOGY_GRID, .node_count = 4, .width = 2, .height = 2}, "0-1 0-2 1-3 2-3"},
        {{.kind = TOPOLOGY_GRID, .node_count = 5, .width = 3, .height = 2}, "0-1 0-3 1-2 1-4 3-4"},
        {{.kind = TOPOLOGY_GRID, .node_count = 4, .width = 3, .height = 2}, "0-1 0-3 1-2"},
        {{.kind = TOPOLOGY_GRID, .node_count = 3, .width = 3, .height = 1}, "0-1 1-2"},
        {{.kind = TOPOLOGY_GRID, .node_count = 3, .width = 1, .height = 3}, "0-1 1-2"},
        {{.kind = TOPOLOGY_TORUS, .node_count = 1, .width = 1, .height = 1}, ""},
        {{.kind = TOPOLOGY_TORUS, .node_count = 2, .width = 2, .height = 1}, "0-1"},
        {{.kind = TOPOLOGY_TORUS, .node_count = 4, .width = 2, .height = 2}, "0-1 0-2 1-3 2-3"},
        {{.kind = TOPOLOGY_TORUS, .node_count = 4, .width = 1, .height = 4}, "0-1 0-3 1-2 2-3"},
        {{.kind = TOPOLOGY_TORUS, .node_count = 6, .width = 3, .height = 2},
         "0-1 0-2 0-3 1-2 1-4 2-5 3-4 3-5 4-5"},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[200];
        struct topology topology = build(*state, rows[row].options);

        describe(&topology, text, sizeof text);

        assert_string_equal(text, rows[row].links);
    }
}

static void given_three_rows_or_more_when_torus_then_every_node_has_four_links(void **state) {
    for (uint32_t width = 3; width <= 30; width += 9) {
        for (uint32_t height = 3; height <= 30; height += 9) {
            struct topology topology =
                build(*state, (struct topology_options){.kind = TOPOLOGY_TORUS,
                                                        .node_count = width * height,
                                                        .width = width,
                                                        .height = height});

            assert_int_equal(degree_min_of(&topology), 4);
            assert_int_equal(degree_max_of(&topology), 4);
            assert_int_equal(count_reached(&topology), width * height);
        }
    }
}

static void given_options_that_cannot_be_met_when_grown_then_failure_says_why(void **state) {
    static const struct {
        struct topology_options options;
        const char *message;
    } rows[] = {
        {{.kind = TOPOLOGY_WATTS_STROGATZ, .node_count = 10, .degree = 3},
         "degree 3 with 10 nodes; half of the links go each way round the ring, so the degree is "
         "even and at most 8"},
        {{.kind = TOPOLOGY_WATTS_STROGATZ, .node_count = 10, .degree = 10}, "at most 8"},
        {{.kind = TOPOLOGY_WATTS_STROGATZ, .node_count = 10, .rewire_ppb = 1000000001},
         "at most 1000000000"},
        {{.kind = TOPOLOGY_WATTS_STROGATZ, .node_count = 1 << 24, .degree = 256}, "more than"},
        {{.kind = TOPOLOGY_BARABASI_ALBERT, .node_count = 10}, "0 links for each new node"},
        {{.kind = TOPOLOGY_BARABASI_ALBERT, .node_count = 10, .attach = 10}, "from 1 to one less"},
        {{.kind = TOPOLOGY_BARABASI_ALBERT, .node_count = 1 << 24, .attach = 129}, "more than"},
        {{.kind = TOPOLOGY_RANDOM_GEOMETRIC, .node_count = 5, .link_count = 11},
         "11 links with 5 nodes; there are 10 pairs"},
        {{.kind = TOPOLOGY_RANDOM_GEOMETRIC, .node_count = 5, .radius_ppb = 1000000001},
         "at most 1000000000"},
        {{.kind = TOPOLOGY_GRID, .node_count = 5, .width = 2, .height = 2},
         "2 by 2 places for 5 nodes; only the last row may have places left"},
        {{.kind = TOPOLOGY_GRID, .node_count = 4, .width = 2, .height = 3}, "2 by 3 places"},
        {{.kind = TOPOLOGY_GRID, .node_count = 4}, "0 by 0 places"},
        {{.kind = TOPOLOGY_TORUS, .node_count = 5, .width = 3, .height = 2},
         "there must be as many nodes as places"},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology topology;
        struct failure failure = {0};

        bool built = topology_build(&topology, *state, &rows[row].options, &failure);

        assert_false(built);
        if (strstr(failure.message, rows[row].message) == NULL) {
            fail_msg("row %zu: %s", row, failure.message);
        }
        assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
    }
}

/** The digests of runs rest on these graphs: no compiler, option or machine may change a link of
 * them. */
static void given_seed_when_grown_then_graph_is_the_pinned_one(void **state) {
    static const struct {
        const char *name;
        struct topology_options options;
        uint64_t hash;
    } rows[] = {
        {"small world",
         {.kind = TOPOLOGY_WATTS_STROGATZ,
          .node_count = 1000,
          .degree = 8,
          .rewire_ppb = 200000000},
         UINT64_C(0x3bd0958ebcb8a380)},
        {"hubs",
         {.kind = TOPOLOGY_BARABASI_ALBERT, .node_count = 1000, .attach = 5},
         UINT64_C(0x4acfd5457889ac52)},
        {"radius",
         {.kind = TOPOLOGY_RANDOM_GEOMETRIC, .node_count = 1000, .radius_ppb = 60000000},
         UINT64_C(0x43c33cef0b6cceb2)},
        {"nearest",
         {.kind = TOPOLOGY_RANDOM_GEOMETRIC, .node_count = 1000, .link_count = 5000},
         UINT64_C(0xdbdc32f8a8518433)},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology_options options = rows[row].options;
        options.seed = 1;
        struct topology first = build(*state, options);
        struct topology again = build(*state, options);
        options.seed = 2;
        struct topology other = build(*state, options);

        uint64_t hash = hash_of(&first);

        assert_true(hash_of(&again) == hash);
        assert_true(hash_of(&other) != hash);
        if (hash != rows[row].hash) {
            fail_msg("%s: hash %#" PRIx64, rows[row].name, hash);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(given_no_rewiring_when_watts_strogatz_then_near_nodes_are_linked),
        TEST(given_any_rewiring_when_watts_strogatz_then_links_keep_their_number),
        TEST(given_more_rewiring_when_watts_strogatz_then_clustering_falls),
        TEST(given_links_of_new_nodes_when_barabasi_albert_then_all_have_them),
        TEST(given_many_nodes_when_barabasi_albert_then_degrees_have_a_long_tail),
        TEST(given_radius_when_random_geometric_then_just_the_near_pairs_are_linked),
        TEST(given_number_of_links_when_random_geometric_then_the_nearest_pairs_are_linked),
        TEST(given_many_nodes_when_random_geometric_then_clustering_is_that_of_a_plane),
        TEST(given_rows_and_columns_when_built_then_links_are_the_expected_ones),
        TEST(given_three_rows_or_more_when_torus_then_every_node_has_four_links),
        TEST(given_options_that_cannot_be_met_when_grown_then_failure_says_why),
        TEST(given_seed_when_grown_then_graph_is_the_pinned_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
