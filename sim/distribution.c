#include "sim/distribution.h"

#include "base/check.h"
#include "base/quantity.h"
#include "sim/fixed_point.h"

#include <stddef.h>
#include <string.h>

/*
 * Elementary functions made of + − × ÷ alone, each with a fixed number and order of operations:
 * IEEE 754 gives every one of those exactly one result, so the tables are the same everywhere. They
 * run once per table, so they may be slow and plain.
 */

#define LN2_HIGH 0x1.62e42fefp-1       // 33 leading bits of ln 2: times a small integer it is exact
#define LN2_LOW 0x1.473de6af278edp-34  // ln 2 − LN2_HIGH
#define SQRT_HALF 0x1.6a09e667f3bcdp-1 // √½
#define NORMAL_PEAK 0x1.9884533d43651p-2 // 1 / √(2π)
#define EXP_ARGUMENT_MAX 60.0            // e^60 ns is far beyond the cap
#define NORMAL_ARGUMENT_MAX 5.0          // the outermost quantile is 4.01
#define NORMAL_ERROR_MAX 1e-10           // relative, of a quantile's share

enum {
    LN_TERMS = 14,     // the ratio of terms is below 0.03
    EXP_TERMS = 18,    // |r| ≤ ln 2 / 2
    NORMAL_TERMS = 80, // |z| < 5: terms shrink from the thirteenth on
    NEWTON_STEPS = 8,  // from the neighbouring quantile; 5 suffice
    TAIL_SHARE = 8,    // the outermost quantiles lie 1 / (8 × cells) from either end
    DOUBLE_FRACTION_BITS = 52,
    DOUBLE_EXPONENT_BIAS = 1023,
};

static double power_of_two(int exponent) {
    CHECK(exponent > -DOUBLE_EXPONENT_BIAS);
    CHECK(exponent <= DOUBLE_EXPONENT_BIAS);
    uint64_t bits = (uint64_t)(exponent + DOUBLE_EXPONENT_BIAS) << DOUBLE_FRACTION_BITS;
    double power = 0;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/** ln x, x in (0, 2) and normal: k ln 2 + ln m, m in [√½, √2), ln m = 2 artanh (m − 1)/(m + 1). */
static double natural_logarithm(double x) {
    CHECK(x > 0);
    CHECK(x < 2);
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> DOUBLE_FRACTION_BITS) - DOUBLE_EXPONENT_BIAS + 1;
    double m = x * power_of_two(-exponent);
    if (m < SQRT_HALF) {
        m = m * 2;
        exponent--;
    }
    double t = (m - 1) / (m + 1);
    double square = t * t;
    double sum = 0;
    for (int k = LN_TERMS; k >= 0; k--) {
        sum = sum * square + 1.0 / (2 * k + 1);
    }
    return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * t * sum);
}

/** e^x for |x| ≤ EXP_ARGUMENT_MAX; beyond, that of the bound: x = k ln 2 + r, e^r by its series. */
static double exponential(double x) {
    double bounded = x;
    if (bounded > EXP_ARGUMENT_MAX) {
        bounded = EXP_ARGUMENT_MAX;
    }
    if (bounded < -EXP_ARGUMENT_MAX) {
        bounded = -EXP_ARGUMENT_MAX;
    }
    int k = (int)(bounded / (LN2_HIGH + LN2_LOW) + (bounded < 0 ? -0.5 : 0.5));
    double r = (bounded - k * LN2_HIGH) - k * LN2_LOW;
    double sum = 1;
    for (int term = EXP_TERMS; term > 0; term--) {
        sum = 1 + sum * r / term;
    }
    return sum * power_of_two(k);
}

/** The density of the standard normal distribution. */
static double normal_density(double z) {
    return NORMAL_PEAK * exponential(-z * z / 2);
}

/** Its distribution function: ½ + φ(z) (z + z³/3 + z⁵/(3·5) + …). Good to 1e-16 absolute. */
static double normal_below(double z) {
    CHECK(z > -NORMAL_ARGUMENT_MAX);
    CHECK(z < NORMAL_ARGUMENT_MAX);
    double term = z;
    double sum = z;
    for (int k = 1; k <= NORMAL_TERMS; k++) {
        term = term * z * z / (2 * k + 1);
        sum = sum + term;
    }
    return 0.5 + normal_density(z) * sum;
}

/** The share of draws below quantile `index`. */
static double quantile_share(int index) {
    CHECK(index >= 0);
    CHECK(index <= DISTRIBUTION_CELLS);
    if (index == 0) {
        return 1.0 / (TAIL_SHARE * DISTRIBUTION_CELLS);
    }
    if (index == DISTRIBUTION_CELLS) {
        return 1 - 1.0 / (TAIL_SHARE * DISTRIBUTION_CELLS);
    }
    return (double)index / DISTRIBUTION_CELLS;
}

/** To the nearest nanosecond, cut at the cap on either side. */
static int64_t to_ns(double value) {
    CHECK(value == value); // not NaN
    if (value >= (double)DISTRIBUTION_CAP_NS) {
        return DISTRIBUTION_CAP_NS;
    }
    if (value <= -(double)DISTRIBUTION_CAP_NS) {
        return -DISTRIBUTION_CAP_NS;
    }
    return value < 0 ? -(int64_t)(0.5 - value) : (int64_t)(value + 0.5);
}

