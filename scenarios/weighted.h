/**
 * Choosing one of several things by weight, in integers.
 *
 * Holds running sums of the weights; a choice takes 64 random bits to one of the sums. Weights of
 * Zipf's law are made with + × ÷ and square roots by Newton's method, so that they are the same on
 * every machine.
 */
#ifndef GOSSIM_SCENARIOS_WEIGHTED_H
#define GOSSIM_SCENARIOS_WEIGHTED_H

#include "base/arena.h"

#include <stdint.h>

struct weighted {
    const uint64_t *sums; // [count] of the weights up to and including each
    uint32_t count;
};

/** Things with the given weights, not all 0; their sum is below 2^63. */
void weighted_init(struct weighted *weighted, struct arena *arena, const uint64_t *weights,
                   uint32_t count);

/** As many things, the n-th (from 1) with weight n^-exponent; exponent 0: all alike. */
void weighted_init_zipf(struct weighted *weighted, struct arena *arena, uint32_t exponent_ppm,
                        uint32_t count);

/** What 64 uniformly random bits choose. Cost: logarithm of the count. */
uint32_t weighted_at(const struct weighted *weighted, uint64_t bits);

/** The weight of one of them, and of all. */
uint64_t weighted_of(const struct weighted *weighted, uint32_t index);
uint64_t weighted_total(const struct weighted *weighted);

#endif
