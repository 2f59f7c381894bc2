/**
 * Further delay of single packets, each by itself or alike for those of one time.
 *
 * Without correlation the delay of a packet is one keyed draw. With it, the draws of packets on one
 * direction of a link are tied by a noise that all of one time share: both are normal, the packet's
 * own and the shared one, mixed so that the sum is normal again, and the value is the quantile of
 * the wanted distribution that the sum stands at. So the distribution of each packet's delay is the
 * same with and without correlation, to the width of a table's cell; the correlation that is given
 * is that of the normals of two packets at one time.
 *
 * The shared noise has a keyed value at each whole multiple of `wave_ns` and goes straight from one
 * to the next, kept at unit variance. It is a function of (seed, direction, time), whatever is
 * sent; over less than `wave_ns` it hardly changes, and beyond two of them nothing is left.
 */
#ifndef GOSSIM_SIM_JITTER_H
#define GOSSIM_SIM_JITTER_H

#include "base/arena.h"
#include "sim/distribution.h"

#include <stdint.h>

enum { JITTER_STEPS = 256 };

struct jitter {
    struct distribution values;
    struct distribution normal; // the standard one in parts of 2^-28; with correlation alone
    uint64_t seed;
    int64_t wave_ns; // 0: no correlation
    int64_t shared;  // the parts of both normals, in 2^-16
    int64_t own;
    int64_t scale[JITTER_STEPS + 1]; // keeps the variance between two values, in 2^-16
};

struct jitter_options {
    const struct distribution_options *values; // may be negative
    uint32_t correlation_ppb;                  // 0 … SHARE_ONE; 0: none
    int64_t wave_ns;                           // > 0 with correlation
};

/** Which packet a delay is drawn for. */
struct jitter_key {
    uint64_t direction;
    uint64_t kind;
    uint64_t name;
};

void jitter_init(struct jitter *jitter, struct arena *arena, const struct jitter_options *options,
                 uint64_t seed);

/** The further delay of a packet that leaves at a time ≥ 0. */
int64_t jitter_at(const struct jitter *jitter, struct jitter_key key, int64_t at_ns);

#endif
