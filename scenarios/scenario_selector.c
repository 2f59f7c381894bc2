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

/** The rules that a selection can be made by: exactly one of them. */
static const struct {
    enum schema_key key;
    enum selector_kind kind;
} rules[] = {
    {KEY_SELECTOR_SHARE, SELECTOR_SHARE}, {KEY_SELECTOR_COUNT, SELECTOR_COUNT},
    {KEY_SELECTOR_GROUP, SELECTOR_GROUP}, {KEY_SELECTOR_REGION, SELECTOR_REGION},
    {KEY_SELECTOR_EVERY, SELECTOR_EVERY}, {KEY_SELECTOR_DEGREE, SELECTOR_DEGREE},
    {KEY_SELECTOR_NOT, SELECTOR_NOT},     {KEY_SELECTOR_SUBSCRIBED, SELECTOR_SUBSCRIBED},
};

enum { RULE_COUNT = sizeof rules / sizeof rules[0] };

/** Notes which rule is given, the last of several; reports none and several. */
static void find_rule(struct scenario_reader *reader, const struct scenario_fields *fields,
                      struct selector *selector) {
    uint32_t given = 0;
    for (uint32_t i = 0; i < RULE_COUNT; i++) {
        if (fields->keys[rules[i].key] != NULL) {
            given++;
            selector->kind = rules[i].kind;
        }
    }
    if (given != 1) {
        reader_refuse(reader, fields->mapping,
                      "found %s; allowed: exactly one of share, count, group, region, every, "
                      "degree, subscribed, not",
                      given > 0 ? "several keys" : "no known key");
    }
}

/** What is left to read of a selection: one within another. */
struct unread {
    enum schema_key key;
    const struct yaml_node *node; // NULL: nothing
    struct selector *selector;
};

/** Notes the selection that the rule narrows or turns around, to be read next. */
static void put_off(struct scenario_reader *reader, const struct scenario_fields *fields,
                    struct selector *selector, struct unread *inner) {
    bool turned = fields->keys[KEY_SELECTOR_NOT] != NULL;
    inner->key = turned ? KEY_SELECTOR_NOT : KEY_SELECTOR_OF;
    inner->node = fields_value(fields, inner->key);
    if (turned && fields->keys[KEY_SELECTOR_OF] != NULL) {
        reader_refuse(reader, fields->keys[KEY_SELECTOR_OF],
                      "`of` beside `not`; allowed: {share: 100%%, of: {not: …}}");
    }
    if (inner->node != NULL) {
        inner->selector = arena_take(reader->arena, MEMORY_TABLES, sizeof *inner->selector);
        selector->of = inner->selector;
    }
}

/** Refuses what cannot be asked here: nodes that a group is made of are counted before all else. */
static bool check_place(struct scenario_reader *reader, const struct scenario_fields *fields,
                        const struct selector *selector) {
    bool drawn = selector->kind == SELECTOR_SHARE || selector->kind == SELECTOR_COUNT;
    bool grouped = selector->kind == SELECTOR_GROUP; // which is refused where its name is read
    if (reader->in_groups && (!(drawn || grouped) || selector->of != NULL)) {
        return reader_refuse(reader, fields->mapping,
                             "a group cannot be made by this rule; allowed: a list of indices, "
                             "share or count");
    }
    if (selector->kind == SELECTOR_SUBSCRIBED && !reader->in_faults) {
        return reader_refuse(reader, fields->keys[KEY_SELECTOR_SUBSCRIBED],
                             "`subscribed` stands for nodes of faults only");
    }
    return true;
}

