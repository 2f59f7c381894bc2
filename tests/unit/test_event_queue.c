#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/prng.h"
#include "sim/event_heap.h"
#include "sim/event_wheel.h"

#include <inttypes.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)

/** Both queues behind one face, so that one table row holds for each. */
struct queues {
    struct event_heap heap;
    struct event_wheel wheel;
};

static void push_heap(struct queues *queues, struct event event) {
    event_heap_push(&queues->heap, event);
}

static void push_wheel(struct queues *queues, struct event event) {
    event_wheel_push(&queues->wheel, event);
}

static struct event pop_heap(struct queues *queues) {
    return event_heap_pop(&queues->heap);
}

static struct event pop_wheel(struct queues *queues) {
    return event_wheel_pop(&queues->wheel);
}

static void pretend_heap_popped(struct queues *queues, struct event event) {
    queues->heap.last = event;
}

static void pretend_wheel_popped(struct queues *queues, struct event event) {
    queues->wheel.last = event;
}

static const struct queue_kind {
    const char *name;
    void (*push)(struct queues *queues, struct event event);
    struct event (*pop)(struct queues *queues);
    void (*pretend_popped)(struct queues *queues, struct event event);
} queue_kinds[] = {
    {"heap", push_heap, pop_heap, pretend_heap_popped},
    {"wheel", push_wheel, pop_wheel, pretend_wheel_popped},
};

/** In functions of their own, as longjmp leaves the variables of the function it returns to
 * undefined. */
static void expect_push_refused(const struct queue_kind *kind, struct queues *queues,
                                struct event event, const char *name) {
    print_message("%s: %s\n", kind->name, name);
    expect_assert_failure(kind->push(queues, event));
}

static void expect_pop_refused(const struct queue_kind *kind, struct queues *queues,
                               const char *name) {
    print_message("%s: %s\n", kind->name, name);
    expect_assert_failure(kind->pop(queues));
}

struct fixture {
    struct arena *arena;
    struct queues queues;
    struct prng prng;
    uint64_t sequence;
};

