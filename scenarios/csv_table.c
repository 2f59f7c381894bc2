#include "scenarios/csv_table.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/graph_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool csv_table_open(struct csv_table *table, struct scenario_reader *reader,
                    const struct yaml_node *name, enum schema_key key) {
    *table = (struct csv_table){.reader = reader, .node = name};
    if (name->kind != YAML_SCALAR || name->size == 0 || memchr(name->text, 0, name->size) != NULL) {
        return reader_refuse_value(reader, name, key);
    }
    struct yaml_input input;
    struct failure failure;
    table->path = graph_file_path(reader->scratch, reader->source->path, name->text, name->size);
    if (!scenario_read_file(reader->scratch, table->path, &input, &failure)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, name, "file %s: %s",
                             excerpt_write(name->text, name->size, excerpt), failure.message);
    }
    table->at = input.text;
    table->end = input.text + input.size;
    return true;
}

void csv_table_open_text(struct csv_table *table, struct scenario_reader *reader,
                         const struct yaml_node *text) {
    *table = (struct csv_table){
        .reader = reader, .node = text, .at = text->text, .end = text->text + text->size};
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct csv_text trim(const char *start, const char *end) {
    while (start < end && is_blank(*start)) {
        start++;
    }
    while (start < end && is_blank(end[-1])) {
        end--;
    }
    if (end - start >= 2 && *start == '"' && end[-1] == '"') {
        start++;
        end--;
    }
    return (struct csv_text){.text = start, .size = (uint32_t)(end - start)};
}

static void add_field(struct csv_table *table, struct csv_text field) {
    if (table->field_count == table->field_capacity) {
        uint32_t capacity = table->field_capacity == 0 ? 8 : 2 * table->field_capacity;
        struct csv_text *grown =
            arena_take_array(table->reader->scratch, MEMORY_TABLES, capacity, sizeof *grown);
        if (table->field_count > 0) {
            memcpy(grown, table->fields, table->field_count * sizeof *grown);
        }
        table->fields = grown;
        table->field_capacity = capacity;
    }
    table->fields[table->field_count++] = field;
}

static void split(struct csv_table *table, const char *end) {
    const char *start = table->line_start;
    const char *comma = NULL;
    table->field_count = 0;
    while ((comma = memchr(start, ',', (size_t)(end - start))) != NULL) {
        add_field(table, trim(start, comma));
        start = comma + 1;
    }
    add_field(table, trim(start, end));
}

bool csv_table_next(struct csv_table *table) {
    while (table->at < table->end) {
        const char *end = memchr(table->at, '\n', (size_t)(table->end - table->at));
        end = end == NULL ? table->end : end;
        table->line++;
        table->line_start = table->at;
        table->at = end < table->end ? end + 1 : end;
        struct csv_text whole = trim(table->line_start, end);
        if (whole.size > 0 && whole.text[0] != '#') {
            split(table, end);
            return true;
        }
    }
    return false;
}

/** Reports a mistake at a place of the row. */
static bool refuse_at(const struct csv_table *table, const char *at, const char *message) {
    uint32_t column = (uint32_t)(at - table->line_start) + 1;
    if (table->path == NULL) {
        return reader_refuse(table->reader, table->node, "row %" PRIu32 ", column %" PRIu32 ": %s",
                             table->line, column, message);
    }
    failure_list_add(table->reader->failures, table->path, table->line, column, "%s", message);
    return false;
}

bool csv_table_refuse(const struct csv_table *table, uint32_t field, const char *why) {
    const struct csv_text *text = &table->fields[field];
    char excerpt[EXCERPT_SIZE];
    char message[FAILURE_MESSAGE_SIZE];
    snprintf(message, sizeof message, "found %s; %s",
             excerpt_write(text->text, text->size, excerpt), why);
    return refuse_at(table, text->text, message);
}

bool csv_table_refuse_row(const struct csv_table *table, const char *why) {
    return refuse_at(table, table->line_start, why);
}

/** Whether it is below the limit; reports what is not. */
static bool check_limit(const struct csv_table *table, uint32_t field, int64_t max_ns, int64_t ns) {
    char limit[QUANTITY_TEXT_SIZE];
    char message[2 * QUANTITY_TEXT_SIZE];
    if (ns <= max_ns) {
        return true;
    }
    snprintf(message, sizeof message, "allowed: at most %s",
             quantity_write_duration(max_ns, limit));
    return csv_table_refuse(table, field, message);
}

bool csv_table_duration(const struct csv_table *table, uint32_t field, int64_t max_ns,
                        int64_t *ns) {
    const struct csv_text *text = &table->fields[field];
    const char *why = NULL;
    if (!quantity_read_duration(text->text, text->size, ns, &why)) {
        return csv_table_refuse(table, field, why);
    }
    return check_limit(table, field, max_ns, *ns);
}

static bool is_of(const struct csv_text *text, const char *letters) {
    uint32_t i = 0;
    while (i < text->size && strchr(letters, text->text[i]) != NULL && text->text[i] != '\0') {
        i++;
    }
    return i == text->size && text->size > 0;
}

bool csv_table_time(const struct csv_table *table, uint32_t field, int64_t max_ns, int64_t *ns) {
    enum { NUMBER_SIZE_MAX = 48 };
    const struct csv_text *text = &table->fields[field];
    if (!is_of(text, "0123456789.") || text->size > NUMBER_SIZE_MAX) {
        return csv_table_duration(table, field, max_ns, ns);
    }
    char seconds[NUMBER_SIZE_MAX + 2];
    const char *why = NULL;
    memcpy(seconds, text->text, text->size);
    seconds[text->size] = 's';
    if (!quantity_read_duration(seconds, (size_t)text->size + 1, ns, &why)) {
        return csv_table_refuse(table, field, why);
    }
    return check_limit(table, field, max_ns, *ns);
}

bool csv_table_node(const struct csv_table *table, uint32_t field, uint32_t *node) {
    enum { DIGITS_MAX = 8 };
    const struct csv_text *text = &table->fields[field];
    uint32_t count = table->reader->scenario->node_count;
    bool digits = is_of(text, "0123456789") && text->size <= DIGITS_MAX;
    *node = 0;
    for (uint32_t i = 0; digits && i < text->size; i++) {
        *node = *node * 10 + (uint32_t)(text->text[i] - '0');
    }
    if (digits && (count == 0 || *node < count)) {
        return true;
    }
    char allowed[64];
    snprintf(allowed, sizeof allowed, "allowed: a node from 0 to %" PRIu32,
             count == 0 ? 0 : count - 1);
    return csv_table_refuse(table, field, allowed);
}
