#include "tests/support/trace_fixture.h"

#include "trace/section.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_section(struct trace_fixture *f, struct section_header header, const void *rows,
                        size_t size) {
    section_header_write(header, f->bytes + f->size);
    f->size += SECTION_HEADER_BYTES;
    if (size > 0) {
        memcpy(f->bytes + f->size, rows, size);
        f->size += size;
    }
}

/** Starts a content with the file's header, one topic, one region and two nodes. */
static void begin_content(struct trace_fixture *f) {
    static const unsigned char header[] = "gossim-trace\0\4\1";
    static const struct trace_node two[2] = {{.region = 0}, {.region = TRACE_NONE}};
    memcpy(f->bytes, header, sizeof header);
    f->size = sizeof header;
    put_section(f, (struct section_header){.kind = TRACE_SECTION_TOPICS, .bytes = 2}, "t", 2);
    put_section(f, (struct section_header){.kind = TRACE_SECTION_REGIONS, .bytes = 2}, "r", 2);
    struct trace_node disk[2];
    memcpy(disk, two, sizeof disk);
    section_turn_rows(section_layout(TRACE_SECTION_NODES), disk, 2);
    put_section(f, (struct section_header){.kind = TRACE_SECTION_NODES, .bytes = sizeof disk}, disk,
                sizeof disk);
}

static void expect_failure(struct trace_fixture *f, const char *part) {
    uint32_t sections = 0;
    trace_fixture_put_content(f);
    enum trace_reader_step step = trace_fixture_read(f, &sections);
    if (step != TRACE_READER_FAILED || strstr(f->failure.message, part) == NULL) {
        fail_msg("step %d, '%s' in place of '%s'", (int)step, f->failure.message, part);
    }
    assert_string_equal(f->failure.file, f->path);
    assert_int_equal(f->failure.kind, FAILURE_BAD_INPUT);
}

static void given_small_file_when_cut_anywhere_then_never_read_as_whole(void **state) {
    struct trace_fixture *f = *state;
    uint32_t sections = 0;
    trace_fixture_write(f, TRACE_FIXTURE_RECORDS);
    trace_fixture_load_file(f);
    assert_int_equal(trace_fixture_read(f, &sections), TRACE_READER_END);
    assert_int_equal(sections, 10);

    for (size_t size = 0; size < f->size; size++) {
        trace_fixture_put_file(f, f->bytes, size);
        enum trace_reader_step step = trace_fixture_read(f, &sections);

        assert_true(step == TRACE_READER_TRUNCATED || step == TRACE_READER_FAILED);
        assert_true(step != TRACE_READER_FAILED || f->failure.message[0] != '\0');
    }
}

static void given_small_file_when_any_byte_is_changed_then_refused_or_read_the_same(void **state) {
    struct trace_fixture *f = *state;
    uint32_t sections = 0;
    uint32_t refused = 0;
    trace_fixture_write(f, TRACE_FIXTURE_RECORDS);
    trace_fixture_load_file(f);
    trace_fixture_read(f, &sections);
    uint64_t content_hash = f->content_hash;

    for (size_t i = 0; i < f->size; i++) {
        f->bytes[i] ^= (unsigned char)(1 << i % 8);
        trace_fixture_put_file(f, f->bytes, f->size);
        enum trace_reader_step step = trace_fixture_read(f, &sections);
        f->bytes[i] ^= (unsigned char)(1 << i % 8);

        refused += step != TRACE_READER_END;
        if (step == TRACE_READER_END && f->content_hash != content_hash) {
            fail_msg("byte %zu changed what is read", i);
        }
    }
    // A few bits of zstd's frame, its window size for one, may change without consequence.
    assert_true(refused > f->size * 9 / 10);
}

// What zstd lets pass is looked at too: no content makes the reader crash.
static void given_content_when_any_byte_is_changed_then_reader_stays_in_bounds(void **state) {
    struct trace_fixture *f = *state;
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    uint32_t sections = 0;
    uint32_t refused = 0;
    trace_fixture_load_content(f);

    for (size_t i = 0; i < f->size * COUNT_OF(changes); i++) {
        f->bytes[i / COUNT_OF(changes)] ^= changes[i % COUNT_OF(changes)];
        trace_fixture_put_content(f);
        refused += trace_fixture_read(f, &sections) != TRACE_READER_END;
        f->bytes[i / COUNT_OF(changes)] ^= changes[i % COUNT_OF(changes)];
    }

    // The header and the section headers alone are 16 + 11 × 16 bytes.
    assert_true(refused >= 192 * COUNT_OF(changes));
}

