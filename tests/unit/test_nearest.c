#include "tests/support/unit.h"

#include "scenarios/nearest.h"

#include <string.h>

static uint32_t distance(const char *a, const char *b) {
    return nearest_distance(a, strlen(a), b, strlen(b));
}

static void given_two_words_when_compared_then_the_least_number_of_slips_counts(void **state) {
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        uint32_t slips;
    } rows[] = {
        {"", "", 0},
        {"seed", "seed", 0},
        {"seed", "SeeD", 0},
        {"sed", "seed", 1},
        {"seeed", "seed", 1},
        {"seet", "seed", 1},
        {"sede", "seed", 1},
        {"nmae", "name", 1},
        {"kitten", "sitting", 3},
        {"a", "", 1},
        {"", "abc", 3},
        {"abcdef", "ghijkl", 6},
        {"heartbeat", "heartbeat_interval", 1},
        {"he", "heartbeat", 7},
        {"cnt", "count", 1},
        {"CNT", "count", 1},
        {"dlay", "delay", 1},
        {"cut", "count", 1},
        {"ct", "count", 3},
        {"hbt", "heartbeat", 6},
        {"cut", "counts", 3},
        {"unt", "counts", 3},
        {"tnc", "count", 4},
        {"this word is longer than any key of a scenario", "this", NEAREST_FAR},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t found = distance(rows[i].a, rows[i].b);

        if (found != rows[i].slips) {
            print_error("%s – %s: %u\n", rows[i].a, rows[i].b, found);
        }
        assert_int_equal(found, rows[i].slips);
    }
}

static void given_a_distance_when_judged_then_longer_words_allow_more_slips(void **state) {
    (void)state;

    assert_true(nearest_is_near(1, 1));
    assert_true(nearest_is_near(1, 4));
    assert_true(nearest_is_near(2, 5));
    assert_true(nearest_is_near(3, 9));

    assert_false(nearest_is_near(2, 4));
    assert_false(nearest_is_near(3, 7));
    assert_false(nearest_is_near(4, 9));
    assert_false(nearest_is_near(NEAREST_FAR, 40));
    assert_false(nearest_is_near(1, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_two_words_when_compared_then_the_least_number_of_slips_counts),
        cmocka_unit_test(given_a_distance_when_judged_then_longer_words_allow_more_slips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
