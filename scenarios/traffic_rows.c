#include "scenarios/traffic_rows.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum column { COLUMN_TIME, COLUMN_NODE, COLUMN_TOPIC, COLUMN_SIZE, COLUMN_COUNT };

static const char *const column_names[COLUMN_COUNT] = {"time", "node", "topic", "size"};

enum { SIZE_DEFAULT = 1024, FIELD_SIZE_MAX = 1024 };

struct field {
    const char *text;
    uint32_t size;
};

struct row_reader {
    const struct traffic_text *text;
    struct scenario_row *rows; // [capacity]
    uint32_t row_count;
    uint32_t capacity;
    struct pool pool;
    uint32_t line;
    const char *line_start;
    enum column columns[COLUMN_COUNT]; // what each field of a line is
    uint32_t column_count;             // 0: no header yet
    bool whole;
    char unquoted[COLUMN_COUNT][FIELD_SIZE_MAX]; // fields that stood in quotes
};

/** Reports a mistake at a place of the present line. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct row_reader *rows, const char *at,
                                                         const char *format, ...) {
    char message[FAILURE_MESSAGE_SIZE];
    struct scenario_reader *reader = rows->text->reader;
    uint32_t column = (uint32_t)(at - rows->line_start) + 1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    rows->whole = false;
    if (rows->text->path != NULL) {
        failure_list_add(reader->failures, rows->text->path, rows->line, column, "%s", message);
        return false;
    }
    return reader_refuse(reader, rows->text->node, "row %" PRIu32 ", column %" PRIu32 ": %s",
                         rows->line, column, message);
}

static bool refuse_field(struct row_reader *rows, const struct field *field, const char *at,
                         const char *allowed) {
    char excerpt[EXCERPT_SIZE];
    return refuse(rows, at, "found %s; allowed: %s",
                  excerpt_write(field->text, field->size, excerpt), allowed);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/** Takes a field in quotes, whose first is at `*at`, into the room of the field with that index. */
static bool take_quoted(struct row_reader *rows, const char **at, const char *end, uint32_t index,
                        struct field *field) {
    char *out = rows->unquoted[index];
    const char *from = *at + 1;
    uint32_t size = 0;
    while (from < end && (*from != '"' || (from + 1 < end && from[1] == '"'))) {
        from += *from == '"' ? 1 : 0;
        if (size == FIELD_SIZE_MAX) {
            return refuse(rows, *at, "a field of more than %d bytes", FIELD_SIZE_MAX);
        }
        out[size++] = *from++;
    }
    if (from == end) {
        return refuse(rows, *at, "a quote that does not end in its line");
    }
    *field = (struct field){.text = out, .size = size};
    *at = from + 1;
    return true;
}

/** Divides the line at its commas; the number of fields, or 0 with a report. */
static uint32_t split(struct row_reader *rows, const char *end, struct field *fields,
                      const char **places) {
    const char *at = rows->line_start;
    for (uint32_t count = 0;; count++) {
        while (at < end && is_blank(*at)) {
            at++;
        }
        if (count == COLUMN_COUNT) {
            refuse(rows, at, "more than four fields; allowed: time, node, topic, size");
            return 0;
        }
        places[count] = at;
        bool quoted = at < end && *at == '"';
        if (quoted && !take_quoted(rows, &at, end, count, &fields[count])) {
            return 0;
        }
        const char *next = at;
        while (next < end && *next != ',') {
            next++;
        }
        const char *stop = next;
        while (stop > at && is_blank(stop[-1])) {
            stop--;
        }
        if (!quoted) {
            fields[count] = (struct field){.text = at, .size = (uint32_t)(stop - at)};
        } else if (stop > at) {
            refuse(rows, at, "text behind a quote; allowed: a comma, or the end of the line");
            return 0;
        }
        if (next == end) {
            return count + 1;
        }
        at = next + 1;
    }
}

