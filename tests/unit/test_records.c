#include "analysis/record_columns.h"
#include "tests/support/records_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Fails unless the fields make the record at the index. */
static void expect_record(struct records_fixture *f, uint32_t index,
                          const struct record_field *fields) {
    struct trace_record record;
    assert_true(index < f->count);
    if (!record_from_columns(fields, f->topics, RECORDS_TOPICS, &record) ||
        !records_equal(&record, &f->records[index])) {
        fail_msg("record %u of kind %s came back as another", index,
                 trace_kind_name((enum trace_kind)f->records[index].kind));
    }
}

static void given_any_record_when_named_by_columns_then_it_comes_back(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, RECORDS_MAX, 1);

    for (uint32_t i = 0; i < f->count; i++) {
        struct record_field fields[COLUMN_COUNT];
        record_to_columns(&f->records[i], f->topics, fields);

        expect_record(f, i, fields);
    }
}

static void given_fields_that_no_record_has_when_read_then_refused(void **state) {
    struct records_fixture *f = *state;
    static const struct {
        enum record_column column;
        struct record_field field;
    } rows[] = {
        {COLUMN_AT_NS, {.present = false}},
        {COLUMN_KIND, {.present = true, .text = "unknown"}},
        {COLUMN_KIND, {.present = true, .text = "nap"}},
        {COLUMN_KIND, {.present = false}},
        {COLUMN_TOPIC, {.present = true, .text = "votes"}},
        {COLUMN_REASON, {.present = true, .text = "whim"}},
        {COLUMN_NODE, {.present = true, .number = INT64_C(1) << 32}},
        {COLUMN_SIZE, {.present = true, .number = -1}},
        {COLUMN_SIZE, {.present = false}},
    };
    const struct trace_record graft = {.node = 1, .peer = 2, .kind = TRACE_GRAFT};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct record_field fields[COLUMN_COUNT];
        struct trace_record record;
        record_to_columns(&graft, f->topics, fields);
        fields[rows[i].column] = rows[i].field;

        assert_false(record_from_columns(fields, f->topics, RECORDS_TOPICS, &record));
    }
}

static void given_records_when_written_as_json_then_lines_read_back_to_them(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, 1000, 2);
    records_fixture_write(f);

    assert_int_equal(records_fixture_export(f, record_jsonl_open, NULL), TRACE_READER_END);

    uint32_t count = 0;
    for (char *line = records_fixture_text(f); *line != '\0'; count++) {
        char *end = strchr(line, '\n');
        json_t *object = json_loadb(line, (size_t)(end - line), 0, NULL);
        assert_non_null(object);
        struct record_field fields[COLUMN_COUNT] = {{.present = false}};
        for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
            json_t *value = json_object_get(object, record_column_name((enum record_column)column));
            fields[column] = (struct record_field){.present = value != NULL,
                                                   .text = json_string_value(value),
                                                   .number = json_integer_value(value)};
        }
        expect_record(f, count, fields);
        json_decref(object);
        line = end + 1;
    }
    assert_int_equal(count, f->count);
}

/** Takes a cell out of a line of CSV, in place, and moves behind it. */
static char *take_cell(char **text) {
    char *cell = *text;
    char *out = cell;
    bool quoted = *cell == '"';
    char *in = cell + (quoted ? 1 : 0);
    while (quoted ? *in != '"' || in[1] == '"' : *in != ',' && *in != '\n') {
        in += quoted && *in == '"' ? 1 : 0;
        *out++ = *in++;
    }
    *text = in + (quoted ? 2 : 1);
    *out = '\0';
    return cell;
}

static void given_records_when_written_as_csv_then_rows_read_back_to_them(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, 1000, 3);
    records_fixture_write(f);

    assert_int_equal(records_fixture_export(f, record_csv_open, NULL), TRACE_READER_END);

    char *text = records_fixture_text(f);
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        assert_string_equal(take_cell(&text), record_column_name((enum record_column)column));
    }
    uint32_t count = 0;
    for (; *text != '\0'; count++) {
        struct record_field fields[COLUMN_COUNT];
        for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
            const char *cell = take_cell(&text);
            bool is_text = record_column_is_text((enum record_column)column);
            fields[column] = (struct record_field){.present = *cell != '\0',
                                                   .text = is_text ? cell : NULL,
                                                   .number = strtoll(cell, NULL, 10)};
        }
        expect_record(f, count, fields);
    }
    assert_int_equal(count, f->count);
}

