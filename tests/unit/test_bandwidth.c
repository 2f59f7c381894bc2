#include "sim/bandwidth.h"
#include "tests/support/unit.h"

#define MS INT64_C(1000000)

// 1 Mbit/s: 1000 bytes take 8 ms.
static const struct bandwidth_class slow = {
    .up_bits_per_s = 1000000,
    .down_bits_per_s = 1000000,
    .queue_bytes = 2500,
    .frame_bytes = 1000,
};
static const struct bandwidth_class fast_up = {
    .up_bits_per_s = 4000000,
    .queue_bytes = BANDWIDTH_QUEUE_UNLIMITED,
    .frame_bytes = 1000,
};

/** A star whose hub, node 0, is of class 0, all others of class 1. */
struct fixture {
    struct arena *arena;
    struct topology topology;
    struct bandwidth_class classes[2];
    uint32_t node_class[4];
    struct bandwidth bandwidth;
    int64_t through_ns; // of the last that came
};

static struct fixture *fixture_of(struct arena *arena, struct bandwidth_class hub,
                                  struct bandwidth_class others) {
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    struct failure failure;
    struct topology_options star = {.kind = TOPOLOGY_STAR, .node_count = 4};
    assert_true(topology_build(&f->topology, arena, &star, &failure));
    f->classes[0] = hub;
    f->classes[1] = others;
    for (uint32_t node = 1; node < 4; node++) {
        f->node_class[node] = 1;
    }
    struct bandwidth_options options = {
        .classes = f->classes, .class_count = 2, .node_class = f->node_class};
    bandwidth_init(&f->bandwidth, arena, &f->topology, &options);
    return f;
}

static enum bandwidth_outcome enter(struct fixture *f, enum bandwidth_side side, uint32_t slot,
                                    uint32_t bytes, int64_t now_ns) {
    struct bandwidth_transfer transfer = {.side = side, .slot = slot, .bytes = bytes};
    return bandwidth_enter(&f->bandwidth, &transfer, now_ns, &f->through_ns);
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static void given_rates_and_frames_when_measured_then_times_are_rounded_up(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct bandwidth_class item;
        uint32_t bytes;
        int64_t time_ns;
    } rows[] = {
        {"none", {.frame_bytes = 1}, 1000, 0},
        {"whole", {.up_bits_per_s = 100000000, .frame_bytes = 1460}, 33925, 2714000},
        {"rounded up", {.up_bits_per_s = 3000000000, .frame_bytes = 1460}, 1, 3},
        {"two frames",
         {.up_bits_per_s = 8000, .overhead_bytes = 40, .frame_bytes = 100},
         101,
         181 * MS},
        {"nothing", {.up_bits_per_s = 8000, .overhead_bytes = 40, .frame_bytes = 100}, 0, 0},
        {"too long", {.up_bits_per_s = 1, .frame_bytes = 1}, UINT32_MAX, FAIR_WORK_MAX_NS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t time_ns = bandwidth_transmission_ns(&rows[i].item, BANDWIDTH_UP, rows[i].bytes);

        if (time_ns != rows[i].time_ns) {
            fail_msg("%s: %lld ns", rows[i].name, (long long)time_ns);
        }
    }
}

static void given_an_uplink_when_packets_come_then_each_waits_for_those_before(void **state) {
    struct fixture *f = fixture_of(*state, slow, fast_up);

    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 1000, 0), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 8 * MS);
    assert_int_equal(enter(f, BANDWIDTH_UP, 1, 500, 2 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 12 * MS);
    assert_int_equal(enter(f, BANDWIDTH_UP, 1, 0, 3 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 12 * MS); // without bytes, but it overtakes none
    assert_int_equal(enter(f, BANDWIDTH_UP, 2, 1000, 20 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 28 * MS);
}

static void given_a_queue_when_it_is_full_then_the_packet_is_dropped(void **state) {
    struct fixture *f = fixture_of(*state, slow, fast_up);

    // Whatever its size, what finds nothing before it goes through.
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 9000, 0), BANDWIDTH_THROUGH);
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 1, 0), BANDWIDTH_FULL);
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 0, 0), BANDWIDTH_THROUGH);
    // With 1500 bytes before it there is room for 1000, and no more.
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 1001, 60 * MS), BANDWIDTH_FULL);
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 1000, 60 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 80 * MS);
}

