/**
 * What run_data_read() picks out of passing deliveries, against the plain way: all of them in
 * memory, each set of latencies sorted for itself.
 */
#include "tests/support/analysis_fixture.h"

#include "analysis/cdf.h"
#include "analysis/tables.h"
#include "analysis/topic_colours.h"
#include "base/sort.h"
#include "tests/support/synthetic_trace.h"
#include "trace/reader.h"
#include "trace/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 100000, TEXT_MAX = 1 << 22 };

static const uint32_t rooms[] = {1 << 20, 4000, 333, 16};

/** The publications and deliveries of a trace as rows. */
struct plain {
    struct trace_record records[RECORDS_MAX];
    uint32_t count;
    int64_t published_ns[RECORDS_MAX];
    int64_t sorted[RECORDS_MAX];
    int64_t scratch[RECORDS_MAX];
    uint64_t sorted_count;
};

/** Which deliveries are meant: NONE stands for any. */
struct choice {
    uint32_t message;
    uint32_t node;
    uint32_t topic;
};

static const struct choice any = {TRACE_NONE, TRACE_NONE, TRACE_NONE};

static void read_plainly(struct plain *plain, struct analysis_fixture *f) {
    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    struct trace_section_view view;
    assert_non_null(reader);
    plain->count = 0;
    while (trace_reader_next(reader, &view, &f->failure) == TRACE_READER_SECTION) {
        const struct trace_record *records = view.rows;
        for (size_t i = 0; view.kind == TRACE_SECTION_RECORDS && i < view.count; i++) {
            if (records[i].kind == TRACE_PUBLISH) {
                plain->published_ns[records[i].message] = records[i].at_ns;
            } else if (records[i].kind == TRACE_DELIVER) {
                assert_true(plain->count < RECORDS_MAX);
                plain->records[plain->count++] = records[i];
            }
        }
    }
    trace_reader_close(reader);
}

static int64_t latency_of(const struct plain *plain, const struct trace_record *record) {
    return record->at_ns - plain->published_ns[record->message];
}

/** Sorts the latencies of the chosen deliveries by expected receivers. */
static void sort_chosen(struct plain *plain, struct choice choice) {
    plain->sorted_count = 0;
    for (uint32_t i = 0; i < plain->count; i++) {
        const struct trace_record *record = &plain->records[i];
        if (record->extra == 1 &&
            (choice.message == TRACE_NONE || choice.message == record->message) &&
            (choice.node == TRACE_NONE || choice.node == record->node) &&
            (choice.topic == TRACE_NONE || choice.topic == record->topic)) {
            plain->sorted[plain->sorted_count++] = latency_of(plain, record);
        }
    }
    sort_i64(plain->sorted, plain->scratch, plain->sorted_count);
}

static void expect_statistics(struct plain *plain, struct choice choice,
                              const struct statistics *found) {
    sort_chosen(plain, choice);
    struct statistics wanted = statistics_of(plain->sorted, plain->sorted_count);
    assert_memory_equal(found, &wanted, sizeof wanted);
}

static void expect_curve(struct plain *plain, struct choice choice, uint64_t points_max,
                         const struct run_curve *found) {
    sort_chosen(plain, choice);
    assert_int_equal(found->count, plain->sorted_count);
    assert_int_equal(found->points, cdf_points(plain->sorted_count, points_max));
    for (uint64_t i = 0; i < found->points; i++) {
        uint64_t rank = cdf_rank(plain->sorted_count, found->points, i);
        assert_int_equal(found->values_ns[i], plain->sorted[rank - 1]);
    }
}

static void expect_hops(const struct plain *plain, const struct hop_counts *hops) {
    uint64_t deliveries = 0;
    for (uint64_t row = 0; row < hops->count; row++) {
        const struct hop_count *found = &hops->rows[row];
        uint64_t counts[2] = {0, 0};
        for (uint32_t i = 0; i < plain->count; i++) {
            const struct trace_record *record = &plain->records[i];
            if (record->extra == 1 && record->topic == found->topic &&
                record->value == found->hops) {
                counts[record->reason == REASON_REQUESTED]++;
            }
        }
        assert_int_equal(found->pushed, counts[0]);
        assert_int_equal(found->requested, counts[1]);
        deliveries += found->pushed + found->requested;
        assert_true(row == 0 || found[-1].topic < found->topic ||
                    (found[-1].topic == found->topic && found[-1].hops < found->hops));
    }
    sort_chosen((struct plain *)plain, any);
    assert_int_equal(deliveries, plain->sorted_count);
}

