// Points of a sweep: cross products, ranges, lock steps, conditions.
#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"
#include "tests/support/scenario_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NODES "nodes: {count: 20}\n"

enum { TEXT_SIZE = 4096 };

/** The labels of all points, with bars between, or the message of what is wrong. */
static void lay_out(struct scenario_fixture *f, const char *sweep, char out[TEXT_SIZE]) {
    char text[TEXT_SIZE];
    struct sweep_points points;
    struct failure failure;
    snprintf(text, sizeof text, NODES "sweep: %s\n", sweep);
    const struct scenario *scenario = fixture_load(f, text);
    assert_non_null(scenario->sweep);
    out[0] = '\0';
    if (!sweep_lay_out(&points, f->arena, scenario, &failure)) {
        snprintf(out, TEXT_SIZE, "%u:%u %s", failure.line, failure.column, failure.message);
        return;
    }
    for (uint32_t point = 0; point < points.count; point++) {
        char label[SWEEP_LABEL_SIZE];
        size_t used = strlen(out);
        snprintf(out + used, TEXT_SIZE - used, "%s%s", point == 0 ? "" : " | ",
                 sweep_label(&points, point, label));
    }
}

static void given_axes_when_laid_out_then_their_product_in_order(void **state) {
    static const struct {
        const char *sweep;
        const char *points;
    } rows[] = {
        {"{repeat: 3}", "the scenario itself"},
        {"{router.D: [4, 6]}", "router.D=4 | router.D=6"},
        {"{router.D: [4, 6], router.Dlazy: [1, 2]}",
         "router.D=4 router.Dlazy=1 | router.D=4 router.Dlazy=2 | router.D=6 router.Dlazy=1 | "
         "router.D=6 router.Dlazy=2"},
        {"{router.D: {from: 4, to: 9, step: 2}}", "router.D=4 | router.D=6 | router.D=8"},
        {"{links.loss: {from: 0%, to: 5%, step: 2.5%}}",
         "links.loss=0% | links.loss=2.5% | links.loss=5%"},
        {"{links.loss: {from: 0, to: 0.3, step: 0.1}}",
         "links.loss=0 | links.loss=0.1 | links.loss=0.2 | links.loss=0.3"},
        {"{links.delay: {from: 500ms, to: 1s, step: 250ms}}",
         "links.delay=500ms | links.delay=750ms | links.delay=1s"},
        {"{publish.0.size: {from: 1KiB, to: 3KiB, step: 1KiB}}",
         "publish.0.size=1KiB | publish.0.size=2KiB | publish.0.size=3KiB"},
        {"{router.D: {from: 4, to: 4, step: 1}}", "router.D=4"},
        {"{zip: {router.D: [4, 6], router.D_hi: [8, 12]}}",
         "router.D=4 router.Dhi=8 | router.D=6 router.Dhi=12"},
        {"{zip: [{router.D: [4, 6], router.Dhi: {from: 8, to: 10, step: 2}}], router.Dlo: [1, 2]}",
         "router.D=4 router.Dhi=8 router.Dlo=1 | router.D=4 router.Dhi=8 router.Dlo=2 | "
         "router.D=6 router.Dhi=10 router.Dlo=1 | router.D=6 router.Dhi=10 router.Dlo=2"},
        {"{links.delay: [20ms, {uniform: [10ms, 30ms]}]}",
         "links.delay=20ms | links.delay={uniform: [10ms, 30ms]}"},
        {"{router.D: [4, 6, 8], router.Dlo: [4, 8], where: [router.Dlo <= router.D]}",
         "router.D=4 router.Dlo=4 | router.D=6 router.Dlo=4 | router.D=8 router.Dlo=4 | "
         "router.D=8 router.Dlo=8"},
        // Short names; what does not vary has the scenario's value: D is 6, Dhi 12 by default.
        {"{router.Dlo: [4, 6, 8], where: Dlo <= D}", "router.Dlo=4 | router.Dlo=6"},
        {"{router.D: [4, 12, 14], where: [D < Dhi, D != 4]}", NULL}, // no point is left
        {"{router.D: [4, 12], where: [D < Dhi]}", "router.D=4"},
        {"{links.loss: [0.01, 5%], where: [loss == 1%]}", "links.loss=0.01"},
        {"{links.delay: [900ms, 1s, 2s], where: [delay >= 1000ms]}",
         "links.delay=1s | links.delay=2s"},
        {"{router.profile: [floodsub, nim-2020], where: [profile != floodsub]}",
         "router.profile=nim-2020"},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char found[TEXT_SIZE];

        lay_out(f, rows[i].sweep, found);

        const char *none = "of 3 points the conditions leave 0; allowed: 1 to 100000";
        bool as_wanted = rows[i].points == NULL ? strstr(found, none) != NULL
                                                : strcmp(found, rows[i].points) == 0;
        if (!as_wanted) {
            fail_msg("%s: %s", rows[i].sweep, found);
        }
    }
}

