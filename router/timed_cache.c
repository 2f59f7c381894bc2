#include "router/timed_cache.h"

#include <string.h>

void timed_cache_init(struct timed_cache *cache, struct arena *arena) {
    memset(cache, 0, sizeof *cache);
    pool_init(&cache->pool, arena, MEMORY_CACHES);
}

static struct timed_cache_entry *find(const struct timed_cache *cache, uint32_t key) {
    for (uint32_t i = 0; i < cache->count; i++) {
        if (cache->entries[i].key == key) {
            return &cache->entries[i];
        }
    }
    return NULL;
}

const struct timed_cache_entry *timed_cache_find(const struct timed_cache *cache, uint32_t key) {
    return find(cache, key);
}

void timed_cache_put(struct timed_cache *cache, struct timed_cache_entry entry, int64_t due_ns) {
    struct timed_cache_entry *present = find(cache, entry.key);
    if (present != NULL) {
        *present = entry;
    } else {
        if (cache->count == cache->capacity) {
            cache->entries = pool_grow(&cache->pool, cache->entries, &cache->capacity,
                                       cache->count + 1, sizeof *cache->entries);
        }
        cache->entries[cache->count++] = entry;
    }
    if (cache->timer_count == cache->timer_capacity) {
        cache->timers = pool_grow(&cache->pool, cache->timers, &cache->timer_capacity,
                                  cache->timer_count + 1, sizeof *cache->timers);
    }
    cache->timers[cache->timer_count++] =
        (struct timed_cache_timer){.due_ns = due_ns, .key = entry.key};
}

void timed_cache_remove(struct timed_cache *cache, uint32_t key) {
    struct timed_cache_entry *present = find(cache, key);
    if (present != NULL) {
        *present = cache->entries[--cache->count];
    }
}

/** The index of the earliest timer that is due, the first started among equals; or timer_count. */
static uint32_t earliest_due(const struct timed_cache *cache, int64_t now_ns) {
    uint32_t earliest = cache->timer_count;
    int64_t earliest_ns = now_ns;
    for (uint32_t i = cache->timer_count; i > 0; i--) {
        if (cache->timers[i - 1].due_ns <= earliest_ns) {
            earliest = i - 1;
            earliest_ns = cache->timers[i - 1].due_ns;
        }
    }
    return earliest;
}

static void call(struct timed_cache *cache, struct timed_cache_entry entry) {
    if (cache->call_count == cache->call_capacity) {
        cache->calls = pool_grow(&cache->pool, cache->calls, &cache->call_capacity,
                                 cache->call_count + 1, sizeof *cache->calls);
    }
    cache->calls[cache->call_count++] = entry;
}

void timed_cache_advance(struct timed_cache *cache, int64_t now_ns) {
    cache->call_count = 0;
    uint32_t fired = 0;
    while ((fired = earliest_due(cache, now_ns)) < cache->timer_count) {
        struct timed_cache_entry *entry = find(cache, cache->timers[fired].key);
        cache->timer_count--;
        memmove(&cache->timers[fired], &cache->timers[fired + 1],
                (cache->timer_count - fired) * sizeof *cache->timers);
        if (entry != NULL) {
            if (entry->handler != TIMED_CACHE_NO_HANDLER) {
                call(cache, *entry);
            }
            timed_cache_remove(cache, entry->key);
        }
    }
}
