#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/hash.h"
#include "sim/distribution.h"
#include "sim/fixed_point.h"

#include <inttypes.h>
#include <stdbool.h>

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)
#define GREATEST INT64_C(1000000000000) // large, so that rounding to a nanosecond is 1e-12 of it

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static struct distribution make(struct arena *arena, struct distribution_options options) {
    struct distribution distribution;
    distribution_init(&distribution, arena, &options, 0);
    return distribution;
}

static double absolute(double x) {
    return x < 0 ? -x : x;
}

static void given_fixed_point_numbers_when_multiplied_then_product_is_rounded_down(void **state) {
    (void)state;
    static const struct {
        uint64_t x;
        uint64_t y;
        uint64_t product;
    } rows[] = {
        {0, UINT64_MAX, 0},
        {1, UINT64_MAX, 0},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX - 1},
        {UINT64_C(1) << 63, UINT64_C(1) << 63, UINT64_C(1) << 62},
        {UINT64_C(0xFFFFFFFF), UINT64_C(0x100000002), 1},
        {UINT64_C(0xFFFFFFFF), UINT64_C(0x100000001), 0},
        {UINT64_C(0x123456789ABCDEF0), UINT64_C(0xFEDCBA9876543210), UINT64_C(0x121FA00AD77D7422)},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        uint64_t product = fixed_multiply(rows[row].x, rows[row].y);
        uint64_t turned = fixed_multiply(rows[row].y, rows[row].x);

        assert_true(product == rows[row].product);
        assert_true(turned == rows[row].product);
    }
}

static void given_fixed_point_ratio_when_divided_then_it_is_rounded_down(void **state) {
    (void)state;

    assert_true(fixed_ratio(0, 7) == 0);
    assert_true(fixed_ratio(1, 2) == UINT64_C(1) << 63);
    assert_true(fixed_ratio(1, 3) == UINT64_C(0x5555555555555555));
    assert_true(fixed_ratio(2, 3) == UINT64_C(0xAAAAAAAAAAAAAAAA));
    assert_true(fixed_ratio(UINT64_MAX - 1, UINT64_MAX) == UINT64_MAX - 1);
    expect_assert_failure(fixed_ratio(3, 3));
}

static void given_standard_shapes_when_built_then_quantiles_are_exact_to_1e_9(void **state) {
    static const struct distribution_options normal = {.kind = DISTRIBUTION_NORMAL,
                                                       .b_ns = GREATEST};
    static const struct distribution_options exponential = {.kind = DISTRIBUTION_EXPONENTIAL,
                                                            .a_ns = GREATEST / 4};
    static const struct distribution_options lognormal = {
        .kind = DISTRIBUTION_LOGNORMAL, .a_ns = GREATEST / 4, .sigma_ppm = 500000};
    // From Python's statistics.NormalDist and math, in units of the scale.
    static const struct {
        const char *name;
        const struct distribution_options *options;
        int index;
        double scale;
        double expected;
    } rows[] = {
        {"normal 1", &normal, 1, GREATEST, -3.4871041041144313},
        {"normal 41", &normal, 41, GREATEST, -2.325981619598469},
        {"normal 1024", &normal, 1024, GREATEST, -0.6744897501960817},
        {"normal 2048", &normal, 2048, GREATEST, 0},
        {"normal 3072", &normal, 3072, GREATEST, 0.6744897501960817},
        {"normal 3840", &normal, 3840, GREATEST, 1.5341205443525459},
        {"normal 4095", &normal, 4095, GREATEST, 3.4871041041144313},
        {"exponential 41", &exponential, 41, GREATEST / 4, 0.010060200169830417},
        {"exponential 2048", &exponential, 2048, GREATEST / 4, 0.6931471805599453},
        {"exponential 3840", &exponential, 3840, GREATEST / 4, 2.772588722239781},
        {"exponential 4095", &exponential, 4095, GREATEST / 4, 8.317766166719343},
        {"exponential, last", &exponential, 4096, GREATEST / 4, 10.39720770839918},
        {"lognormal, first", &lognormal, 0, GREATEST / 4, 0.13474296247543158},
        {"lognormal 1", &lognormal, 1, GREATEST / 4, 0.17489804898395575},
        {"lognormal 2048", &lognormal, 2048, GREATEST / 4, 1},
        {"lognormal 4055", &lognormal, 4055, GREATEST / 4, 3.1994880409371906},
        {"lognormal 4095", &lognormal, 4095, GREATEST / 4, 5.717616667592072},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution = make(*state, *rows[row].options);

        double found = (double)distribution.quantiles[rows[row].index];

        double expected = rows[row].expected * rows[row].scale;
        if (absolute(found - expected) > 0.6 + 1e-9 * absolute(expected)) {
            fail_msg("%s: %.0f instead of %.3f", rows[row].name, found, expected);
        }
    }
}