static void given_a_downlink_when_packets_come_then_it_has_worked_before(void **state) {
    struct fixture *f = fixture_of(*state, slow, fast_up);

    // 1000 bytes came in for 2 ms, and 6 ms are left to do.
    assert_int_equal(enter(f, BANDWIDTH_DOWN, 0, 1000, 100 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 106 * MS);
    // While the next came in the downlink was at work, but for 1 ms.
    assert_int_equal(enter(f, BANDWIDTH_DOWN, 1, 1000, 107 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 114 * MS);
    assert_int_equal(enter(f, BANDWIDTH_DOWN, 1, 1000, 107 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 122 * MS);
    // The others can receive without limit.
    assert_int_equal(enter(f, BANDWIDTH_DOWN, f->topology.slot_first[1], 1000, 100 * MS),
                     BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 100 * MS);
}

static void given_equal_rates_when_a_packet_comes_then_the_downlink_adds_nothing(void **state) {
    struct fixture *f = fixture_of(*state, slow, slow);

    assert_int_equal(enter(f, BANDWIDTH_DOWN, 0, 1000, 100 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 100 * MS);
    // Two at one instant share it, and no rate is exceeded.
    assert_int_equal(enter(f, BANDWIDTH_DOWN, 1, 1000, 100 * MS), BANDWIDTH_THROUGH);
    assert_int_equal(f->through_ns, 108 * MS);
}

static void given_a_fair_class_when_packets_come_then_they_wait_in_its_queue(void **state) {
    struct bandwidth_class fair = slow;
    fair.sharing = BANDWIDTH_FAIR;
    struct fixture *f = fixture_of(*state, fair, fast_up);
    struct fair_transfer transfer;

    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 0, 0), BANDWIDTH_THROUGH);
    assert_null(bandwidth_queue(&f->bandwidth, 0, BANDWIDTH_UP));
    assert_int_equal(enter(f, BANDWIDTH_UP, 0, 1000, 0), BANDWIDTH_WAITS);
    assert_int_equal(enter(f, BANDWIDTH_UP, 1, 1000, 0), BANDWIDTH_WAITS);
    assert_int_equal(enter(f, BANDWIDTH_UP, 1, 1000, 0), BANDWIDTH_FULL);
    assert_int_equal(fair_queue_next_ns(bandwidth_queue(&f->bandwidth, 0, BANDWIDTH_UP)), 16 * MS);
    assert_false(bandwidth_leave(&f->bandwidth, 0, BANDWIDTH_UP, 8 * MS, &transfer));
    assert_true(bandwidth_leave(&f->bandwidth, 0, BANDWIDTH_UP, 16 * MS, &transfer));
    assert_int_equal(transfer.slot, 0);
    assert_true(bandwidth_leave(&f->bandwidth, 0, BANDWIDTH_UP, 16 * MS, &transfer));
    assert_int_equal(transfer.slot, 1);
    assert_false(bandwidth_leave(&f->bandwidth, 0, BANDWIDTH_UP, 16 * MS, &transfer));
}

static void given_no_limits_when_made_then_there_is_nothing_to_keep(void **state) {
    struct bandwidth_class none = {.queue_bytes = 10, .frame_bytes = 1};

    struct fixture *f = fixture_of(*state, none, none);

    assert_null(f->bandwidth.classes);
    assert_null(f->bandwidth.busy_until_ns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_rates_and_frames_when_measured_then_times_are_rounded_up),
        cmocka_unit_test_setup_teardown(
            given_an_uplink_when_packets_come_then_each_waits_for_those_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_a_queue_when_it_is_full_then_the_packet_is_dropped,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_a_downlink_when_packets_come_then_it_has_worked_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_equal_rates_when_a_packet_comes_then_the_downlink_adds_nothing, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_a_fair_class_when_packets_come_then_they_wait_in_its_queue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_no_limits_when_made_then_there_is_nothing_to_keep,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
