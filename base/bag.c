#include "base/bag.h"

#include <string.h>

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

/** Where the digits that are looked at stand: all above them are known. */
struct digits {
    unsigned shift;
    unsigned width;
};

/** Numbers with the same known digits, by the next one. */
struct bag_group {
    uint64_t before; // the known digits
    uint64_t counts[DIGITS];
};

/** The number of a rank, as far as it is known. */
struct sought {
    uint64_t rank; // among those of its group
    uint32_t group;
};

static void count_digits(const struct bag *bag, struct digits digits, struct bag_group *groups,
                         uint32_t group_count) {
    struct bag_cursor cursor = {0};
    int64_t number = 0;
    uint64_t mask = (UINT64_C(1) << digits.width) - 1;
    for (uint32_t i = 0; i < group_count; i++) {
        memset(groups[i].counts, 0, sizeof groups[i].counts);
    }
    while (bag_next(bag, &cursor, &number)) {
        uint64_t from = (uint64_t)number >> digits.shift;
        uint64_t before = from >> digits.width;
        for (uint32_t i = 0; i < group_count; i++) {
            groups[i].counts[from & mask] += before == groups[i].before;
        }
    }
}

/** Finds the next digit of each number that is sought, and groups them by all that are known then.
 * Returns how many groups there are. */
static uint32_t regroup(struct bag_group *groups, unsigned width, struct sought *sought,
                        uint32_t count) {
    uint64_t known[BAG_RANKS_MAX];
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct bag_group *group = &groups[sought[i].group];
        uint64_t digit = 0;
        while (sought[i].rank >= group->counts[digit]) {
            sought[i].rank -= group->counts[digit++];
            CHECK(digit < DIGITS);
        }
        known[found] = group->before << width | digit;
        uint32_t place = 0;
        while (known[place] != known[found]) {
            place++;
        }
        sought[i].group = place;
        found += place == found;
    }
    for (uint32_t i = 0; i < found; i++) {
        groups[i].before = known[i];
    }
    return found;
}

void bag_at_each(const struct bag *bag, const uint64_t *ranks, uint32_t count, int64_t *numbers) {
    CHECK(count > 0);
    CHECK(count <= BAG_RANKS_MAX);
    struct bag_group groups[BAG_RANKS_MAX];
    struct sought sought[BAG_RANKS_MAX];
    uint32_t group_count = 1;
    groups[0].before = 0;
    for (uint32_t i = 0; i < count; i++) {
        CHECK(ranks[i] < bag->count);
        sought[i] = (struct sought){.rank = ranks[i]};
    }
    unsigned left = bag->max == 0 ? 0 : 64 - (unsigned)__builtin_clzll((uint64_t)bag->max);
    while (left > 0) {
        struct digits digits = {.width = left < DIGIT_BITS ? left : DIGIT_BITS};
        left -= digits.width;
        digits.shift = left;
        count_digits(bag, digits, groups, group_count);
        group_count = regroup(groups, digits.width, sought, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = (int64_t)groups[sought[i].group].before;
    }
}

int64_t bag_at(const struct bag *bag, uint64_t rank) {
    int64_t number = 0;
    bag_at_each(bag, &rank, 1, &number);
    return number;
}