static void read_header(struct row_reader *rows, const struct field *fields,
                        const char *const *places, uint32_t count) {
    bool has[COLUMN_COUNT] = {false};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = 0;
        while (column < COLUMN_COUNT &&
               (fields[i].size != strlen(column_names[column]) ||
                memcmp(fields[i].text, column_names[column], fields[i].size) != 0)) {
            column++;
        }
        if (column == COLUMN_COUNT || has[column]) {
            refuse_field(rows, &fields[i], places[i],
                         "a header of time, node, topic and size, each once");
            continue;
        }
        has[column] = true;
        rows->columns[i] = (enum column)column;
    }
    if (rows->whole && (!has[COLUMN_TIME] || !has[COLUMN_NODE])) {
        refuse(rows, rows->line_start, "a header without `%s`",
               column_names[has[COLUMN_TIME] ? COLUMN_NODE : COLUMN_TIME]);
    }
    rows->column_count = count;
}

static bool is_number(const struct field *field) {
    for (uint32_t i = 0; i < field->size; i++) {
        if ((field->text[i] < '0' || field->text[i] > '9') && field->text[i] != '.') {
            return false;
        }
    }
    return field->size > 0;
}

/** The text of a field with a unit behind it where it has none; in `out[64]`. */
static struct field with_unit(const struct field *field, const char *unit, char *out) {
    enum { NUMBER_SIZE_MAX = 48 };
    if (!is_number(field) || field->size > NUMBER_SIZE_MAX) {
        return *field;
    }
    int size = snprintf(out, 64, "%.*s%s", (int)field->size, field->text, unit);
    return (struct field){.text = out, .size = (uint32_t)size};
}

static bool read_row_time(struct row_reader *rows, const struct field *field, const char *at,
                          int64_t *at_ns) {
    char room[64];
    const char *why = NULL;
    struct field time = with_unit(field, "s", room);
    if (!quantity_read_duration(time.text, time.size, at_ns, &why)) {
        char excerpt[EXCERPT_SIZE];
        return refuse(rows, at, "found %s; %s", excerpt_write(field->text, field->size, excerpt),
                      why);
    }
    return *at_ns <= SCENARIO_TIME_MAX_NS ||
           refuse_field(rows, field, at, "a time of at most 1152921504s (36 years)");
}

