#include "base/quantity.h"
#include "tests/support/analysis_fixture.h"
#include "trace/writer.h"

#include <string.h>

#define MS(count) ((count)*NS_PER_MS)

static void given_whole_trace_when_read_then_tables_and_texts_are_there(void **state) {
    struct analysis_fixture *f = *state;

    analysis_fixture_read(f);

    const struct run_data *run = &f->run;
    assert_false(run->truncated);
    assert_int_equal(run->level, TRACE_LEVEL_DELIVERIES);
    assert_string_equal(run->scenario, f->scenario);
    assert_int_equal(run->topics.count, 2);
    assert_string_equal(run->topics.items[1], "votes");
    assert_int_equal(run->regions.count, 2);
    assert_string_equal(run->regions.items[0], "europe");
    assert_int_equal(run->node_count, 4);
    assert_int_equal(run->nodes[2].region, 1);
    assert_int_equal(run->link_count, 3);
    assert_int_equal(run->links[2].b, 3);
    assert_true(run->has_summary);
    assert_int_equal(run->summary.seed, 7);
}

static void given_whole_trace_when_read_then_messages_join_publications_and_totals(void **state) {
    struct analysis_fixture *f = *state;

    analysis_fixture_read(f);

    const struct run_message *messages = f->run.messages;
    assert_int_equal(f->run.message_count, 3);
    assert_int_equal(f->run.published_count, 2);
    assert_int_equal(run_data_expected(&f->run), 5);
    assert_true(messages[0].published);
    assert_int_equal(messages[0].deliveries, 3);
    assert_int_equal(messages[0].duplicates, 2);
    assert_int_equal(messages[1].origin, 3);
    assert_int_equal(messages[1].deliveries, 1);
    assert_int_equal(messages[1].unexpected, 1);
    assert_false(messages[2].published);
    assert_int_equal(messages[2].origin, TRACE_NONE);
}

static void given_deliveries_when_read_then_grouped_by_message_expected_first(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        uint32_t message;
        uint32_t node;
        uint32_t sender;
        uint32_t hops;
        bool expected;
        bool requested;
        int64_t latency_ns;
    } rows[] = {
        {0, 1, 0, 1, true, false, MS(50)},  {0, 2, 1, 2, true, false, MS(120)},
        {0, 3, 2, 3, true, true, MS(1500)}, {1, 1, 2, 2, true, false, MS(30)},
        {1, 2, 3, 1, false, false, MS(10)},
    };

    analysis_fixture_read(f);

    assert_int_equal(f->run.delivery_count, COUNT_OF(rows));
    struct run_delivery delivery;
    run_data_rewind(&f->run);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(run_data_next(&f->run, &delivery));
        assert_int_equal(delivery.message, rows[i].message);
        assert_int_equal(delivery.node, rows[i].node);
        assert_int_equal(delivery.sender, rows[i].sender);
        assert_int_equal(delivery.hops, rows[i].hops);
        assert_int_equal(delivery.expected, rows[i].expected);
        assert_int_equal(delivery.requested, rows[i].requested);
        int64_t published_ns = f->run.messages[delivery.message].published_ns;
        assert_int_equal(delivery.delivered_ns - published_ns, rows[i].latency_ns);
    }
    assert_false(run_data_next(&f->run, &delivery));
    assert_true(run_data_ok(&f->run, &f->failure));
}

static void given_deliveries_when_read_then_latencies_of_all_messages_and_nodes(void **state) {
    struct analysis_fixture *f = *state;
    static const int64_t all_ns[] = {MS(30), MS(50), MS(120), MS(1500)};

    analysis_fixture_read(f);

    const struct run_data *run = &f->run;
    assert_int_equal(run->curve.points, COUNT_OF(all_ns));
    assert_memory_equal(run->curve.values_ns, all_ns, sizeof all_ns);
    assert_int_equal(run->curve.expected, 5);
    assert_int_equal(run->latency.p50, MS(50));
    assert_int_equal(run->latency.max, MS(1500));
    assert_int_equal(run->message_latencies[0].p50, MS(120));
    assert_int_equal(run->message_latencies[1].count, 1);
    assert_int_equal(run->node_latencies[0].count, 0);
    assert_int_equal(run->node_latencies[1].count, 2);
    assert_int_equal(run->node_latencies[1].mean, MS(40));
    assert_int_equal(run->messages[0].hops_max, 3);
}

static void given_deliveries_when_read_then_the_spread_of_the_first_message(void **state) {
    struct analysis_fixture *f = *state;

    analysis_fixture_read(f);

    const struct run_spread *spread = &f->run.spread;
    assert_int_equal(spread->message, 0);
    assert_int_equal(spread->count, 3);
    assert_int_equal(spread->deliveries[2].node, 3);
    assert_int_equal(spread->subscribers[0], 0xe);
}

static void given_records_of_messages_without_a_table_when_read_then_refused(void **state) {
    struct analysis_fixture *f = *state;
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_DELIVERIES, &f->failure);
    trace_writer_text(writer, TRACE_SECTION_TOPICS, "t", 2);
    trace_writer_table(writer, TRACE_SECTION_NODES, (struct trace_node[]){{.region = TRACE_NONE}},
                       1);
    const struct trace_record record = {.kind = TRACE_PUBLISH, .peer = TRACE_NONE};
    trace_writer_record(writer, &record);
    assert_true(trace_writer_close(writer, &f->failure));

    assert_false(run_data_read(&f->run, f->arena, f->path, &f->failure));

    assert_non_null(strstr(f->failure.message, "messages that it does not list"));
}

