#include "base/hash.h"
#include "base/prng.h"
#include "sim/lanes.h"
#include "sim/partition.h"
#include "tests/support/unit.h"

#include <string.h>

#define MS INT64_C(1000000)
#define END (300 * MS)

enum { NODES = 60 };

/**
 * A world in which nodes answer packets and timers with further ones, as a hash of all that they
 * have seen says. The hashes tell whether each node has seen the same in the same order.
 */
struct world {
    struct arena *arena;
    struct topology topology;
    struct lane *lanes[LANES_MAX];
    uint64_t seen[NODES];
    struct lanes engine;
    uint32_t posted[2]; // by side: packets of lane 0 that are under way in mail
    uint32_t crossed;   // packets of lane 0 that crossed over without mail
};

struct lane {
    struct world *world;
    struct sim sim;
    uint64_t packets; // that arrived
};

static const struct distribution_options uniform_5_40ms = {
    DISTRIBUTION_UNIFORM, 5 * MS, 40 * MS, 0, NULL, 0};
static const struct distribution_options delay_10ms = {
    DISTRIBUTION_CONSTANT, 10 * MS, 0, 0, NULL, 0};

static void see(struct lane *lane, uint32_t node, uint64_t what) {
    uint64_t words[2] = {what, (uint64_t)lane->sim.now_ns};
    lane->world->seen[node] = hash_bytes(words, sizeof words, lane->world->seen[node]);
}

/** Sends to some neighbours: fewer than one on average, so that timers alone keep it going. */
static void act(struct lane *lane, uint32_t node) {
    const struct topology *topology = &lane->world->topology;
    uint64_t hash = lane->world->seen[node];
    uint32_t first = topology->slot_first[node];
    uint32_t degree = topology->slot_first[node + 1] - first;
    for (uint32_t i = 0; i < (hash % 8 < 3 ? 2 : 0); i++) {
        struct packet packet = {.handle = (uint32_t)(hash >> 32) + i};
        sim_send(&lane->sim, first + (uint32_t)((hash >> 8) + i) % degree, &packet);
    }
    if (hash % 7 == 0) {
        sim_signal_late(&lane->sim, first, 20 * MS, 9);
    }
}

static void on_packet(void *context, uint32_t slot, uint32_t handle) {
    struct lane *lane = context;
    lane->packets++;
    see(lane, lane->world->topology.owner[slot], (uint64_t)slot << 32 | handle);
    act(lane, lane->world->topology.owner[slot]);
}

static void on_timer(void *context, uint32_t node) {
    struct lane *lane = context;
    see(lane, node, 1);
    act(lane, node);
    sim_set_timer(&lane->sim, node, lane->sim.now_ns + 25 * MS);
}

static void on_nothing(void *context, uint32_t target, uint32_t what) {
    (void)context;
    (void)target;
    (void)what;
}

static void on_publish(void *context, uint32_t message) {
    struct lane *lane = context;
    see(lane, message, 2);
}

static void on_dropped(void *context, uint32_t slot, uint32_t handle, enum link_verdict verdict) {
    (void)context;
    (void)slot;
    (void)handle;
    (void)verdict;
}

static void on_post(void *context, uint32_t lane, uint32_t side) {
    struct world *world = context;
    if (lane == 0) {
        world->posted[side] = 0;
    }
}

static uint32_t on_leave(void *context, uint32_t lane, uint32_t side, uint32_t handle) {
    struct world *world = context;
    if (lane == 0) {
        world->posted[side]++;
    }
    return handle ^ 0xff;
}

static uint32_t on_enter(void *context, uint32_t lane, uint32_t from, uint32_t side,
                         uint32_t handle) {
    (void)context;
    (void)side;
    CHECK(lane != from);
    return handle ^ 0xff;
}

static void on_join(void *context) {
    (void)context;
}

static void on_foreign(void *context, uint32_t slot, void *sender, uint32_t handle) {
    struct lane *lane = context;
    const struct lane *from = sender;
    CHECK(from != lane);
    lane->world->crossed += from->sim.part == 0;
    on_packet(context, slot, handle);
}

static uint32_t on_move(void *context, uint32_t from, uint32_t to, uint32_t handle) {
    (void)context;
    CHECK(from != to);
    return handle;
}

struct run {
    uint32_t lanes;
    bool threaded;
    bool apart;
    const struct distribution_options *delay;
    int64_t longer_ns; // the lookahead is that much beyond what it may be
};

