/**
 * A bag of numbers: put in one by one, then asked for their mean and for the k-th of them.
 *
 * A run has a latency for each delivery, ten million of them without much ado, and of them a few
 * percentiles are wanted that are exact. So numbers stay in the order in which they came, in chunks
 * that are never copied, in four bytes each if they are below 2^32 − 1 (4.29 s in nanoseconds),
 * else in twelve; and the k-th is selected by its digits, from the greatest on: one count of digits
 * for each, over those that begin as the k-th does.
 *
 *     chunk ◀── older ── chunk ◀── older ── chunk ◀── newest
 *     64 numbers         128                16384 at most
 *
 * Cost:   a step for each number that is put in; ranks are two or three looks at all of them, and
 *         nothing is sorted. Memory: 4 bytes each, and 64 KiB at most that are not full.
 */
#ifndef GOSSIM_BASE_BAG_H
#define GOSSIM_BASE_BAG_H

#include "base/arena.h"
#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>

enum { BAG_RANKS_MAX = 5 };

#define BAG_LONG UINT32_MAX // what stands before the two halves of a number that needs eight bytes

struct bag_chunk {
    struct bag_chunk *older;
    uint32_t used;  // of words
    uint32_t words; // there are
    uint32_t word[];
};

struct bag {
    struct arena *arena;
    struct bag_chunk *newest; // NULL: nothing was put in
    uint64_t count;
    int64_t max; // of all; 0 if there is none
};

/** An empty bag; chunks are counted as MEMORY_TABLES. */
void bag_init(struct bag *bag, struct arena *arena);

/** The long path of bag_add(). */
void bag_add_slowly(struct bag *bag, int64_t number);

/** Puts in a number ≥ 0. */
static inline void bag_add(struct bag *bag, int64_t number) {
    CHECK(number >= 0);
    struct bag_chunk *chunk = bag->newest;
    if (chunk == NULL || chunk->used == chunk->words || number >= BAG_LONG) {
        bag_add_slowly(bag, number);
        return;
    }
    chunk->word[chunk->used++] = (uint32_t)number;
    bag->count++;
    bag->max = number > bag->max ? number : bag->max;
}

/** Moves all numbers of another bag into this one; the arena of the other must last as long. */
void bag_pour(struct bag *bag, struct bag *other);

/** The number that has `rank` others before it when all are in order: rank 0 is the least. */
int64_t bag_at(const struct bag *bag, uint64_t rank);

/** The same for several ranks at once, which takes hardly longer. At most BAG_RANKS_MAX. */
void bag_at_each(const struct bag *bag, const uint64_t *ranks, uint32_t count, int64_t *numbers);

/** Goes along all numbers, from one that is all zero; false at the end. Their order is the bag's
 * own business. */
struct bag_cursor {
    const struct bag_chunk *chunk;
    uint32_t passed; // words of the chunk
    bool begun;
};

static inline bool bag_next(const struct bag *bag, struct bag_cursor *cursor, int64_t *number) {
    if (!cursor->begun) {
        *cursor = (struct bag_cursor){.chunk = bag->newest, .begun = true};
    }
    while (cursor->chunk != NULL && cursor->passed == cursor->chunk->used) {
        cursor->chunk = cursor->chunk->older;
        cursor->passed = 0;
    }
    if (cursor->chunk == NULL) {
        return false;
    }
    const uint32_t *word = &cursor->chunk->word[cursor->passed];
    bool is_long = word[0] == BAG_LONG;
    *number = is_long ? (int64_t)((uint64_t)word[1] << 32 | word[2]) : (int64_t)word[0];
    cursor->passed += is_long ? 3 : 1;
    return true;
}

#endif
