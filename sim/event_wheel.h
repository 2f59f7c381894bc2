/**
 * A wheel of buckets: the event queue of a run.
 *
 * Time is cut into buckets of 2^20 ns, about a millisecond; a ring of 4096 of them covers the next
 * four seconds. A bucket of the ring is a list of chunks in no order. When the hand reaches it, its
 * events are copied into one array, the *run*, sorted, and served from the end of that array; of
 * more than some thousands only the earliest, while the others wait in a pile (event_pile.h). All
 * else waits *aside* in a 4-ary heap: what is pushed into the bucket that is already open, and what
 * lies beyond the ring. The next event is the earlier of the run's last and the heap's first.
 *
 *     hand
 *      v
 *     [open] [chunk]─[chunk] [    ] [chunk] [    ] …  ring; a bit for each bucket with events
 *      │
 *      └─ run: sorted, latest first                   aside: heap
 *
 * The buckets are wide, so that most packets land in a chunk that is already in the cache and a
 * chunk is read back as one stretch of memory; sorting a few hundred events at once is cheap beside
 * a cache miss. Many events at one instant are a bucket like any other, and those pushed in order
 * are only looked through. An almost empty wheel finds its next bucket in two steps. Network delays
 * below the width of a bucket make the wheel a plain 4-ary heap.
 *
 * Chosen by measurement over the plain heap and over other widths and sizes of chunks
 * (tests/bench/event_queue). Same three functions, same checks, same order. The short path of each
 * is inline: as calls, a push and a pop take 7 to 9 ns more, a third of the whole.
 *
 * Cost:   push O(1), pop O(1) for packets at least a bucket's width away; else as the heap.
 * Memory: 24 bytes per event, one partly filled chunk per bucket in use, 1 MiB at most to sort,
 *         and 24 bytes per event of a bucket too full for that while it is open.
 */
#ifndef GOSSIM_SIM_EVENT_WHEEL_H
#define GOSSIM_SIM_EVENT_WHEEL_H

#include "base/arena.h"
#include "base/check.h"
#include "sim/event.h"
#include "sim/event_heap.h"
#include "sim/event_pile.h"

enum {
    WHEEL_BUCKET_SHIFT = 20,
    WHEEL_BUCKETS = 64 * 64, // one word of bits, each for one word of bits
    WHEEL_CHUNK_EVENTS = 21, // a chunk is 512 bytes
};

struct wheel_chunk {
    struct wheel_chunk *older; // linked through newest and free_chunks
    struct event events[WHEEL_CHUNK_EVENTS];
};

_Static_assert(sizeof(struct wheel_chunk) == 512, "whole cache lines, eight to a page");

struct wheel_bucket {
    struct wheel_chunk *newest; // filled from its end; all older ones are full
    uint32_t room;              // free places in newest
    uint32_t count;             // events in all chunks
};

struct event_wheel {
    uint64_t count;      // events in all places
    struct event last;   // popped last
    int64_t hand;        // number of the open bucket; −1 before the first
    int64_t aside_at_ns; // time of the first event aside; INT64_MAX if there is none
    struct event *run;   // [run_count] the open bucket, latest first
    uint32_t run_count;
    uint32_t run_capacity;
    // Private to event_wheel.c from here on.
    struct wheel_bucket *buckets; // [WHEEL_BUCKETS] by number modulo WHEEL_BUCKETS
    uint64_t *occupied;           // [WHEEL_BUCKETS / 64] one bit per bucket with events
    uint64_t occupied_words;      // one bit per word of them that is not 0
    struct wheel_chunk *free_chunks;
    struct event_heap aside;
    struct event_pile pile;       // the later events of the open bucket
    struct event *spare;          // [run_capacity] the other array when the run is sorted
    struct sort_item *sort_items; // [run_capacity × 2] sort keys and scratch
    struct arena *arena;
    struct pool pool;
};

void event_wheel_init(struct event_wheel *wheel, struct arena *arena);

/** The long paths of the three functions below; nobody else calls them. */
void event_wheel_push_aside(struct event_wheel *wheel, const struct event *event);
void event_wheel_add_chunk(struct event_wheel *wheel, uint32_t bucket);
struct event event_wheel_pop_slowly(struct event_wheel *wheel);
const struct event *event_wheel_find_first(struct event_wheel *wheel);

/** Shows every event that waits, in no order. Looks, and changes nothing; linear in the events and
 * the buckets. */
void event_wheel_visit(const struct event_wheel *wheel, void *context,
                       void (*visit)(void *context, const struct event *event));

/** As above, and takes them all out: the wheel is empty, and may be filled again. */
void event_wheel_empty(struct event_wheel *wheel, void *context,
                       void (*visit)(void *context, const struct event *event));

/**
 * Puts an event into the queue. Its fields come one by one and are written one by one: a struct
 * that is copied right after its fields were set has to wait for them (see docs/performance.md).
 */
static inline void event_wheel_put(struct event_wheel *wheel, int64_t at_ns, uint64_t order,
                                   struct event_aim aim) {
    CHECK(at_ns >= 0);
    CHECK(wheel->last.at_ns < at_ns || (wheel->last.at_ns == at_ns && wheel->last.order < order));
    wheel->count++;
    int64_t number = at_ns >> WHEEL_BUCKET_SHIFT;
    if (number <= wheel->hand || number - wheel->hand > WHEEL_BUCKETS) {
        const struct event aside = {at_ns, order, aim.target, aim.payload};
        event_wheel_push_aside(wheel, &aside);
        return;
    }
    uint32_t index = (uint32_t)(number % WHEEL_BUCKETS);
    struct wheel_bucket *bucket = &wheel->buckets[index];
    if (bucket->room == 0) {
        event_wheel_add_chunk(wheel, index);
    }
    bucket->count++;
    struct event *place = &bucket->newest->events[--bucket->room];
    place->at_ns = at_ns;
    place->order = order;
    place->target = aim.target;
    place->payload = aim.payload;
}

static inline void event_wheel_push(struct event_wheel *wheel, struct event event) {
    event_wheel_put(wheel, event.at_ns, event.order,
                    (struct event_aim){event.target, event.payload});
}

/** True if the run's last event comes before all others for sure. */
static inline bool event_wheel_run_is_first(const struct event_wheel *wheel) {
    if (wheel->run_count == 0) {
        return false;
    }
    return wheel->run[wheel->run_count - 1].at_ns < wheel->aside_at_ns;
}

/** Removes and returns the first event; the wheel is not empty. */
static inline struct event event_wheel_pop(struct event_wheel *wheel) {
    if (!event_wheel_run_is_first(wheel)) {
        return event_wheel_pop_slowly(wheel);
    }
    struct event event = wheel->run[--wheel->run_count];
    // Two events with equal keys leave one right after the other, so this finds them too.
    CHECK(event_before(&wheel->last, &event));
    wheel->count--;
    wheel->last = event;
    return event;
}

/**
 * An event that will be popped soon, `ahead` after the next, or NULL if that is not known without
 * looking for it. Other events may be pushed before it.
 */
static inline const struct event *event_wheel_peek(const struct event_wheel *wheel,
                                                   uint32_t ahead) {
    return ahead < wheel->run_count ? &wheel->run[wheel->run_count - 1 - ahead] : NULL;
}

/** The first event, or NULL. Valid until the next call. */
static inline const struct event *event_wheel_first(struct event_wheel *wheel) {
    if (event_wheel_run_is_first(wheel)) {
        return &wheel->run[wheel->run_count - 1];
    }
    return event_wheel_find_first(wheel);
}

#endif
