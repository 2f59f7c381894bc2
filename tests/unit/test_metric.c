#include "tests/support/unit.h"

#include "scenarios/metric.h"

#include <string.h>

static enum metric find(const char *path) {
    return metric_find(path, strlen(path));
}

static void given_every_metric_when_looked_up_by_its_path_then_it_is_found(void **state) {
    (void)state;

    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        assert_non_null(metric_path(metric));
        assert_int_equal(find(metric_path(metric)), metric);
    }
}

static void given_a_path_of_the_summary_when_looked_up_then_it_has_the_right_unit(void **state) {
    (void)state;
    static const struct {
        const char *path;
        enum metric_unit unit;
    } rows[] = {
        {"nodes", METRIC_COUNT_UNIT},
        {"delivery_ratio", METRIC_RATIO},
        {"duplicates_per_delivery", METRIC_RATIO},
        {"latency.p99", METRIC_DURATION},
        {"latency.min", METRIC_DURATION},
        {"hops.mean", METRIC_MEAN},
        {"mesh_degree.max", METRIC_COUNT_UNIT},
        {"rpcs_sent.with_messages", METRIC_COUNT_UNIT},
        {"bytes_sent.total", METRIC_BYTES},
        {"packets_lost", METRIC_COUNT_UNIT},
        {"one_sided_mesh_links", METRIC_COUNT_UNIT},
        {"time_to_heal", METRIC_DURATION},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum metric metric = find(rows[i].path);

        assert_int_not_equal(metric, METRIC_COUNT);
        assert_int_equal(metric_unit_of(metric), rows[i].unit);
    }
}

static void given_an_unknown_path_when_looked_up_then_there_is_none_but_a_nearest(void **state) {
    (void)state;

    assert_int_equal(find("latency"), METRIC_COUNT);
    assert_int_equal(find("latency.p999"), METRIC_COUNT);
    assert_int_equal(find(""), METRIC_COUNT);

    assert_int_equal(metric_nearest("latency_p99", 11), METRIC_LATENCY_P99);
    assert_int_equal(metric_nearest("delivery_ration", 15), METRIC_DELIVERY_RATIO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_every_metric_when_looked_up_by_its_path_then_it_is_found),
        cmocka_unit_test(given_a_path_of_the_summary_when_looked_up_then_it_has_the_right_unit),
        cmocka_unit_test(given_an_unknown_path_when_looked_up_then_there_is_none_but_a_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