/** The quantile of the wanted kind whose standard normal counterpart is z. */
static int64_t normal_kind_at(const struct distribution_options *options, double z) {
    double a = (double)options->a_ns;
    if (options->kind == DISTRIBUTION_LOGNORMAL) {
        return to_ns(a * exponential(z * ((double)options->sigma_ppm / 1e6)));
    }
    return to_ns(a + z * (double)options->b_ns);
}

/** Normal and lognormal: from the median out, by Newton's method from quantile to quantile. */
static void fill_from_normal(int64_t *quantiles, const struct distribution_options *options) {
    double z = 0;
    for (int index = DISTRIBUTION_CELLS / 2; index >= 0; index--) {
        double share = quantile_share(index);
        for (int step = 0; step < NEWTON_STEPS; step++) {
            z = z - (normal_below(z) - share) / normal_density(z);
        }
        double error = (normal_below(z) - share) / share;
        CHECK(error < NORMAL_ERROR_MAX);
        CHECK(error > -NORMAL_ERROR_MAX);
        quantiles[index] = normal_kind_at(options, z);
        quantiles[DISTRIBUTION_CELLS - index] = normal_kind_at(options, -z);
    }
}

static void fill_exponential(int64_t *quantiles, const struct distribution_options *options) {
    for (int index = 0; index <= DISTRIBUTION_CELLS; index++) {
        double unlikely = 1 - quantile_share(index);
        CHECK(unlikely > 0);
        quantiles[index] = to_ns(-(double)options->a_ns * natural_logarithm(unlikely));
    }
}

/** The value below which a share lies, in cells; what the first point leaves out is at its value.
 */
static double empirical_at(const struct distribution_options *options, int index) {
    double share = (double)index / DISTRIBUTION_CELLS * SHARE_ONE;
    const struct distribution_point *low = &options->points[0];
    for (uint32_t i = 0; i < options->point_count; i++) {
        const struct distribution_point *point = &options->points[i];
        if ((double)point->share_ppb >= share) {
            double width = (double)point->share_ppb - (double)low->share_ppb;
            double part = width > 0 ? (share - (double)low->share_ppb) / width : 1;
            return (double)low->value_ns + part * (double)(point->value_ns - low->value_ns);
        }
        low = point;
    }
    CHECK(false); // the last point has all
    return 0;
}

static void fill_empirical(int64_t *quantiles, const struct distribution_options *options) {
    CHECK(options->point_count > 0);
    CHECK(options->points[options->point_count - 1].share_ppb == SHARE_ONE);
    quantiles[0] = options->points[0].value_ns;
    for (int index = 1; index <= DISTRIBUTION_CELLS; index++) {
        quantiles[index] = to_ns(empirical_at(options, index));
    }
}

static int64_t *make_quantiles(struct arena *arena, const struct distribution_options *options) {
    int64_t *quantiles =
        arena_take_array(arena, MEMORY_TOPOLOGY, DISTRIBUTION_CELLS + 1, sizeof *quantiles);
    if (options->kind == DISTRIBUTION_EXPONENTIAL) {
        fill_exponential(quantiles, options);
    } else if (options->kind == DISTRIBUTION_EMPIRICAL) {
        fill_empirical(quantiles, options);
    } else {
        fill_from_normal(quantiles, options);
    }
    for (int index = 0; index < DISTRIBUTION_CELLS; index++) {
        CHECK(quantiles[index] <= quantiles[index + 1]);
    }
    return quantiles;
}

void distribution_init(struct distribution *distribution, struct arena *arena,
                       const struct distribution_options *options, int64_t min_ns) {
    CHECK(min_ns >= -DISTRIBUTION_CAP_NS);
    CHECK(options->a_ns >= 0 || min_ns < 0);
    *distribution = (struct distribution){.options = *options, .min_ns = min_ns};
    switch (options->kind) {
    case DISTRIBUTION_CONSTANT:
        break;
    case DISTRIBUTION_UNIFORM:
        CHECK(options->b_ns >= options->a_ns);
        break;
    case DISTRIBUTION_NORMAL:
        CHECK(options->b_ns >= 0);
        distribution->quantiles = make_quantiles(arena, options);
        break;
    case DISTRIBUTION_LOGNORMAL:
    case DISTRIBUTION_EXPONENTIAL:
    case DISTRIBUTION_EMPIRICAL:
        CHECK(options->a_ns >= 0);
        distribution->quantiles = make_quantiles(arena, options);
        break;
    }
}

static int64_t value_at(const struct distribution *distribution, uint64_t bits) {
    const struct distribution_options *options = &distribution->options;
    if (options->kind == DISTRIBUTION_CONSTANT) {
        return options->a_ns;
    }
    if (options->kind == DISTRIBUTION_UNIFORM) {
        uint64_t span = (uint64_t)(options->b_ns - options->a_ns) + 1;
        return options->a_ns + (int64_t)fixed_multiply(bits, span);
    }
    CHECK(distribution->quantiles != NULL);
    const int64_t *quantile = distribution->quantiles + (bits >> (64 - DISTRIBUTION_CELL_BITS));
    uint64_t width = (uint64_t)(quantile[1] - quantile[0]);
    return quantile[0] + (int64_t)fixed_multiply(bits << DISTRIBUTION_CELL_BITS, width);
}

int64_t distribution_at(const struct distribution *distribution, uint64_t bits) {
    int64_t value = value_at(distribution, bits);
    return value < distribution->min_ns ? distribution->min_ns : value;
}

int64_t distribution_min(const struct distribution *distribution) {
    return distribution_at(distribution, 0);
}

int64_t distribution_max(const struct distribution *distribution) {
    return distribution_at(distribution, UINT64_MAX);
}
