#include "tests/support/trace_fixture.h"

#include "base/hash.h"
#include "trace/section.h"

#include <string.h>
#include <zstd.h>

static void given_every_section_when_written_and_read_then_rows_are_the_same(void **state) {
    struct trace_fixture *f = *state;
    struct trace_record records[TRACE_FIXTURE_RECORDS];
    for (uint32_t i = 0; i < TRACE_FIXTURE_RECORDS; i++) {
        records[i] = trace_fixture_record(i);
    }
    const struct {
        enum trace_section kind;
        const void *rows;
        size_t count;
        size_t bytes;
    } rows[] = {
        {TRACE_SECTION_SCENARIO, trace_fixture_scenario, sizeof trace_fixture_scenario - 1,
         sizeof trace_fixture_scenario},
        {TRACE_SECTION_TOPICS, trace_fixture_topics, sizeof trace_fixture_topics,
         sizeof trace_fixture_topics},
        {TRACE_SECTION_REGIONS, trace_fixture_regions, sizeof trace_fixture_regions,
         sizeof trace_fixture_regions},
        {TRACE_SECTION_NODES, trace_fixture_nodes, TRACE_FIXTURE_NODES, sizeof trace_fixture_nodes},
        {TRACE_SECTION_LINKS, trace_fixture_links, COUNT_OF(trace_fixture_links),
         sizeof trace_fixture_links},
        {TRACE_SECTION_RECORDS, records, TRACE_FIXTURE_RECORDS, sizeof records},
        {TRACE_SECTION_SAMPLES, trace_fixture_samples, COUNT_OF(trace_fixture_samples),
         sizeof trace_fixture_samples},
        {TRACE_SECTION_TRAFFIC, trace_fixture_traffic, COUNT_OF(trace_fixture_traffic),
         sizeof trace_fixture_traffic},
        {TRACE_SECTION_MESSAGES, trace_fixture_messages, COUNT_OF(trace_fixture_messages),
         sizeof trace_fixture_messages},
        {TRACE_SECTION_SUMMARY, &trace_fixture_summary, 1, sizeof trace_fixture_summary},
    };

    trace_fixture_write(f, TRACE_FIXTURE_RECORDS);

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    assert_non_null(reader);
    assert_int_equal(trace_reader_level(reader), TRACE_LEVEL_DELIVERIES);
    struct trace_section_view view;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_SECTION);
        assert_int_equal(view.kind, rows[i].kind);
        assert_int_equal(view.count, rows[i].count);
        // For the scenario this covers the NUL that the reader puts behind text.
        assert_memory_equal(view.rows, rows[i].rows, rows[i].bytes);
    }
    assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_END);
    assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_END);
    trace_reader_close(reader);
}

static void given_known_run_when_written_then_bytes_before_compression_are_pinned(void **state) {
    struct trace_fixture *f = *state;
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_FULL, &f->failure);
    assert_non_null(writer);
    trace_writer_table(writer, TRACE_SECTION_LINKS, &trace_fixture_links[1], 1);
    struct trace_record record = {.at_ns = INT64_C(0x1112131415161718),
                                  .node = 0x21222324,
                                  .peer = 0x31323334,
                                  .message = 0x41424344,
                                  .value = 0x51525354,
                                  .extra = 0x61626364,
                                  .topic = 0x7172,
                                  .kind = TRACE_DELIVER,
                                  .reason = REASON_PUSHED};
    trace_writer_record(writer, &record);
    assert_true(trace_writer_close(writer, &f->failure));
    static const unsigned char expected[] =
        "gossim-trace\0\5\2\0"
        "\5\0\0\0\0\0\0\0\x18\0\0\0\0\0\0\0"
        "\0\0\0\0\2\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01\0\0\0\0\0\0\0\0"
        // one packed record: the head of the section, its bit, the head of the record, its fields
        "\14\0\0\0\0\0\0\0\x32\0\0\0\0\0\0\0"
        "\1\0\0\0\1\0\0\0\x21\0\0\0\0\0\0\0"
        "\1\x89\xfd\xff"
        "\x18\x17\x16\x15\x14\x13\x12\x11\x24\x23\x22\x21\x34\x33\x32\x31"
        "\x44\x43\x42\x41\x54\x53\x52\x51\x64\x63\x62\x61\x72\x71"
        "\13\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    trace_fixture_load_file(f);
    unsigned char content[sizeof expected];
    size_t size = ZSTD_decompress(content, sizeof content, f->bytes, f->size);

    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(content, expected, size);
}

