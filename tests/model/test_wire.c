// A run that encodes and decodes every RPC is the same run; signatures are real.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

static const char *const text =
    "duration: 25s\n"
    "nodes: {count: 60}\n"
    "topology: {kind: random-regular, degree: 10}\n"
    "links: {delay: {uniform: [10ms, 90ms]}, loss: 10%}\n"
    "topics: [{name: a, subscribers: all}, {name: bb, subscribers: {share: 50%}}]\n"
    "publish:\n"
    "  - {topic: a, from: random, start: 2s, every: 250ms, count: 30, size: 1000B}\n"
    "  - {topic: bb, from: {outside: true}, start: 2s, every: 500ms, count: 20, size: 1B}\n"
    "events:\n"
    "  - {at: 8s, unsubscribe: {topic: a, nodes: {share: 20%}}}\n"
    "  - {at: 12s, subscribe: {topic: a, nodes: all}}\n";

static const char *const signed_text =
    "duration: 15s\n"
    "router: {sign: true}\n"
    "nodes: {count: 12}\n"
    "topology: {kind: complete}\n"
    "publish: [{from: random, start: 2s, every: 1s, count: 5, size: 100B}]\n";

static void given_wire_encode_when_run_then_digest_and_records_are_those_of_sizes(void **state) {
    (void)state;
    const char *const texts[] = {text, signed_text};
    for (size_t row = 0; row < COUNT_OF(texts); row++) {
        struct run_fixture sizes = run_fixture_of((struct run_fixture_options){.text = texts[row]});
        struct run_fixture encoded = run_fixture_of(
            (struct run_fixture_options){.text = texts[row], .wire = RUN_WIRE_ENCODE});

        assert_int_equal(sizes.result.digest.high, encoded.result.digest.high);
        assert_int_equal(sizes.result.digest.low, encoded.result.digest.low);
        assert_int_equal(sizes.record_count, encoded.record_count);
        assert_memory_equal(sizes.records, encoded.records,
                            sizes.record_count * sizeof *sizes.records);
        assert_int_equal(sizes.result.counts.bytes_in_flight,
                         encoded.result.counts.bytes_in_flight);
        assert_true(sizes.result.counts.deliveries > 0);
        run_fixture_end(&sizes);
        run_fixture_end(&encoded);
    }
}

static void given_signing_when_run_then_messages_are_66_bytes_longer(void **state) {
    (void)state;
    static const char *const unsigned_text =
        "duration: 15s\n"
        "nodes: {count: 12}\n"
        "topology: {kind: complete}\n"
        "publish: [{from: random, start: 2s, every: 1s, count: 5, size: 100B}]\n";

    struct run_fixture with = run_fixture_of((struct run_fixture_options){.text = signed_text});
    struct run_fixture without =
        run_fixture_of((struct run_fixture_options){.text = unsigned_text});

    // Field key, length and 64 bytes; the enclosing lengths keep their two bytes.
    uint64_t rpcs = with.result.counts.rpcs_sent[TRACE_RPC_MESSAGES];
    assert_int_equal(rpcs, without.result.counts.rpcs_sent[TRACE_RPC_MESSAGES]);
    assert_int_equal(with.result.counts.bytes_sent[TRACE_RPC_MESSAGES],
                     without.result.counts.bytes_sent[TRACE_RPC_MESSAGES] + 66 * rpcs);
    assert_int_equal(with.result.counts.ignored, 0);
    run_fixture_end(&with);
    run_fixture_end(&without);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_wire_encode_when_run_then_digest_and_records_are_those_of_sizes),
        cmocka_unit_test(given_signing_when_run_then_messages_are_66_bytes_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