static int set_up(void **state) {
    struct fixture *fixture = test_malloc(sizeof *fixture);
    memset(fixture, 0, sizeof *fixture);
    fixture->arena = arena_create(NULL);
    event_heap_init(&fixture->queues.heap, fixture->arena);
    event_wheel_init(&fixture->queues.wheel, fixture->arena);
    fixture->prng = prng_stream(1, STREAM_WORKLOAD, 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_destroy(fixture->arena);
    test_free(fixture);
    return 0;
}

static bool same_event(const struct event *left, const struct event *right) {
    return left->at_ns == right->at_ns && left->order == right->order &&
           left->target == right->target && left->payload == right->payload;
}

/** At `at_ns` with a random class and source; distinct from all others by its sequence number. */
static struct event draw_event(struct fixture *fixture, int64_t at_ns) {
    enum event_class event_class = (enum event_class)prng_below(&fixture->prng, 4);
    uint32_t source = prng_below(&fixture->prng, 10000);
    uint64_t sequence = fixture->sequence++;
    return (struct event){.at_ns = at_ns,
                          .order = event_order(event_class, source, sequence),
                          .target = (uint32_t)sequence,
                          .payload = source};
}

typedef int64_t (*draw_increment)(struct prng *prng);

static int64_t draw_simulator_mix(struct prng *prng) {
    uint32_t kind = prng_below(prng, 1000);
    if (kind < 200) {
        return SECOND;
    }
    return kind == 200 ? prng_below(prng, 60) * SECOND : 10000000 + prng_below(prng, 140000000);
}

static int64_t draw_within_a_bucket(struct prng *prng) {
    return prng_below(prng, 1000);
}

static int64_t draw_around_a_bucket(struct prng *prng) {
    return prng_below(prng, 3 << WHEEL_BUCKET_SHIFT);
}

static int64_t draw_around_the_ring(struct prng *prng) {
    int64_t ring = (int64_t)WHEEL_BUCKETS << WHEEL_BUCKET_SHIFT;
    return ring - (2 << WHEEL_BUCKET_SHIFT) + prng_below(prng, 4 << WHEEL_BUCKET_SHIFT);
}

static int64_t draw_one_instant(struct prng *prng) {
    return prng_below(prng, 8) == 0 ? SECOND : 0;
}

/** More in a bucket than are sorted at once. */
static int64_t draw_crowd(struct prng *prng) {
    return SECOND + prng_below(prng, 1 << (WHEEL_BUCKET_SHIFT - 2));
}

static int64_t draw_far(struct prng *prng) {
    return prng_below(prng, 10) * HOUR;
}

static int64_t draw_any_magnitude(struct prng *prng) {
    return (int64_t)(prng_next(prng) >> (12 + prng_below(prng, 50)));
}

static const struct mix {
    const char *name;
    draw_increment draw;
    uint32_t pending; // about that many at most
} mixes[] = {
    {"simulator, many", draw_simulator_mix, 20000},
    {"simulator, few", draw_simulator_mix, 3},
    {"within a bucket", draw_within_a_bucket, 2000},
    {"around a bucket's width", draw_around_a_bucket, 3000},
    {"around the ring's span", draw_around_the_ring, 500},
    {"many at one instant", draw_one_instant, 5000},
    {"a crowd a second away", draw_crowd, 30000},
    {"hours apart", draw_far, 300},
    {"any magnitude", draw_any_magnitude, 1000},
    {"any magnitude, almost empty", draw_any_magnitude, 2},
};

enum { MIX_STEPS = 100000 };

/** A later event than the one popped last, `increment` after it. */
static struct event draw_next(struct fixture *fixture, const struct event *last,
                              int64_t increment) {
    int64_t from = last->at_ns < 0 ? 0 : last->at_ns;
    struct event event = draw_event(fixture, from + increment);
    if (!event_before(last, &event)) {
        event.at_ns++;
    }
    return event;
}

static void pop_both(struct fixture *fixture, const char *name, uint32_t step) {
    const struct event *first = event_wheel_first(&fixture->queues.wheel);
    struct event expected = event_heap_pop(&fixture->queues.heap);
    if (first == NULL || !same_event(first, &expected)) {
        fail_msg("%s: step %" PRIu32 ": first is not the heap's", name, step);
    }
    struct event popped = event_wheel_pop(&fixture->queues.wheel);
    if (!same_event(&popped, &expected)) {
        fail_msg("%s: step %" PRIu32 ": popped is not the heap's", name, step);
    }
}

static void given_any_mix_when_pushed_and_popped_then_wheel_equals_heap(void **state) {
    for (size_t row = 0; row < COUNT_OF(mixes); row++) {
        const struct mix *mix = &mixes[row];
        tear_down(state);
        set_up(state);
        struct fixture *fixture = *state;
        struct queues *queues = &fixture->queues;

        for (uint32_t step = 0; step < MIX_STEPS; step++) {
            // Phases in which the queue fills and in which it drains, down to nothing.
            uint32_t fill_percent = step / (4 * mix->pending) % 2 == 0 ? 65 : 35;
            bool full = queues->heap.count >= mix->pending;
            if (!full && prng_below(&fixture->prng, 100) < fill_percent) {
                struct event event =
                    draw_next(fixture, &queues->heap.last, mix->draw(&fixture->prng));
                event_heap_push(&queues->heap, event);
                event_wheel_push(&queues->wheel, event);
            } else if (queues->heap.count > 0) {
                pop_both(fixture, mix->name, step);
            }
        }
        while (queues->heap.count > 0) {
            pop_both(fixture, mix->name, MIX_STEPS);
        }

        assert_int_equal(queues->wheel.count, 0);
        assert_null(event_wheel_first(&queues->wheel));
    }
}

static void given_shuffled_events_when_popped_then_they_leave_in_order(void **state) {
    struct fixture *fixture = *state;
    enum { COUNT = 3000 };
    uint32_t numbers[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        numbers[i] = i;
    }

    for (size_t row = 0; row < COUNT_OF(queue_kinds); row++) {
        prng_shuffle_u32(&fixture->prng, numbers, COUNT);
        for (uint32_t i = 0; i < COUNT; i++) {
            // Three events share each instant.
            struct event event = {.at_ns = numbers[i] / 3 * SECOND, .order = numbers[i]};
            queue_kinds[row].push(&fixture->queues, event);
        }

        for (uint32_t i = 0; i < COUNT; i++) {
            struct event event = queue_kinds[row].pop(&fixture->queues);
            if (event.order != i || event.at_ns != i / 3 * SECOND) {
                fail_msg("%s: place %" PRIu32 " holds another event", queue_kinds[row].name, i);
            }
        }
    }
}

static void given_one_instant_when_10000_events_share_it_then_order_decides(void **state) {
    struct fixture *fixture = *state;
    enum { COUNT = 10000 };
    static const char *const names[] = {"rising", "falling", "shuffled"};
    uint32_t numbers[COUNT];
    for (size_t row = 0; row < COUNT_OF(names); row++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            numbers[i] = row == 1 ? COUNT - 1 - i : i;
        }
        if (row == 2) {
            prng_shuffle_u32(&fixture->prng, numbers, COUNT);
        }

        int64_t at_ns = (int64_t)(row + 1) * SECOND;
        for (uint32_t i = 0; i < COUNT; i++) {
            uint64_t order = event_order(EVENT_TIMER, numbers[i], numbers[i] % 7);
            event_wheel_push(&fixture->queues.wheel,
                             (struct event){.at_ns = at_ns, .order = order});
        }

        for (uint32_t i = 0; i < COUNT; i++) {
            struct event event = event_wheel_pop(&fixture->queues.wheel);
            if (event.at_ns != at_ns || event_source_of(&event) != i) {
                fail_msg("%s: place %" PRIu32 " holds another event", names[row], i);
            }
        }
    }
}

