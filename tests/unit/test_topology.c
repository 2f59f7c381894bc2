#include "tests/support/unit.h"

#include "base/arena.h"
#include "sim/topology.h"
#include "tests/support/graph_measure.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static struct topology build_regular(struct arena *arena, uint32_t node_count, uint32_t degree,
                                     uint64_t seed) {
    return build(arena, (struct topology_options){.kind = TOPOLOGY_RANDOM_REGULAR,
                                                  .node_count = node_count,
                                                  .degree = degree,
                                                  .seed = seed});
}

static void expect_regular(struct arena *arena, uint32_t node_count, uint32_t degree) {
    struct topology topology = build_regular(arena, node_count, degree, node_count + degree);
    for (uint32_t node = 0; node < node_count; node++) {
        if (degree_of(&topology, node) != degree) {
            fail_msg("%" PRIu32 " nodes of degree %" PRIu32 ": node %" PRIu32 " has %" PRIu32,
                     node_count, degree, node, degree_of(&topology, node));
        }
    }
}

static void given_every_small_size_when_random_regular_then_every_degree_is_exact(void **state) {
    for (uint32_t node_count = 1; node_count <= 24; node_count++) {
        for (uint32_t degree = 0; degree < node_count; degree++) {
            if (node_count * degree % 2 == 0) {
                expect_regular(*state, node_count, degree);
            }
        }
    }
}

static void given_larger_size_when_random_regular_then_every_degree_is_exact(void **state) {
    static const struct {
        uint32_t node_count;
        uint32_t degree;
    } rows[] = {
        {1000, 0},  {1000, 1},  {1000, 3},  {1000, 20},  {10000, 20}, {400, 199},
        {400, 200}, {400, 201}, {400, 300}, {400, 396},  {400, 397},  {400, 398},
        {400, 399}, {401, 398}, {401, 400}, {1500, 600},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        expect_regular(*state, rows[row].node_count, rows[row].degree);
    }
}

static void given_degree_3_or_more_when_random_regular_then_connected(void **state) {
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct topology sparse = build_regular(*state, 2000, 4, seed);
        struct topology usual = build_regular(*state, 1000, 20, seed);

        assert_int_equal(count_reached(&sparse), 2000);
        assert_int_equal(count_reached(&usual), 1000);
    }
}

/** The 2-regular graphs on six nodes are 60 hexagons and 10 pairs of triangles. */
static void given_six_nodes_of_degree_2_when_drawn_often_then_graphs_are_uniform(void **state) {
    enum { DRAWS = 14000 };
    uint32_t pairs_of_triangles = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct topology topology = build_regular(*state, 6, 2, seed);

        pairs_of_triangles += count_reached(&topology) == 3;
    }

    // 2000 expected; four standard deviations are 166, the rest allows for what mixing leaves.
    assert_in_range(pairs_of_triangles, 2000 - 200, 2000 + 200);
}

/** How often each pair of nodes is linked over many seeds. */
static void expect_pairs_equally_likely(struct arena *arena, struct topology_options options,
                                        uint32_t draws, double share, const char *name) {
    enum { NODES_MAX = 16 };
    uint32_t counts[NODES_MAX][NODES_MAX] = {{0}};
    assert_in_range(options.node_count, 2, NODES_MAX);
    for (uint32_t draw = 0; draw < draws; draw++) {
        options.seed = draw;
        struct topology topology = build(arena, options);
        for (uint32_t slot = 0; slot < 2 * topology.link_count; slot++) {
            counts[topology.owner[slot]][topology.peer[slot]]++;
        }
    }

    double variance = draws * share * (1 - share);
    for (uint32_t a = 0; a < options.node_count; a++) {
        for (uint32_t b = a + 1; b < options.node_count; b++) {
            double off = counts[a][b] - draws * share;
            if (off * off > 25 * variance + 1e-9) {
                fail_msg("%s: pair %" PRIu32 "-%" PRIu32 " linked %" PRIu32 " times", name, a, b,
                         counts[a][b]);
            }
        }
    }
}