static void given_rows_when_swapped_then_every_field_is_reversed_in_place(void **state) {
    (void)state;
    struct trace_record record = trace_fixture_record(5);
    struct trace_record swapped = record;
    uint64_t words[sizeof(struct trace_traffic) / sizeof(uint64_t)];
    uint64_t words_swapped[COUNT_OF(words)];
    memcpy(words, trace_fixture_traffic, sizeof words);
    memcpy(words_swapped, words, sizeof words);

    section_swap_rows(section_layout(TRACE_SECTION_RECORDS), &swapped, 1);
    section_swap_rows(section_layout(TRACE_SECTION_TRAFFIC), words_swapped, 1);

    assert_int_equal(swapped.at_ns, __builtin_bswap64((uint64_t)record.at_ns));
    assert_int_equal(swapped.node, __builtin_bswap32(record.node));
    assert_int_equal(swapped.extra, __builtin_bswap32(record.extra));
    assert_int_equal(swapped.topic, __builtin_bswap16(record.topic));
    assert_int_equal(swapped.kind, record.kind);
    assert_int_equal(swapped.reason, record.reason);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        assert_int_equal(words_swapped[i], __builtin_bswap64(words[i]));
    }
}

static void given_layouts_when_widths_are_added_then_they_are_the_row(void **state) {
    (void)state;

    for (uint32_t kind = TRACE_SECTION_SCENARIO; kind <= TRACE_SECTION_PACKED; kind++) {
        const struct section_layout *layout = section_layout(kind);
        size_t sum = 0;
        for (const char *field = layout->fields; *field != '\0'; field++) {
            sum += (size_t)(*field - '0');
        }

        assert_int_equal(sum, layout->row_bytes);
    }
    assert_null(section_layout(0));
    assert_null(section_layout(TRACE_SECTION_PACKED + 1));
    assert_null(section_layout(UINT32_MAX));
}

static void given_many_records_when_written_and_read_then_all_come_in_order(void **state) {
    struct trace_fixture *f = *state;
    uint32_t index = 0;
    uint32_t sections = 0;

    trace_fixture_write(f, TRACE_FIXTURE_MANY + 10);

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    assert_non_null(reader);
    struct trace_section_view view;
    while (trace_reader_next(reader, &view, &f->failure) == TRACE_READER_SECTION) {
        const struct trace_record *records = view.rows;
        size_t count = view.kind == TRACE_SECTION_RECORDS ? view.count : 0;
        sections += count > 0;
        for (size_t i = 0; i < count; i++, index++) {
            struct trace_record expected = trace_fixture_record(index);
            assert_memory_equal(&records[i], &expected, sizeof expected);
        }
    }
    trace_reader_close(reader);
    assert_int_equal(index, TRACE_FIXTURE_MANY + 10);
    assert_int_equal(sections, 4);
}

static void given_table_of_many_rows_when_written_and_read_then_same_rows(void **state) {
    struct trace_fixture *f = *state;
    static struct trace_link many[10000];
    for (uint32_t i = 0; i < COUNT_OF(many); i++) {
        many[i] = (struct trace_link){.a = 0, .b = 1 + i % 2, .delay_ns = i};
    }

    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_FULL, &f->failure);
    assert_non_null(writer);
    trace_writer_text(writer, TRACE_SECTION_REGIONS, trace_fixture_regions,
                      sizeof trace_fixture_regions);
    trace_writer_table(writer, TRACE_SECTION_NODES, trace_fixture_nodes, TRACE_FIXTURE_NODES);
    trace_writer_table(writer, TRACE_SECTION_LINKS, many, COUNT_OF(many));
    bool closed = trace_writer_close(writer, &f->failure);
    assert_true(closed);

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    assert_non_null(reader);
    struct trace_section_view view = {.kind = TRACE_SECTION_END};
    while (view.kind != TRACE_SECTION_LINKS) {
        assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_SECTION);
    }
    assert_int_equal(view.count, COUNT_OF(many));
    assert_memory_equal(view.rows, many, sizeof many);
    trace_reader_close(reader);
}