static bool read_row_size(struct row_reader *rows, const struct field *field, const char *at,
                          uint32_t *bytes) {
    char room[64];
    const char *why = NULL;
    uint64_t read = 0;
    struct field size = with_unit(field, "B", room);
    if (!quantity_read_size(size.text, size.size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return refuse(rows, at, "found %s; %s", excerpt_write(field->text, field->size, excerpt),
                      why);
    }
    *bytes = (uint32_t)read;
    return read <= SCENARIO_MESSAGE_SIZE_MAX ||
           refuse_field(rows, field, at, "a size from 0B to 64MiB");
}

static bool read_row_node(struct row_reader *rows, const struct field *field, const char *at,
                          uint32_t *node) {
    enum { DIGITS_MAX = 8 };
    uint32_t count = rows->text->reader->scenario->node_count;
    bool digits = field->size > 0 && field->size <= DIGITS_MAX;
    *node = 0;
    for (uint32_t i = 0; digits && i < field->size; i++) {
        uint32_t digit = (uint32_t)(unsigned char)field->text[i] - '0';
        digits = digit <= 9;
        *node = *node * 10 + digit;
    }
    if (digits && (count == 0 || *node < count)) {
        return true;
    }
    char allowed[64];
    snprintf(allowed, sizeof allowed, "a node from 0 to %" PRIu32, count == 0 ? 0 : count - 1);
    return refuse_field(rows, field, at, allowed);
}

static bool read_row_topic(struct row_reader *rows, const struct field *field, const char *at,
                           uint32_t *topic) {
    const struct scenario_reader *reader = rows->text->reader;
    uint32_t id = intern_find(&reader->topics, field->text, field->size);
    if (id != INTERN_NONE) {
        *topic = id;
        return true;
    }
    if (!reader->topics_known) {
        return false; // it may be one that could not be read, which is reported already
    }
    return refuse_field(rows, field, at, "the name of a topic");
}

static void read_row(struct row_reader *rows, const struct field *fields, const char *const *places,
                     uint32_t count) {
    struct scenario_row row = {.size_bytes = SIZE_DEFAULT};
    bool whole = true;
    if (count != rows->column_count) {
        refuse(rows, rows->line_start,
               "found %" PRIu32 " fields; allowed: %" PRIu32 ", as in the header", count,
               rows->column_count);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        switch (rows->columns[i]) {
        case COLUMN_TIME:
            whole = read_row_time(rows, &fields[i], places[i], &row.at_ns) && whole;
            break;
        case COLUMN_NODE:
            whole = read_row_node(rows, &fields[i], places[i], &row.node) && whole;
            break;
        case COLUMN_TOPIC:
            whole = read_row_topic(rows, &fields[i], places[i], &row.topic) && whole;
            break;
        case COLUMN_SIZE:
            whole = read_row_size(rows, &fields[i], places[i], &row.size_bytes) && whole;
            break;
        case COLUMN_COUNT:
            break;
        }
    }
    rows->whole = rows->whole && whole;
    if (rows->row_count == rows->capacity) {
        rows->rows = pool_grow(&rows->pool, rows->rows, &rows->capacity, rows->row_count + 1,
                               sizeof *rows->rows);
    }
    rows->rows[rows->row_count++] = row;
}

static void read_line(struct row_reader *rows, const char *end) {
    struct field fields[COLUMN_COUNT];
    const char *places[COLUMN_COUNT];
    const char *first = rows->line_start;
    while (first < end && is_blank(*first)) {
        first++;
    }
    if (first == end || *first == '#') {
        return;
    }
    uint32_t count = split(rows, end, fields, places);
    if (count == 0) {
        return;
    }
    if (rows->column_count == 0) {
        read_header(rows, fields, places, count);
    } else {
        read_row(rows, fields, places, count);
    }
}

bool traffic_rows_read(const struct traffic_text *text, struct scenario_publish *publish) {
    struct row_reader rows = {.text = text, .whole = true, .line_start = text->text};
    pool_init(&rows.pool, text->reader->scratch, MEMORY_TABLES);
    const char *end = text->text + text->size;
    const char *at = text->text;
    // A header that is wrong makes every row wrong.
    while (at < end && !reader_is_full(text->reader) && (rows.whole || rows.row_count > 0)) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end == NULL ? end : line_end;
        rows.line++;
        rows.line_start = at;
        read_line(&rows, line_end);
        at = line_end + 1;
    }
    if (rows.whole && rows.column_count == 0) {
        rows.line = 1;
        refuse(&rows, rows.line_start,
               "there are no rows; allowed: a header `time,node,topic,size` "
               "and rows");
    }
    if (rows.row_count > SCENARIO_ROWS_MAX) {
        refuse(&rows, rows.line_start, "more than %d rows; allowed: at most that many",
               SCENARIO_ROWS_MAX);
    }
    struct scenario_row *kept =
        arena_take_array(text->reader->arena, MEMORY_TABLES, rows.row_count, sizeof *kept);
    if (rows.row_count > 0) {
        memcpy(kept, rows.rows, rows.row_count * sizeof *kept);
    }
    publish->rows = kept;
    publish->count = rows.row_count;
    return rows.whole;
}

/** A topic's name as a field, in quotes where it needs them. */
static void write_name(struct text *text, const char *name) {
    size_t size = strlen(name);
    bool plain = strpbrk(name, ",\"") == NULL && !is_blank(name[0]) && !is_blank(name[size - 1]);
    if (plain) {
        text_add(text, name, size);
        return;
    }
    text_add_string(text, "\"");
    for (size_t i = 0; i < size; i++) {
        text_add(text, name + i, 1);
        text_add_string(text, name[i] == '"' ? "\"" : "");
    }
    text_add_string(text, "\"");
}

void traffic_rows_write(struct text *text, const struct scenario *scenario,
                        const struct scenario_publish *publish, const char *indent) {
    text_add_string(text, indent);
    text_add_string(text, "time,node,topic,size");
    for (uint32_t i = 0; i < publish->count; i++) {
        const struct scenario_row *row = &publish->rows[i];
        char time[QUANTITY_TEXT_SIZE];
        char size[QUANTITY_TEXT_SIZE];
        text_add_format(text, "\n%s%s,%" PRIu32 ",", indent,
                        quantity_write_duration(row->at_ns, time), row->node);
        write_name(text, scenario->topics[row->topic].name);
        text_add_format(text, ",%s", quantity_write_size(row->size_bytes, size));
    }
}