static void given_conditions_that_mean_nothing_when_laid_out_then_their_place(void **state) {
    static const struct {
        const char *sweep;
        const char *words;
    } rows[] = {
        {"{router.D: [4], where: [D <= 1s]}",
         "2:32 sweep.where: `D <= 1s`: 4 and 1s have no order"},
        {"{router.D: [4], where: [D < Doo]}", "4 and Doo have no order"},
        {"{router.D: [4], where: [Dlo < Dhi]}", "nothing of it varies"},
        {"{router.D: [4], where: [D < links]}", "links has no single value"},
        {"{router.D: [4], where: [D < router.E]}", "router.E has no single value"},
        {"{links: [{loss: 1%}], where: [links.loss < 2%]}", "varies as part of another path"},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char found[TEXT_SIZE];

        lay_out(f, rows[i].sweep, found);

        if (strstr(found, rows[i].words) == NULL) {
            fail_msg("%s: %s", rows[i].sweep, found);
        }
    }
}

static void given_too_many_points_when_laid_out_then_refused(void **state) {
    struct scenario_fixture *f = *state;
    char found[TEXT_SIZE];

    lay_out(f,
            "{router.D: {from: 1, to: 1000, step: 1}, router.Dlazy: {from: 1, to: 1000, step: 1}}",
            found);
    assert_non_null(strstr(found, "of 1000000 points the conditions leave 1000000"));

    lay_out(f,
            "{router.D: {from: 1, to: 9000, step: 1}, router.Dlazy: {from: 1, to: 9000, step: 1}}",
            found);
    assert_non_null(strstr(found, "the cross product has more than 5000000 points"));
}

