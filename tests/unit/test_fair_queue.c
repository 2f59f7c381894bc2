#include "sim/fair_queue.h"
#include "tests/support/unit.h"

#include <math.h>
#include <stdlib.h>

enum { FLOWS = 7, TRANSFERS = 400 };

/** A queue, its flows, and when each transfer came and ended. */
struct fixture {
    struct arena *arena;
    struct pool pool;
    struct fair_queue queue;
    struct fair_flow flows[FLOWS];
    int64_t now_ns;
    int64_t ended_ns[TRANSFERS]; // by handle
    uint32_t ended[TRANSFERS];   // handles in the order in which they ended
    uint32_t ended_count;
};

static int set_up(void **state) {
    struct arena *arena = arena_create(NULL);
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    f->arena = arena;
    pool_init(&f->pool, arena, MEMORY_EVENTS);
    fair_queue_init(&f->queue, &f->pool);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

static void push(struct fixture *f, uint32_t slot, uint32_t handle, int64_t work_ns) {
    struct fair_transfer transfer = {.slot = slot, .packet = {.handle = handle}};
    fair_queue_push(&f->queue, f->now_ns, &f->flows[slot], transfer, work_ns);
}

/** Lets time pass, taking out what ends when it ends. */
static void pass_until(struct fixture *f, int64_t until_ns) {
    while (fair_queue_next_ns(&f->queue) <= until_ns) {
        f->now_ns = fair_queue_next_ns(&f->queue);
        struct fair_transfer transfer;
        struct fair_flow *flow = &f->flows[fair_queue_next_slot(&f->queue)];
        assert_true(fair_queue_pop(&f->queue, f->now_ns, flow, &transfer));
        f->ended_ns[transfer.packet.handle] = f->now_ns;
        f->ended[f->ended_count++] = transfer.packet.handle;
    }
    f->now_ns = until_ns;
}

static void given_equal_transfers_when_they_begin_together_then_all_end_at_their_sum(void **state) {
    struct fixture *f = *state;
    f->now_ns = 1000;
    for (uint32_t i = 0; i < FLOWS; i++) {
        push(f, i, i, 2714001);
    }

    pass_until(f, 1000000000);

    assert_int_equal(f->ended_count, FLOWS);
    for (uint32_t i = 0; i < FLOWS; i++) {
        assert_int_equal(f->ended_ns[i], 1000 + FLOWS * 2714001);
        assert_int_equal(f->ended[i], i); // what ends together leaves as it came
    }
}

static void given_one_flow_when_transfers_follow_then_each_has_the_whole_rate(void **state) {
    struct fixture *f = *state;
    push(f, 0, 0, 100);
    push(f, 0, 1, 50);
    push(f, 0, 2, 0);

    pass_until(f, 1000);

    assert_int_equal(f->ended_ns[0], 100);
    assert_int_equal(f->ended_ns[1], 150);
    assert_int_equal(f->ended_ns[2], 150);
}

static void given_a_short_and_a_long_transfer_when_shared_then_arithmetic_says_when(void **state) {
    struct fixture *f = *state;
    push(f, 0, 0, 1000);
    f->now_ns = 400;
    push(f, 1, 1, 100); // half the rate: 200 ns, in which the other has 100 of its 600 left

    pass_until(f, 10000);

    assert_int_equal(f->ended_ns[1], 600);
    assert_int_equal(f->ended_ns[0], 1100);
}

/** The fluid, step by step in floating point: when each transfer ends. */
static void reference(const uint32_t *slots, const int64_t *came_ns, const int64_t *work_ns,
                      double *ends_ns) {
    uint32_t next = 0;
    uint32_t left = TRANSFERS;
    double now = 0;
    double rest[TRANSFERS];
    int first[FLOWS];
    for (uint32_t i = 0; i < TRANSFERS; i++) {
        ends_ns[i] = -1;
        rest[i] = (double)work_ns[i];
    }
    while (left > 0) {
        uint32_t active = 0;
        for (uint32_t flow = 0; flow < FLOWS; flow++) {
            first[flow] = -1;
            for (uint32_t i = 0; i < next && first[flow] < 0; i++) {
                first[flow] = slots[i] == flow && ends_ns[i] < 0 ? (int)i : -1;
            }
            active += first[flow] >= 0;
        }
        double step = next < TRANSFERS ? (double)came_ns[next] - now : INFINITY;
        int ending = -1;
        for (uint32_t flow = 0; flow < FLOWS; flow++) {
            if (first[flow] >= 0 && rest[first[flow]] * active <= step) {
                step = rest[first[flow]] * active;
                ending = first[flow];
            }
        }
        for (uint32_t flow = 0; flow < FLOWS; flow++) {
            if (first[flow] >= 0) {
                rest[first[flow]] -= step / active;
            }
        }
        now += step;
        if (ending >= 0) {
            ends_ns[ending] = now;
            left--;
        } else {
            next++;
        }
    }
}

static void given_random_transfers_when_shared_then_they_end_as_in_the_fluid(void **state) {
    struct fixture *f = *state;
    uint32_t slots[TRANSFERS];
    int64_t came_ns[TRANSFERS];
    int64_t work_ns[TRANSFERS];
    double ends_ns[TRANSFERS];
    uint64_t random = 12345;
    int64_t now_ns = 0;
    for (uint32_t i = 0; i < TRANSFERS; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        slots[i] = (uint32_t)(random >> 33) % FLOWS;
        work_ns[i] = (int64_t)((random >> 40) % 100000) + 1;
        // Now and then nothing comes for so long that the queue runs empty.
        now_ns += (int64_t)((random >> 20) % 90000) + (i % 50 == 49 ? 3000000 : 0);
        came_ns[i] = now_ns;
    }
    reference(slots, came_ns, work_ns, ends_ns);

    for (uint32_t i = 0; i < TRANSFERS; i++) {
        pass_until(f, came_ns[i]);
        push(f, slots[i], i, work_ns[i]);
    }
    pass_until(f, INT64_C(1) << 40);

    assert_int_equal(f->ended_count, TRANSFERS);
    for (uint32_t i = 0; i < TRANSFERS; i++) {
        assert_true(fabs((double)f->ended_ns[i] - ends_ns[i]) <= 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_equal_transfers_when_they_begin_together_then_all_end_at_their_sum, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_one_flow_when_transfers_follow_then_each_has_the_whole_rate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_a_short_and_a_long_transfer_when_shared_then_arithmetic_says_when, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_random_transfers_when_shared_then_they_end_as_in_the_fluid, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
