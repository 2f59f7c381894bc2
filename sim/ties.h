/**
 * Which of simultaneous events comes first, where nothing else says so.
 *
 * Events of one time and class are ordered by their sources (event.h): that is arbitrary, and a
 * figure that depends on it is no result. So the order of the sources can be another one: turned
 * round, or shuffled anew at each instant. What one source does stays in its order, classes stay in
 * theirs, and an event never comes before its cause. A source's place is a bijection of its number,
 * by a key of the seed and the time: nothing is stored, the order is total and the same on any
 * number of threads.
 *
 * Source: DESIGN.md §5 `--ties`.
 */
#ifndef GOSSIM_SIM_TIES_H
#define GOSSIM_SIM_TIES_H

#include "sim/event.h"

#include <stdbool.h>
#include <stdint.h>

enum ties {
    TIES_FIRST,    // by the numbers of the sources
    TIES_LAST,     // the other way round
    TIES_SHUFFLED, // differently at each instant
    TIES_COUNT
};

/** The word for a way, and the way of a word. */
const char *ties_name(enum ties ties);
bool ties_find(const char *name, enum ties *ties);

enum { TIES_HALF_BITS = EVENT_SOURCE_BITS / 2, TIES_ROUNDS = 4 };

/** A key of the seed and the instant, of which each round takes its part. */
static inline uint64_t ties_key(uint64_t seed, int64_t at_ns) {
    uint64_t z = seed + (uint64_t)at_ns * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint32_t ties_round(uint32_t half, uint64_t key, uint32_t round) {
    uint32_t mixed = (half + 1 + (uint32_t)(key >> (16 * round) & 0xffff)) * UINT32_C(0x9E3779B1);
    return mixed >> (32 - TIES_HALF_BITS);
}

/** The place of a source among those of an instant; and the source of a place. */
static inline uint32_t ties_place(enum ties ties, uint64_t seed, int64_t at_ns, uint32_t source) {
    if (ties == TIES_LAST) {
        return EVENT_SOURCE_MAX - source;
    }
    uint64_t key = ties_key(seed, at_ns);
    uint32_t left = source >> TIES_HALF_BITS;
    uint32_t right = source & ((1U << TIES_HALF_BITS) - 1);
    for (uint32_t round = 0; round < TIES_ROUNDS; round++) {
        uint32_t next = left ^ ties_round(right, key, round);
        left = right;
        right = next;
    }
    return left << TIES_HALF_BITS | right;
}

static inline uint32_t ties_source(enum ties ties, uint64_t seed, int64_t at_ns, uint32_t place) {
    if (ties == TIES_LAST) {
        return EVENT_SOURCE_MAX - place;
    }
    uint64_t key = ties_key(seed, at_ns);
    uint32_t left = place >> TIES_HALF_BITS;
    uint32_t right = place & ((1U << TIES_HALF_BITS) - 1);
    for (uint32_t round = TIES_ROUNDS; round-- > 0;) {
        uint32_t before = right ^ ties_round(left, key, round);
        right = left;
        left = before;
    }
    return left << TIES_HALF_BITS | right;
}

#endif
