// Texts as figures show them: those that are longer than a line.
#include "analysis/figure_text.h"
#include "tests/support/analysis_fixture.h"

#include <math.h>
#include <string.h>

static void given_long_texts_when_broken_then_whole_or_with_a_sign_that_they_are_not(void **state) {
    static const struct {
        const char *name;
        const char *text;
        uint32_t most;
        const char *expected;
    } rows[] = {
        {"one line", "a short one", 2, "t_3 = 'a short one'\n"},
        {"as long as a line", "twelve letts", 1, "t_3 = 'twelve letts'\n"},
        {"at spaces", "router.D=3 router.Dhi=4 loss=1%", 4,
         "t_3 = 'router.D=3'\nt_4 = 'router.Dhi=4'\nt_5 = 'loss=1%'\n"},
        {"no space", "abcdefghijklmnop", 2, "t_3 = 'abcdefghijkl'\nt_4 = 'mnop'\n"},
        {"no room", "router.D=3 router.Dhi=4 loss=1%", 2,
         "t_3 = 'router.D=3'\nt_4 = 'router.Dhi=\342\200\246'\n"},
        {"letters of two bytes", "\303\274\303\274\303\274\303\274\303\274\303\274ghijklmno", 1,
         "t_3 = '\303\274\303\274\303\274\303\274\303\274\303\274ghijk\342\200\246'\n"},
        {"nothing", "", 2, "t_3 = ''\n"},
    };
    struct analysis_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct table_file file;
        table_file_open(&file, f->folder, "facts");
        uint32_t count = figure_define_lines(
            &file, &(struct figure_lines){"t", rows[i].text, 12, rows[i].most, 3});
        assert_true(table_file_close(&file, &f->failure));

        const char *text = analysis_fixture_text(f, "facts");
        if (strcmp(text, rows[i].expected) != 0) {
            fail_msg("%s: %s", rows[i].name, text);
        }
        uint32_t expected = 0;
        for (const char *at = rows[i].expected; *at != '\0'; at++) {
            expected += *at == '\n';
        }
        assert_int_equal(count, expected);
    }
}

static void given_texts_when_measured_then_as_wide_as_the_letters_are(void **state) {
    (void)state;

    // Advances of DejaVu Sans: `{` and digits 0.636, `i` 0.278, `m` 0.974, space 0.318.
    assert_true(fabs(figure_text_width("{0}") - 3 * 0.636) < 0.02);
    assert_true(fabs(figure_text_width("mi m") - (2 * 0.974 + 0.278 + 0.318)) < 0.02);
    assert_true(fabs(figure_text_width("\303\274") - 0.634) < 0.02); // one letter of two bytes
    assert_true(figure_text_width("") == 0);
}

static void given_sizes_when_asked_for_a_unit_then_the_largest_that_leaves_one(void **state) {
    (void)state;
    static const struct {
        double bytes;
        const char *name;
        double scale;
    } rows[] = {
        {0, "B", 1},
        {1023, "B", 1},
        {1024, "KiB", 1024},
        {1048576, "MiB", 1048576},
        {5e9, "GiB", 1073741824},
        {1e15, "GiB", 1073741824},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct figure_unit unit = figure_size_unit(rows[i].bytes);

        assert_string_equal(rows[i].name, unit.name);
        assert_true(rows[i].scale == unit.scale);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_long_texts_when_broken_then_whole_or_with_a_sign_that_they_are_not,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test(given_sizes_when_asked_for_a_unit_then_the_largest_that_leaves_one),
        cmocka_unit_test(given_texts_when_measured_then_as_wide_as_the_letters_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
