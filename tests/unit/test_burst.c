#include "base/prng.h"
#include "sim/burst.h"
#include "tests/support/unit.h"

#define MS INT64_C(1000000)

static const struct burst_options options = {
    .good_ns = 900 * MS, .bad_ns = 100 * MS, .good_loss_ppb = 5, .bad_loss_ppb = 800000000};

static struct burst burst_of(void **state, uint64_t seed) {
    struct burst burst;
    burst_init(&burst, *state, &options, seed);
    return burst;
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static bool is_bad(const struct burst *burst, struct burst_cursor *cursor, uint64_t direction,
                   int64_t at_ns) {
    uint32_t ppb = burst_loss_ppb(burst, cursor, direction, at_ns);
    assert_true(ppb == options.good_loss_ppb || ppb == options.bad_loss_ppb);
    return ppb == options.bad_loss_ppb;
}

static void given_a_cursor_when_moved_about_then_it_answers_as_from_scratch(void **state) {
    struct burst burst = burst_of(state, 7);
    struct burst_cursor cursor = {0};
    uint32_t bad = 0;

    for (uint64_t i = 0; i < 4000; i++) {
        int64_t at_ns = (int64_t)(prng_keyed(1, STREAM_LOSS, i, 0, 0) % 20000) * MS;
        struct burst_cursor fresh = {0};
        bool wanted = is_bad(&burst, &fresh, 42, at_ns);
        bad += wanted;
        assert_int_equal(is_bad(&burst, &cursor, 42, at_ns), wanted);
        assert_true(at_ns >= cursor.from_ns);
        assert_true(at_ns < cursor.until_ns);
    }

    assert_in_range(bad, 100, 1000);
}

static void given_many_directions_when_looked_at_then_shares_and_stays_are_as_set(void **state) {
    struct burst burst = burst_of(state, 9);
    uint64_t at_start = 0;
    uint64_t later = 0;
    uint64_t turns = 0;

    for (uint64_t direction = 0; direction < 20000; direction++) {
        struct burst_cursor cursor = {0};
        at_start += is_bad(&burst, &cursor, direction, 0);
        later += is_bad(&burst, &cursor, direction, 10000 * MS);
        turns += cursor.number;
    }

    // A tenth of the time, at the start too; twenty turns in ten mean cycles of a second.
    assert_in_range(at_start, 1900, 2100);
    assert_in_range(later, 1900, 2100);
    assert_in_range(turns, 395000, 405000);
}

static void given_other_seeds_or_directions_when_looked_at_then_states_differ(void **state) {
    struct burst burst = burst_of(state, 1);
    struct burst other = burst_of(state, 2);
    struct burst_cursor cursors[3] = {{0}};
    uint32_t by_seed = 0;
    uint32_t by_direction = 0;

    for (int64_t at_ns = 0; at_ns < 100000 * MS; at_ns += 50 * MS) {
        bool bad = is_bad(&burst, &cursors[0], 5, at_ns);
        by_seed += bad != is_bad(&other, &cursors[1], 5, at_ns);
        by_direction += bad != is_bad(&burst, &cursors[2], 6, at_ns);
    }

    assert_true(by_seed > 100);
    assert_true(by_direction > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_a_cursor_when_moved_about_then_it_answers_as_from_scratch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_many_directions_when_looked_at_then_shares_and_stays_are_as_set, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_other_seeds_or_directions_when_looked_at_then_states_differ, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
