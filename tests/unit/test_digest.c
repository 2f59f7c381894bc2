#include "tests/support/unit.h"

#include "trace/digest.h"

#include <stdbool.h>
#include <string.h>

enum { NODES = 3, RECORDS_EACH = 20 };

static struct trace_record publication(void) {
    return (struct trace_record){.at_ns = 1500000000,
                                 .node = 3,
                                 .peer = 7,
                                 .message = 11,
                                 .value = 1024,
                                 .extra = 999,
                                 .topic = 2,
                                 .kind = TRACE_PUBLISH};
}

static void given_known_records_when_chained_then_value_is_that_of_xxh3(void **state) {
    (void)state;
    struct trace_record start = {.at_ns = (INT64_C(1) << 40) + 5,
                                 .node = 3,
                                 .peer = TRACE_NONE,
                                 .message = TRACE_NONE,
                                 .value = 1,
                                 .topic = TRACE_TOPIC_NONE,
                                 .kind = TRACE_NODE_START};

    uint64_t first = digest_chain(0, publication());
    uint64_t second = digest_chain(first, start);

    // Computed by another XXH3 over the fields as little-endian bytes.
    assert_int_equal(first, UINT64_C(0x33a95a0cd675b625));
    assert_int_equal(second, UINT64_C(0xb74d10baa38c32a0));
}

static void given_known_values_when_finished_then_digest_is_that_of_xxh3(void **state) {
    (void)state;
    // Counts on both sides of the step in which the values are fed; the values are i × an odd
    // number.
    static const struct {
        uint32_t count;
        const char *text;
    } rows[] = {
        {0, "d037d24a0847dc76b2068296fae79545"},   {1, "0566ba3ed439869ef0db5ef70921f5f0"},
        {3, "c079e138ac32f1e37a9810fd3cd42693"},   {128, "05f5be75e120a9b238cd13b459287846"},
        {129, "1ca4228c3e8d301fffb6b7aaa3632902"}, {1000, "f52695b516057800b4d0a21e8c771661"},
    };
    uint64_t values[1000];
    for (uint64_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = i * UINT64_C(0x9E3779B97F4A7C15);
    }

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[DIGEST_TEXT_SIZE];

        digest_write(digest_finish(values, rows[i].count, 5), text);

        assert_string_equal(text, rows[i].text);
    }
}

static struct trace_record record_of(uint32_t node, uint32_t index) {
    struct trace_record record = publication();
    record.node = node;
    record.at_ns = index * INT64_C(1000);
    return record;
}

/** The digest of a run whose nodes make the same records, taking turns or one node after the other.
 */
static struct digest digest_of_run(bool taking_turns) {
    uint64_t values[NODES] = {0};
    for (uint32_t i = 0; i < NODES * RECORDS_EACH; i++) {
        uint32_t node = taking_turns ? i % NODES : i / RECORDS_EACH;
        uint32_t index = taking_turns ? i / NODES : i % RECORDS_EACH;
        values[node] = digest_chain(values[node], record_of(node, index));
    }
    return digest_finish(values, NODES, 1);
}

static void given_same_records_when_nodes_interleave_otherwise_then_same_digest(void **state) {
    (void)state;

    struct digest turns = digest_of_run(true);
    struct digest blocks = digest_of_run(false);

    assert_int_equal(turns.high, blocks.high);
    assert_int_equal(turns.low, blocks.low);
}

static void given_one_node_when_its_records_change_places_then_digest_changes(void **state) {
    (void)state;
    struct trace_record first = record_of(0, 1);
    struct trace_record second = record_of(0, 2);

    uint64_t forth = digest_chain(digest_chain(0, first), second);
    uint64_t back = digest_chain(digest_chain(0, second), first);

    assert_int_not_equal(forth, back);
}

static void given_record_when_any_bit_changes_then_digest_changes(void **state) {
    (void)state;
    struct trace_record plain = publication();
    uint64_t value = digest_chain(0, plain);

    // The record has no padding, so its bytes are its fields.
    for (size_t bit = 0; bit < sizeof plain * 8; bit++) {
        unsigned char bytes[sizeof plain];
        struct trace_record changed;
        memcpy(bytes, &plain, sizeof plain);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        memcpy(&changed, bytes, sizeof changed);

        assert_int_not_equal(digest_chain(0, changed), value);
    }
}

