#include "tests/support/unit.h"

#include "scenarios/yaml_text.h"

#include <string.h>

enum { TEXT_SIZE = 8192 };

/** Repeats a piece `count` times; returns the size. */
static size_t repeat(char *text, const char *piece, size_t count) {
    size_t size = strlen(piece);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, piece, size);
    }
    return size * count;
}

static void given_levels_when_counted_then_the_first_too_many_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *piece;
        uint32_t line;
        uint32_t column;
    } rows[] = {
        {"[", 1, 65},         {"{", 1, 65},
        {"[{", 1, 65},        {"[\n", 65, 1},
        {"[a, ", 1, 257},     {"{a: ", 1, 257},
        {"{\"]\": ", 1, 385}, {"[ # ]\n", 65, 1},
        {"- ", 1, 129},       {"? ", 1, 129},
        {"- [", 1, 192},      {"[ '}', ", 1, 449},
        {"[ &a ", 1, 321},    {"{\xC3\xBC: ", 1, 257},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TEXT_SIZE];
        struct failure failure = {0};
        size_t size = repeat(text, rows[i].piece, 200);

        bool shallow = yaml_check_nesting(text, size, &failure);

        if (shallow || failure.line != rows[i].line || failure.column != rows[i].column) {
            fail_msg("%s: %u:%u", rows[i].piece, failure.line, failure.column);
        }
    }
}

static void given_as_many_levels_as_allowed_when_counted_then_they_pass(void **state) {
    (void)state;
    static const char *const pieces[] = {"[", "{", "[\n", "{a: ", "- ", "? ", "[ # ]\n"};

    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        char text[TEXT_SIZE];
        struct failure failure = {0};
        size_t size = repeat(text, pieces[i], YAML_DEPTH_MAX);

        assert_true(yaml_check_nesting(text, size, &failure));
    }
}

static void given_brackets_that_open_nothing_when_counted_then_they_pass(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *before;
        const char *after;
    } rows[] = {
        {"comment", "# ", "\n"},
        {"comment behind a value", "a: 5 # ", "\n"},
        {"double quotes", "a: \"b: ", "\"\n"},
        {"double quotes over lines", "a: \"b: \n  c: ", "\n  \"\n"},
        {"escaped quote", "a: \"\\\": ", "\"\n"},
        {"single quotes", "a: 'b: ", "'\n"},
        {"two single quotes", "a: 'b'': ", "'\n"},
        {"quotes in brackets", "a: ['", "', \"[\"]\n"},
        {"quoted key", "\"", "\": 1\n"},
        {"plain text", "a: b ", "\n"},
        {"plain text over lines", "a: b\n  ", "\n"},
        {"plain text over lines in a list", "- b\n\n  ", "\n- [c]\n"},
        {"text with an apostrophe", "a: it's ", "\n"},
        {"literal block", "a: |\n  ", "\n"},
        {"folded block with hints", "- a: >2-  # hint\n      ", "\n\n      [\n  b: 1\n"},
        {"block in a list", "-\n  - |\n\n   ", "\n"},
        {"anchor", "a: &x", " 1\n"},
        {"block behind a deeper level", "a:\n    b: 1\nc: |\n  ", "\n"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TEXT_SIZE];
        struct failure failure = {0};
        size_t size = strlen(rows[i].before);
        memcpy(text, rows[i].before, size);
        size += repeat(text + size, "[", 200);
        memcpy(text + size, rows[i].after, strlen(rows[i].after));
        size += strlen(rows[i].after);

        if (!yaml_check_nesting(text, size, &failure)) {
            fail_msg("%s: %u:%u", rows[i].name, failure.line, failure.column);
        }
    }
}

static void given_levels_that_end_when_counted_then_they_do_not_add_up(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "[[[]]]\n",          "- a: {b: [c]}\n",    "a:\n  b:\n    c: 1\n", "- - - x\n",
        "---\na:\n  b: 1\n", "a: |\n   [\nb: 1\n", "\"k\": [\"]\"]\n",
    };

    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        char text[TEXT_SIZE];
        struct failure failure = {0};
        size_t size = repeat(text, pieces[i], 200);

        if (!yaml_check_nesting(text, size, &failure)) {
            fail_msg("%s: %u:%u", pieces[i], failure.line, failure.column);
        }
    }
}

static void given_a_hidden_bracket_behind_a_block_when_counted_then_it_counts(void **state) {
    (void)state;
    static const char *const before[] = {
        "a: |\n  text\nb: ", "a: |\n  text\nb:\n  - ", "a: 'x'\nb: ",
        "a: it's\nb: ",      "- >\n  x\n- ",           "a: b\n#\nc: ",
    };

    for (size_t i = 0; i < COUNT_OF(before); i++) {
        char text[TEXT_SIZE];
        struct failure failure = {0};
        size_t size = strlen(before[i]);
        memcpy(text, before[i], size);
        size += repeat(text + size, "[", 200);

        assert_false(yaml_check_nesting(text, size, &failure));
    }
}

static void given_offsets_when_placed_then_lines_and_characters_count(void **state) {
    (void)state;
    static const char text[] = "a\xC3\xBC"
                               "b\r\nc\rd\n\xE2\x82\xAC!";
    static const struct {
        size_t offset;
        uint32_t line;
        uint32_t column;
    } rows[] = {{0, 1, 1}, {1, 1, 2}, {3, 1, 3}, {6, 2, 1}, {8, 3, 1}, {10, 4, 1}, {13, 4, 2}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t line = 0;
        uint32_t column = 0;
        yaml_place(text, rows[i].offset, &line, &column);

        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
}

static void given_bytes_that_are_no_text_when_checked_then_they_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        uint32_t column; // 0: nothing is wrong
    } rows[] = {
        {"", 0, 0},     {"a\tb\r\n", 5, 0},     {"\xC3\xBC", 2, 0},
        {"a\0", 2, 2},  {"\xC3\xBC\x80", 3, 2}, {"ab\x1B[0m", 6, 3},
        {"\x7F", 1, 1}, {"\xF0\x9F\x98", 3, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct failure failure = {0};
        bool text = yaml_check_bytes(rows[i].text, rows[i].size, &failure);

        assert_int_equal(text, rows[i].column == 0);
        assert_int_equal(failure.column, rows[i].column);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_levels_when_counted_then_the_first_too_many_is_refused),
        cmocka_unit_test(given_as_many_levels_as_allowed_when_counted_then_they_pass),
        cmocka_unit_test(given_brackets_that_open_nothing_when_counted_then_they_pass),
        cmocka_unit_test(given_levels_that_end_when_counted_then_they_do_not_add_up),
        cmocka_unit_test(given_a_hidden_bracket_behind_a_block_when_counted_then_it_counts),
        cmocka_unit_test(given_offsets_when_placed_then_lines_and_characters_count),
        cmocka_unit_test(given_bytes_that_are_no_text_when_checked_then_they_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
