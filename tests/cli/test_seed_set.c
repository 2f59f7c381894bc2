// Sets of seeds: what is written is what is in them, and ranges are as few as can be.
#include "cli/seed_set.h"
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

static void given_a_text_when_read_then_ranges_or_a_reason(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t count; // 0: refused
        size_t ranges;
    } rows[] = {
        {"7", 1, 1},
        {"1..100000", 100000, 1},
        {"5,9,100..200", 103, 3},
        {"9,5,6,7,8,1..4", 9, 1},
        {"0..", UINT64_MAX, 1},
        {"1..10,5..20", 20, 1},
        {"18446744073709551615", 1, 1},
        {"", 0, 0},
        {"1,", 0, 0},
        {"2..1", 0, 0},
        {"-1", 0, 0},
        {"1...3", 0, 0},
        {"1..3x", 0, 0},
        {"18446744073709551616", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct seed_set set = {0};
        const char *why = NULL;

        bool ok = seed_set_read(&set, rows[i].text, &why);

        if (ok != (rows[i].count > 0)) {
            fail_msg("\"%s\": %s", rows[i].text, why);
        }
        if (ok && (seed_set_count(&set) != rows[i].count || set.count != rows[i].ranges)) {
            fail_msg("\"%s\": %llu seeds, %zu ranges", rows[i].text,
                     (unsigned long long)seed_set_count(&set), set.count);
        }
        seed_set_finish(&set);
    }
}

static void given_seeds_in_any_order_when_added_then_as_a_plain_set(void **state) {
    (void)state;
    enum { SEEDS = 300, ROUNDS = 50 };
    uint32_t draw = 1;
    for (int round = 0; round < ROUNDS; round++) {
        struct seed_set set = {0};
        struct seed_set all = {0};
        bool plain[SEEDS + 1] = {false};
        assert_true(seed_set_add(&all, (struct seed_range){0, SEEDS}));
        uint64_t count = 0;
        for (int i = 0; i < 40 + round; i++) {
            draw = draw * 1664525 + 1013904223;
            uint64_t first = draw % SEEDS;
            uint64_t last = first + (draw >> 20) % 3;
            last = last > SEEDS ? SEEDS : last;
            assert_true(seed_set_add(&set, (struct seed_range){first, last}));
            for (uint64_t seed = first; seed <= last; seed++) {
                count += plain[seed] ? 0 : 1;
                plain[seed] = true;
            }
        }

        uint64_t missing = 0;
        for (uint64_t seed = 0; seed <= SEEDS; seed++) {
            assert_int_equal(seed_set_has(&set, seed), plain[seed]);
            uint64_t found = 0;
            bool any = seed_set_next(&all, &set, seed, &found);
            missing = seed;
            while (missing <= SEEDS && plain[missing]) {
                missing++;
            }
            assert_int_equal(any, missing <= SEEDS);
            assert_true(!any || found == missing);
        }
        assert_int_equal(seed_set_count(&set), count);
        assert_int_equal(seed_set_count_both(&all, &set), count);
        seed_set_finish(&set);
        seed_set_finish(&all);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_text_when_read_then_ranges_or_a_reason),
        cmocka_unit_test(given_seeds_in_any_order_when_added_then_as_a_plain_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
