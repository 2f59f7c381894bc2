// What comes first of what happens at one instant: the order of sources alone changes.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include "scenarios/fleet.h"
#include "scenarios/session.h"

// A star with equal delays: all leaves publish at once, and their messages come to the middle at
// one instant.
static const char star[] =
    "duration: 3s\n"
    "nodes: {count: 9, start: 0s}\n"
    "topology: {kind: star}\n"
    "links: {delay: 20ms}\n"
    "publish: [{from: any, publishers: 8, start: 2s, count: 8, every: 1ns}]\n";
// Nothing happens at the same time as anything else.
static const char spread[] = "duration: 6s\n"
                             "nodes: {count: 20, start: {uniform: [0s, 1s]}}\n"
                             "topology: {kind: random-regular, degree: 6}\n"
                             "links: {delay: {uniform: [10ms, 90ms]}}\n"
                             "publish: [{start: 2s, every: 333ms, count: 9}]\n";

struct order {
    uint32_t peers[64]; // whose GRAFT or hello the middle heard, in that order
    uint32_t count;
};

static void on_record(void *context, const struct trace_record *record) {
    struct order *order = context;
    if (record->kind == TRACE_RECEIVE && record->node == 0 && order->count < 8) {
        order->peers[order->count++] = record->peer;
    }
}

static struct run_result run(struct arena *arena, const struct scenario *scenario, enum ties ties,
                             struct order *order) {
    const struct session_options options = {.hooks = {.context = order, .on_record = on_record},
                                            .ties = ties};
    struct failure failure;
    struct run_result result;
    *order = (struct order){.count = 0};
    struct session *session = session_open(arena, scenario, &options, &failure);
    assert_non_null(session);
    assert_true(session_run_until(session, INT64_MAX));
    session_end(session, &result);
    return result;
}

static void given_a_star_when_run_then_the_middle_hears_the_leaves_in_another_order(void **state) {
    (void)state;
    struct run_fixture fixture = run_fixture_of((struct run_fixture_options){.text = star});
    struct order orders[TIES_COUNT];
    struct digest digests[TIES_COUNT];
    for (enum ties ties = TIES_FIRST; ties < TIES_COUNT; ties++) {
        digests[ties] = run(fixture.arena, fixture.scenario, ties, &orders[ties]).digest;
        assert_int_equal(orders[ties].count, 8);
    }

    bool sorted = true;
    for (uint32_t i = 0; i < 8; i++) {
        assert_int_equal(orders[TIES_FIRST].peers[i], i + 1);
        assert_int_equal(orders[TIES_LAST].peers[i], 8 - i);
        sorted = sorted && orders[TIES_SHUFFLED].peers[i] == i + 1;
    }
    assert_false(sorted);
    assert_memory_equal(&digests[TIES_FIRST], &fixture.result.digest, sizeof digests[0]);
    assert_memory_not_equal(&digests[TIES_FIRST], &digests[TIES_LAST], sizeof digests[0]);
    assert_memory_not_equal(&digests[TIES_FIRST], &digests[TIES_SHUFFLED], sizeof digests[0]);
    run_fixture_end(&fixture);
}

static void given_no_ties_when_run_then_the_same_run(void **state) {
    (void)state;
    struct run_fixture fixture = run_fixture_of((struct run_fixture_options){.text = spread});
    for (enum ties ties = TIES_FIRST; ties < TIES_COUNT; ties++) {
        struct order order;
        const struct run_result result = run(fixture.arena, fixture.scenario, ties, &order);
        assert_memory_equal(&result.digest, &fixture.result.digest, sizeof result.digest);
    }
    run_fixture_end(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_star_when_run_then_the_middle_hears_the_leaves_in_another_order),
        cmocka_unit_test(given_no_ties_when_run_then_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
