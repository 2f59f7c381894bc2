#include "sim/burst.h"

#include "base/check.h"
#include "base/prng.h"

/** What is drawn of a direction: its first state, or how long a stay takes. */
enum draw { DRAW_STATE, DRAW_STAY };

void burst_init(struct burst *burst, struct arena *arena, const struct burst_options *options,
                uint64_t seed) {
    CHECK(options->good_ns >= BURST_STAY_MIN_NS);
    CHECK(options->good_ns <= BURST_STAY_MAX_NS);
    CHECK(options->bad_ns >= BURST_STAY_MIN_NS);
    CHECK(options->bad_ns <= BURST_STAY_MAX_NS);
    const struct distribution_options good = {
        DISTRIBUTION_EXPONENTIAL, options->good_ns, 0, 0, NULL, 0};
    const struct distribution_options bad = {
        DISTRIBUTION_EXPONENTIAL, options->bad_ns, 0, 0, NULL, 0};
    *burst = (struct burst){.options = *options, .seed = seed};
    distribution_init(&burst->good, arena, &good, 1);
    distribution_init(&burst->bad, arena, &bad, 1);
}

/** Whether a stay is one in the bad state: every other is. */
static bool is_bad(const struct burst *burst, uint64_t direction, uint64_t number) {
    // Bad with probability bad / (good + bad), in whole microseconds.
    uint64_t bad_us = (uint64_t)(burst->options.bad_ns / NS_PER_US);
    uint64_t both_us = bad_us + (uint64_t)(burst->options.good_ns / NS_PER_US);
    uint64_t draw = prng_keyed(burst->seed, STREAM_BURST, direction, 0, DRAW_STATE);
    bool first_is_bad = (draw >> 32) * both_us >> 32 < bad_us;
    return first_is_bad == (number % 2 == 0);
}

static int64_t length_of(const struct burst *burst, uint64_t direction, uint64_t number) {
    uint64_t draw = prng_keyed(burst->seed, STREAM_BURST, direction, number, DRAW_STAY);
    return distribution_at(is_bad(burst, direction, number) ? &burst->bad : &burst->good, draw);
}

uint32_t burst_loss_ppb(const struct burst *burst, struct burst_cursor *cursor, uint64_t direction,
                        int64_t at_ns) {
    CHECK(at_ns >= 0);
    if (cursor->until_ns == 0) {
        cursor->until_ns = length_of(burst, direction, 0);
    }
    while (at_ns >= cursor->until_ns) {
        cursor->from_ns = cursor->until_ns;
        cursor->number++;
        cursor->until_ns += length_of(burst, direction, cursor->number);
    }
    while (at_ns < cursor->from_ns) {
        cursor->until_ns = cursor->from_ns;
        cursor->number--;
        cursor->from_ns -= length_of(burst, direction, cursor->number);
    }
    CHECK(cursor->from_ns >= 0);
    bool bad = is_bad(burst, direction, cursor->number);
    return bad ? burst->options.bad_loss_ppb : burst->options.good_loss_ppb;
}
