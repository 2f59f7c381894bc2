/**
 * Are draws of some peers out of several even? Counts over many seeds, judged by chi-square.
 *
 * Small draws are judged by the whole set drawn, 3 of 6 peers: each of the 20 sets must come about
 * equally often, which also sees peers that come in pairs. Wide draws, whose sets are too many to
 * count, are judged by how often each peer is in. The seeds are fixed, so a test that passes once
 * passes always; bounds are those that an even draw stays below in 999 of 1,000 trials.
 */
#ifndef GOSSIM_TESTS_SUPPORT_UNIFORMITY_H
#define GOSSIM_TESTS_SUPPORT_UNIFORMITY_H

#include "tests/support/unit.h"

#include <stdint.h>

enum {
    SMALL_PEERS = 6,
    SMALL_DRAWN = 3,
    SMALL_SETS = 20, // that many ways to draw them
    SMALL_ROUNDS = 10000,
    WIDE_PEERS = 100,
    WIDE_ROUNDS = 5000,
};

struct small_draws {
    uint32_t times[1 << SMALL_PEERS]; // by the set drawn, one bit per peer
};

struct wide_draws {
    uint32_t times[WIDE_PEERS]; // that each peer was drawn
    uint32_t drawn;             // peers in each round
};

/** After SMALL_ROUNDS rounds. Chi-square with 19 degrees of freedom. */
static inline void small_draws_expect_even(const struct small_draws *draws) {
    double expected = (double)SMALL_ROUNDS / SMALL_SETS;
    double sum = 0;
    uint32_t sets = 0;
    for (uint32_t set = 0; set < 1 << SMALL_PEERS; set++) {
        if (__builtin_popcount(set) == SMALL_DRAWN) {
            double excess = draws->times[set] - expected;
            sum += excess * excess / expected;
            sets++;
        } else {
            assert_int_equal(draws->times[set], 0);
        }
    }
    assert_int_equal(sets, SMALL_SETS);
    assert_true(sum < 43.82);
}

/**
 * After WIDE_ROUNDS rounds. Each count is binomial with p = drawn / peers, and as their sum is
 * fixed the squares of the standardised counts add up to peers / (peers - 1) times a chi-square
 * with 99 degrees of freedom.
 */
static inline void wide_draws_expect_even(const struct wide_draws *draws) {
    double share = (double)draws->drawn / WIDE_PEERS;
    double expected = WIDE_ROUNDS * share;
    double variance = expected * (1 - share);
    double sum = 0;
    uint32_t total = 0;
    for (uint32_t peer = 0; peer < WIDE_PEERS; peer++) {
        double excess = draws->times[peer] - expected;
        sum += excess * excess / variance;
        total += draws->times[peer];
    }
    assert_int_equal(total, WIDE_ROUNDS * draws->drawn);
    assert_true(sum * (WIDE_PEERS - 1) / WIDE_PEERS < 148.23);
}

#endif
