// Records as lines in columns. Lines are put together by hand, as there may be a hundred million.
#include "analysis/record_columns.h"
#include "analysis/record_sink.h"

#include "base/quantity.h"

#include <string.h>

enum {
    LINE_SIZE = 1024,
    TIME_WIDTH = 18,
    SECONDS_DIGITS = 9,
    KIND_WIDTH = 15, // of the longest kind
    TOPIC_WIDTH_MAX = 24,
    MESSAGE_WIDTH = 8,
    MESH_WIDTH = 12,
    REASON_WIDTH = 15,
};

struct text {
    uint32_t node_width;
    uint32_t topic_width;
    size_t size;
    char line[LINE_SIZE];
};

static void put_bytes(struct text *text, const char *bytes, size_t size) {
    size_t room = LINE_SIZE - 1 - text->size; // for the end of the line
    size = size < room ? size : room;
    memcpy(text->line + text->size, bytes, size);
    text->size += size;
}

static void put_spaces(struct text *text, size_t count) {
    static const char spaces[] = "                                                                ";
    while (count > 0) {
        size_t step = count < sizeof spaces - 1 ? count : sizeof spaces - 1;
        put_bytes(text, spaces, step);
        count -= step;
    }
}

/** A word at the left of a column of that width, and the space behind it. */
static void put_left(struct text *text, const char *word, size_t width) {
    size_t size = strlen(word);
    put_bytes(text, word, size);
    put_spaces(text, (size < width ? width - size : 0) + 1);
}

enum { DIGITS_MAX = 20 };

/** The digits of a number, at least so many; returns how many. They end at `end`. */
static size_t write_digits(char *end, uint64_t number, size_t least) {
    size_t size = 0;
    while (number > 0 || size < least) {
        end[-1 - (ptrdiff_t)size] = (char)('0' + number % 10);
        number /= 10;
        size++;
    }
    return size;
}

static void put_number(struct text *text, uint64_t number) {
    char digits[DIGITS_MAX];
    char *end = digits + DIGITS_MAX;
    size_t size = write_digits(end, number, 1);
    put_bytes(text, end - size, size);
}

/** A number at the right of a column, or a dash for TRACE_NONE, and the space behind it. */
static void put_right(struct text *text, uint32_t number, size_t width) {
    char digits[DIGITS_MAX];
    char *end = digits + DIGITS_MAX;
    size_t size = 1;
    if (number == TRACE_NONE) {
        end[-1] = '-';
    } else {
        size = write_digits(end, number, 1);
    }
    put_spaces(text, size < width ? width - size : 0);
    put_bytes(text, end - size, size);
    put_spaces(text, 1);
}

static void put_time(struct text *text, int64_t at_ns) {
    char digits[DIGITS_MAX + 1];
    char *end = digits + sizeof digits;
    uint64_t seconds = (uint64_t)(at_ns / NS_PER_S);
    size_t size = write_digits(end, (uint64_t)(at_ns % NS_PER_S), SECONDS_DIGITS);
    end[-1 - (ptrdiff_t)size] = '.';
    size++;
    size += write_digits(end - size, seconds, 1);
    put_spaces(text, size < TIME_WIDTH ? TIME_WIDTH - size : 0);
    put_bytes(text, end - size, size);
    put_spaces(text, 1);
}

/** The mesh as `5=4/6/12`: its size, whether it is below, within or above its bounds, and Dlo, D,
 * Dhi. */
static void put_mesh(struct text *text, const struct record_sink_options *options,
                     const struct record_view *view) {
    size_t before = text->size;
    uint32_t size = view->mesh_size;
    if (size == RECORD_MESH_UNKNOWN) {
        put_bytes(text, "-", 1);
    } else {
        put_number(text, size);
    }
    if (size != RECORD_MESH_UNKNOWN && options->bounds != NULL) {
        const struct record_bounds *bounds = &options->bounds[view->record.node];
        put_bytes(text, size < bounds->d_low ? "<" : size > bounds->d_high ? ">" : "=", 1);
        put_number(text, bounds->d_low);
        put_bytes(text, "/", 1);
        put_number(text, bounds->d);
        put_bytes(text, "/", 1);
        put_number(text, bounds->d_high);
    }
    size_t width = text->size - before;
    put_spaces(text, (width < MESH_WIDTH ? MESH_WIDTH - width : 0) + 1);
}