/** The next delivery is that of a record. */
static void expect_next(const struct run_data *run, const struct trace_record *record) {
    struct run_delivery found;
    assert_true(run_data_next(run, &found));
    assert_int_equal(found.message, record->message);
    assert_int_equal(found.node, record->node);
    assert_int_equal(found.sender, record->peer);
    assert_int_equal(found.delivered_ns, record->at_ns);
    assert_int_equal(found.hops, record->value);
    assert_int_equal(found.expected, record->extra == 1);
    assert_int_equal(found.requested, record->reason == REASON_REQUESTED);
}

static void expect_deliveries(const struct plain *plain, const struct run_data *run) {
    uint64_t count = 0;
    run_data_rewind(run);
    // Each message's expected deliveries, then its others.
    for (uint32_t group = 0; group < 2 * run->message_count; group++) {
        for (uint32_t i = 0; i < plain->count; i++) {
            const struct trace_record *record = &plain->records[i];
            if (record->message == group / 2 && (record->extra == 1) == (group % 2 == 0)) {
                expect_next(run, record);
                count++;
            }
        }
    }
    struct run_delivery found;
    assert_false(run_data_next(run, &found));
    assert_int_equal(count, plain->count);
}

static void write_trace(struct analysis_fixture *f, uint32_t topics) {
    const struct synthetic_options options = {.kind = SYNTHETIC_WORLD,
                                              .nodes = 150,
                                              .messages = 90,
                                              .topics = topics,
                                              .late_per_thousand = 50,
                                              .unreached_per_thousand = 20};
    assert_true(synthetic_trace_write(&options, f->arena, f->path, &f->failure));
}

/** Reads the trace with some room, and holds all that is picked out against its rows. */
static void expect_as_plain(struct plain *plain, struct analysis_fixture *f, uint32_t room) {
    struct run_data *run = &f->run;
    read_plainly(plain, f);
    assert_true(run_data_read_within(run, f->arena, f->path, room, &f->failure));
    expect_statistics(plain, any, &run->latency);
    expect_curve(plain, any, CDF_POINTS_POOLED, &run->curve);
    for (uint32_t message = 0; message < run->message_count; message++) {
        expect_statistics(plain, (struct choice){message, TRACE_NONE, TRACE_NONE},
                          &run->message_latencies[message]);
    }
    for (uint32_t node = 0; node < run->node_count; node++) {
        expect_statistics(plain, (struct choice){TRACE_NONE, node, TRACE_NONE},
                          &run->node_latencies[node]);
    }
    struct cdf_messages lines = cdf_choose_messages(run, f->arena);
    for (uint32_t i = 0; i < lines.count; i++) {
        expect_curve(plain, (struct choice){lines.items[i], TRACE_NONE, TRACE_NONE},
                     CDF_POINTS_MESSAGE, &run->line_curves[i]);
    }
    struct topic_colours colours = topic_colours_of(run, f->arena);
    for (uint32_t i = 0; i < colours.count; i++) {
        expect_curve(plain, (struct choice){TRACE_NONE, TRACE_NONE, colours.topics[i]},
                     CDF_POINTS_POOLED, &run->topic_curves[i]);
    }
    expect_hops(plain, &run->hops);
    expect_deliveries(plain, run);
    run_data_close(run);
}

static void given_any_room_when_read_then_all_is_as_from_plain_rows(void **state) {
    struct analysis_fixture *f = *state;
    static struct plain plain;
    static const uint32_t topics[] = {1, 3, 9};

    for (size_t row = 0; row < COUNT_OF(topics) * COUNT_OF(rooms); row++) {
        write_trace(f, topics[row / COUNT_OF(rooms)]);

        expect_as_plain(&plain, f, rooms[row % COUNT_OF(rooms)]);
    }
}

enum { LONG_MESSAGES = 3, LONG_NODES = 5 };

/** Latencies from a nanosecond to centuries: for those above 2^59 ns, beside a node of five and a
 * topic of three, a word has no room. */
