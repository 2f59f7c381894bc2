#include "analysis/power.h"

#include "analysis/student.h"
#include "base/check.h"

#include <math.h>

enum { EXACT_DEGREES_MAX = 1000, HALVINGS = 45 };

/** Φ. */
static double normal_below(double z) {
    return erfc(-z / sqrt(2)) / 2;
}

/** The z with P(|Z| ≤ z) = probability. */
static double normal_within(double probability) {
    double low = 0;
    double high = 40;
    for (int i = 0; i < 60; i++) {
        double middle = low + (high - low) / 2;
        bool below = 1 - erfc(middle / sqrt(2)) < probability;
        low = below ? middle : low;
        high = below ? high : middle;
    }
    return high;
}

/** The limit of a two-sided test. */
static double limit_of(double level, uint32_t degrees) {
    if (degrees <= EXACT_DEGREES_MAX) {
        return student_quantile(1 - level, degrees);
    }
    // The exact sum would take as long as there are degrees; here the next term is below 1e-9.
    double z = normal_within(1 - level);
    double square = z * z;
    double first = z * (square + 1) / 4;
    double second = z * ((5 * square + 16) * square + 3) / 96;
    return z + first / degrees + second / degrees / degrees;
}

/**
 * P(|T′| > limit) by Simpson's rule over U, which is about normal around 1. The steps are even in
 * the root of U: where degrees are few and the limit is far, all happens near nought.
 */
static double beyond(double limit, uint32_t degrees, double shift) {
    enum { STEPS = 400 };
    double reach = 9 / sqrt(2.0 * degrees);
    double low = reach < 1 ? sqrt(1 - reach) : 0;
    double step = (sqrt(1 + reach) - low) / STEPS;
    double half = degrees / 2.0;
    double constant = log(2) + half * log(half) - lgamma(half);
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double root = low + i * step;
        double u = root * root;
        double log_power = degrees > 1 && u > 0 ? (degrees - 1) * log(u) : 0;
        double density = 2 * root * exp(constant + log_power - half * u * u);
        double inside = normal_below(limit * u - shift) - normal_below(-limit * u - shift);
        int weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * density * inside;
    }
    double outside = 1 - sum * step / 3;
    return outside < 0 ? 0 : outside > 1 ? 1 : outside;
}

double power_of(uint32_t pairs, double effect, double level) {
    CHECK(pairs >= 2);
    CHECK(effect >= 0);
    return beyond(limit_of(level, pairs - 1), pairs - 1, effect * sqrt((double)pairs));
}

double power_detectable(uint32_t pairs, double level, double power) {
    CHECK(pairs >= 2);
    CHECK(power > level);
    CHECK(power < 1);
    double limit = limit_of(level, pairs - 1);
    double low = 0;
    double high = 1;
    while (beyond(limit, pairs - 1, high) < power) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;
        bool below = beyond(limit, pairs - 1, middle) < power;
        low = below ? middle : low;
        high = below ? high : middle;
    }
    return high / sqrt((double)pairs);
}

uint32_t power_pairs(double effect, double level, double power) {
    CHECK(effect > 0);
    CHECK(power > level);
    CHECK(power < 1);
    uint32_t low = 1; // too few
    uint32_t high = 2;
    while (power_of(high, effect, level) < power) {
        if (high == POWER_PAIRS_MAX) {
            return 0;
        }
        low = high;
        high = high > POWER_PAIRS_MAX / 2 ? POWER_PAIRS_MAX : 2 * high;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        bool below = power_of(middle, effect, level) < power;
        low = below ? middle : low;
        high = below ? high : middle;
    }
    return high;
}
