#include "cli/hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

void hex_write(const uint8_t *bytes, size_t size, char *text) {
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = '\0';
}

/** The value of a digit, or -1. */
static int value_of(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool hex_is_digit(char c) {
    return value_of(c) >= 0;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool hex_read(const char *text, size_t size, bool spaced, uint8_t *bytes, size_t *end) {
    size_t at = 0;
    size_t count = 0;
    while (at < size) {
        if (spaced && is_space(text[at])) {
            at++;
            continue;
        }
        int high = value_of(text[at]);
        int low = at + 1 < size ? value_of(text[at + 1]) : -1;
        if (high < 0 || low < 0) {
            // The second digit is the wrong one, unless the text ends before it.
            *end = high >= 0 && at + 1 < size && !is_space(text[at + 1]) ? at + 1 : at;
            return false;
        }
        bytes[count++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *end = at;
    return true;
}

size_t hex_count(const char *text, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += !is_space(text[i]);
    }
    return count / 2;
}
