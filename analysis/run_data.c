#include "analysis/run_data.h"

#include "analysis/measure.h"
#include "analysis/run_facts.h"
#include "analysis/run_index.h"
#include "analysis/traffic.h"
#include "base/check.h"
#include "trace/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A table being put together from one or more sections. */
struct rows {
    void *items;
    uint32_t count;
    uint32_t capacity;
};

struct run_loading {
    struct run_data *run;
    struct arena *arena;
    struct pool pool;
    struct run_index index;
    bool begun; // the index
    struct run_index_options options;
    struct rows messages;
    struct rows nodes;
    struct rows links;
    struct rows samples;
    struct rows traffic;
    const char *path;
    bool failed;
    struct failure failure; // if so
};

static bool append(struct run_loading *loading, struct rows *rows,
                   const struct trace_section_view *view, size_t row_bytes) {
    if (view->count > INT32_MAX - rows->count) {
        return failure_bad_input(&loading->failure, "the trace has a table of more than %d rows",
                                 INT32_MAX);
    }
    uint32_t added = (uint32_t)view->count;
    if (added == 0) {
        return true;
    }
    if (rows->count + added > rows->capacity) {
        rows->items =
            pool_grow(&loading->pool, rows->items, &rows->capacity, rows->count + added, row_bytes);
    }
    memcpy((char *)rows->items + rows->count * row_bytes, view->rows, added * row_bytes);
    rows->count += added;
    return true;
}

/** Nodes stand before records, so that the index can begin with the first of these. */
static void begin_index(struct run_loading *loading) {
    struct run_data *run = loading->run;
    if (loading->begun) {
        return;
    }
    loading->begun = true;
    run->nodes = loading->nodes.items;
    run->node_count = loading->nodes.count;
    run_index_begin(&loading->index, run, loading->arena, &loading->options);
    run->deliveries = loading->index.by_message;
}

static char *copy_text(struct run_loading *loading, const struct trace_section_view *view) {
    char *copy = arena_take(loading->arena, MEMORY_TABLES, view->count + 1);
    if (view->count > 0) {
        memcpy(copy, view->rows, view->count);
    }
    return copy;
}

/** Splits NUL-terminated names; text behind the last NUL counts as a name too. */
static struct run_names split_names(struct run_loading *loading,
                                    const struct trace_section_view *view) {
    const char *text = copy_text(loading, view);
    const char *end = text + view->count;
    uint32_t count = 0;
    for (const char *name = text; name < end; name += strlen(name) + 1) {
        count++;
    }
    struct run_names names = {.count = count};
    names.items = arena_take_array(loading->arena, MEMORY_TABLES, count, sizeof *names.items);
    count = 0;
    for (const char *name = text; name < end; name += strlen(name) + 1) {
        names.items[count++] = name;
    }
    return names;
}

static bool keep_section(struct run_loading *loading, const struct trace_section_view *view) {
    struct run_data *run = loading->run;
    switch (view->kind) {
    case TRACE_SECTION_SCENARIO:
        run->scenario = copy_text(loading, view);
        return true;
    case TRACE_SECTION_TOPICS:
        run->topics = split_names(loading, view);
        return true;
    case TRACE_SECTION_REGIONS:
        run->regions = split_names(loading, view);
        return true;
    case TRACE_SECTION_NODES:
        return append(loading, &loading->nodes, view, sizeof(struct trace_node));
    case TRACE_SECTION_LINKS:
        return append(loading, &loading->links, view, sizeof(struct trace_link));
    case TRACE_SECTION_RECORDS:
        begin_index(loading);
        return run_index_add(&loading->index, view->rows, view->count, &loading->failure);
    case TRACE_SECTION_SAMPLES:
        return append(loading, &loading->samples, view, sizeof(struct trace_sample));
    case TRACE_SECTION_TRAFFIC:
        return append(loading, &loading->traffic, view, sizeof(struct trace_traffic));
    case TRACE_SECTION_MESSAGES:
        return append(loading, &loading->messages, view, sizeof(struct trace_message));
    case TRACE_SECTION_SUMMARY:
        if (view->count > 0) {
            memcpy(&run->summary, view->rows, sizeof run->summary);
            run->has_summary = true;
        }
        return true;
    case TRACE_SECTION_END:
    case TRACE_SECTION_PACKED: // the reader unpacks it
        return true;
    }
    return true; // A kind of a later version: nothing here needs it.
}

