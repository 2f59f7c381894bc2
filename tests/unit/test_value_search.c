// The value to try next, and what is known at the end.
#include "analysis/value_search.h"
#include "base/prng.h"
#include "tests/support/unit.h"

#include <inttypes.h>
#include <string.h>

/** Answers, a letter for each value: h holds, f fails, u undecided. Says the tries in order. */
static struct value_result look(struct arena *arena, const char *truth, struct value_search wanted,
                                char *tried) {
    struct value_search found;
    uint32_t count = (uint32_t)strlen(truth);
    uint32_t tries = 0;
    value_search_init(&found, arena, count, wanted.largest);
    found.all = wanted.all;
    uint32_t most = value_search_tries(&found);
    for (uint32_t value = value_search_next(&found); value != VALUE_NONE;
         value = value_search_next(&found)) {
        assert_int_equal(found.answers[value], VALUE_UNKNOWN);
        enum value_answer answer = truth[value] == 'h'   ? VALUE_HOLDS
                                   : truth[value] == 'f' ? VALUE_FAILS
                                                         : VALUE_UNDECIDED;
        value_search_take(&found, value, answer);
        tried[tries++] = (char)('a' + (value < 26 ? value : 25));
        if (tries > most) {
            fail_msg("%s: more than %" PRIu32 " tries", truth, most);
        }
    }
    tried[tries] = '\0';
    return value_search_result(&found);
}

