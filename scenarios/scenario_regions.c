#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"
#include "scenarios/regions.h"
#include "scenarios/utf8.h"

#include <inttypes.h>
#include <string.h>

enum { REGION_NAME_SIZE_MAX = 64 };

/** A name copied into the scenario's memory, ended by NUL. */
static const char *keep_text(struct scenario_reader *reader, const struct yaml_node *node) {
    char *copy = arena_take(reader->arena, MEMORY_TABLES, (size_t)node->size + 1);
    memcpy(copy, node->text, node->size);
    return copy;
}

static bool read_region_name(struct scenario_reader *reader, struct intern *names,
                             const struct yaml_node *node, struct scenario_region *region) {
    bool word = node->kind == YAML_SCALAR && !yaml_is_null(node) && node->size > 0 &&
                node->size <= REGION_NAME_SIZE_MAX && utf8_all_printable(node->text, node->size);
    if (!word) {
        char found[FOUND_SIZE];
        return reader_refuse(
            reader, node, "found %s; allowed: a word of 1 to 64 bytes without control characters",
            reader_found(node, found));
    }
    if (intern_find(names, node->text, node->size) != INTERN_NONE) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "region %s stands twice; allowed: different names",
                             excerpt_write(node->text, node->size, excerpt));
    }
    intern_add(names, node->text, node->size);
    region->name = keep_text(reader, node);
    region->weight = 1;
    return true;
}

static bool read_names(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_region *items) {
    struct intern names;
    intern_init(&names, reader->scratch);
    bool whole = true;
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        whole = read_region_name(reader, &names, item, &items[i]) && whole;
        item = item->next;
    }
    return whole;
}

/** True for a list with one item for each region. */
static bool check_count(struct scenario_reader *reader, enum schema_key key,
                        const struct yaml_node *node, uint32_t count) {
    if (!reader_list(reader, key, node)) {
        return false;
    }
    return node->size == count ||
           reader_refuse(reader, node,
                         "found %" PRIu32 " items; allowed: one for each of the %" PRIu32
                         " regions",
                         node->size, count);
}

static bool read_weights(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_region *items, uint32_t count) {
    if (!check_count(reader, KEY_REGIONS_WEIGHTS, node, count)) {
        return false;
    }
    uint64_t sum = 0;
    bool whole = true;
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < count; i++) {
        whole = read_whole(reader, KEY_REGIONS_WEIGHTS, item, &items[i].weight) && whole;
        sum += items[i].weight;
        item = item->next;
    }
    return !whole || sum > 0 || reader_refuse(reader, node, "all weights are 0; allowed: not all");
}

static bool read_latency(struct scenario_reader *reader, const struct yaml_node *node,
                         int64_t *delay_ns, uint32_t count) {
    if (!check_count(reader, KEY_REGIONS_LATENCY, node, count)) {
        return false;
    }
    bool whole = true;
    for (const struct yaml_node *row = node->first; row != NULL; row = row->next) {
        bool fitting = check_count(reader, KEY_REGIONS_LATENCY, row, count);
        const struct yaml_node *cell = fitting ? row->first : NULL;
        for (; cell != NULL; cell = cell->next) {
            fitting = read_duration(reader, KEY_REGIONS_LATENCY, cell, delay_ns++) && fitting;
        }
        whole = fitting && whole;
    }
    return whole;
}

static void read_written_out(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_REGIONS, node)) {
        return;
    }
    fields_fill(reader, &fields, NULL);
    const struct yaml_node *names = fields_value(&fields, KEY_REGIONS_NAMES);
    const struct yaml_node *weights = fields_value(&fields, KEY_REGIONS_WEIGHTS);
    const struct yaml_node *latency = fields_value(&fields, KEY_REGIONS_LATENCY);
    if (names == NULL || latency == NULL || !reader_list(reader, KEY_REGIONS_NAMES, names)) {
        return;
    }
    uint32_t count = names->size;
    if (count == 0 || count > SCENARIO_REGIONS_MAX) {
        reader_refuse(reader, names, "found %" PRIu32 " names; allowed: 1 to %d", count,
                      SCENARIO_REGIONS_MAX);
        return;
    }
    struct scenario_region *items =
        arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *items);
    int64_t *delay_ns =
        arena_take_array(reader->arena, MEMORY_TABLES, (size_t)count * count, sizeof *delay_ns);
    read_names(reader, names, items);
    if (weights != NULL) {
        read_weights(reader, weights, items, count);
    }
    read_latency(reader, latency, delay_ns, count);
    reader->scenario->regions = (struct scenario_regions){
        .items = items,
        .count = count,
        .delay_ns = delay_ns,
    };
}

void read_regions(struct scenario_reader *reader, const struct yaml_node *node) {
    if (node->kind == YAML_MAPPING) {
        read_written_out(reader, node);
        return;
    }
    if (yaml_is_text(node, "none")) {
        return;
    }
    bool preset = node->kind == YAML_SCALAR &&
                  regions_preset(reader->arena, node->text, node->size, &reader->scenario->regions);
    if (!preset) {
        reader_refuse_value(reader, node, KEY_REGIONS);
    }
}
