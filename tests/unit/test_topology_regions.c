#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/bitset.h"
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

enum { CLUSTERED_NODES = 3000, REGIONS = 5 };

/** Regions of very different sizes, by turns of the numbers of their nodes. */
static void assign_regions(uint32_t *region, uint32_t nodes, uint32_t regions) {
    for (uint32_t node = 0; node < nodes; node++) {
        struct prng prng = prng_stream(5, STREAM_REGION, node);
        uint32_t first = prng_below(&prng, regions);
        uint32_t second = prng_below(&prng, regions);
        region[node] = first < second ? first : second;
    }
}

static struct topology build_clustered(struct arena *arena, const uint32_t *region, uint32_t nodes,
                                       struct topology_options options) {
    options.kind = TOPOLOGY_CLUSTERED;
    options.node_count = nodes;
    options.region = region;
    options.region_count = REGIONS;
    options.seed = nodes;
    return build(arena, options);
}

static uint64_t count_local(const struct topology *topology, const uint32_t *region) {
    uint64_t local = 0;
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        local += region[topology->owner[slot]] == region[topology->peer[slot]];
    }
    return local / 2;
}

static void given_share_of_local_links_when_clustered_then_regions_keep_it(void **state) {
    static const uint32_t shares[] = {0, 1, 250000000, 500000000, 800000000, 999999999, 1000000000};
    static uint32_t region[CLUSTERED_NODES];
    assign_regions(region, CLUSTERED_NODES, REGIONS);
    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        struct topology topology =
            build_clustered(*state, region, CLUSTERED_NODES,
                            (struct topology_options){.degree = 15, .local_ppb = shares[i]});

        // An odd end in each region may be left over.
        assert_in_range(topology.missing_links, 0, REGIONS);
        assert_int_equal(topology.link_count + topology.missing_links, CLUSTERED_NODES * 15 / 2);
        expect_near((double)count_local(&topology, region) / (double)topology.link_count,
                    shares[i] / 1e9, 0.01);
        assert_in_range(degree_min_of(&topology), 13, 15);
        assert_int_equal(degree_max_of(&topology), 15);
    }
}

/** Half and half: all links outside lead from one region to the other. */
static void given_two_equal_regions_when_none_is_local_then_links_go_between_them(void **state) {
    static uint32_t region[CLUSTERED_NODES];
    for (uint32_t node = 0; node < CLUSTERED_NODES; node++) {
        region[node] = node % 2;
    }

    struct topology topology =
        build_clustered(*state, region, CLUSTERED_NODES, (struct topology_options){.degree = 8});

    assert_int_equal(topology.missing_links, 0);
    assert_int_equal(count_local(&topology, region), 0);
}

static void
given_one_region_much_larger_when_clustered_then_its_surplus_stays_inside(void **state) {
    static uint32_t region[CLUSTERED_NODES];
    for (uint32_t node = 0; node < CLUSTERED_NODES; node++) {
        region[node] = node % 10 == 0;
    }

    struct topology topology =
        build_clustered(*state, region, CLUSTERED_NODES,
                        (struct topology_options){.degree = 10, .local_ppb = 500000000});

    // Of the small region's 300 nodes, 5 links each go outside.
    assert_in_range(topology.missing_links, 0, 2);
    assert_int_equal(topology.link_count - count_local(&topology, region), 1500);
    assert_in_range(degree_min_of(&topology), 9, 10);
}

static void given_small_and_dense_regions_when_clustered_then_degrees_come_out(void **state) {
    static uint32_t region[40];
    for (uint32_t nodes = 1; nodes <= 40; nodes += 3) {
        assign_regions(region, nodes, REGIONS);
        for (uint32_t degree = 0; degree < nodes; degree++) {
            for (uint32_t share = 0; share <= 4; share++) {
                struct topology topology = build_clustered(
                    *state, region, nodes,
                    (struct topology_options){.degree = degree, .local_ppb = share * 250000000});

                assert_int_equal(topology.link_count + topology.missing_links, nodes * degree / 2);
                assert_true(degree_max_of(&topology) <= degree);
            }
        }
    }
}

static void given_one_region_when_all_is_local_then_the_graph_is_regular(void **state) {
    static const uint32_t region[100] = {0};
    for (uint32_t degree = 0; degree < 100; degree++) {
        struct topology topology =
            build_clustered(*state, region, 100,
                            (struct topology_options){.degree = degree, .local_ppb = 1000000000});

        assert_int_equal(topology.missing_links, 0);
        assert_int_equal(degree_min_of(&topology), degree);
    }
}

static uint32_t count_dialled(const struct topology *topology, uint32_t node) {
    uint32_t count = 0;
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        count += bitset_has(topology->dialled, slot);
    }
    return count;
}

