#include "tests/support/unit.h"

#include "base/prng.h"

#include <stdbool.h>

enum { DRAWS = 120000, BUCKETS = 12 };

// The value that chi-square with 11 degrees of freedom stays below in all but one of a thousand
// cases.
#define CHI_SQUARE_MOST 31.26

/** Sum of (seen − expected)² ÷ expected over buckets that draws should fill evenly. */
static double chi_square(const uint32_t *seen, uint32_t buckets, double draws) {
    double expected = draws / buckets;
    double sum = 0;
    for (uint32_t i = 0; i < buckets; i++) {
        double difference = seen[i] - expected;
        sum += difference * difference / expected;
    }
    return sum;
}

static void given_known_keys_when_drawn_then_values_are_those_of_xxh3(void **state) {
    (void)state;
    // Computed by another XXH3 over the five numbers as little-endian words.
    static const struct {
        uint64_t seed;
        enum stream_purpose purpose;
        uint64_t a, b, c;
        uint64_t value;
    } rows[] = {
        {0, STREAM_TOPOLOGY, 0, 0, 0, UINT64_C(0x20310e8b73fee882)},
        {1, STREAM_ROUTER, 17, 0, 0, UINT64_C(0xb68deddb23f35bc6)},
        {42, STREAM_LOSS, UINT64_MAX, 3, UINT64_C(1) << 32, UINT64_C(0x2ec13bb368b3431f)},
        {UINT64_MAX, STREAM_JITTER, 1, 2, 3, UINT64_C(0xf6c99e5ba9bdfb81)},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t value = prng_keyed(rows[i].seed, rows[i].purpose, rows[i].a, rows[i].b, rows[i].c);

        assert_int_equal(value, rows[i].value);
    }
}

static void given_known_stream_when_drawn_then_values_are_pinned(void **state) {
    (void)state;
    struct prng prng = prng_stream(1, STREAM_ROUTER, 17);

    assert_int_equal(prng_next(&prng), UINT64_C(0x12f201e0b5cdce02));
    assert_int_equal(prng_next(&prng), UINT64_C(0x57acea082cbf4ba8));
    assert_int_equal(prng_next(&prng), UINT64_C(0x4231c44f6144e124));
}

static void given_streams_side_by_side_when_one_draws_more_then_no_other_moves(void **state) {
    (void)state;
    enum { STREAMS = 11, ROUNDS = 50 };
    struct prng plain[STREAMS + 1];
    struct prng beside[STREAMS + 1];
    for (uint32_t purpose = STREAM_TOPOLOGY; purpose <= STREAM_PAYLOAD; purpose++) {
        plain[purpose] = prng_stream(9, (enum stream_purpose)purpose, 4);
        beside[purpose] = prng_stream(9, (enum stream_purpose)purpose, 4);
    }

    for (uint32_t round = 0; round < ROUNDS; round++) {
        prng_next(&beside[STREAM_ROUTER]);
        for (uint32_t purpose = STREAM_TOPOLOGY; purpose <= STREAM_PAYLOAD; purpose++) {
            uint64_t expected = prng_next(&plain[purpose]);
            uint64_t drawn = prng_next(&beside[purpose]);

            assert_true((drawn == expected) == (purpose != STREAM_ROUTER));
        }
    }
}

static void given_key_when_any_part_changes_then_draw_changes(void **state) {
    (void)state;
    uint64_t base = prng_keyed(1, STREAM_LOSS, 2, 3, 4);

    const uint64_t changed[] = {
        prng_keyed(2, STREAM_LOSS, 2, 3, 4), prng_keyed(1, STREAM_JITTER, 2, 3, 4),
        prng_keyed(1, STREAM_LOSS, 3, 3, 4), prng_keyed(1, STREAM_LOSS, 2, 4, 4),
        prng_keyed(1, STREAM_LOSS, 2, 3, 5), prng_keyed(1, STREAM_LOSS, 3, 2, 4),
    };

    for (size_t i = 0; i < COUNT_OF(changed); i++) {
        assert_int_not_equal(changed[i], base);
    }
}