/** Mean, variance and nearest-rank percentiles over evenly spread bits: a sample without chance. */
struct moments {
    double mean;
    double deviation_squared;
    double p50;
    double p99;
};

static struct moments measure(const struct distribution *distribution) {
    enum { SAMPLE_BITS = 18, SAMPLES = 1 << SAMPLE_BITS };
    struct moments moments = {0};
    double square = 0;
    for (uint64_t i = 0; i < SAMPLES; i++) {
        uint64_t bits = (2 * i + 1) << (63 - SAMPLE_BITS);
        double value = (double)distribution_at(distribution, bits);
        moments.mean += value / SAMPLES;
        square += value * value / SAMPLES;
        if (i == SAMPLES / 2) {
            moments.p50 = value;
        }
        if (i == (uint64_t)SAMPLES * 99 / 100) {
            moments.p99 = value;
        }
    }
    moments.deviation_squared = square - moments.mean * moments.mean;
    return moments;
}

static void given_every_kind_when_drawn_then_moments_are_those_of_theory(void **state) {
    // Lognormal with σ ½: mean e^(1/8), variance (e^(1/4) − 1) e^(1/4), in units of the median.
    static const struct {
        const char *name;
        struct distribution_options options;
        struct moments expected; // in ms, ms²
    } rows[] = {
        {"constant", {DISTRIBUTION_CONSTANT, 50 * MS, 0, 0, NULL, 0}, {50, 0, 50, 50}},
        {"uniform",
         {DISTRIBUTION_UNIFORM, 10 * MS, 150 * MS, 0, NULL, 0},
         {80, 1633.333, 80, 148.6}},
        {"normal", {DISTRIBUTION_NORMAL, 100 * MS, 10 * MS, 0, NULL, 0}, {100, 100, 100, 123.2635}},
        {"lognormal",
         {DISTRIBUTION_LOGNORMAL, 100 * MS, 0, 500000, NULL, 0},
         {113.31485, 3646.958, 100, 320.022}},
        {"exponential",
         {DISTRIBUTION_EXPONENTIAL, 100 * MS, 0, 0, NULL, 0},
         {100, 10000, 69.31472, 460.517}},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution = make(*state, rows[row].options);

        struct moments found = measure(&distribution);

        const struct moments *expected = &rows[row].expected;
        double ms = (double)MS;
        bool near = absolute(found.mean / ms - expected->mean) <= 2e-4 * expected->mean &&
                    absolute(found.deviation_squared / ms / ms - expected->deviation_squared) <=
                        3e-3 * expected->deviation_squared + 1e-6 &&
                    absolute(found.p50 / ms - expected->p50) <= 1e-3 * expected->p50 &&
                    absolute(found.p99 / ms - expected->p99) <= 1e-3 * expected->p99;
        if (!near) {
            fail_msg("%s: mean %.6f, variance %.6f, p50 %.6f, p99 %.6f ms", rows[row].name,
                     found.mean / ms, found.deviation_squared / ms / ms, found.p50 / ms,
                     found.p99 / ms);
        }
    }
}

static uint64_t hash_of_table(const struct distribution *distribution) {
    uint64_t hash = 0;
    for (int i = 0; i <= DISTRIBUTION_CELLS; i++) {
        uint64_t word = hash_word((uint64_t)distribution->quantiles[i]);
        hash = hash_bytes(&word, sizeof word, hash);
    }
    return hash;
}

