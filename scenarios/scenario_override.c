#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** One `--set PATH=VALUE` on its way down the tree. */
struct descent {
    struct scenario_reader *reader;
    uint32_t override;      // its number, from 1
    struct yaml_node *node; // the collection reached so far
    enum schema_key
        key;    // whose rows name the children of a mapping here; KEY_NONE: no key fits any more
    bool items; // the node is, or is to be, a list
    const char *step; // [step_size] the part of the path that is due
    size_t step_size;
    bool last;
};

/** Reports a mistake in the path itself. */
__attribute__((format(printf, 2, 3))) static bool refuse_path(struct descent *descent,
                                                              const char *format, ...) {
    char message[FAILURE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct yaml_node place = {.override = descent->override};
    return reader_refuse(descent->reader, &place, "%s", message);
}

/** A node of the override without a parent yet. */
static struct yaml_node *make_node(struct descent *descent, enum yaml_kind kind) {
    struct yaml_node *node = arena_take(descent->reader->scratch, MEMORY_TABLES, sizeof *node);
    node->kind = (uint8_t)kind;
    node->override = descent->override;
    return node;
}

/** Puts a node in the place of another. */
static void replace(struct yaml_node *old, struct yaml_node *node) {
    struct yaml_node **link = &old->parent->first;
    while (*link != old) {
        link = &(*link)->next;
    }
    *link = node;
    node->next = old->next;
    node->parent = old->parent;
}

static bool refuse_unknown(struct descent *descent) {
    char excerpt[EXCERPT_SIZE];
    char names[SCHEMA_NAMES_SIZE];
    char guess[SCHEMA_PATH_SIZE] = "";
    excerpt_write(descent->step, descent->step_size, excerpt);
    if (descent->key == KEY_NONE) {
        return refuse_path(descent, "there is nothing below this to set: %s", excerpt);
    }
    enum schema_key nearest = schema_nearest(descent->key, descent->step, descent->step_size);
    if (nearest != KEY_NONE) {
        snprintf(guess, sizeof guess, " (did you mean `%s`?)", schema_row(nearest)->name);
    }
    return refuse_path(descent, "unknown key %s%s; allowed: %s", excerpt, guess,
                       schema_names(descent->key, names));
}

/** The value of a key in a mapping, under any of its names; NULL if absent. */
static struct yaml_node *find_value(const struct yaml_node *mapping, enum schema_key parent,
                                    enum schema_key wanted) {
    for (struct yaml_node *key = mapping->first; key != NULL; key = key->next->next) {
        if (key->kind == YAML_SCALAR && schema_find(parent, key->text, key->size) == wanted) {
            return key->next;
        }
    }
    return NULL;
}

/** Adds a key with a value that stands for nothing yet. */
static struct yaml_node *add_entry(struct descent *descent, const char *text, size_t size) {
    struct yaml_node *name = make_node(descent, YAML_SCALAR);
    name->text = text;
    name->size = (uint32_t)size;
    struct yaml_node *value = make_node(descent, YAML_SCALAR);
    value->text = "";
    value->plain = true;
    yaml_append(descent->node, name);
    yaml_append(descent->node, value);
    return value;
}

/** Takes the step to a quirk, under its name or number; whether there is such a quirk, its reader
 * says. */
static struct yaml_node *step_into_quirks(struct descent *descent) {
    const struct quirk_row *wanted = find_quirk(descent->step, descent->step_size);
    descent->key = KEY_NONE;
    for (struct yaml_node *key = descent->node->first; key != NULL; key = key->next->next) {
        if (wanted != NULL && key->kind == YAML_SCALAR &&
            find_quirk(key->text, key->size) == wanted) {
            return key->next;
        }
    }
    return add_entry(descent, descent->step, descent->step_size);
}

/** Takes the step into a mapping; the child it leads to, or NULL with a report. */
static struct yaml_node *step_into_mapping(struct descent *descent) {
    if (schema_row(descent->key)->type == SCHEMA_QUIRKS) {
        return step_into_quirks(descent);
    }
    enum schema_key key = schema_find(descent->key, descent->step, descent->step_size);
    if (descent->key == KEY_NONE || key == KEY_NONE) {
        refuse_unknown(descent);
        return NULL;
    }
    struct yaml_node *child = find_value(descent->node, descent->key, key);
    if (child == NULL) {
        const char *name = schema_row(key)->name;
        child = add_entry(descent, name, strlen(name));
    }
    const struct schema_row *row = schema_row(key);
    descent->key = row->children;
    descent->items = row->type == SCHEMA_LIST;
    if (descent->items && yaml_is_null(child) && !descent->last && row->fallback != NULL) {
        // The list is not in the file: its default is what the path goes into.
        struct yaml_node *list = make_node(descent, YAML_SEQUENCE);
        const struct yaml_node *fallback = reader_default(descent->reader, row->fallback);
        list->first = fallback->first;
        list->size = fallback->size;
        list->shared = true;
        replace(child, list);
        child = list;
    }
    return child;
}

/** Takes the step into a list, by number. */
static struct yaml_node *step_into_list(struct descent *descent) {
    enum { DIGITS_MAX = 9 };
    uint32_t index = 0;
    bool number = descent->step_size > 0 && descent->step_size <= DIGITS_MAX;
    for (size_t i = 0; number && i < descent->step_size; i++) {
        char byte = descent->step[i];
        number = byte >= '0' && byte <= '9';
        index = index * 10 + (uint32_t)(byte - '0');
    }
    if (!number || index >= descent->node->size) {
        char excerpt[EXCERPT_SIZE];
        refuse_path(descent,
                    "%s is no item of the list; allowed: a number from 0, of %" PRIu32 " items",
                    excerpt_write(descent->step, descent->step_size, excerpt), descent->node->size);
        return NULL;
    }
    struct yaml_node *child = descent->node->first;
    for (uint32_t i = 0; i < index; i++) {
        child = child->next;
    }
    descent->key = descent->items ? descent->key : KEY_NONE;
    descent->items = false;
    return child;
}

/** Makes the child the collection to go on from; what stands for nothing becomes an empty mapping.
 */
static bool enter(struct descent *descent, struct yaml_node *child) {
    if (yaml_is_null(child) && !descent->items && descent->key != KEY_NONE) {
        struct yaml_node *mapping = make_node(descent, YAML_MAPPING);
        replace(child, mapping);
        child = mapping;
    }
    if (yaml_is_null(child) && descent->key == KEY_NONE) {
        char excerpt[EXCERPT_SIZE];
        return refuse_path(descent, "%s holds a single value; there is nothing below it to set",
                           excerpt_write(descent->step, descent->step_size, excerpt));
    }
    if (child->kind == YAML_SCALAR) {
        char found[FOUND_SIZE];
        return refuse_path(descent,
                           "the path goes on below %s, which is a single value; set it as a whole",
                           reader_found(child, found));
    }
    yaml_unshare(descent->reader->scratch, child);
    descent->node = child;
    return true;
}

static bool set_value(struct descent *descent, const char *path, struct yaml_node *value) {
    const char *rest = path;
    while (true) {
        size_t size = strcspn(rest, ".");
        descent->step = rest;
        descent->step_size = size;
        descent->last = rest[size] == '\0';
        struct yaml_node *child = descent->node->kind == YAML_SEQUENCE ? step_into_list(descent)
                                                                       : step_into_mapping(descent);
        if (child == NULL) {
            return false;
        }
        if (descent->last) {
            replace(child, value);
            return true;
        }
        if (!enter(descent, child)) {
            return false;
        }
        rest += size + 1;
    }
}

static bool apply(struct scenario_reader *reader, struct yaml_node *root, uint32_t number) {
    const struct scenario_override *override = &reader->source->overrides[number - 1];
    struct descent descent = {.reader = reader, .override = number, .node = root, .key = KEY_ROOT};
    size_t size = strlen(override->value);
    char *text = arena_take(reader->scratch, MEMORY_TABLES, size + 1);
    memcpy(text, override->value, size);
    struct yaml_input input = {
        .text = text, .size = size, .override = number, .may_be_empty = true};
    struct failure failure;
    struct yaml_node *value = yaml_read(reader->scratch, &input, &failure);
    if (value == NULL) {
        return refuse_path(&descent, "%s", failure.message);
    }
    return set_value(&descent, override->path, value);
}

bool scenario_override(struct scenario_reader *reader, struct yaml_node *root) {
    bool whole = true;
    for (uint32_t i = 0; i < reader->source->override_count; i++) {
        whole = apply(reader, root, i + 1) && whole;
    }
    return whole;
}