static void given_records_before_a_table_when_written_then_they_come_before_it(void **state) {
    struct trace_fixture *f = *state;
    struct trace_writer *writer = trace_fixture_open(f, f->path);
    trace_fixture_write_records(writer, 2);
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, trace_fixture_samples, 1);
    trace_fixture_write_records(writer, 3);
    assert_true(trace_writer_close(writer, &f->failure));
    static const struct {
        enum trace_section kind;
        size_t count;
    } expected[] = {
        {TRACE_SECTION_RECORDS, 2}, {TRACE_SECTION_SAMPLES, 1}, {TRACE_SECTION_RECORDS, 3}};

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    assert_non_null(reader);
    struct trace_section_view view = {.kind = TRACE_SECTION_END};
    while (view.kind != TRACE_SECTION_LINKS) {
        assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_SECTION);
    }

    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(trace_reader_next(reader, &view, &f->failure), TRACE_READER_SECTION);
        assert_int_equal(view.kind, expected[i].kind);
        assert_int_equal(view.count, expected[i].count);
    }
    trace_reader_close(reader);
}

/** All that was told, in its order; records one by one, however they came. */
struct told {
    uint64_t hash;
    uint32_t records;
    uint32_t others; // sections
};

static void note_told(void *context, const struct trace_section_view *view) {
    struct told *told = context;
    bool records = view->kind == TRACE_SECTION_RECORDS;
    size_t row = section_layout(view->kind)->row_bytes;
    for (size_t i = 0; i < view->count; i++) {
        const unsigned char *at = (const unsigned char *)view->rows + i * row;
        uint64_t kind = view->kind;
        told->hash = hash_bytes(&kind, sizeof kind, told->hash);
        told->hash = hash_bytes(at, row, told->hash);
    }
    told->records += records ? (uint32_t)view->count : 0;
    told->others += records ? 0 : 1;
}

/** Records of all kinds, so many that some are told before the next table comes. */
static void write_all_kinds(struct trace_writer *writer) {
    for (uint32_t i = 0; i < 100 * TRACE_KIND_COUNT; i++) {
        struct trace_record record = trace_fixture_record(0);
        record.kind = (uint8_t)(1 + i % (TRACE_KIND_COUNT - 1));
        record.reason = 0;
        record.value = i;
        trace_writer_record(writer, &record);
        if (record.kind == TRACE_SEND || record.kind == TRACE_DELIVER) {
            record.peer = 1;
            trace_writer_again(writer, &record);
        }
    }
}

static void
given_a_listener_when_written_then_told_what_a_reader_of_deliveries_gives(void **state) {
    struct trace_fixture *f = *state;
    struct told told = {0};
    struct told read = {0};
    const struct trace_listener listener = {&told, note_told};
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_FULL, &f->failure);
    trace_writer_listen(writer, &listener);
    trace_writer_text(writer, TRACE_SECTION_TOPICS, trace_fixture_topics,
                      sizeof trace_fixture_topics);
    trace_writer_text(writer, TRACE_SECTION_REGIONS, trace_fixture_regions,
                      sizeof trace_fixture_regions);
    trace_writer_table(writer, TRACE_SECTION_NODES, trace_fixture_nodes, TRACE_FIXTURE_NODES);
    write_all_kinds(writer);
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, trace_fixture_samples, 1);
    write_all_kinds(writer);
    assert_true(trace_writer_close(writer, &f->failure));

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    trace_reader_leave_out_others(reader);
    struct trace_section_view view;
    enum trace_reader_step step = trace_reader_next(reader, &view, &f->failure);
    while (step == TRACE_READER_SECTION) {
        note_told(&read, &view);
        step = trace_reader_next(reader, &view, &f->failure);
    }
    assert_string_equal(f->failure.message, "");
    assert_int_equal(step, TRACE_READER_END);
    trace_reader_close(reader);

    assert_true(read.records > 500);
    assert_true(read.records < 200 * TRACE_KIND_COUNT);
    assert_int_equal(told.records, read.records);
    assert_int_equal(told.others, read.others);
    assert_int_equal(told.hash, read.hash);
}

