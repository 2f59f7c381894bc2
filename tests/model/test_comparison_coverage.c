// How often verdicts on made-up replicates are right: what the levels of a comparison promise.
#include "analysis/comparison.h"
#include "tests/support/made_up.h"
#include "tests/support/unit.h"

enum { PAIRS = 10, FIGURES = 4, TRIALS = 800 };

/** How replicates come about. */
struct world {
    double shift;  // of B, in every figure
    double margin; // 0: none
    bool share;    // the margin is one of A's mean, which is 100
    double own;    // scatter of a setting beside what its seed brings
    bool leans;    // exponential, not normal
};

struct made {
    struct comparison comparison;
    struct comparison_figure figures[FIGURES];
    struct figure_value values[FIGURES][2][PAIRS];
    struct digest digests[2][PAIRS];
    uint8_t failed[PAIRS];
};

static double draw(const struct world *world, struct prng *prng) {
    return world->leans ? made_up_leaning(prng) : made_up_normal(prng);
}

/** One comparison of two settings with that much between them. */
static void make(struct made *made, const struct world *world, struct prng *prng) {
    *made = (struct made){.comparison = {.a = "A", .b = "B", .pairs = PAIRS, .confidence = 0.95}};
    for (uint32_t i = 0; i < FIGURES; i++) {
        for (uint32_t seed = 0; seed < PAIRS; seed++) {
            double common = 100 + 10 * draw(world, prng);
            double a = common + world->own * draw(world, prng);
            double b = common + world->own * draw(world, prng) + world->shift;
            made->values[i][0][seed] = (struct figure_value){true, a};
            made->values[i][1][seed] = (struct figure_value){true, b};
        }
        made->figures[i] = (struct comparison_figure){.name = "x", .unit = "", .scale = 1};
        made->figures[i].a = made->values[i][0];
        made->figures[i].b = made->values[i][1];
        made->figures[i].margin = world->margin;
        made->figures[i].margin_is_share = world->share;
    }
    made->digests[0][0].low = 1;
    made->comparison.power = 0.8;
    made->comparison.figures = made->figures;
    made->comparison.figure_count = FIGURES;
    made->comparison.a_digests = made->digests[0];
    made->comparison.b_digests = made->digests[1];
    made->comparison.a_failed = made->failed;
    made->comparison.b_failed = made->failed;
}

/** What was counted, in shares of the trials. */
struct counts {
    double differs;    // some figure is said to differ
    double equivalent; // some figure is said to be within its margin
    double within;     // the first figure is within its margin by itself, at 5 %
    double found;      // the first figure is said to differ
    double held;       // the interval of the first figure has the difference
    double all_held;   // those of all together have theirs
    double share_held; // Fieller's of the first figure
};

static struct counts count(const struct world *world) {
    struct counts counts = {0};
    struct prng prng = prng_stream(11, STREAM_BOOTSTRAP, 0);
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        struct arena *arena = arena_create(NULL);
        struct made made;
        make(&made, world, &prng);
        comparison_work_out(&made.comparison, arena);
        bool all = true;
        bool within = false;
        for (uint32_t i = 0; i < FIGURES; i++) {
            const struct comparison_figure *figure = &made.figures[i];
            double off = fabs(figure->difference.sample.mean - world->shift);
            all = all && off <= figure->together_half_width;
            within = within || figure->equivalent;
        }
        const struct comparison_figure *first = &made.figures[0];
        double off = fabs(first->difference.sample.mean - world->shift);
        double share = world->shift / 100;
        counts.differs += made.comparison.outcome == COMPARISON_DIFFERENCE ? 1.0 / TRIALS : 0;
        counts.equivalent += within ? 1.0 / TRIALS : 0;
        counts.within += first->equivalence_p_value <= 0.05 ? 1.0 / TRIALS : 0;
        counts.found += first->verdict == COMPARISON_DIFFERS ? 1.0 / TRIALS : 0;
        counts.held += off <= first->difference.sample.half_width ? 1.0 / TRIALS : 0;
        counts.all_held += all ? 1.0 / TRIALS : 0;
        bool inside = first->relative_low <= share && share <= first->relative_high;
        counts.share_held += inside ? 1.0 / TRIALS : 0;
        arena_destroy(arena);
    }
    return counts;
}

