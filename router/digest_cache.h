/**
 * Which RPCs a router exchanged with its peers in the last 120 s: the digest caches of the 2020
 * router, all peers of a router in one table.
 *
 * A key is a hash of (RPC, peer, session), so that the cache of a peer that was disconnected is
 * gone without a walk. An open table answers "had it?"; a ring in order of time says what has
 * expired, which is found when the cache is looked at. Keys are 64 bits of a hash where the 2020
 * router has SHA-256: two RPCs of one table that share a key are not to be expected.
 *
 * Cost: 8 bytes per place at a load of at most three quarters, and 16 per key in the ring; has and
 * add O(1) plus what expires.
 * Source: SEED.md §1.5, §2.6, §2.7, §1.7. timed_cache.h is the plain form.
 */
#ifndef GOSSIM_ROUTER_DIGEST_CACHE_H
#define GOSSIM_ROUTER_DIGEST_CACHE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGEST_CACHE_TTL_NS INT64_C(120000000000)

struct digest_cache_entry {
    int64_t expires_ns; // held up to and excluding this instant
    uint64_t key;
};

struct digest_cache {
    uint64_t *slots; // [capacity], 0: empty
    uint32_t capacity;
    uint32_t count;
    struct digest_cache_entry *ring; // [ring_capacity], oldest at `first`
    uint32_t first;
    uint32_t ring_capacity; // power of two, or 0
    int64_t next_expiry_ns; // of the oldest key; INT64_MAX when empty
};

void digest_cache_init(struct digest_cache *cache);

/** Forgets every key. */
void digest_cache_clear(struct digest_cache *cache);

/** Whether the key is held at `now_ns`; forgets what has expired by then. */
bool digest_cache_has(struct digest_cache *cache, uint64_t key, int64_t now_ns);

/**
 * Holds a key from now on; false if it is held already. `now_ns` never decreases from call to call.
 */
bool digest_cache_add(struct digest_cache *cache, struct pool *pool, uint64_t key, int64_t now_ns);

/** Takes back the key that was added last, in the same step. */
void digest_cache_take_back(struct digest_cache *cache);

#endif
