#include "scenarios/churn_rows.h"

#include "base/bitset.h"
#include "base/quantity.h"
#include "scenarios/csv_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FIELD_TIME, FIELD_NODE, FIELD_STATE, FIELD_COUNT };

struct row_reader {
    struct csv_table table;
    struct scenario_churn_row *rows; // [capacity]
    uint32_t count;
    uint32_t capacity;
    struct pool pool;
    uint64_t *known; // nodes that had a row; NULL: it is not known how many nodes there are
    uint64_t *up;    // those that are up after it
    bool whole;
};

static bool is_word(const struct csv_text *field, const char *word) {
    return field->size == strlen(word) && memcmp(field->text, word, field->size) == 0;
}

/** Whether the row changes what its node is; reports one that comes too early or does not. */
static bool check_order(const struct row_reader *rows, const struct scenario_churn_row *row) {
    int64_t before_ns = rows->count == 0 ? 0 : rows->rows[rows->count - 1].at_ns;
    if (row->at_ns < before_ns) {
        char before[QUANTITY_TEXT_SIZE];
        char why[64];
        snprintf(why, sizeof why, "allowed: at least %s, as in the row above",
                 quantity_write_duration(before_ns, before));
        return csv_table_refuse(&rows->table, FIELD_TIME, why);
    }
    bool same = rows->known != NULL && bitset_has(rows->known, row->node) &&
                bitset_has(rows->up, row->node) == row->up;
    return !same || csv_table_refuse(&rows->table, FIELD_STATE,
                                     row->up ? "the node is up already; allowed: down"
                                             : "the node is down already; allowed: up");
}

static bool read_row(struct row_reader *rows, struct scenario_churn_row *row) {
    struct csv_table *table = &rows->table;
    if (table->field_count != FIELD_COUNT) {
        return csv_table_refuse_row(table, "allowed: three fields, `time,node,up` or "
                                           "`time,node,down`");
    }
    row->up = is_word(&table->fields[FIELD_STATE], "up");
    bool time = csv_table_time(table, FIELD_TIME, SCENARIO_TIME_MAX_NS, &row->at_ns);
    bool node = csv_table_node(table, FIELD_NODE, &row->node);
    bool state = row->up || is_word(&table->fields[FIELD_STATE], "down") ||
                 csv_table_refuse(table, FIELD_STATE, "allowed: up or down");
    return time && node && state && check_order(rows, row);
}

static void add_row(struct row_reader *rows, const struct scenario_churn_row *row) {
    if (rows->count == rows->capacity) {
        rows->rows = pool_grow(&rows->pool, rows->rows, &rows->capacity, rows->count + 1,
                               sizeof *rows->rows);
    }
    rows->rows[rows->count++] = *row;
    if (rows->known == NULL) {
        return;
    }
    bitset_add(rows->known, row->node);
    if (row->up) {
        bitset_add(rows->up, row->node);
    } else {
        bitset_remove(rows->up, row->node);
    }
}

static bool is_header(const struct csv_table *table) {
    static const char *const names[FIELD_COUNT] = {"time", "node", "state"};
    bool header = table->field_count == FIELD_COUNT;
    for (uint32_t i = 0; header && i < FIELD_COUNT; i++) {
        header = is_word(&table->fields[i], names[i]);
    }
    return header;
}

static void read_all(struct row_reader *rows) {
    struct csv_table *table = &rows->table;
    bool first = true;
    while (!reader_is_full(table->reader) && csv_table_next(table)) {
        struct scenario_churn_row row = {0};
        bool header = first && is_header(table);
        first = false;
        if (header) {
            continue;
        }
        if (rows->count == SCENARIO_ROWS_MAX) {
            char why[64];
            snprintf(why, sizeof why, "more than %d rows; allowed: at most that many",
                     SCENARIO_ROWS_MAX);
            rows->whole = csv_table_refuse_row(table, why);
            return;
        }
        if (read_row(rows, &row)) {
            add_row(rows, &row);
        } else {
            rows->whole = false;
        }
    }
}

/** Opens the file that a value names, or the text that it is. */
static bool open_rows(struct csv_table *table, struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *node) {
    static const char ending[] = ".csv";
    enum { ENDING_SIZE = sizeof ending - 1 };
    bool text = node->kind == YAML_SCALAR && !yaml_is_null(node);
    bool file = key == KEY_CHURN_FROM_FILE;
    if (!text ||
        (file && (node->size <= ENDING_SIZE ||
                  memcmp(node->text + node->size - ENDING_SIZE, ending, ENDING_SIZE) != 0))) {
        return reader_refuse_value(reader, node, key);
    }
    if (file) {
        return csv_table_open(table, reader, node, key);
    }
    csv_table_open_text(table, reader, node);
    return true;
}

bool churn_rows_read(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, struct scenario_churn *churn) {
    struct row_reader rows = {.whole = true};
    uint32_t words = bitset_words(reader->scenario->node_count);
    if (!open_rows(&rows.table, reader, key, node)) {
        return false;
    }
    pool_init(&rows.pool, reader->scratch, MEMORY_TABLES);
    if (words > 0) {
        rows.known = arena_take_array(reader->scratch, MEMORY_TABLES, words, sizeof(uint64_t));
        rows.up = arena_take_array(reader->scratch, MEMORY_TABLES, words, sizeof(uint64_t));
    }
    read_all(&rows);
    if (rows.whole && rows.count == 0) {
        return reader_refuse(reader, node,
                             "there are no rows; allowed: rows `time,node,up` and "
                             "`time,node,down`");
    }
    struct scenario_churn_row *kept =
        arena_take_array(reader->arena, MEMORY_TABLES, rows.count, sizeof *kept);
    if (rows.count > 0) {
        memcpy(kept, rows.rows, rows.count * sizeof *kept);
    }
    churn->rows = kept;
    churn->row_count = rows.count;
    return rows.whole;
}

void churn_rows_write(struct text *text, const struct scenario_churn *churn, const char *indent) {
    text_add_format(text, "%stime,node,state", indent);
    for (uint32_t i = 0; i < churn->row_count; i++) {
        const struct scenario_churn_row *row = &churn->rows[i];
        char time[QUANTITY_TEXT_SIZE];
        text_add_format(text, "\n%s%s,%" PRIu32 ",%s", indent,
                        quantity_write_duration(row->at_ns, time), row->node,
                        row->up ? "up" : "down");
    }
}
