/**
 * The seen cache: which messages a node has met, for seen_ttl since the first time.
 *
 * A paged bit set answers "seen?"; a queue of (message, time) in order of time says what has
 * expired, which is found when the cache is looked at. Reading does not prolong life. What stays
 * seen for as long as anybody looks (SEEN_FOR_GOOD) is not queued.
 *
 * Cost: one bit, and 16 bytes for each message that is queued; has and add O(1) plus what expires.
 * Source: gossipsub-v1.0.md "Router state" (seen), SEED.md §1.3, §1.7.
 */
#ifndef GOSSIM_ROUTER_SEEN_H
#define GOSSIM_ROUTER_SEEN_H

#include "base/paged_set.h"

#include <stdbool.h>
#include <stdint.h>

#define SEEN_FOR_GOOD INT64_MAX

struct seen_entry {
    int64_t expires_ns; // seen up to and excluding this instant
    uint32_t message;
};

struct seen {
    int64_t next_expiry_ns; // of the oldest entry; INT64_MAX when there is none
    struct paged_set members;
    uint32_t first;
    uint32_t queued;
    struct seen_entry *entries; // ring [capacity], oldest at `first`
    uint32_t capacity;          // a power of two, or 0
};

/** An empty cache of messages 0 … limit − 1. */
void seen_init(struct seen *seen, struct pool *pool, uint32_t limit);

/** Removes everything that has expired by `now_ns`. */
void seen_expire(struct seen *seen, struct pool *pool, int64_t now_ns);

static inline bool seen_has(struct seen *seen, struct pool *pool, uint32_t message,
                            int64_t now_ns) {
    if (now_ns >= seen->next_expiry_ns) {
        seen_expire(seen, pool, now_ns);
    }
    return paged_set_has(&seen->members, message);
}

/** Forgets everything. */
void seen_clear(struct seen *seen, struct pool *pool);

/** Adds a message that is not in the cache; `expires_ns`, or SEEN_FOR_GOOD, never decreases from
 * call to call. */
void seen_add(struct seen *seen, struct pool *pool, uint32_t message, int64_t expires_ns);

#endif
