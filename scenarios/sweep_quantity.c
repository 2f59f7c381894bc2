#include "scenarios/sweep_quantity.h"

#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PLACES_MAX = 9 };
static const int64_t billion = 1000000000;

/** Digits, and digits behind a point, in parts of 10^`places`; false for anything else. */
static bool read_decimal(const char *text, size_t size, uint32_t places, int64_t *value) {
    bool point = false;
    uint32_t behind = 0;
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && !point && i > 0 && i + 1 < size) {
            point = true;
            continue;
        }
        bool digit = text[i] >= '0' && text[i] <= '9' && (!point || behind < places);
        if (!digit || __builtin_mul_overflow(*value, INT64_C(10), value) ||
            __builtin_add_overflow(*value, (int64_t)(text[i] - '0'), value)) {
            return false;
        }
        behind += point ? 1 : 0;
    }
    for (; behind < places; behind++) {
        if (__builtin_mul_overflow(*value, INT64_C(10), value)) {
            return false;
        }
    }
    return size > 0;
}

/** A quantity without a sign. */
static struct sweep_quantity read_unsigned(const char *text, size_t size) {
    struct sweep_quantity quantity = {.kind = SWEEP_NUMBER};
    const char *why = NULL;
    uint64_t amount = 0;
    quantity.percent = size > 0 && text[size - 1] == '%';
    uint32_t places = quantity.percent ? PLACES_MAX - 2 : PLACES_MAX;
    if (read_decimal(text, size - (quantity.percent ? 1 : 0), places, &quantity.value)) {
        return quantity;
    }
    quantity = (struct sweep_quantity){.kind = SWEEP_DURATION};
    if (quantity_read_duration(text, size, &quantity.value, &why)) {
        return quantity;
    }
    bool is_size = quantity_read_size(text, size, &amount, &why);
    if ((is_size || quantity_read_rate(text, size, &amount, &why)) && amount <= INT64_MAX) {
        return (struct sweep_quantity){.kind = is_size ? SWEEP_SIZE : SWEEP_RATE,
                                       .value = (int64_t)amount};
    }
    return (struct sweep_quantity){.kind = SWEEP_WORD};
}

struct sweep_quantity sweep_quantity_read(const char *text, size_t size) {
    bool negative = size > 0 && text[0] == '-';
    struct sweep_quantity quantity = read_unsigned(text + negative, size - negative);
    quantity.value = negative ? -quantity.value : quantity.value;
    return quantity;
}

/** A number of parts of 10^`places`, without noughts at its end. */
static void write_decimal(int64_t value, int64_t parts, int places, char *out) {
    enum { ROOM = QUANTITY_TEXT_SIZE };
    int size = snprintf(out, ROOM, "%" PRId64, value / parts);
    if (value % parts != 0) {
        size += snprintf(out + size, (size_t)(ROOM - size), ".%0*" PRId64, places, value % parts);
        while (out[size - 1] == '0') {
            out[--size] = '\0';
        }
    }
}

const char *sweep_quantity_write(struct sweep_quantity quantity, char *out) {
    bool negative = quantity.value < 0;
    int64_t value = negative ? -quantity.value : quantity.value;
    char text[QUANTITY_TEXT_SIZE];
    switch (quantity.kind) {
    case SWEEP_NUMBER:
        write_decimal(value, quantity.percent ? billion / 100 : billion,
                      quantity.percent ? PLACES_MAX - 2 : PLACES_MAX, text);
        break;
    case SWEEP_DURATION:
        quantity_write_duration(value, text);
        break;
    case SWEEP_SIZE:
        quantity_write_size((uint64_t)value, text);
        break;
    case SWEEP_RATE:
        quantity_write_rate((uint64_t)value, text);
        break;
    case SWEEP_WORD:
        CHECK(false);
    }
    snprintf(out, SWEEP_QUANTITY_TEXT_SIZE, "%s%s%s", negative ? "-" : "", text,
             quantity.percent ? "%" : "");
    return out;
}
