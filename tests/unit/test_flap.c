// When a link that flaps is down: by the stays given or drawn, whoever asks and in which order.
#include "base/quantity.h"
#include "sim/flap.h"
#include "tests/support/unit.h"

enum { SLOTS = 4 };

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static struct flap_stays *stays_of(struct arena *arena, struct distribution_options down,
                                   struct distribution_options up) {
    struct flap_stays *stays = arena_take(arena, MEMORY_TABLES, sizeof *stays);
    distribution_init(&stays->down, arena, &down, FLAP_STAY_MIN_NS);
    distribution_init(&stays->up, arena, &up, FLAP_STAY_MIN_NS);
    return stays;
}

static struct distribution_options always(int64_t ns) {
    return (struct distribution_options){.kind = DISTRIBUTION_CONSTANT, .a_ns = ns};
}

static struct distribution_options exponential(int64_t mean_ns) {
    return (struct distribution_options){.kind = DISTRIBUTION_EXPONENTIAL, .a_ns = mean_ns};
}

static void given_fixed_stays_when_asked_then_down_and_up_alternate_and_end(void **state) {
    static const struct {
        int64_t at_s;
        bool down;
    } rows[] = {{10, true},  {11, true},  {12, false}, {14, false}, {15, true},  {16, true},
                {17, false}, {29, false}, {30, true},  {31, true},  {32, false}, // over from here
                {35, false}, {10, true},  {15, true},  {12, false}};             // and back in time
    struct flaps *flaps = flaps_create(*state, SLOTS, 1);
    struct flap flap = {.stays = stays_of(*state, always(2 * NS_PER_S), always(3 * NS_PER_S)),
                        .begin_ns = 10 * NS_PER_S};
    flaps_begin(flaps, 2, &flap, 32 * NS_PER_S);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(flaps_block(flaps, 2, rows[i].at_s * NS_PER_S), rows[i].down);
        assert_false(flaps_block(flaps, 1, rows[i].at_s * NS_PER_S));
    }
}

static void
given_drawn_stays_when_both_ends_ask_then_they_agree_on_the_share_of_time(void **state) {
    struct flaps *flaps = flaps_create(*state, SLOTS, 7);
    const struct flap_stays *stays =
        stays_of(*state, exponential(NS_PER_S), exponential(3 * NS_PER_S));
    struct flap flap = {.stays = stays, .link = 5, .occasion = 9};
    flaps_begin(flaps, 0, &flap, INT64_MAX);
    flaps_begin(flaps, 1, &flap, INT64_MAX);
    flap.link = 6;
    flaps_begin(flaps, 2, &flap, INT64_MAX);
    flap.link = 5;
    flap.occasion = 10;
    flaps_begin(flaps, 3, &flap, INT64_MAX);

    uint32_t down = 0;
    uint32_t others = 0;
    enum { MOMENTS = 200000 }; // 20,000 s: some 5000 stays of each kind
    for (uint32_t i = 0; i < MOMENTS; i++) {
        int64_t at_ns = i * NS_PER_S / 10;
        bool is_down = flaps_block(flaps, 0, at_ns);
        down += is_down;
        // The other end asks more rarely, and finds the same.
        assert_true(i % 100 != 0 || flaps_block(flaps, 1, at_ns) == is_down);
        others += is_down && flaps_block(flaps, 2, at_ns);
        others += is_down && flaps_block(flaps, 3, at_ns);
    }

    assert_in_range(down, MOMENTS * 24 / 100, MOMENTS * 26 / 100);
    assert_in_range(others, MOMENTS * 2 * 5 / 100, MOMENTS * 2 * 8 / 100); // 1/16 if independent
}

static void given_two_flappings_when_either_is_down_then_nothing_passes(void **state) {
    struct flaps *flaps = flaps_create(*state, SLOTS, 1);
    struct flap one = {.stays = stays_of(*state, always(NS_PER_S), always(9 * NS_PER_S))};
    struct flap two = {.stays = stays_of(*state, always(NS_PER_S), always(4 * NS_PER_S)),
                       .begin_ns = 5 * NS_PER_S};
    flaps_begin(flaps, 0, &one, 100 * NS_PER_S);
    assert_true(flaps_block(flaps, 0, 0));
    flaps_begin(flaps, 0, &two, 50 * NS_PER_S);

    for (int64_t s = 5; s < 60; s++) {
        bool down = s % 10 == 0 || (s < 50 && s % 5 == 0);
        assert_int_equal(flaps_block(flaps, 0, s * NS_PER_S), down);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_fixed_stays_when_asked_then_down_and_up_alternate_and_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_drawn_stays_when_both_ends_ask_then_they_agree_on_the_share_of_time, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(given_two_flappings_when_either_is_down_then_nothing_passes,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
