/**
 * How long a pop and a push take: the 4-ary heap and the wheel, at 10^3 pending events and each
 * power of ten up to the largest.
 *
 * Each step pops the first event and pushes one a drawn increment later, so the number of pending
 * events stays. Both queues see the same increments in rounds that take turns, so that a slow
 * moment of the machine hits both; each must pop the same events as the other. Printed is the
 * median round. The figures include the draw, about 3 ns.
 *
 * Shapes of load: `mixed` is what a simulation makes, 80 % packets that take 10 to 150 ms, 20 %
 * heartbeats exactly 1 s ahead and one event in a thousand anywhere in the next hour; `in phase`
 * has all events at one instant, a second apart; `short` has delays below 100 µs, where the wheel
 * falls back to its heap.
 *
 * Usage: event_queue [LARGEST], by default 100000.
 */
#include "base/arena.h"
#include "base/prng.h"
#include "sim/event_heap.h"
#include "sim/event_wheel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    ROUNDS = 9,
    STEPS_MIN = 100000,
    STEPS_MAX = 1000000,
    PENDING_MIN = 1000,
    PENDING_MAX = 10000000
};

#define SECOND INT64_C(1000000000)

typedef int64_t (*draw_increment)(struct prng *prng);

static int64_t draw_mixed(struct prng *prng) {
    uint64_t bits = prng_next(prng);
    uint64_t kind = bits % 1000;
    if (kind < 200) {
        return SECOND;
    }
    if (kind == 200) {
        return (int64_t)(bits >> 32) * 838; // up to an hour
    }
    return 10000000 + (int64_t)((bits >> 32) * 140000000 >> 32);
}

static int64_t draw_in_phase(struct prng *prng) {
    (void)prng;
    return SECOND;
}

static int64_t draw_short(struct prng *prng) {
    return 1000 + (int64_t)((prng_next(prng) >> 32) * 99000 >> 32);
}

static const struct shape {
    const char *name;
    draw_increment draw;
    int64_t spread_ns; // the first events lie in 0 … spread_ns − 1
} shapes[] = {
    {"mixed", draw_mixed, SECOND},
    {"in phase", draw_in_phase, 1},
    {"short", draw_short, 100000},
};

/** One queue under load, with its own stream so that both see the same increments. */
struct load {
    struct prng prng;
    uint64_t sequence;
    uint64_t sum; // of all popped keys: equal for both, and keeps the compiler honest
};

static struct event next_event(struct load *load, const struct event *popped,
                               const struct shape *shape) {
    load->sum = load->sum * 31 + (uint64_t)popped->at_ns + popped->order;
    int64_t at_ns = popped->at_ns + shape->draw(&load->prng);
    return (struct event){.at_ns = at_ns, .order = load->sequence++};
}

static struct event first_event(struct load *load, const struct shape *shape) {
    int64_t at_ns = (int64_t)prng_below_u64(&load->prng, (uint64_t)shape->spread_ns);
    return (struct event){.at_ns = at_ns, .order = load->sequence++};
}

static void turn_heap(struct event_heap *heap, struct load *load, const struct shape *shape,
                      uint64_t steps) {
    for (uint64_t i = 0; i < steps; i++) {
        struct event event = event_heap_pop(heap);
        event_heap_push(heap, next_event(load, &event, shape));
    }
}

static void turn_wheel(struct event_wheel *wheel, struct load *load, const struct shape *shape,
                       uint64_t steps) {
    for (uint64_t i = 0; i < steps; i++) {
        struct event event = event_wheel_pop(wheel);
        event_wheel_push(wheel, next_event(load, &event, shape));
    }
}

/** Of processor time: others may be using the machine. */
static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double median(double *values, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        double value = values[i];
        uint32_t place = i;
        while (place > 0 && values[place - 1] > value) {
            values[place] = values[place - 1];
            place--;
        }
        values[place] = value;
    }
    return values[count / 2];
}

/** Prints one line of the table; false if the queues disagree. */
static bool measure(const struct shape *shape, uint64_t size) {
    struct arena *arenas[2] = {arena_create(NULL), arena_create(NULL)};
    struct load loads[2] = {{.prng = prng_stream(1, STREAM_WORKLOAD, size)},
                            {.prng = prng_stream(1, STREAM_WORKLOAD, size)}};
    double times[2][ROUNDS];
    uint64_t steps = size < STEPS_MIN ? STEPS_MIN : size;
    steps = steps > STEPS_MAX ? STEPS_MAX : steps;
    struct event_heap heap;
    struct event_wheel wheel;
    event_heap_init(&heap, arenas[0]);
    event_wheel_init(&wheel, arenas[1]);
    for (uint64_t i = 0; i < size; i++) {
        event_heap_push(&heap, first_event(&loads[0], shape));
        event_wheel_push(&wheel, first_event(&loads[1], shape));
    }
    turn_heap(&heap, &loads[0], shape, 2 * size);
    turn_wheel(&wheel, &loads[1], shape, 2 * size);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        turn_heap(&heap, &loads[0], shape, steps);
        double between = now_ns();
        turn_wheel(&wheel, &loads[1], shape, steps);
        times[0][round] = (between - start) / (double)steps;
        times[1][round] = (now_ns() - between) / (double)steps;
    }
    double bytes = (double)arena_bytes(arenas[1], MEMORY_EVENTS) / (double)size;
    printf("%-9s %9" PRIu64 " %9.1f %9.1f %12.1f\n", shape->name, size, median(times[0], ROUNDS),
           median(times[1], ROUNDS), bytes);
    fflush(stdout);
    arena_destroy(arenas[0]);
    arena_destroy(arenas[1]);
    return loads[0].sum == loads[1].sum;
}

int main(int argument_count, char **arguments) {
    uint64_t largest = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 100000;
    if (argument_count > 2 || largest < PENDING_MIN || largest > PENDING_MAX) {
        fprintf(stderr, "usage: event_queue [LARGEST], %d to %d\n", PENDING_MIN, PENDING_MAX);
        return 2;
    }
    printf("ns per pop and push (medians of %d rounds)\n", ROUNDS);
    printf("%-9s %9s %9s %9s %12s\n", "load", "pending", "heap", "wheel", "wheel B/event");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (uint64_t size = PENDING_MIN; size <= largest; size *= 10) {
            if (!measure(&shapes[i], size)) {
                fprintf(stderr, "%s, %" PRIu64 " pending: the queues popped different events\n",
                        shapes[i].name, size);
                return 1;
            }
        }
    }
    return 0;
}