/** What only some kinds have, as `name=value`. */
static void put_details(struct text *text, const struct record_field *fields) {
    for (int i = COLUMN_CAUSE; i < COLUMN_COUNT; i++) {
        enum record_column column = (enum record_column)i;
        if (!fields[column].present || column == COLUMN_SIZE) {
            continue;
        }
        const char *name = record_column_name(column);
        put_bytes(text, name, strlen(name));
        put_bytes(text, "=", 1);
        if (fields[column].text != NULL) {
            put_bytes(text, fields[column].text, strlen(fields[column].text));
        } else {
            put_number(text, (uint64_t)fields[column].number);
        }
        put_bytes(text, " ", 1);
    }
    while (text->size > 0 && text->line[text->size - 1] == ' ') {
        text->size--;
    }
}

/** A name that stays one word and does nothing to a terminal. */
static void put_topic(struct text *text, const char *topic) {
    size_t size = topic == NULL ? 0 : strlen(topic);
    for (size_t i = 0; i < size; i++) {
        bool plain = (unsigned char)topic[i] > ' ' && topic[i] != 0x7f;
        put_bytes(text, plain ? &topic[i] : "?", 1);
    }
    put_bytes(text, "-", size == 0 ? 1 : 0);
    size = size == 0 ? 1 : size;
    put_spaces(text, (size < text->topic_width ? text->topic_width - size : 0) + 1);
}

static void take(struct record_sink *sink, const struct record_view *view) {
    struct text *text = sink->state;
    struct record_field fields[COLUMN_COUNT];
    const struct trace_record *record = &view->record;
    record_to_columns(record, sink->options.scene->topics, fields);
    text->size = 0;
    put_time(text, record->at_ns);
    put_right(text, record->node, text->node_width);
    put_left(text, fields[COLUMN_KIND].text, KIND_WIDTH);
    put_right(text, record->peer, text->node_width);
    put_topic(text, view->topic);
    put_right(text, record->message, MESSAGE_WIDTH);
    put_mesh(text, &sink->options, view);
    const char *reason = fields[COLUMN_RPC].present      ? fields[COLUMN_RPC].text
                         : fields[COLUMN_REASON].present ? fields[COLUMN_REASON].text
                                                         : "-";
    put_left(text, reason, REASON_WIDTH);
    put_details(text, fields);
    text->line[text->size++] = '\n';
    fwrite(text->line, 1, text->size, sink->options.out);
}

static void put_title(const struct text *text, FILE *out) {
    fprintf(out, "#%*s %*s %-*s %*s %-*s %*s %-*s %-*s %s\n", TIME_WIDTH - 1, "seconds",
            (int)text->node_width, "node", KIND_WIDTH, "what", (int)text->node_width, "peer",
            (int)text->topic_width, "topic", MESSAGE_WIDTH, "message", MESH_WIDTH, "mesh",
            REASON_WIDTH, "reason", "details");
}

struct record_sink *record_text_open(struct arena *arena, const struct record_sink_options *options,
                                     struct failure *failure) {
    (void)failure;
    struct text *text = arena_take(arena, MEMORY_TABLES, sizeof *text);
    const struct record_scene *scene = options->scene;
    char digits[DIGITS_MAX];
    text->node_width = (uint32_t)write_digits(digits + DIGITS_MAX, scene->node_count, 4);
    text->topic_width = sizeof "topic" - 1;
    for (uint32_t i = 0; i < scene->topic_count; i++) {
        uint32_t size = (uint32_t)strlen(scene->topics[i]);
        text->topic_width = size > text->topic_width ? size : text->topic_width;
    }
    text->topic_width = text->topic_width < TOPIC_WIDTH_MAX ? text->topic_width : TOPIC_WIDTH_MAX;
    struct record_sink *sink = record_sink_create(arena, options, text);
    sink->take = take;
    put_title(text, options->out);
    return sink;
}
