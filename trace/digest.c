#include "trace/digest.h"

#include <inttypes.h>
#include <stdio.h>

enum { WORDS_PER_STEP = 128 };

struct digest digest_finish(const uint64_t *values, uint32_t count, uint64_t seed) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset_withSeed(&state, seed);
    uint64_t words[WORDS_PER_STEP];
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        words[filled++] = hash_word(values[i]);
        if (filled == WORDS_PER_STEP || i + 1 == count) {
            XXH3_128bits_update(&state, words, filled * sizeof words[0]);
            filled = 0;
        }
    }
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return (struct digest){.high = hash.high64, .low = hash.low64};
}

const char *digest_write(struct digest digest, char out[DIGEST_TEXT_SIZE]) {
    snprintf(out, DIGEST_TEXT_SIZE, "%016" PRIx64 "%016" PRIx64, digest.high, digest.low);
    return out;
}
