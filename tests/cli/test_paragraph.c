// Where lines of a paragraph break.
#include "cli/paragraph.h"
#include "tests/support/unit.h"

#include <stdlib.h>

/** What a text looks like in lines of `width` columns. */
static void expect_lines(const char *text, int width, int indent, const char *expected) {
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    paragraph_print(text, width, indent, out);
    fclose(out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void given_a_text_when_it_fits_to_the_column_then_it_stays_on_one_line(void **state) {
    (void)state;
    expect_lines("one two", 7, 0, "one two\n");
    expect_lines("one two", 6, 0, "one\ntwo\n");
    expect_lines("", 7, 0, "\n");
}

static void given_signs_of_several_bytes_when_broken_then_characters_count(void **state) {
    (void)state;
    // Seven characters, of which three take two bytes.
    expect_lines("±±± µµµ end", 7, 0, "±±± µµµ\nend\n");
    expect_lines("±±±± µµµ end", 7, 0, "±±±±\nµµµ end\n");
}

static void given_a_unit_of_one_sign_when_broken_then_it_stays_with_its_number(void **state) {
    (void)state;
    expect_lines("least 10 % of", 9, 0, "least\n10 % of\n");
    expect_lines("takes 5 s at", 8, 0, "takes\n5 s at\n");
}

static void given_a_letter_behind_a_word_when_broken_then_it_is_a_word(void **state) {
    (void)state;
    expect_lines("than a b", 4, 0, "than\na b\n");
    expect_lines("10 ms", 4, 0, "10\nms\n");
}

static void given_an_indent_when_broken_then_the_first_line_has_its_room_too(void **state) {
    (void)state;
    // The caller has printed two columns before the first line.
    expect_lines("one two six", 9, 2, "one two\n  six\n");
    expect_lines("one twos six", 9, 2, "one\n  twos\n  six\n");
}

static void given_a_word_wider_than_the_line_when_broken_then_it_stands_alone(void **state) {
    (void)state;
    expect_lines("a longest b", 4, 0, "a\nlongest\nb\n");
    expect_lines("longest b", 4, 0, "longest\nb\n");
}

static void given_several_blanks_when_broken_then_they_are_one(void **state) {
    (void)state;
    expect_lines("  one   two ", 20, 0, "one two\n");
}

static void given_texts_one_by_one_when_added_then_they_are_one_paragraph(void **state) {
    (void)state;
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    struct paragraph paragraph = {.out = out, .width = 8};
    paragraph_add(&paragraph, "one");
    paragraph_add(&paragraph, "");
    paragraph_add(&paragraph, "two three");
    paragraph_end(&paragraph);
    fclose(out);
    assert_string_equal(printed, "one two\nthree\n");
    free(printed);
}

static void given_columns_when_padded_then_characters_are_counted(void **state) {
    (void)state;
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    text_print_padded("µs", 4, out);
    text_print_padded("longer", 4, out);
    fclose(out);
    assert_string_equal(printed, "µs  longer");
    free(printed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_text_when_it_fits_to_the_column_then_it_stays_on_one_line),
        cmocka_unit_test(given_signs_of_several_bytes_when_broken_then_characters_count),
        cmocka_unit_test(given_a_unit_of_one_sign_when_broken_then_it_stays_with_its_number),
        cmocka_unit_test(given_a_letter_behind_a_word_when_broken_then_it_is_a_word),
        cmocka_unit_test(given_an_indent_when_broken_then_the_first_line_has_its_room_too),
        cmocka_unit_test(given_a_word_wider_than_the_line_when_broken_then_it_stands_alone),
        cmocka_unit_test(given_several_blanks_when_broken_then_they_are_one),
        cmocka_unit_test(given_texts_one_by_one_when_added_then_they_are_one_paragraph),
        cmocka_unit_test(given_columns_when_padded_then_characters_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
