#include "tests/support/unit.h"

#include "base/failure.h"

#include <stdlib.h>
#include <string.h>

/** What failure_list_print() writes; the caller frees it. */
static char *print_list(const struct failure_list *list) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    failure_list_print(list, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
given_failures_with_and_without_place_when_printed_then_what_is_known_stands(void **state) {
    (void)state;
    static struct failure_list list;
    list.count = 0;
    failure_list_add(&list, "a.yaml", 3, 7, "'%s' is not a key", "dealy");
    failure_list_add(&list, "a.yaml", 3, 0, "line only");
    failure_list_add(&list, "a.yaml", 0, 0, "file only");
    failure_list_add(&list, NULL, 0, 0, "nothing");

    char *text = print_list(&list);

    assert_string_equal(text, "a.yaml:3:7: 'dealy' is not a key\n"
                              "a.yaml:3: line only\n"
                              "a.yaml: file only\n"
                              "nothing\n");
    free(text);
}

static void given_more_failures_than_a_list_holds_when_printed_then_rest_is_counted(void **state) {
    (void)state;
    static const struct {
        uint32_t added;
        const char *last;
    } rows[] = {
        {FAILURE_LIST_CAPACITY, "wrong 49\n"},
        {FAILURE_LIST_CAPACITY + 1, "and 1 more error\n"},
        {FAILURE_LIST_CAPACITY + 2, "and 2 more errors\n"},
    };

    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        static struct failure_list list;
        list.count = 0;
        list.omitted = 0;
        for (uint32_t i = 0; i < rows[row].added; i++) {
            failure_list_add(&list, NULL, 0, 0, "wrong %u", i);
        }

        char *text = print_list(&list);
        const char *end = text + strlen(text) - strlen(rows[row].last);

        assert_string_equal(end, rows[row].last);
        free(text);
    }
}

static void given_quoted_control_characters_when_filled_then_message_is_one_line(void **state) {
    (void)state;
    struct failure failure;

    bool result = failure_bad_input(&failure, "'%s' is not a name", "a\nb\x1b[31m\tc\x7f é");

    assert_false(result);
    assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
    assert_string_equal(failure.message, "'a?b?[31m?c? é' is not a name");
}

static void given_long_message_when_filled_then_cut_between_characters(void **state) {
    (void)state;
    static char quoted[2 * FAILURE_MESSAGE_SIZE + 1];
    struct failure failure;

    // A two-byte character over and over; a shift of one byte puts one of them across the end.
    for (uint32_t shift = 0; shift < 2; shift++) {
        memset(quoted, 'x', sizeof quoted);
        for (uint32_t i = shift; i + 2 < sizeof quoted; i += 2) {
            memcpy(quoted + i, "é", 2);
        }
        quoted[sizeof quoted - 1] = '\0';
        bool result = failure_running(&failure, "%s", quoted);

        size_t size = strlen(failure.message);
        assert_false(result);
        assert_int_equal(failure.kind, FAILURE_RUNNING);
        assert_true(size >= FAILURE_MESSAGE_SIZE - 2);
        assert_memory_equal(failure.message, quoted, size);
        assert_int_equal((size - shift) % 2, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_failures_with_and_without_place_when_printed_then_what_is_known_stands),
        cmocka_unit_test(given_more_failures_than_a_list_holds_when_printed_then_rest_is_counted),
        cmocka_unit_test(given_quoted_control_characters_when_filled_then_message_is_one_line),
        cmocka_unit_test(given_long_message_when_filled_then_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
