#include "router/base58.h"

#include <string.h>

// 57 * 2^56 and what is carried fit into 64 bits.
enum { STEP_BYTES = 7 };

static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Multiplies the number in `values`, one base-58 digit each, the lowest first, and adds to it. */
static size_t multiply_and_add(char *values, size_t count, uint64_t factor, uint64_t addend) {
    uint64_t carry = addend;
    for (size_t i = 0; i < count; i++) {
        carry += (unsigned char)values[i] * factor;
        values[i] = (char)(carry % 58);
        carry /= 58;
    }
    while (carry > 0) {
        values[count++] = (char)(carry % 58);
        carry /= 58;
    }
    return count;
}

size_t base58_write(const uint8_t *bytes, size_t size, char *text) {
    size_t zeros = 0;
    while (zeros < size && bytes[zeros] == 0) {
        zeros++;
    }
    // The digits grow behind the leading ones, the lowest first.
    char *values = text + zeros;
    size_t count = 0;
    size_t at = zeros;
    while (at < size) {
        uint64_t addend = 0;
        uint64_t factor = 1;
        for (uint32_t taken = 0; taken < STEP_BYTES && at < size; taken++) {
            addend = addend << 8 | bytes[at++];
            factor <<= 8;
        }
        count = multiply_and_add(values, count, factor, addend);
    }
    memset(text, digits[0], zeros);
    for (size_t low = 0, high = count; low < high; low++) {
        high--;
        char lower = values[low];
        values[low] = digits[(unsigned char)values[high]];
        values[high] = digits[(unsigned char)lower];
    }
    return zeros + count;
}
