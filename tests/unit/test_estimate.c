#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include "scenarios/estimate.h"
#include "scenarios/run.h"

#include <stdio.h>

enum { NODES = 2000 };

// As scenarios/catalog/bench/w.yaml, for a part of its time.
#define W                                                                                          \
    "duration: 40s\nnodes: {count: 2000, start: 0s, heartbeat: {phase: uniform}}\n"                \
    "router: {heartbeat_initial_delay: 0s}\ntopology: {kind: dial, dials: 10}\n"                   \
    "links: {delay: {uniform: [10ms, 150ms]}, loss: 0%}\n"

static const char w[] = W "publish: [{start: 5s, every: 1s, count: 30, size: 1KiB}]\n";

static const struct run_options untraced = {.level = TRACE_LEVEL_NONE};

static void given_the_workload_of_the_bench_when_run_then_each_part_is_as_estimated(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, w);
    struct arena *arena = arena_create(NULL);
    struct failure failure;
    struct run_result result;

    struct estimate estimate = estimate_memory(scenario, &untraced, false);
    struct fleet *fleet = run_build(arena, scenario, &untraced, &failure);
    assert_non_null(fleet);
    run_through(&result, fleet, NULL);

    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        enum memory_category which = (enum memory_category)category;
        double bytes = (double)arena_bytes(arena, which);
        double factor = (double)estimate.bytes[category] / bytes;
        // What is small beside the whole has room for its first blocks.
        if (bytes > 200.0 * NODES && (factor < 0.7 || factor > 1.5)) {
            fail_msg("%s: %.0f bytes, %.2f of them estimated", memory_category_name(which), bytes,
                     factor);
        }
    }
    arena_destroy(arena);
}

// Networks that differ from W in one thing that costs memory; a comment says what without it.
#define N "duration: 20s\nnodes: {count: 500, start: 0s}\n"
#define T "topology: {kind: random-regular, degree: 20}\nlinks: {delay: 50ms"
#define PUBLISH "publish: [{start: 5s, every: 100ms, count: 50, size: 1KiB}]\n"

static const struct {
    const char *name;
    const char *text;
    struct run_options options;
} kinds[] = {
    {"plain", N T "}\n" PUBLISH, {0}},
    // The caches of the 2020 router hold each RPC of the last two minutes.
    {"2020", "router: {profile: nim-2020}\n" N T "}\n" PUBLISH, {0}},
    {"2020, half of them",
     "router: {profile: gossipsub-v1.0}\nduration: 20s\nnodes: {count: 500, start: 0s, groups: "
     "[{name: old, nodes: 50%, router: {profile: nim-2020}}]}\n" T "}\n" PUBLISH,
     {0}},
    // A GRAFT for each topic and mesh at the first heartbeat, all at one instant.
    {"topics", "topics: [{name: \"t%d\", count: 64}]\n" N T "}\npublish: []\n", {0}},
    {"topics, threads",
     "topics: [{name: \"t%d\", count: 64}]\n" N T "}\npublish: []\n",
     {.threads = 4, .keep_threads = true}},
    {"forgetting",
     "router: {seen_ttl: 3s}\n" N T "}\npublish: [{start: 5s, every: 20ms, count: 500}]\n",
     {0}},
    {"fair", N T ", bandwidth: {up: 10Mbit/s, down: 20Mbit/s, sharing: fair}}\n" PUBLISH, {0}},
    {"encoded", N T "}\n" PUBLISH, {.wire = RUN_WIRE_ENCODE}},
    {"encoded, large",
     N T "}\npublish: [{start: 5s, every: 1s, count: 3, size: 50KiB}]\n",
     {.wire = RUN_WIRE_ENCODE}},
    // Counters are of topics that have messages, which are few of those that are known.
    {"metrics",
     "topics: [{name: \"t%d\", count: 200, per_node: 2}]\n" N T "}\n"
     "publish: [{topic: t0, start: 5s, every: 100ms, count: 50, size: 1KiB}]\n",
     {.metered = true}},
    // Most nodes are not to get any message.
    {"one of two topics",
     "topics: [{name: all}, {name: few, subscribers: 20%}]\n" N T "}\n"
     "publish: [{topic: few, start: 5s, every: 5ms, count: 2000, size: 100B}]\n",
     {0}},
};