/** Fails if a share that is to be at least `least` is below it by more than chance. */
static void expect_least(const char *what, double share, double least) {
    if (share < made_up_least(least, TRIALS)) {
        fail_msg("%s: %.4f, which is below %.4f", what, share, least);
    }
}

static void given_the_same_setting_twice_when_compared_then_seldom_a_difference(void **state) {
    (void)state;
    struct counts normal = count(&(struct world){.own = 1});
    struct counts leaning = count(&(struct world){.own = 1, .leans = true});

    expect_least("normal: no difference", 1 - normal.differs, 0.95);
    expect_least("leaning: no difference", 1 - leaning.differs, 0.95);
    // Nor so seldom that nothing could ever be found.
    assert_true(normal.differs > 0.02);
}

static void given_a_difference_when_compared_then_intervals_hold_it(void **state) {
    (void)state;
    struct counts counts = count(&(struct world){.shift = 3, .own = 2});

    expect_least("by itself", counts.held, 0.95);
    expect_least("all together", counts.all_held, 0.95);
    expect_least("its share of A", counts.share_held, 0.95);
}

static void
given_a_difference_as_large_as_the_margin_when_compared_then_seldom_within(void **state) {
    (void)state;
    // The worst case of all that are beyond it.
    struct counts counts = count(&(struct world){.shift = 2, .margin = 2, .own = 1});

    expect_least("not within", 1 - counts.equivalent, 0.95);
}

// A's mean is not known: by its estimate alone a difference as large as the margin, which scatters
// less than that estimate does, would be within it in nearly half of the cases.
static void given_a_difference_as_large_as_a_share_when_compared_then_seldom_within(void **state) {
    (void)state;
    struct counts counts =
        count(&(struct world){.shift = 10, .margin = 0.1, .share = true, .own = 0.3});
    struct counts below =
        count(&(struct world){.shift = -10, .margin = 0.1, .share = true, .own = 0.3});

    expect_least("not within, above", 1 - counts.within, 0.95);
    expect_least("not within, below", 1 - below.within, 0.95);
    // Nor so seldom that nothing could ever be shown.
    assert_true(counts.within > 0.02);
    assert_true(below.within > 0.02);
}

static void given_a_difference_of_half_a_share_when_compared_then_within(void **state) {
    (void)state;
    struct counts counts =
        count(&(struct world){.shift = 5, .margin = 0.1, .share = true, .own = 0.3});

    expect_least("within", counts.within, 0.99);
}

static void given_a_difference_that_power_names_when_compared_then_found_as_often(void **state) {
    (void)state;
    // Scatter of a difference: own · √2. R: power.t.test(n = 10, sd = 1, sig.level = 0.05 / 4,
    // power = 0.8, type = "paired", strict = TRUE)$delta = 1.284297.
    struct counts counts = count(&(struct world){.shift = 1.284297 * sqrt(2), .own = 1});

    // Holm finds what Bonferroni finds, and more where other figures differ too.
    expect_least("found", counts.found, 0.8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_same_setting_twice_when_compared_then_seldom_a_difference),
        cmocka_unit_test(given_a_difference_when_compared_then_intervals_hold_it),
        cmocka_unit_test(
            given_a_difference_as_large_as_the_margin_when_compared_then_seldom_within),
        cmocka_unit_test(given_a_difference_as_large_as_a_share_when_compared_then_seldom_within),
        cmocka_unit_test(given_a_difference_of_half_a_share_when_compared_then_within),
        cmocka_unit_test(given_a_difference_that_power_names_when_compared_then_found_as_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
