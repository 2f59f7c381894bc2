/**
 * A 4-ary array heap of events: the plain event queue, and the reference the wheel is tested
 * against.
 *
 * Pushing an event before the last one popped, or popping one, fails a CHECK: time does not run
 * backwards. So do equal keys. Cost: push and pop O(log n), one cache line per level.
 */
#ifndef GOSSIM_SIM_EVENT_HEAP_H
#define GOSSIM_SIM_EVENT_HEAP_H

#include "base/arena.h"
#include "sim/event.h"

struct event_heap {
    struct pool pool;
    struct event *events; // [count], heap order
    uint32_t count;
    uint32_t capacity;
    struct event last; // popped last
};

void event_heap_init(struct event_heap *heap, struct arena *arena);
void event_heap_push(struct event_heap *heap, struct event event);

/** Removes and returns the first event; the heap is not empty. */
struct event event_heap_pop(struct event_heap *heap);

/** The first event, or NULL. Valid until the next call. */
const struct event *event_heap_first(const struct event_heap *heap);

#endif
