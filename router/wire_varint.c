#include "router/wire_varint.h"

size_t wire_varint_read(const uint8_t *bytes, size_t size, uint64_t *value) {
    uint64_t sum = 0;
    size_t limit = size < WIRE_VARINT_BYTES_MAX ? size : WIRE_VARINT_BYTES_MAX;
    for (size_t i = 0; i < limit; i++) {
        sum |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
        if ((bytes[i] & 0x80) == 0) {
            *value = sum;
            return i + 1;
        }
    }
    return 0;
}

uint32_t wire_varint_write(uint64_t value, uint8_t *out) {
    uint32_t count = 0;
    for (; value >= 0x80; value >>= 7) {
        out[count++] = (uint8_t)(value | 0x80);
    }
    out[count++] = (uint8_t)value;
    return count;
}
