#include "sim/sim.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

/** A world of a few nodes in a ring that writes down what happens, and answers packets as told. */
struct fixture {
    struct arena *arena;
    struct topology topology;
    struct sim sim;
    char log[2000];
    uint32_t answers; // packets still to be answered by one to the sender
    char soon[200];   // what on_soon() was told: F far, N near (f, n: of a timer), P the packet,
                      // and its handle or the node
};

static void note(struct fixture *f, const char *what, uint32_t node, uint32_t detail) {
    size_t length = strlen(f->log);
    snprintf(f->log + length, sizeof f->log - length, "%lld %s %u %u\n",
             (long long)(f->sim.now_ns / 1000000), what, node, detail);
}

static void foretell(struct fixture *f, char what, uint32_t handle) {
    size_t length = strlen(f->soon);
    snprintf(f->soon + length, sizeof f->soon - length, "%c%u ", what, handle);
}

static void on_soon(void *context, enum sim_soon soon, const struct event *event) {
    bool far = soon == SIM_SOON_FAR;
    if (event_class_of(event) == EVENT_TIMER) {
        foretell(context, far ? 'f' : 'n', event->target);
    } else {
        foretell(context, far ? 'F' : 'N', event->payload);
    }
}

static void on_packet(void *context, uint32_t slot, uint32_t handle) {
    struct fixture *f = context;
    note(f, "packet", f->topology.owner[slot], handle);
    foretell(f, 'P', handle);
    if (f->answers > 0) {
        f->answers--;
        struct packet answer = {.handle = handle + 1};
        sim_send(&f->sim, slot, &answer);
    }
}

static void on_timer(void *context, uint32_t node) {
    note(context, "timer", node, 0);
}

static void on_change(void *context, uint32_t target, uint32_t what) {
    note(context, "change", target, what);
}

static void on_publish(void *context, uint32_t message) {
    note(context, "publish", message, 0);
}

static void on_dropped(void *context, uint32_t slot, uint32_t handle, enum link_verdict verdict) {
    struct fixture *f = context;
    (void)verdict;
    note(f, "dropped", f->topology.owner[slot], handle);
}

static const struct distribution_options delay_30ms = {
    DISTRIBUTION_CONSTANT, 30000000, 0, 0, NULL, 0};