static struct topology build_dialled(struct arena *arena, uint32_t nodes, uint32_t dials,
                                     const uint32_t *inbound_max) {
    return build(arena, (struct topology_options){.kind = TOPOLOGY_DIAL,
                                                  .node_count = nodes,
                                                  .dials = dials,
                                                  .inbound_max = inbound_max,
                                                  .seed = nodes + dials});
}

static void given_nodes_that_take_calls_when_dial_then_each_dials_that_many(void **state) {
    static const uint32_t sizes[] = {1, 2, 3, 21, 1000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (uint32_t dials = 0; 2 * dials < sizes[i] && dials <= 30; dials++) {
            struct topology topology = build_dialled(*state, sizes[i], dials, NULL);

            assert_int_equal(topology.link_count + topology.missing_links, sizes[i] * dials);
            for (uint32_t node = 0; topology.missing_links == 0 && node < sizes[i]; node++) {
                assert_int_equal(count_dialled(&topology, node), dials);
            }
        }
    }
    struct topology usual = build_dialled(*state, 1000, 8, NULL);
    assert_int_equal(usual.missing_links, 0);
    assert_int_equal(count_reached(&usual), 1000);
}

static void
given_more_dials_than_pairs_when_dial_then_all_are_linked_and_the_rest_missing(void **state) {
    struct topology topology = build_dialled(*state, 40, 39, NULL);

    assert_int_equal(topology.link_count, 40 * 39 / 2);
    assert_int_equal(topology.missing_links, 40 * 39 / 2);
}

static void given_limits_to_calls_when_dial_then_they_hold_and_diallers_try_others(void **state) {
    enum { NODES = 900 };
    static uint32_t inbound_max[NODES];
    for (uint32_t node = 0; node < NODES; node++) {
        inbound_max[node] = node % 3 == 0 ? 0 : node % 3 == 1 ? 5 : TOPOLOGY_INBOUND_ANY;
    }

    struct topology topology = build_dialled(*state, NODES, 6, inbound_max);

    assert_int_equal(topology.missing_links, 0);
    uint32_t full = 0;
    for (uint32_t node = 0; node < NODES; node++) {
        uint32_t dialled = count_dialled(&topology, node);
        uint32_t called = degree_of(&topology, node) - dialled;
        assert_int_equal(dialled, 6);
        assert_true(called <= inbound_max[node]);
        full += called == 5 && inbound_max[node] == 5;
    }
    // 9 calls for each node that takes any: those that take five are nearly all full.
    assert_in_range(full, 250, 300);
}

static void given_groups_that_dial_when_built_then_each_its_number_and_its_choice(void **state) {
    enum { NODES = 500, CHOSEN = 40 };
    static uint32_t dials[NODES];
    static uint32_t chosen[CHOSEN];
    static const struct topology_callees *callees[NODES];
    const struct topology_callees choice = {.nodes = chosen, .count = CHOSEN};
    for (uint32_t node = 0; node < NODES; node++) {
        dials[node] = node < 300 ? 6 : node < 400 ? 13 : 0;
        callees[node] = node >= 300 && node < 400 ? &choice : NULL;
    }
    for (uint32_t i = 0; i < CHOSEN; i++) {
        chosen[i] = 3 * i;
    }

    struct topology topology = build(*state, (struct topology_options){.kind = TOPOLOGY_DIAL,
                                                                       .node_count = NODES,
                                                                       .dials = 6,
                                                                       .dials_of = dials,
                                                                       .callees = callees,
                                                                       .seed = 1});

    assert_int_equal(topology.missing_links, 0);
    for (uint32_t slot = 0; slot < 2 * topology.link_count; slot++) {
        uint32_t peer = topology.peer[slot];
        bool dialled = bitset_has(topology.dialled, slot);
        if (dialled && callees[topology.owner[slot]] != NULL) {
            assert_true(peer % 3 == 0 && peer < 3 * CHOSEN);
        }
    }
    for (uint32_t node = 0; node < NODES; node++) {
        assert_int_equal(count_dialled(&topology, node), dials[node]);
    }
}

static void given_more_dials_than_a_choice_when_built_then_the_rest_is_missing(void **state) {
    static const uint32_t dials[] = {3, 3, 0, 0, 0, 0};
    static const uint32_t chosen[] = {1, 4};
    static const struct topology_callees choice = {.nodes = chosen, .count = 2};
    static const struct topology_callees *const callees[6] = {&choice, &choice};

    struct topology topology = build(*state, (struct topology_options){.kind = TOPOLOGY_DIAL,
                                                                       .node_count = 6,
                                                                       .dials_of = dials,
                                                                       .callees = callees,
                                                                       .seed = 1});

    // 0 – 1, 0 – 4 and 1 – 4; a node does not dial itself.
    assert_int_equal(topology.link_count, 3);
    assert_int_equal(topology.missing_links, 3);
}

