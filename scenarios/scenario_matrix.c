// One-way delays of each pair of nodes: a row for each sender, in it a field for each receiver.

#include "scenarios/csv_table.h"

#include <inttypes.h>
#include <string.h>

/** A matrix as it is read, row by row. */
struct matrix {
    int64_t *delay_ns; // [count × count]
    uint32_t count;    // as many as the first row has fields
    uint32_t rows;
};

/** False if there is no place for another row, or for so many nodes. */
static bool begin_row(struct scenario_reader *reader, struct matrix *matrix, uint32_t fields) {
    if (matrix->rows == 0 && fields <= SCENARIO_MATRIX_NODES_MAX) {
        matrix->count = fields;
        matrix->delay_ns = arena_take_array(reader->arena, MEMORY_TABLES, (size_t)fields * fields,
                                            sizeof *matrix->delay_ns);
    }
    return fields == matrix->count && matrix->rows < matrix->count;
}

static int64_t *next_row(struct matrix *matrix) {
    return matrix->delay_ns + (size_t)matrix->rows++ * matrix->count;
}

static bool read_list(struct scenario_reader *reader, const struct yaml_node *node,
                      struct matrix *matrix) {
    for (const struct yaml_node *row = node->first; row != NULL; row = row->next) {
        if (row->kind != YAML_SEQUENCE || !begin_row(reader, matrix, row->size)) {
            return reader_refuse_value(reader, row, KEY_LINKS_DELAY_MATRIX);
        }
        int64_t *delay_ns = next_row(matrix);
        for (const struct yaml_node *item = row->first; item != NULL; item = item->next) {
            *delay_ns = LINK_SLOT_DELAY_NONE;
            if (!yaml_is_text(item, "none") &&
                !read_duration(reader, KEY_LINKS_DELAY_MATRIX, item, delay_ns)) {
                return false;
            }
            delay_ns++;
        }
    }
    return true;
}

static bool is_none(const struct csv_text *field) {
    return field->size == 0 || (field->size == 4 && memcmp(field->text, "none", 4) == 0);
}

static bool read_file(struct scenario_reader *reader, const struct yaml_node *node,
                      struct matrix *matrix) {
    struct csv_table table;
    if (!csv_table_open(&table, reader, node, KEY_LINKS_DELAY_MATRIX)) {
        return false;
    }
    while (csv_table_next(&table)) {
        if (!begin_row(reader, matrix, table.field_count)) {
            return csv_table_refuse(&table, table.field_count - 1,
                                    "allowed: as many rows as fields in each, at most 1024");
        }
        int64_t *delay_ns = next_row(matrix);
        for (uint32_t i = 0; i < table.field_count; i++) {
            delay_ns[i] = LINK_SLOT_DELAY_NONE;
            if (!is_none(&table.fields[i]) &&
                !csv_table_duration(&table, i, LINK_DELAY_MAX_NS, &delay_ns[i])) {
                return false;
            }
        }
    }
    return true;
}

void read_matrix(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    struct matrix matrix = {0};
    if (yaml_is_text(node, "none")) {
        return;
    }
    if (node->kind == YAML_MAPPING || yaml_is_null(node)) {
        reader_refuse_value(reader, node, KEY_LINKS_DELAY_MATRIX);
        return;
    }
    bool list = node->kind == YAML_SEQUENCE;
    if (!(list ? read_list(reader, node, &matrix) : read_file(reader, node, &matrix))) {
        return;
    }
    if (matrix.rows == 0 || matrix.rows < matrix.count) {
        reader_refuse(reader, node,
                      "found %" PRIu32 " rows of %" PRIu32
                      " delays; allowed: as many rows as delays in each",
                      matrix.rows, matrix.count);
        return;
    }
    links->matrix_ns = matrix.delay_ns;
    links->matrix_count = matrix.count;
    reader->matrix = node;
}

void check_matrix(struct scenario_reader *reader) {
    const struct scenario *scenario = reader->scenario;
    if (reader->matrix != NULL && scenario->node_count > 0 &&
        scenario->links.matrix_count != scenario->node_count) {
        reader_refuse(reader, reader->matrix,
                      "found a matrix of %" PRIu32 " nodes; allowed: one of %" PRIu32
                      ", as there are nodes",
                      scenario->links.matrix_count, scenario->node_count);
    }
}
