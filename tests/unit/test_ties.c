#include "sim/ties.h"
#include "tests/support/unit.h"

#include <stdbool.h>
#include <string.h>

enum { SOURCES = 1 << 14 };

static void given_any_way_when_placed_then_the_source_comes_back(void **state) {
    (void)state;
    for (enum ties ties = TIES_LAST; ties < TIES_COUNT; ties++) {
        for (int64_t at_ns = 0; at_ns < 40; at_ns++) {
            for (uint32_t source = 0; source < SOURCES; source += 7) {
                uint32_t place = ties_place(ties, 5, at_ns, source);
                assert_true(place <= EVENT_SOURCE_MAX);
                assert_int_equal(ties_source(ties, 5, at_ns, place), source);
            }
            assert_int_equal(ties_source(ties, 5, at_ns, ties_place(ties, 5, at_ns, 0xffffff)),
                             0xffffff);
        }
    }
}

static void given_last_when_placed_then_turned_round(void **state) {
    (void)state;
    for (uint32_t source = 1; source < SOURCES; source++) {
        assert_true(ties_place(TIES_LAST, 1, 9, source) < ties_place(TIES_LAST, 1, 9, source - 1));
    }
}

/** Of two sources either one comes first about as often, over instants and over seeds. */
static void given_shuffled_when_placed_then_no_source_is_favoured(void **state) {
    (void)state;
    enum { PAIRS = 20, INSTANTS = 4000 };
    for (uint32_t a = 0; a < PAIRS; a++) {
        uint32_t by_time = 0;
        uint32_t by_seed = 0;
        uint32_t b = a + 1 + a % 3;
        for (uint32_t i = 0; i < INSTANTS; i++) {
            int64_t at_ns = (int64_t)i * 1000000;
            by_time +=
                ties_place(TIES_SHUFFLED, 1, at_ns, a) < ties_place(TIES_SHUFFLED, 1, at_ns, b);
            by_seed += ties_place(TIES_SHUFFLED, i, 7, a) < ties_place(TIES_SHUFFLED, i, 7, b);
        }
        // Five standard deviations of half of them.
        assert_in_range(by_time, INSTANTS / 2 - 160, INSTANTS / 2 + 160);
        assert_in_range(by_seed, INSTANTS / 2 - 160, INSTANTS / 2 + 160);
    }
}

static void given_words_when_read_then_the_ways(void **state) {
    (void)state;
    enum ties ties = TIES_FIRST;
    for (enum ties way = TIES_FIRST; way < TIES_COUNT; way++) {
        assert_true(ties_find(ties_name(way), &ties));
        assert_int_equal(ties, way);
    }
    assert_false(ties_find("random", &ties));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_way_when_placed_then_the_source_comes_back),
        cmocka_unit_test(given_last_when_placed_then_turned_round),
        cmocka_unit_test(given_shuffled_when_placed_then_no_source_is_favoured),
        cmocka_unit_test(given_words_when_read_then_the_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
