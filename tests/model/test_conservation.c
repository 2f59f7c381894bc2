// A10: bytes sent = received + lost + in flight wherever the run is cut; deliveries + missing =
// expected and duplicates = arrivals − first, for each message.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

static const char *lossy(char *text, size_t size, const char *duration) {
    snprintf(
        text, size,
        "duration: %s\n"
        "router: {D: 5, Dlo: 3, Dhi: 7}\n"
        "nodes: {count: 120}\n"
        "topology: {kind: random-regular, degree: 12}\n"
        "links:\n"
        "  delay: {lognormal: {median: 60ms, sigma: 0.7}}\n"
        "  jitter: {exponential: {mean: 20ms}}\n"
        "  loss: {rate: 20%%, of: all}\n"
        "topics: [{name: a, subscribers: all}, {name: b, subscribers: {share: 40%%}}]\n"
        "publish:\n"
        "  - {topic: a, from: random, start: 2s, every: 150ms, count: 100, size: 300B}\n"
        "  - {topic: b, from: {outside: true}, start: 3s, every: 400ms, count: 30, size: 3KiB}\n"
        "events:\n"
        "  - {at: 5s, unsubscribe: {topic: a, nodes: {share: 30%%}}}\n"
        "  - {at: 9s, subscribe: {topic: a, nodes: all}}\n",
        duration);
    return text;
}

/** Everything that can happen to an RPC between two nodes. */
static const char *with_everything(char *text, size_t size, const char *duration,
                                   const char *transport) {
    snprintf(text, size,
             "duration: %s\n"
             "router: {D: 5, Dlo: 3, Dhi: 7}\n"
             "nodes: {count: 60, groups: [{name: slow, nodes: 30%%, bandwidth: {up: 2Mbit/s, "
             "sharing: fifo}}]}\n"
             "topology: {kind: random-regular, degree: 12}\n"
             "links:\n"
             "  delay: {lognormal: {median: 60ms, sigma: 0.7}}\n"
             "  jitter: {exponential: {mean: 20ms}}\n"
             "  loss: {rate: 10%%, rates: {graft: 5%%}, burst: {good: 2s, bad: 300ms}}\n"
             "  transport: %s\n"
             "  retransmission: {limit: 1}\n"
             "  bandwidth: {up: 3Mbit/s, down: 1500kbit/s, sharing: fair, queue: 30kB, overhead: "
             "40B}\n"
             "publish: [{from: random, start: 2s, every: 50ms, count: 300, size: 3KiB}]\n",
             duration, transport);
    return text;
}

static uint64_t sent_bytes(const struct run_fixture *run, enum trace_kind kind) {
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        bytes += run->records[i].kind == kind ? run->records[i].value : 0;
    }
    return bytes;
}

static void given_any_instant_when_cut_then_bytes_are_received_lost_or_in_flight(void **state) {
    (void)state;
    static const char *const cuts[] = {"1ms", "777ms", "2005ms", "5s", "7321ms", "30s"};
    bool in_flight_seen = false;
    for (size_t row = 0; row < COUNT_OF(cuts); row++) {
        char text[1000];

        struct run_fixture run = run_fixture_of(
            (struct run_fixture_options){.text = lossy(text, sizeof text, cuts[row])});

        const struct run_counts *counts = &run.result.counts;
        assert_int_equal(sent_bytes(&run, TRACE_LOST), counts->bytes_lost);
        assert_int_equal(sent_bytes(&run, TRACE_SEND),
                         counts->bytes_received + counts->bytes_lost + counts->bytes_in_flight);
        in_flight_seen |= counts->bytes_in_flight > 0;
        run_fixture_end(&run);
    }
    assert_true(in_flight_seen);
}

