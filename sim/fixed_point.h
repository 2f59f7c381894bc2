/**
 * Fractions as 64-bit integers: x stands for x / 2^64. Two operations, exact to the last bit and
 * rounded down, for draws that must be the same everywhere.
 */
#ifndef GOSSIM_SIM_FIXED_POINT_H
#define GOSSIM_SIM_FIXED_POINT_H

#include "base/check.h"

#include <stdbool.h>
#include <stdint.h>

/** ⌊x × y / 2^64⌋: the upper half of the product, from four products of 32-bit halves. */
static inline uint64_t fixed_multiply(uint64_t x, uint64_t y) {
    uint64_t x_low = x & UINT32_MAX;
    uint64_t y_low = y & UINT32_MAX;
    uint64_t first = (x >> 32) * y_low + (x_low * y_low >> 32);
    uint64_t second = x_low * (y >> 32) + (first & UINT32_MAX);
    return (x >> 32) * (y >> 32) + (first >> 32) + (second >> 32);
}

/** ⌊2^64 × numerator / denominator⌋ for numerator < denominator, by long division. Cost: 64 steps.
 */
static inline uint64_t fixed_ratio(uint64_t numerator, uint64_t denominator) {
    CHECK(numerator < denominator);
    uint64_t rest = numerator;
    uint64_t fraction = 0;
    for (int bit = 0; bit < 64; bit++) {
        bool carry = rest >> 63 != 0;
        rest = rest << 1;
        fraction = fraction << 1;
        if (carry || rest >= denominator) {
            rest -= denominator;
            fraction |= 1;
        }
    }
    return fraction;
}

#endif
