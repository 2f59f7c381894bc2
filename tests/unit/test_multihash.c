#include "tests/support/unit.h"

#include "router/multihash.h"
#include "tests/support/document_fixture.h"

#include <stdlib.h>
#include <string.h>

static void given_bytes_when_checked_then_only_a_well_formed_multihash_is_valid(void **state) {
    static const struct {
        const char *name;
        const char *hex; // the beginning
        size_t size;     // of all, the rest being zeros
        bool valid;
    } rows[] = {
        {"nothing", "", 0, false},
        {"one byte", "00", 1, false},
        {"identity of nothing", "0000", 2, true},
        {"identity", "0003616263", 5, true},
        {"identity cut short", "00036162", 4, false},
        {"identity and more", "000361626364", 6, true},
        {"long identity", "00ac02", 303, true},
        {"long identity cut short", "00ac02", 302, false},
        {"sha2-256", "1220", 34, true},
        {"sha2-256 and more", "1220", 35, true},
        {"sha2-256 cut short", "1220", 33, false},
        {"sha2-256 of another size", "121f", 34, false},
        {"sha1", "1114", 22, true},
        {"sha1 of another size", "1120", 34, false},
        {"sha2-512", "1340", 66, true},
        {"sha3-512", "1440", 66, true},
        {"sha3-384", "1530", 50, true},
        {"sha3-256", "1620", 34, true},
        {"sha3-224", "171c", 30, true},
        {"shake-128", "1820", 34, true},
        {"shake-256", "1940", 66, true},
        {"keccak-224", "1a1c", 30, true},
        {"keccak-256", "1b20", 34, true},
        {"keccak-384", "1c30", 50, true},
        {"keccak-512", "1d40", 66, true},
        {"keccak-512 of another size", "1d41", 67, false},
        {"dbl-sha2-256", "5620", 34, true},
        {"blake2b-8", "81e40201", 5, true},
        {"blake2b-512", "c0e40240", 68, true},
        {"blake2s-8", "c1e40201", 5, true},
        {"blake2s-256", "e0e40220", 36, true},
        {"blake2s-256 of another size", "e0e40221", 37, false},
        {"no function before sha1", "1000", 2, false},
        {"no function behind keccak-512", "1e00", 2, false},
        {"no function behind blake2s-256", "e1e40221", 37, false},
        {"padded code", "800000", 3, false},
        {"padded size", "008000", 3, false},
        {"code without end", "80", 1, false},
        {"size without end", "0080", 2, false},
        {"size of 2^31", "008080808008", 6, false},
        {"size of 64 bits", "00ffffffffffffffffff01", 11, false},
        {"public key's first bytes", "70656572", 4, false},
    };
    struct document_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t bytes[320] = {0};
        struct byte_span beginning = document_bytes_of_hex(f, rows[i].hex);
        memcpy(bytes, beginning.bytes, beginning.size);
        uint8_t *copy = document_copy_bytes((struct byte_span){bytes, rows[i].size});
        bool valid = multihash_is_valid(copy, rows[i].size);
        free(copy);
        if (valid != rows[i].valid) {
            fail_msg("%s: %s", rows[i].name, valid ? "valid" : "refused");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_bytes_when_checked_then_only_a_well_formed_multihash_is_valid,
            document_fixture_begin, document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
