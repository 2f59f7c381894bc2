#include "analysis/statistics.h"
#include "tests/support/unit.h"

static void given_sorted_values_when_percentile_then_nearest_rank(void **state) {
    (void)state;
    static const int64_t tens[] = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
    static const int64_t five[] = {15, 20, 35, 40, 50};
    static const struct {
        const char *name;
        const int64_t *values;
        uint64_t count;
        uint32_t percent;
        int64_t expected;
    } rows[] = {
        {"one value is every percentile, first", tens, 1, 1, 10},
        {"one value is every percentile, last", tens, 1, 100, 10},
        {"p50 of two is the first", tens, 2, 50, 10},
        {"p51 of two is the second", tens, 2, 51, 20},
        {"p50 of three is the second", tens, 3, 50, 20},
        {"p50 of ten is the fifth", tens, 10, 50, 50},
        {"p51 of ten is the sixth", tens, 10, 51, 60},
        {"p90 of ten is the ninth", tens, 10, 90, 90},
        {"p91 of ten is the tenth", tens, 10, 91, 100},
        {"p99 of ten is the tenth", tens, 10, 99, 100},
        {"p1 of ten is the first", tens, 10, 1, 10},
        {"p30 of five is the second", five, 5, 30, 20},
        {"p40 of five is the second", five, 5, 40, 20},
        {"p41 of five is the third", five, 5, 41, 35},
        {"p100 of five is the last", five, 5, 100, 50},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = statistics_percentile(rows[i].values, rows[i].count, rows[i].percent);

        if (value != rows[i].expected) {
            fail_msg("%s: %lld", rows[i].name, (long long)value);
        }
    }
}

static void given_hundreds_of_values_when_percentile_then_rank_is_rounded_up(void **state) {
    (void)state;
    int64_t values[350];
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = (int64_t)i + 1;
    }

    assert_int_equal(statistics_percentile(values, 100, 99), 99);
    assert_int_equal(statistics_percentile(values, 101, 99), 100);
    assert_int_equal(statistics_percentile(values, 200, 99), 198);
    assert_int_equal(statistics_percentile(values, 201, 99), 199);
    assert_int_equal(statistics_percentile(values, 350, 95), 333);
}

static void given_bad_arguments_when_percentile_then_a_check_fails(void **state) {
    (void)state;
    static const int64_t values[] = {1, 2};

    expect_assert_failure(statistics_percentile(values, 0, 50));
    expect_assert_failure(statistics_percentile(values, 2, 0));
    expect_assert_failure(statistics_percentile(values, 2, 101));
    expect_assert_failure(statistics_mean(values, 0));
}

static void given_values_when_mean_then_nearest_integer_halves_up(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t values[4];
        uint64_t count;
        int64_t expected;
    } rows[] = {
        {"one", {7}, 1, 7},
        {"half up", {1, 2}, 2, 2},
        {"below half down", {1, 1, 2}, 3, 1},
        {"above half up", {1, 2, 2}, 3, 2},
        {"negative half up", {-1, -2}, 2, -1},
        {"negative above half", {-2, -2, -1}, 3, -2},
        {"signs cancel", {-5, 5, -1, 1}, 4, 0},
        {"largest values do not overflow", {INT64_MAX, INT64_MAX, INT64_MAX}, 3, INT64_MAX},
        {"least values do not overflow", {INT64_MIN, INT64_MIN, INT64_MIN}, 3, INT64_MIN},
        {"largest and least", {INT64_MAX, INT64_MIN}, 2, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t mean = statistics_mean(rows[i].values, rows[i].count);

        if (mean != rows[i].expected) {
            fail_msg("%s: %lld", rows[i].name, (long long)mean);
        }
    }
}

static void given_sorted_values_when_all_statistics_then_each_is_right(void **state) {
    (void)state;
    int64_t values[200];
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = 3 * (int64_t)i + 3;
    }

    struct statistics all = statistics_of(values, COUNT_OF(values));

    assert_int_equal(all.count, 200);
    assert_int_equal(all.min, 3);
    assert_int_equal(all.mean, 302); // 301.5, half up
    assert_int_equal(all.p50, 300);
    assert_int_equal(all.p90, 540);
    assert_int_equal(all.p95, 570);
    assert_int_equal(all.p99, 594);
    assert_int_equal(all.max, 600);
}

static void given_no_values_when_all_statistics_then_all_are_zero(void **state) {
    (void)state;

    struct statistics all = statistics_of(NULL, 0);

    assert_int_equal(all.count, 0);
    assert_int_equal(all.max, 0);
}

static void given_a_bag_when_summarised_then_all_is_as_of_the_sorted_list(void **state) {
    (void)state;
    static int64_t values[5000];
    struct arena *arena = arena_create(NULL);
    struct bag bag;
    bag_init(&bag, arena);
    for (int64_t i = 0; i < (int64_t)COUNT_OF(values); i++) {
        values[i] = i * i * 331 + 7; // ascending, to above 2^32
        bag_add(&bag, values[i]);
    }

    struct statistics wanted = statistics_of(values, COUNT_OF(values));
    struct statistics found = statistics_of_bag(&bag);

    assert_memory_equal(&found, &wanted, sizeof found);
    arena_destroy(arena);
}

static void given_an_empty_bag_when_summarised_then_all_zero(void **state) {
    (void)state;
    static const struct bag bag = {0};

    struct statistics all = statistics_of_bag(&bag);

    assert_int_equal(all.count, 0);
    assert_int_equal(all.max, 0);
}

static void given_values_that_pass_when_all_did_then_all_is_as_of_the_kept_list(void **state) {
    (void)state;
    static int64_t values[700];
    static const int64_t steps[] = {0, 1, 331, INT64_MAX / (int64_t)COUNT_OF(values)};

    for (size_t row = 0; row < COUNT_OF(steps); row++) {
        for (uint64_t count = 1; count <= COUNT_OF(values); count++) {
            struct statistics found;
            struct statistics_passing passing;
            statistics_begin(&passing, &found, count);
            for (uint64_t i = 0; i < count; i++) {
                values[i] = (int64_t)i * steps[row] + 5;
                statistics_pass(&passing, values[i]);
            }

            struct statistics wanted = statistics_of(values, count);

            assert_memory_equal(&found, &wanted, sizeof found);
        }
    }
}

static void given_fewer_values_when_another_passes_then_a_check_fails(void **state) {
    (void)state;
    struct statistics found;
    struct statistics_passing passing;
    statistics_begin(&passing, &found, 2);
    statistics_pass(&passing, 7);

    expect_assert_failure(statistics_pass(&passing, 6));
    statistics_pass(&passing, 7);
    expect_assert_failure(statistics_pass(&passing, 8));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_sorted_values_when_percentile_then_nearest_rank),
        cmocka_unit_test(given_hundreds_of_values_when_percentile_then_rank_is_rounded_up),
        cmocka_unit_test(given_bad_arguments_when_percentile_then_a_check_fails),
        cmocka_unit_test(given_values_when_mean_then_nearest_integer_halves_up),
        cmocka_unit_test(given_sorted_values_when_all_statistics_then_each_is_right),
        cmocka_unit_test(given_no_values_when_all_statistics_then_all_are_zero),
        cmocka_unit_test(given_a_bag_when_summarised_then_all_is_as_of_the_sorted_list),
        cmocka_unit_test(given_values_that_pass_when_all_did_then_all_is_as_of_the_kept_list),
        cmocka_unit_test(given_fewer_values_when_another_passes_then_a_check_fails),
        cmocka_unit_test(given_an_empty_bag_when_summarised_then_all_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
