#include "analysis/record_stream.h"

#include <string.h>

struct record_stream {
    struct arena *arena;
    struct pool pool;
    struct trace_reader *reader;
    struct record_scene scene;
    struct record_outcome outcome;
    const struct trace_record *records; // of the section that is being gone through
    size_t record_count;
    size_t next;
    enum trace_reader_step last; // SECTION as long as there may be more
    uint64_t passed;
    int64_t last_ns;
    uint16_t *topic_of; // [topic_of_capacity] of each message that was published
    uint32_t topic_of_capacity;
    uint32_t *mesh_sizes; // [nodes × topics]; NULL: they are not followed
};

static void *copy_rows(struct record_stream *stream, const struct trace_section_view *view,
                       size_t row_bytes) {
    void *rows = arena_take(stream->arena, MEMORY_TABLES, view->count * row_bytes + 1);
    if (view->count > 0) {
        memcpy(rows, view->rows, view->count * row_bytes);
    }
    return rows;
}

/** Splits NUL-terminated names. */
static const char *const *split_names(struct record_stream *stream,
                                      const struct trace_section_view *view, uint32_t *count) {
    const char *text = copy_rows(stream, view, 1);
    const char *end = text + view->count;
    *count = 0;
    for (const char *name = text; name < end; name += strlen(name) + 1) {
        (*count)++;
    }
    const char **names = arena_take_array(stream->arena, MEMORY_TABLES, *count, sizeof *names);
    uint32_t filled = 0;
    for (const char *name = text; name < end; name += strlen(name) + 1) {
        names[filled++] = name;
    }
    return names;
}

static void keep_section(struct record_stream *stream, const struct trace_section_view *view) {
    struct record_scene *scene = &stream->scene;
    switch (view->kind) {
    case TRACE_SECTION_SCENARIO:
        scene->scenario = copy_rows(stream, view, 1);
        scene->scenario_bytes = view->count;
        break;
    case TRACE_SECTION_TOPICS:
        scene->topics = split_names(stream, view, &scene->topic_count);
        break;
    case TRACE_SECTION_REGIONS:
        scene->regions = split_names(stream, view, &scene->region_count);
        break;
    case TRACE_SECTION_NODES:
        scene->nodes = copy_rows(stream, view, sizeof *scene->nodes);
        scene->node_count = (uint32_t)view->count;
        break;
    case TRACE_SECTION_LINKS:
        scene->links = copy_rows(stream, view, sizeof *scene->links);
        scene->link_count = (uint32_t)view->count;
        break;
    case TRACE_SECTION_MESSAGES:
        stream->outcome.messages = copy_rows(stream, view, sizeof *stream->outcome.messages);
        stream->outcome.message_count = (uint32_t)view->count;
        break;
    case TRACE_SECTION_SUMMARY:
        stream->outcome.summary = copy_rows(stream, view, sizeof *stream->outcome.summary);
        break;
    case TRACE_SECTION_RECORDS:
        stream->records = view->rows;
        stream->record_count = view->count;
        stream->next = 0;
        break;
    case TRACE_SECTION_SAMPLES:
    case TRACE_SECTION_TRAFFIC:
    case TRACE_SECTION_PACKED: // the reader gives RECORDS instead
    case TRACE_SECTION_END:
        break;
    }
}

/** Reads up to the next records, or the end; false after a failure. */
static bool advance(struct record_stream *stream, struct failure *failure) {
    while (stream->last == TRACE_READER_SECTION && stream->next == stream->record_count) {
        struct trace_section_view view;
        stream->last = trace_reader_next(stream->reader, &view, failure);
        if (stream->last == TRACE_READER_SECTION) {
            keep_section(stream, &view);
        }
    }
    return stream->last != TRACE_READER_FAILED;
}