/** Keys of a pile: what they differ in. */
static uint64_t order_spread(struct prng *prng, uint32_t i) {
    return event_order((enum event_class)prng_below(prng, 5), prng_below(prng, 1 << 24), i);
}

static uint64_t order_counted(struct prng *prng, uint32_t i) {
    (void)prng;
    return i;
}

static uint64_t order_in_bits(struct prng *prng, uint32_t i) {
    (void)prng;
    return UINT64_C(1) << (16 + i % 40) | i;
}

static void given_a_pile_when_taken_in_parts_then_the_heap_s_order(void **state) {
    struct fixture *fixture = *state;
    enum { COUNT = 40000 };
    static const struct {
        const char *name;
        uint64_t (*order)(struct prng *prng, uint32_t i);
        uint32_t instants;
    } rows[] = {{"all at one instant", order_spread, 1},
                {"told apart by their last bits", order_counted, 1},
                {"at two instants", order_counted, 2},
                {"told apart by single bits", order_in_bits, 7},
                {"at many instants", order_spread, 1000000}};
    struct event *part = arena_take_array(fixture->arena, MEMORY_EVENTS, COUNT, sizeof *part);
    struct pool pool;
    pool_init(&pool, fixture->arena, MEMORY_EVENTS);
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct event_pile pile = {0};
        struct event *events = event_pile_fill(&pile, &pool, COUNT);
        fixture->queues.heap.last = (struct event){.at_ns = -1};
        for (uint32_t i = 0; i < COUNT; i++) {
            int64_t at_ns = prng_below(&fixture->prng, rows[row].instants);
            uint64_t order = rows[row].order(&fixture->prng, i);
            events[i] = (struct event){.at_ns = at_ns, .order = order, .target = i};
            event_heap_push(&fixture->queues.heap, events[i]);
        }

        while (pile.count > 0) {
            uint32_t count = event_pile_take(&pile, &pool, part);
            assert_in_range(count, 1, EVENT_PILE_PART);
            uint64_t sum = 0;
            uint64_t wanted = 0;
            for (uint32_t i = 0; i < count; i++) {
                sum += part[i].target;
                wanted += event_heap_pop(&fixture->queues.heap).target;
            }
            if (sum != wanted) {
                fail_msg("%s: a part holds others than the earliest", rows[row].name);
            }
        }
        assert_null(event_heap_first(&fixture->queues.heap));
    }
}

