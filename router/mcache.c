#include "router/mcache.h"

#include "base/bitset.h"
#include "base/check.h"

#include <string.h>

void mcache_init(struct mcache *mcache, struct pool *pool, uint32_t windows, uint32_t slot_count) {
    CHECK(windows > 0);
    CHECK(windows <= MCACHE_WINDOWS_MAX);
    memset(mcache, 0, sizeof *mcache);
    mcache->windows = (uint16_t)windows;
    mcache->sent_words = bitset_words(slot_count);
    mcache->next_expiry_ns = INT64_MAX;
    mcache->window_counts =
        arena_take_array(pool->arena, pool->category, windows, sizeof *mcache->window_counts);
}

static struct mcache_entry *entry_at(const struct mcache *mcache, uint32_t index) {
    CHECK(index < mcache->count);
    return &mcache->entries[(mcache->first + index) & (mcache->capacity - 1)];
}

uint64_t *mcache_sent(const struct mcache *mcache, struct mcache_entry *entry) {
    return mcache->sent_words <= 1 ? &entry->sent.word : entry->sent.words;
}

static void grow(struct mcache *mcache, struct pool *pool) {
    uint32_t capacity = mcache->capacity == 0 ? 4 : mcache->capacity * 2;
    struct mcache_entry *entries = pool_take(pool, capacity * sizeof *entries);
    for (uint32_t i = 0; i < mcache->count; i++) {
        entries[i] = *entry_at(mcache, i);
    }
    pool_give(pool, mcache->entries, mcache->capacity * sizeof *entries);
    mcache->entries = entries;
    mcache->capacity = capacity;
    mcache->first = 0;
}

struct mcache_entry *mcache_put(struct mcache *mcache, struct pool *pool, uint32_t message,
                                uint32_t hops) {
    if (mcache->count == mcache->capacity) {
        grow(mcache, pool);
    }
    mcache->count++;
    mcache->window_counts[mcache->newest]++;
    struct mcache_entry *entry = entry_at(mcache, mcache->count - 1);
    *entry = (struct mcache_entry){.message = message, .hops = hops};
    if (mcache->sent_words > 1) {
        size_t bytes = mcache->sent_words * sizeof(uint64_t);
        entry->sent.words = pool_take(pool, bytes);
        memset(entry->sent.words, 0, bytes);
    }
    return entry;
}

struct mcache_entry *mcache_find(struct mcache *mcache, uint32_t message) {
    for (uint32_t i = mcache->count; i > 0; i--) {
        struct mcache_entry *entry = entry_at(mcache, i - 1);
        if (entry->message == message) {
            return entry;
        }
    }
    return NULL;
}

void mcache_shift(struct mcache *mcache, struct pool *pool) {
    uint16_t oldest = mcache->newest + 1U == mcache->windows ? 0 : (uint16_t)(mcache->newest + 1);
    uint32_t dropped = mcache->window_counts[oldest];
    CHECK(dropped <= mcache->count);
    if (mcache->sent_words > 1) {
        for (uint32_t i = 0; i < dropped; i++) {
            pool_give(pool, entry_at(mcache, i)->sent.words, mcache->sent_words * sizeof(uint64_t));
        }
    }
    if (dropped > 0) {
        mcache->first = (mcache->first + dropped) & (mcache->capacity - 1);
        mcache->count -= dropped;
    }
    mcache->window_counts[oldest] = 0;
    mcache->newest = oldest;
}

void mcache_clear(struct mcache *mcache, struct pool *pool) {
    for (uint32_t i = 0; i < mcache->windows; i++) {
        mcache_shift(mcache, pool);
    }
    CHECK(mcache->count == 0);
    if (mcache->timers != NULL) {
        mcache->timers->count = 0;
    }
    mcache->next_expiry_ns = INT64_MAX;
}

/** Where a window's count stands; the newest is window 0. */
static uint32_t place_of(const struct mcache *mcache, uint32_t window) {
    CHECK(window < mcache->windows);
    return window <= mcache->newest ? mcache->newest - window
                                    : mcache->newest + mcache->windows - window;
}

