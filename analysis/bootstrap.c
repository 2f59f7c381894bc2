#include "analysis/bootstrap.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/sort.h"

#include <float.h>
#include <math.h>
#include <string.h>

/** The values that are defined, less their mean. */
struct centred {
    double *values;
    uint32_t count;
    double size; // of the largest: what rounding is measured by
};

/** A key that sorts as the number does. */
static uint64_t key_of(double number) {
    uint64_t bits = 0;
    memcpy(&bits, &number, sizeof bits);
    return bits >> 63 == 1 ? ~bits : bits | UINT64_C(1) << 63;
}

/** The t of one resample. */
static double resample(const struct centred *centred, struct prng *prng, double *drawn) {
    uint32_t count = centred->count;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        drawn[i] = centred->values[prng_below(prng, count)];
        sum += drawn[i];
    }
    double mean = sum / count;
    double squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        squares += (drawn[i] - mean) * (drawn[i] - mean);
    }
    double error = sqrt(squares / (count - 1) / count);
    // What rounding leaves of values that are the same scatters no more than those do.
    if (error <= 1e-13 * centred->size) {
        return mean > 0 ? DBL_MAX : mean < 0 ? -DBL_MAX : 0;
    }
    return mean / error;
}

/** All resamples' t, in order. */
static double *draw_all(struct arena *arena, const struct centred *centred) {
    enum { COUNT = BOOTSTRAP_RESAMPLES };
    struct prng prng = prng_stream(0, STREAM_BOOTSTRAP, centred->count);
    double *drawn = arena_take_array(arena, MEMORY_TABLES, centred->count, sizeof *drawn);
    double *ratios = arena_take_array(arena, MEMORY_TABLES, COUNT, sizeof *ratios);
    double *sorted = arena_take_array(arena, MEMORY_TABLES, COUNT, sizeof *sorted);
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, COUNT, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, COUNT, sizeof *scratch);
    for (uint32_t i = 0; i < COUNT; i++) {
        ratios[i] = resample(centred, &prng, drawn);
        items[i] = (struct sort_item){key_of(ratios[i]), i};
    }
    sort_by_key(items, scratch, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        sorted[i] = ratios[items[i].value];
    }
    return sorted;
}

/** The rank from either end at which the tail outside is no larger than it may be. */
static uint32_t rank_of(double confidence) {
    double rank = floor((BOOTSTRAP_RESAMPLES + 1) * (1 - confidence) / 2 + 1e-6);
    return rank < 1 ? 1 : (uint32_t)rank;
}

struct bootstrap_interval bootstrap_mean(struct arena *arena, const struct figure_value *values,
                                         uint32_t count, double confidence) {
    CHECK(confidence > 0);
    CHECK(confidence < 1);
    struct sample sample = sample_of(values, count);
    struct bootstrap_interval interval = {.known = false};
    if (sample.same) {
        return (struct bootstrap_interval){.known = true, sample.mean, sample.mean};
    }
    if (sample.count < BOOTSTRAP_VALUES_MIN) {
        return interval;
    }
    struct centred centred = {
        .values = arena_take_array(arena, MEMORY_TABLES, count, sizeof *centred.values)};
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].defined) {
            double size = fabs(values[i].value);
            centred.size = size > centred.size ? size : centred.size;
            centred.values[centred.count++] = values[i].value - sample.mean;
        }
    }
    const double *ratios = draw_all(arena, &centred);
    uint32_t rank = rank_of(confidence);
    double below = ratios[rank - 1];
    double above = ratios[BOOTSTRAP_RESAMPLES - rank];
    double error = sample.deviation / sqrt((double)sample.count);
    interval.known = below > -DBL_MAX && above < DBL_MAX;
    interval.low = interval.known ? sample.mean - above * error : 0;
    interval.high = interval.known ? sample.mean - below * error : 0;
    return interval;
}