static int set_up(void **state) {
    struct arena *arena = arena_create(NULL);
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    struct failure failure;
    struct topology_options ring = {.kind = TOPOLOGY_RING, .node_count = 4};
    f->arena = arena;
    assert_true(topology_build(&f->topology, arena, &ring, &failure));
    struct link_options links = {.seed = 1, .delay = &delay_30ms};
    struct sim_handlers handlers = {.context = f,
                                    .on_packet = on_packet,
                                    .on_timer = on_timer,
                                    .on_change = on_change,
                                    .on_publish = on_publish,
                                    .on_dropped = on_dropped};
    sim_init(&f->sim, arena, &f->topology, &links, &handlers);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

#define MS INT64_C(1000000)

static void given_two_nodes_when_they_talk_then_the_schedule_is_that_of_arithmetic(void **state) {
    struct fixture *f = *state;
    f->answers = 3;
    struct packet packet = {.handle = 70};
    sim_send(&f->sim, topology_find_slot(&f->topology, 0, 1), &packet);
    sim_set_timer(&f->sim, 2, 45 * MS);

    sim_run_until(&f->sim, 200 * MS);

    assert_string_equal(f->log, "30 packet 1 70\n"
                                "45 timer 2 0\n"
                                "60 packet 0 71\n"
                                "90 packet 1 72\n"
                                "120 packet 0 73\n");
    assert_int_equal(f->sim.now_ns, 200 * MS);
}

static void given_one_instant_when_run_then_class_then_source_then_sequence_order_it(void **state) {
    struct fixture *f = *state;
    sim_schedule_publish(&f->sim, 0, 30 * MS, 5);
    sim_set_timer(&f->sim, 3, 30 * MS);
    sim_set_timer(&f->sim, 1, 30 * MS);
    struct packet late = {.handle = 8};
    struct packet later = {.handle = 9};
    sim_send(&f->sim, topology_find_slot(&f->topology, 3, 2), &late);
    sim_send(&f->sim, topology_find_slot(&f->topology, 1, 2), &late);
    sim_send(&f->sim, topology_find_slot(&f->topology, 1, 2), &later);
    sim_schedule_change(&f->sim, 3, 30 * MS, 7, 1);
    sim_schedule_change(&f->sim, 2, 30 * MS, 6, 1);

    sim_run_until(&f->sim, 31 * MS);

    assert_string_equal(f->log, "30 change 6 1\n"
                                "30 change 7 1\n"
                                "30 packet 2 8\n"
                                "30 packet 2 9\n"
                                "30 packet 2 8\n"
                                "30 timer 1 0\n"
                                "30 timer 3 0\n"
                                "30 publish 5 0\n");
}

/** The event eight behind the one that is taken out, and the one four behind it. */
static void
given_packets_and_a_timer_when_they_come_soon_then_their_owner_is_told_before(void **state) {
    struct fixture *f = *state;
    f->sim.handlers.on_soon = on_soon;
    for (uint32_t i = 0; i < 10; i++) {
        struct packet packet = {.handle = i};
        sim_send(&f->sim, topology_find_slot(&f->topology, 0, 1), &packet);
    }
    sim_set_timer(&f->sim, 2, 30 * MS);

    sim_run_until(&f->sim, 31 * MS);

    assert_string_equal(f->soon, "F9 N5 P0 f2 N6 P1 N7 P2 N8 P3 N9 P4 n2 P5 P6 P7 P8 P9 ");
}

static void given_nothing_but_delays_when_sent_plainly_then_as_by_the_steps(void **state) {
    struct fixture *f = *state;
    uint32_t slot = topology_find_slot(&f->topology, 3, 2);
    struct packet packet = {.handle = 5};

    assert_true(sim_sends_plainly(&f->sim));
    assert_int_equal(sim_send(&f->sim, slot, &packet), LINK_ARRIVES);
    sim_send_plainly(&f->sim, 3, slot, 6);
    sim_run_until(&f->sim, 31 * MS);

    assert_string_equal(f->log, "30 packet 2 5\n30 packet 2 6\n");
    assert_int_equal(f->sim.sequence[3], 2);
    links_expect_degradations(&f->sim.links, f->arena);
    assert_false(sim_sends_plainly(&f->sim));
}

static void given_a_timer_set_anew_when_run_then_only_the_last_goes_off(void **state) {
    struct fixture *f = *state;
    sim_set_timer(&f->sim, 1, 10 * MS);
    sim_set_timer(&f->sim, 1, 20 * MS);
    sim_set_timer(&f->sim, 2, 15 * MS);
    sim_cancel_timer(&f->sim, 2);

    sim_run_until(&f->sim, 100 * MS);

    assert_string_equal(f->log, "20 timer 1 0\n");
}

static void given_an_event_at_the_end_when_run_until_it_then_it_is_left(void **state) {
    struct fixture *f = *state;
    sim_set_timer(&f->sim, 1, 10 * MS);

    sim_run_until(&f->sim, 10 * MS);
    assert_string_equal(f->log, "");
    sim_run_until(&f->sim, 10 * MS + 1);

    assert_string_equal(f->log, "10 timer 1 0\n");
}

static void given_a_limit_when_run_then_it_stops_there_and_goes_on(void **state) {
    struct fixture *f = *state;
    for (uint32_t node = 0; node < 4; node++) {
        sim_set_timer(&f->sim, node, (10 + node) * MS);
    }

    bool first = sim_run_some(&f->sim, 50 * MS, 3);
    int64_t stopped_ns = f->sim.now_ns;
    bool second = sim_run_some(&f->sim, 50 * MS, 3);

    assert_false(first);
    assert_int_equal(stopped_ns, 12 * MS);
    assert_true(second);
    assert_int_equal(f->sim.now_ns, 50 * MS);
    assert_string_equal(f->log, "10 timer 0 0\n11 timer 1 0\n12 timer 2 0\n13 timer 3 0\n");
}

static void given_the_past_when_something_is_put_there_then_check_fails(void **state) {
    struct fixture *f = *state;
    sim_run_until(&f->sim, 50 * MS);

    expect_assert_failure(sim_set_timer(&f->sim, 1, 49 * MS));
    expect_assert_failure(sim_schedule_publish(&f->sim, 1, 0, 0));
    expect_assert_failure(sim_run_until(&f->sim, 49 * MS));
    expect_assert_failure(sim_set_timer(&f->sim, 4, 60 * MS));
}

#define TEST_OF(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/** A node that sets its timer anew for the instant it goes off at. */
static void on_timer_again(void *context, uint32_t node) {
    struct fixture *f = context;
    if (node == 2) {
        sim_set_timer(&f->sim, node, f->sim.now_ns);
    }
}

static void given_a_node_that_never_lets_time_pass_when_run_then_the_world_names_it(void **state) {
    struct fixture *f = *state;
    f->sim.handlers.on_timer = on_timer_again;
    f->sim.instant_events_max = 100;
    for (uint32_t node = 0; node < 4; node++) {
        sim_set_timer(&f->sim, node, 5 * MS);
    }

    bool arrived = sim_run_some(&f->sim, 10 * MS, UINT64_MAX);

    assert_false(arrived);
    assert_true(f->sim.stands_still);
    assert_int_equal(f->sim.now_ns, 5 * MS);
    struct sim_standstill found = sim_standstill_of(&f->sim);
    assert_int_equal(found.events, 100);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.nodes[0], 2);
    assert_int_equal(found.counts[0], found.counted);
}

static void given_as_many_events_as_allowed_when_run_then_time_passes(void **state) {
    struct fixture *f = *state;
    f->sim.instant_events_max = 4;
    for (uint32_t node = 0; node < 4; node++) {
        sim_set_timer(&f->sim, node, 5 * MS);
        sim_schedule_change(&f->sim, node, 6 * MS, node, 1);
    }
    sim_schedule_change(&f->sim, 0, 0, 0, 1);

    // Stopping at an instant and going on there begins no new one.
    sim_run_until(&f->sim, 5 * MS);
    sim_run_until(&f->sim, 10 * MS);

    assert_false(f->sim.stands_still);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_OF(given_two_nodes_when_they_talk_then_the_schedule_is_that_of_arithmetic),
        TEST_OF(given_one_instant_when_run_then_class_then_source_then_sequence_order_it),
        TEST_OF(given_packets_and_a_timer_when_they_come_soon_then_their_owner_is_told_before),
        TEST_OF(given_nothing_but_delays_when_sent_plainly_then_as_by_the_steps),
        TEST_OF(given_a_timer_set_anew_when_run_then_only_the_last_goes_off),
        TEST_OF(given_an_event_at_the_end_when_run_until_it_then_it_is_left),
        TEST_OF(given_a_limit_when_run_then_it_stops_there_and_goes_on),
        TEST_OF(given_the_past_when_something_is_put_there_then_check_fails),
        cmocka_unit_test_setup_teardown(
            given_a_node_that_never_lets_time_pass_when_run_then_the_world_names_it, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_as_many_events_as_allowed_when_run_then_time_passes,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
