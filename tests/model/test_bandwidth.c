// A3 with rates: when each node has the message follows from arithmetic, to the nanosecond. A10: no
// uplink exceeds its rate.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

enum { SIZE = 32768, NODES = 12 };

#define MS INT64_C(1000000)

/** How long the first RPC with a message takes at 10 Mbit/s, from its bytes as they were sent. */
static int64_t transmission_ns(const struct run_fixture *run) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        if (run->records[i].kind == TRACE_SEND && run->records[i].reason == TRACE_RPC_MESSAGES) {
            return (int64_t)run->records[i].value * 800;
        }
    }
    fail_msg("nothing was sent");
    return 0;
}

static int64_t latency_ns(const struct run_fixture *run, uint32_t node) {
    const struct trace_record *delivery = run_fixture_delivery(run, 0, node);
    assert_non_null(delivery);
    return delivery->at_ns - run->messages[0].published_at_ns;
}

static void given_a_line_when_a_message_goes_along_then_each_hop_costs_the_same(void **state) {
    (void)state;
    static const char *const bandwidths[] = {
        "{up: 10Mbit/s}",
        "{up: 10Mbit/s, down: 10Mbit/s}",
        "{up: 10Mbit/s, sharing: fair}",
        "{up: 10Mbit/s, down: 10Mbit/s, sharing: fair, queue: 64KiB}",
        "{down: 10Mbit/s}",
    };
    for (size_t row = 0; row < COUNT_OF(bandwidths); row++) {
        char text[600];
        snprintf(text, sizeof text,
                 "duration: 9s\nnodes: {count: %d, start: 0s}\ntopology: line\n"
                 "router: {Dlazy: 0}\n"
                 "topics: [{name: a, validators: [{delay: 7ms}]}]\n"
                 "links: {delay: 50ms, bandwidth: %s}\n"
                 "publish: [{from: 0, start: 5050ms, size: %dB}]\n",
                 NODES, bandwidths[row], SIZE);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        int64_t step_ns = 50 * MS + transmission_ns(&run);
        for (uint32_t hop = 1; hop < NODES; hop++) {
            // Delivered once validated, and A3 counts the arrival before that.
            assert_int_equal(latency_ns(&run, hop) - 7 * MS,
                             hop * step_ns + (int64_t)(hop - 1) * 7 * MS);
        }
        run_fixture_end(&run);
    }
}

static struct run_fixture run_star(const char *bandwidth) {
    char text[600];
    snprintf(text, sizeof text,
             "duration: 9s\nnodes: {count: %d, start: 0s}\ntopology: star\n"
             "router: {Dlazy: 0, D: 12, Dlo: 11}\n"
             "links: {delay: 50ms, bandwidth: %s}\n"
             "publish: [{from: 0, start: 5050ms, size: %dB}]\n",
             NODES, bandwidth, SIZE);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

static void given_a_star_first_in_first_out_when_published_then_leaves_follow(void **state) {
    (void)state;

    struct run_fixture run = run_star("{up: 10Mbit/s, down: 10Mbit/s}");

    bool seen[NODES + 1] = {false};
    for (uint32_t node = 1; node < NODES; node++) {
        int64_t sending_ns = latency_ns(&run, node) - 50 * MS;
        assert_int_equal(sending_ns % transmission_ns(&run), 0);
        int64_t place = sending_ns / transmission_ns(&run);
        assert_in_range(place, 1, NODES - 1);
        assert_false(seen[place]);
        seen[place] = true;
    }
    run_fixture_end(&run);
}

static void given_a_star_with_fair_shares_when_published_then_all_leaves_end_at_once(void **state) {
    (void)state;

    struct run_fixture run = run_star("{up: 10Mbit/s, down: 10Mbit/s, sharing: fair}");

    for (uint32_t node = 1; node < NODES; node++) {
        assert_int_equal(latency_ns(&run, node), 50 * MS + (NODES - 1) * transmission_ns(&run));
    }
    run_fixture_end(&run);
}

static void given_a_fast_group_when_run_then_its_nodes_alone_are_fast(void **state) {
    (void)state;
    static const char *const text =
        "duration: 9s\n"
        "nodes: {count: 3, start: 0s, groups: [{name: fast, nodes: 0, bandwidth: {up: 1Gbit/s}}]}\n"
        "topology: line\nrouter: {Dlazy: 0}\nlinks: {delay: 50ms, bandwidth: {up: 10Mbit/s}}\n"
        "publish: [{from: 0, start: 5050ms, size: 32KiB}]\n";

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    assert_int_equal(latency_ns(&run, 1), 50 * MS + transmission_ns(&run) / 100);
    assert_int_equal(latency_ns(&run, 2) - latency_ns(&run, 1), 50 * MS + transmission_ns(&run));
    run_fixture_end(&run);
}

/** An RPC of one node: when it was sent, when it left the uplink, how long that takes. */
struct transfer {
    int64_t sent_ns;
    int64_t left_ns;
    int64_t work_ns;
    uint32_t peer;
};

enum { HUB = 0, TRANSFERS_MAX = 20000, WINDOW = 200 };

/** All RPCs of a node that arrived, each found at its receiver: a link keeps their order. */
static uint64_t list_transfers(const struct run_fixture *run, struct transfer *transfers) {
    uint64_t count = 0;
    uint64_t next[NODES] = {0};
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_SEND && record->node == HUB) {
            assert_true(count < TRANSFERS_MAX);
            transfers[count++] = (struct transfer){.sent_ns = record->at_ns,
                                                   .left_ns = INT64_MAX,
                                                   .work_ns = (int64_t)record->value * 8000,
                                                   .peer = record->peer};
        }
    }
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        bool arrived = record->kind == TRACE_DELIVER || record->kind == TRACE_DUPLICATE ||
                       record->kind == TRACE_RECEIVE;
        if (!arrived || record->peer != HUB) {
            continue;
        }
        uint64_t *k = &next[record->node];
        while (transfers[*k].peer != record->node) {
            (*k)++;
        }
        transfers[(*k)++].left_ns = record->at_ns - 50 * MS;
    }
    return count;
}

