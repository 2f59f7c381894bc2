#include "scenarios/csv_table.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/graph_file.h"

#include <string.h>

bool csv_table_open(struct csv_table *table, struct scenario_reader *reader,
                    const struct yaml_node *name, enum schema_key key) {
    *table = (struct csv_table){.reader = reader};
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

bool csv_table_refuse(const struct csv_table *table, uint32_t field, const char *why) {
    const struct csv_text *text = &table->fields[field];
    char excerpt[EXCERPT_SIZE];
    failure_list_add(table->reader->failures, table->path, table->line,
                     (uint32_t)(text->text - table->line_start) + 1, "found %s; %s",
                     excerpt_write(text->text, text->size, excerpt), why);
    return false;
}

bool csv_table_duration(const struct csv_table *table, uint32_t field, int64_t max_ns,
                        int64_t *ns) {
    const struct csv_text *text = &table->fields[field];
    const char *why = NULL;
    if (!quantity_read_duration(text->text, text->size, ns, &why)) {
        return csv_table_refuse(table, field, why);
    }
    if (*ns > max_ns) {
        char limit[QUANTITY_TEXT_SIZE];
        char message[2 * QUANTITY_TEXT_SIZE];
        snprintf(message, sizeof message, "allowed: at most %s",
                 quantity_write_duration(max_ns, limit));
        return csv_table_refuse(table, field, message);
    }
    return true;
}
