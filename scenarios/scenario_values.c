#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/nearest.h"

#include <stdio.h>
#include <string.h>

/** Plain decimal digits without a leading zero, which other readers take for octal. */
static bool is_whole(const char *text, size_t size) {
    if (size == 0 || (size > 1 && text[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

/** The number the digits stand for; false beyond 64 bits. */
static bool read_digits(const char *text, size_t size, uint64_t *value) {
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        if (__builtin_mul_overflow(*value, UINT64_C(10), value) ||
            __builtin_add_overflow(*value, (uint64_t)(text[i] - '0'), value)) {
            return false;
        }
    }
    return true;
}

bool whole_parse(const struct yaml_node *node, uint64_t *value) {
    return node->kind == YAML_SCALAR && node->plain && is_whole(node->text, node->size) &&
           read_digits(node->text, node->size, value);
}

bool read_whole(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                uint64_t *value) {
    const struct schema_row *row = schema_row(key);
    uint64_t read = 0;
    if (!whole_parse(node, &read) || read < row->min || read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *value = read;
    return true;
}

bool read_duration(struct scenario_reader *reader, enum schema_key key,
                   const struct yaml_node *node, int64_t *ns) {
    const struct schema_row *row = schema_row(key);
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    int64_t read = 0;
    const char *why = NULL;
    if (!quantity_read_duration(node->text, node->size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    if ((uint64_t)read < row->min || (uint64_t)read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *ns = read;
    return true;
}

bool read_share(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                uint32_t *ppb) {
    const char *why = NULL;
    if (node->kind != YAML_SCALAR || !node->plain || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    if (!quantity_read_share(node->text, node->size, ppb, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    return true;
}

bool read_size(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               uint32_t *bytes) {
    const struct schema_row *row = schema_row(key);
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    uint64_t read = 0;
    const char *why = NULL;
    if (!quantity_read_size(node->text, node->size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    if (read < row->min || read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *bytes = (uint32_t)read;
    return true;
}

static bool read_switch(struct scenario_reader *reader, enum schema_key key,
                        const struct yaml_node *node, bool *on) {
    bool yes = yaml_is_text(node, "true");
    if (node->kind != YAML_SCALAR || !node->plain || !(yes || yaml_is_text(node, "false"))) {
        return reader_refuse_value(reader, node, key);
    }
    *on = yes;
    return true;
}

bool read_millionths(const struct yaml_node *node, uint64_t *ppm) {
    enum { PLACES = 6, WHOLE_SIZE_MAX = 12 };
    if (node->kind != YAML_SCALAR || !node->plain) {
        return false;
    }
    const char *point = memchr(node->text, '.', node->size);
    size_t whole_size = point == NULL ? node->size : (size_t)(point - node->text);
    size_t places = point == NULL ? 0 : node->size - whole_size - 1;
    if (!is_whole(node->text, whole_size) || whole_size > WHOLE_SIZE_MAX || places > PLACES ||
        (point != NULL && places == 0)) {
        return false;
    }
    char digits[WHOLE_SIZE_MAX + PLACES + 1];
    memset(digits, '0', sizeof digits);
    memcpy(digits, node->text, whole_size);
    memcpy(digits + whole_size, point == NULL ? "" : point + 1, places);
    uint64_t read = 0;
    for (size_t i = 0; i < whole_size + PLACES; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        read = read * 10 + (uint64_t)(digits[i] - '0');
    }
    *ppm = read;
    return true;
}

static bool read_sigma(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, uint32_t *sigma_ppm) {
    uint64_t ppm = 0;
    if (!read_millionths(node, &ppm) || ppm < schema_row(key)->min || ppm > schema_row(key)->max) {
        return reader_refuse_value(reader, node, key);
    }
    *sigma_ppm = (uint32_t)ppm;
    return true;
}

/** The topic whose name is near to an unknown one, or INTERN_NONE. */
static uint32_t nearest_topic(const struct intern *topics, const struct yaml_node *node) {
    uint32_t best = INTERN_NONE;
    uint32_t best_distance = NEAREST_FAR;
    for (uint32_t i = 0; i < topics->count; i++) {
        uint32_t distance =
            nearest_distance(node->text, node->size, topics->names[i], topics->sizes[i]);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return nearest_is_near(best_distance, node->size) ? best : INTERN_NONE;
}

bool read_topic(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *topic) {
    const struct intern *topics = &reader->topics;
    char found[FOUND_SIZE];
    reader_found(node, found);
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse(reader, node, "found %s; allowed: the name of a topic", found);
    }
    if (topics->count == 0) {
        return false; // none could be read, or this is asked while they are: that is reported
    }
    uint32_t id = intern_find(topics, node->text, node->size);
    if (id != INTERN_NONE) {
        *topic = id;
        return true;
    }
    if (!reader->topics_known || reader_is_full(reader)) {
        // The name may be that of a topic that could not be read, which is reported already.
        return reader->topics_known ? reader_refuse(reader, node, "unknown topic") : false;
    }
    uint32_t near = nearest_topic(topics, node);
    uint32_t shown = near == INTERN_NONE ? 0 : near;
    char excerpt[EXCERPT_SIZE];
    excerpt_write(topics->names[shown], topics->sizes[shown], excerpt);
    return reader_refuse(reader, node,
                         "unknown topic %s%s%s%s; allowed: one of the %u under `topics`", found,
                         near == INTERN_NONE ? " (such as " : " (did you mean ", excerpt,
                         near == INTERN_NONE ? ")" : "?)", topics->count);
}

/** The value of a hexadecimal digit, or 16. */
static uint32_t digit_of(char digit) {
    const char *digits = "0123456789abcdef";
    const char *found = memchr(digits, digit | ('a' - 'A'), 16);
    if (digit >= '0' && digit <= '9') {
        return (uint32_t)(digit - '0');
    }
    return found == NULL || digit < 'A' ? 16 : (uint32_t)(found - digits);
}

static bool read_hex(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, struct scenario_bytes *bytes) {
    enum { HEX_SIZE_MAX = 2 * 65536 };
    if (node->kind != YAML_SCALAR || yaml_is_null(node) || node->size == 0 || node->size % 2 != 0 ||
        node->size > HEX_SIZE_MAX) {
        return reader_refuse_value(reader, node, key);
    }
    uint8_t *read = arena_take(reader->arena, MEMORY_TABLES, node->size / 2);
    for (uint32_t i = 0; i < node->size; i++) {
        uint32_t digit = digit_of(node->text[i]);
        if (digit == 16) {
            return reader_refuse_value(reader, node, key);
        }
        read[i / 2] = (uint8_t)((uint32_t)read[i / 2] << 4 | digit);
    }
    *bytes = (struct scenario_bytes){.bytes = read, .size = node->size / 2};
    return true;
}

/** How many calls of others a node takes. */
static bool read_inbound(struct scenario_reader *reader, enum schema_key key,
                         const struct yaml_node *node, uint32_t *inbound) {
    uint64_t whole = 0;
    if (yaml_is_text(node, "all")) {
        *inbound = TOPOLOGY_INBOUND_ANY;
        return true;
    }
    if (!yaml_is_text(node, "none") && !read_whole(reader, key, node, &whole)) {
        return false;
    }
    reader->inbound = reader->inbound == NULL ? node : reader->inbound;
    *inbound = (uint32_t)whole;
    return true;
}

static bool read_transport_kind(struct scenario_reader *reader, enum schema_key key,
                                const struct yaml_node *node, enum link_transport *transport) {
    bool stream = yaml_is_text(node, "stream");
    if (node->kind != YAML_SCALAR || !(stream || yaml_is_text(node, "datagram"))) {
        return reader_refuse_value(reader, node, key);
    }
    *transport = stream ? LINK_STREAM : LINK_DATAGRAM;
    return true;
}

static bool read_state(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, bool *kept) {
    *kept = yaml_is_text(node, "kept");
    return *kept || yaml_is_text(node, "lost") || reader_refuse_value(reader, node, key);
}

static bool read_patience(struct scenario_reader *reader, enum schema_key key,
                          const struct yaml_node *node, int64_t *ns) {
    if (yaml_is_text(node, "never")) {
        *ns = SCENARIO_NEVER_NS;
        return true;
    }
    return read_duration(reader, key, node, ns);
}

bool reader_value(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                  void *field) {
    uint64_t whole = 0;
    enum schema_type type = schema_row(key)->type;
    if (type == SCHEMA_WHOLE) {
        if (!read_whole(reader, key, node, &whole)) {
            return false;
        }
        *(uint32_t *)field = (uint32_t)whole;
        return true;
    }
    if (type == SCHEMA_WHOLE_LONG) {
        return read_whole(reader, key, node, field);
    }
    if (type == SCHEMA_SWITCH) {
        return read_switch(reader, key, node, field);
    }
    if (type == SCHEMA_SIZE) {
        return read_size(reader, key, node, field);
    }
    if (type == SCHEMA_OFFSET || type == SCHEMA_PPM) {
        return read_signed(reader, key, node, field);
    }
    if (type == SCHEMA_BYTES) {
        uint32_t bytes = 0;
        if (!read_size(reader, key, node, &bytes)) {
            return false;
        }
        *(int64_t *)field = bytes;
        return true;
    }
    if (type == SCHEMA_RATE || type == SCHEMA_QUEUE || type == SCHEMA_SHARING) {
        return read_bandwidth_value(reader, key, node, field);
    }
    if (type == SCHEMA_TRANSPORT) {
        return read_transport_kind(reader, key, node, field);
    }
    if (type == SCHEMA_TIMEOUT && yaml_is_text(node, "auto")) {
        *(int64_t *)field = 0;
        return true;
    }
    if (type == SCHEMA_DURATION || type == SCHEMA_TIMEOUT) {
        return read_duration(reader, key, node, field);
    }
    if (type == SCHEMA_SHARE) {
        return read_share(reader, key, node, field);
    }
    if (type == SCHEMA_SIGMA || type == SCHEMA_EXPONENT || type == SCHEMA_FACTOR) {
        return read_sigma(reader, key, node, field);
    }
    if (type == SCHEMA_HEX) {
        return read_hex(reader, key, node, field);
    }
    if (type == SCHEMA_INBOUND) {
        return read_inbound(reader, key, node, field);
    }
    if (type == SCHEMA_STATE || type == SCHEMA_PATIENCE) {
        return type == SCHEMA_STATE ? read_state(reader, key, node, field)
                                    : read_patience(reader, key, node, field);
    }
    if (type == SCHEMA_GROUP) {
        return read_group(reader, node, field);
    }
    if (type == SCHEMA_REGION) {
        return read_region(reader, node, field);
    }
    CHECK(type == SCHEMA_TOPIC);
    return read_topic(reader, node, field);
}