struct record_stream *record_stream_open(struct arena *arena, const char *path,
                                         struct failure *failure) {
    struct record_stream *stream = arena_take(arena, MEMORY_TABLES, sizeof *stream);
    stream->arena = arena;
    stream->scene.scenario = "";
    stream->last = TRACE_READER_SECTION;
    pool_init(&stream->pool, arena, MEMORY_TABLES);
    stream->reader = trace_reader_open(arena, path, failure);
    if (stream->reader == NULL) {
        return NULL;
    }
    stream->scene.level = trace_reader_level(stream->reader);
    if (!advance(stream, failure)) {
        record_stream_close(stream);
        return NULL;
    }
    size_t meshes = (size_t)stream->scene.node_count * stream->scene.topic_count;
    if (stream->scene.level == TRACE_LEVEL_FULL && meshes <= RECORD_STREAM_MESHES_MAX) {
        stream->mesh_sizes =
            arena_take_array(arena, MEMORY_TABLES, meshes, sizeof *stream->mesh_sizes);
    }
    return stream;
}

const struct record_scene *record_stream_scene(const struct record_stream *stream) {
    return &stream->scene;
}

/** Notes what a message is about; numbers are dense, so that a table is enough. */
static void note_topic(struct record_stream *stream, uint32_t message, uint16_t topic) {
    if (message >= stream->topic_of_capacity) {
        uint32_t before = stream->topic_of_capacity;
        stream->topic_of = pool_grow(&stream->pool, stream->topic_of, &stream->topic_of_capacity,
                                     message + 1, sizeof *stream->topic_of);
        for (uint32_t i = before; i < stream->topic_of_capacity; i++) {
            stream->topic_of[i] = TRACE_TOPIC_NONE;
        }
    }
    stream->topic_of[message] = topic;
}

/** The topic that a record is about. */
static uint16_t topic_of(const struct record_stream *stream, const struct trace_record *record) {
    bool of_message =
        record->topic == TRACE_TOPIC_NONE && record->message < stream->topic_of_capacity;
    return of_message ? stream->topic_of[record->message] : record->topic;
}

static bool changes_mesh(const struct trace_record *record) {
    return record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE;
}

/** The size of the mesh after a record; what the record changes is noted. */
static uint32_t mesh_size_of(struct record_stream *stream, const struct trace_record *record,
                             uint16_t topic) {
    uint32_t topics = stream->scene.topic_count;
    bool placed = record->node < stream->scene.node_count && topic < topics;
    if (stream->mesh_sizes == NULL || !placed) {
        return changes_mesh(record) ? record->value : RECORD_MESH_UNKNOWN;
    }
    uint32_t *size = &stream->mesh_sizes[(size_t)record->node * topics + topic];
    if (changes_mesh(record)) {
        *size = record->value;
    }
    return *size;
}

/** A node that starts anew has no mesh any more. */
static void forget_meshes(struct record_stream *stream, const struct trace_record *record) {
    enum { STATE_LOST = 1 };
    size_t topics = stream->scene.topic_count;
    if (stream->mesh_sizes != NULL && record->kind == TRACE_NODE_START &&
        record->value == STATE_LOST) {
        memset(stream->mesh_sizes + record->node * topics, 0, topics * sizeof(uint32_t));
    }
}

enum trace_reader_step record_stream_next(struct record_stream *stream, struct record_view *view,
                                          struct failure *failure) {
    if (!advance(stream, failure) || stream->next == stream->record_count) {
        return stream->last;
    }
    const struct trace_record *record = &stream->records[stream->next++];
    bool published = record->kind == TRACE_PUBLISH || record->kind == TRACE_PUBLISH_SKIPPED;
    if (published && record->message != TRACE_NONE) {
        note_topic(stream, record->message, record->topic);
    }
    forget_meshes(stream, record);
    uint16_t topic = topic_of(stream, record);
    *view = (struct record_view){
        .record = *record,
        .topic = topic < stream->scene.topic_count ? stream->scene.topics[topic] : NULL,
        .mesh_size = mesh_size_of(stream, record, topic),
    };
    stream->passed++;
    stream->last_ns = record->at_ns;
    return TRACE_READER_SECTION;
}

const struct record_outcome *record_stream_outcome(const struct record_stream *stream) {
    return &stream->outcome;
}

uint64_t record_stream_count(const struct record_stream *stream) {
    return stream->passed;
}

int64_t record_stream_last_ns(const struct record_stream *stream) {
    return stream->last_ns;
}

void record_stream_close(struct record_stream *stream) {
    if (stream != NULL) {
        trace_reader_close(stream->reader);
        stream->reader = NULL;
    }
}
