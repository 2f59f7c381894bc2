/**
 * The event queue of the floor: a ring of buckets, each sorted when it is opened, and a heap for
 * what lies beyond the ring.
 *
 * Events leave by their keys, the time in µs and a sequence number, all in one word.
 *
 *     run: the open bucket, sorted, the next one last
 *     ring: 32,768 buckets of 32 µs, lists in a pool, one bit each that says which have any
 *     far: a heap with four children a node
 */
#ifndef GOSSIM_TESTS_BENCH_YARDSTICKS_WHEEL_H
#define GOSSIM_TESTS_BENCH_YARDSTICKS_WHEEL_H

#include "tests/bench/yardsticks/workload.h"

struct timed {
    uint64_t key;
    uint64_t rpc;
    uint32_t target;
};

struct listed {
    struct timed event;
    uint32_t next;
};

struct timed_list {
    struct timed *events;
    size_t count;
    size_t capacity;
};

enum {
    RING_BITS = 15,
    RING = 1 << RING_BITS,
    RING_MASK = RING - 1,
    RING_WORDS = RING / 64,
    POOL_SIZE = 4096,
    CHILDREN = 4,
    KEY_TIME_SHIFT = 32,
    BUCKET_SHIFT = KEY_TIME_SHIFT + 5, // 32 µs; the ring spans 1.05 s
    INSERTION_MAX = 48,
};

#define LISTED_NONE UINT32_MAX

struct wheel {
    struct listed *pool;
    uint32_t pool_free;
    uint32_t pool_used;
    uint32_t pool_capacity;
    uint32_t heads[RING];
    uint64_t occupied[RING_WORDS];
    struct timed_list run;
    struct timed_list far;
    uint64_t current; // the bucket that is open
};

static inline void *resize(void *memory, size_t size) {
    void *resized = realloc(memory, size);
    if (resized == NULL) {
        refuse("out of memory");
    }
    return resized;
}

static inline void wheel_init(struct wheel *wheel) {
    memset(wheel, 0, sizeof *wheel);
    memset(wheel->heads, 0xff, sizeof wheel->heads);
    wheel->pool_free = LISTED_NONE;
    wheel->pool_capacity = POOL_SIZE;
    wheel->pool = take(POOL_SIZE, sizeof *wheel->pool);
}

static inline void list_push(struct timed_list *list, struct timed event) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        list->events = resize(list->events, list->capacity * sizeof *list->events);
    }
    list->events[list->count++] = event;
}

/** Moves an event of a list whose keys fall to its place among those before it. */
static inline void settle(struct timed *events, size_t index) {
    struct timed event = events[index];
    while (index > 0 && events[index - 1].key < event.key) {
        events[index] = events[index - 1];
        index--;
    }
    events[index] = event;
}

static inline int compare_falling(const void *left, const void *right) {
    uint64_t a = ((const struct timed *)left)->key;
    uint64_t b = ((const struct timed *)right)->key;
    return (a < b) - (a > b);
}

static inline void sort_falling(struct timed_list *list) {
    if (list->count > INSERTION_MAX) {
        qsort(list->events, list->count, sizeof *list->events, compare_falling);
        return;
    }
    for (size_t i = 1; i < list->count; i++) {
        settle(list->events, i);
    }
}

static inline void far_push(struct timed_list *far, struct timed event) {
    list_push(far, event);
    size_t index = far->count - 1;
    while (index > 0 && far->events[(index - 1) / CHILDREN].key > event.key) {
        far->events[index] = far->events[(index - 1) / CHILDREN];
        index = (index - 1) / CHILDREN;
    }
    far->events[index] = event;
}

/** The child with the least key of a place that has any. */
static inline size_t least_child(const struct timed_list *far, size_t index) {
    size_t least = index * CHILDREN + 1;
    for (size_t child = least + 1; child < least + CHILDREN && child < far->count; child++) {
        least = far->events[child].key < far->events[least].key ? child : least;
    }
    return least;
}

