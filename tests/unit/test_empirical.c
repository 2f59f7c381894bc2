#include "base/quantity.h"
#include "sim/distribution.h"
#include "tests/support/unit.h"

#define MS INT64_C(1000000)

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static const struct distribution_point points[] = {
    {10 * MS, SHARE_ONE / 4}, // a quarter is all at the first
    {20 * MS, SHARE_ONE / 2},
    {20 * MS, SHARE_ONE / 4 * 3}, // and another at the second
    {100 * MS, SHARE_ONE},
};

static struct distribution distribution_of(void **state, const struct distribution_point *first,
                                           uint32_t count) {
    struct distribution distribution;
    struct distribution_options options = {
        .kind = DISTRIBUTION_EMPIRICAL, .points = first, .point_count = count};
    distribution_init(&distribution, *state, &options, 0);
    return distribution;
}

static void given_points_when_drawn_then_values_lie_straight_between_them(void **state) {
    static const struct {
        double share;
        int64_t value_ns;
    } rows[] = {
        {0, 10 * MS},   {0.2, 10 * MS},  {0.25, 10 * MS},  {0.375, 15 * MS},  {0.5, 20 * MS},
        {0.7, 20 * MS}, {0.75, 20 * MS}, {0.875, 60 * MS}, {0.9375, 80 * MS}, {1, 100 * MS - 1},
    };
    struct distribution distribution = distribution_of(state, points, COUNT_OF(points));

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t bits = rows[i].share < 1 ? (uint64_t)(rows[i].share * 0x1p64) : UINT64_MAX;
        int64_t value_ns = distribution_at(&distribution, bits);
        assert_true(value_ns >= rows[i].value_ns - 1);
        assert_true(value_ns <= rows[i].value_ns + 1);
    }
    assert_int_equal(distribution_min(&distribution), 10 * MS);
}

static void given_one_point_when_drawn_then_it_is_a_constant(void **state) {
    static const struct distribution_point one = {7 * MS, SHARE_ONE};
    struct distribution distribution = distribution_of(state, &one, 1);

    assert_int_equal(distribution_min(&distribution), 7 * MS);
    assert_int_equal(distribution_max(&distribution), 7 * MS);
}

static void given_points_when_many_drawn_then_their_mean_is_that_of_arithmetic(void **state) {
    struct distribution distribution = distribution_of(state, points, COUNT_OF(points));
    double sum = 0;

    for (uint64_t i = 0; i < 1 << 16; i++) {
        sum += (double)distribution_at(&distribution, i << 48 | UINT64_C(1) << 47);
    }

    // 10, 15, 20 and 60 ms, a quarter each.
    double mean = sum / (1 << 16);
    assert_true(mean > 26.24 * MS && mean < 26.26 * MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_points_when_drawn_then_values_lie_straight_between_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_one_point_when_drawn_then_it_is_a_constant, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_points_when_many_drawn_then_their_mean_is_that_of_arithmetic, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
