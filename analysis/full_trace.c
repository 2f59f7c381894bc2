#include "analysis/full_trace.h"

#include "base/check.h"
#include "base/sort.h"
#include "trace/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A table being put together from one or more sections. */
struct table {
    void *items;
    uint32_t count;
    uint32_t capacity;
};

struct reading {
    struct pool pool;
    struct table records;
    struct table nodes;
    struct table links;
    struct table messages;
    struct table samples;
    struct failure *failure;
};

static bool append(struct reading *reading, struct table *table,
                   const struct trace_section_view *view, size_t row_bytes) {
    if (view->count > INT32_MAX - table->count) {
        return failure_bad_input(reading->failure, "the trace has a table of more than %d rows",
                                 INT32_MAX);
    }
    uint32_t count = table->count + (uint32_t)view->count;
    if (count > table->capacity) {
        table->items = pool_grow(&reading->pool, table->items, &table->capacity, count, row_bytes);
    }
    if (view->count > 0) {
        memcpy((char *)table->items + table->count * row_bytes, view->rows,
               view->count * row_bytes);
    }
    table->count = count;
    return true;
}

static uint32_t count_names(const struct trace_section_view *view) {
    const char *text = view->rows;
    uint32_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        count += text[i] == '\0' ? 1 : 0;
    }
    return count;
}

static bool keep_section(struct reading *reading, struct full_trace *trace,
                         const struct trace_section_view *view) {
    switch (view->kind) {
    case TRACE_SECTION_RECORDS:
        return append(reading, &reading->records, view, sizeof(struct trace_record));
    case TRACE_SECTION_NODES:
        return append(reading, &reading->nodes, view, sizeof(struct trace_node));
    case TRACE_SECTION_LINKS:
        return append(reading, &reading->links, view, sizeof(struct trace_link));
    case TRACE_SECTION_MESSAGES:
        return append(reading, &reading->messages, view, sizeof(struct trace_message));
    case TRACE_SECTION_SAMPLES:
        return append(reading, &reading->samples, view, sizeof(struct trace_sample));
    case TRACE_SECTION_TOPICS:
        trace->topic_count = count_names(view);
        return true;
    case TRACE_SECTION_SUMMARY:
        if (view->count > 0) {
            memcpy(&trace->summary, view->rows, sizeof trace->summary);
        }
        return true;
    case TRACE_SECTION_SCENARIO:
    case TRACE_SECTION_REGIONS:
    case TRACE_SECTION_TRAFFIC:
    case TRACE_SECTION_END:
    case TRACE_SECTION_PACKED: // the reader unpacks it
        return true;
    }
    return true; // A kind of a later version: nothing here needs it.
}

static bool read_sections(struct reading *reading, struct full_trace *trace,
                          struct trace_reader *reader) {
    struct trace_section_view view = {0};
    enum trace_reader_step step = trace_reader_next(reader, &view, reading->failure);
    while (step == TRACE_READER_SECTION) {
        if (!keep_section(reading, trace, &view)) {
            return false;
        }
        step = trace_reader_next(reader, &view, reading->failure);
    }
    if (step == TRACE_READER_TRUNCATED) {
        return failure_bad_input(reading->failure, "the trace was cut short");
    }
    return step == TRACE_READER_END;
}

bool full_trace_is_copy(const struct trace_record *record) {
    bool rpc = record->kind == TRACE_SEND || record->kind == TRACE_LOST ||
               record->kind == TRACE_DROPPED || record->kind == TRACE_UNREAD;
    return record->kind == TRACE_PUBLISH || record->kind == TRACE_DELIVER ||
           record->kind == TRACE_DUPLICATE || record->kind == TRACE_IGNORE ||
           (rpc && record->reason == TRACE_RPC_MESSAGES);
}

static bool check_records(const struct full_trace *trace, struct failure *failure) {
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        bool nodes = record->node < trace->node_count &&
                     (record->peer == TRACE_NONE || record->peer < trace->node_count);
        bool message = !full_trace_is_copy(record) || record->message < trace->message_count;
        bool topic = record->topic == TRACE_TOPIC_NONE || record->topic < trace->topic_count;
        if (!nodes || !message || !topic) {
            return failure_bad_input(failure, "record %" PRIu32 " names what there is not", i);
        }
    }
    for (uint32_t i = 0; i < trace->link_count; i++) {
        if (trace->links[i].a >= trace->node_count || trace->links[i].b >= trace->node_count) {
            return failure_bad_input(failure, "link %" PRIu32 " names a node there is not", i);
        }
    }
    return true;
}