static void given_every_kind_of_loss_when_cut_then_bytes_add_up(void **state) {
    (void)state;
    static const char *const cuts[] = {"1ms", "777ms", "2005ms", "5s", "7321ms", "30s"};
    for (size_t row = 0; row < 2 * COUNT_OF(cuts); row++) {
        char text[1200];
        const char *transport = row % 2 == 0 ? "datagram" : "stream";

        struct run_fixture run = run_fixture_of((struct run_fixture_options){
            .text = with_everything(text, sizeof text, cuts[row / 2], transport)});

        const struct run_counts *counts = &run.result.counts;
        assert_int_equal(sent_bytes(&run, TRACE_LOST), counts->bytes_lost);
        assert_int_equal(sent_bytes(&run, TRACE_DROPPED), counts->bytes_dropped);
        assert_int_equal(sent_bytes(&run, TRACE_SEND), counts->bytes_received + counts->bytes_lost +
                                                           counts->bytes_dropped +
                                                           counts->bytes_in_flight);
        if (row / 2 == COUNT_OF(cuts) - 1) {
            assert_true(counts->packets_dropped[CAUSE_UPLINK_FULL] > 0);
            assert_true(counts->packets_dropped[CAUSE_DOWNLINK_FULL] > 0);
            bool stream = row % 2 == 1;
            assert_int_equal(counts->packets_dropped[CAUSE_BURST_LOSS] > 0, !stream);
            assert_int_equal(counts->packets_dropped[CAUSE_GIVEN_UP] > 0, stream);
            assert_int_equal(counts->retransmissions > 0, stream);
        }
        run_fixture_end(&run);
    }
}

static void given_a_lossy_run_when_counted_then_each_message_adds_up(void **state) {
    (void)state;
    char text[1000];

    struct run_fixture run =
        run_fixture_of((struct run_fixture_options){.text = lossy(text, sizeof text, "60s")});

    uint64_t missing_seen = 0;
    for (uint32_t message = 0; message < run.message_count; message++) {
        uint64_t expected = 0;
        uint64_t first = 0;
        uint64_t arrived = 0;
        for (uint64_t i = 0; i < run.record_count; i++) {
            const struct trace_record *record = &run.records[i];
            if (record->message != message) {
                continue;
            }
            first += record->kind == TRACE_DELIVER || record->kind == TRACE_IGNORE;
            expected += record->kind == TRACE_DELIVER && record->extra == 1;
            bool carries = record->reason == TRACE_RPC_MESSAGES;
            arrived += record->kind == TRACE_SEND && carries;
            arrived -= record->kind == TRACE_LOST && carries;
        }
        const struct trace_message *tally = &run.messages[message];
        assert_int_equal(tally->deliveries, expected);
        assert_true(tally->deliveries <= tally->expected);
        missing_seen += tally->expected - tally->deliveries;
        // Half a minute after the last publication nothing of it is in flight any more.
        assert_int_equal(tally->duplicates, arrived - first);
    }
    assert_int_equal(run.result.counts.deliveries + missing_seen,
                     run.result.counts.expected_deliveries);
    assert_true(missing_seen > 0);
    run_fixture_end(&run);
}

static void
given_routers_that_forget_too_soon_when_run_then_every_extra_copy_is_a_duplicate(void **state) {
    (void)state;
    // A copy comes back after 60 ms, when its message is forgotten.
    static const char *const text = "duration: 3s\n"
                                    "router: {heartbeat_interval: 10ms, seen_ttl: 10ms, Dlazy: 0}\n"
                                    "nodes: {count: 4, start: 0s}\n"
                                    "topology: {kind: complete}\n"
                                    "links: {delay: 20ms}\n"
                                    "publish: [{from: 0, start: 2s, count: 1}]\n";

    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

    const struct run_counts *counts = &run.result.counts;
    assert_int_equal(counts->deliveries, 3);
    assert_true(counts->message_arrivals > 100); // it goes round and round
    assert_int_equal(counts->duplicates, counts->message_arrivals - 3);
    assert_int_equal(run.messages[0].duplicates, counts->duplicates);
    assert_int_equal(run_fixture_count(&run, TRACE_DELIVER, 0), 3);
    run_fixture_end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_routers_that_forget_too_soon_when_run_then_every_extra_copy_is_a_duplicate),
        cmocka_unit_test(given_any_instant_when_cut_then_bytes_are_received_lost_or_in_flight),
        cmocka_unit_test(given_every_kind_of_loss_when_cut_then_bytes_add_up),
        cmocka_unit_test(given_a_lossy_run_when_counted_then_each_message_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