static inline struct timed far_pop(struct timed_list *far) {
    struct timed first = far->events[0];
    struct timed last = far->events[--far->count];
    size_t index = 0;
    while (index * CHILDREN + 1 < far->count) {
        size_t child = least_child(far, index);
        if (far->events[child].key >= last.key) {
            break;
        }
        far->events[index] = far->events[child];
        index = child;
    }
    far->events[index] = last;
    return first;
}

static inline void ring_push(struct wheel *wheel, struct timed event) {
    uint32_t place = (uint32_t)(event.key >> BUCKET_SHIFT) & RING_MASK;
    uint32_t index = wheel->pool_free;
    if (index != LISTED_NONE) {
        wheel->pool_free = wheel->pool[index].next;
    } else {
        if (wheel->pool_used == wheel->pool_capacity) {
            wheel->pool_capacity *= 2;
            wheel->pool = resize(wheel->pool, wheel->pool_capacity * sizeof *wheel->pool);
        }
        index = wheel->pool_used++;
    }
    wheel->pool[index] = (struct listed){event, wheel->heads[place]};
    wheel->heads[place] = index;
    wheel->occupied[place / 64] |= UINT64_C(1) << place % 64;
}

static inline void wheel_push(struct wheel *wheel, struct timed event) {
    uint64_t bucket = event.key >> BUCKET_SHIFT;
    if (bucket <= wheel->current) {
        list_push(&wheel->run, event);
        settle(wheel->run.events, wheel->run.count - 1);
    } else if (bucket - wheel->current < RING) {
        ring_push(wheel, event);
    } else {
        far_push(&wheel->far, event);
    }
}

/** The next bucket of the ring that has events; UINT64_MAX: none has. */
static inline uint64_t next_bucket(const struct wheel *wheel) {
    uint32_t start = (uint32_t)(wheel->current + 1) & RING_MASK;
    uint32_t word = start / 64;
    uint64_t bits = wheel->occupied[word] & (UINT64_MAX << start % 64);
    for (uint32_t i = 0; i <= RING_WORDS; i++) {
        if (bits != 0) {
            uint64_t place = (uint64_t)word * 64 + (uint64_t)__builtin_ctzll(bits);
            return wheel->current + ((place - wheel->current) & RING_MASK);
        }
        word = (word + 1) % RING_WORDS;
        bits = wheel->occupied[word];
    }
    return UINT64_MAX;
}

/** Moves what the ring reaches by now out of the heap. */
static inline void fetch_far(struct wheel *wheel) {
    struct timed_list *far = &wheel->far;
    while (far->count > 0 && (far->events[0].key >> BUCKET_SHIFT) - wheel->current < RING) {
        struct timed event = far_pop(far);
        if (event.key >> BUCKET_SHIFT == wheel->current) {
            list_push(&wheel->run, event);
        } else {
            ring_push(wheel, event);
        }
    }
}

static __attribute__((noinline)) void wheel_open(struct wheel *wheel) {
    uint64_t bucket = next_bucket(wheel);
    if (wheel->far.count > 0 && wheel->far.events[0].key >> BUCKET_SHIFT < bucket) {
        bucket = wheel->far.events[0].key >> BUCKET_SHIFT;
    }
    wheel->current = bucket;
    uint32_t place = (uint32_t)bucket & RING_MASK;
    uint32_t index = wheel->heads[place];
    while (index != LISTED_NONE) {
        uint32_t next = wheel->pool[index].next;
        list_push(&wheel->run, wheel->pool[index].event);
        wheel->pool[index].next = wheel->pool_free;
        wheel->pool_free = index;
        index = next;
    }
    wheel->heads[place] = LISTED_NONE;
    wheel->occupied[place / 64] &= ~(UINT64_C(1) << place % 64);
    fetch_far(wheel);
    sort_falling(&wheel->run);
}

/** There is an event. */
static inline struct timed wheel_pop(struct wheel *wheel) {
    if (wheel->run.count == 0) {
        wheel_open(wheel);
    }
    return wheel->run.events[--wheel->run.count];
}

#endif