static struct world *world_of(struct arena *arena, struct run run) {
    struct world *world = arena_take(arena, MEMORY_TABLES, sizeof *world);
    world->arena = arena;
    struct failure failure;
    struct topology_options graph = {
        .kind = TOPOLOGY_RANDOM_REGULAR, .node_count = NODES, .degree = 6, .seed = 4};
    assert_true(topology_build(&world->topology, arena, &graph, &failure));
    struct link_options links = {.seed = 1, .delay = run.delay};
    struct sim *sims[LANES_MAX];
    for (uint32_t i = 0; i < run.lanes; i++) {
        world->lanes[i] = arena_take(arena, MEMORY_TABLES, sizeof(struct lane));
        world->lanes[i]->world = world;
        sims[i] = &world->lanes[i]->sim;
        struct sim_handlers handlers = {.context = world->lanes[i],
                                        .on_packet = on_packet,
                                        .on_foreign = on_foreign,
                                        .on_timer = on_timer,
                                        .on_change = on_nothing,
                                        .on_publish = on_publish,
                                        .on_dropped = on_dropped};
        if (i == 0) {
            sim_init(sims[0], arena, &world->topology, &links, &handlers);
        } else {
            sim_init_beside(sims[i], arena_create(NULL), sims[0]);
            sims[i]->handlers = handlers;
        }
    }
    struct partition partition;
    partition_make(&partition, arena, &sims[0]->links, run.lanes);
    for (uint32_t i = 0; i < run.lanes; i++) {
        sims[i]->part = i;
        sims[i]->part_of = partition.part_of;
    }
    for (uint32_t node = 0; node < NODES; node++) {
        struct sim *sim = sims[partition.part_of[node]];
        sim_set_timer(sim, node, node % 5 * MS);
        sim_schedule_publish(sim, node, 7 * MS, node);
    }
    int64_t between_ns = run.lanes == 1 ? MS : partition.between_ns;
    const struct lanes_options options = {
        .sims = sims,
        .count = run.lanes,
        .lookahead_ns = between_ns + run.longer_ns,
        .handlers = {world, on_post, on_leave, on_enter, on_join, on_move},
        .threaded = run.threaded,
        .apart = run.apart,
    };
    lanes_init(&world->engine, arena, &options);
    return world;
}

static void end_world(struct world *world) {
    lanes_finish(&world->engine);
    for (uint32_t i = 1; i < world->engine.count; i++) {
        arena_destroy(world->lanes[i]->sim.arena);
    }
}