static void given_abandoned_file_when_read_then_truncated(void **state) {
    struct trace_fixture *f = *state;
    uint32_t sections = 0;
    struct trace_writer *writer = trace_fixture_open(f, f->path);
    trace_fixture_write_records(writer, TRACE_FIXTURE_MANY);

    trace_writer_abandon(writer);
    trace_writer_abandon(NULL);

    assert_int_equal(trace_fixture_read(f, &sections), TRACE_READER_TRUNCATED);
    assert_true(sections >= 6);
}

static void given_path_without_a_file_when_opened_then_bad_input(void **state) {
    struct trace_fixture *f = *state;

    assert_null(trace_reader_open(f->arena, "no-such-folder/trace", &f->failure));
    assert_int_equal(f->failure.kind, FAILURE_BAD_INPUT);
    assert_string_equal(f->failure.file, "no-such-folder/trace");
    assert_null(trace_reader_open(f->arena, ".", &f->failure));
    assert_non_null(strstr(f->failure.message, "cannot read the trace: Is a directory"));

    assert_null(trace_writer_open(f->arena, "no-such-folder/trace", TRACE_LEVEL_FULL, &f->failure));
    assert_int_equal(f->failure.kind, FAILURE_BAD_INPUT);
    assert_non_null(strstr(f->failure.message, "cannot open for writing"));
}

static void given_full_disk_when_written_then_close_reports_it(void **state) {
    struct trace_fixture *f = *state;
    static const uint32_t counts[] = {0, TRACE_FIXTURE_RECORDS, TRACE_FIXTURE_MANY};

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct trace_writer *writer = trace_fixture_open(f, "/dev/full");
        trace_fixture_write_records(writer, counts[i]);
        bool closed = trace_writer_close(writer, &f->failure);

        assert_false(closed);
        assert_int_equal(f->failure.kind, FAILURE_RUNNING);
        assert_string_equal(f->failure.file, "/dev/full");
        assert_string_equal(f->failure.message, "cannot write the trace: No space left on device");
    }
}

static void given_table_above_the_limit_when_written_then_close_reports_it(void **state) {
    struct trace_fixture *f = *state;
    struct trace_writer *writer = trace_fixture_open(f, f->path);

    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, trace_fixture_traffic,
                       SIZE_MAX / sizeof trace_fixture_traffic[0]);

    assert_false(trace_writer_close(writer, &f->failure));
    assert_non_null(strstr(f->failure.message, "larger than the format allows"));
}

static void given_section_of_the_wrong_sort_when_written_then_check_fails(void **state) {
    struct trace_fixture *f = *state;
    struct trace_writer *writer = trace_fixture_open(f, f->path);

    expect_assert_failure(trace_writer_text(writer, TRACE_SECTION_NODES, "x", 1));
    expect_assert_failure(trace_writer_table(writer, TRACE_SECTION_TOPICS, trace_fixture_nodes, 1));
    expect_assert_failure(
        trace_writer_table(writer, TRACE_SECTION_RECORDS, trace_fixture_nodes, 1));
    expect_assert_failure(trace_writer_table(writer, TRACE_SECTION_END, trace_fixture_nodes, 0));
    trace_writer_abandon(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_every_section_when_written_and_read_then_rows_are_the_same, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_known_run_when_written_then_bytes_before_compression_are_pinned,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_rows_when_swapped_then_every_field_is_reversed_in_place, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_layouts_when_widths_are_added_then_they_are_the_row,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_many_records_when_written_and_read_then_all_come_in_order, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_table_of_many_rows_when_written_and_read_then_same_rows, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_records_before_a_table_when_written_then_they_come_before_it, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_listener_when_written_then_told_what_a_reader_of_deliveries_gives,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_abandoned_file_when_read_then_truncated,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_path_without_a_file_when_opened_then_bad_input,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_full_disk_when_written_then_close_reports_it,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_table_above_the_limit_when_written_then_close_reports_it, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_section_of_the_wrong_sort_when_written_then_check_fails, trace_fixture_begin,
            trace_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
