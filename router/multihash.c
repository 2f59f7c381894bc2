#include "router/multihash.h"

#include "router/rpc.h"
#include "router/wire_varint.h"

enum { ANY_SIZE = 0 };

/** Functions in a row, of digests that each have `step` bytes more than the one before. */
struct functions {
    uint64_t first_code;
    uint64_t last_code;
    uint64_t first_size;
    uint64_t step;
};

static const struct functions known[] = {
    {0x00, 0x00, ANY_SIZE, 0}, // identity
    {0x11, 0x11, 20, 0},       // sha1
    {0x12, 0x13, 32, 32},      // sha2-256, sha2-512
    {0x14, 0x14, 64, 0},       // sha3-512
    {0x15, 0x15, 48, 0},       // sha3-384
    {0x16, 0x16, 32, 0},       // sha3-256
    {0x17, 0x17, 28, 0},       // sha3-224
    {0x18, 0x19, 32, 32},      // shake-128, shake-256
    {0x1a, 0x1b, 28, 4},       // keccak-224, keccak-256
    {0x1c, 0x1d, 48, 16},      // keccak-384, keccak-512
    {0x56, 0x56, 32, 0},       // dbl-sha2-256
    {0xb201, 0xb240, 1, 1},    // blake2b-8 to blake2b-512
    {0xb241, 0xb260, 1, 1},    // blake2s-8 to blake2s-256
};

/** Reads a varint that must be minimal; moves `at` behind it. */
static bool read_varint(const uint8_t *bytes, size_t size, size_t *at, uint64_t *value) {
    size_t count = wire_varint_read(bytes + *at, size - *at, value);
    *at += count;
    return count > 0 && count == varint_bytes(*value);
}

static bool fits_function(uint64_t code, uint64_t digest_bytes) {
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct functions *row = &known[i];
        if (code >= row->first_code && code <= row->last_code) {
            uint64_t wanted = row->first_size + (code - row->first_code) * row->step;
            return wanted == ANY_SIZE || wanted == digest_bytes;
        }
    }
    return false;
}

bool multihash_is_valid(const uint8_t *bytes, size_t size) {
    size_t at = 0;
    uint64_t code = 0;
    uint64_t digest_bytes = 0;
    if (!read_varint(bytes, size, &at, &code) || !read_varint(bytes, size, &at, &digest_bytes)) {
        return false;
    }
    return fits_function(code, digest_bytes) && digest_bytes <= size - at;
}