/** The digests of runs rest on these tables: no compiler, option or machine may change a bit of
 * them. */
static void given_table_when_built_then_its_hash_is_the_pinned_one(void **state) {
    static const struct {
        const char *name;
        struct distribution_options options;
        uint64_t hash;
    } rows[] = {
        {"normal",
         {DISTRIBUTION_NORMAL, 100 * MS, 10 * MS, 0, NULL, 0},
         UINT64_C(0x4b1d3f4c65606187)},
        {"wide normal",
         {DISTRIBUTION_NORMAL, 0, GREATEST, 0, NULL, 0},
         UINT64_C(0x3520c7f2a300bb0b)},
        {"lognormal",
         {DISTRIBUTION_LOGNORMAL, 80 * MS, 0, 500000, NULL, 0},
         UINT64_C(0x2f8ec2449ac47e8d)},
        {"wide lognormal",
         {DISTRIBUTION_LOGNORMAL, SECOND, 0, 3000000, NULL, 0},
         UINT64_C(0x52024ac0e50ffce2)},
        {"exponential",
         {DISTRIBUTION_EXPONENTIAL, 100 * MS, 0, 0, NULL, 0},
         UINT64_C(0x47a0146e46e24005)},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution = make(*state, rows[row].options);

        uint64_t hash = hash_of_table(&distribution);

        if (hash != rows[row].hash) {
            fail_msg("%s: hash %#" PRIx64, rows[row].name, hash);
        }
    }
}

static void given_rising_bits_when_drawn_then_values_never_fall(void **state) {
    static const struct distribution_options rows[] = {
        {DISTRIBUTION_CONSTANT, 7, 0, 0, NULL, 0},
        {DISTRIBUTION_UNIFORM, 3, 1000, 0, NULL, 0},
        {DISTRIBUTION_UNIFORM, 0, INT64_MAX - 1, 0, NULL, 0},
        {DISTRIBUTION_NORMAL, 10 * MS, 10 * MS, 0, NULL, 0},
        {DISTRIBUTION_LOGNORMAL, MS, 0, 2000000, NULL, 0},
        {DISTRIBUTION_EXPONENTIAL, 5000, 0, 0, NULL, 0},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution = make(*state, rows[row]);
        int64_t last = distribution_min(&distribution);

        for (uint64_t i = 0; i < 100000; i++) {
            int64_t value = distribution_at(&distribution, i * (UINT64_MAX / 100000));
            if (value < last) {
                fail_msg("row %zu: %" PRId64 " after %" PRId64, row, value, last);
            }
            last = value;
        }

        assert_true(last <= distribution_max(&distribution));
    }
}

static void
given_uniform_when_drawn_then_both_ends_and_all_between_are_equally_likely(void **state) {
    struct distribution distribution =
        make(*state, (struct distribution_options){DISTRIBUTION_UNIFORM, 10, 13, 0, NULL, 0});
    uint32_t counts[4] = {0};

    for (uint64_t i = 0; i < 4096; i++) {
        int64_t value = distribution_at(&distribution, i << 52);
        assert_in_range(value, 10, 13);
        counts[value - 10]++;
    }

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        assert_int_equal(counts[i], 1024);
    }
    assert_int_equal(distribution_at(&distribution, 0), 10);
    assert_int_equal(distribution_at(&distribution, UINT64_MAX), 13);
}