static void given_values_when_seed_or_order_or_count_changes_then_digest_changes(void **state) {
    (void)state;
    static const uint64_t values[] = {1, 2, 0};
    static const uint64_t swapped[] = {2, 1, 0};

    uint64_t low = digest_finish(values, 2, 1).low;

    assert_int_not_equal(digest_finish(values, 2, 2).low, low);
    assert_int_not_equal(digest_finish(swapped, 2, 1).low, low);
    assert_int_not_equal(digest_finish(values, 3, 1).low, low);
}

static void given_small_digest_when_written_then_all_32_digits(void **state) {
    (void)state;
    char text[DIGEST_TEXT_SIZE];

    const char *returned = digest_write((struct digest){.high = 0xabc, .low = 1}, text);

    assert_ptr_equal(returned, text);
    assert_string_equal(text, "0000000000000abc0000000000000001");
}

static void given_kinds_and_reasons_when_named_then_names_are_known_and_differ(void **state) {
    (void)state;

    for (int i = 1; i < TRACE_KIND_COUNT; i++) {
        assert_string_not_equal(trace_kind_name((enum trace_kind)i), "unknown");
        for (int j = 1; j < i; j++) {
            assert_string_not_equal(trace_kind_name((enum trace_kind)i),
                                    trace_kind_name((enum trace_kind)j));
        }
    }
    for (int i = 0; i < REASON_COUNT; i++) {
        assert_string_not_equal(trace_reason_name((enum trace_reason)i), "unknown");
    }
    for (int i = 0; i < TRACE_RPC_COUNT; i++) {
        assert_string_not_equal(trace_rpc_name((enum trace_rpc)i), "unknown");
    }
    for (int i = 0; i < CAUSE_COUNT; i++) {
        assert_string_not_equal(trace_cause_name((enum trace_cause)i), "unknown");
    }
    assert_string_equal(trace_cause_name(CAUSE_COUNT), "unknown");
    assert_string_equal(trace_kind_name(TRACE_KIND_COUNT), "unknown");
    assert_string_equal(trace_reason_name(REASON_COUNT), "unknown");
    assert_string_equal(trace_rpc_name(TRACE_RPC_COUNT), "unknown");
}

static void given_kinds_when_asked_for_level_deliveries_then_traffic_is_left_out(void **state) {
    (void)state;

    assert_true(trace_kind_is_delivery(TRACE_NODE_START));
    assert_true(trace_kind_is_delivery(TRACE_SUBSCRIBE));
    assert_true(trace_kind_is_delivery(TRACE_PUBLISH_SKIPPED));
    assert_true(trace_kind_is_delivery(TRACE_DELIVER));
    assert_false(trace_kind_is_delivery(TRACE_DUPLICATE));
    assert_false(trace_kind_is_delivery(TRACE_SEND));
    assert_false(trace_kind_is_delivery(TRACE_GRAFT));
    assert_false(trace_kind_is_delivery(TRACE_KIND_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_known_records_when_chained_then_value_is_that_of_xxh3),
        cmocka_unit_test(given_known_values_when_finished_then_digest_is_that_of_xxh3),
        cmocka_unit_test(given_same_records_when_nodes_interleave_otherwise_then_same_digest),
        cmocka_unit_test(given_one_node_when_its_records_change_places_then_digest_changes),
        cmocka_unit_test(given_record_when_any_bit_changes_then_digest_changes),
        cmocka_unit_test(given_values_when_seed_or_order_or_count_changes_then_digest_changes),
        cmocka_unit_test(given_small_digest_when_written_then_all_32_digits),
        cmocka_unit_test(given_kinds_and_reasons_when_named_then_names_are_known_and_differ),
        cmocka_unit_test(given_kinds_when_asked_for_level_deliveries_then_traffic_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
