// The time of nodes: what they take over RPCs, when their hearts beat, by which clock they publish.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include "base/quantity.h"

#include <stdio.h>

static struct run_fixture run_of(const char *nodes, const char *rest) {
    static char text[2048];
    snprintf(text, sizeof text, "nodes: %s\n%s", nodes, rest);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** Three RPCs reach the hub at once, and it takes 5 ms over each: by arithmetic, to the nanosecond.
 */
static void given_a_busy_hub_when_rpcs_arrive_together_then_each_waits_its_turn(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("{count: 6, start: 0s, groups: [{name: hub, nodes: 0, processing: 5ms}]}",
               "duration: 5s\ntopology: star\nlinks: {delay: 20ms}\nrouter: {Dlazy: 0}\n"
               "publish: [{from: [1, 2, 3], start: 3s, every: 0s, count: 1, publishers: 3}]\n");

    for (uint32_t message = 0; message < 3; message++) {
        const struct trace_record *at_hub = run_fixture_delivery(&run, message, 0);
        const struct trace_record *at_leaf = run_fixture_delivery(&run, message, 5);
        assert_non_null(at_hub);
        assert_non_null(at_leaf);
        int64_t handled_ns = 3 * NS_PER_S + (20 + 5 * ((int64_t)message + 1)) * NS_PER_MS;
        assert_int_equal(at_hub->at_ns, handled_ns);
        assert_int_equal(at_leaf->at_ns, handled_ns + 20 * NS_PER_MS);
    }
    assert_int_equal(run.result.counts.deliveries, 15);
    run_fixture_end(&run);
}

/** Pollaczek and Khinchin: Poisson arrivals at rate λ and service D wait ρ D / 2 (1 − ρ), ρ = λ D.
 */
static void
given_poisson_arrivals_when_processed_then_the_mean_wait_is_that_of_m_d_1(void **state) {
    (void)state;
    static const struct {
        const char *mean; // of the gaps
        double rho;       // with 10 ms of processing
    } rows[] = {{"50ms", 0.2}, {"20ms", 0.5}, {"12500us", 0.8}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char series[300];
        snprintf(series, sizeof series,
                 "duration: 3100s\ntopology: line\nlinks: {delay: 20ms}\nrouter: {seen_ttl: 10s}\n"
                 "publish: [{from: 0, start: 3s, every: {exponential: {mean: %s}}, count: 40000, "
                 "size: 10B}]\n",
                 rows[i].mean);
        struct run_fixture run = run_of("{count: 2, start: 0s, processing: 10ms}", series);

        double sum_ns = 0;
        struct bag_cursor cursor = {0};
        int64_t latency_ns = 0;
        while (bag_next(run.result.latencies_ns, &cursor, &latency_ns)) {
            sum_ns += (double)latency_ns;
        }
        double wait_ms = sum_ns / (double)run.result.counts.deliveries / 1e6 - 30;
        double wanted_ms = rows[i].rho * 10 / 2 / (1 - rows[i].rho);
        assert_int_equal(run.result.counts.deliveries, 40000);
        if (wait_ms < wanted_ms * 0.93 || wait_ms > wanted_ms * 1.07) {
            fail_msg("mean gap %s: waits %f ms, wanted %f ms", rows[i].mean, wait_ms, wanted_ms);
        }
        run_fixture_end(&run);
    }
}

/** Without links there is nothing but heartbeats. */
static uint64_t beats_of(const char *nodes, const char *duration) {
    char rest[200];
    snprintf(rest, sizeof rest, "duration: %s\ntopology: {kind: edges, edges: []}\npublish: []\n",
             duration);
    struct run_fixture run = run_of(nodes, rest);
    uint64_t beats = run.result.counts.events;
    run_fixture_end(&run);
    return beats;
}

static void given_drift_when_an_hour_passes_then_so_many_beats_more_or_fewer(void **state) {
    (void)state;
    // The first beat is at 0.1 s; then come ⌊3599.9 s (1 + drift)⌋ whole intervals, or one fewer.
    assert_int_equal(beats_of("{count: 1, start: 0s}", "3600s"), 3600);
    assert_int_equal(beats_of("{count: 1, start: 0s, heartbeat: {drift: 1000}}", "3600s"), 3604);
    assert_int_equal(beats_of("{count: 1, start: 0s, heartbeat: {drift: -1000}}", "3600s"), 3597);
    assert_int_equal(beats_of("{count: 1, start: 0s, heartbeat: {drift: 500000}}", "3600s"), 5400);
    assert_int_equal(beats_of("{count: 2, start: 0s, heartbeat: {drift: -500000}, groups: [{name: "
                              "g, nodes: 1, heartbeat: {drift: 0}}]}",
                              "3600s"),
                     1800 + 3600);
}

static void given_jitter_when_time_passes_then_it_does_not_add_up(void **state) {
    (void)state;
    assert_int_equal(
        beats_of("{count: 50, start: 0s, heartbeat: {jitter: {uniform: [0s, 800ms]}}}", "1000s"),
        50 * 1000);
    // Late by two beats, and at once behind one another.
    assert_int_equal(beats_of("{count: 1, start: 0s, heartbeat: {jitter: 2500ms}}", "10s"), 8);
}

static void given_phases_when_nodes_start_together_then_beats_are_spread(void **state) {
    (void)state;
    assert_int_equal(beats_of("{count: 1000, start: 0s}", "400ms"), 1000);
    assert_int_equal(beats_of("{count: 9, start: 0s, heartbeat: {phase: 400ms}}", "500ms"), 0);
    assert_int_equal(beats_of("{count: 9, start: 0s, heartbeat: {phase: 400ms}}", "501ms"), 9);
    // From 0.1 s on within a second: 300 of 1,000 before 0.4 s, and 14.5 is the standard deviation.
    uint64_t early = beats_of("{count: 1000, start: 0s, heartbeat: {phase: uniform}}", "400ms");
    assert_in_range(early, 300 - 73, 300 + 73);
    uint64_t all = beats_of("{count: 1000, start: 0s, heartbeat: {phase: uniform}}", "1100ms");
    assert_int_equal(all, 1000);
}

/** The publications of a group's nodes come earlier, and messages reach others after the same time.
 */
static void given_a_skewed_group_when_run_then_latencies_stay(void **state) {
    (void)state;
    static const char rest[] = "duration: 30s\ntopology: line\nlinks: {delay: 20ms}\n"
                               "publish: [{from: [0, 7], start: 5s, every: 1s, count: 20}]\n";
    struct run_fixture plain = run_of("{count: 8, start: 0s}", rest);
    struct run_fixture skewed = run_of("{count: 8, start: 0s, groups: [{name: g, nodes: 4..7, "
                                       "clock: {skew: 300ms}}]}",
                                       rest);

    for (uint32_t i = 0; i < 20; i++) {
        int64_t moved_ns = i % 2 == 1 ? 300 * NS_PER_MS : 0;
        assert_int_equal(skewed.messages[i].published_at_ns,
                         plain.messages[i].published_at_ns - moved_ns);
        for (uint32_t node = 1; node < 7; node++) {
            int64_t hops = i % 2 == 1 ? 7 - (int64_t)node : (int64_t)node;
            const struct trace_record *delivery = run_fixture_delivery(&skewed, i, node);
            assert_non_null(delivery);
            assert_int_equal(delivery->at_ns - skewed.messages[i].published_at_ns,
                             hops * 20 * NS_PER_MS);
        }
    }
    assert_int_equal(plain.result.counts.deliveries, skewed.result.counts.deliveries);
    run_fixture_end(&plain);
    run_fixture_end(&skewed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_busy_hub_when_rpcs_arrive_together_then_each_waits_its_turn),
        cmocka_unit_test(given_poisson_arrivals_when_processed_then_the_mean_wait_is_that_of_m_d_1),
        cmocka_unit_test(given_drift_when_an_hour_passes_then_so_many_beats_more_or_fewer),
        cmocka_unit_test(given_jitter_when_time_passes_then_it_does_not_add_up),
        cmocka_unit_test(given_phases_when_nodes_start_together_then_beats_are_spread),
        cmocka_unit_test(given_a_skewed_group_when_run_then_latencies_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
