/**
 * A set of node pairs, for the generators of graphs: is this link there already?
 *
 * Open addressing with linear probing, at most half full. Nobody walks through it, so that no order
 * comes from it.
 *
 * Memory: 16 bytes for each pair that it has room for. Cost: a step or two for each question.
 */
#ifndef GOSSIM_SIM_PAIR_SET_H
#define GOSSIM_SIM_PAIR_SET_H

#include "base/arena.h"
#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>

enum { PAIR_PREFETCH_DISTANCE = 16 }; // pairs ahead: long enough for memory to answer

struct pair_set {
    uint64_t *keys; // [size] 0 if free
    uint32_t size;
};

/** Never 0, as the greater end is not. */
static inline uint64_t pair_key(uint32_t a, uint32_t b) {
    CHECK(a != b);
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

/** Where the search for a key begins: spread by multiplication, scaled by the product with size. */
static inline uint32_t pair_home(const struct pair_set *set, uint64_t key) {
    uint64_t spread = key * UINT64_C(0x9E3779B97F4A7C15) ^ key >> 23;
    return (uint32_t)((spread * UINT64_C(0xD6E8FEB86659FD93) >> 32) * set->size >> 32);
}

static inline uint32_t pair_next(const struct pair_set *set, uint32_t place) {
    return place + 1 == set->size ? 0 : place + 1;
}

/** The place that holds the key, or the free one where it would go. */
static inline uint32_t pair_find(const struct pair_set *set, uint64_t key) {
    CHECK(set->size > 0);
    uint32_t place = pair_home(set, key);
    while (set->keys[place] != 0 && set->keys[place] != key) {
        place = pair_next(set, place);
    }
    return place;
}

static inline bool pair_has(const struct pair_set *set, uint64_t key) {
    return set->keys[pair_find(set, key)] == key;
}

/** False if it was there already. */
static inline bool pair_add(struct pair_set *set, uint64_t key) {
    uint32_t place = pair_find(set, key);
    if (set->keys[place] == key) {
        return false;
    }
    set->keys[place] = key;
    return true;
}

/** Later keys of the same chain move up, so that no search ends too early. */
static inline void pair_remove(struct pair_set *set, uint64_t key) {
    uint32_t hole = pair_find(set, key);
    CHECK(set->keys[hole] == key);
    uint32_t place = pair_next(set, hole);
    while (set->keys[place] != 0) {
        uint32_t home = pair_home(set, set->keys[place]);
        uint32_t from_home = place >= home ? place - home : place + (set->size - home);
        uint32_t from_hole = place >= hole ? place - hole : place + (set->size - hole);
        if (from_home >= from_hole) {
            set->keys[hole] = set->keys[place];
            hole = place;
        }
        place = pair_next(set, place);
    }
    set->keys[hole] = 0;
}

/** An empty set with room for `capacity` pairs, one at least. */
static inline struct pair_set pair_set_create(struct arena *arena, uint64_t capacity) {
    uint64_t size = capacity == 0 ? 2 : 2 * capacity;
    CHECK(size <= UINT32_MAX);
    return (struct pair_set){
        .keys = arena_take_array(arena, MEMORY_TOPOLOGY, size, sizeof(uint64_t)),
        .size = (uint32_t)size,
    };
}

static inline void pair_prefetch(const struct pair_set *set, const uint32_t *pair) {
    if (pair[0] != pair[1]) {
        __builtin_prefetch(&set->keys[pair_home(set, pair_key(pair[0], pair[1]))], 1);
    }
}

/** Puts good pairs into the set and before the bad ones; returns how many are good. */
static inline uint64_t pair_part_good(struct pair_set *set, uint32_t *ends, uint64_t count) {
    uint64_t good = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (i + PAIR_PREFETCH_DISTANCE < count) {
            pair_prefetch(set, &ends[2 * (i + PAIR_PREFETCH_DISTANCE)]);
        }
        uint32_t a = ends[2 * i];
        uint32_t b = ends[2 * i + 1];
        if (a != b && pair_add(set, pair_key(a, b))) {
            ends[2 * i] = ends[2 * good];
            ends[2 * i + 1] = ends[2 * good + 1];
            ends[2 * good] = a;
            ends[2 * good + 1] = b;
            good++;
        }
    }
    CHECK(good <= count);
    return good;
}

/**
 * The bad pair u–v and the good pair x–y become u–x and v–y, if both are new links. True if they
 * did; then the first bad place holds a good pair.
 */
static inline bool pair_swap_ends(struct pair_set *set, uint32_t *bad, uint32_t *partner,
                                  uint64_t turn) {
    uint32_t u = bad[0];
    uint32_t v = bad[1];
    uint32_t x = partner[turn];
    uint32_t y = partner[1 - turn];
    CHECK(x != y);
    if (u == x || v == y) {
        return false;
    }
    uint64_t first = pair_key(u, x);
    uint64_t second = pair_key(v, y);
    if (pair_has(set, first) || pair_has(set, second)) {
        return false;
    }
    CHECK(first != second);
    pair_remove(set, pair_key(x, y));
    bool first_added = pair_add(set, first);
    bool second_added = pair_add(set, second);
    CHECK(first_added);
    CHECK(second_added);
    bad[0] = u;
    bad[1] = x;
    partner[0] = v;
    partner[1] = y;
    return true;
}

#endif