static void read_sections(struct run_loading *loading, struct trace_reader *reader) {
    while (!loading->failed) {
        struct trace_section_view view = {0};
        switch (trace_reader_next(reader, &view, &loading->failure)) {
        case TRACE_READER_SECTION:
            run_data_take(loading, &view);
            break;
        case TRACE_READER_END:
            return;
        case TRACE_READER_TRUNCATED:
            loading->run->truncated = true;
            return;
        case TRACE_READER_FAILED:
            loading->failed = true;
            break;
        }
    }
}

static bool check_samples(const struct run_data *run, struct failure *failure) {
    for (uint32_t i = 0; i < run->sample_count; i++) {
        const struct trace_sample *sample = &run->samples[i];
        if (i > 0 && sample->at_ns < sample[-1].at_ns) {
            return failure_bad_input(failure, "samples are not in the order of time");
        }
    }
    return true;
}

/** True if a total of the later row is below that of the earlier one. */
static bool shrinks(const struct trace_traffic *before, const struct trace_traffic *now) {
    bool less = now->at_ns < before->at_ns || now->deliveries < before->deliveries ||
                now->duplicates < before->duplicates || now->packets_lost < before->packets_lost ||
                now->payload_bytes_sent < before->payload_bytes_sent;
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        less = less || now->rpcs_sent[kind] < before->rpcs_sent[kind] ||
               now->bytes_sent[kind] < before->bytes_sent[kind];
    }
    // The payload is a part of the bytes, so it cannot grow faster than they do.
    return less || traffic_bytes(now) - traffic_bytes(before) <
                       now->payload_bytes_sent - before->payload_bytes_sent;
}

/** Refuses instants that go back and totals that shrink: differences of both are taken. */
static bool check_traffic(const struct run_data *run, struct failure *failure) {
    struct trace_traffic before = {0};
    for (uint32_t i = 0; i < run->traffic_count; i++) {
        if (shrinks(&before, &run->traffic[i])) {
            return failure_bad_input(failure, "totals of traffic shrink at %" PRId64 " ns",
                                     run->traffic[i].at_ns);
        }
        before = run->traffic[i];
    }
    return true;
}

/** Groups the samples that have nodes by topic; their order in time is kept. */
static void group_samples(struct run_data *run, struct arena *arena) {
    uint32_t topics = run->topics.count;
    run->topic_samples =
        arena_take_array(arena, MEMORY_TABLES, run->sample_count, sizeof *run->topic_samples);
    run->topic_sample_first =
        arena_take_array(arena, MEMORY_TABLES, (size_t)topics + 1, sizeof *run->topic_sample_first);
    uint32_t *next = arena_take_array(arena, MEMORY_TABLES, topics, sizeof *next);
    for (uint32_t i = 0; i < run->sample_count; i++) {
        next[run->samples[i].topic] += run->samples[i].nodes > 0 ? 1 : 0;
    }
    uint32_t first = 0;
    for (uint32_t topic = 0; topic < topics; topic++) {
        uint32_t size = next[topic];
        run->topic_sample_first[topic] = first;
        next[topic] = first;
        first += size;
    }
    run->topic_sample_first[topics] = first;
    for (uint32_t i = 0; i < run->sample_count; i++) {
        if (run->samples[i].nodes > 0) {
            run->topic_samples[next[run->samples[i].topic]++] = i;
        }
    }
}

static bool finish(struct run_loading *loading) {
    struct run_data *run = loading->run;
    struct failure *failure = &loading->failure;
    begin_index(loading);
    run->links = loading->links.items;
    run->link_count = loading->links.count;
    run->samples = loading->samples.items;
    run->sample_count = loading->samples.count;
    run->traffic = loading->traffic.items;
    run->traffic_count = loading->traffic.count;
    if (!check_samples(run, failure) || !check_traffic(run, failure)) {
        return false;
    }
    measure_cut(run);
    group_samples(run, loading->arena);
    return run_index_end(&loading->index, loading->messages.items, loading->messages.count,
                         failure) &&
           run_facts_fill(run, &loading->index, failure);
}