static void given_far_events_when_nearer_are_pushed_then_nearer_come_first(void **state) {
    struct fixture *fixture = *state;
    struct event_wheel *wheel = &fixture->queues.wheel;
    static const int64_t times[] = {INT64_C(1) << 62, INT64_MAX, HOUR, 5 * SECOND, SECOND, 0};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        event_wheel_push(wheel, (struct event){.at_ns = times[i]});
        // Looking moves the hand; what is pushed behind it afterwards must still be found.
        assert_non_null(event_wheel_first(wheel));
    }

    assert_int_equal(event_wheel_pop(wheel).at_ns, 0);
    assert_int_equal(event_wheel_pop(wheel).at_ns, SECOND);
    assert_int_equal(event_wheel_pop(wheel).at_ns, 5 * SECOND);
    assert_int_equal(event_wheel_pop(wheel).at_ns, HOUR);
    event_wheel_push(wheel, (struct event){.at_ns = HOUR + 1});
    assert_int_equal(event_wheel_pop(wheel).at_ns, HOUR + 1);
    assert_int_equal(event_wheel_pop(wheel).at_ns, INT64_C(1) << 62);
    assert_int_equal(event_wheel_pop(wheel).at_ns, INT64_MAX);
    assert_null(event_wheel_first(wheel));
}

static void given_empty_queue_when_looked_at_then_there_is_no_first(void **state) {
    struct fixture *fixture = *state;

    assert_null(event_heap_first(&fixture->queues.heap));
    assert_null(event_wheel_first(&fixture->queues.wheel));
    for (size_t row = 0; row < COUNT_OF(queue_kinds); row++) {
        expect_pop_refused(&queue_kinds[row], &fixture->queues, "empty");
    }
}

static void given_popped_event_when_an_earlier_one_is_pushed_then_check_fails(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *name;
        struct event event;
    } rows[] = {
        {"earlier", {.at_ns = SECOND, .order = 9}},
        {"a nanosecond earlier", {.at_ns = 2 * SECOND - 1, .order = 9}},
        {"same time, earlier in order", {.at_ns = 2 * SECOND, .order = 6}},
        {"same key", {.at_ns = 2 * SECOND, .order = 7}},
        {"before time began", {.at_ns = -1, .order = 9}},
    };
    for (size_t kind = 0; kind < COUNT_OF(queue_kinds); kind++) {
        queue_kinds[kind].push(&fixture->queues, (struct event){.at_ns = 2 * SECOND, .order = 7});
        queue_kinds[kind].pop(&fixture->queues);

        for (size_t row = 0; row < COUNT_OF(rows); row++) {
            expect_push_refused(&queue_kinds[kind], &fixture->queues, rows[row].event,
                                rows[row].name);
        }
    }
}

static void given_new_queue_when_negative_time_is_pushed_then_check_fails(void **state) {
    struct fixture *fixture = *state;

    for (size_t kind = 0; kind < COUNT_OF(queue_kinds); kind++) {
        struct event event = {.at_ns = -1, .order = UINT64_MAX};
        expect_push_refused(&queue_kinds[kind], &fixture->queues, event, "new");
    }
}

static void given_equal_keys_when_popped_then_check_fails(void **state) {
    static const struct {
        const char *name;
        int64_t first_ns; // an event before the equal ones, popped first
        int64_t equal_ns;
    } rows[] = {
        {"within the ring", 0, 100000000},
        {"in the open bucket", 200000000, 200000001},
        {"beyond the ring", 300000000, HOUR},
    };
    for (size_t kind = 0; kind < COUNT_OF(queue_kinds); kind++) {
        for (size_t row = 0; row < COUNT_OF(rows); row++) {
            tear_down(state);
            set_up(state);
            struct fixture *fixture = *state;
            struct queues *queues = &fixture->queues;
            struct event equal = {.at_ns = rows[row].equal_ns, .order = 3};
            queue_kinds[kind].push(queues, (struct event){.at_ns = rows[row].first_ns});
            queue_kinds[kind].pop(queues);
            queue_kinds[kind].push(queues, equal);
            queue_kinds[kind].push(queues, equal);

            queue_kinds[kind].pop(queues);
            expect_pop_refused(&queue_kinds[kind], queues, rows[row].name);
        }
    }
}