/** Turns counts into where each part begins; `first` has one place more than there are parts. */
static void accumulate(uint32_t *first, uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t own = first[i];
        first[i] = sum;
        sum += own;
    }
}

static void index_messages(struct full_trace *trace, struct arena *arena) {
    uint32_t count = trace->message_count;
    uint32_t *first = arena_take_array(arena, MEMORY_TABLES, (size_t)count + 1, sizeof *first);
    uint32_t *next = arena_take_array(arena, MEMORY_TABLES, (size_t)count + 1, sizeof *next);
    for (uint32_t i = 0; i < trace->record_count; i++) {
        if (full_trace_is_copy(&trace->records[i])) {
            first[trace->records[i].message]++;
        }
    }
    accumulate(first, count);
    memcpy(next, first, ((size_t)count + 1) * sizeof *next);
    trace->of_message = arena_take_array(arena, MEMORY_TABLES, first[count], sizeof *next);
    for (uint32_t i = 0; i < trace->record_count; i++) {
        if (full_trace_is_copy(&trace->records[i])) {
            trace->of_message[next[trace->records[i].message]++] = i;
        }
    }
    trace->of_message_first = first;
}

static void index_links(struct full_trace *trace, struct arena *arena) {
    size_t ends = 2 * (size_t)trace->link_count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, ends, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, ends, sizeof *scratch);
    uint32_t *first =
        arena_take_array(arena, MEMORY_TABLES, (size_t)trace->node_count + 1, sizeof *first);
    for (uint32_t i = 0; i < trace->link_count; i++) {
        uint64_t a = trace->links[i].a;
        uint64_t b = trace->links[i].b;
        first[a]++;
        first[b]++;
        items[2 * (size_t)i] = (struct sort_item){a << 32 | b, i};
        items[2 * (size_t)i + 1] = (struct sort_item){b << 32 | a, i};
    }
    accumulate(first, trace->node_count);
    sort_by_key(items, scratch, (uint32_t)ends);
    trace->peers = arena_take_array(arena, MEMORY_TABLES, ends, sizeof *trace->peers);
    trace->peer_links = arena_take_array(arena, MEMORY_TABLES, ends, sizeof *trace->peer_links);
    for (size_t i = 0; i < ends; i++) {
        trace->peers[i] = (uint32_t)items[i].key;
        trace->peer_links[i] = (uint32_t)items[i].value;
    }
    trace->peer_first = first;
}

bool full_trace_index(struct full_trace *trace, struct arena *arena, struct failure *failure) {
    if (!check_records(trace, failure)) {
        return false;
    }
    index_messages(trace, arena);
    index_links(trace, arena);
    return true;
}

bool full_trace_read(struct full_trace *trace, struct arena *arena, const char *path,
                     struct failure *failure) {
    *trace = (struct full_trace){0};
    struct trace_reader *reader = trace_reader_open(arena, path, failure);
    if (reader == NULL) {
        return false;
    }
    struct reading reading = {.failure = failure};
    pool_init(&reading.pool, arena, MEMORY_TABLES);
    bool done = read_sections(&reading, trace, reader);
    trace_reader_close(reader);
    trace->records = reading.records.items;
    trace->record_count = reading.records.count;
    trace->nodes = reading.nodes.items;
    trace->node_count = reading.nodes.count;
    trace->links = reading.links.items;
    trace->link_count = reading.links.count;
    trace->messages = reading.messages.items;
    trace->message_count = reading.messages.count;
    trace->samples = reading.samples.items;
    trace->sample_count = reading.samples.count;
    done = done && full_trace_index(trace, arena, failure);
    if (!done && failure->file[0] == '\0') {
        snprintf(failure->file, sizeof failure->file, "%s", path);
    }
    return done;
}

uint32_t full_trace_link(const struct full_trace *trace, uint32_t a, uint32_t b) {
    CHECK(a < trace->node_count);
    uint32_t low = trace->peer_first[a];
    uint32_t high = trace->peer_first[a + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (trace->peers[middle] < b) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < trace->peer_first[a + 1] && trace->peers[low] == b;
    return found ? trace->peer_links[low] : FULL_TRACE_NONE;
}
