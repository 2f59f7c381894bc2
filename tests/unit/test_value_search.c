// The value to try next, and what is known at the end.
#include "analysis/value_search.h"
#include "tests/support/unit.h"

#include <string.h>

/** Answers, a letter for each value: h holds, f fails, u undecided. Returns the tries in order. */
static struct value_result search(struct arena *arena, const char *truth, bool largest,
                                  char *tried) {
    struct value_search found;
    uint32_t count = (uint32_t)strlen(truth);
    uint32_t tries = 0;
    value_search_init(&found, arena, count, largest);
    for (uint32_t value = value_search_next(&found); value != VALUE_NONE;
         value = value_search_next(&found)) {
        assert_int_equal(found.answers[value], VALUE_UNKNOWN);
        found.answers[value] = truth[value] == 'h'   ? VALUE_HOLDS
                               : truth[value] == 'f' ? VALUE_FAILS
                                                     : VALUE_UNDECIDED;
        tried[tries++] = (char)('a' + (value < 26 ? value : 25));
        assert_true(tries <= value_search_tries(count));
    }
    tried[tries] = '\0';
    return value_search_result(&found);
}

enum { NO = -1 };

static void given_a_scale_when_searched_then_the_value_where_it_begins(void **state) {
    static const struct {
        const char *truth;
        bool largest;
        enum value_outcome outcome;
        int answer;
        int known_fails;
        const char *tried;
    } rows[] = {
        {"ffffhhhh", false, VALUE_FOUND, 4, 3, "haedfc"},
        {"fh", false, VALUE_FOUND, 1, 0, "ba"},
        {"ffh", false, VALUE_FOUND, 2, 1, "cab"},
        {"hhhh", false, VALUE_ALL, 0, NO, "dab"},
        {"h", false, VALUE_ALL, 0, NO, "a"},
        {"f", false, VALUE_NOWHERE, NO, 0, "a"},
        {"ffff", false, VALUE_NOWHERE, NO, 3, "da"},
        // Seen from the other end.
        {"hhhhffff", true, VALUE_FOUND, 3, 4, "ahdecf"},
        {"hhhh", true, VALUE_ALL, 3, NO, "adc"},
        {"ffff", true, VALUE_NOWHERE, NO, 0, "ad"},
        // What stays undecided is narrowed from both sides.
        {"fffuhhhh", false, VALUE_IN_DOUBT, 4, 2, "haedbcf"},
        {"fuuuuuuh", false, VALUE_IN_DOUBT, 7, 0, "haegcb"},
        {"u", false, VALUE_IN_DOUBT, NO, NO, "a"},
        {"fffu", false, VALUE_IN_DOUBT, NO, 2, "dacb"},
        {"uhhh", false, VALUE_IN_DOUBT, 1, NO, "dacb"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char tried[64];

        struct value_result found = search(*state, rows[i].truth, rows[i].largest, tried);

        int answer = found.answer == VALUE_NONE ? NO : (int)found.answer;
        int fails = found.known_fails == VALUE_NONE ? NO : (int)found.known_fails;
        if (found.outcome != rows[i].outcome || answer != rows[i].answer ||
            fails != rows[i].known_fails || found.not_monotone) {
            fail_msg("%s: outcome %d, answer %d, fails %d, tried %s", rows[i].truth,
                     (int)found.outcome, answer, fails, tried);
        }
        if (strlen(tried) != strlen(rows[i].tried)) {
            fail_msg("%s: tried %s, not %s", rows[i].truth, tried, rows[i].tried);
        }
    }
}

static void given_every_monotone_scale_when_searched_then_right_and_in_few_tries(void **state) {
    enum { MOST = 70 };
    for (uint32_t count = 1; count <= MOST; count++) {
        for (uint32_t first = 0; first <= count; first++) {
            char truth[MOST + 1];
            char tried[MOST + 1];
            memset(truth, 'f', first);
            memset(truth + first, 'h', count - first);
            truth[count] = '\0';

            struct value_result found = search(*state, truth, false, tried);

            uint32_t expected = first == count ? VALUE_NONE : first;
            assert_true(found.answer == expected);
            assert_false(found.not_monotone);
        }
    }
}

static void given_a_scale_that_turns_when_its_neighbours_are_tried_then_it_is_told(void **state) {
    char tried[64];

    struct value_result found = search(*state, "fffhfhhh", false, tried);
    struct value_result backwards = search(*state, "hhhhffff", false, tried);

    assert_true(found.not_monotone);
    assert_int_equal(found.holds, 3);
    assert_int_equal(found.yet_fails, 4);
    // The far end fails, and the near one holds: the other direction was meant.
    assert_int_equal(found.outcome, VALUE_FOUND);
    assert_int_equal(backwards.outcome, VALUE_CONTRARY);
    assert_true(backwards.not_monotone);
    assert_int_equal(backwards.holds, 0);
    assert_int_equal(backwards.yet_fails, 7);
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_scale_when_searched_then_the_value_where_it_begins),
        cmocka_unit_test(given_every_monotone_scale_when_searched_then_right_and_in_few_tries),
        cmocka_unit_test(given_a_scale_that_turns_when_its_neighbours_are_tried_then_it_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