static void given_equal_keys_in_run_and_aside_when_popped_then_check_fails(void **state) {
    struct fixture *fixture = *state;
    struct event_wheel *wheel = &fixture->queues.wheel;
    struct event equal = {.at_ns = SECOND + 10, .order = 3};
    event_wheel_push(wheel, (struct event){.at_ns = SECOND});
    event_wheel_push(wheel, equal);
    event_wheel_pop(wheel);
    event_wheel_push(wheel, equal);

    event_wheel_pop(wheel);
    expect_pop_refused(&queue_kinds[1], &fixture->queues, "run and aside");
}

static void given_event_of_the_past_inside_when_popped_then_check_fails(void **state) {
    static const int64_t times[] = {SECOND, HOUR}; // within the ring, and beyond it
    for (size_t kind = 0; kind < COUNT_OF(queue_kinds); kind++) {
        for (size_t row = 0; row < COUNT_OF(times); row++) {
            tear_down(state);
            set_up(state);
            struct fixture *fixture = *state;
            struct queues *queues = &fixture->queues;
            for (uint64_t order = 1; order <= 3; order++) {
                struct event event = {.at_ns = times[row], .order = order};
                queue_kinds[kind].push(queues, event);
            }
            queue_kinds[kind].pop(queues);

            struct event later = {.at_ns = times[row], .order = 2};
            queue_kinds[kind].pretend_popped(queues, later);
            expect_pop_refused(&queue_kinds[kind], queues, "past");
        }
    }
}

static void given_steady_load_when_turned_over_many_times_then_memory_stays(void **state) {
    struct fixture *fixture = *state;
    struct event_wheel *wheel = &fixture->queues.wheel;
    enum { PENDING = 2000, TURNS = 100 };
    struct event none = {.at_ns = -1};
    size_t bytes_early = 0;
    for (uint32_t i = 0; i < PENDING; i++) {
        event_wheel_push(wheel, draw_next(fixture, &none, draw_simulator_mix(&fixture->prng)));
    }

    for (uint32_t i = 0; i < PENDING * TURNS; i++) {
        struct event event = event_wheel_pop(wheel);
        int64_t increment = draw_simulator_mix(&fixture->prng);
        event_wheel_push(wheel, draw_next(fixture, &event, increment));
        if (i == PENDING * TURNS / 4) {
            bytes_early = arena_bytes(fixture->arena, MEMORY_EVENTS);
        }
    }

    // A turn may be a little fuller than any before; a leak of one chunk per bucket would be 30
    // times as much.
    size_t grown = arena_bytes(fixture->arena, MEMORY_EVENTS) - bytes_early;
    assert_in_range(grown, 0, sizeof(struct wheel_chunk) * 4 * 64);
    assert_int_equal(wheel->count, PENDING);
}

static void given_packed_order_when_unpacked_then_fields_return(void **state) {
    (void)state;
    struct event event = {
        .order = event_order(EVENT_PUBLISH, EVENT_SOURCE_MAX, (UINT64_C(1) << 37) - 1)};
    struct event timer = {.order = event_order(EVENT_TIMER, 5, 0)};
    struct event later = {.order = event_order(EVENT_TIMER, 4, UINT32_MAX)};

    assert_int_equal(event_class_of(&event), EVENT_PUBLISH);
    assert_int_equal(event_source_of(&event), EVENT_SOURCE_MAX);
    assert_int_equal(event_class_of(&timer), EVENT_TIMER);
    assert_true(event_before(&timer, &event));
    assert_true(event_before(&later, &timer));
    assert_false(event_before(&timer, &timer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_any_mix_when_pushed_and_popped_then_wheel_equals_heap,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_shuffled_events_when_popped_then_they_leave_in_order,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_a_pile_when_taken_in_parts_then_the_heap_s_order,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_one_instant_when_10000_events_share_it_then_order_decides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_far_events_when_nearer_are_pushed_then_nearer_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_empty_queue_when_looked_at_then_there_is_no_first,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_popped_event_when_an_earlier_one_is_pushed_then_check_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_new_queue_when_negative_time_is_pushed_then_check_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_equal_keys_when_popped_then_check_fails, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_equal_keys_in_run_and_aside_when_popped_then_check_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_event_of_the_past_inside_when_popped_then_check_fails,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_steady_load_when_turned_over_many_times_then_memory_stays, set_up, tear_down),
        cmocka_unit_test(given_packed_order_when_unpacked_then_fields_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
