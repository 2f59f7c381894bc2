// Where two runs part: at the event where what differs first shows, and not before.
#include "router/quirks.h"
#include "scenarios/fleet.h"
#include "scenarios/parting.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#define MS INT64_C(1000000)

#define WORLD                                                                                      \
    "duration: 8s\n"                                                                               \
    "nodes: {count: 30}\n"                                                                         \
    "topology: {kind: random-regular, degree: 6}\n"                                                \
    "links: {loss: {rate: 10%, of: all}}\n"                                                        \
    "publish: [{from: 4, start: 2s, every: 1s, count: 5}]\n"

struct pair {
    struct run_fixture runs[PARTING_SIDES];
    const struct scenario *scenarios[PARTING_SIDES];
    struct parting parting;
};

static void find(struct pair *pair, const char *a, const char *b, enum parting_scope scope) {
    const char *const texts[PARTING_SIDES] = {a, b};
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        pair->runs[i] = run_fixture_of((struct run_fixture_options){.text = texts[i]});
        pair->scenarios[i] = pair->runs[i].scenario;
    }
    const struct parting_options options = {.scope = scope};
    struct failure failure;
    assert_true(
        parting_find(pair->runs[0].arena, pair->scenarios, &options, &pair->parting, &failure));
}

static void end(struct pair *pair) {
    run_fixture_end(&pair->runs[1]);
    run_fixture_end(&pair->runs[0]);
}

static void given_one_scenario_twice_when_compared_then_they_never_part(void **state) {
    (void)state;
    static const enum parting_scope scopes[] = {PARTING_BY_EVENTS, PARTING_BY_RPCS};
    for (uint32_t i = 0; i < 2; i++) {
        struct pair pair;
        find(&pair, WORLD, WORLD, scopes[i]);
        uint64_t sent = 0;
        for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
            sent += pair.runs[0].result.counts.rpcs_sent[kind];
        }

        assert_int_equal(pair.parting.kind, PARTING_NONE);
        assert_true(i == 0 ? pair.parting.alike >= pair.runs[0].result.events
                           : pair.parting.alike == sent);
        end(&pair);
    }
}

/** Another node stands still: that is the first thing to differ. */
static void given_a_fault_of_another_node_when_compared_then_parted_at_that_instant(void **state) {
    (void)state;
    struct pair pair;
    find(&pair, WORLD "events: [{at: 4001ms, for: 1s, pause: 7}]\n",
         WORLD "events: [{at: 4001ms, for: 1s, pause: 8}]\n", PARTING_BY_EVENTS);
    const struct parting *parting = &pair.parting;

    assert_int_equal(parting->kind, PARTING_EVENT);
    assert_int_equal(parting->first, 0); // node 7 comes before node 8
    assert_int_equal(parting->sides[0].event.at_ns, 4001 * MS);
    assert_int_equal(parting->sides[0].event.node, 7);
    assert_int_equal(parting->sides[0].event.what, SESSION_FAULT);
    assert_int_equal(parting->sides[0].records[parting->sides[0].record].kind, TRACE_PAUSE);
    // The other side was brought back to that instant.
    assert_true(session_now_ns(parting->sides[1].session) <= 4001 * MS + 1);
    end(&pair);
}

static void given_another_bound_when_compared_then_parted_at_the_first_prune(void **state) {
    (void)state;
    struct pair pair;
    find(&pair, WORLD "router: {D: 3, Dlo: 2, Dhi: 6}\n", WORLD "router: {D: 3, Dlo: 2, Dhi: 4}\n",
         PARTING_BY_EVENTS);
    const struct parting *parting = &pair.parting;
    const struct parting_side *cut = &parting->sides[1];

    assert_int_equal(parting->kind, PARTING_OUTCOME);
    assert_int_equal(cut->event.what, SESSION_HEARTBEAT);
    assert_int_equal(cut->records[cut->record].kind, TRACE_PRUNE);
    assert_int_equal(cut->records[cut->record].reason, REASON_ABOVE_D_HIGH);
    assert_true(cut->draw_count > 0);
    assert_true(router_mesh_count(&session_fleet(cut->session)->routers[cut->event.node], 0) == 3);
    // No run has that record at the same place of its own trace before.
    for (uint64_t i = 0; i < pair.runs[1].record_count; i++) {
        const struct trace_record *record = &pair.runs[1].records[i];
        bool is_cut = record->kind == TRACE_PRUNE && record->reason == REASON_ABOVE_D_HIGH;
        assert_false(is_cut && record->at_ns < cut->event.at_ns);
    }
    end(&pair);
}

static void given_records_before_when_asked_for_then_the_last_of_those_nodes(void **state) {
    (void)state;
    struct pair pair;
    find(&pair, WORLD, WORLD "expect: [delivery_ratio > 2]\n", PARTING_BY_EVENTS);
    assert_int_equal(pair.parting.kind, PARTING_NONE);
    const uint32_t nodes[] = {4, 9};
    const struct parting_past past = {
        .scenario = pair.scenarios[0], .number = 900, .nodes = nodes, .node_count = 2, .most = 5};

    const struct session_records before = parting_before(pair.runs[0].arena, &past);
    const struct trace_record *records = before.records;

    assert_int_equal(before.count, 10);
    uint32_t own = 0;
    for (uint32_t i = 0; i < before.count; i++) {
        assert_true(records[i].node == 4 || records[i].node == 9);
        assert_true(i == 0 || records[i].at_ns >= records[i - 1].at_ns);
        own += records[i].node == 4;
    }
    assert_int_equal(own, 5);
    end(&pair);
}

static void given_more_seeds_when_compared_then_parted_at_once(void **state) {
    (void)state;
    struct pair pair;
    find(&pair, WORLD, WORLD "seed: 2\n", PARTING_BY_EVENTS);

    assert_int_not_equal(pair.parting.kind, PARTING_NONE);
    end(&pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_one_scenario_twice_when_compared_then_they_never_part),
        cmocka_unit_test(given_a_fault_of_another_node_when_compared_then_parted_at_that_instant),
        cmocka_unit_test(given_another_bound_when_compared_then_parted_at_the_first_prune),
        cmocka_unit_test(given_records_before_when_asked_for_then_the_last_of_those_nodes),
        cmocka_unit_test(given_more_seeds_when_compared_then_parted_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
