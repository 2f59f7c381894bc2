#include "scenarios/nearest.h"

#include <string.h>

static char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/** True if the one is the beginning of the other. */
static bool breaks_off(const char *a, size_t a_size, const char *b, size_t b_size) {
    if (a_size < NEAREST_PREFIX_MIN || a_size >= b_size) {
        return false;
    }
    for (size_t i = 0; i < a_size; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

/** True if the one is the other without some letters, at most half, but with its first and last. */
static bool abbreviates(const char *a, size_t a_size, const char *b, size_t b_size) {
    if (a_size < NEAREST_PREFIX_MIN || a_size >= b_size || b_size > 2 * a_size ||
        lower(a[0]) != lower(b[0]) || lower(a[a_size - 1]) != lower(b[b_size - 1])) {
        return false;
    }
    size_t met = 0;
    for (size_t i = 0; i < b_size && met < a_size; i++) {
        met += lower(a[met]) == lower(b[i]) ? 1 : 0;
    }
    return met == a_size;
}

uint32_t nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    if (a_size > NEAREST_SIZE_MAX || b_size > NEAREST_SIZE_MAX) {
        return NEAREST_FAR;
    }
    if (breaks_off(a, a_size, b, b_size) || abbreviates(a, a_size, b, b_size)) {
        return 1;
    }
    // Three rows of the table whose cell (i, j) is the distance of the first i letters of a and the
    // first j of b.
    uint32_t before[NEAREST_SIZE_MAX + 1] = {0};
    uint32_t above[NEAREST_SIZE_MAX + 1] = {0};
    uint32_t row[NEAREST_SIZE_MAX + 1] = {0};
    for (uint32_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (uint32_t i = 1; i <= a_size; i++) {
        memcpy(before, above, sizeof before);
        memcpy(above, row, sizeof above);
        row[0] = i;
        for (uint32_t j = 1; j <= b_size; j++) {
            uint32_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b_size];
}

bool nearest_is_near(uint32_t distance, size_t size) {
    uint32_t allowed = (uint32_t)((size + 1) / 3);
    return size > 0 && distance <= (allowed > 1 ? allowed : 1);
}
