/**
 * Sets of small integers in 64-bit words owned by the caller; iteration is ascending, so it is
 * deterministic.
 */
#ifndef GOSSIM_BASE_BITSET_H
#define GOSSIM_BASE_BITSET_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t bitset_words(uint32_t size) {
    return (size + 63) / 64;
}

static inline bool bitset_has(const uint64_t *words, uint32_t index) {
    return (words[index / 64] >> (index % 64)) & 1;
}

static inline void bitset_add(uint64_t *words, uint32_t index) {
    words[index / 64] |= UINT64_C(1) << (index % 64);
}

static inline void bitset_remove(uint64_t *words, uint32_t index) {
    words[index / 64] &= ~(UINT64_C(1) << (index % 64));
}

static inline uint32_t bitset_count(const uint64_t *words, uint32_t word_count) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        count += (uint32_t)__builtin_popcountll(words[i]);
    }
    return count;
}

/** Writes the members in ascending order to `out`, which has room for them; returns how many. */
static inline uint32_t bitset_list(const uint64_t *words, uint32_t word_count, uint32_t *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        for (uint64_t word = words[i]; word != 0; word &= word - 1) {
            out[count++] = i * 64 + (uint32_t)__builtin_ctzll(word);
        }
    }
    return count;
}

#endif
