/**
 * XXH3 of bytes, the same on every byte order. Words that are hashed go through hash_word(), which
 * gives their little-endian form; structures with padding and pointers are never hashed.
 */
#ifndef GOSSIM_BASE_HASH_H
#define GOSSIM_BASE_HASH_H

#define XXH_INLINE_ALL
#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

static inline uint64_t hash_word(uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

static inline uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, size, seed);
}

#endif
