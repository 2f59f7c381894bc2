#include "base/quantity.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A unit and how many of the unit held it stands for. Lists end with a NULL name. */
struct unit {
    const char *name;
    uint64_t scale;
};

enum outcome { OUTCOME_READ, OUTCOME_MALFORMED, OUTCOME_TOO_FINE, OUTCOME_TOO_LARGE };

enum { BYTES_PER_KIB = 1 << 10, BYTES_PER_MIB = 1 << 20, SHARE_DIGITS_PERCENT = 7 };
#define SHARE_PERCENT (SHARE_ONE / 100)

static const struct unit duration_units[] = {
    {"h", UINT64_C(3600000000000)},
    {"m", UINT64_C(60000000000)},
    {"s", UINT64_C(1000000000)},
    {"ms", UINT64_C(1000000)},
    {"us", UINT64_C(1000)},
    {"ns", 1},
    {NULL, 0},
};

// Minutes and hours are read but never written.
static const struct unit *const duration_units_written = &duration_units[2];

// In the order in which a writer tries them: binary units first, bytes last.
static const struct unit size_units[] = {
    {"MiB", BYTES_PER_MIB},
    {"KiB", BYTES_PER_KIB},
    {"MB", 1000000},
    {"kB", 1000},
    {"B", 1},
    {NULL, 0},
};

static const struct unit rate_units[] = {
    {"Gbit/s", UINT64_C(1000000000)},
    {"Mbit/s", 1000000},
    {"kbit/s", 1000},
    {"bit/s", 1},
    {NULL, 0},
};

static const struct unit share_units[] = {
    {"", SHARE_ONE},
    {"%", SHARE_PERCENT},
    {NULL, 0},
};

static size_t count_digits(const char *text, size_t size) {
    size_t count = 0;
    while (count < size && text[count] >= '0' && text[count] <= '9') {
        count++;
    }
    return count;
}

/** The scale of the unit spelled exactly so, or 0. */
static uint64_t find_scale(const struct unit *units, const char *text, size_t size) {
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        if (strlen(unit->name) == size && memcmp(unit->name, text, size) == 0) {
            return unit->scale;
        }
    }
    return 0;
}

/** True and the number if the digits fit 64 bits. */
static bool read_whole(const char *digits, size_t count, uint64_t *whole) {
    *whole = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (__builtin_mul_overflow(*whole, UINT64_C(10), whole) ||
            __builtin_add_overflow(*whole, digit, whole)) {
            return false;
        }
    }
    return true;
}

/**
 * Multiplies the digits after the point by `scale`, as on paper: from the last digit on, each place
 * keeps a digit and carries the rest. The product is whole if every place keeps 0; the last carry
 * is then the product.
 */
static bool read_fraction(const char *digits, size_t count, uint64_t scale, uint64_t *product) {
    uint64_t carry = 0;
    for (size_t i = count; i > 0; i--) {
        uint64_t place = (uint64_t)(digits[i - 1] - '0') * scale + carry;
        if (place % 10 != 0) {
            return false;
        }
        carry = place / 10;
    }
    *product = carry;
    return true;
}

/**
 * Reads digits, optionally a point and more digits, and one of the units; the value is at most
 * `limit`.
 */
static enum outcome read_decimal(const char *text, size_t size, const struct unit *units,
                                 uint64_t limit, uint64_t *value) {
    size_t whole_digits = count_digits(text, size);
    size_t used = whole_digits;
    size_t fraction_digits = 0;
    if (used < size && text[used] == '.') {
        fraction_digits = count_digits(text + used + 1, size - used - 1);
        used += 1 + fraction_digits;
        if (fraction_digits == 0) {
            return OUTCOME_MALFORMED;
        }
    }
    if (whole_digits == 0) {
        return OUTCOME_MALFORMED;
    }
    uint64_t scale = find_scale(units, text + used, size - used);
    if (scale == 0) {
        return OUTCOME_MALFORMED;
    }
    uint64_t fraction = 0;
    if (!read_fraction(text + used - fraction_digits, fraction_digits, scale, &fraction)) {
        return OUTCOME_TOO_FINE;
    }
    uint64_t total = 0;
    if (!read_whole(text, whole_digits, &total) || __builtin_mul_overflow(total, scale, &total) ||
        __builtin_add_overflow(total, fraction, &total) || total > limit) {
        return OUTCOME_TOO_LARGE;
    }
    *value = total;
    return OUTCOME_READ;
}

/** What to say for each way of not being a quantity of one kind. */
struct sentences {
    const char *malformed;
    const char *too_fine;
    const char *too_large;
};

static bool explain(enum outcome outcome, const struct sentences *sentences, const char **why) {
    switch (outcome) {
    case OUTCOME_READ:
        return true;
    case OUTCOME_MALFORMED:
        *why = sentences->malformed;
        break;
    case OUTCOME_TOO_FINE:
        *why = sentences->too_fine;
        break;
    case OUTCOME_TOO_LARGE:
        *why = sentences->too_large;
        break;
    }
    return false;
}

