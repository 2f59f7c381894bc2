#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "scenarios/excerpt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GUESS_SIZE = SCHEMA_PATH_SIZE + 64 };

/** The key below a parent that holds a selection of nodes, or KEY_NONE. */
static enum schema_key selection_below(enum schema_key parent) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == parent && schema_row(key)->type == SCHEMA_SELECTOR) {
            return key;
        }
    }
    return KEY_NONE;
}

/** What an unknown key may have been meant as, in `out[GUESS_SIZE]`; empty if nothing is near. */
static void guess_key(enum schema_key parent, const struct yaml_node *key, char *out) {
    char path[SCHEMA_PATH_SIZE];
    enum schema_key nearest = schema_nearest(parent, key->text, key->size);
    enum schema_key elsewhere = schema_find_elsewhere(key->text, key->size);
    enum schema_key drawn = schema_find(KEY_SELECTOR, key->text, key->size);
    enum schema_key selection = drawn == KEY_NONE ? KEY_NONE : selection_below(parent);
    out[0] = '\0';
    if (selection != KEY_NONE) {
        snprintf(out, GUESS_SIZE, " (did you mean `%s: {%s: …}`?)", schema_row(selection)->name,
                 schema_row(drawn)->name);
    } else if (nearest != KEY_NONE) {
        snprintf(out, GUESS_SIZE, " (did you mean `%s`?)", schema_row(nearest)->name);
    } else if (elsewhere != KEY_NONE && !yaml_is_text(key, schema_path(elsewhere, path))) {
        snprintf(out, GUESS_SIZE, " (did you mean `%s`?)", path);
    }
}

static void refuse_unknown(struct scenario_reader *reader, enum schema_key parent,
                           const struct yaml_node *key) {
    char names[SCHEMA_NAMES_SIZE];
    if (reader_is_full(reader)) {
        // Guessing what each of a hundred thousand unknown keys may have meant would take long.
        reader_refuse(reader, key, "unknown key");
        return;
    }
    if (yaml_is_text(key, "<<")) {
        reader_refuse(reader, key, "merge keys are not supported; write the keys out");
        return;
    }
    char guess[GUESS_SIZE];
    guess_key(parent, key, guess);
    char excerpt[EXCERPT_SIZE];
    reader_refuse(reader, key, "unknown key %s%s; allowed: %s",
                  excerpt_write(key->text, key->size, excerpt), guess, schema_names(parent, names));
}

bool reader_refuse_twice(struct scenario_reader *reader, const struct yaml_node *key,
                         const struct yaml_node *first) {
    char excerpt[EXCERPT_SIZE];
    bool same = key->size == first->size && memcmp(key->text, first->text, key->size) == 0;
    const char *what = same ? "duplicate key" : "another name of a key given already:";
    return reader_refuse(reader, key, "%s %s; it first stands in line %" PRIu32 ", column %" PRIu32,
                         what, excerpt_write(first->text, first->size, excerpt), first->line,
                         first->column);
}

static void add_field(struct scenario_reader *reader, struct scenario_fields *fields,
                      const struct yaml_node *key) {
    if (key->kind != YAML_SCALAR) {
        reader_refuse(reader, key, "a list or mapping stands where a key is due");
        return;
    }
    enum schema_key known = schema_find(fields->parent, key->text, key->size);
    if (known == KEY_NONE) {
        refuse_unknown(reader, fields->parent, key);
    } else if (fields->keys[known] != NULL) {
        reader_refuse_twice(reader, key, fields->keys[known]);
    } else {
        fields->keys[known] = key;
    }
}

bool fields_read(struct scenario_reader *reader, struct scenario_fields *fields,
                 enum schema_key parent, const struct yaml_node *node) {
    memset(fields, 0, sizeof *fields);
    fields->parent = parent;
    fields->mapping = node;
    fields->whole = true;
    if (yaml_is_null(node)) {
        return true;
    }
    if (node->kind != YAML_MAPPING) {
        char found[FOUND_SIZE];
        char names[SCHEMA_NAMES_SIZE];
        fields->whole = false;
        return reader_refuse(reader, node, "found %s; allowed: a mapping with the keys %s",
                             reader_found(node, found), schema_names(parent, names));
    }
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next->next) {
        add_field(reader, fields, key);
    }
    return true;
}

const struct yaml_node *fields_glance(const struct yaml_node *mapping, enum schema_key key) {
    if (mapping == NULL || mapping->kind != YAML_MAPPING) {
        return NULL;
    }
    const struct yaml_node *name = mapping->first;
    while (name != NULL &&
           (name->kind != YAML_SCALAR || !yaml_is_text(name, schema_row(key)->name))) {
        name = name->next->next;
    }
    return name == NULL ? NULL : name->next;
}

const struct yaml_node *fields_value(const struct scenario_fields *fields, enum schema_key key) {
    CHECK(key < SCHEMA_KEY_COUNT);
    return fields->keys[key] == NULL ? NULL : fields->keys[key]->next;
}

