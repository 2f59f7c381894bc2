#include "router/digest_cache.h"

#include "base/check.h"

#include <string.h>

enum { CAPACITY_FIRST = 16 };

void digest_cache_init(struct digest_cache *cache) {
    memset(cache, 0, sizeof *cache);
    cache->next_expiry_ns = INT64_MAX;
}

void digest_cache_clear(struct digest_cache *cache) {
    if (cache->capacity > 0) {
        memset(cache->slots, 0, cache->capacity * sizeof *cache->slots);
    }
    cache->count = 0;
    cache->first = 0;
    cache->next_expiry_ns = INT64_MAX;
}

/** A key as the table holds it: 0 says that a place is empty. */
static uint64_t stored(uint64_t key) {
    return key == 0 ? 1 : key;
}

/** The place of a key, or the empty one where it would go. */
static uint32_t find(const struct digest_cache *cache, uint64_t key) {
    uint32_t mask = cache->capacity - 1;
    uint32_t place = (uint32_t)key & mask;
    while (cache->slots[place] != 0 && cache->slots[place] != key) {
        place = (place + 1) & mask;
    }
    return place;
}

/** Removes a key and closes the gap, so that no later key of its run becomes unreachable. */
static void remove_key(struct digest_cache *cache, uint64_t key) {
    uint32_t mask = cache->capacity - 1;
    uint32_t gap = find(cache, key);
    CHECK(cache->slots[gap] == key);
    for (uint32_t next = (gap + 1) & mask; cache->slots[next] != 0; next = (next + 1) & mask) {
        uint32_t home = (uint32_t)cache->slots[next] & mask;
        if (((next - home) & mask) >= ((next - gap) & mask)) {
            cache->slots[gap] = cache->slots[next];
            gap = next;
        }
    }
    cache->slots[gap] = 0;
}

static void expire(struct digest_cache *cache, int64_t now_ns) {
    while (cache->count > 0 && cache->ring[cache->first].expires_ns <= now_ns) {
        remove_key(cache, cache->ring[cache->first].key);
        cache->first = (cache->first + 1) & (cache->ring_capacity - 1);
        cache->count--;
    }
    cache->next_expiry_ns = cache->count == 0 ? INT64_MAX : cache->ring[cache->first].expires_ns;
}

bool digest_cache_has(struct digest_cache *cache, uint64_t key, int64_t now_ns) {
    if (now_ns >= cache->next_expiry_ns) {
        expire(cache, now_ns);
    }
    return cache->count > 0 && cache->slots[find(cache, stored(key))] != 0;
}

static void grow_table(struct digest_cache *cache, struct pool *pool) {
    struct digest_cache old = *cache;
    cache->capacity = old.capacity == 0 ? CAPACITY_FIRST : old.capacity * 2;
    cache->slots = pool_take(pool, cache->capacity * sizeof *cache->slots);
    memset(cache->slots, 0, cache->capacity * sizeof *cache->slots);
    for (uint32_t i = 0; i < old.capacity; i++) {
        if (old.slots[i] != 0) {
            cache->slots[find(cache, old.slots[i])] = old.slots[i];
        }
    }
    pool_give(pool, old.slots, old.capacity * sizeof *old.slots);
}

static void grow_ring(struct digest_cache *cache, struct pool *pool) {
    uint32_t capacity = cache->ring_capacity == 0 ? CAPACITY_FIRST / 2 : cache->ring_capacity * 2;
    struct digest_cache_entry *ring = pool_take(pool, capacity * sizeof *ring);
    for (uint32_t i = 0; i < cache->count; i++) {
        ring[i] = cache->ring[(cache->first + i) & (cache->ring_capacity - 1)];
    }
    pool_give(pool, cache->ring, cache->ring_capacity * sizeof *ring);
    cache->ring = ring;
    cache->ring_capacity = capacity;
    cache->first = 0;
}

bool digest_cache_add(struct digest_cache *cache, struct pool *pool, uint64_t key, int64_t now_ns) {
    if (now_ns >= cache->next_expiry_ns) {
        expire(cache, now_ns);
    }
    if ((uint64_t)(cache->count + 1) * 4 > (uint64_t)cache->capacity * 3) {
        grow_table(cache, pool);
    }
    uint32_t place = find(cache, stored(key));
    if (cache->slots[place] != 0) {
        return false;
    }
    cache->slots[place] = stored(key);
    if (cache->count == cache->ring_capacity) {
        grow_ring(cache, pool);
    }
    if (cache->count == 0) {
        cache->next_expiry_ns = now_ns + DIGEST_CACHE_TTL_NS;
    }
    uint32_t last = (cache->first + cache->count) & (cache->ring_capacity - 1);
    cache->ring[last] =
        (struct digest_cache_entry){.expires_ns = now_ns + DIGEST_CACHE_TTL_NS, .key = stored(key)};
    cache->count++;
    return true;
}

void digest_cache_take_back(struct digest_cache *cache) {
    CHECK(cache->count > 0);
    cache->count--;
    uint32_t last = (cache->first + cache->count) & (cache->ring_capacity - 1);
    remove_key(cache, cache->ring[last].key);
    if (cache->count == 0) {
        cache->next_expiry_ns = INT64_MAX;
    }
}
