// What scenario files say about the time of nodes: mistakes, and the canonical form.
#include "tests/support/scenario_fixture.h"

#include <stdio.h>
#include <string.h>

static void given_bad_timing_when_read_then_it_is_refused(void **state) {
    static const struct mistake rows[] = {
        {"nodes: {count: 9, processing: fast}\n", 1, 31, "nodes.processing: found `fast`"},
        {"nodes: {count: 9, processing: -1ms}\n", 1, 31, "a duration"},
        {"nodes: {count: 9, heartbeat: 5s}\n", 1, 30,
         "found `5s`; allowed: a mapping with the keys phase, drift, jitter"},
        {"nodes: {count: 9, heartbeat: {phase: even}}\n", 1, 38, "found `even`"},
        {"nodes: {count: 9, heartbeat: {phase: [1s]}}\n", 1, 38,
         "found a list; allowed: uniform, a duration, or a distribution"},
        {"nodes: {count: 9, heartbeat: {drift: 5ppm}}\n", 1, 38,
         "found `5ppm`; allowed: parts per million from -500000 to 500000, at most three places"},
        {"nodes: {count: 9, heartbeat: {drift: 0.0001}}\n", 1, 38, "at most three places"},
        {"nodes: {count: 9, heartbeat: {drift: -500000.001}}\n", 1, 38, "from -500000 to"},
        {"nodes: {count: 9, heartbeat: {drift: [1]}}\n", 1, 38, "or drawn ones, such as"},
        {"nodes: {count: 9, heartbeat: {drift: {uniform: [5, -5]}}}\n", 1, 49, "low at most high"},
        {"nodes: {count: 9, heartbeat: {drift: {uniform: 5}}}\n", 1, 48, "allowed: [low, high]"},
        {"nodes: {count: 9, heartbeat: {drift: {normal: {mean: 0, sd: -1}}}}\n", 1, 47,
         "a standard deviation below 0; allowed: at least 0"},
        {"nodes: {count: 9, heartbeat: {drift: {normal: {mean: 0, sd: 200000}}}}\n", 1, 47,
         "its longest draws are beyond 500000 parts per million"},
        {"nodes: {count: 9, heartbeat: {drift: {}}}\n", 1, 38,
         "found 0 distributions; allowed: exactly one of uniform, normal"},
        {"nodes: {count: 9, heartbeat: {drift: {lognormal: 1}}}\n", 1, 39,
         "unknown key `lognormal`"},
        {"nodes: {count: 9, heartbeat: {jitter: -1ms}}\n", 1, 39, "a duration"},
        {"nodes: {count: 9, heartbeat: {period: 1ms}}\n", 1, 31, "unknown key `period`"},
        {"nodes: {count: 9, clock: 1s}\n", 1, 26, "a mapping with the keys skew, drift"},
        {"nodes: {count: 9, clock: {skew: 5}}\n", 1, 33, "nodes.clock.skew: found `5`"},
        {"nodes: {count: 9, clock: {skew: --5s}}\n", 1, 33, "found `--5s`"},
        {"nodes: {count: 9, clock: {skew: -3601s}}\n", 1, 33,
         "found `-3601s`; allowed: a duration from -3600s to 3600s"},
        {"nodes: {count: 9, clock: {skew: {uniform: [1s, -1s]}}}\n", 1, 44, "low at most high"},
        {"nodes: {count: 9, clock: {skew: {normal: {mean: 1s}}}}\n", 1, 42, "`sd` is missing"},
        {"nodes: {count: 9, clock: {skew: {normal: {mean: -1h, sd: 1s}}}}\n", 1, 42,
         "beyond 3600s"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 0, clock: {skw: 1s}}]}\n", 1, 56,
         "did you mean `skew`?"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 0, processing: x}]}\n", 1, 60, "found `x`"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 0, heartbeat: {drift: x}}]}\n", 1, 67,
         "found `x`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_timing_when_written_then_it_is_read_the_same(void **state) {
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"nodes: {count: 9, processing: {exponential: {mean: 1ms}}}",
         "\n  processing: {exponential: {mean: 1ms}}\n"},
        {"nodes: {count: 9, heartbeat: {phase: uniform, drift: -0.5}}",
         "\n  heartbeat: {phase: uniform, drift: -0.5, jitter: 0s}\n"},
        {"nodes: {count: 9, heartbeat: {phase: {uniform: [0s, 50ms]}, drift: {uniform: [-50, "
         "12.050]}, jitter: 5ms}}",
         "\n  heartbeat: {phase: {uniform: [0s, 50ms]}, drift: {uniform: [-50, 12.05]}, jitter: "
         "5ms}\n"},
        {"nodes: {count: 9, heartbeat: {drift: {normal: {mean: -0.001, sd: 10}}}}",
         "drift: {normal: {mean: -0.001, sd: 10}}, jitter"},
        {"nodes: {count: 9, clock: {skew: -5ms, drift: 500000}}",
         "\n  clock: {skew: -5ms, drift: 500000}\n"},
        {"nodes: {count: 9, clock: {skew: {uniform: [-50ms, 0s]}}}",
         "\n  clock: {skew: {uniform: [-50ms, 0s]}, drift: 0}\n"},
        {"nodes: {count: 9, clock: {skew: {normal: {mean: -1us, sd: 20ms}}}}",
         "skew: {normal: {mean: -1us, sd: 20ms}}, drift"},
        {"nodes: {count: 9, heartbeat: {drift: 5}, clock: {skew: 1s}, groups: [{name: a, nodes: 0, "
         "heartbeat: {jitter: 1ms}, clock: {skew: 0s, drift: 0}, processing: 2ms}, {name: b, "
         "nodes: "
         "1, heartbeat: {drift: 5}}]}",
         "- {name: a, nodes: [0], processing: 2ms, heartbeat: {jitter: 1ms}, clock: {skew: 0s}}\n"
         "    - {name: b, nodes: [1]}\n"},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *written = scenario_write(f->arena, fixture_load(f, rows[i].text), NULL);

        if (strstr(written, rows[i].wanted) == NULL) {
            fail_msg("%s gives\n%s", rows[i].text, written);
        }
        assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
    }
}

static void given_a_group_when_read_then_it_starts_from_the_scenario(void **state) {
    const struct scenario *scenario = fixture_load(
        *state, "nodes: {count: 9, processing: 3ms, heartbeat: {drift: 5}, clock: "
                "{skew: 1s}, groups: [{name: a, nodes: 0, heartbeat: {phase: uniform}, "
                "clock: {drift: 2.5}}]}\n");

    const struct scenario_timing *timing = &scenario->groups[0].timing;
    assert_int_equal(timing->processing.a_ns, 3000000);
    assert_true(timing->heartbeat.phase_uniform);
    assert_int_equal(timing->heartbeat.drift.a_ns, 5000);
    assert_int_equal(timing->clock.skew.a_ns, 1000000000);
    assert_int_equal(timing->clock.drift.a_ns, 2500);
    assert_false(scenario->timing.heartbeat.phase_uniform);
    assert_int_equal(scenario->timing.clock.drift.a_ns, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_bad_timing_when_read_then_it_is_refused),
        FIXTURE_TEST(given_timing_when_written_then_it_is_read_the_same),
        FIXTURE_TEST(given_a_group_when_read_then_it_starts_from_the_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
