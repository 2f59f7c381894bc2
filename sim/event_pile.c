#include "sim/event_pile.h"

#include "base/check.h"

#include <string.h>

struct event *event_pile_fill(struct event_pile *pile, struct pool *pool, uint32_t count) {
    CHECK(count > 0);
    CHECK(pile->count == 0);
    pile->events = pool_take(pool, count * sizeof *pile->events);
    pile->capacity = count;
    pile->count = count;
    pile->starts[0] = 0;
    pile->part_count = 1;
    return pile->events;
}

/** Where keys differ first: a bit of the time, or of the order. */
struct digit {
    bool of_time;
    unsigned shift;
};

static struct digit leading_difference(const struct event *events, uint32_t count) {
    uint64_t times = 0;
    uint64_t orders = 0;
    for (uint32_t i = 1; i < count; i++) {
        times |= (uint64_t)events[i].at_ns ^ (uint64_t)events[0].at_ns;
        orders |= events[i].order ^ events[0].order;
    }
    CHECK((times | orders) != 0);
    return (struct digit){
        .of_time = times != 0,
        .shift = 63 - (unsigned)__builtin_clzll(times != 0 ? times : orders),
    };
}

static bool is_later(const struct event *event, struct digit digit) {
    uint64_t bits = digit.of_time ? (uint64_t)event->at_ns : event->order;
    return (bits >> digit.shift & 1) != 0;
}

/** Brings the later events to the front; how many they are. */
static uint32_t split(struct event *events, uint32_t count) {
    struct digit digit = leading_difference(events, count);
    uint32_t front = 0;
    uint32_t back = count;
    while (front < back) {
        if (is_later(&events[front], digit)) {
            front++;
        } else {
            struct event earlier = events[front];
            events[front] = events[--back];
            events[back] = earlier;
        }
    }
    CHECK(front > 0);
    CHECK(front < count);
    return front;
}

uint32_t event_pile_take(struct event_pile *pile, struct pool *pool, struct event *part) {
    CHECK(pile->part_count > 0);
    uint32_t start = pile->starts[pile->part_count - 1];
    while (pile->count - start > EVENT_PILE_PART) {
        CHECK(pile->part_count < EVENT_PILE_PARTS_MAX);
        start += split(pile->events + start, pile->count - start);
        pile->starts[pile->part_count++] = start;
    }
    uint32_t taken = pile->count - start;
    memcpy(part, pile->events + start, taken * sizeof *part);
    pile->count = start;
    pile->part_count--;
    if (start == 0) {
        CHECK(pile->part_count == 0);
        event_pile_forget(pile, pool);
    }
    return taken;
}

void event_pile_forget(struct event_pile *pile, struct pool *pool) {
    if (pile->events != NULL) {
        pool_give(pool, pile->events, pile->capacity * sizeof *pile->events);
    }
    *pile = (struct event_pile){.events = NULL};
}
