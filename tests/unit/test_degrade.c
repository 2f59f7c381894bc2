// Factors and losses that hold for a while on a slot, several at once, and lists of such spells.
#include "base/quantity.h"
#include "sim/degrade.h"
#include "tests/support/unit.h"

enum { SLOTS = 3 };

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static void begin(struct degradations *d, uint32_t factor_ppm, uint32_t loss_ppb, int64_t end_ns) {
    degradations_begin(d, 1, &(struct degradation){factor_ppm, loss_ppb}, end_ns, 0);
}

static void given_factors_when_several_hold_then_they_multiply_to_the_nanosecond(void **state) {
    static const struct {
        uint32_t first_ppm;  // before 100
        uint32_t second_ppm; // before 200
        int64_t delay_ns;
        int64_t wanted_ns[3]; // at 99, 199 and 200
    } rows[] = {
        {3000000, 1000000, 50000000, {150000000, 50000000, 50000000}},
        {2500000, 1500000, 1001, {3753, 1501, 1001}}, // 2502 × 1.5
        {1000001, 1999999, 999999, {1999997, 1999997, 999999}},
        {1000000000, 1000000000, 86400, {1 << 30, 86400000, 86400}}, // cut
        {1000000000, 1000000, 999, {999000, 999, 999}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct degradations *d = degradations_create(*state, SLOTS);
        begin(d, rows[i].first_ppm, 0, 100);
        begin(d, rows[i].second_ppm, 0, 200);
        static const int64_t times_ns[] = {99, 199, 200};

        for (size_t j = 0; j < COUNT_OF(times_ns); j++) {
            assert_int_equal(degradations_delay(d, 1, times_ns[j], rows[i].delay_ns, 1 << 30),
                             rows[i].wanted_ns[j]);
            assert_int_equal(degradations_delay(d, 0, times_ns[j], rows[i].delay_ns, 1 << 30),
                             rows[i].delay_ns);
        }
    }
}

static void given_losses_when_several_hold_then_a_packet_has_to_survive_each(void **state) {
    struct degradations *d = degradations_create(*state, SLOTS);
    begin(d, DEGRADE_FACTOR_ONE, SHARE_ONE / 10, 100);
    begin(d, DEGRADE_FACTOR_ONE, SHARE_ONE / 5, 200);

    assert_int_equal(degradations_loss_ppb(d, 1, 99), 280000000); // 1 − 0.9 × 0.8
    assert_int_equal(degradations_loss_ppb(d, 1, 100), 200000000);
    assert_int_equal(degradations_loss_ppb(d, 1, 200), 0);
    assert_int_equal(degradations_loss_ppb(d, 2, 99), 0);
    begin(d, DEGRADE_FACTOR_ONE, SHARE_ONE, 50);
    assert_int_equal(degradations_loss_ppb(d, 1, 49), SHARE_ONE);
}

static void given_spells_that_end_when_others_begin_then_their_places_are_used(void **state) {
    struct slot_spells spells;
    slot_spells_init(&spells, *state, SLOTS);
    for (int64_t now_ns = 0; now_ns < 1000; now_ns++) {
        slot_spells_add(&spells, 0, now_ns + 10, now_ns);
        slot_spells_add(&spells, (uint32_t)(now_ns % 2 + 1), now_ns + 4, now_ns);
    }

    assert_true(spells.count <= 10 + 2 * 3);
    int64_t end_ns = 0;
    uint32_t count = 0;
    for (uint32_t i = slot_spells_first(&spells, 0); i != SLOT_SPELL_NONE;
         i = spells.items[i].next) {
        assert_true(spells.items[i].end_ns > end_ns); // as they began
        end_ns = spells.items[i].end_ns;
        count++;
    }
    assert_int_equal(count, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_factors_when_several_hold_then_they_multiply_to_the_nanosecond, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            given_losses_when_several_hold_then_a_packet_has_to_survive_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_spells_that_end_when_others_begin_then_their_places_are_used, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
