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

static void read_names(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_region *items) {
    struct intern names;
    intern_init(&names, reader->scratch);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_region_name(reader, &names, item, &items[i]);
        item = item->next;
    }
}

bool check_region_count(struct scenario_reader *reader, const struct yaml_node *list,
                        uint32_t count) {
    return count == 0 || list->size == count ||
           reader_refuse(reader, list,
                         "found %" PRIu32 " items; allowed: one for each of the %" PRIu32
                         " regions",
                         list->size, count);
}

/** One weight: what is allowed for the key is a list, and here it is one of its numbers. */
bool read_weight(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 uint64_t *weight) {
    const struct schema_row *row = schema_row(key);
    if (whole_parse(node, weight) && *weight >= row->min && *weight <= row->max) {
        return true;
    }
    char found[FOUND_SIZE];
    *weight = 0;
    return reader_refuse(reader, node,
                         "found %s; allowed: a whole number from %" PRIu64 " to %" PRIu64,
                         reader_found(node, found), row->min, row->max);
}

/** Reads the weights into the items, as many as there are. */
static void read_weights(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_region *items, uint32_t count) {
    if (!reader_list(reader, KEY_REGIONS_WEIGHTS, node)) {
        return;
    }
    check_region_count(reader, node, count);
    bool whole = true;
    bool any = node->size == 0;
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        uint64_t weight = 0;
        whole = read_weight(reader, KEY_REGIONS_WEIGHTS, item, &weight) && whole;
        if (i < count) {
            items[i].weight = weight;
        }
        any = any || weight > 0;
        item = item->next;
    }
    if (whole && !any) {
        reader_refuse(reader, node, "all weights are 0; allowed: not all");
    }
}

/** Reads the delays of one row into `delay_ns`, as many as there are regions. */
static void read_latency_row(struct scenario_reader *reader, const struct yaml_node *row,
                             int64_t *delay_ns, uint32_t count) {
    if (!reader_list(reader, KEY_REGIONS_LATENCY, row)) {
        return;
    }
    check_region_count(reader, row, count);
    const struct yaml_node *cell = row->first;
    for (uint32_t i = 0; i < row->size; i++) {
        int64_t read_ns = 0;
        read_duration(reader, KEY_REGIONS_LATENCY, cell, &read_ns);
        if (i < count) {
            delay_ns[i] = read_ns;
        }
        cell = cell->next;
    }
}

static void read_latency(struct scenario_reader *reader, const struct yaml_node *node,
                         int64_t *delay_ns, uint32_t count) {
    if (!reader_list(reader, KEY_REGIONS_LATENCY, node)) {
        return;
    }
    check_region_count(reader, node, count);
    const struct yaml_node *row = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        bool fits = i < count;
        read_latency_row(reader, row, fits ? delay_ns + (size_t)i * count : NULL, fits ? count : 0);
        row = row->next;
    }
}

/** How many regions there are; 0 if that could not be read. */
static uint32_t read_region_count(struct scenario_reader *reader, const struct yaml_node *names) {
    if (names == NULL || !reader_list(reader, KEY_REGIONS_NAMES, names)) {
        return 0;
    }
    bool fits = names->size > 0 && names->size <= SCENARIO_REGIONS_MAX;
    if (!fits) {
        reader_refuse(reader, names, "found %" PRIu32 " names; allowed: 1 to %d", names->size,
                      SCENARIO_REGIONS_MAX);
    }
    return fits ? names->size : 0;
}

/** Reports a key that is needed where there is no file. */
static void check_given(struct scenario_reader *reader, const struct scenario_fields *fields,
                        enum schema_key key) {
    if (fields->keys[key] == NULL) {
        char allowed[SCHEMA_NAMES_SIZE];
        reader_refuse(reader, fields->mapping, "the key `%s` is missing (%s); allowed: %s",
                      schema_row(key)->name, schema_row(key)->meaning,
                      schema_allowed(key, allowed));
    }
}

/** What may stand beside a file too, in place of what it says. */
static void read_more(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct scenario_regions *regions = &reader->scenario->regions;
    const struct yaml_node *loss = fields_value(fields, KEY_REGIONS_LOSS);
    if (loss != NULL) {
        regions->loss_ppb = read_region_losses(reader, loss, regions->count);
    }
    const struct yaml_node *hosts = fields_value(fields, KEY_REGIONS_HOSTS);
    if (hosts != NULL) {
        regions->host_rates = NULL; // in place of the file's
    }
    if (hosts != NULL && read_host_rates(reader, KEY_REGIONS_HOSTS, hosts, &regions->host_rates)) {
        check_region_count(reader, hosts, regions->count);
    }
}

/** Regions from a file, which brings all but the weights. */
static void read_from_file(struct scenario_reader *reader, const struct scenario_fields *fields) {
    static const enum schema_key others[] = {KEY_REGIONS_NAMES, KEY_REGIONS_LATENCY};
    const struct yaml_node *weights = fields_value(fields, KEY_REGIONS_WEIGHTS);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (fields->keys[others[i]] != NULL) {
            reader_refuse(reader, fields->keys[others[i]],
                          "`%s` beside `file`, which says it; allowed: one of them",
                          schema_row(others[i])->name);
        }
    }
    struct scenario_regions *regions = &reader->scenario->regions;
    struct scenario_region *items = NULL;
    bool read = read_region_file(reader, fields_value(fields, KEY_REGIONS_FILE), regions, &items);
    if (read && weights != NULL) {
        read_weights(reader, weights, items, regions->count);
    }
    read_more(reader, fields);
}

static void read_written_out(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_REGIONS, node)) {
        return;
    }
    fields_fill(reader, &fields, NULL);
    if (fields.keys[KEY_REGIONS_FILE] != NULL) {
        read_from_file(reader, &fields);
        return;
    }
    check_given(reader, &fields, KEY_REGIONS_NAMES);
    check_given(reader, &fields, KEY_REGIONS_LATENCY);
    const struct yaml_node *names = fields_value(&fields, KEY_REGIONS_NAMES);
    const struct yaml_node *weights = fields_value(&fields, KEY_REGIONS_WEIGHTS);
    const struct yaml_node *latency = fields_value(&fields, KEY_REGIONS_LATENCY);
    uint32_t count = read_region_count(reader, names);
    struct scenario_region *items =
        arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *items);
    int64_t *delay_ns =
        arena_take_array(reader->arena, MEMORY_TABLES, (size_t)count * count, sizeof *delay_ns);
    if (count > 0) {
        read_names(reader, names, items);
    }
    if (weights != NULL) {
        read_weights(reader, weights, items, count);
    }
    if (latency != NULL) {
        read_latency(reader, latency, delay_ns, count);
    }
    reader->scenario->regions = (struct scenario_regions){
        .items = items,
        .count = count,
        .delay_ns = delay_ns,
    };
    read_more(reader, &fields);
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

bool read_region(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *number) {
    const struct scenario_regions *regions = &reader->scenario->regions;
    char found[FOUND_SIZE];
    reader_found(node, found);
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse(reader, node, "found %s; allowed: the name of a region", found);
    }
    if (!reader->regions_known) {
        return false; // it may be one that could not be read, which is reported already
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        if (yaml_is_text(node, regions->items[i].name)) {
            *number = i + 1;
            return true;
        }
    }
    if (regions->count == 0) {
        return reader_refuse(reader, node, "unknown region %s; allowed: none without `regions`",
                             found);
    }
    return reader_refuse(reader, node,
                         "unknown region %s; allowed: one of the %" PRIu32 " under `regions`, "
                         "such as `%s`",
                         found, regions->count, regions->items[0].name);
}
