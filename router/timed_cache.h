/**
 * The timed cache of the 2020 router, in its plain form: what seen.h is held to.
 *
 * Every put starts a timer of its own and no timer is ever stopped: not by another put of the key,
 * not by a removal. When a timer fires, it removes whatever then stands under its key, however
 * young, and it is the handler of that entry which is called, not the handler given with the put
 * that started the timer. Reading prolongs nothing. So the earliest timer decides:
 *
 *     put(a, 1, at 100)   put(a, 2, at 250)   |100: a removed, handler of 2   |250: nothing there
 *
 * A caller that puts only absent keys and removes none never sees the difference from a cache whose
 * entries have a time of their own; that is what the router does, with a single length of life,
 * and there `struct seen` gives the same answers in O(1).
 *
 * Keys, values and handlers are numbers. Instead of calling handlers back, advancing hands out the
 * list of calls.
 *
 * Cost: O(entries + timers) for everything. For tests and for replays of recordings.
 * Source: SEED.md §1.7.
 */
#ifndef GOSSIM_ROUTER_TIMED_CACHE_H
#define GOSSIM_ROUTER_TIMED_CACHE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define TIMED_CACHE_NO_HANDLER UINT32_MAX

struct timed_cache_entry {
    uint32_t key;
    uint32_t value;
    uint32_t handler; // called with the entry when a timer removes it, or TIMED_CACHE_NO_HANDLER
};

struct timed_cache_timer {
    int64_t due_ns;
    uint32_t key;
};

struct timed_cache {
    struct pool pool;
    struct timed_cache_entry *entries; // [count] in no order that matters
    struct timed_cache_timer *timers;  // [timer_count] in the order they were started
    struct timed_cache_entry *calls;   // [call_count] what the latest advance called
    uint32_t count;
    uint32_t capacity;
    uint32_t timer_count;
    uint32_t timer_capacity;
    uint32_t call_count;
    uint32_t call_capacity;
};

void timed_cache_init(struct timed_cache *cache, struct arena *arena);

/** Stores an entry, in the place of an older one of its key, and starts a timer. */
void timed_cache_put(struct timed_cache *cache, struct timed_cache_entry entry, int64_t due_ns);

/** The entry of a key, or NULL. Valid until the next call. */
const struct timed_cache_entry *timed_cache_find(const struct timed_cache *cache, uint32_t key);

/** Removes an entry without calling its handler; its timers run on. Nothing if it is absent. */
void timed_cache_remove(struct timed_cache *cache, uint32_t key);

/**
 * Fires every timer that is due, by their times and, where these are equal, in the order they were
 * started. Fills `calls` with the entries whose handlers are called, in that order.
 */
void timed_cache_advance(struct timed_cache *cache, int64_t now_ns);

#endif
