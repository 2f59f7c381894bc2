/**
 * The message cache: the messages of the last `history_length` heartbeats, in windows.
 *
 * put() enters a message in the newest window; window(topic) lists the newest `history_gossip` of
 * them, for IHAVE; find() answers IWANT; shift() drops the oldest window and starts a new one.
 * Entries stand in one ring, oldest first; a window is a count of them. An entry also says which
 * peers the message was sent to, so that a repeated send can be told from a first one.
 *
 *     ring:  [w4 w4 | w3 | w2 w2 w2 | w1 | w0 w0]      window_counts: 2 3 … one per window
 *
 * The 2020 router lets messages expire as well, 120 s after they were put. Its caller then starts a
 * timer with each put and calls mcache_expire() before it looks. A timer belongs to the number, not
 * to the entry: nothing stops it, so an entry that was dropped by a shift and put again falls to
 * the timer of its first put, as it did there.
 *
 *     mcache_expire(now) → mcache_find(m)? → mcache_put(m), mcache_start_timer(m, now + ttl)
 *
 * Without timers none of this costs anything.
 *
 * Cost: 16 bytes per message and 8 more per 64 slots beyond the first 64; put O(1), find and window
 * O(entries). A timer is 16 bytes until it fires; firing is O(entries) if its message is still
 * there. Source: gossipsub-v1.0.md "Message Cache"; SEED.md §1.7, §2.26.
 */
#ifndef GOSSIM_ROUTER_MCACHE_H
#define GOSSIM_ROUTER_MCACHE_H

#include "base/arena.h"
#include "router/message.h"

#include <stdint.h>

#define MCACHE_TTL_NS INT64_C(120000000000) // of a message, where messages expire

struct mcache_entry {
    uint32_t message;
    uint32_t hops; // of our copy
    union {
        uint64_t word;   // peers it was sent to, when 64 slots are enough
        uint64_t *words; // else
    } sent;
};

struct mcache_timer {
    int64_t expires_ns; // the message is in the cache up to and excluding this instant
    uint32_t message;
};

/** The timers of messages, where messages expire. */
struct mcache_timers {
    struct mcache_timer *items; // ring [capacity], earliest at `first`
    uint32_t first;
    uint32_t count;
    uint32_t capacity; // power of two, or 0
};

struct mcache {
    struct mcache_entry *entries; // ring [capacity], oldest at `first`
    uint32_t first;
    uint32_t count;
    uint32_t capacity;            // power of two, or 0
    uint16_t newest;              // index of the newest window in window_counts
    uint16_t windows;             // history_length; one more in the 2020 router
    uint32_t *window_counts;      // ring [windows]
    uint32_t sent_words;          // words of each entry's set of peers
    struct mcache_timers *timers; // NULL before the first
    int64_t next_expiry_ns;       // of the earliest timer; INT64_MAX without timers
};

enum { MCACHE_WINDOWS_MAX = UINT16_MAX };

/** An empty cache of 1 to MCACHE_WINDOWS_MAX windows. */
void mcache_init(struct mcache *mcache, struct pool *pool, uint32_t windows, uint32_t slot_count);

/** Enters a message that is not in the cache. The entry is valid until the next call. */
struct mcache_entry *mcache_put(struct mcache *mcache, struct pool *pool, uint32_t message,
                                uint32_t hops);

/** The newest entry of a message, or NULL. Valid until the next put. */
struct mcache_entry *mcache_find(struct mcache *mcache, uint32_t message);

/** The set of peers the entry's message was sent to, one bit per slot. */
uint64_t *mcache_sent(const struct mcache *mcache, struct mcache_entry *entry);

/** Drops the oldest window. */
void mcache_shift(struct mcache *mcache, struct pool *pool);

/** Drops all windows and timers. */
void mcache_clear(struct mcache *mcache, struct pool *pool);

/** How many messages a window holds; the newest is window 0. */
uint32_t mcache_window_count(const struct mcache *mcache, uint32_t window);

/** Lets a message fall out of the cache at an instant, which never decreases from call to call. */
void mcache_start_timer(struct mcache *mcache, struct pool *pool, uint32_t message,
                        int64_t expires_ns);

/** Fires every timer that is due. For mcache_expire() alone. */
void mcache_fire_timers(struct mcache *mcache, struct pool *pool, int64_t now_ns);

/** Removes the messages whose timers are due at `now_ns` from the cache and from their windows. */
static inline void mcache_expire(struct mcache *mcache, struct pool *pool, int64_t now_ns) {
    if (now_ns >= mcache->next_expiry_ns) {
        mcache_fire_timers(mcache, pool, now_ns);
    }
}

/**
 * Walks the messages of the newest `windows` windows, oldest first: `*position` starts at 0;
 * returns the next entry or NULL.
 */
const struct mcache_entry *mcache_next(const struct mcache *mcache, uint32_t windows,
                                       uint32_t *position);

#endif
