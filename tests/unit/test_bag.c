#include "tests/support/unit.h"

#include "base/bag.h"
#include "base/prng.h"
#include "base/sort.h"

#include <stdlib.h>

enum { NUMBERS_MAX = 60000 };

static int make_arena(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int end_arena(void **state) {
    arena_destroy(*state);
    return 0;
}

/** Numbers of at most `bits` bits; the list gets them in order. */
static void fill(struct bag *bag, int64_t *sorted, uint64_t count, unsigned bits) {
    static int64_t scratch[NUMBERS_MAX];
    struct prng prng = prng_stream(count + bits, STREAM_WORKLOAD, 0);
    for (uint64_t i = 0; i < count; i++) {
        sorted[i] = (int64_t)(prng_next(&prng) >> (64 - bits));
        bag_add(bag, sorted[i]);
    }
    sort_i64(sorted, scratch, count);
}

static void given_random_numbers_when_asked_for_a_rank_then_it_is_that_of_the_sort(void **state) {
    static int64_t sorted[NUMBERS_MAX];
    static const uint64_t counts[] = {1, 2, 63, 64, 65, 1000, NUMBERS_MAX};
    static const unsigned widths[] = {1, 11, 12, 29, 31, 32, 33, 62, 63};

    for (size_t i = 0; i < COUNT_OF(counts) * COUNT_OF(widths); i++) {
        uint64_t count = counts[i % COUNT_OF(counts)];
        struct bag bag;
        bag_init(&bag, *state);
        fill(&bag, sorted, count, widths[i / COUNT_OF(counts)]);

        assert_int_equal(bag.count, count);
        assert_int_equal(bag.max, sorted[count - 1]);
        for (uint64_t rank = 0; rank < count; rank += 1 + count / 20) {
            assert_int_equal(bag_at(&bag, rank), sorted[rank]);
        }
        assert_int_equal(bag_at(&bag, count - 1), sorted[count - 1]);

        const uint64_t ranks[BAG_RANKS_MAX] = {count - 1, count / 2, 0, count / 2, count / 3};
        int64_t numbers[BAG_RANKS_MAX];
        bag_at_each(&bag, ranks, BAG_RANKS_MAX, numbers);
        for (size_t j = 0; j < BAG_RANKS_MAX; j++) {
            assert_int_equal(numbers[j], sorted[ranks[j]]);
        }
    }
}

static void given_numbers_when_gone_along_then_each_is_there_once(void **state) {
    static int64_t sorted[NUMBERS_MAX];
    static int64_t found[NUMBERS_MAX];
    static int64_t scratch[NUMBERS_MAX];
    struct bag bag;
    bag_init(&bag, *state);
    fill(&bag, sorted, NUMBERS_MAX, 33);

    struct bag_cursor cursor = {0};
    uint64_t count = 0;
    while (count < NUMBERS_MAX && bag_next(&bag, &cursor, &found[count])) {
        count++;
    }

    int64_t beyond = 0;
    assert_int_equal(count, NUMBERS_MAX);
    assert_false(bag_next(&bag, &cursor, &beyond));
    sort_i64(found, scratch, NUMBERS_MAX);
    assert_memory_equal(found, sorted, sizeof sorted);
}

static void given_bags_when_poured_into_one_then_it_has_the_numbers_of_all(void **state) {
    static int64_t sorted[3 * 1000];
    static int64_t scratch[3 * 1000];
    struct bag bags[3];
    for (uint32_t i = 0; i < 3; i++) {
        bag_init(&bags[i], *state);
        fill(&bags[i], sorted + (size_t)i * 1000, 1000, 20 + 8 * i);
    }
    struct bag empty;
    bag_init(&empty, *state);
    sort_i64(sorted, scratch, 3000);

    bag_pour(&bags[0], &bags[1]);
    bag_pour(&bags[0], &empty);
    bag_pour(&bags[0], &bags[2]);
    bag_add(&bags[0], sorted[2999]);

    assert_int_equal(bags[0].count, 3001);
    assert_int_equal(bags[0].max, sorted[2999]);
    assert_int_equal(bags[1].count, 0);
    for (uint64_t rank = 0; rank < 3000; rank++) {
        assert_int_equal(bag_at(&bags[0], rank), sorted[rank]);
    }
}

static void given_the_edges_of_four_bytes_when_added_then_they_come_back(void **state) {
    static const int64_t edges[] = {0, UINT32_MAX - INT64_C(1), UINT32_MAX, UINT32_MAX + INT64_C(1),
                                    INT64_MAX};
    struct bag bag;
    bag_init(&bag, *state);

    for (size_t i = COUNT_OF(edges); i-- > 0;) {
        bag_add(&bag, edges[i]);
    }

    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        assert_int_equal(bag_at(&bag, i), edges[i]);
    }
}

static void given_many_short_numbers_when_added_then_four_bytes_each_suffice(void **state) {
    struct arena *arena = *state;
    struct bag bag;
    bag_init(&bag, arena);

    for (int64_t i = 0; i < 1000000; i++) {
        bag_add(&bag, i);
    }

    assert_in_range(arena_bytes(arena, MEMORY_TABLES), 4000000, 4000000 + 2 * 65536 + 10000);
}

static void given_an_empty_bag_when_asked_then_check_fails(void **state) {
    struct bag bag;
    bag_init(&bag, *state);
    struct bag_cursor cursor = {0};
    int64_t number = 0;

    assert_false(bag_next(&bag, &cursor, &number));
    expect_assert_failure(bag_at(&bag, 0));
    expect_assert_failure(bag_add(&bag, -1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_random_numbers_when_asked_for_a_rank_then_it_is_that_of_the_sort, make_arena,
            end_arena),
        cmocka_unit_test_setup_teardown(given_numbers_when_gone_along_then_each_is_there_once,
                                        make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_bags_when_poured_into_one_then_it_has_the_numbers_of_all, make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_the_edges_of_four_bytes_when_added_then_they_come_back, make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_many_short_numbers_when_added_then_four_bytes_each_suffice, make_arena,
            end_arena),
        cmocka_unit_test_setup_teardown(given_an_empty_bag_when_asked_then_check_fails, make_arena,
                                        end_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
