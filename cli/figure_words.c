#include "cli/figure_words.h"

#include "base/quantity.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

const char *grouped(uint64_t number, char *out) {
    char digits[NUMBER_TEXT_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    int written = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[written++] = ',';
        }
        out[written++] = digits[i];
    }
    out[written] = '\0';
    return out;
}

const char *bytes_text(double bytes, char *out) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, NUMBER_TEXT_SIZE, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return out;
}

const char *duration_text(int64_t ns, char *out) {
    if (ns < NS_PER_MS) {
        snprintf(out, NUMBER_TEXT_SIZE, "%.1f µs", (double)ns / (double)NS_PER_US);
    } else if (ns < NS_PER_S) {
        snprintf(out, NUMBER_TEXT_SIZE, "%.1f ms", (double)ns / (double)NS_PER_MS);
    } else {
        snprintf(out, NUMBER_TEXT_SIZE, "%.3f s", (double)ns / (double)NS_PER_S);
    }
    return out;
}

const char *value_text(enum metric metric, double value, char *out) {
    switch (metric_unit_of(metric)) {
    case METRIC_DURATION:
        return duration_text((int64_t)value, out);
    case METRIC_BYTES:
    case METRIC_COUNT_UNIT:
    case METRIC_MEAN:
    case METRIC_RATIO:
        break;
    }
    snprintf(out, NUMBER_TEXT_SIZE, "%.10g", value);
    return out;
}
