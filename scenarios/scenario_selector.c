#include "scenarios/scenario_read.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"

#include <inttypes.h>
#include <string.h>

static bool refuse_index(struct scenario_reader *reader, const struct yaml_node *node) {
    char found[FOUND_SIZE];
    if (reader->scenario->node_count == 0) { // which was refused itself
        return reader_refuse(reader, node, "found %s; allowed: the number of a node",
                             reader_found(node, found));
    }
    return reader_refuse(reader, node, "found %s; allowed: a node from 0 to %" PRIu32,
                         reader_found(node, found), reader->scenario->node_count - 1);
}

/** Digits from `*at` on, at most nine, as a number; moves `*at` behind them. */
static bool read_index_digits(const struct yaml_node *node, size_t *at, uint32_t *value) {
    enum { DIGITS_MAX = 9 };
    size_t first = *at;
    *value = 0;
    while (*at < node->size && node->text[*at] >= '0' && node->text[*at] <= '9') {
        if (*at - first == DIGITS_MAX) {
            return false;
        }
        *value = *value * 10 + (uint32_t)(node->text[*at] - '0');
        (*at)++;
    }
    return *at > first && (node->text[first] != '0' || *at == first + 1);
}

/** `7` or `5..9`; false (and nothing reported) for anything else. */
static bool parse_range(const struct yaml_node *node, struct selector_range *range) {
    size_t at = 0;
    if (node->kind != YAML_SCALAR || !node->plain || !read_index_digits(node, &at, &range->first)) {
        return false;
    }
    range->last = range->first;
    if (at == node->size) {
        return true;
    }
    bool dots = node->size - at > 2 && node->text[at] == '.' && node->text[at + 1] == '.';
    at += 2;
    return dots && read_index_digits(node, &at, &range->last) && at == node->size;
}

static bool read_range(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, struct selector_range *range) {
    if (!parse_range(node, range)) {
        return reader_refuse_value(reader, node, key);
    }
    if (range->last < range->first) {
        return reader_refuse(reader, node,
                             "found `%" PRIu32 "..%" PRIu32 "`; allowed: first..last with "
                             "first at most last",
                             range->first, range->last);
    }
    uint32_t count = reader->scenario->node_count;
    return count == 0 || range->last < count || refuse_index(reader, node);
}

bool read_node_index(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, uint32_t *index) {
    struct selector_range range;
    if (!parse_range(node, &range) || memchr(node->text, '.', node->size) != NULL) {
        // What is allowed for the key is, in a list, not allowed for each of its items.
        bool item = node->parent != NULL && node->parent->kind == YAML_SEQUENCE;
        return item ? refuse_index(reader, node) : reader_refuse_value(reader, node, key);
    }
    uint32_t count = reader->scenario->node_count;
    *index = range.first;
    return count == 0 || range.first < count || refuse_index(reader, node);
}

static bool read_ranges(struct scenario_reader *reader, enum schema_key key,
                        const struct yaml_node *node, struct selector *selector) {
    bool list = node->kind == YAML_SEQUENCE;
    uint32_t count = list ? node->size : 1;
    struct selector_range *ranges =
        arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *ranges);
    const struct yaml_node *item = list ? node->first : node;
    bool whole = true;
    for (uint32_t i = 0; i < count; i++) {
        whole = read_range(reader, key, item, &ranges[i]) && whole;
        item = list ? item->next : NULL;
    }
    *selector = (struct selector){
        .kind = count == 0 ? SELECTOR_NONE : SELECTOR_RANGES,
        .ranges = ranges,
        .range_count = count,
    };
    return whole;
}

static bool read_drawn(struct scenario_reader *reader, const struct yaml_node *node,
                       struct selector *selector) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_SELECTOR, node)) {
        return false;
    }
    *selector = (struct selector){0};
    fields_fill(reader, &fields, selector);
    bool share = fields.keys[KEY_SELECTOR_SHARE] != NULL;
    bool count = fields.keys[KEY_SELECTOR_COUNT] != NULL;
    bool group = fields.keys[KEY_SELECTOR_GROUP] != NULL;
    if (share + count + group != 1) {
        fields.whole =
            reader_refuse(reader, node, "found %s; allowed: exactly one of share, count, group",
                          share || count || group ? "several keys" : "no known key");
    }
    selector->kind = share ? SELECTOR_SHARE : SELECTOR_COUNT;
    selector->kind = group ? SELECTOR_GROUP : selector->kind;
    uint32_t node_count = reader->scenario->node_count;
    if (count && node_count > 0 && selector->count > node_count) {
        return reader_refuse(reader, fields_value(&fields, KEY_SELECTOR_COUNT),
                             "found `%" PRIu32 "`; allowed: at most nodes.count, which is %" PRIu32,
                             selector->count, node_count);
    }
    return fields.whole;
}

/** `10%` by itself is short for {share: 10%}. */
static bool is_percentage(const struct yaml_node *node) {
    return node->kind == YAML_SCALAR && node->size > 1 && node->text[node->size - 1] == '%';
}

bool read_selector(struct scenario_reader *reader, enum schema_key key,
                   const struct yaml_node *node, struct selector *selector) {
    if (node->kind == YAML_MAPPING) {
        return read_drawn(reader, node, selector);
    }
    if (yaml_is_text(node, "all") || yaml_is_text(node, "none")) {
        *selector = (struct selector){
            .kind = yaml_is_text(node, "all") ? SELECTOR_ALL : SELECTOR_NONE,
        };
        return true;
    }
    const char *why = NULL;
    if (is_percentage(node)) {
        *selector = (struct selector){.kind = SELECTOR_SHARE};
        return quantity_read_share(node->text, node->size, &selector->share_ppb, &why) ||
               reader_refuse_value(reader, node, key);
    }
    return read_ranges(reader, key, node, selector);
}