static void given_small_bound_when_drawn_then_range_is_exact_and_even(void **state) {
    (void)state;
    uint32_t seen[BUCKETS] = {0};
    uint32_t seen_wide[BUCKETS] = {0};
    struct prng prng = prng_stream(5, STREAM_WORKLOAD, 0);

    for (uint32_t i = 0; i < DRAWS; i++) {
        uint32_t draw = prng_below(&prng, BUCKETS);
        uint64_t wide = prng_below_u64(&prng, BUCKETS);
        assert_true(draw < BUCKETS);
        assert_true(wide < BUCKETS);
        seen[draw]++;
        seen_wide[wide]++;
    }

    assert_true(chi_square(seen, BUCKETS, DRAWS) < CHI_SQUARE_MOST);
    assert_true(chi_square(seen_wide, BUCKETS, DRAWS) < CHI_SQUARE_MOST);
}

/**
 * With a bound of three quarters of the range, a draw without rejection favours one value in three
 * (multiplying) or the lowest third (remainder): far outside what chance does.
 */
static void given_bound_that_does_not_divide_when_drawn_then_nothing_is_favoured(void **state) {
    (void)state;
    const uint32_t bound = UINT32_C(3) << 30;
    const uint64_t bound_wide = UINT64_C(3) << 62;
    uint32_t seen[BUCKETS] = {0};
    uint32_t seen_wide[BUCKETS] = {0};
    struct prng prng = prng_stream(6, STREAM_WORKLOAD, 0);

    for (uint32_t i = 0; i < DRAWS; i++) {
        uint32_t draw = prng_below(&prng, bound);
        uint64_t wide = prng_below_u64(&prng, bound_wide);
        assert_true(draw < bound);
        assert_true(wide < bound_wide);
        seen[draw / (bound / 4) * 3 + draw % 3]++;
        seen_wide[wide / (bound_wide / 4) * 3 + wide % 3]++;
    }

    assert_true(chi_square(seen, BUCKETS, DRAWS) < CHI_SQUARE_MOST);
    assert_true(chi_square(seen_wide, BUCKETS, DRAWS) < CHI_SQUARE_MOST);
}

static void given_bound_of_one_when_drawn_then_zero(void **state) {
    (void)state;
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);

    assert_int_equal(prng_below(&prng, 1), 0);
    assert_int_equal(prng_below_u64(&prng, 1), 0);
}

static void given_bound_of_zero_when_drawn_then_check_fails(void **state) {
    (void)state;
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);

    expect_assert_failure(prng_below(&prng, 0));
    expect_assert_failure(prng_below_u64(&prng, 0));
}

static void
given_items_when_some_are_picked_then_every_item_is_as_likely_in_every_place(void **state) {
    (void)state;
    enum { PICKED = 3, ROUNDS = 60000 };
    uint32_t seen[PICKED][BUCKETS] = {{0}};
    struct prng prng = prng_stream(8, STREAM_ROUTER, 1);

    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t items[BUCKETS];
        uint32_t found = 0;
        for (uint32_t i = 0; i < BUCKETS; i++) {
            items[i] = i;
        }
        prng_pick_u32(&prng, items, BUCKETS, PICKED);
        for (uint32_t i = 0; i < BUCKETS; i++) {
            found |= UINT32_C(1) << items[i];
        }
        assert_int_equal(found, (1 << BUCKETS) - 1);
        for (uint32_t place = 0; place < PICKED; place++) {
            seen[place][items[place]]++;
        }
    }

    for (uint32_t place = 0; place < PICKED; place++) {
        assert_true(chi_square(seen[place], BUCKETS, ROUNDS) < CHI_SQUARE_MOST);
    }
}

