// Windows of time: figures of the parts of a run add up to those of the whole, and looking at a
// part changes nothing.
#include "scenarios/metric.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

static const char world[] =
    "duration: 20s\n"
    "nodes: {count: 40, groups: [{name: few, nodes: 30%, router: {profile: gossipsub-v1.0}}, "
    "{name: many, nodes: 70%}]}\n"
    "topology: {kind: random-regular, degree: 8}\n"
    "links: {loss: 10%}\n"
    "router: {profile: nim-2020, seen_ttl: 3s}\n"
    "topics: [{name: a}, {name: b, subscribers: 50%}]\n"
    "publish: [{topic: a, start: 3s, every: 500ms, count: 40}, {topic: b, start: 4s, every: 1s, "
    "count: 30}]\n"
    "events: [{at: 9s, unsubscribe: {topic: b, nodes: 30%}}]\n";

static struct run_fixture run_measured(const char *measure) {
    char text[2048];
    snprintf(text, sizeof text, "%s%s", world, measure);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** Counters that only show the state at an instant do not add up. */
static bool adds_up(enum metric metric) {
    return metric != METRIC_ONE_SIDED_MESH_LINKS;
}

static void given_windows_that_part_a_run_when_measured_then_counters_add_up(void **state) {
    (void)state;
    static const char *const parts[] = {
        "measure: {until: 6s}\n",
        "measure: {after: 6s, until: 12345678901ns}\n",
        "measure: {after: 12345678901ns}\n",
    };
    uint64_t sums[METRIC_COUNT] = {0};
    struct run_fixture whole = run_measured("");

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct run_fixture part = run_measured(parts[i]);
        assert_int_equal(part.result.digest.high, whole.result.digest.high);
        assert_int_equal(part.result.digest.low, whole.result.digest.low);
        for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
            uint64_t value = 0;
            sums[metric] += metric_counter(metric, &part.result.counts, &value) ? value : 0;
        }
        run_fixture_end(&part);
    }

    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        uint64_t value = 0;
        if (metric_counter(metric, &whole.result.counts, &value) && adds_up(metric) &&
            value != sums[metric]) {
            fail_msg("%s: %llu in parts, %llu in all", metric_path(metric),
                     (unsigned long long)sums[metric], (unsigned long long)value);
        }
    }
    assert_true(whole.result.counts.duplicates > 0);
    assert_true(whole.result.counts.packets_lost > 0);
    run_fixture_end(&whole);
}

static void given_a_whole_window_when_measured_by_records_then_all_is_as_without(void **state) {
    (void)state;
    struct run_fixture whole = run_measured("");

    // A nanosecond in which nothing happens makes the difference between counting and looking up.
    struct run_fixture part = run_measured("measure: {until: 20s, after: 1ns}\n");

    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        uint64_t wanted = 0;
        uint64_t value = 0;
        if (metric_counter(metric, &whole.result.counts, &wanted)) {
            assert_true(metric_counter(metric, &part.result.counts, &value));
            assert_int_equal(value, wanted);
        }
    }
    assert_int_equal(part.result.counts.hops_sum, whole.result.counts.hops_sum);
    assert_int_equal(part.result.counts.mesh_degree_sum, whole.result.counts.mesh_degree_sum);
    assert_int_equal(part.result.latencies_ns->count, whole.result.latencies_ns->count);
    for (uint64_t rank = 0; rank < whole.result.latencies_ns->count; rank++) {
        assert_int_equal(bag_at(part.result.latencies_ns, rank),
                         bag_at(whole.result.latencies_ns, rank));
    }
    run_fixture_end(&part);
    run_fixture_end(&whole);
}

/** A scope of the scenario that the n-th expectation asks for. */
static struct run_counts counts_of(const struct run_fixture *run, uint32_t expectation) {
    return run_scope_of(&run->result, run->scenario->expectations[expectation].scope).counts;
}