static void given_networks_of_all_kinds_when_run_then_they_take_what_is_estimated(void **state) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct scenario_fixture *f = *state;
        const struct scenario *scenario = fixture_load(f, kinds[i].text);
        struct run_options options = kinds[i].options;
        options.level = TRACE_LEVEL_NONE;
        struct arena *arena = arena_create(NULL);
        struct failure failure;
        struct run_result result;

        struct estimate estimate = estimate_memory(scenario, &options, false);
        struct fleet *fleet = run_build(arena, scenario, &options, &failure);
        assert_non_null(fleet);
        run_through(&result, fleet, NULL);

        double bytes = 0;
        for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
            bytes += (double)arena_bytes(arena, (enum memory_category)category);
        }
        double factor = (double)estimate.sum_bytes / bytes;
        if (factor < 0.7 || factor > 1.5) {
            fail_msg("%s: %.0f bytes, %.2f of them estimated", kinds[i].name, bytes, factor);
        }
        arena_destroy(arena);
    }
}

/** The sum of what is estimated for a scenario with more keys. */
static double estimated(struct scenario_fixture *f, const char *more) {
    char text[1000];
    snprintf(text, sizeof text, "%s%s", W, more);
    return (double)estimate_memory(fixture_load(f, text), &untraced, false).sum_bytes;
}

static void given_more_of_anything_when_estimated_then_it_is_more_and_in_proportion(void **state) {
    static const struct {
        const char *name;
        const char *less;
        const char *more; // twice as much
    } rows[] = {
        {"messages", "publish: [{start: 5s, every: 1ms, count: 10000}]\n",
         "publish: [{start: 5s, every: 500us, count: 20000}]\n"},
        {"topics", "topics: [{name: \"t%d\", count: 64}]\npublish: []\n",
         "topics: [{name: \"t%d\", count: 128}]\npublish: []\n"},
        {"at once", "publish: [{start: 5s, publishers: 500, count: 1}]\n",
         "publish: [{start: 5s, publishers: 1000, count: 1}]\n"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double factor = estimated(f, rows[i].more) / estimated(f, rows[i].less);

        if (factor < 1.2 || factor > 2.1) {
            fail_msg("%s: twice as many are estimated at %.2f times", rows[i].name, factor);
        }
    }
}

static void given_a_trace_when_estimated_then_tables_are_counted_if_they_are_made(void **state) {
    static const struct run_options traced = {.level = TRACE_LEVEL_DELIVERIES};
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, w);

    struct estimate none = estimate_memory(scenario, &untraced, true);
    struct estimate written = estimate_memory(scenario, &traced, false);
    struct estimate analysed = estimate_memory(scenario, &traced, true);

    assert_int_equal(none.analysis_bytes, 0);
    assert_int_equal(written.analysis_bytes, 0);
    assert_true(written.peak_bytes > none.peak_bytes);
    assert_true(analysed.peak_bytes > written.peak_bytes + 60 * UINT64_C(60000));
}

static void given_threads_when_estimated_then_what_goes_between_them_is_counted(void **state) {
    static const struct run_options several = {.level = TRACE_LEVEL_NONE, .threads = 4};
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, w);

    struct estimate one = estimate_memory(scenario, &untraced, false);
    struct estimate four = estimate_memory(scenario, &several, false);

    assert_true(four.bytes[MEMORY_EVENTS] > 2 * one.bytes[MEMORY_EVENTS]);
    assert_int_equal(four.bytes[MEMORY_ROUTERS], one.bytes[MEMORY_ROUTERS]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_the_workload_of_the_bench_when_run_then_each_part_is_as_estimated),
        FIXTURE_TEST(given_networks_of_all_kinds_when_run_then_they_take_what_is_estimated),
        FIXTURE_TEST(given_more_of_anything_when_estimated_then_it_is_more_and_in_proportion),
        FIXTURE_TEST(given_a_trace_when_estimated_then_tables_are_counted_if_they_are_made),
        FIXTURE_TEST(given_threads_when_estimated_then_what_goes_between_them_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
