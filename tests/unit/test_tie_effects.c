#include "analysis/tie_effects.h"
#include "tests/support/unit.h"

enum { SEEDS = 12 };

static struct figure_value value(double number) {
    return (struct figure_value){.defined = true, .value = number};
}

/** Scatter without a mean: the same numbers in another order for each `turn`. */
static double scatter(uint32_t i, uint32_t turn) {
    static const double steps[SEEDS] = {-5, 3, 1, -2, 4, -1, 5, -4, 2, -3, 1.5, -1.5};
    return steps[(i * (2 * turn + 1) + turn) % SEEDS];
}

struct made_up {
    struct figure_value usual[SEEDS];
    struct figure_value last[SEEDS];
    struct figure_value shuffled[SEEDS];
};

/** A figure that scatters by `spread` between seeds, moves by `shift` with the order, and besides
 * by `noise` at each seed. */
static struct tie_effect make(struct made_up *made, double spread, double shift, double noise) {
    for (uint32_t i = 0; i < SEEDS; i++) {
        double usual = 100 + spread * scatter(i, 0);
        made->usual[i] = value(usual);
        made->last[i] = value(usual + shift + noise * scatter(i, 2));
        made->shuffled[i] = value(usual + noise * scatter(i, 3));
    }
    return (struct tie_effect){.usual = made->usual, .others = {made->last, made->shuffled}};
}

static void given_figures_when_worked_out_then_each_has_its_verdict(void **state) {
    (void)state;
    struct made_up made[4];
    struct tie_effect effects[4] = {
        make(&made[0], 1, 0, 0),      // no run moves
        make(&made[1], 0.1, 20, 0.1), // by far more than seeds do
        make(&made[2], 10, 5, 0.2),   // clearly, but less
        make(&made[3], 1, 0, 1),      // as seeds do
    };

    tie_effects_work_out(effects, 4, 2, SEEDS);

    assert_int_equal(effects[0].verdict, TIE_SAME);
    assert_int_equal(effects[1].verdict, TIE_MORE);
    assert_int_equal(effects[1].largest, 0);
    assert_float_equal(effects[1].differences[0].sample.mean, 20, 0.2);
    assert_false(effects[1].differences[1].clear_in_family);
    assert_int_equal(effects[2].verdict, TIE_LESS);
    assert_int_equal(effects[3].verdict, TIE_UNCLEAR);
}

static void given_many_figures_when_one_is_barely_clear_then_it_is_not_among_them(void **state) {
    (void)state;
    struct made_up made[40];
    struct tie_effect effects[40];
    effects[0] = make(&made[0], 1, 3.5, 1);
    for (uint32_t i = 1; i < 40; i++) {
        effects[i] = make(&made[i], 1, 0, 1);
    }

    tie_effects_work_out(effects, 1, 2, SEEDS);
    assert_int_not_equal(effects[0].verdict, TIE_UNCLEAR);
    tie_effects_work_out(effects, 40, 2, SEEDS);
    assert_int_equal(effects[0].verdict, TIE_UNCLEAR);
}

static void given_one_seed_when_worked_out_then_nothing_is_clear(void **state) {
    (void)state;
    struct made_up made;
    struct tie_effect effect = make(&made, 1, 5, 1);

    tie_effects_work_out(&effect, 1, 2, 1);

    assert_int_equal(effect.verdict, TIE_UNCLEAR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_figures_when_worked_out_then_each_has_its_verdict),
        cmocka_unit_test(given_many_figures_when_one_is_barely_clear_then_it_is_not_among_them),
        cmocka_unit_test(given_one_seed_when_worked_out_then_nothing_is_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
