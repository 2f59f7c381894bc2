#include "tests/support/unit.h"

#include "scenarios/open_metrics.h"

#include <stdlib.h>
#include <string.h>

static void given_families_when_written_then_each_type_in_its_form(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    struct open_metrics metrics = {.out = open_memstream(&text, &size)};

    open_metrics_family(&metrics, OPEN_METRICS_INFO, "a", "What it is.");
    open_metrics_begin(&metrics);
    open_metrics_label(&metrics, "name", "x");
    open_metrics_count(&metrics, 1);
    open_metrics_family(&metrics, OPEN_METRICS_COUNTER, "b", "How often.");
    open_metrics_begin(&metrics);
    open_metrics_count(&metrics, UINT64_MAX);
    open_metrics_family(&metrics, OPEN_METRICS_GAUGE, "c", "How many.");
    open_metrics_begin(&metrics);
    open_metrics_label_number(&metrics, "node", 17);
    open_metrics_label(&metrics, "topic", "");
    open_metrics_level(&metrics, -3);
    open_metrics_end(&metrics);
    fclose(metrics.out);

    assert_string_equal(text, "# TYPE a info\n# HELP a What it is.\na_info{name=\"x\"} 1\n"
                              "# TYPE b counter\n# HELP b How often.\n"
                              "b_total 18446744073709551615\n"
                              "# TYPE c gauge\n# HELP c How many.\n"
                              "c{node=\"17\",topic=\"\"} -3\n# EOF\n");
    free(text);
}

static void given_a_text_when_it_is_a_label_then_escaped_as_the_format_wants(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    struct open_metrics metrics = {.out = open_memstream(&text, &size)};
    open_metrics_family(&metrics, OPEN_METRICS_GAUGE, "a", "b");
    fflush(metrics.out);
    size_t head = size;

    open_metrics_begin(&metrics);
    open_metrics_label(&metrics, "t", "\"\\\n\\n {ä},=\r");
    open_metrics_level(&metrics, 0);
    fclose(metrics.out);

    assert_string_equal(text + head, "a{t=\"\\\"\\\\\\n\\\\n {ä},=\r\"} 0\n");
    free(text);
}

static void given_no_family_or_no_gauge_when_written_then_check_fails(void **state) {
    (void)state;
    struct open_metrics metrics = {.out = stdout};

    expect_assert_failure(open_metrics_begin(&metrics));
    metrics.type = OPEN_METRICS_COUNTER;

    expect_assert_failure(open_metrics_level(&metrics, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_families_when_written_then_each_type_in_its_form),
        cmocka_unit_test(given_a_text_when_it_is_a_label_then_escaped_as_the_format_wants),
        cmocka_unit_test(given_no_family_or_no_gauge_when_written_then_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