static void given_mistakes_when_read_then_each_has_its_place(void **state) {
    static const struct mistake rows[] = {
        {NODES "sweep: {D: [1]}\n", 2, 9, "unknown key `D` (did you mean `router.D`?)"},
        {NODES "sweep: {repat: 1}\n", 2, 9, "did you mean `repeat`?"},
        {NODES "sweep: {ruter.D: [1]}\n", 2, 9, "did you mean `router.…`?"},
        {NODES "sweep: {seed: [1, 2]}\n", 2, 9, "`seed` cannot vary, as `repeat`"},
        {NODES "sweep: {name: [a]}\n", 2, 9, "`name` cannot vary"},
        {NODES "sweep: {sweep.repeat: [1]}\n", 2, 9, "`sweep` cannot vary"},
        {NODES "sweep: {router.D: [4], router.D: [5]}\n", 2, 24, "router.D varies already"},
        {NODES "sweep: {router.D_hi: [9], router.Dhi: [9]}\n", 2, 27, "router.Dhi varies already"},
        {NODES "sweep: {links.loss: [0], links: [{}]}\n", 2, 26, "links varies already, as links."},
        {NODES "sweep: {router.D: 4}\n", 2, 19, "found `4`; allowed: a list of 1 to 10000 values"},
        {NODES "sweep: {router.D: []}\n", 2, 19, "found a list; allowed: a list of 1"},
        {NODES "sweep: {router.D: {from: 1, to: 2}}\n", 2, 19, "found 2 keys; allowed: from, to"},
        {NODES "sweep: {router.D: {from: 1, to: 2, by: 2}}\n", 2, 19, "the key `step` is missing"},
        {NODES "sweep: {router.D: {from: a, to: 2, step: 1}}\n", 2, 26,
         "found `a`; allowed: a num"},
        {NODES "sweep: {router.D: {from: 1, to: 2s, step: 1}}\n", 2, 19, "of different kinds"},
        {NODES "sweep: {router.D: {from: 3, to: 2, step: 1}}\n", 2, 19, "a range of no values"},
        {NODES "sweep: {router.D: {from: 1, to: 2, step: 0}}\n", 2, 19, "a range of no values"},
        {NODES "sweep: {router.D: {from: 1, to: 2, step: 0.0001}}\n", 2, 19, "too many values"},
        {NODES "sweep: {zip: {router.D: [4, 5], router.Dhi: [8]}}\n", 2, 45,
         "found 1 values; allowed: as many as router.D has, 2"},
        {NODES "sweep: {zip: [5]}\n", 2, 15, "found `5`; allowed: a mapping such as"},
        {NODES "sweep: {zip: {}}\n", 2, 14, "found a mapping; allowed: a mapping such as"},
        {NODES "sweep: {where: [D]}\n", 2, 17, "allowed: a list of conditions"},
        {NODES "sweep: {where: [D <= ]}\n", 2, 17, "allowed: a list of conditions"},
        {NODES "sweep: {where: [1 < D < 3]}\n", 2, 17, "allowed: a list of conditions"},
        {NODES "sweep: {repeat: 0}\n", 2, 17, "found `0`; allowed: a whole number from 1 to 10000"},
        {NODES "sweep: {repeat: 1, repeat: 2}\n", 2, 20, "duplicate key `repeat`"},
        {NODES "sweep: {until: ci(latency.p99)}\n", 2, 16,
         "found `ci(latency.p99)`; allowed: a list of conditions such as `ci(latency.p99) < 2%`"},
        {NODES "sweep: {until: latency.p99 < 2%}\n", 2, 16, "such as `ci(latency.p99) < 2%`"},
        {NODES "sweep: {until: ci(latency.p99) > 2%}\n", 2, 16, "such as `ci(latency.p99) < 2%`"},
        {NODES "sweep: {until: [ci(latency.p98) < 2%]}\n", 2, 17,
         "unknown figure `latency.p98` (did you mean `latency.p9"},
        {NODES "sweep: {until: ci(latency.p99) < 2}\n", 2, 16,
         "found the limit `2`; allowed: a share of the mean such as 2%, or a duration above 0"},
        {NODES "sweep: {until: ci(latency.p99) < 0%}\n", 2, 16,
         "found the limit `0%`; allowed: a s"},
        {NODES "sweep: {until: ci(hops.mean) < 1s}\n", 2, 16, "such as 2%, or a number above 0"},
        {NODES "sweep: {until: ci(bytes_sent.total) < 5}\n", 2, 16, "such as 2%, or a size above"},
        {NODES "sweep: {until: {a: 1}}\n", 2, 16, "found a mapping; allowed: a list of conditions"},
        {NODES "sweep: {until: [], until: []}\n", 2, 20, "duplicate key `until`"},
        {NODES "sweep: {max_repeat: 20}\n", 2, 9, "stands without `until`, which would say when"},
        {NODES "sweep: {repeat: 5, until: ci(hops.mean) < 1}\n", 2, 17,
         "found 5 replicates to begin with; allowed with `until`: at least 6"},
        {NODES "sweep: {max_repeat: 9, until: ci(hops.mean) < 1}\n", 2, 21,
         "found 9; allowed: at least `repeat`, which is 10"},
        {NODES "sweep: {max_repeat: 10001, until: ci(hops.mean) < 1}\n", 2, 21,
         "found `10001`; allowed: a whole number from 1 to 10000"},
        {NODES "sweep: [router.D]\n", 2, 8, "found a list; allowed: a mapping of paths"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_a_sweep_when_written_then_it_reads_back_the_same(void **state) {
    static const char *const rows[] = {
        "{repeat: 3}",
        "{router.D: [4, 6], where: [\"Dlo <= D\"], repeat: 10}",
        ("{router.D: [4, 6], zip: [{router.Dlo: [2, 3], router.Dhi: [8, 9]}, {links.loss: [0%]}], "
         "repeat: 10}"),
        "{topics: [[{name: \"a, b\"}, {name: \"it's \\\"c\\\" \\\\\"}]], repeat: 10}",
        "{expect: [[\"delivery_ratio{topic=blocks} >= 1\"], []], repeat: 10}",
        "{links.delay: [{uniform: [1ms, 2ms]}, 5ms], repeat: 10}",
        ("{repeat: 6, until: [\"ci(latency.p99) < 2%\", \"ci(bytes_sent.total) < 1KiB\"], "
         "max_repeat: 70}"),
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TEXT_SIZE];
        char line[TEXT_SIZE];
        snprintf(text, sizeof text, NODES "sweep: %s\n", rows[i]);
        snprintf(line, sizeof line, "\nsweep: %s\n", rows[i]);

        const char *first = scenario_write(f->arena, fixture_load(f, text), NULL);
        const char *second = scenario_write(f->arena, fixture_load(f, first), NULL);

        if (strstr(first, line) == NULL) {
            fail_msg("%s: %s", line, strstr(first, "\nsweep"));
        }
        assert_string_equal(first, second);
    }
}

static void given_conditions_on_intervals_when_read_then_figure_and_limit(void **state) {
    static const struct {
        const char *sweep;
        const char *written;
        enum metric metric;
        bool relative;
        double limit;
        uint32_t max_repeat;
    } rows[] = {
        {"{until: ci(latency.p99) < 2%}", "ci(latency.p99) < 2%", METRIC_LATENCY_P99, true, 0.02,
         100},
        {"{until: \" ci( hops.mean )<=0.25 \", repeat: 2000}", "ci(hops.mean) < 0.25",
         METRIC_HOPS_MEAN, false, 0.25, 10000},
        {"{until: [ci(latency.p50) < 1.5ms], max_repeat: 12}", "ci(latency.p50) < 1500us",
         METRIC_LATENCY_P50, false, 1.5e6, 12},
        {"{until: [ci(bytes_sent.total) < 2KiB]}", "ci(bytes_sent.total) < 2KiB",
         METRIC_BYTES_SENT_TOTAL, false, 2048, 100},
        // A share of the mean, not of deliveries.
        {"{until: [ci(delivery_ratio) < 1%]}", "ci(delivery_ratio) < 1%", METRIC_DELIVERY_RATIO,
         true, 0.01, 100},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, NODES "sweep: %s\n", rows[i].sweep);

        const struct scenario_sweep *sweep = fixture_load(f, text)->sweep;

        assert_int_equal(sweep->until_count, 1);
        assert_string_equal(sweep->until[0].text, rows[i].written);
        assert_int_equal(sweep->until[0].metric, rows[i].metric);
        assert_int_equal(sweep->until[0].relative, rows[i].relative);
        assert_true(sweep->until[0].limit >= rows[i].limit - 1e-12);
        assert_true(sweep->until[0].limit <= rows[i].limit + 1e-12);
        assert_int_equal(sweep->max_repeat, rows[i].max_repeat);
    }
}

static void given_quantities_when_written_then_read_back(void **state) {
    static const struct {
        const char *text;
        enum sweep_kind kind;
        int64_t value;
        const char *written;
    } rows[] = {
        {"6", SWEEP_NUMBER, 6000000000, "6"},
        {"0.125", SWEEP_NUMBER, 125000000, "0.125"},
        {"-0.5", SWEEP_NUMBER, -500000000, "-0.5"},
        {"2.5%", SWEEP_NUMBER, 25000000, "2.5%"},
        {"100%", SWEEP_NUMBER, 1000000000, "100%"},
        {"1500ms", SWEEP_DURATION, 1500000000, "1500ms"},
        {"-20ms", SWEEP_DURATION, -20000000, "-20ms"},
        {"1KiB", SWEEP_SIZE, 1024, "1KiB"},
        {"10Mbit/s", SWEEP_RATE, 10000000, "10Mbit/s"},
        {"floodsub", SWEEP_WORD, 0, NULL},
        {"1.0000000001", SWEEP_WORD, 0, NULL},
        {"99999999999999999999", SWEEP_WORD, 0, NULL},
        {"1.", SWEEP_WORD, 0, NULL},
        {"", SWEEP_WORD, 0, NULL},
        {"-", SWEEP_WORD, 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[SWEEP_QUANTITY_TEXT_SIZE];

        struct sweep_quantity found = sweep_quantity_read(rows[i].text, strlen(rows[i].text));

        if (found.kind != rows[i].kind ||
            (found.kind != SWEEP_WORD && found.value != rows[i].value)) {
            fail_msg("%s is read as %d, %lld", rows[i].text, (int)found.kind,
                     (long long)found.value);
        }
        if (rows[i].written != NULL) {
            assert_string_equal(sweep_quantity_write(found, text), rows[i].written);
        }
    }
}

/** The end of a sweep's only range as far as its steps pass it by. */
static const char *unreached_of(struct scenario_fixture *f, const char *range) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, NODES "sweep: {%s}\n", range);
    return fixture_load(f, text)->sweep->parameters[0].unreached;
}