uint32_t mcache_window_count(const struct mcache *mcache, uint32_t window) {
    return mcache->window_counts[place_of(mcache, window)];
}

static void grow_timers(struct mcache_timers *timers, struct pool *pool) {
    uint32_t capacity = timers->capacity == 0 ? 4 : timers->capacity * 2;
    struct mcache_timer *items = pool_take(pool, capacity * sizeof *items);
    for (uint32_t i = 0; i < timers->count; i++) {
        items[i] = timers->items[(timers->first + i) & (timers->capacity - 1)];
    }
    pool_give(pool, timers->items, timers->capacity * sizeof *items);
    timers->items = items;
    timers->capacity = capacity;
    timers->first = 0;
}

void mcache_start_timer(struct mcache *mcache, struct pool *pool, uint32_t message,
                        int64_t expires_ns) {
    if (mcache->timers == NULL) {
        mcache->timers = arena_take(pool->arena, pool->category, sizeof *mcache->timers);
    }
    struct mcache_timers *timers = mcache->timers;
    if (timers->count == timers->capacity) {
        grow_timers(timers, pool);
    }
    uint32_t end = timers->first + timers->count++;
    timers->items[end & (timers->capacity - 1)] =
        (struct mcache_timer){.expires_ns = expires_ns, .message = message};
    if (timers->count == 1) {
        mcache->next_expiry_ns = expires_ns;
    } else {
        CHECK(timers->items[(end - 1) & (timers->capacity - 1)].expires_ns <= expires_ns);
    }
}

/** Removes the entry at an index. Those behind it move up; most often there is none before it. */
static void remove_entry(struct mcache *mcache, struct pool *pool, uint32_t index) {
    uint32_t window = mcache->windows - 1;
    uint32_t older = mcache_window_count(mcache, window);
    while (older <= index) {
        older += mcache_window_count(mcache, --window);
    }
    mcache->window_counts[place_of(mcache, window)]--;
    if (mcache->sent_words > 1) {
        pool_give(pool, entry_at(mcache, index)->sent.words, mcache->sent_words * sizeof(uint64_t));
    }
    for (uint32_t i = index; i > 0; i--) {
        *entry_at(mcache, i) = *entry_at(mcache, i - 1);
    }
    mcache->first = (mcache->first + 1) & (mcache->capacity - 1);
    mcache->count--;
}

void mcache_fire_timers(struct mcache *mcache, struct pool *pool, int64_t now_ns) {
    struct mcache_timers *timers = mcache->timers;
    CHECK(timers != NULL);
    while (timers->count > 0 && timers->items[timers->first].expires_ns <= now_ns) {
        uint32_t message = timers->items[timers->first].message;
        timers->first = (timers->first + 1) & (timers->capacity - 1);
        timers->count--;
        for (uint32_t i = 0; i < mcache->count; i++) {
            if (entry_at(mcache, i)->message == message) {
                remove_entry(mcache, pool, i);
                break;
            }
        }
    }
    mcache->next_expiry_ns =
        timers->count == 0 ? INT64_MAX : timers->items[timers->first].expires_ns;
    CHECK(mcache->next_expiry_ns > now_ns);
}

/** Index of the first entry of the newest `windows` windows. */
static uint32_t first_covered(const struct mcache *mcache, uint32_t windows) {
    CHECK(windows <= mcache->windows);
    uint32_t covered = 0;
    for (uint32_t i = 0; i < windows; i++) {
        covered += mcache_window_count(mcache, i);
    }
    CHECK(covered <= mcache->count);
    return mcache->count - covered;
}

const struct mcache_entry *mcache_next(const struct mcache *mcache, uint32_t windows,
                                       uint32_t *position) {
    // The position is the index of the next entry plus one; 0 before the first call.
    if (*position == 0) {
        *position = first_covered(mcache, windows) + 1;
    }
    if (*position > mcache->count) {
        return NULL;
    }
    return entry_at(mcache, (*position)++ - 1);
}