static void given_three_items_when_shuffled_then_all_orders_are_as_likely(void **state) {
    (void)state;
    enum { ORDERS = 27, ROUNDS = 60000 };
    uint32_t seen[ORDERS] = {0};
    uint32_t seen_orders[6];
    uint32_t orders = 0;
    struct prng prng = prng_stream(10, STREAM_ROUTER, 1);

    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t items[] = {0, 1, 2};
        prng_shuffle_u32(&prng, items, COUNT_OF(items));
        seen[items[0] * 9 + items[1] * 3 + items[2]]++;
    }

    for (uint32_t i = 0; i < ORDERS; i++) {
        if (seen[i] > 0) {
            assert_true(orders < COUNT_OF(seen_orders));
            seen_orders[orders++] = seen[i];
        }
    }
    assert_int_equal(orders, COUNT_OF(seen_orders));
    assert_true(chi_square(seen_orders, orders, ROUNDS) < CHI_SQUARE_MOST);
}

static void given_few_items_when_more_are_picked_then_check_fails(void **state) {
    (void)state;
    uint32_t items[] = {0, 1};
    struct prng prng = prng_stream(1, STREAM_ROUTER, 1);

    expect_assert_failure(prng_pick_u32(&prng, items, 2, 3));
}

static void
given_two_states_of_a_stream_when_compared_then_the_draws_between_are_counted(void **state) {
    (void)state;
    const struct prng begin = prng_stream(7, STREAM_ROUTER, 3);
    struct prng prng = begin;
    for (uint64_t count = 0; count < 1000; count++) {
        assert_true(prng_drawn(begin, prng) == count);
        prng_next(&prng);
    }
}

struct listening {
    uint32_t count;
    struct prng_key key;
    uint64_t draw;
};

static void on_keyed(void *context, const struct prng_key *key, uint64_t draw) {
    struct listening *listening = context;
    listening->count++;
    listening->key = *key;
    listening->draw = draw;
}

static void given_a_listener_when_a_key_draws_then_it_hears_until_it_is_taken_away(void **state) {
    (void)state;
    struct listening heard = {0};
    const struct prng_listener listener = {&heard, on_keyed};
    uint64_t unheard = prng_keyed(1, STREAM_LOSS, 2, 3, 4);
    prng_listen(&listener);
    assert_true(prng_keyed(1, STREAM_LOSS, 2, 3, 4) == unheard);
    prng_listen(NULL);
    prng_keyed(1, STREAM_LOSS, 2, 3, 5);
    assert_int_equal(heard.count, 1);
    assert_true(heard.draw == unheard);
    assert_true(heard.key.purpose == STREAM_LOSS && heard.key.a == 2 && heard.key.c == 4);
    assert_string_equal(stream_purpose_name(heard.key.purpose), "loss");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_known_keys_when_drawn_then_values_are_those_of_xxh3),
        cmocka_unit_test(given_known_stream_when_drawn_then_values_are_pinned),
        cmocka_unit_test(given_streams_side_by_side_when_one_draws_more_then_no_other_moves),
        cmocka_unit_test(given_key_when_any_part_changes_then_draw_changes),
        cmocka_unit_test(given_small_bound_when_drawn_then_range_is_exact_and_even),
        cmocka_unit_test(given_bound_that_does_not_divide_when_drawn_then_nothing_is_favoured),
        cmocka_unit_test(given_bound_of_one_when_drawn_then_zero),
        cmocka_unit_test(given_bound_of_zero_when_drawn_then_check_fails),
        cmocka_unit_test(
            given_items_when_some_are_picked_then_every_item_is_as_likely_in_every_place),
        cmocka_unit_test(given_three_items_when_shuffled_then_all_orders_are_as_likely),
        cmocka_unit_test(
            given_two_states_of_a_stream_when_compared_then_the_draws_between_are_counted),
        cmocka_unit_test(given_a_listener_when_a_key_draws_then_it_hears_until_it_is_taken_away),
        cmocka_unit_test(given_few_items_when_more_are_picked_then_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