static void given_parts_of_the_fleet_when_counted_then_they_add_up_as_well(void **state) {
    (void)state;
    // Both groups, the three regions, both topics: each way of parting the run makes the whole.
    static const char scopes[] = "regions: {names: [x, y, z], latency: [[1ms, 9ms, 9ms], [9ms, "
                                 "1ms, 9ms], [9ms, 9ms, 1ms]]}\n"
                                 "expect:\n"
                                 "  - deliveries{group=few} > 0\n"
                                 "  - deliveries{group=many} > 0\n"
                                 "  - deliveries{region=x} > 0\n"
                                 "  - deliveries{region=y} > 0\n"
                                 "  - deliveries{region=z} > 0\n"
                                 "  - deliveries{topic=a} > 0\n"
                                 "  - deliveries{topic=b} > 0\n";
    static const struct {
        const char *name;
        uint32_t first;
        uint32_t end;
        enum metric_scoping least;
    } rows[] = {
        {"groups", 0, 2, METRIC_BY_NODES},
        {"regions", 2, 5, METRIC_BY_NODES},
        {"topics", 5, 7, METRIC_BY_ANYTHING},
    };
    struct run_fixture run = run_measured(scopes);
    assert_int_equal(run.scenario->scope_count, 8);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
            uint64_t wanted = 0;
            uint64_t sum = 0;
            bool counter = metric_counter(metric, &run.result.counts, &wanted);
            for (uint32_t j = rows[i].first; j < rows[i].end; j++) {
                struct run_counts part = counts_of(&run, j);
                uint64_t value = 0;
                sum += metric_counter(metric, &part, &value) ? value : 0;
            }
            enum metric_scoping scoping = metric_scoping_of(metric);
            bool narrows = scoping == METRIC_BY_ANYTHING || scoping == rows[i].least;
            if (counter && narrows && sum != wanted) {
                fail_msg("%s of %s: %llu in parts, %llu in all", metric_path(metric), rows[i].name,
                         (unsigned long long)sum, (unsigned long long)wanted);
            }
        }
    }
    assert_true(counts_of(&run, 0).deliveries > 0);
    run_fixture_end(&run);
}

static void given_a_late_delivery_when_measured_then_its_publication_counts(void **state) {
    (void)state;
    // One link of a second: published at 5 s, delivered at 6 s.
    static const char text[] = "duration: 10s\n"
                               "nodes: {count: 2, start: 0s}\n"
                               "topology: line\n"
                               "links: {delay: 1s}\n"
                               "publish: [{from: 0, start: 5s}]\n"
                               "measure: %s\n";
    static const struct {
        const char *measure;
        uint64_t deliveries;
    } rows[] = {
        {"{after: 5s}", 1},
        {"{after: 5000000001ns}", 0},
        {"{after: 4s, until: 5000000001ns}", 1},
        {"{after: 4s, until: 5s}", 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char whole[512];
        snprintf(whole, sizeof whole, text, rows[i].measure);
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = whole});

        assert_int_equal(run.result.counts.published, rows[i].deliveries);
        assert_int_equal(run.result.counts.expected_deliveries, rows[i].deliveries);
        assert_int_equal(run.result.counts.deliveries, rows[i].deliveries);
        run_fixture_end(&run);
    }
}

static void given_too_much_at_one_instant_when_run_then_it_ends_and_names_nodes(void **state) {
    (void)state;
    static const char text[] = "nodes: {count: 30, start: 0s}\n"
                               "limits: {events_per_instant: %s}\n";
    static const struct {
        const char *limit;
        bool alive;
    } rows[] = {{"29", false}, {"30", true}, {"0", true}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char whole[256];
        snprintf(whole, sizeof whole, text, rows[i].limit);
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = whole});
        struct failure failure = {0};

        assert_int_equal(run_was_alive(&run.result, &failure), rows[i].alive);

        assert_int_equal(run.result.interrupted, !rows[i].alive);
        assert_true(rows[i].alive || strstr(failure.message, "time stands still at 0s") != NULL);
        assert_true(rows[i].alive || strstr(failure.message, "node 14 (1)") != NULL);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_windows_that_part_a_run_when_measured_then_counters_add_up),
        cmocka_unit_test(given_a_whole_window_when_measured_by_records_then_all_is_as_without),
        cmocka_unit_test(given_parts_of_the_fleet_when_counted_then_they_add_up_as_well),
        cmocka_unit_test(given_a_late_delivery_when_measured_then_its_publication_counts),
        cmocka_unit_test(given_too_much_at_one_instant_when_run_then_it_ends_and_names_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
