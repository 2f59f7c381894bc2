#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/excerpt.h"

static bool read_rate(struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *node, uint64_t *bits_per_s) {
    const struct schema_row *row = schema_row(key);
    uint64_t read = 0;
    const char *why = NULL;
    if (!quantity_read_rate(node->text, node->size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s, or `unlimited`",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    if (read < row->min || read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *bits_per_s = read;
    return true;
}

static bool read_sharing(struct scenario_reader *reader, enum schema_key key,
                         const struct yaml_node *node, enum bandwidth_sharing *sharing) {
    bool fair = yaml_is_text(node, "fair");
    if (!fair && !yaml_is_text(node, "fifo")) {
        return reader_refuse_value(reader, node, key);
    }
    *sharing = fair ? BANDWIDTH_FAIR : BANDWIDTH_FIFO;
    return true;
}

bool read_bandwidth_value(struct scenario_reader *reader, enum schema_key key,
                          const struct yaml_node *node, void *field) {
    enum schema_type type = schema_row(key)->type;
    bool unlimited = yaml_is_text(node, "unlimited");
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    if (type == SCHEMA_SHARING) {
        return read_sharing(reader, key, node, field);
    }
    if (type == SCHEMA_RATE) {
        *(uint64_t *)field = 0;
        return unlimited || read_rate(reader, key, node, field);
    }
    CHECK(type == SCHEMA_QUEUE);
    *(uint32_t *)field = BANDWIDTH_QUEUE_UNLIMITED;
    return unlimited || read_size(reader, key, node, field);
}

void read_bandwidth(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields *fields = arena_take(reader->scratch, MEMORY_TABLES, sizeof *fields);
    reader->bandwidth = fields;
    if (node == NULL) {
        node = reader_default(reader, "{}");
    }
    if (fields_read(reader, fields, KEY_LINKS_BANDWIDTH, node)) {
        fields_fill(reader, fields, &reader->scenario->links.bandwidth);
    }
}

void read_group_bandwidth(struct scenario_reader *reader, const struct yaml_node *node,
                          struct scenario_group *group) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_LINKS_BANDWIDTH, node)) {
        fields.outer = reader->bandwidth;
        fields_fill(reader, &fields, &group->bandwidth);
    }
}