static void given_records_when_printed_then_each_stands_in_columns(void **state) {
    struct records_fixture *f = *state;
    static const struct trace_record records[] = {
        {1500000000, 3, TRACE_NONE, 7, 1024, 11, 0, TRACE_PUBLISH, 0},
        {1600000000, 4, 3, TRACE_NONE, 3, 0, 0, TRACE_GRAFT, REASON_BELOW_D_LOW},
        {1600000001, 4, 5, TRACE_NONE, 13, 0, 0, TRACE_GRAFT, REASON_GRAFT_RECEIVED},
        {1600000002, 4, 3, 7, 2, 1, TRACE_TOPIC_NONE, TRACE_DELIVER, REASON_PUSHED},
        {1600000003, 4, 3, 7, 99, 2, TRACE_TOPIC_NONE, TRACE_SEND, TRACE_RPC_IHAVE},
        {1600000004, 4, 3, 7, 99, CAUSE_CLOGGED, TRACE_TOPIC_NONE, TRACE_DROPPED, 1},
        {1600000005, 4, 9, TRACE_NONE, 12, 0, 0, TRACE_PRUNE, REASON_ABOVE_D_HIGH},
        {1600000005, 4, 3, TRACE_NONE, 4, 0, 0, TRACE_PRUNE, REASON_ABOVE_D_HIGH},
        {1600000006, 4, TRACE_NONE, TRACE_NONE, 1, 0, TRACE_TOPIC_NONE, TRACE_NODE_START, 0},
        {1600000007, 4, TRACE_NONE, TRACE_NONE, 0, 0, 0, TRACE_SUBSCRIBE, 0},
    };
    f->count = COUNT_OF(records);
    memcpy(f->records, records, sizeof records);
    records_fixture_write(f);

    assert_int_equal(records_fixture_export(f, record_text_open, NULL), TRACE_READER_END);

    assert_string_equal(
        records_fixture_text(f),
        "#          seconds node what            peer topic       message mesh         reason   "
        "       details\n"
        "       1.500000000    3 publish            - blocks            7 0<4/6/12     -        "
        "       bytes=1024 expected=11\n"
        "       1.600000000    4 graft              3 blocks            - 3<4/6/12     "
        "below_d_low\n"
        "       1.600000001    4 graft              5 blocks            - 13>4/6/12    "
        "graft_received\n"
        "       1.600000002    4 deliver            3 blocks            7 13>4/6/12    pushed   "
        "       hops=2 expected=1\n"
        "       1.600000003    4 send               3 blocks            7 13>4/6/12    ihave    "
        "       bytes=99 entries=2\n"
        "       1.600000004    4 dropped            3 blocks            7 13>4/6/12    messages "
        "       cause=clogged bytes=99\n"
        "       1.600000005    4 prune              9 blocks            - 12=4/6/12    "
        "above_d_high\n"
        "       1.600000005    4 prune              3 blocks            - 4=4/6/12     "
        "above_d_high\n"
        "       1.600000006    4 node_start         - -                 - -            -        "
        "       value=1\n"
        "       1.600000007    4 subscribe          - blocks            - 0<4/6/12     -\n");
}

/** How many lines of text there are, without those that begin with a hash. */
static uint32_t count_lines(const char *text) {
    uint32_t count = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        count += *line == '#' ? 0 : 1;
    }
    return count;
}

