#include "router/mcache.h"

#include "base/bitset.h"
#include "base/check.h"

#include <string.h>

void mcache_init(struct mcache *mcache, struct pool *pool, uint32_t windows, uint32_t slot_count) {
    CHECK(windows > 0);
    memset(mcache, 0, sizeof *mcache);
    mcache->windows = windows;
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
    uint32_t oldest = (mcache->newest + 1) % mcache->windows;
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
    mcache->timer_count = 0;
    mcache->next_expiry_ns = INT64_MAX;
}

uint32_t mcache_window_count(const struct mcache *mcache, uint32_t window) {
    CHECK(window < mcache->windows);
    return mcache->window_counts[(mcache->newest + mcache->windows - window) % mcache->windows];
}

void mcache_start_timer(struct mcache *mcache, struct pool *pool, uint32_t message,
                        int64_t expires_ns) {
    if (mcache->timer_count == mcache->timer_capacity) {
        uint32_t capacity = mcache->timer_capacity == 0 ? 4 : mcache->timer_capacity * 2;
        struct mcache_timer *timers = pool_take(pool, capacity * sizeof *timers);
        for (uint32_t i = 0; i < mcache->timer_count; i++) {
            timers[i] = mcache->timers[(mcache->first_timer + i) & (mcache->timer_capacity - 1)];
        }
        pool_give(pool, mcache->timers, mcache->timer_capacity * sizeof *timers);
        mcache->timers = timers;
        mcache->timer_capacity = capacity;
        mcache->first_timer = 0;
    }
    uint32_t end = mcache->first_timer + mcache->timer_count++;
    mcache->timers[end & (mcache->timer_capacity - 1)] =
        (struct mcache_timer){.expires_ns = expires_ns, .message = message};
    if (mcache->timer_count == 1) {
        mcache->next_expiry_ns = expires_ns;
    } else {
        uint32_t before = (end - 1) & (mcache->timer_capacity - 1);
        CHECK(mcache->timers[before].expires_ns <= expires_ns);
    }
}

/** Removes the entry at an index. Those behind it move up; most often there is none before it. */
static void remove_entry(struct mcache *mcache, struct pool *pool, uint32_t index) {
    uint32_t window = mcache->windows - 1;
    uint32_t older = mcache_window_count(mcache, window);
    while (older <= index) {
        older += mcache_window_count(mcache, --window);
    }
    mcache->window_counts[(mcache->newest + mcache->windows - window) % mcache->windows]--;
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
    while (mcache->timer_count > 0 && mcache->timers[mcache->first_timer].expires_ns <= now_ns) {
        uint32_t message = mcache->timers[mcache->first_timer].message;
        mcache->first_timer = (mcache->first_timer + 1) & (mcache->timer_capacity - 1);
        mcache->timer_count--;
        for (uint32_t i = 0; i < mcache->count; i++) {
            if (entry_at(mcache, i)->message == message) {
                remove_entry(mcache, pool, i);
                break;
            }
        }
    }
    mcache->next_expiry_ns =
        mcache->timer_count == 0 ? INT64_MAX : mcache->timers[mcache->first_timer].expires_ns;
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