/** What the nodes have seen in the end, with nothing but one world. */
static void see_all_alone(struct arena *arena, int64_t end_ns, uint64_t seen[NODES]) {
    struct world *world = world_of(arena, (struct run){.lanes = 1, .delay = &uniform_5_40ms});
    sim_run_until(&world->lanes[0]->sim, end_ns);
    memcpy(seen, world->seen, sizeof world->seen);
    end_world(world);
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static void given_any_number_of_lanes_when_run_then_nodes_see_what_they_see_in_one(void **state) {
    uint64_t alone[NODES];
    see_all_alone(*state, END, alone);
    for (uint32_t lanes = 1; lanes <= 9; lanes++) {
        for (uint32_t way = 0; way < 3; way++) {
            struct world *world = world_of(*state, (struct run){.lanes = lanes,
                                                                .threaded = way > 0,
                                                                .apart = way == 2,
                                                                .delay = &uniform_5_40ms});

            while (!lanes_pass_window(&world->engine, END)) {
            }

            assert_memory_equal(alone, world->seen, sizeof alone);
            assert_int_equal(world->lanes[lanes - 1]->sim.now_ns, END);
            assert_true(world->engine.windows <= (uint64_t)(END / world->engine.lookahead_ns));
            end_world(world);
        }
    }
}

static void given_stops_on_the_way_when_run_then_the_same(void **state) {
    uint64_t alone[NODES];
    see_all_alone(*state, END, alone);
    struct world *world = world_of(*state, (struct run){.lanes = 3, .delay = &uniform_5_40ms});

    for (int64_t stop_ns = 3 * MS; stop_ns <= END; stop_ns += 3 * MS) {
        while (!lanes_pass_window(&world->engine, stop_ns)) {
        }
        for (uint32_t i = 0; i < 3; i++) {
            assert_int_equal(world->lanes[i]->sim.now_ns, stop_ns);
        }
    }

    assert_memory_equal(alone, world->seen, sizeof alone);
    end_world(world);
}

static void given_lanes_that_talk_when_run_then_packets_crossed_over(void **state) {
    for (uint32_t apart = 0; apart < 2; apart++) {
        struct world *world = world_of(
            *state, (struct run){.lanes = 2, .apart = apart == 1, .delay = &uniform_5_40ms});
        uint32_t posted = 0;

        while (!lanes_pass_window(&world->engine, END)) {
            posted += world->posted[world->engine.side];
        }

        assert_int_equal(world->engine.together, apart == 0);
        assert_int_equal(posted > 100, apart == 1);
        assert_int_equal(world->crossed > 100, apart == 0);
        assert_true(world->lanes[0]->packets > 100);
        assert_true(world->lanes[1]->packets > 100);
        end_world(world);
    }
}

/** A run begins joined; what happens then separates the lanes, and joins them again. */
static void given_many_events_and_then_few_when_run_then_lanes_part_and_join(void **state) {
    uint64_t alone[NODES];
    see_all_alone(*state, 20 * END, alone);
    struct world *world =
        world_of(*state, (struct run){.lanes = 8, .threaded = true, .delay = &uniform_5_40ms});
    lanes_pass_window(&world->engine, 20 * END);
    assert_true(world->engine.together);
    world->engine.usual_events = UINT64_C(1) << 20;
    uint64_t apart = 0;

    while (!lanes_pass_window(&world->engine, 20 * END)) {
        apart += !world->engine.together;
    }

    assert_true(apart > 100);
    assert_int_equal(world->engine.windows_apart, apart);
    assert_true(world->engine.together);
    assert_true(world->crossed > 100);
    assert_memory_equal(alone, world->seen, sizeof alone);
    end_world(world);
}

static void given_lanes_that_stay_joined_when_run_then_no_thread_is_made(void **state) {
    struct world *world =
        world_of(*state, (struct run){.lanes = 4, .threaded = true, .delay = &uniform_5_40ms});

    while (!lanes_pass_window(&world->engine, END)) {
    }

    assert_true(world->engine.windows > 0);
    assert_int_equal(world->engine.windows_apart, 0);
    assert_null(world->engine.crew);
    assert_false(world->engine.refused);
    end_world(world);
}

static void given_lanes_that_part_when_run_then_threads_are_made_once(void **state) {
    for (uint32_t apart = 0; apart < 2; apart++) {
        struct world *world = world_of(*state, (struct run){.lanes = 4,
                                                            .threaded = true,
                                                            .apart = apart == 1,
                                                            .delay = &uniform_5_40ms});
        assert_null(world->engine.crew);
        world->engine.usual_events = UINT64_C(1) << 20;

        lanes_pass_window(&world->engine, END);
        struct crew *crew = world->engine.crew;
        while (!lanes_pass_window(&world->engine, END)) {
            world->engine.usual_events = world->engine.windows % 3 == 0 ? UINT64_C(1) << 40 : 0;
        }

        assert_non_null(crew);
        assert_ptr_equal(world->engine.crew, crew);
        end_world(world);
    }
}

/** Whatever a run is like, it may change its way at any window. */
static void given_lanes_that_join_and_part_when_run_then_nodes_see_the_same(void **state) {
    uint64_t alone[NODES];
    see_all_alone(*state, 5 * END, alone);
    for (uint32_t lanes = 2; lanes <= 5; lanes++) {
        struct world *world = world_of(
            *state, (struct run){.lanes = lanes, .threaded = true, .delay = &uniform_5_40ms});
        uint64_t changes = 0;
        bool was_together = true;

        while (!lanes_pass_window(&world->engine, 5 * END)) {
            changes += world->engine.together != was_together;
            was_together = world->engine.together;
            bool busy = world->engine.windows % 3 == 0; // else few happen
            world->engine.usual_events = busy ? UINT64_C(1) << 40 : 0;
        }

        assert_true(changes > 20);
        assert_memory_equal(alone, world->seen, sizeof alone);
        end_world(world);
    }
}

static void run_all(struct world *world) {
    while (!lanes_pass_window(&world->engine, END)) {
    }
}

/** A packet that is sent as a window begins arrives right as it ends, and no nanosecond sooner. */
static void given_a_lookahead_one_too_long_when_run_then_a_check_fails(void **state) {
    struct run run = {.lanes = 2, .apart = true, .delay = &delay_10ms};
    struct world *exact = world_of(*state, run);
    run.longer_ns = 1;
    struct world *longer = world_of(*state, run);

    run_all(exact);

    expect_assert_failure(run_all(longer));
    end_world(exact);
    end_world(longer);
}

static void given_an_instant_without_end_when_run_then_time_stands_still(void **state) {
    struct world *world = world_of(*state, (struct run){.lanes = 2, .delay = &uniform_5_40ms});
    for (uint32_t i = 0; i < 2; i++) {
        world->lanes[i]->sim.instant_events_max = 20;
    }

    while (!world->engine.stands_still) {
        assert_false(lanes_pass_window(&world->engine, END));
    }

    assert_int_equal(world->lanes[0]->sim.now_ns, 7 * MS); // when all publish
    end_world(world);
}

enum { ROUNDS = 2000, MEMBERS = 4 };

struct count {
    uint32_t done[MEMBERS]; // each its own
};

static void add_up(void *context, uint32_t member) {
    struct count *count = context;
    count->done[member]++;
}

static void given_rounds_when_done_then_each_part_is_done_once_in_each(void **state) {
    struct count count = {0};
    struct crew *crew = crew_create(*state, MEMBERS, add_up, &count);
    assert_non_null(crew);

    for (uint32_t round = 1; round <= ROUNDS; round++) {
        crew_do(crew);

        for (uint32_t member = 0; member < MEMBERS; member++) {
            assert_int_equal(count.done[member], round);
        }
    }
    crew_end(crew);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_any_number_of_lanes_when_run_then_nodes_see_what_they_see_in_one, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_stops_on_the_way_when_run_then_the_same, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(given_lanes_that_talk_when_run_then_packets_crossed_over,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_many_events_and_then_few_when_run_then_lanes_part_and_join, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_lanes_that_stay_joined_when_run_then_no_thread_is_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_lanes_that_part_when_run_then_threads_are_made_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_lanes_that_join_and_part_when_run_then_nodes_see_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_a_lookahead_one_too_long_when_run_then_a_check_fails,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_an_instant_without_end_when_run_then_time_stands_still, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_rounds_when_done_then_each_part_is_done_once_in_each,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