/** The folder that a file lies in. */
static const char *folder_of(const char *path, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char *folder = arena_take(arena, MEMORY_TABLES, length + 2);
    memcpy(folder, path, length);
    folder[length] = '.'; // a folder is itself
    return folder;
}

struct run_loading *run_data_begin(struct run_data *run, struct arena *arena,
                                   const struct run_data_source *source) {
    struct run_loading *loading = arena_take(arena, MEMORY_TABLES, sizeof *loading);
    *run = (struct run_data){.scenario = "", .level = source->level};
    *loading = (struct run_loading){.run = run, .arena = arena, .path = source->path};
    loading->options = (struct run_index_options){.folder = folder_of(source->path, arena),
                                                  .sorted_max = source->sorted_max};
    pool_init(&loading->pool, arena, MEMORY_TABLES);
    return loading;
}

void run_data_take(struct run_loading *loading, const struct trace_section_view *view) {
    loading->failed = loading->failed || !keep_section(loading, view);
}

bool run_data_end(struct run_loading *loading, struct failure *failure) {
    loading->failed = loading->failed || !finish(loading);
    run_index_close_latencies(&loading->index);
    if (loading->failed && loading->failure.file[0] == '\0') {
        snprintf(loading->failure.file, sizeof loading->failure.file, "%s", loading->path);
    }
    if (loading->failed) {
        *failure = loading->failure;
    }
    return !loading->failed;
}

bool run_data_read(struct run_data *run, struct arena *arena, const char *path,
                   struct failure *failure) {
    return run_data_read_within(run, arena, path, RUN_DATA_SORTED_MAX, failure);
}

bool run_data_read_within(struct run_data *run, struct arena *arena, const char *path,
                          uint32_t sorted_max, struct failure *failure) {
    *run = (struct run_data){.scenario = ""};
    struct trace_reader *reader = trace_reader_open(arena, path, failure);
    if (reader == NULL) {
        return false;
    }
    trace_reader_leave_out_others(reader);
    const struct run_data_source source = {
        .path = path, .level = trace_reader_level(reader), .sorted_max = sorted_max};
    struct run_loading *loading = run_data_begin(run, arena, &source);
    read_sections(loading, reader);
    trace_reader_close(reader);
    return run_data_end(loading, failure);
}

void run_data_close(struct run_data *run) {
    spill_sort_close(run->deliveries);
    run->deliveries = NULL;
}

void run_data_rewind(const struct run_data *run) {
    spill_sort_rewind(run->deliveries);
}

bool run_data_next(const struct run_data *run, struct run_delivery *delivery) {
    const struct delivery_by_message *item = spill_sort_next(run->deliveries);
    if (item == NULL) {
        return false;
    }
    *delivery = delivery_whole(item);
    return true;
}

uint32_t run_data_some(const struct run_data *run, struct run_delivery *deliveries, uint32_t most) {
    const void *items = NULL;
    uint32_t count = spill_sort_some(run->deliveries, &items, most);
    for (uint32_t i = 0; i < count; i++) {
        deliveries[i] = delivery_whole((const struct delivery_by_message *)items + i);
    }
    return count;
}

bool run_data_ok(const struct run_data *run, struct failure *failure) {
    return spill_sort_ok(run->deliveries, failure);
}

uint64_t run_data_expected(const struct run_data *run) {
    uint64_t expected = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        expected += run->messages[i].published ? run->messages[i].expected : 0;
    }
    return expected;
}

const struct trace_sample *run_data_sample_at(const struct run_data *run, uint32_t topic,
                                              int64_t at_ns) {
    CHECK(topic < run->topics.count);
    const uint32_t *indices = run->topic_samples + run->topic_sample_first[topic];
    uint32_t count = run->topic_sample_first[topic + 1] - run->topic_sample_first[topic];
    if (count == 0) {
        return NULL;
    }
    // Samples before `low` are at or before the instant, samples from `high` on are after it.
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (run->samples[indices[middle]].at_ns <= at_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return &run->samples[indices[low == 0 ? 0 : low - 1]];
}