static void given_long_file_when_cut_in_the_middle_then_complete_sections_come_first(void **state) {
    struct trace_fixture *f = *state;
    uint32_t sections = 0;
    trace_fixture_write(f, TRACE_FIXTURE_MANY);
    FILE *file = fopen(f->path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_int_equal(fclose(file), 0);

    assert_int_equal(truncate(f->path, size / 2), 0);

    // Three sections of records: half of the file holds the first one, and not the second.
    assert_int_equal(trace_fixture_read(f, &sections), TRACE_READER_TRUNCATED);
    assert_int_equal(sections, 6);
}

static void given_section_header_that_cannot_be_when_read_then_says_so(void **state) {
    struct trace_fixture *f = *state;
    static const struct {
        struct section_header header;
        const char *part;
    } rows[] = {
        {{.kind = 0}, "section of unknown kind 0"},
        {{.kind = 13}, "section of unknown kind 13"},
        {{.kind = UINT32_MAX}, "section of unknown kind 4294967295"},
        {{.kind = TRACE_SECTION_RECORDS, .reserved = 1}, "unknown kind"},
        {{.kind = TRACE_SECTION_RECORDS, .bytes = 33}, "RECORDS claims 33 bytes, not rows of 32"},
        {{.kind = TRACE_SECTION_RECORDS, .bytes = 2097184}, "more than 2097152"},
        {{.kind = TRACE_SECTION_SAMPLES, .bytes = UINT64_MAX}, "more than 1073741824"},
        {{.kind = TRACE_SECTION_SCENARIO, .bytes = UINT64_C(1) << 40}, "more than 268435456"},
        {{.kind = TRACE_SECTION_NODES}, "second NODES"},
        {{.kind = TRACE_SECTION_SUMMARY, .bytes = 112}, "more than 56"},
        {{.kind = TRACE_SECTION_SUMMARY}, "summary has 0 rows"},
        {{.kind = TRACE_SECTION_END, .bytes = 1}, "more than 0"},
        {{.kind = TRACE_SECTION_PACKED}, "do not unpack"},
        {{.kind = TRACE_SECTION_PACKED, .bytes = UINT64_C(1) << 20}, "more than 542736"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin_content(f);
        put_section(f, rows[i].header, NULL, 0);

        expect_failure(f, rows[i].part);
    }
}

static void
given_huge_section_that_ends_at_once_when_read_then_little_memory_is_taken(void **state) {
    struct trace_fixture *f = *state;
    begin_content(f);
    struct section_header header = {
        .kind = TRACE_SECTION_SAMPLES,
        .bytes = sizeof(struct trace_sample) << 24,
    };
    put_section(f, header, NULL, 0);
    trace_fixture_put_content(f);

    struct trace_reader *reader = trace_reader_open(f->arena, f->path, &f->failure);
    assert_non_null(reader);
    struct trace_section_view view;
    enum trace_reader_step step = TRACE_READER_SECTION;
    while (step == TRACE_READER_SECTION) {
        step = trace_reader_next(reader, &view, &f->failure);
    }
    trace_reader_close(reader);

    assert_int_equal(step, TRACE_READER_TRUNCATED);
    assert_true(arena_bytes(f->arena, MEMORY_TRACE) < 1 << 20);
}

static void given_record_that_no_run_makes_when_read_then_says_what_is_wrong(void **state) {
    struct trace_fixture *f = *state;
    static const struct {
        struct trace_record record;
        const char *part;
    } rows[] = {
        {{.kind = 0}, "unknown kind"},
        {{.kind = TRACE_KIND_COUNT}, "unknown kind"},
        {{.kind = TRACE_DELIVER, .node = 2}, "names a node that is not listed"},
        {{.kind = TRACE_DELIVER, .node = TRACE_NONE}, "names a node that is not listed"},
        {{.kind = TRACE_DELIVER, .peer = 2}, "names a peer that is not listed"},
        {{.kind = TRACE_DELIVER, .topic = 1}, "names a topic that is not listed"},
        {{.kind = TRACE_DELIVER, .reason = REASON_COUNT}, "unknown reason"},
        {{.kind = TRACE_SEND, .reason = TRACE_RPC_COUNT}, "unknown reason"},
        {{.kind = TRACE_DELIVER, .at_ns = -1}, "before time zero"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct trace_record disk = trace_record_little_endian(rows[i].record);
        begin_content(f);
        put_section(f, (struct section_header){.kind = TRACE_SECTION_RECORDS, .bytes = sizeof disk},
                    &disk, sizeof disk);

        expect_failure(f, rows[i].part);
    }
}

static void
given_tables_that_do_not_fit_each_other_when_read_then_says_what_is_wrong(void **state) {
    struct trace_fixture *f = *state;
    static const struct trace_link link = {.a = 1, .b = 2};
    static const struct trace_link loop = {.a = 1, .b = 1};
    static const struct trace_link dialled = {.a = 0, .b = 1, .dialled = TRACE_DIALLED_BY_B + 1};
    static const struct trace_sample sample = {.topic = 1};
    static const struct trace_message message = {.origin = 2};
    static const struct trace_message no_topic = {.topic = 1};
    static const struct {
        enum trace_section kind;
        const void *rows;
        size_t bytes;
        const char *part;
    } rows[] = {
        {TRACE_SECTION_LINKS, &link, sizeof link, "joins nodes that are not listed"},
        {TRACE_SECTION_LINKS, &loop, sizeof loop, "joins nodes that are not listed"},
        {TRACE_SECTION_LINKS, &dialled, sizeof dialled, "dialled by neither of its nodes"},
        {TRACE_SECTION_SAMPLES, &sample, sizeof sample, "names a topic that is not listed"},
        {TRACE_SECTION_MESSAGES, &message, sizeof message, "names a node that is not listed"},
        {TRACE_SECTION_MESSAGES, &no_topic, sizeof no_topic, "names a topic that is not listed"},
        {TRACE_SECTION_SCENARIO, "a\0b", 3, "is not text"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char disk[sizeof(struct trace_traffic)];
        const struct section_layout *layout = section_layout(rows[i].kind);
        memcpy(disk, rows[i].rows, rows[i].bytes);
        section_turn_rows(layout, disk, rows[i].bytes / layout->row_bytes);
        begin_content(f);
        put_section(f, (struct section_header){.kind = rows[i].kind, .bytes = rows[i].bytes}, disk,
                    rows[i].bytes);

        expect_failure(f, rows[i].part);
    }
}

static void given_records_that_name_more_messages_than_listed_when_read_then_fails(void **state) {
    struct trace_fixture *f = *state;
    struct trace_record record = trace_record_little_endian(
        (struct trace_record){.kind = TRACE_DELIVER, .peer = TRACE_NONE, .message = 0});
    begin_content(f);
    put_section(f, (struct section_header){.kind = TRACE_SECTION_RECORDS, .bytes = sizeof record},
                &record, sizeof record);

    put_section(f, (struct section_header){.kind = TRACE_SECTION_MESSAGES}, NULL, 0);

    expect_failure(f, "name more messages than it lists");
}

static void given_bytes_behind_the_end_when_read_then_fails(void **state) {
    struct trace_fixture *f = *state;
    uint32_t sections = 0;
    trace_fixture_load_content(f);
    f->bytes[f->size++] = 0;
    expect_failure(f, "goes on after its end");

    trace_fixture_write(f, TRACE_FIXTURE_RECORDS);
    trace_fixture_load_file(f);
    f->bytes[f->size++] = 0;
    trace_fixture_put_file(f, f->bytes, f->size);

    assert_int_equal(trace_fixture_read(f, &sections), TRACE_READER_FAILED);
    assert_non_null(strstr(f->failure.message, "other bytes follow it"));
}

static void given_file_that_is_no_trace_when_opened_then_says_so(void **state) {
    struct trace_fixture *f = *state;
    static const struct {
        const char *content;
        size_t size;
        const char *part;
    } rows[] = {
        {"gossim-trace\0\3\1", 16, "a trace of version 3; this gossim reads versions 4 to 5"},
        {"gossim-trace\0\4\3", 16, "level is unknown"},
        {"gossim-trace\0\4\1\1", 16, "level is unknown"},
        {"gossim-trice\0\1\1", 16, "not a gossim trace"},
        {"gossim", 6, "not a gossim trace"},
        {"", 0, "not a gossim trace"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        memcpy(f->bytes, rows[i].content, rows[i].size);
        f->size = rows[i].size;

        expect_failure(f, rows[i].part);
    }
    trace_fixture_put_file(f, "name: x\n", 8);
    assert_null(trace_reader_open(f->arena, f->path, &f->failure));
    assert_non_null(strstr(f->failure.message, "not a gossim trace"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_small_file_when_cut_anywhere_then_never_read_as_whole,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_small_file_when_any_byte_is_changed_then_refused_or_read_the_same,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_content_when_any_byte_is_changed_then_reader_stays_in_bounds, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_long_file_when_cut_in_the_middle_then_complete_sections_come_first,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_section_header_that_cannot_be_when_read_then_says_so,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_huge_section_that_ends_at_once_when_read_then_little_memory_is_taken,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_record_that_no_run_makes_when_read_then_says_what_is_wrong, trace_fixture_begin,
            trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_tables_that_do_not_fit_each_other_when_read_then_says_what_is_wrong,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_records_that_name_more_messages_than_listed_when_read_then_fails,
            trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_bytes_behind_the_end_when_read_then_fails,
                                        trace_fixture_begin, trace_fixture_end),
        cmocka_unit_test_setup_teardown(given_file_that_is_no_trace_when_opened_then_says_so,
                                        trace_fixture_begin, trace_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
