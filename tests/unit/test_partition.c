#include "sim/partition.h"
#include "tests/support/unit.h"

#include <string.h>

#define MS INT64_C(1000000)

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static const struct distribution_options delay_30ms = {
    DISTRIBUTION_CONSTANT, 30 * MS, 0, 0, NULL, 0};
static const struct distribution_options uniform_0_40ms = {
    DISTRIBUTION_UNIFORM, 0, 40 * MS, 0, NULL, 0};
static const struct distribution_options uniform_10_150ms = {
    DISTRIBUTION_UNIFORM, 10 * MS, 150 * MS, 0, NULL, 0};

struct graph {
    struct topology topology;
    struct links links;
};

/** A graph whose links take what `delay` says, or `slot_delay_ns` for each slot. */
static struct graph *graph_of(struct arena *arena, const struct topology_options *options,
                              const struct distribution_options *delay,
                              const int64_t *slot_delay_ns) {
    struct graph *graph = arena_take(arena, MEMORY_TABLES, sizeof *graph);
    struct failure failure;
    assert_true(topology_build(&graph->topology, arena, options, &failure));
    struct link_options links = {.seed = 5, .delay = delay, .slot_delay_ns = slot_delay_ns};
    links_init(&graph->links, arena, &graph->topology, &links);
    return graph;
}

static uint64_t heaviest(const struct graph *graph, const struct partition *partition) {
    uint64_t loads[PARTITION_PARTS_MAX] = {0};
    uint64_t most = 0;
    for (uint32_t node = 0; node < graph->topology.node_count; node++) {
        uint32_t part = partition->part_of[node];
        assert_true(part < partition->parts);
        loads[part] += 1 + graph->topology.slot_first[node + 1] - graph->topology.slot_first[node];
    }
    for (uint32_t part = 0; part < partition->parts; part++) {
        assert_true(loads[part] > 0);
        most = loads[part] > most ? loads[part] : most;
    }
    return most;
}

/** No link between two parts is shorter than the partition says, and one is as short. */
static void assert_least_is_right(const struct graph *graph, const struct partition *partition) {
    int64_t least_ns = INT64_MAX;
    for (uint32_t slot = 0; slot < 2 * graph->topology.link_count; slot++) {
        if (partition->part_of[graph->topology.owner[slot]] !=
            partition->part_of[graph->topology.peer[slot]]) {
            int64_t slot_ns = links_least(&graph->links, slot);
            least_ns = slot_ns < least_ns ? slot_ns : least_ns;
        }
    }
    assert_int_equal(least_ns, partition->between_ns);
}

static void given_long_links_when_parted_then_ranges_of_nodes(void **state) {
    const struct topology_options options = {
        .kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 1000, .degree = 20, .seed = 1};
    struct graph *graph = graph_of(*state, &options, &uniform_10_150ms, NULL);
    struct partition partition;

    partition_make(&partition, *state, &graph->links, 4);

    assert_int_equal(partition.parts, 4);
    for (uint32_t node = 0; node < 1000; node++) {
        assert_int_equal(partition.part_of[node], node / 250);
    }
    assert_true(partition.between_ns >= 10 * MS);
    assert_least_is_right(graph, &partition);
}

static void given_short_links_when_parted_then_parts_are_even_and_further_apart(void **state) {
    const struct topology_options options = {
        .kind = TOPOLOGY_RANDOM_REGULAR, .node_count = 1000, .degree = 20, .seed = 1};
    struct graph *graph = graph_of(*state, &options, &uniform_0_40ms, NULL);

    for (uint32_t parts = 1; parts <= 8; parts++) {
        struct partition partition;
        partition_make(&partition, *state, &graph->links, parts);

        assert_int_equal(partition.parts, parts);
        assert_true(heaviest(graph, &partition) <= 21000 / parts * 11 / 10 + 21);
        assert_least_is_right(graph, &partition);
        assert_true(partition.between_ns >= MS);
    }
}

static void given_clusters_that_are_mixed_when_parted_then_each_stays_together(void **state) {
    // Even nodes are close to each other, and so are odd ones.
    enum { NODES = 40 };
    const struct topology_options options = {.kind = TOPOLOGY_COMPLETE, .node_count = NODES};
    struct graph *plain = graph_of(*state, &options, &delay_30ms, NULL);
    uint64_t slots = 2 * plain->topology.link_count;
    int64_t *delay_ns = arena_take_array(*state, MEMORY_TABLES, slots, sizeof *delay_ns);
    for (uint64_t slot = 0; slot < slots; slot++) {
        uint32_t apart = (plain->topology.owner[slot] + plain->topology.peer[slot]) % 2;
        delay_ns[slot] = apart ? 50 * MS : MS / 10;
    }
    struct graph *graph = graph_of(*state, &options, &delay_30ms, delay_ns);
    struct partition partition;

    partition_make(&partition, *state, &graph->links, 2);

    assert_int_equal(partition.between_ns, 50 * MS);
    for (uint32_t node = 0; node < NODES; node++) {
        assert_int_equal(partition.part_of[node], partition.part_of[node % 2]);
    }
}

static void given_fewer_nodes_than_parts_when_parted_then_a_part_each(void **state) {
    const struct topology_options options = {.kind = TOPOLOGY_RING, .node_count = 3};
    struct graph *graph = graph_of(*state, &options, &delay_30ms, NULL);
    struct partition partition;

    partition_make(&partition, *state, &graph->links, 8);

    assert_int_equal(partition.parts, 3);
    for (uint32_t node = 0; node < 3; node++) {
        assert_int_equal(partition.part_of[node], node);
    }
}

static void given_a_heavy_hub_when_parted_then_no_part_is_empty(void **state) {
    const struct topology_options options = {.kind = TOPOLOGY_STAR, .node_count = 30};
    struct graph *graph = graph_of(*state, &options, &delay_30ms, NULL);

    for (uint32_t parts = 1; parts <= 30; parts++) {
        struct partition partition;
        partition_make(&partition, *state, &graph->links, parts);

        heaviest(graph, &partition);
        assert_int_equal(partition.parts, parts);
    }
}

static void given_no_links_when_parted_then_nothing_is_between(void **state) {
    const struct topology_options options = {.kind = TOPOLOGY_EDGES, .node_count = 10};
    struct graph *graph = graph_of(*state, &options, &delay_30ms, NULL);
    struct partition partition;

    partition_make(&partition, *state, &graph->links, 2);

    assert_true(partition.between_ns == INT64_MAX);
}

static void given_the_same_graph_when_parted_again_then_the_same_parts(void **state) {
    const struct topology_options options = {
        .kind = TOPOLOGY_BARABASI_ALBERT, .node_count = 500, .attach = 3, .seed = 2};
    struct graph *graph = graph_of(*state, &options, &uniform_0_40ms, NULL);
    struct partition partition;
    struct partition again;

    partition_make(&partition, *state, &graph->links, 3);
    partition_make(&again, *state, &graph->links, 3);

    assert_memory_equal(partition.part_of, again.part_of, 500);
    assert_true(partition.between_ns == again.between_ns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_long_links_when_parted_then_ranges_of_nodes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_short_links_when_parted_then_parts_are_even_and_further_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_clusters_that_are_mixed_when_parted_then_each_stays_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_fewer_nodes_than_parts_when_parted_then_a_part_each,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_a_heavy_hub_when_parted_then_no_part_is_empty, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(given_no_links_when_parted_then_nothing_is_between, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(given_the_same_graph_when_parted_again_then_the_same_parts,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