bool quantity_read_duration(const char *text, size_t size, int64_t *ns, const char **why) {
    static const struct sentences sentences = {
        .malformed = "a duration is one number with a unit: ns, us, ms, s, m or h",
        .too_fine = "a duration is a whole number of nanoseconds",
        .too_large = "a duration is at most 9223372036s (292 years)",
    };
    if (size > 1 && text[0] == '-' && count_digits(text + 1, 1) == 1) {
        *why = "a duration cannot be negative";
        return false;
    }
    uint64_t value = 0;
    enum outcome outcome = read_decimal(text, size, duration_units, INT64_MAX, &value);
    if (!explain(outcome, &sentences, why)) {
        return false;
    }
    *ns = (int64_t)value;
    return true;
}

bool quantity_read_size(const char *text, size_t size, uint64_t *bytes, const char **why) {
    static const struct sentences sentences = {
        .malformed = "a size is a number with a unit: B, KiB, MiB, kB or MB",
        .too_fine = "a size is a whole number of bytes",
        .too_large = "a size is less than 17592186044416MiB",
    };
    return explain(read_decimal(text, size, size_units, UINT64_MAX, bytes), &sentences, why);
}

bool quantity_read_rate(const char *text, size_t size, uint64_t *bits_per_s, const char **why) {
    static const struct sentences sentences = {
        .malformed = "a rate is a number with a unit: bit/s, kbit/s, Mbit/s or Gbit/s",
        .too_fine = "a rate is a whole number of bits per second",
        .too_large = "a rate is at most 18446744073Gbit/s",
    };
    return explain(read_decimal(text, size, rate_units, UINT64_MAX, bits_per_s), &sentences, why);
}

bool quantity_read_share(const char *text, size_t size, uint32_t *ppb, const char **why) {
    static const struct sentences sentences = {
        .malformed = "a share is a number from 0 to 1, such as 0.01, or from 0% to 100%",
        .too_fine = "a share is a whole number of parts per billion: 9 decimals, or 7 before a %",
        .too_large = "a share is a number from 0 to 1, such as 0.01, or from 0% to 100%",
    };
    uint64_t value = 0;
    if (!explain(read_decimal(text, size, share_units, SHARE_ONE, &value), &sentences, why)) {
        return false;
    }
    *ppb = (uint32_t)value;
    return true;
}

/** Writes the value in the first of the units that holds it without a fraction. */
static const char *write_whole(uint64_t value, const char *sign, const struct unit *units,
                               char *out) {
    const struct unit *unit = units;
    while (value % unit->scale != 0) {
        unit++;
        CHECK(unit->name != NULL);
    }
    snprintf(out, QUANTITY_TEXT_SIZE, "%s%" PRIu64 "%s", sign, value / unit->scale, unit->name);
    return out;
}

const char *quantity_write_duration(int64_t ns, char *out) {
    if (ns < 0) {
        // Negated as unsigned, because the least value has no positive twin.
        return write_whole(-(uint64_t)ns, "-", duration_units_written, out);
    }
    return write_whole((uint64_t)ns, "", duration_units_written, out);
}

const char *quantity_write_instant(int64_t ns, char *out) {
    CHECK(ns >= 0);
    int64_t rest = ns % NS_PER_S;
    int digits = rest % NS_PER_MS == 0 ? 3 : rest % NS_PER_US == 0 ? 6 : 9;
    int64_t unit = digits == 3 ? NS_PER_MS : digits == 6 ? NS_PER_US : 1;
    snprintf(out, QUANTITY_TEXT_SIZE, "%" PRId64 ".%0*" PRId64 " s", ns / NS_PER_S, digits,
             rest / unit);
    return out;
}

const char *quantity_write_size(uint64_t bytes, char *out) {
    static const struct unit zero[] = {{"B", 1}, {NULL, 0}};
    return write_whole(bytes, "", bytes == 0 ? zero : size_units, out);
}

const char *quantity_write_rate(uint64_t bits_per_s, char *out) {
    static const struct unit zero[] = {{"bit/s", 1}, {NULL, 0}};
    return write_whole(bits_per_s, "", bits_per_s == 0 ? zero : rate_units, out);
}

const char *quantity_write_share(uint32_t ppb, char *out) {
    CHECK(ppb <= SHARE_ONE);
    uint32_t fraction = ppb % SHARE_PERCENT;
    if (fraction == 0) {
        snprintf(out, QUANTITY_TEXT_SIZE, "%" PRIu32 "%%", ppb / SHARE_PERCENT);
        return out;
    }
    int digits = SHARE_DIGITS_PERCENT;
    while (fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    snprintf(out, QUANTITY_TEXT_SIZE, "%" PRIu32 ".%0*" PRIu32 "%%", ppb / SHARE_PERCENT, digits,
             fraction);
    return out;
}
