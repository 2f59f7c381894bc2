#include "analysis/propagation.h"
#include "tests/support/analysis_fixture.h"
#include "tests/support/unit.h"

static void given_nodes_without_message_when_propagation_then_told_apart_where_known(void **state) {
    struct analysis_fixture *f = *state;
    // Message 0 goes from node 0 to node 1; nodes 2 and 3 have no copy of it.
    static const struct {
        uint32_t expected; // receivers
        bool other;        // node 3 gets another message of the topic, as it was expected to
        enum propagation_absence of[2];
        uint32_t missed, outside, unknown;
    } rows[] = {
        {1, false, {PROPAGATION_OUTSIDE, PROPAGATION_OUTSIDE}, 0, 2, 0},
        {1, true, {PROPAGATION_OUTSIDE, PROPAGATION_OUTSIDE}, 0, 2, 0},
        {2, true, {PROPAGATION_OUTSIDE, PROPAGATION_MISSED}, 1, 1, 0},
        {2, false, {PROPAGATION_UNKNOWN, PROPAGATION_UNKNOWN}, 0, 0, 2},
        {3, false, {PROPAGATION_MISSED, PROPAGATION_MISSED}, 2, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_message messages[] = {
            {.published = true, .expected = rows[i].expected, .deliveries = 1},
        };
        struct run_delivery deliveries[] = {{.node = 1, .delivered_ns = 5, .expected = true}};
        uint64_t subscribers = UINT64_C(1) << 1 | (rows[i].other ? UINT64_C(1) << 3 : 0);
        struct run_data run = {.scenario = "",
                               .nodes = f->nodes,
                               .node_count = ANALYSIS_FIXTURE_NODES,
                               .links = f->links,
                               .link_count = ANALYSIS_FIXTURE_LINKS,
                               .messages = messages,
                               .message_count = COUNT_OF(messages),
                               .spread = {.deliveries = deliveries,
                                          .count = COUNT_OF(deliveries),
                                          .subscribers = &subscribers}};
        struct propagation propagation;

        assert_true(propagation_of(&propagation, &run, f->arena, &f->failure));

        const struct propagation_absences *absences = &propagation.absences;
        assert_int_equal(absences->of[0], PROPAGATION_PRESENT);
        assert_int_equal(absences->of[1], PROPAGATION_PRESENT);
        assert_int_equal(absences->of[2], rows[i].of[0]);
        assert_int_equal(absences->of[3], rows[i].of[1]);
        assert_int_equal(absences->missed, rows[i].missed);
        assert_int_equal(absences->outside, rows[i].outside);
        assert_int_equal(absences->unknown, rows[i].unknown);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_nodes_without_message_when_propagation_then_told_apart_where_known,
            analysis_fixture_begin, analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
