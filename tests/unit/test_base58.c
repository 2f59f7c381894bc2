#include "tests/support/unit.h"

#include "base/prng.h"
#include "router/base58.h"
#include "router/message_id_text.h"
#include "tests/support/document_fixture.h"

#include <string.h>

static void given_known_bytes_when_written_then_the_text_is_that_of_everybody(void **state) {
    static const struct {
        const char *hex;
        const char *text;
    } rows[] = {
        {"", ""},
        {"61", "2g"},
        {"626262", "a3gV"},
        {"636363", "aPEr"},
        {"39", "z"},
        {"3a", "21"},
        {"00", "1"},
        {"0000", "11"},
        {"00000000000000000000", "1111111111"},
        {"0000287fb4cd", "11233QC4"},
        {"516b6fcd0f", "ABnLTmg"},
        {"10c8511e", "Rt5zm"},
        {"ffffffffffffff", "Ahg1opVcGW"},
        {"00000000000000ff", "11111115Q"},
        {"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"},
        {"54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f67"
         "2e",
         "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
        {"12200feeeb06439e0f269c1a64a60361983de7b68c5f17a2b581fc3f917371cca3cb",
         "QmPQr8DwENitHYJx1tb7NkMkokGhWxJruJC6G5h7wMReQa"},
    };
    struct document_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[128];
        struct byte_span bytes = document_bytes_of_hex(f, rows[i].hex);
        size_t size = base58_write(bytes.bytes, bytes.size, text);
        if (size != strlen(rows[i].text) || memcmp(text, rows[i].text, size) != 0) {
            fail_msg("%s: got %.*s", rows[i].hex, (int)size, text);
        }
    }
}

/** The number that a text stands for, big-endian, in `size` bytes; false if it does not fit. */
static bool read_base58(const char *text, size_t text_size, uint8_t *bytes, size_t size) {
    static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    memset(bytes, 0, size);
    for (size_t i = 0; i < text_size; i++) {
        const char *digit = strchr(digits, text[i]);
        uint32_t carry = (uint32_t)(digit - digits);
        for (size_t at = size; at > 0; at--) {
            carry += bytes[at - 1] * 58u;
            bytes[at - 1] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry > 0) {
            return false;
        }
    }
    return true;
}

static void given_random_bytes_when_written_then_they_fit_and_read_back(void **state) {
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);
    (void)state;

    for (uint32_t round = 0; round < 2000; round++) {
        uint8_t bytes[96];
        uint8_t again[96];
        char text[256];
        size_t size = prng_below(&prng, sizeof bytes);
        size_t zeros = prng_below(&prng, 4);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = i < zeros ? 0 : (uint8_t)prng_next(&prng);
        }
        if (size > 0 && round % 3 == 0) {
            memset(bytes, 0xff, size);
        }

        memset(text, '#', sizeof text);
        size_t text_size = base58_write(bytes, size, text);

        assert_true(text_size <= base58_room(size));
        for (size_t i = base58_room(size); i < sizeof text; i++) {
            assert_int_equal(text[i], '#');
        }
        assert_true(read_base58(text, text_size, again, size));
        assert_memory_equal(again, bytes, size);
    }
}

static void given_from_and_seqno_when_identified_then_hex_and_base58(void **state) {
    struct document_fixture *f = *state;
    struct byte_span from = document_bytes_of_hex(
        f, "002408011220fde9920c6ebfb9d1cf4e342503df0857034be4b8be723d6a7dd057f351089836");
    struct byte_span seqno = document_bytes_of_hex(f, "00ab3132333435ff");
    const char *expected = "00ab3132333435ff12D3KooWSuXtR4fPGLZX3VdCs6hfjRoHmqbVA3VQVjT1W7zKud6d";

    struct byte_span id = message_id_text(from, seqno, &f->scratch);
    struct byte_span nothing =
        message_id_text((struct byte_span){0}, (struct byte_span){0}, &f->scratch);

    assert_int_equal(id.size, strlen(expected));
    assert_memory_equal(id.bytes, expected, id.size);
    assert_int_equal(nothing.size, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_known_bytes_when_written_then_the_text_is_that_of_everybody,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test(given_random_bytes_when_written_then_they_fit_and_read_back),
        cmocka_unit_test_setup_teardown(given_from_and_seqno_when_identified_then_hex_and_base58,
                                        document_fixture_begin, document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