static void given_samples_when_asked_at_an_instant_then_last_one_with_nodes(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *name;
        uint32_t topic;
        int64_t at_ns;
        uint64_t degree_sum;
    } rows[] = {
        {"before the first", 0, 0, 9},
        {"at the first", 0, MS(1000), 9},
        {"just before the second", 0, MS(2000) - 1, 9},
        {"at the second", 0, MS(2000), 10},
        {"after the last", 0, MS(9000), 10},
        {"one without nodes does not count", 1, MS(9000), 6},
    };

    analysis_fixture_read(f);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct trace_sample *sample =
            run_data_sample_at(&f->run, rows[i].topic, rows[i].at_ns);
        if (sample->degree_sum != rows[i].degree_sum) {
            fail_msg("%s", rows[i].name);
        }
    }
}

static void given_no_samples_when_asked_then_none(void **state) {
    struct analysis_fixture *f = *state;
    f->sample_count = 0;

    analysis_fixture_read(f);

    assert_null(run_data_sample_at(&f->run, 0, MS(1000)));
}

static void given_trace_cut_after_records_when_read_then_known_from_publications(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_SAMPLES);

    bool read = run_data_read(&f->run, f->arena, f->path, &f->failure);

    assert_true(read);
    assert_true(f->run.truncated);
    assert_false(f->run.has_summary);
    assert_int_equal(f->run.message_count, 2);
    assert_int_equal(f->run.published_count, 2);
    assert_int_equal(f->run.messages[0].expected, 3);
    assert_int_equal(f->run.messages[0].size_bytes, 100);
    assert_int_equal(f->run.messages[0].duplicates, RUN_DATA_UNKNOWN);
    assert_int_equal(f->run.expected_delivery_count, 4);
    assert_int_equal(f->run.sample_count, 0);
    assert_int_equal(f->run.traffic_count, 0);
}

static void given_trace_cut_before_nodes_when_read_then_an_empty_run(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_NODES);

    bool read = run_data_read(&f->run, f->arena, f->path, &f->failure);

    assert_true(read);
    assert_true(f->run.truncated);
    assert_int_equal(f->run.node_count, 0);
    assert_int_equal(f->run.delivery_count, 0);
}

static void given_no_such_file_when_read_then_failure_names_it(void **state) {
    struct analysis_fixture *f = *state;

    bool read = run_data_read(&f->run, f->arena, "no-such-trace", &f->failure);

    assert_false(read);
    assert_string_equal(f->failure.file, "no-such-trace");
}

/** Each spoils the trace in one way. */
static void publish_twice(struct analysis_fixture *f) {
    f->records[2].kind = TRACE_PUBLISH;
}
static void deliver_unpublished(struct analysis_fixture *f) {
    f->records[2].message = 2;
}
static void deliver_too_often(struct analysis_fixture *f) {
    f->records[1].extra = 2;
}
static void go_back_in_time(struct analysis_fixture *f) {
    f->records[3].at_ns = MS(1040);
}
static void name_no_message(struct analysis_fixture *f) {
    f->records[2].message = TRACE_NONE;
}
static void name_no_topic(struct analysis_fixture *f) {
    f->records[2].topic = TRACE_TOPIC_NONE;
}
static void hop_too_far(struct analysis_fixture *f) {
    f->records[2].value = RUN_DATA_HOPS_MAX + 1;
}
static void sample_backwards(struct analysis_fixture *f) {
    f->samples[2].at_ns = MS(999);
}
static void shrink_bytes(struct analysis_fixture *f) {
    f->traffic[2].bytes_sent[TRACE_RPC_SUBSCRIPTIONS] = 59;
}
static void shrink_control(struct analysis_fixture *f) {
    f->traffic[2].payload_bytes_sent = 711;
}

static void given_trace_that_contradicts_itself_when_read_then_refused(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *says;
        void (*spoil)(struct analysis_fixture *f);
    } rows[] = {
        {"message 0 is published twice", publish_twice},
        {"delivered before it is published", deliver_unpublished},
        {"more deliveries than its 2 expected receivers", deliver_too_often},
        {"not in the order of time", go_back_in_time},
        {"a deliver at 1050000000 ns names no message", name_no_message},
        {"a deliver at 1050000000 ns names no topic", name_no_topic},
        {"1048577 hops", hop_too_far},
        {"samples", sample_backwards},
        {"traffic", shrink_bytes},
        {"traffic", shrink_control},
    };
    const struct analysis_fixture whole = *f;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        *f = whole;
        rows[i].spoil(f);
        analysis_fixture_write(f);

        bool read = run_data_read(&f->run, f->arena, f->path, &f->failure);

        if (read || strcmp(f->failure.file, f->path) != 0) {
            fail_msg("row %zu, %s: read, or a failure without the file", i, rows[i].says);
        }
        if (f->failure.kind != FAILURE_BAD_INPUT ||
            strstr(f->failure.message, rows[i].says) == NULL) {
            fail_msg("row %zu, %s: %s", i, rows[i].says, f->failure.message);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_whole_trace_when_read_then_tables_and_texts_are_there,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_whole_trace_when_read_then_messages_join_publications_and_totals,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_deliveries_when_read_then_grouped_by_message_expected_first,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_deliveries_when_read_then_latencies_of_all_messages_and_nodes,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_deliveries_when_read_then_the_spread_of_the_first_message, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_records_of_messages_without_a_table_when_read_then_refused,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_samples_when_asked_at_an_instant_then_last_one_with_nodes, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_no_samples_when_asked_then_none,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_trace_cut_after_records_when_read_then_known_from_publications,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_trace_cut_before_nodes_when_read_then_an_empty_run,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_no_such_file_when_read_then_failure_names_it,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_trace_that_contradicts_itself_when_read_then_refused,
                                        analysis_fixture_begin, analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