static void given_many_seeds_when_random_then_every_pair_is_equally_likely(void **state) {
    static const struct {
        const char *name;
        struct topology_options options;
        double share;
    } rows[] = {
        {"3 of 8", {.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 8, .degree = 3}, 3 / 7.0},
        {"5 of 8", {.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 8, .degree = 5}, 5 / 7.0},
        {"7 of 15 links",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 6, .link_count = 7},
         7 / 15.0},
        {"12 of 15 links", {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 6, .link_count = 12}, 0.8},
        {"p 0.3",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 12, .probability_ppb = 300000000},
         0.3},
        {"p 0.01",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 12, .probability_ppb = 10000000},
         0.01},
        {"p 0.9",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 12, .probability_ppb = 900000000},
         0.9},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        expect_pairs_equally_likely(*state, rows[row].options, 5000, rows[row].share,
                                    rows[row].name);
    }
}

static void given_probability_when_erdos_renyi_then_link_counts_are_binomial(void **state) {
    enum { DRAWS = 1000 };
    static const struct {
        const char *name;
        uint32_t node_count;
        uint32_t probability_ppb;
    } rows[] = {
        {"few of many", 1000, 2000000}, {"5 %", 200, 50000000}, {"half", 60, 500000000},
        {"most", 60, 950000000},        {"rare", 2000, 1000},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        double sum = 0;
        double square = 0;
        for (uint64_t seed = 0; seed < DRAWS; seed++) {
            struct topology topology = build(
                *state, (struct topology_options){.kind = TOPOLOGY_ERDOS_RENYI,
                                                  .node_count = rows[row].node_count,
                                                  .probability_ppb = rows[row].probability_ppb,
                                                  .seed = seed});
            sum += (double)topology.link_count;
            square += (double)topology.link_count * (double)topology.link_count;
        }

        double n = rows[row].node_count;
        double p = rows[row].probability_ppb / 1e9;
        double mean = sum / DRAWS;
        double variance = square / DRAWS - mean * mean;
        double expected_mean = n * (n - 1) / 2 * p;
        double expected_variance = expected_mean * (1 - p);
        double off = mean - expected_mean;
        if (off * off > 16 * expected_variance / DRAWS || variance < 0.8 * expected_variance ||
            variance > 1.2 * expected_variance) {
            fail_msg("%s: mean %.3f for %.3f, variance %.3f for %.3f", rows[row].name, mean,
                     expected_mean, variance, expected_variance);
        }
    }
}

static void
given_probability_at_its_ends_when_erdos_renyi_then_none_or_all_are_linked(void **state) {
    struct topology_options options = {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 50};

    struct topology none = build(*state, options);
    options.probability_ppb = 1000000000;
    struct topology all = build(*state, options);

    assert_int_equal(none.link_count, 0);
    assert_int_equal(all.link_count, 50 * 49 / 2);
}

static void given_link_count_when_erdos_renyi_then_it_is_exact(void **state) {
    static const uint64_t rows[] = {1, 2, 100, 2474, 2475, 2476, 4900, 4949, 4950};
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology topology =
            build(*state, (struct topology_options){.kind = TOPOLOGY_ERDOS_RENYI,
                                                    .node_count = 100,
                                                    .link_count = rows[row],
                                                    .seed = row});

        assert_int_equal(topology.link_count, rows[row]);
    }
}

/** Writes "0-1 0-3 …". */
static void describe(const struct topology *topology, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (topology->owner[slot] < topology->peer[slot]) {
            int written =
                snprintf(text + used, size - used, "%s%" PRIu32 "-%" PRIu32, used > 0 ? " " : "",
                         topology->owner[slot], topology->peer[slot]);
            used += (size_t)written;
            assert_true(used < size);
        }
    }
}

static void given_plain_kind_when_built_then_links_are_the_expected_ones(void **state) {
    static const struct topology_edge edges[] = {{4, 1}, {0, 3}, {3, 1}};
    static const struct {
        struct topology_options options;
        const char *links;
    } rows[] = {
        {{.kind = TOPOLOGY_COMPLETE, .node_count = 4}, "0-1 0-2 0-3 1-2 1-3 2-3"},
        {{.kind = TOPOLOGY_COMPLETE, .node_count = 1}, ""},
        {{.kind = TOPOLOGY_RING, .node_count = 5}, "0-1 0-4 1-2 2-3 3-4"},
        {{.kind = TOPOLOGY_RING, .node_count = 3}, "0-1 0-2 1-2"},
        {{.kind = TOPOLOGY_RING, .node_count = 2}, "0-1"},
        {{.kind = TOPOLOGY_RING, .node_count = 1}, ""},
        {{.kind = TOPOLOGY_LINE, .node_count = 4}, "0-1 1-2 2-3"},
        {{.kind = TOPOLOGY_LINE, .node_count = 1}, ""},
        {{.kind = TOPOLOGY_STAR, .node_count = 4}, "0-1 0-2 0-3"},
        {{.kind = TOPOLOGY_STAR, .node_count = 1}, ""},
        {{.kind = TOPOLOGY_EDGES, .node_count = 6, .edges = edges, .edge_count = 3}, "0-3 1-3 1-4"},
        {{.kind = TOPOLOGY_EDGES, .node_count = 6}, ""},
        {{.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 2, .degree = 1}, "0-1"},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        char text[200];
        struct topology topology = build(*state, rows[row].options);

        describe(&topology, text, sizeof text);

        assert_string_equal(text, rows[row].links);
    }
}