static void given_floor_when_drawn_below_then_floor(void **state) {
    static const struct {
        const char *name;
        struct distribution_options options;
        int64_t min_ns;
        int64_t lowest;
        int64_t highest;
    } rows[] = {
        {"constant below", {DISTRIBUTION_CONSTANT, 5, 0, 0, NULL, 0}, 1000, 1000, 1000},
        {"constant above", {DISTRIBUTION_CONSTANT, 5000, 0, 0, NULL, 0}, 1000, 5000, 5000},
        {"uniform across", {DISTRIBUTION_UNIFORM, 0, 4000, 0, NULL, 0}, 1000, 1000, 4000},
        {"uniform below", {DISTRIBUTION_UNIFORM, 0, 400, 0, NULL, 0}, 1000, 1000, 1000},
        {"normal below zero", {DISTRIBUTION_NORMAL, 0, 0, 0, NULL, 0}, 1000, 1000, 1000},
        {"exponential", {DISTRIBUTION_EXPONENTIAL, 0, 0, 0, NULL, 0}, 0, 0, 0},
        {"lognormal of zero",
         {DISTRIBUTION_LOGNORMAL, 0, 0, UINT32_MAX, NULL, 0},
         1000,
         1000,
         1000},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution;
        distribution_init(&distribution, *state, &rows[row].options, rows[row].min_ns);

        int64_t lowest = distribution_min(&distribution);
        int64_t highest = distribution_max(&distribution);

        if (lowest != rows[row].lowest || highest != rows[row].highest) {
            fail_msg("%s: %" PRId64 " to %" PRId64, rows[row].name, lowest, highest);
        }
    }
}

static void given_normal_across_zero_when_drawn_then_half_is_at_the_floor(void **state) {
    struct distribution distribution =
        make(*state, (struct distribution_options){DISTRIBUTION_NORMAL, 0, MS, 0, NULL, 0});

    assert_int_equal(distribution_at(&distribution, 0), 0);
    assert_int_equal(distribution_at(&distribution, (UINT64_C(1) << 63) - 1), 0);
    assert_in_range(distribution_at(&distribution, UINT64_C(3) << 62), 674489, 674490);
    assert_true(distribution.quantiles[0] < 0);
}

static void given_huge_parameters_when_built_then_table_ends_at_the_cap(void **state) {
    static const struct distribution_options rows[] = {
        {DISTRIBUTION_NORMAL, INT64_MAX, INT64_MAX, 0, NULL, 0},
        {DISTRIBUTION_LOGNORMAL, INT64_MAX, 0, UINT32_MAX, NULL, 0},
        {DISTRIBUTION_EXPONENTIAL, INT64_MAX, 0, 0, NULL, 0},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct distribution distribution = make(*state, rows[row]);

        int64_t highest = distribution.quantiles[DISTRIBUTION_CELLS];

        assert_true(highest == DISTRIBUTION_CAP_NS);
        assert_true(distribution.quantiles[0] >= -DISTRIBUTION_CAP_NS);
        assert_true(distribution_max(&distribution) <= DISTRIBUTION_CAP_NS);
    }
}

static void expect_init_refused(struct arena *arena, struct distribution_options options,
                                int64_t min_ns) {
    struct distribution distribution;
    expect_assert_failure(distribution_init(&distribution, arena, &options, min_ns));
}

static void given_impossible_parameters_when_built_then_check_fails(void **state) {
    static const struct distribution_options rows[] = {
        {DISTRIBUTION_CONSTANT, -1, 0, 0, NULL, 0},
        {DISTRIBUTION_UNIFORM, 5, 4, 0, NULL, 0},
        {DISTRIBUTION_NORMAL, 5, -1, 0, NULL, 0},
        {DISTRIBUTION_EXPONENTIAL, -1, 0, 0, NULL, 0},
    };
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        expect_init_refused(*state, rows[row], 0);
    }
    expect_init_refused(*state,
                        (struct distribution_options){DISTRIBUTION_CONSTANT, 1, 0, 0, NULL, 0},
                        -DISTRIBUTION_CAP_NS - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_fixed_point_numbers_when_multiplied_then_product_is_rounded_down),
        cmocka_unit_test(given_fixed_point_ratio_when_divided_then_it_is_rounded_down),
        cmocka_unit_test_setup_teardown(
            given_standard_shapes_when_built_then_quantiles_are_exact_to_1e_9, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_every_kind_when_drawn_then_moments_are_those_of_theory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_table_when_built_then_its_hash_is_the_pinned_one,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_rising_bits_when_drawn_then_values_never_fall, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            given_uniform_when_drawn_then_both_ends_and_all_between_are_equally_likely, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_floor_when_drawn_below_then_floor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_normal_across_zero_when_drawn_then_half_is_at_the_floor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_huge_parameters_when_built_then_table_ends_at_the_cap,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(given_impossible_parameters_when_built_then_check_fails,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