static void given_a_range_when_its_steps_pass_the_end_by_then_that_is_kept(void **state) {
    struct scenario_fixture *f = *state;
    assert_string_equal(unreached_of(f, "router.D: {from: 4, to: 9, step: 2}"), "9");
    assert_string_equal(unreached_of(f, "links.delay: {from: 1s, to: 2s, step: 300ms}"), "2s");
    assert_string_equal(unreached_of(f, "links.loss: {from: 0%, to: 5%, step: 2%}"), "5%");
}

static void
given_a_range_or_a_list_when_the_end_is_a_value_then_nothing_is_unreached(void **state) {
    struct scenario_fixture *f = *state;
    assert_null(unreached_of(f, "router.D: {from: 4, to: 8, step: 2}"));
    assert_null(unreached_of(f, "router.D: {from: 4, to: 4, step: 3}"));
    assert_null(unreached_of(f, "links.loss: {from: 0, to: 0.3, step: 0.1}"));
    assert_null(unreached_of(f, "router.D: [4, 9]"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_axes_when_laid_out_then_their_product_in_order),
        FIXTURE_TEST(given_conditions_that_mean_nothing_when_laid_out_then_their_place),
        FIXTURE_TEST(given_too_many_points_when_laid_out_then_refused),
        FIXTURE_TEST(given_mistakes_when_read_then_each_has_its_place),
        FIXTURE_TEST(given_a_sweep_when_written_then_it_reads_back_the_same),
        FIXTURE_TEST(given_conditions_on_intervals_when_read_then_figure_and_limit),
        FIXTURE_TEST(given_a_range_when_its_steps_pass_the_end_by_then_that_is_kept),
        FIXTURE_TEST(given_a_range_or_a_list_when_the_end_is_a_value_then_nothing_is_unreached),
        FIXTURE_TEST(given_quantities_when_written_then_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