static void given_room_for_few_calls_when_dial_then_it_is_used_up_and_shared(void **state) {
    enum { NODES = 500 };
    static uint32_t inbound_max[NODES];
    for (uint32_t node = 0; node < NODES; node++) {
        inbound_max[node] = node < 100 ? 20 : 0;
    }

    struct topology topology = build_dialled(*state, NODES, 8, inbound_max);

    // 2,000 places for 4,000 dials: four each, or one more or less where rounds ended.
    assert_int_equal(topology.link_count, 2000);
    assert_int_equal(topology.missing_links, 2000);
    for (uint32_t node = 0; node < NODES; node++) {
        assert_in_range(count_dialled(&topology, node), 3, 5);
    }
}

static void given_nobody_who_takes_calls_when_dial_then_there_are_no_links(void **state) {
    static const uint32_t inbound_max[10] = {0};

    struct topology topology = build_dialled(*state, 10, 3, inbound_max);

    assert_int_equal(topology.link_count, 0);
    assert_int_equal(topology.missing_links, 30);
}

static void
given_options_that_cannot_be_met_when_clustered_or_dialled_then_failure_says_why(void **state) {
    static const uint32_t one[5] = {0};
    static const struct {
        struct topology_options options;
        const char *message;
    } rows[] = {
        {{.kind = TOPOLOGY_CLUSTERED, .node_count = 5, .degree = 2}, "nodes in 0 regions"},
        {{.kind = TOPOLOGY_CLUSTERED,
          .node_count = 5,
          .degree = 5,
          .region = one,
          .region_count = 1},
         "the degree must be below the nodes"},
        {{.kind = TOPOLOGY_CLUSTERED,
          .node_count = 5,
          .local_ppb = 1000000001,
          .region = one,
          .region_count = 1},
         "the share at most"},
        {{.kind = TOPOLOGY_DIAL, .node_count = 5, .dials = 5}, "a node can dial 0 to 4 others"},
        {{.kind = TOPOLOGY_DIAL, .node_count = 1 << 24, .dials = 128}, "more than"},
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
static void given_seed_when_clustered_or_dialled_then_graph_is_the_pinned_one(void **state) {
    static uint32_t region[1000];
    static uint32_t inbound_max[1000];
    assign_regions(region, 1000, REGIONS);
    for (uint32_t node = 0; node < 1000; node++) {
        inbound_max[node] = node % 10;
    }
    const struct {
        const char *name;
        struct topology_options options;
        uint64_t hash;
    } rows[] = {
        {"regions",
         {.kind = TOPOLOGY_CLUSTERED, .node_count = 1000, .degree = 9, .local_ppb = 600000000},
         UINT64_C(0x4431a4dd96acd64a)},
        {"dial",
         {.kind = TOPOLOGY_DIAL, .node_count = 1000, .dials = 4},
         UINT64_C(0x8480ebce4e176c36)},
        {"dial capped",
         {.kind = TOPOLOGY_DIAL, .node_count = 1000, .dials = 4, .inbound_max = inbound_max},
         UINT64_C(0x1f4bc653b30a4740)},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct topology_options options = rows[row].options;
        options.region = region;
        options.region_count = REGIONS;
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
        TEST(given_share_of_local_links_when_clustered_then_regions_keep_it),
        TEST(given_two_equal_regions_when_none_is_local_then_links_go_between_them),
        TEST(given_one_region_much_larger_when_clustered_then_its_surplus_stays_inside),
        TEST(given_small_and_dense_regions_when_clustered_then_degrees_come_out),
        TEST(given_one_region_when_all_is_local_then_the_graph_is_regular),
        TEST(given_nodes_that_take_calls_when_dial_then_each_dials_that_many),
        TEST(given_more_dials_than_pairs_when_dial_then_all_are_linked_and_the_rest_missing),
        TEST(given_limits_to_calls_when_dial_then_they_hold_and_diallers_try_others),
        TEST(given_room_for_few_calls_when_dial_then_it_is_used_up_and_shared),
        TEST(given_groups_that_dial_when_built_then_each_its_number_and_its_choice),
        TEST(given_more_dials_than_a_choice_when_built_then_the_rest_is_missing),
        TEST(given_nobody_who_takes_calls_when_dial_then_there_are_no_links),
        TEST(given_options_that_cannot_be_met_when_clustered_or_dialled_then_failure_says_why),
        TEST(given_seed_when_clustered_or_dialled_then_graph_is_the_pinned_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
