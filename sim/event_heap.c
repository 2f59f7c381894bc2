#include "sim/event_heap.h"

#include "base/check.h"

#include <string.h>

enum { HEAP_ARITY = 4, HEAP_CAPACITY_MIN = 64 };

void event_heap_init(struct event_heap *heap, struct arena *arena) {
    memset(heap, 0, sizeof *heap);
    pool_init(&heap->pool, arena, MEMORY_EVENTS);
    heap->last.at_ns = -1;
}

static void grow(struct event_heap *heap) {
    CHECK(heap->count < UINT32_MAX);
    uint32_t wanted = heap->capacity == 0 ? HEAP_CAPACITY_MIN : heap->capacity + 1;
    heap->events =
        pool_grow(&heap->pool, heap->events, &heap->capacity, wanted, sizeof *heap->events);
    CHECK(heap->count < heap->capacity);
}

void event_heap_push(struct event_heap *heap, struct event event) {
    CHECK(event.at_ns >= 0);
    CHECK(event_before(&heap->last, &event));
    if (heap->count == heap->capacity) {
        grow(heap);
    }
    struct event *events = heap->events;
    uint32_t place = heap->count++;
    while (place > 0) {
        uint32_t parent = (place - 1) / HEAP_ARITY;
        if (!event_before(&event, &events[parent])) {
            break;
        }
        events[place] = events[parent];
        place = parent;
    }
    events[place] = event;
}

/** 1 or 0, without a branch: which child comes first is a coin toss that no predictor learns. */
static uint64_t comes_before(const struct event *left, const struct event *right) {
    uint64_t earlier = left->at_ns < right->at_ns;
    uint64_t tied = left->at_ns == right->at_ns;
    return earlier | (tied & (uint64_t)(left->order < right->order));
}

/** The first of the children in [child, count); there is at least one. */
static uint64_t first_child(const struct event *events, uint64_t child, uint64_t count) {
    CHECK(child < count);
    if (child + HEAP_ARITY <= count) {
        uint64_t left = child + comes_before(&events[child + 1], &events[child]);
        uint64_t right = child + 2 + comes_before(&events[child + 3], &events[child + 2]);
        return left + (right - left) * comes_before(&events[right], &events[left]);
    }
    uint64_t first = child;
    for (uint64_t other = child + 1; other < count; other++) {
        first += (other - first) * comes_before(&events[other], &events[first]);
    }
    return first;
}

struct event event_heap_pop(struct event_heap *heap) {
    CHECK(heap->count > 0);
    struct event *events = heap->events;
    struct event top = events[0];
    struct event moved = events[--heap->count];
    uint64_t place = 0;
    uint64_t child = 1;
    while (child < heap->count) {
        child = first_child(events, child, heap->count);
        if (!event_before(&events[child], &moved)) {
            break;
        }
        events[place] = events[child];
        place = child;
        child = place * HEAP_ARITY + 1;
    }
    events[place] = moved;
    // Two events with equal keys leave one right after the other, so this finds them too.
    CHECK(event_before(&heap->last, &top));
    heap->last = top;
    return top;
}

const struct event *event_heap_first(const struct event_heap *heap) {
    return heap->count > 0 ? &heap->events[0] : NULL;
}
