#include "scenarios/weighted.h"

#include "base/check.h"
#include "sim/fixed_point.h"

enum {
    NEWTON_STEPS = 12,   // from 1 up to 4096, five double the digits and seven come near
    FRACTION_BITS = 20,  // of an exponent: finer than a millionth
    ZIPF_SCALE_BITS = 50 // the weight of the first: the 4096th with exponent 4 still has 4 bits
};
#define ONE_PPM 1000000

void weighted_init(struct weighted *weighted, struct arena *arena, const uint64_t *weights,
                   uint32_t count) {
    CHECK(count > 0);
    uint64_t *sums = arena_take_array(arena, MEMORY_TABLES, count, sizeof *sums);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        CHECK(weights[i] < (UINT64_C(1) << 63) - sum);
        sum += weights[i];
        sums[i] = sum;
    }
    CHECK(sum > 0);
    *weighted = (struct weighted){.sums = sums, .count = count};
}

/** √x for x ≥ 1. */
static double square_root(double x) {
    double root = x > 4 ? x / 2 : x;
    for (int step = 0; step < NEWTON_STEPS; step++) {
        root = (root + x / root) / 2;
    }
    return root;
}

/** base^exponent, of the exponent's binary digits: base^½, base^¼ and so on, multiplied. */
static double power(double base, uint32_t exponent_ppm) {
    double result = 1;
    for (uint32_t i = 0; i < exponent_ppm / ONE_PPM; i++) {
        result = result * base;
    }
    uint64_t rest = exponent_ppm % ONE_PPM;
    uint64_t digits = ((rest << FRACTION_BITS) + ONE_PPM / 2) / ONE_PPM;
    double root = base;
    for (int bit = FRACTION_BITS - 1; bit >= 0; bit--) {
        root = square_root(root);
        result = (digits >> bit & 1) != 0 ? result * root : result;
    }
    return result;
}

void weighted_init_zipf(struct weighted *weighted, struct arena *arena, uint32_t exponent_ppm,
                        uint32_t count) {
    struct arena *scratch = arena_aside(arena);
    uint64_t *weights = arena_take_array(scratch, MEMORY_TABLES, count, sizeof *weights);
    double first = (double)(UINT64_C(1) << ZIPF_SCALE_BITS);
    for (uint32_t i = 0; i < count; i++) {
        weights[i] = (uint64_t)(first / power(i + 1.0, exponent_ppm) + 0.5);
    }
    weighted_init(weighted, arena, weights, count);
    arena_destroy(scratch);
}

uint32_t weighted_at(const struct weighted *weighted, uint64_t bits) {
    uint64_t at = fixed_multiply(bits, weighted_total(weighted));
    uint32_t low = 0; // the first whose sum is above `at`
    uint32_t high = weighted->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (weighted->sums[middle] > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

uint64_t weighted_of(const struct weighted *weighted, uint32_t index) {
    CHECK(index < weighted->count);
    return weighted->sums[index] - (index == 0 ? 0 : weighted->sums[index - 1]);
}

uint64_t weighted_total(const struct weighted *weighted) {
    return weighted->sums[weighted->count - 1];
}
