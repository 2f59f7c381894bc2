#include "tests/support/unit.h"

#include "base/prng.h"
#include "base/sort.h"

#include <stdbool.h>

enum { COUNT_MAX = 20000 }; // some are sorted by wide digits

/** Sizes on both sides of the place where the method changes, and the edges. */
static const uint64_t counts[] = {0, 1, 2, 3, 17, 47, 48, 49, 255, 256, 257, 5000, COUNT_MAX};

/** The first place whose item should stand before its left neighbour; `count` if none. */
static uint64_t first_misplaced(const struct sort_item *items, uint64_t count) {
    for (uint64_t i = 1; i < count; i++) {
        const struct sort_item *left = &items[i - 1];
        bool tie_kept = left->key == items[i].key && left->value < items[i].value;
        if (left->key >= items[i].key && !tie_kept) {
            return i;
        }
    }
    return count;
}

static void given_many_equal_keys_when_sorted_by_key_then_order_of_equals_is_kept(void **state) {
    (void)state;
    static struct sort_item items[COUNT_MAX];
    static struct sort_item scratch[COUNT_MAX];
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);

    for (size_t row = 0; row < COUNT_OF(counts); row++) {
        uint64_t count = counts[row];
        for (uint64_t i = 0; i < count; i++) {
            // Few keys, far apart: the lowest and the highest byte both differ.
            items[i].key = prng_below(&prng, 7) * UINT64_C(0x2400000000000001);
            items[i].value = i;
        }

        sort_by_key(items, scratch, count);

        uint64_t misplaced = first_misplaced(items, count);
        if (misplaced != count) {
            fail_msg("%llu items: out of order at %llu", (unsigned long long)count,
                     (unsigned long long)misplaced);
        }
    }
}

static void given_random_keys_when_sorted_by_key_then_every_item_is_still_there(void **state) {
    (void)state;
    static struct sort_item items[COUNT_MAX];
    static struct sort_item scratch[COUNT_MAX];
    static bool seen[COUNT_MAX];
    for (uint64_t i = 0; i < COUNT_MAX; i++) {
        items[i] = (struct sort_item){prng_keyed(3, STREAM_WORKLOAD, i, 0, 0), i};
    }

    sort_by_key(items, scratch, COUNT_MAX);

    for (uint64_t i = 0; i < COUNT_MAX; i++) {
        assert_int_equal(items[i].key, prng_keyed(3, STREAM_WORKLOAD, items[i].value, 0, 0));
        assert_false(seen[items[i].value]);
        seen[items[i].value] = true;
        assert_true(i == 0 || items[i - 1].key <= items[i].key);
    }
}

static void given_signed_extremes_when_sorted_then_negative_come_first(void **state) {
    (void)state;
    int64_t items[] = {0, INT64_MAX, -1, INT64_MIN, 1, 256, -256, 0, INT64_MIN, INT64_MAX};
    static const int64_t sorted[] = {INT64_MIN, INT64_MIN, -256, -1,        0,
                                     0,         1,         256,  INT64_MAX, INT64_MAX};
    int64_t scratch[COUNT_OF(items)];

    sort_i64(items, scratch, COUNT_OF(items));

    assert_memory_equal(items, sorted, sizeof sorted);
}

static void given_random_numbers_when_sorted_then_ascending_with_same_sum(void **state) {
    (void)state;
    static int64_t items[COUNT_MAX];
    static int64_t scratch[COUNT_MAX];
    struct prng prng = prng_stream(2, STREAM_WORKLOAD, 0);

    for (size_t row = 0; row < COUNT_OF(counts); row++) {
        uint64_t sum_before = 0;
        uint64_t sum_after = 0;
        for (uint64_t i = 0; i < counts[row]; i++) {
            items[i] = (int64_t)prng_next(&prng) >> prng_below(&prng, 64);
            sum_before += (uint64_t)items[i];
        }

        sort_i64(items, scratch, counts[row]);

        for (uint64_t i = 0; i < counts[row]; i++) {
            sum_after += (uint64_t)items[i];
            assert_true(i == 0 || items[i - 1] <= items[i]);
        }
        assert_int_equal(sum_before, sum_after);
    }
}

static void
given_many_words_when_sorted_by_upper_bits_then_ascending_and_equals_keep_order(void **state) {
    (void)state;
    enum { WORDS = 30000, SHIFT = 20 };
    static uint64_t words[WORDS];
    static uint64_t scratch[WORDS];
    static bool there[WORDS];
    struct prng prng = prng_stream(4, STREAM_WORKLOAD, 0);
    for (uint64_t i = 0; i < WORDS; i++) {
        // Keys that often repeat, of few bits and of many; below them, the order before.
        uint64_t key = prng_next(&prng) >> (SHIFT + prng_below(&prng, 44));
        words[i] = key << SHIFT | i;
    }

    sort_words(words, scratch, WORDS, SHIFT);

    for (uint64_t i = 0; i < WORDS; i++) {
        there[words[i] & ((1 << SHIFT) - 1)] = true;
        assert_true(i == 0 || words[i - 1] < words[i]);
    }
    for (uint64_t i = 0; i < WORDS; i++) {
        assert_true(there[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_many_equal_keys_when_sorted_by_key_then_order_of_equals_is_kept),
        cmocka_unit_test(given_random_keys_when_sorted_by_key_then_every_item_is_still_there),
        cmocka_unit_test(given_signed_extremes_when_sorted_then_negative_come_first),
        cmocka_unit_test(given_random_numbers_when_sorted_then_ascending_with_same_sum),
        cmocka_unit_test(
            given_many_words_when_sorted_by_upper_bits_then_ascending_and_equals_keep_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