static void given_options_that_cannot_be_met_when_built_then_failure_says_why(void **state) {
    static const struct topology_edge loop[] = {{0, 1}, {2, 2}};
    static const struct topology_edge outside[] = {{0, 1}, {1, 5}};
    static const struct topology_edge twice[] = {{0, 1}, {3, 2}, {1, 0}};
    static const struct {
        struct topology_options options;
        const char *message;
    } rows[] = {
        {{.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 5, .degree = 3},
         "degree 3 with 5 nodes; one of them must be even, as every link has two ends"},
        {{.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 5, .degree = 5},
         "degree 5 with 5 nodes; a node can have 0 to 4 links"},
        {{.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 5, .link_count = 11},
         "11 links with 5 nodes; there are 10 pairs"},
        {{.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 5, .probability_ppb = 1000000001},
         "probability of 1000000001 ppb; at most 1000000000"},
        {{.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 1 << 24, .probability_ppb = 500000000},
         "more than 2147483647 links, the most that are allowed"},
        {{.kind = TOPOLOGY_COMPLETE, .node_count = 65537},
         "more than 2147483647 links, the most that are allowed"},
        {{.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 1 << 24, .degree = 256},
         "more than 2147483647 links, the most that are allowed"},
        {{.kind = TOPOLOGY_LINE}, "0 nodes; 1 to 16777216 are allowed"},
        {{.kind = TOPOLOGY_LINE, .node_count = (1 << 24) + 1},
         "16777217 nodes; 1 to 16777216 are allowed"},
        {{.kind = TOPOLOGY_EDGES, .node_count = 5, .edges = loop, .edge_count = 2},
         "edge 2 links node 2 to itself; it needs two nodes"},
        {{.kind = TOPOLOGY_EDGES, .node_count = 5, .edges = outside, .edge_count = 2},
         "edge 2 ends at node 5; nodes are 0 to 4"},
        {{.kind = TOPOLOGY_EDGES, .node_count = 5, .edges = twice, .edge_count = 3},
         "nodes 0 and 1 are linked more than once; once is allowed"},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology topology;
        struct failure failure = {0};

        bool built = topology_build(&topology, *state, &rows[row].options, &failure);

        assert_false(built);
        assert_string_equal(failure.message, rows[row].message);
        assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
        assert_null(topology.peer);
    }
}

/** The digests of runs rest on these graphs: no compiler, option or machine may change a link of
 * them. */
static void given_seed_when_built_then_graph_is_the_pinned_one(void **state) {
    static const struct {
        const char *name;
        struct topology_options options;
        uint64_t hash;
    } rows[] = {
        {"regular",
         {.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 1000, .degree = 20, .seed = 1},
         UINT64_C(0xf84e5866f806401b)},
        {"dense regular",
         {.kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 100, .degree = 70, .seed = 1},
         UINT64_C(0x3bd871b6bdb438b4)},
        {"links",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 1000, .link_count = 5000, .seed = 1},
         UINT64_C(0x1d9c01f7a68ba2bd)},
        {"most links",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 100, .link_count = 4000, .seed = 1},
         UINT64_C(0x9c1ad5ed4bb1a78)},
        {"probability",
         {.kind = TOPOLOGY_ERDOS_RENYI, .node_count = 1000, .probability_ppb = 10000000, .seed = 1},
         UINT64_C(0xeef9bb9cc5e0397c)},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology_options options = rows[row].options;
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

static void given_graph_when_a_slot_is_looked_for_then_it_is_found_or_there_is_none(void **state) {
    struct topology topology = build_regular(*state, 60, 7, 1);
    for (uint32_t node = 0; node < 60; node++) {
        uint32_t found = 0;
        for (uint32_t peer = 0; peer < 60; peer++) {
            uint32_t slot = topology_find_slot(&topology, node, peer);
            if (slot != UINT32_MAX) {
                assert_int_equal(topology.owner[slot], node);
                assert_int_equal(topology.peer[slot], peer);
                found++;
            }
        }

        assert_int_equal(found, 7);
    }
}

