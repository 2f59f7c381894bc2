#include "sim/jitter.h"
#include "tests/support/unit.h"

#include <math.h>

#define MS INT64_C(1000000)

enum { DRAWS = 40000 };

// The bell curve, so that the correlation of values is that of the normals behind them.
static const struct distribution_options bell = {
    .kind = DISTRIBUTION_NORMAL, .a_ns = 100 * MS, .b_ns = 10 * MS};

static struct jitter *jitter_of(void **state, uint32_t correlation_ppb) {
    struct jitter *jitter = arena_take(*state, MEMORY_TABLES, sizeof *jitter);
    const struct jitter_options options = {
        .values = &bell, .correlation_ppb = correlation_ppb, .wave_ns = 1000 * MS};
    jitter_init(jitter, *state, &options, 3);
    return jitter;
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static double deviation(const struct jitter *jitter, struct jitter_key key, int64_t at_ns) {
    return (double)(jitter_at(jitter, key, at_ns) - bell.a_ns) / (double)bell.b_ns;
}

/** The correlation of two packets on one direction, one sent so long after the other. */
static double correlation(const struct jitter *jitter, int64_t apart_ns, double *variance) {
    double products = 0;
    double squares = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        int64_t at_ns = (int64_t)(i * UINT64_C(7919)) % 5000 * MS;
        double first = deviation(jitter, (struct jitter_key){i, 1, 2 * i}, at_ns);
        double second = deviation(jitter, (struct jitter_key){i, 1, 2 * i + 1}, at_ns + apart_ns);
        products += first * second;
        squares += first * first;
    }
    *variance = squares / DRAWS;
    return products / DRAWS;
}

static void given_correlation_when_drawn_then_packets_of_one_time_have_it(void **state) {
    static const struct {
        const char *name;
        uint32_t correlation_ppb;
        int64_t apart_ns;
        double low;
        double high;
    } rows[] = {
        {"none", 0, 0, -0.03, 0.03},
        {"half, together", 500000000, 0, 0.47, 0.53},
        {"most, together", 900000000, 0, 0.87, 0.93},
        {"most, soon after", 900000000, 100 * MS, 0.80, 0.92},
        {"most, a wave later", 900000000, 1000 * MS, 0.05, 0.45},
        {"most, two waves later", 900000000, 2000 * MS, -0.03, 0.03},
        {"all", 1000000000, 0, 0.97, 1.03},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double variance = 0;
        double found =
            correlation(jitter_of(state, rows[i].correlation_ppb), rows[i].apart_ns, &variance);

        if (found < rows[i].low || found > rows[i].high || fabs(variance - 1) > 0.04) {
            fail_msg("%s: correlation %.3f, variance %.3f", rows[i].name, found, variance);
        }
    }
}

static void given_a_key_and_a_time_when_drawn_again_then_the_delay_is_the_same(void **state) {
    struct jitter *jitter = jitter_of(state, 700000000);
    struct jitter_key key = {5, 1, 9};
    int64_t first = jitter_at(jitter, key, 123 * MS);

    jitter_at(jitter, (struct jitter_key){5, 1, 10}, 99999 * MS);

    assert_int_equal(jitter_at(jitter, key, 123 * MS), first);
    key.direction = 6;
    assert_int_not_equal(jitter_at(jitter, key, 123 * MS), first);
}

static void given_all_alike_when_time_goes_on_then_the_delay_changes_little(void **state) {
    struct jitter *jitter = jitter_of(state, 1000000000);

    for (int64_t at_ns = 0; at_ns < 20000 * MS; at_ns += 10 * MS) {
        double here = deviation(jitter, (struct jitter_key){1, 1, 1}, at_ns);
        double next = deviation(jitter, (struct jitter_key){1, 1, 2}, at_ns + 10 * MS);
        assert_true(fabs(here - next) < 0.15);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_correlation_when_drawn_then_packets_of_one_time_have_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_a_key_and_a_time_when_drawn_again_then_the_delay_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_all_alike_when_time_goes_on_then_the_delay_changes_little, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
