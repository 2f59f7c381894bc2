#include "tests/support/unit.h"

#include "scenarios/excerpt.h"
#include "scenarios/utf8.h"

#include <string.h>

static void given_texts_when_shown_then_nothing_in_them_can_disturb(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        size_t size;
        const char *wanted;
    } rows[] = {
        {"empty", "", 0, "``"},
        {"plain", "abc", 3, "`abc`"},
        {"umlaut", "\xC3\xBC", 2, "`\xC3\xBC`"},
        {"line break", "a\nb", 3, "`a\\x0Ab`"},
        {"escape sequence", "\x1B[1m", 4, "`\\x1B[1m`"},
        {"NUL", "a\0b", 3, "`a\\x00b`"},
        {"no UTF-8", "\xFFz", 2, "`\\xFFz`"},
        {"cut short", "\xE2\x80", 2, "`\\xE2\\x80`"},
        {"overlong", "\xC0\x80", 2, "`\\xC0\\x80`"},
        {"surrogate", "\xED\xA0\x80", 3, "`\\xED\\xA0\\x80`"},
        {"right to left", "\xE2\x80\xAE", 3, "`\\xE2\\x80\\xAE`"},
        {"beyond Unicode", "\xF4\x90\x80\x80", 4, "`\\xF4\\x90\\x80\\x80`"},
        {"long", "0123456789012345678901234567890123456789012345678901234567890123456789", 70,
         "`0123456789012345678901234567890123456789012345678901234567\xE2\x80\xA6`"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char shown[EXCERPT_SIZE];
        excerpt_write(rows[i].text, rows[i].size, shown);

        if (strcmp(shown, rows[i].wanted) != 0) {
            fail_msg("%s: %s", rows[i].name, shown);
        }
    }
}

static void given_texts_of_any_length_when_shown_then_they_end_within_their_room(void **state) {
    (void)state;
    char text[2 * EXCERPT_SIZE];

    for (uint32_t byte = 0; byte < 256; byte++) {
        memset(text, (int)byte, sizeof text);
        for (size_t size = 0; size < sizeof text; size++) {
            char shown[EXCERPT_SIZE + 1];
            shown[EXCERPT_SIZE] = '#';
            excerpt_write(text, size, shown);

            assert_true(strlen(shown) < EXCERPT_SIZE);
            assert_int_equal(shown[EXCERPT_SIZE], '#');
        }
    }
}

static void given_characters_when_read_then_their_numbers_are_known(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t bytes;
        uint32_t code;
        bool printable;
    } rows[] = {
        {"A", 1, 0x41, true},
        {"\x7F", 1, 0x7F, false},
        {"\xC2\x80", 2, 0x80, false},
        {"\xC3\xBF", 2, 0xFF, true},
        {"\xE2\x82\xAC", 3, 0x20AC, true},
        {"\xEF\xBB\xBF", 3, 0xFEFF, false},
        {"\xF0\x9F\x98\x80", 4, 0x1F600, true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t code = 0;
        size_t bytes = utf8_read(rows[i].text, strlen(rows[i].text), &code);

        assert_int_equal(bytes, rows[i].bytes);
        assert_int_equal(code, rows[i].code);
        assert_int_equal(utf8_is_printable(code), rows[i].printable);
        assert_int_equal(utf8_all_printable(rows[i].text, bytes), rows[i].printable);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_texts_when_shown_then_nothing_in_them_can_disturb),
        cmocka_unit_test(given_texts_of_any_length_when_shown_then_they_end_within_their_room),
        cmocka_unit_test(given_characters_when_read_then_their_numbers_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