/** What came after the first was done by another one's end: no more work than time in between. */
static void expect_rate_kept(const struct transfer *transfers, uint64_t count) {
    for (uint64_t k = 0; k < count; k++) {
        int64_t work_ns = 0;
        for (uint64_t j = 0; j < count; j++) {
            work_ns += transfers[j].left_ns <= transfers[k].left_ns ? transfers[j].work_ns : 0;
        }
        assert_true(transfers[k].left_ns == INT64_MAX ||
                    work_ns <= transfers[k].left_ns - transfers[0].sent_ns + 1);
    }
}

static void given_a_busy_uplink_when_run_then_no_window_has_more_than_its_rate(void **state) {
    (void)state;
    static const char *const sharings[] = {"fifo", "fair"};
    static struct transfer transfers[TRANSFERS_MAX];
    for (size_t row = 0; row < COUNT_OF(sharings); row++) {
        char text[600];
        snprintf(text, sizeof text,
                 "duration: 40s\nnodes: {count: %d}\ntopology: star\nrouter: {D: 6, Dlo: 4}\n"
                 "links: {delay: 50ms, bandwidth: {up: 1Mbit/s, sharing: %s}}\n"
                 "publish: [{from: random, start: 5s, every: 73ms, count: 400, size: 900B}]\n",
                 NODES, sharings[row]);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        uint64_t count = list_transfers(&run, transfers);
        assert_true(count > 2000);
        uint64_t waited = 0;
        for (uint64_t i = 0; i < count; i++) {
            waited += transfers[i].left_ns > transfers[i].sent_ns + 3 * transfers[i].work_ns;
        }
        assert_true(waited > count / 4); // it is a busy one
        for (uint64_t i = 0; i < count; i += 7) {
            expect_rate_kept(transfers + i, count - i < WINDOW ? count - i : WINDOW);
        }
        run_fixture_end(&run);
    }
}

static void given_small_queues_when_run_then_drops_are_counted_at_both_ends(void **state) {
    (void)state;
    static const char *const text =
        "duration: 20s\nnodes: {count: 30}\ntopology: {degree: 8}\n"
        "links: {delay: {uniform: [10ms, 90ms]}, bandwidth: {up: 400kbit/s, down: 300kbit/s,\n"
        "        sharing: fair, queue: 12kB, overhead: 40B}}\n"
        "publish: [{start: 3s, every: 100ms, count: 120, size: 2KiB}]\n";

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    const struct run_counts *counts = &run.result.counts;
    assert_true(counts->packets_dropped[CAUSE_UPLINK_FULL] > 50);
    assert_true(counts->packets_dropped[CAUSE_DOWNLINK_FULL] > 50);
    uint64_t dropped[CAUSE_COUNT] = {0};
    for (uint64_t i = 0; i < run.record_count; i++) {
        if (run.records[i].kind == TRACE_DROPPED) {
            dropped[run.records[i].extra]++;
        }
    }
    assert_memory_equal(dropped, counts->packets_dropped, sizeof dropped);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_line_when_a_message_goes_along_then_each_hop_costs_the_same),
        cmocka_unit_test(given_a_star_first_in_first_out_when_published_then_leaves_follow),
        cmocka_unit_test(given_a_star_with_fair_shares_when_published_then_all_leaves_end_at_once),
        cmocka_unit_test(given_a_fast_group_when_run_then_its_nodes_alone_are_fast),
        cmocka_unit_test(given_a_busy_uplink_when_run_then_no_window_has_more_than_its_rate),
        cmocka_unit_test(given_small_queues_when_run_then_drops_are_counted_at_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
