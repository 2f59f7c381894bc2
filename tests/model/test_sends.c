// Where packets take their links' delays and no more, an RPC goes to a row of peers at once. The
// way one by one, which is taken where something is drawn for a packet, comes to the same: digest,
// records in order, figures.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

#define WORLD                                                                                      \
    "nodes: {count: 60, start: {uniform: [0s, 1s]}}\nduration: 12s\n"                              \
    "topology: {kind: random-regular, degree: 12}\n"
#define TRAFFIC "publish: [{start: 4s, every: 200ms, count: 20, size: 300B}]\n"

enum { TEXT_SIZE = 600 };

static struct run_fixture run_of(const char *text, const char *delays, const char *more,
                                 enum run_wire wire) {
    char scenario[TEXT_SIZE];
    int size = snprintf(scenario, sizeof scenario, "%slinks: {delay: %s%s}\n", text, delays, more);
    assert_in_range(size, 1, TEXT_SIZE - 1);
    return run_fixture_of((struct run_fixture_options){.text = scenario, .wire = wire});
}

static void assert_same(const struct run_fixture *rows, const struct run_fixture *singly) {
    const struct run_counts *a = &rows->result.counts;
    const struct run_counts *b = &singly->result.counts;
    assert_true(rows->result.digest.high == singly->result.digest.high);
    assert_true(rows->result.digest.low == singly->result.digest.low);
    assert_int_equal(a->events, b->events);
    assert_int_equal(a->records, b->records);
    assert_int_equal(a->payload_bytes_sent, b->payload_bytes_sent);
    for (enum trace_rpc kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        assert_int_equal(a->rpcs_sent[kind], b->rpcs_sent[kind]);
        assert_int_equal(a->bytes_sent[kind], b->bytes_sent[kind]);
    }
    assert_int_equal(rows->record_count, singly->record_count);
    assert_memory_equal(rows->records, singly->records, rows->record_count * sizeof *rows->records);
}

static void given_packets_that_only_take_time_when_sent_in_rows_then_as_one_by_one(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *delays;
    } rows[] = {
        {WORLD TRAFFIC, "{uniform: [10ms, 150ms]}"},
        {WORLD TRAFFIC, "50ms"}, // many events at one instant
        {WORLD TRAFFIC, "6s"},   // more than four bytes of nanoseconds
        {WORLD TRAFFIC "router: {profile: nim-2020}\n", "{uniform: [10ms, 150ms]}"},
        {WORLD TRAFFIC "router: {profile: floodsub}\n", "{uniform: [10ms, 150ms]}"},
    };
    static const enum run_wire wires[] = {RUN_WIRE_SIZE, RUN_WIRE_ENCODE};
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(wires); i++) {
        const char *text = rows[i / COUNT_OF(wires)].text;
        const char *delays = rows[i / COUNT_OF(wires)].delays;
        enum run_wire wire = wires[i % COUNT_OF(wires)];
        struct run_fixture in_rows = run_of(text, delays, "", wire);
        struct run_fixture singly = run_of(text, delays, ", loss: 0.0000001%", wire);

        assert_int_equal(singly.result.counts.packets_lost, 0);
        assert_in_range(in_rows.result.counts.events, 1000, UINT32_MAX);
        assert_same(&in_rows, &singly);
        run_fixture_end(&singly);
        run_fixture_end(&in_rows);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_packets_that_only_take_time_when_sent_in_rows_then_as_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