static void given_filters_when_applied_then_what_they_name_is_left(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, RECORDS_MAX, 4);
    records_fixture_write(f);
    struct record_filter filter;
    const char *why = NULL;
    char topics[] = "votes,blocks";
    record_filter_init(&filter);
    assert_true(record_filter_read_ranges(&filter.nodes, "3,7..9", &why));
    assert_true(record_filter_read_ranges(&filter.peers, "0..5", &why));
    assert_true(record_filter_read_ranges(&filter.messages, "2..8", &why));
    assert_true(record_filter_read_kinds(&filter, "deliver,send:ihave,send:iwant,lost", &why));
    assert_true(record_filter_read_topics(&filter, topics, &why));
    filter.from_ns = f->records[RECORDS_MAX / 4].at_ns;
    filter.until_ns = f->records[RECORDS_MAX * 3 / 4].at_ns;

    assert_int_equal(records_fixture_export(f, record_text_open, &filter), TRACE_READER_END);

    // The same, said in another way; a record without a topic has that of its message.
    uint32_t wanted = 0;
    uint16_t topic_of[RECORDS_MESSAGES];
    memset(topic_of, 0xff, sizeof topic_of);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct trace_record *r = &f->records[i];
        bool published = r->kind == TRACE_PUBLISH || r->kind == TRACE_PUBLISH_SKIPPED;
        if (published && r->message != TRACE_NONE) {
            topic_of[r->message] = r->topic;
        }
        uint16_t topic = r->topic;
        if (topic == TRACE_TOPIC_NONE && r->message != TRACE_NONE) {
            topic = topic_of[r->message];
        }
        bool ihave = r->reason == TRACE_RPC_IHAVE || r->reason == TRACE_RPC_IWANT;
        bool kind =
            r->kind == TRACE_DELIVER || r->kind == TRACE_LOST || (r->kind == TRACE_SEND && ihave);
        bool node = r->node == 3 || (r->node >= 7 && r->node <= 9);
        bool time = r->at_ns >= filter.from_ns && r->at_ns < filter.until_ns;
        bool message = r->message >= 2 && r->message <= 8;
        wanted += kind && node && time && message && r->peer <= 5 && topic == 0 ? 1 : 0;
    }
    assert_true(wanted > 0);
    assert_int_equal(count_lines(records_fixture_text(f)), wanted);
}

static void given_lists_that_are_none_when_read_then_refused(void **state) {
    (void)state;
    static const char *const ranges[] = {"",    "a",          "3,",  ",3",  "3..",    "9..7",
                                         "3-5", "4294967295", "1 2", "..3", "1..2..3"};
    static const char *const kinds[] = {
        "", "grafts", "graft,", "send:", "send:ihaves", "graft:ihave", "unknown", ":ihave"};
    const char *why = NULL;
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        struct record_ranges read = {.count = 0};
        assert_false(record_filter_read_ranges(&read, ranges[i], &why));
        assert_non_null(strstr(why, "3,7..9"));
    }
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct record_filter filter;
        record_filter_init(&filter);
        assert_false(record_filter_read_kinds(&filter, kinds[i], &why));
        assert_non_null(strstr(why, "send:ihave"));
    }
}

static void
given_a_trace_cut_anywhere_when_printed_then_what_is_left_is_its_beginning(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, 60, 5);
    records_fixture_write(f);
    assert_int_equal(records_fixture_export(f, record_text_open, NULL), TRACE_READER_END);
    const char *whole = records_fixture_text(f);
    FILE *file = fopen(f->path, "rb");
    static char bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(size, 500, sizeof bytes - 1);
    uint32_t truncated = 0;
    uint32_t records = 0;

    for (size_t cut = 0; cut < size; cut++) {
        file = fopen(f->path, "wb");
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        enum trace_reader_step step = records_fixture_export(f, record_text_open, NULL);

        assert_true(step == TRACE_READER_TRUNCATED || step == TRACE_READER_FAILED);
        if (step == TRACE_READER_TRUNCATED) {
            const char *left = records_fixture_text(f);
            // The title may be narrower: the topics may be behind the cut.
            const char *rest = strchr(left, '\n');
            assert_non_null(rest);
            assert_true(count_lines(left) == 0 ||
                        strncmp(rest, strchr(whole, '\n'), strlen(rest)) == 0);
            truncated++;
            records = count_lines(left);
        } else {
            assert_string_not_equal(f->failure.message, "");
        }
    }
    assert_true(truncated > size / 2);
    assert_int_equal(records, f->count); // all were there when something behind them was cut
}

int main(void) {
    const struct CMUnitTest tests[] = {
        RECORDS_TEST(given_any_record_when_named_by_columns_then_it_comes_back),
        RECORDS_TEST(given_fields_that_no_record_has_when_read_then_refused),
        RECORDS_TEST(given_records_when_written_as_json_then_lines_read_back_to_them),
        RECORDS_TEST(given_records_when_written_as_csv_then_rows_read_back_to_them),
        RECORDS_TEST(given_records_when_printed_then_each_stands_in_columns),
        RECORDS_TEST(given_filters_when_applied_then_what_they_name_is_left),
        RECORDS_TEST(given_a_trace_cut_anywhere_when_printed_then_what_is_left_is_its_beginning),
        cmocka_unit_test(given_lists_that_are_none_when_read_then_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