const struct yaml_node *fields_value_or_default(struct scenario_reader *reader,
                                                const struct scenario_fields *fields,
                                                enum schema_key key) {
    const struct yaml_node *value = fields_value(fields, key);
    const char *fallback = schema_row(key)->fallback;
    if (value == NULL && fields->outer != NULL) {
        value = fields_value(fields->outer, key);
    }
    if (value == NULL && fallback != NULL) {
        return reader_default(reader, fallback);
    }
    return value;
}

/** The types of single values, which fields_fill() reads. */
static const bool scalars[SCHEMA_TYPE_COUNT] = {
    [SCHEMA_WHOLE] = true,    [SCHEMA_WHOLE_LONG] = true, [SCHEMA_SWITCH] = true,
    [SCHEMA_DURATION] = true, [SCHEMA_SIZE] = true,       [SCHEMA_RATE] = true,
    [SCHEMA_QUEUE] = true,    [SCHEMA_SHARING] = true,    [SCHEMA_TRANSPORT] = true,
    [SCHEMA_TIMEOUT] = true,  [SCHEMA_SHARE] = true,      [SCHEMA_SIGMA] = true,
    [SCHEMA_EXPONENT] = true, [SCHEMA_BYTES] = true,      [SCHEMA_OFFSET] = true,
    [SCHEMA_PPM] = true,      [SCHEMA_TOPIC] = true,      [SCHEMA_GROUP] = true,
    [SCHEMA_INBOUND] = true,  [SCHEMA_REGION] = true,     [SCHEMA_HEX] = true,
    [SCHEMA_STATE] = true,    [SCHEMA_PATIENCE] = true,   [SCHEMA_FACTOR] = true,
};

static bool type_is_scalar(enum schema_type type) {
    CHECK(type < SCHEMA_TYPE_COUNT);
    return scalars[type];
}

/** True for what the file of the graph says: how many nodes there are. */
static bool is_in_graph(const struct scenario_reader *reader, enum schema_key key) {
    return reader->graph_wanted && (key == KEY_NODES || key == KEY_NODES_COUNT);
}

/** As fields_fill(); complains about what is missing if asked to. */
static void fill(struct scenario_reader *reader, struct scenario_fields *fields, void *base,
                 bool complains) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent != fields->parent) {
            continue;
        }
        const struct yaml_node *value = fields_value(fields, key);
        if (value == NULL && row->required && complains && !is_in_graph(reader, key)) {
            char allowed[SCHEMA_NAMES_SIZE];
            fields->wrong[key] = true;
            fields->whole =
                reader_refuse(reader, fields->mapping, "the key `%s` is missing (%s); allowed: %s",
                              row->name, row->meaning, schema_allowed(key, allowed));
        }
        if (!type_is_scalar(row->type) || (value == NULL && fields->outer != NULL)) {
            continue;
        }
        value = fields_value_or_default(reader, fields, key);
        if (value != NULL && !reader_value(reader, key, value, (char *)base + row->offset)) {
            fields->wrong[key] = true;
            fields->whole = false;
        }
    }
}

void fields_fill(struct scenario_reader *reader, struct scenario_fields *fields, void *base) {
    fill(reader, fields, base, true);
}

void fields_fill_given(struct scenario_reader *reader, struct scenario_fields *fields, void *base) {
    fill(reader, fields, base, false);
}

/** True if a value that was wanted could not be read, here or in the outer mapping. */
static bool is_wrong(const struct scenario_fields *fields, enum schema_key key) {
    bool is_outer = fields->outer != NULL && fields->keys[key] == NULL;
    return fields->wrong[key] || (is_outer && fields->outer->wrong[key]);
}

bool fields_both_read(const struct scenario_fields *fields, enum schema_key a, enum schema_key b) {
    return !is_wrong(fields, a) && !is_wrong(fields, b);
}

/** The value of a key as it stands, and where it comes from. */
static void describe(struct scenario_reader *reader, const struct scenario_fields *fields,
                     enum schema_key key, char *out) {
    const struct yaml_node *value = fields_value_or_default(reader, fields, key);
    char found[FOUND_SIZE];
    bool given = fields_value(fields, key) != NULL;
    bool given_outside = fields->outer != NULL && fields_value(fields->outer, key) != NULL;
    const char *from = given_outside ? " for all" : " by default";
    snprintf(out, FOUND_SIZE, "%.60s%s", reader_found(value, found), given ? "" : from);
}

void fields_refuse_order(struct scenario_reader *reader, struct scenario_fields *fields,
                         enum schema_key low, enum schema_key high) {
    bool at_low = fields->keys[low] != NULL;
    enum schema_key place = at_low ? low : high;
    enum schema_key other = at_low ? high : low;
    char found[FOUND_SIZE];
    char bound[FOUND_SIZE];
    const struct yaml_node *node = fields_value_or_default(reader, fields, place);
    describe(reader, fields, other, bound);
    fields->whole = reader_refuse(reader, node, "found %s; allowed: at %s `%s`, which is %s",
                                  reader_found(node, found), at_low ? "most" : "least",
                                  schema_row(other)->name, bound);
}
