#include "analysis/record_columns.h"
#include "tests/support/records_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void given_records_when_written_as_a_database_then_rows_read_back_to_them(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, 1000, 6);
    records_fixture_write(f);

    assert_int_equal(records_fixture_export(f, record_sqlite_open, NULL), TRACE_READER_END);

    sqlite3 *database = NULL;
    sqlite3_stmt *rows = NULL;
    uint32_t count = 0;
    assert_int_equal(sqlite3_open(f->export, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT * FROM records ORDER BY rowid", -1, &rows, NULL),
        SQLITE_OK);
    for (; sqlite3_step(rows) == SQLITE_ROW; count++) {
        struct record_field fields[COLUMN_COUNT];
        struct trace_record record;
        for (int column = 0; column < COLUMN_COUNT; column++) {
            int type = sqlite3_column_type(rows, column);
            fields[column] = (struct record_field){
                .present = type != SQLITE_NULL,
                .text =
                    type == SQLITE_TEXT ? (const char *)sqlite3_column_text(rows, column) : NULL,
                .number = sqlite3_column_int64(rows, column)};
        }
        assert_true(record_from_columns(fields, f->topics, RECORDS_TOPICS, &record));
        assert_true(records_equal(&record, &f->records[count]));
    }
    assert_int_equal(count, f->count);
    sqlite3_finalize(rows);
    sqlite3_close(database);
}

static void given_no_place_for_a_database_when_opened_then_said_so(void **state) {
    struct records_fixture *f = *state;
    const struct record_scene scene = {.level = TRACE_LEVEL_FULL};
    const struct record_sink_options options = {.scene = &scene, .path = "/nowhere/at/all"};

    assert_null(record_sqlite_open(f->arena, &options, &f->failure));

    assert_non_null(strstr(f->failure.message, "cannot open the database"));
    assert_int_equal(f->failure.kind, FAILURE_RUNNING);
}

static const uint8_t node_bytes[RECORDS_NODES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t message_bytes[RECORDS_MESSAGES] = "abcdefgh";

/** Makes TraceEvents, with ids of a byte. */
static struct record_sink *open_events(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure) {
    struct event_bytes *nodes =
        arena_take_array(arena, MEMORY_TABLES, RECORDS_NODES, sizeof *nodes);
    struct event_bytes *messages =
        arena_take_array(arena, MEMORY_TABLES, RECORDS_MESSAGES, sizeof *messages);
    struct record_ids *ids = arena_take(arena, MEMORY_TABLES, sizeof *ids);
    struct record_sink_options own = *options;
    for (uint32_t i = 0; i < RECORDS_NODES; i++) {
        nodes[i] = (struct event_bytes){node_bytes + i, 1};
    }
    for (uint32_t i = 0; i < RECORDS_MESSAGES; i++) {
        messages[i] = (struct event_bytes){message_bytes + i, 1};
    }
    *ids = (struct record_ids){nodes, messages, RECORDS_NODES, RECORDS_NODES, RECORDS_MESSAGES};
    own.ids = ids;
    return record_events_open(arena, &own, failure);
}

static uint32_t number_of(struct event_bytes id, const uint8_t *ids, uint32_t count) {
    uint32_t number = 0;
    assert_true(id.size <= 1);
    while (id.size == 1 && number < count && ids[number] != id.bytes[0]) {
        number++;
    }
    assert_true(number < count);
    return id.size == 1 ? number : TRACE_NONE;
}

/** The kind of record that an event stands for, by the words of go-libp2p-pubsub. */
static enum trace_kind kind_of(const struct trace_event *event) {
    static const enum trace_kind kinds[TRACE_EVENT_COUNT] = {
        TRACE_PUBLISH,     TRACE_IGNORE,  TRACE_DUPLICATE, TRACE_DELIVER, TRACE_PEER_UP,
        TRACE_PEER_DOWN,   TRACE_RECEIVE, TRACE_SEND,      TRACE_LOST,    TRACE_SUBSCRIBE,
        TRACE_UNSUBSCRIBE, TRACE_GRAFT,   TRACE_PRUNE,
    };
    return kinds[event->type];
}

/** Whether there is an event for a record. */
static bool has_event(const struct trace_record *record) {
    static const uint8_t kinds[] = {
        TRACE_PUBLISH,   TRACE_IGNORE,  TRACE_DUPLICATE,   TRACE_DELIVER, TRACE_PEER_UP,
        TRACE_PEER_DOWN, TRACE_RECEIVE, TRACE_SEND,        TRACE_LOST,    TRACE_SUBSCRIBE,
        TRACE_GRAFT,     TRACE_PRUNE,   TRACE_UNSUBSCRIBE, TRACE_OWN};
    bool dropped = record->kind == TRACE_DROPPED && record->extra != CAUSE_DOWNLINK_FULL &&
                   record->extra != CAUSE_NODE_DOWN;
    return dropped || memchr(kinds, record->kind, sizeof kinds) != NULL;
}

/** Compares what a format of events can say of a record. */
static void expect_event(struct records_fixture *f, const struct trace_record *record,
                         const char *topic, const struct trace_event *event) {
    uint8_t kind = record->kind == TRACE_OWN       ? TRACE_DELIVER
                   : record->kind == TRACE_DROPPED ? TRACE_LOST
                                                   : record->kind;
    bool rpc = trace_kind_is_rpc((enum trace_kind)kind);
    bool of_topic = kind == TRACE_SUBSCRIBE || kind == TRACE_UNSUBSCRIBE || kind == TRACE_GRAFT ||
                    kind == TRACE_PRUNE;
    bool of_message = kind == TRACE_PUBLISH || kind == TRACE_DELIVER || kind == TRACE_DUPLICATE ||
                      kind == TRACE_IGNORE;
    assert_int_equal(kind_of(event), kind);
    assert_int_equal(event->timestamp_ns, record->at_ns);
    assert_int_equal(number_of(event->node, node_bytes, RECORDS_NODES), record->node);
    if (kind != TRACE_PUBLISH && kind != TRACE_SUBSCRIBE && kind != TRACE_UNSUBSCRIBE) {
        uint32_t peer = record->kind == TRACE_OWN ? record->node : record->peer;
        assert_int_equal(number_of(event->peer, node_bytes, RECORDS_NODES), peer);
    }
    bool names_message =
        rpc && (record->reason == TRACE_RPC_MESSAGES || record->reason == TRACE_RPC_IHAVE ||
                record->reason == TRACE_RPC_IWANT);
    if (of_message || (names_message && event->entries > 0)) {
        uint32_t message = number_of(event->message, message_bytes, RECORDS_MESSAGES);
        assert_int_equal(message, record->message);
    }
    if (of_topic || of_message) {
        assert_int_equal(event->topic.size, topic == NULL ? 0 : strlen(topic));
        assert_true(topic == NULL || memcmp(event->topic.bytes, topic, event->topic.size) == 0);
    }
    if (rpc) {
        assert_int_equal(event->rpc, record->reason);
    }
    (void)f;
}

static void given_records_when_written_as_events_then_they_say_the_same(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, RECORDS_MAX, 7);
    records_fixture_write(f);

    assert_int_equal(records_fixture_export(f, open_events, NULL), TRACE_READER_END);

    struct record_stream *stream = record_stream_open(f->arena, f->path, &f->failure);
    struct event_reader *reader = event_reader_open(f->arena, f->export, &f->failure);
    struct record_view view;
    struct trace_event event;
    uint32_t kinds = 0;
    while (record_stream_next(stream, &view, &f->failure) == TRACE_READER_SECTION) {
        if (has_event(&view.record)) {
            assert_int_equal(event_reader_next(reader, &event, &f->failure), EVENT_READ);
            expect_event(f, &view.record, view.topic, &event);
            kinds |= UINT32_C(1) << event.type;
        }
    }
    assert_int_equal(event_reader_next(reader, &event, &f->failure), EVENT_END);
    assert_int_equal(kinds, (1 << TRACE_EVENT_COUNT) - 1);
    event_reader_close(reader);
    record_stream_close(stream);
}

