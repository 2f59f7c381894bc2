#include "sim/jitter.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"

#define ONE (INT64_C(1) << 16)
#define NORMAL_ONE (INT64_C(1) << 28)

enum { SQUARE_ROOT_STEPS = 60 };

/** By Newton's method: the same on every machine. */
static double square_root(double x) {
    double root = 1;
    for (int step = 0; x > 0 && step < SQUARE_ROOT_STEPS; step++) {
        root = (root + x / root) / 2;
    }
    return x > 0 ? root : 0;
}

static int64_t rounded(double x) {
    return (int64_t)(x * (double)ONE + 0.5);
}

void jitter_init(struct jitter *jitter, struct arena *arena, const struct jitter_options *options,
                 uint64_t seed) {
    *jitter = (struct jitter){.seed = seed};
    distribution_init(&jitter->values, arena, options->values, -DISTRIBUTION_CAP_NS);
    if (options->correlation_ppb == 0) {
        return;
    }
    CHECK(options->wave_ns > 0);
    CHECK(options->correlation_ppb <= SHARE_ONE);
    const struct distribution_options normal = {.kind = DISTRIBUTION_NORMAL, .b_ns = NORMAL_ONE};
    distribution_init(&jitter->normal, arena, &normal, -DISTRIBUTION_CAP_NS);
    jitter->wave_ns = options->wave_ns;
    double shared = (double)options->correlation_ppb / SHARE_ONE;
    jitter->shared = rounded(square_root(shared));
    jitter->own = rounded(square_root(1 - shared));
    for (int step = 0; step <= JITTER_STEPS; step++) {
        double part = (double)step / JITTER_STEPS;
        jitter->scale[step] = rounded(1 / square_root(part * part + (1 - part) * (1 - part)));
    }
}

/** The noise that packets of a direction share at a time. */
static int64_t shared_at(const struct jitter *jitter, uint64_t direction, int64_t at_ns) {
    uint64_t number = (uint64_t)(at_ns / jitter->wave_ns);
    uint64_t draws[2];
    for (uint64_t i = 0; i < 2; i++) {
        draws[i] = prng_keyed(jitter->seed, STREAM_JITTER_WAVE, direction, number + i, 0);
    }
    // In steps, as finely as makes a difference; a wave is at most a day long.
    int64_t step = at_ns % jitter->wave_ns * JITTER_STEPS / jitter->wave_ns;
    int64_t sum = distribution_at(&jitter->normal, draws[0]) * (JITTER_STEPS - step) +
                  distribution_at(&jitter->normal, draws[1]) * step;
    return sum / JITTER_STEPS * jitter->scale[step] / ONE;
}

/** The share of a normal below a value, as 64 bits: where the value stands in the table. */
static uint64_t share_below(const struct distribution *normal, int64_t value) {
    const int64_t *quantiles = normal->quantiles;
    if (value <= quantiles[0]) {
        return 0;
    }
    if (value >= quantiles[DISTRIBUTION_CELLS]) {
        return UINT64_MAX;
    }
    uint32_t low = 0;
    uint32_t high = DISTRIBUTION_CELLS;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (quantiles[middle] <= value) {
            low = middle;
        } else {
            high = middle;
        }
    }
    // Values are below 2^31, so that the fraction of a cell has 32 bits.
    uint64_t width = (uint64_t)(quantiles[low + 1] - quantiles[low]);
    uint64_t part = ((uint64_t)(value - quantiles[low]) << 32) / width;
    return (uint64_t)low << (64 - DISTRIBUTION_CELL_BITS) | part << (32 - DISTRIBUTION_CELL_BITS);
}

int64_t jitter_at(const struct jitter *jitter, struct jitter_key key, int64_t at_ns) {
    CHECK(at_ns >= 0);
    uint64_t draw = prng_keyed(jitter->seed, STREAM_JITTER, key.direction, key.kind, key.name);
    if (jitter->wave_ns == 0) {
        return distribution_at(&jitter->values, draw);
    }
    int64_t own = distribution_at(&jitter->normal, draw);
    int64_t shared = shared_at(jitter, key.direction, at_ns);
    int64_t sum = (own * jitter->own + shared * jitter->shared) / ONE;
    return distribution_at(&jitter->values, share_below(&jitter->normal, sum));
}