/** Compares what is given with the number of nodes, and with each other. */
static bool check_numbers(struct scenario_reader *reader, const struct scenario_fields *fields,
                          const struct selector *selector) {
    uint32_t node_count = reader->scenario->node_count;
    const struct yaml_node *count = fields_value(fields, KEY_SELECTOR_COUNT);
    if (count != NULL && node_count > 0 && selector->count > node_count) {
        return reader_refuse(reader, count,
                             "found `%" PRIu32 "`; allowed: at most nodes.count, which is %" PRIu32,
                             selector->count, node_count);
    }
    const struct yaml_node *offset = fields_value(fields, KEY_SELECTOR_OFFSET);
    if (offset == NULL) {
        return true;
    }
    if (selector->kind != SELECTOR_EVERY) {
        return reader_refuse(reader, fields->keys[KEY_SELECTOR_OFFSET],
                             "`offset` means something with `every` only");
    }
    return selector->every == 0 || selector->offset < selector->every ||
           reader_refuse(reader, offset,
                         "found `%" PRIu32 "`; allowed: less than `every`, which is %" PRIu32,
                         selector->offset, selector->every);
}

static bool read_degrees(struct scenario_reader *reader, const struct yaml_node *node,
                         struct selector *selector) {
    struct scenario_fields fields;
    if (node == NULL) {
        return true;
    }
    if (!fields_read(reader, &fields, KEY_SELECTOR_DEGREE, node)) {
        return false;
    }
    fields_fill(reader, &fields, selector);
    if (fields_both_read(&fields, KEY_SELECTOR_DEGREE_MIN, KEY_SELECTOR_DEGREE_MAX) &&
        selector->degree_min > selector->degree_max) {
        fields_refuse_order(reader, &fields, KEY_SELECTOR_DEGREE_MIN, KEY_SELECTOR_DEGREE_MAX);
    }
    return fields.whole;
}

/** Reads one rule; what stands within it is put off. */
static bool read_rule(struct scenario_reader *reader, struct unread unread, struct unread *inner) {
    struct scenario_fields fields;
    struct selector *selector = unread.selector;
    uint32_t failures = reader_failure_count(reader);
    if (!fields_read(reader, &fields, KEY_SELECTOR, unread.node)) {
        return false;
    }
    *selector = (struct selector){0};
    fields_fill(reader, &fields, selector);
    find_rule(reader, &fields, selector);
    read_degrees(reader, fields_value(&fields, KEY_SELECTOR_DEGREE), selector);
    put_off(reader, &fields, selector, inner);
    check_place(reader, &fields, selector);
    check_numbers(reader, &fields, selector);
    return reader_failure_count(reader) == failures;
}

/** `10%` by itself is short for {share: 10%}. */
static bool is_percentage(const struct yaml_node *node) {
    return node->kind == YAML_SCALAR && node->size > 1 && node->text[node->size - 1] == '%';
}

/** Reads a selection that has no other one within it. */
static bool read_plain(struct scenario_reader *reader, struct unread unread) {
    const struct yaml_node *node = unread.node;
    if (yaml_is_text(node, "all") || yaml_is_text(node, "none")) {
        *unread.selector = (struct selector){
            .kind = yaml_is_text(node, "all") ? SELECTOR_ALL : SELECTOR_NONE,
        };
        return true;
    }
    const char *why = NULL;
    if (is_percentage(node)) {
        *unread.selector = (struct selector){.kind = SELECTOR_SHARE};
        return quantity_read_share(node->text, node->size, &unread.selector->share_ppb, &why) ||
               reader_refuse_value(reader, node, unread.key);
    }
    return read_ranges(reader, unread.key, node, unread.selector);
}

bool read_selector(struct scenario_reader *reader, enum schema_key key,
                   const struct yaml_node *node, struct selector *selector) {
    struct unread unread = {.key = key, .node = node, .selector = selector};
    for (uint32_t depth = 0; unread.node != NULL; depth++) {
        struct unread inner = {.node = NULL};
        if (depth == SELECTOR_DEPTH_MAX) {
            return reader_refuse(reader, unread.node,
                                 "more than %d selections within each other; allowed: fewer",
                                 SELECTOR_DEPTH_MAX);
        }
        bool rule = unread.node->kind == YAML_MAPPING;
        if (rule ? !read_rule(reader, unread, &inner) : !read_plain(reader, unread)) {
            return false;
        }
        unread = inner;
    }
    return true;
}