static void given_events_cut_anywhere_when_read_then_whole_ones_come_first(void **state) {
    struct records_fixture *f = *state;
    records_fixture_draw(f, 60, 8);
    records_fixture_write(f);
    records_fixture_export(f, open_events, NULL);
    FILE *file = fopen(f->export, "rb");
    static char bytes[1 << 14];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    uint32_t last = 0;

    for (size_t cut = 0; cut <= size; cut++) {
        assert_int_equal(truncate(f->export, 0), 0);
        file = fopen(f->export, "wb");
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        struct event_reader *reader = event_reader_open(f->arena, f->export, &f->failure);
        struct trace_event event;
        uint32_t count = 0;
        enum event_step step = event_reader_next(reader, &event, &f->failure);
        for (; step == EVENT_READ; count++) {
            step = event_reader_next(reader, &event, &f->failure);
        }
        event_reader_close(reader);

        // At the end of an event nothing shows that there were more.
        assert_true(count == last || count == last + 1);
        assert_int_equal(step, cut == 0 || count == last + 1 ? EVENT_END : EVENT_TRUNCATED);
        last = count;
    }
    assert_true(last > 20);
}

static void given_bytes_that_are_no_events_when_read_then_the_event_is_named(void **state) {
    struct records_fixture *f = *state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *words;
    } rows[] = {
        {"\x01\xff", 2, "event 1 is no TraceEvent: its bytes are no such message"},
        {"\xff\xff\xff\xff\xff\x01", 6, "its length is out of all bounds"},
        {"\xff\xff\xff\xff\x01", 5, "longer than 64 MiB"},
        {"\x00", 1, "its type is unknown"},
        {"\x02\x08\x63", 3, "its type is unknown"},
        {"\x02\x08\x00", 3, "it has no time, or no peer id"},
        {"\x07\x08\x00\x12\x01\x61\x18\x05", 8, "the part for its type is missing"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        FILE *file = fopen(f->export, "wb");
        assert_int_equal(fwrite(rows[i].bytes, 1, rows[i].size, file), rows[i].size);
        fclose(file);
        struct event_reader *reader = event_reader_open(f->arena, f->export, &f->failure);
        struct trace_event event;

        enum event_step step = event_reader_next(reader, &event, &f->failure);

        assert_int_equal(step, EVENT_FAILED);
        assert_non_null(strstr(f->failure.message, rows[i].words));
        assert_string_equal(f->failure.file, f->export);
        event_reader_close(reader);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        RECORDS_TEST(given_records_when_written_as_a_database_then_rows_read_back_to_them),
        RECORDS_TEST(given_no_place_for_a_database_when_opened_then_said_so),
        RECORDS_TEST(given_records_when_written_as_events_then_they_say_the_same),
        RECORDS_TEST(given_events_cut_anywhere_when_read_then_whole_ones_come_first),
        RECORDS_TEST(given_bytes_that_are_no_events_when_read_then_the_event_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