static void write_long_latencies(struct analysis_fixture *f) {
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_DELIVERIES, &f->failure);
    struct trace_node nodes[LONG_NODES] = {{.region = TRACE_NONE}};
    struct trace_message messages[LONG_MESSAGES] = {{0}};
    trace_writer_text(writer, TRACE_SECTION_TOPICS, "a\0b\0c", sizeof "a\0b\0c");
    for (uint32_t i = 0; i < LONG_NODES; i++) {
        nodes[i].region = TRACE_NONE;
    }
    trace_writer_table(writer, TRACE_SECTION_NODES, nodes, LONG_NODES);
    struct trace_record record = {.kind = TRACE_PUBLISH, .peer = TRACE_NONE, .extra = 1000};
    for (uint32_t message = 0; message < LONG_MESSAGES; message++) {
        messages[message] = (struct trace_message){.topic = message, .expected = 1000};
        record.message = message;
        record.topic = (uint16_t)message;
        trace_writer_record(writer, &record);
    }
    record = (struct trace_record){.kind = TRACE_DELIVER, .extra = 1, .reason = REASON_PUSHED};
    for (uint32_t i = 0; i < 472; i++) {
        record.at_ns = (INT64_C(8) << i / 8) - 8 + i % 8 / 2;
        record.node = i * 3 % LONG_NODES;
        record.message = i % LONG_MESSAGES;
        record.topic = (uint16_t)record.message;
        record.value = 1 + i % 7;
        trace_writer_record(writer, &record);
    }
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, messages, LONG_MESSAGES);
    assert_true(trace_writer_close(writer, &f->failure));
}

static void given_latencies_of_any_length_when_read_then_all_is_as_from_plain_rows(void **state) {
    struct analysis_fixture *f = *state;
    static struct plain plain;
    write_long_latencies(f);

    for (size_t room = 0; room < COUNT_OF(rooms); room++) {
        expect_as_plain(&plain, f, rooms[room]);
    }
}

/** The text of a table, in memory of the test. */
static char *table_text(const struct analysis_fixture *f, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/tables/%s", f->folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = arena_take(f->arena, MEMORY_TABLES, TEXT_MAX);
    size_t size = fread(text, 1, TEXT_MAX - 1, file);
    assert_true(size > 0);
    assert_true(size < TEXT_MAX - 1);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void given_little_room_when_tables_then_the_same_to_the_byte(void **state) {
    struct analysis_fixture *f = *state;
    static const char *const names[] = {"delivery.tsv",    "messages.tsv", "nodes.tsv",
                                        "latency_cdf.tsv", "hops.tsv",     "depth.tsv"};
    const char *wanted[COUNT_OF(names)];
    write_trace(f, 3);

    for (size_t room = 0; room < COUNT_OF(rooms); room++) {
        assert_true(run_data_read_within(&f->run, f->arena, f->path, rooms[room], &f->failure));
        assert_true(analysis_write_tables(&f->run, TABLES_ALL, f->folder, &f->failure));
        run_data_close(&f->run);

        for (size_t i = 0; i < COUNT_OF(names); i++) {
            const char *text = table_text(f, names[i]);
            wanted[i] = room == 0 ? text : wanted[i];
            assert_string_equal(text, wanted[i]);
        }
    }
}

/** Times that have eight digits and more, of which the high ones change or stay, and short ones;
 * nodes of any number of digits. */
static void given_many_rows_when_deliveries_then_as_printf_puts_them(void **state) {
    struct analysis_fixture *f = *state;
    static char wanted[1 << 20];
    const struct synthetic_options options = {
        .kind = SYNTHETIC_WORLD, .nodes = 1200, .messages = 9, .topics = 1};
    assert_true(synthetic_trace_write(&options, f->arena, f->path, &f->failure));
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));
    size_t size = (size_t)snprintf(wanted, sizeof wanted,
                                   "message\ttopic\tnode\tsender\thops\tcopy\texpected\t"
                                   "published_ns\tdelivered_ns\tlatency_ns\n");
    struct run_delivery delivery;
    run_data_rewind(&f->run);
    while (run_data_next(&f->run, &delivery)) {
        const struct run_message *message = &f->run.messages[delivery.message];
        size += (size_t)snprintf(wanted + size, sizeof wanted - size,
                                 "%" PRIu32 "\t%s\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32
                                 "\t%s\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n",
                                 delivery.message, f->run.topics.items[message->topic],
                                 delivery.node, delivery.sender, delivery.hops,
                                 delivery.requested ? "requested" : "pushed", delivery.expected,
                                 message->published_ns, delivery.delivered_ns,
                                 delivery.delivered_ns - message->published_ns);
        assert_true(size < sizeof wanted);
    }

    assert_true(analysis_write_tables(&f->run, TABLES_ALL, f->folder, &f->failure));

    assert_true(size > 500000);
    assert_string_equal(table_text(f, "delivery.tsv"), wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_any_room_when_read_then_all_is_as_from_plain_rows,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_latencies_of_any_length_when_read_then_all_is_as_from_plain_rows,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_many_rows_when_deliveries_then_as_printf_puts_them,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_little_room_when_tables_then_the_same_to_the_byte,
                                        analysis_fixture_begin, analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
