#include "base/prng.h"

#include "base/check.h"
#include "base/hash.h"

struct prng prng_stream(uint64_t seed, enum stream_purpose purpose, uint64_t index) {
    return (struct prng){.state = prng_keyed(seed, purpose, index, 0, UINT64_C(0x73747265616d))};
}

uint64_t prng_keyed(uint64_t seed, enum stream_purpose purpose, uint64_t a, uint64_t b,
                    uint64_t c) {
    uint64_t words[4] = {hash_word((uint64_t)purpose), hash_word(a), hash_word(b), hash_word(c)};
    return hash_bytes(words, sizeof words, seed);
}

uint32_t prng_below(struct prng *prng, uint32_t bound) {
    CHECK(bound > 0);
    // Multiply-shift with rejection of the few low products that would favour small results.
    uint64_t product = (prng_next(prng) >> 32) * bound;
    uint32_t low = (uint32_t)product;
    if (low < bound) {
        uint32_t threshold = (uint32_t)(-bound) % bound;
        while (low < threshold) {
            product = (prng_next(prng) >> 32) * bound;
            low = (uint32_t)product;
        }
    }
    return (uint32_t)(product >> 32);
}

uint64_t prng_below_u64(struct prng *prng, uint64_t bound) {
    CHECK(bound > 0);
    if (bound <= UINT32_MAX) {
        return prng_below(prng, (uint32_t)bound);
    }
    uint64_t excess = (UINT64_MAX % bound + 1) % bound;
    uint64_t draw = prng_next(prng);
    while (draw > UINT64_MAX - excess) {
        draw = prng_next(prng);
    }
    return draw % bound;
}

void prng_pick_u32(struct prng *prng, uint32_t *items, uint32_t count, uint32_t picked) {
    CHECK(picked <= count);
    for (uint32_t i = 0; i < picked; i++) {
        uint32_t j = i + prng_below(prng, count - i);
        uint32_t item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

void prng_shuffle_u32(struct prng *prng, uint32_t *items, uint32_t count) {
    prng_pick_u32(prng, items, count, count);
}