static struct value_result search(struct arena *arena, const char *truth, bool largest,
                                  char *tried) {
    return look(arena, truth, (struct value_search){.largest = largest}, tried);
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
        {"hhhh", false, VALUE_ALL, 0, NO, "dabc"},
        {"h", false, VALUE_ALL, 0, NO, "a"},
        {"f", false, VALUE_NOWHERE, NO, 0, "a"},
        {"ffff", false, VALUE_NOWHERE, NO, 3, "dabc"},
        {"f", true, VALUE_NOWHERE, NO, 0, "a"},
        // Seen from the other end.
        {"hhhhffff", true, VALUE_FOUND, 3, 4, "ahdecf"},
        {"hhhh", true, VALUE_ALL, 3, NO, "adcb"},
        {"ffff", true, VALUE_NOWHERE, NO, 0, "adbc"},
        // What stays undecided is narrowed from both sides.
        {"fffuhhhh", false, VALUE_IN_DOUBT, 4, 2, "haedbcf"},
        {"fuuuuuuh", false, VALUE_IN_DOUBT, 7, 0, "haegcb"},
        {"u", false, VALUE_IN_DOUBT, NO, NO, "a"},
        {"uuuu", false, VALUE_IN_DOUBT, NO, NO, "dabc"},
        {"hhhu", false, VALUE_FIRST, 0, NO, "dabc"},
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

static void given_a_scale_that_turns_when_searched_then_it_is_told(void **state) {
    static const struct {
        const char *truth;
        bool largest;
        enum value_outcome outcome;
        int answer;
        int known_fails;
        int holds; // and yet_fails fails
        int yet_fails;
        int last_fails;
        int holds_again;
    } rows[] = {
        // Its neighbours show it.
        {"fffhfhhh", false, VALUE_FOUND, 3, 2, 3, 4, NO, NO},
        // Both ends hold: the near one is the answer, and the other boundary is narrowed.
        {"hhhhhhhhhhhfffhhhhhhh", false, VALUE_FIRST, 0, NO, 0, 12, 13, 14},
        {"hhhhhhhfffhhhhhhhhhhh", true, VALUE_FIRST, 20, NO, 20, 8, 7, 6},
        // Both ends fail: some of what is between holds.
        {"ffhffffff", false, VALUE_FOUND, 2, 1, 2, 4, NO, NO},
        {"fffffffffffffhhhhffffff", false, VALUE_FOUND, 13, 12, 13, 22, NO, NO},
        {"fffffffffffffhhhhffffff", true, VALUE_FOUND, 16, 17, 16, 0, NO, NO},
        // The far end fails and the near one holds: the answer is there, if not the direction.
        {"hhhhffff", false, VALUE_FIRST, 0, NO, 0, 7, 7, NO},
        {"ffffhhhh", true, VALUE_FIRST, 7, NO, 7, 0, 0, NO},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char tried[64];

        struct value_result found = search(*state, rows[i].truth, rows[i].largest, tried);

        if (found.outcome != rows[i].outcome || !found.not_monotone || found.stopped) {
            fail_msg("%s: outcome %d, tried %s", rows[i].truth, (int)found.outcome, tried);
        }
        assert_int_equal((int)found.answer, rows[i].answer);
        assert_int_equal((int)found.known_fails, rows[i].known_fails);
        assert_int_equal((int)found.holds, rows[i].holds);
        assert_int_equal(rows[i].truth[found.yet_fails], 'f');
        assert_true(rows[i].largest == (found.yet_fails < found.holds));
        assert_int_equal((int)found.last_fails, rows[i].last_fails);
        assert_int_equal((int)found.holds_again, rows[i].holds_again);
    }
}

static void given_a_range_that_seems_clear_when_searched_then_no_more_than_probes(void **state) {
    char truth[101];
    char tried[64];
    memset(truth, 'h', 100);
    truth[100] = '\0';

    struct value_result all = search(*state, truth, false, tried);
    size_t tries_where_all = strlen(tried);
    truth[50] = 'f'; // between the probes
    struct value_result missed = search(*state, truth, false, tried);
    struct value_result seen =
        look(*state, truth, (struct value_search){.all = true}, (char[128]){0});

    assert_int_equal(all.outcome, VALUE_ALL);
    assert_int_equal(tries_where_all, 9);
    assert_int_equal(missed.outcome, VALUE_ALL);
    assert_int_equal(seen.outcome, VALUE_FIRST);
    assert_int_equal(seen.last_fails, 50);
    assert_int_equal(seen.holds_again, 51);
}

/** The pattern of a number: its digits to the base of how many answers there are. */
static void write_pattern(uint32_t number, const char *answers, uint32_t count, char *truth) {
    uint32_t base = (uint32_t)strlen(answers);
    for (uint32_t i = 0; i < count; i++) {
        truth[i] = answers[number % base];
        number /= base;
    }
    truth[count] = '\0';
}

static uint32_t power(uint32_t base, uint32_t exponent) {
    uint32_t product = 1;
    for (uint32_t i = 0; i < exponent; i++) {
        product *= base;
    }
    return product;
}

/** What a result says of values that were tried is so, whatever the pattern. */
static void check_result(const char *truth, struct value_result found) {
    uint32_t count = (uint32_t)strlen(truth);
    bool right = found.answer == VALUE_NONE || truth[found.answer] == 'h';
    right = right && (found.known_fails == VALUE_NONE || truth[found.known_fails] == 'f');
    if (found.outcome == VALUE_FOUND) {
        right = right && found.answer == found.known_fails + 1;
    } else if (found.outcome == VALUE_FIRST) {
        right = right && found.answer == 0;
    } else if (found.outcome == VALUE_ALL) {
        right = right && truth[0] == 'h' && truth[count - 1] == 'h';
    } else if (found.outcome == VALUE_NOWHERE) {
        right = right && truth[0] == 'f' && truth[count - 1] == 'f';
    }
    if (found.not_monotone) {
        right = right && truth[found.holds] == 'h' && truth[found.yet_fails] == 'f';
    }
    if (!right) {
        fail_msg("%s: outcome %d is not so", truth, (int)found.outcome);
    }
}

static void given_every_pattern_of_few_when_searched_then_no_try_too_many(void **state) {
    enum { MOST = 9, CLEAR_MOST = 14 };
    char truth[CLEAR_MOST + 1];
    char tried[CLEAR_MOST + 1];
    for (uint32_t count = 1; count <= MOST; count++) {
        for (uint32_t number = 0; number < power(3, count); number++) {
            write_pattern(number, "fuh", count, truth);
            check_result(truth, search(*state, truth, false, tried));
        }
    }
    // Where nothing stays undecided the tries are enough, too.
    for (uint32_t count = 1; count <= CLEAR_MOST; count++) {
        for (uint32_t number = 0; number < power(2, count); number++) {
            write_pattern(number, "fh", count, truth);
            struct value_result found = search(*state, truth, false, tried);
            check_result(truth, found);
            if (found.stopped || found.outcome == VALUE_IN_DOUBT) {
                fail_msg("%s: stopped after %s", truth, tried);
            }
        }
    }
}

static void given_patterns_of_many_when_searched_then_no_try_too_many(void **state) {
    enum { MOST = 200, PATTERNS = 20000 };
    char truth[MOST + 1];
    char tried[MOST + 1];
    struct prng random = prng_stream(7, STREAM_WORKLOAD, 0);
    uint32_t stopped = 0;
    for (uint32_t i = 0; i < PATTERNS; i++) {
        uint32_t count = 10 + prng_below(&random, MOST - 9);
        // Fails, then anything, then holds: where searches went astray.
        uint32_t first = prng_below(&random, count + 1);
        uint32_t end = first + prng_below(&random, count + 1 - first);
        for (uint32_t k = 0; k < count; k++) {
            truth[k] = k < first ? 'f' : k >= end ? 'h' : "fuh"[prng_below(&random, 3)];
        }
        truth[count] = '\0';
        struct value_result found = search(*state, truth, i % 2 != 0, tried);
        stopped += found.stopped ? 1 : 0;
        if (i % 2 == 0) {
            check_result(truth, found);
        }
    }
    assert_true(stopped > 0);
    assert_true(stopped < PATTERNS / 20);
}

enum { LONG_MOST = 130 };

/** Values that fail before `first`, hold from `end` on, and are undecided between. */
static void check_undecided_between(struct arena *arena, uint32_t count, uint32_t first,
                                    uint32_t end) {
    char truth[LONG_MOST + 1];
    char tried[LONG_MOST + 1];
    memset(truth, 'f', first);
    memset(truth + first, 'u', end - first);
    memset(truth + end, 'h', count - end);
    truth[count] = '\0';

    struct value_result found = search(arena, truth, false, tried);

    assert_false(found.stopped);
    assert_false(found.not_monotone);
    if (end < count) { // both sides are as near as can be
        assert_int_equal(found.answer, end);
        assert_int_equal(found.known_fails, first == 0 ? VALUE_NONE : first - 1);
    }
}

static void given_undecided_between_when_searched_then_it_gets_to_its_end(void **state) {
    for (uint32_t count = 1; count <= LONG_MOST; count += count < 70 ? 1 : 20) {
        for (uint32_t first = 0; first <= count; first++) {
            for (uint32_t end = first; end <= count; end++) {
                check_undecided_between(*state, count, first, end);
            }
        }
    }
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
        cmocka_unit_test(given_a_scale_that_turns_when_searched_then_it_is_told),
        cmocka_unit_test(given_a_range_that_seems_clear_when_searched_then_no_more_than_probes),
        cmocka_unit_test(given_every_pattern_of_few_when_searched_then_no_try_too_many),
        cmocka_unit_test(given_patterns_of_many_when_searched_then_no_try_too_many),
        cmocka_unit_test(given_undecided_between_when_searched_then_it_gets_to_its_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