enum { DAMAGED_NODES = 5, DAMAGED_SLOTS = 10 };

static void expect_invalid(const struct topology *topology, const char *name) {
    print_message("%s\n", name);
    expect_assert_failure(topology_validate(topology));
}

static void given_damaged_graph_when_validated_then_check_fails(void **state) {
    enum part { FIRST, PEER, REVERSE, OWNER };
    static const struct {
        const char *name;
        enum part part;
        uint32_t index;
        uint32_t value;
    } rows[] = {
        {"first slot is not 0", FIRST, 0, 1},
        {"slots go back", FIRST, 2, 1},
        {"slots end early", FIRST, 5, 9},
        {"peer is itself", PEER, 0, 0},
        {"peer is no node", PEER, 9, 5},
        {"peer is another", PEER, 0, 2},
        {"peer twice", PEER, 1, 1},
        {"reverse is itself", REVERSE, 0, 0},
        {"reverse is a neighbour's", REVERSE, 0, 3},
        {"reverse is no slot", REVERSE, 0, 10},
        {"owner is another", OWNER, 3, 4},
    };
    struct topology ring = build(
        *state, (struct topology_options){.kind = TOPOLOGY_RING, .node_count = DAMAGED_NODES});
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        uint32_t arrays[4][DAMAGED_SLOTS];
        memcpy(arrays[FIRST], ring.slot_first, (DAMAGED_NODES + 1) * sizeof(uint32_t));
        memcpy(arrays[PEER], ring.peer, sizeof arrays[PEER]);
        memcpy(arrays[REVERSE], ring.reverse, sizeof arrays[REVERSE]);
        memcpy(arrays[OWNER], ring.owner, sizeof arrays[OWNER]);
        struct topology damaged = {.node_count = DAMAGED_NODES,
                                   .link_count = 5,
                                   .slot_first = arrays[FIRST],
                                   .peer = arrays[PEER],
                                   .reverse = arrays[REVERSE],
                                   .owner = arrays[OWNER]};
        topology_validate(&damaged);

        arrays[rows[row].part][rows[row].index] = rows[row].value;

        expect_invalid(&damaged, rows[row].name);
    }
}

static void given_nodes_linked_to_themselves_when_validated_then_check_fails(void **state) {
    (void)state;
    static const uint32_t slot_first[] = {0, 1, 2};
    static const uint32_t itself[] = {0, 1};
    struct topology topology = {.node_count = 2,
                                .link_count = 1,
                                .slot_first = slot_first,
                                .peer = itself,
                                .reverse = itself,
                                .owner = itself};

    expect_invalid(&topology, "loops");
}

static void given_links_in_number_when_built_then_memory_is_three_words_per_slot(void **state) {
    struct topology topology = build_regular(*state, 10000, 20, 1);

    size_t bytes = arena_bytes(*state, MEMORY_TOPOLOGY);

    size_t slots = 2 * topology.link_count;
    size_t nodes = topology.node_count;
    size_t expected = (3 * slots + nodes + 1) * sizeof(uint32_t);
    assert_int_equal(bytes, expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_every_small_size_when_random_regular_then_every_degree_is_exact, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_larger_size_when_random_regular_then_every_degree_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_degree_3_or_more_when_random_regular_then_connected,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_six_nodes_of_degree_2_when_drawn_often_then_graphs_are_uniform, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_many_seeds_when_random_then_every_pair_is_equally_likely, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_probability_when_erdos_renyi_then_link_counts_are_binomial, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_probability_at_its_ends_when_erdos_renyi_then_none_or_all_are_linked, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_link_count_when_erdos_renyi_then_it_is_exact, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_plain_kind_when_built_then_links_are_the_expected_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_options_that_cannot_be_met_when_built_then_failure_says_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_seed_when_built_then_graph_is_the_pinned_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_graph_when_a_slot_is_looked_for_then_it_is_found_or_there_is_none, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_damaged_graph_when_validated_then_check_fails, set_up,
                                        tear_down),
        cmocka_unit_test(given_nodes_linked_to_themselves_when_validated_then_check_fails),
        cmocka_unit_test_setup_teardown(
            given_links_in_number_when_built_then_memory_is_three_words_per_slot, set_up,
            tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
