// What a report writes with: text is never markup, and numbers come back as they were.
#include "cli/report/page.h"
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

/** What a function writes, to be freed. */
struct written {
    char *text;
    size_t size;
    FILE *out;
};

static FILE *begin(struct written *written) {
    written->out = open_memstream(&written->text, &written->size);
    assert_non_null(written->out);
    return written->out;
}

static void expect(struct written *written, const char *name, const char *expected) {
    fclose(written->out);
    if (strcmp(written->text, expected) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", name, written->text, expected);
    }
    free(written->text);
}

static void given_any_text_when_written_then_nothing_in_it_is_markup(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"blocks", "blocks"},
        {"</script><img src=x onerror=alert(1)>",
         "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"},
        {"a & b", "a &amp; b"},
        {"&lt;", "&amp;lt;"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"zwei\nZeilen\tbreit", "zwei\nZeilen\tbreit"},
        {"bell \a, escape \x1b, delete \x7f",
         "bell \xEF\xBF\xBD, escape \xEF\xBF\xBD, delete \xEF\xBF\xBD"},
        {"µs ≥ 5", "µs ≥ 5"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct written written;

        page_text(begin(&written), rows[i].text);

        expect(&written, rows[i].text, rows[i].expected);
    }
}

static void given_any_text_when_written_as_json_then_it_cannot_end_its_element(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"blocks", "\"blocks\""},
        {"</script>", "\"\\u003c/script\\u003e\""},
        {"<!--", "\"\\u003c!--\""},
        {"a\"b\\c", "\"a\\u0022b\\u005cc\""},
        {"line\nend", "\"line\\u000aend\""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct written written;

        page_json(begin(&written), rows[i].text);

        expect(&written, rows[i].text, rows[i].expected);
    }
}

static void given_a_command_when_written_then_it_is_text_in_a_box(void **state) {
    (void)state;
    struct written written;

    page_command(begin(&written), "gossim run a.yaml --set 'x=<b>'");

    expect(&written, "command",
           "<div class=\"command\"><pre class=\"short\">gossim run a.yaml --set "
           "&#39;x=&lt;b&gt;&#39;</pre>\n<button type=\"button\" "
           "class=\"copy\">Copy</button></div>\n");
}

static void given_bytes_when_written_in_base64_then_as_rfc_4648_has_it(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct written written;

        page_base64(begin(&written), rows[i].text, strlen(rows[i].text));

        expect(&written, rows[i].text, rows[i].expected);
    }
}

static void given_columns_when_added_then_each_begins_at_a_multiple_of_eight(void **state) {
    (void)state;
    static const uint8_t expected[] = {
        't', 'i', 'm', 'e', 0,    0,    0,    0,    2, 0, 0, 0, 3, 0, 0, 0, // name, size, count
        1,   0,   2,   1,   0xff, 0xff, 0,    0,                            // 1, 258, 65535
        'x', 0,   0,   0,   0,    0,    0,    0,    8, 0, 0, 0, 1, 0, 0, 0, //
        0,   0,   0,   0,   0,    0,    0xf8, 0x3f,                         // 1.5
    };
    struct page_columns columns = {.bytes = NULL};

    page_columns_begin(&columns, "time", 2, 3);
    page_columns_add(&columns, 2, 1);
    page_columns_add(&columns, 2, 258);
    page_columns_add(&columns, 2, 65535);
    page_columns_end(&columns);
    page_columns_begin(&columns, "x", 8, 1);
    page_columns_add_double(&columns, 1.5);
    page_columns_end(&columns);

    assert_int_equal(columns.size, sizeof expected);
    assert_memory_equal(columns.bytes, expected, sizeof expected);
    page_columns_drop(&columns);
}

static void given_columns_when_written_then_they_cost_no_more_than_was_said(void **state) {
    (void)state;
    for (uint32_t count = 0; count < 40; count++) {
        struct page_columns columns = {.bytes = NULL};
        struct written written;
        FILE *out = begin(&written);
        page_columns_begin(&columns, "node", 1, count);
        for (uint32_t i = 0; i < count; i++) {
            page_columns_add(&columns, 1, i);
        }
        page_columns_end(&columns);
        size_t cost = page_columns_cost(&columns);

        page_columns_write(&columns, out, "view-m4294967295");

        fclose(out);
        assert_true(written.size <= cost);
        free(written.text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_text_when_written_then_nothing_in_it_is_markup),
        cmocka_unit_test(given_any_text_when_written_as_json_then_it_cannot_end_its_element),
        cmocka_unit_test(given_a_command_when_written_then_it_is_text_in_a_box),
        cmocka_unit_test(given_bytes_when_written_in_base64_then_as_rfc_4648_has_it),
        cmocka_unit_test(given_columns_when_added_then_each_begins_at_a_multiple_of_eight),
        cmocka_unit_test(given_columns_when_written_then_they_cost_no_more_than_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
