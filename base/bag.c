#include "base/bag.h"

enum {
    WORDS_MIN = 64,
    WORDS_MAX = 16384,
    LONG_WORDS = 3,
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS,
};

void bag_init(struct bag *bag, struct arena *arena) {
    *bag = (struct bag){.arena = arena};
}

static void add_chunk(struct bag *bag) {
    uint32_t words = WORDS_MIN;
    if (bag->newest != NULL) {
        words = bag->newest->words < WORDS_MAX ? 2 * bag->newest->words : WORDS_MAX;
    }
    struct bag_chunk *chunk =
        arena_take(bag->arena, MEMORY_TABLES, sizeof *chunk + words * sizeof *chunk->word);
    chunk->older = bag->newest;
    chunk->words = words;
    bag->newest = chunk;
}

void bag_add_slowly(struct bag *bag, int64_t number) {
    uint32_t wanted = number < BAG_LONG ? 1 : LONG_WORDS;
    if (bag->newest == NULL || bag->newest->words - bag->newest->used < wanted) {
        add_chunk(bag);
    }
    struct bag_chunk *chunk = bag->newest;
    if (wanted == LONG_WORDS) {
        chunk->word[chunk->used++] = BAG_LONG;
        chunk->word[chunk->used++] = (uint32_t)((uint64_t)number >> 32);
    }
    chunk->word[chunk->used++] = (uint32_t)number;
    bag->count++;
    bag->max = number > bag->max ? number : bag->max;
}

void bag_pour(struct bag *bag, struct bag *other) {
    struct bag_chunk **end = &other->newest;
    while (*end != NULL) {
        end = &(*end)->older;
    }
    *end = bag->newest;
    bag->newest = other->newest;
    bag->count += other->count;
    bag->max = other->max > bag->max ? other->max : bag->max;
    bag_init(other, other->arena);
}

/** The digits of a number from one bit on, and what stands before them. */
struct digits {
    unsigned shift;
    unsigned width;
    uint64_t before; // all bits above them
};

/** Counts the digits of the numbers that begin as they are to. */
static void count_digits(const struct bag *bag, const struct digits *digits, uint64_t *counts) {
    struct bag_cursor cursor = {0};
    int64_t number = 0;
    uint64_t mask = (UINT64_C(1) << digits->width) - 1;
    while (bag_next(bag, &cursor, &number)) {
        uint64_t from = (uint64_t)number >> digits->shift;
        counts[from & mask] += from >> digits->width == digits->before;
    }
}

int64_t bag_at(const struct bag *bag, uint64_t rank) {
    CHECK(rank < bag->count);
    unsigned left = bag->max == 0 ? 0 : 64 - (unsigned)__builtin_clzll((uint64_t)bag->max);
    struct digits digits = {0};
    while (left > 0) {
        uint64_t counts[DIGITS] = {0};
        digits.width = left < DIGIT_BITS ? left : DIGIT_BITS;
        left -= digits.width;
        digits.shift = left;
        count_digits(bag, &digits, counts);
        uint64_t digit = 0;
        while (rank >= counts[digit]) {
            rank -= counts[digit++];
            CHECK(digit < DIGITS);
        }
        digits.before = digits.before << digits.width | digit;
    }
    return (int64_t)digits.before;
}
