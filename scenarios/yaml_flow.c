#include "scenarios/yaml_flow.h"

#include "base/check.h"
#include "scenarios/yaml_text.h"

#include <string.h>

/** Whether plain text means the same between the brackets of one line. */
static bool stays_plain(const char *bytes, size_t size) {
    static const char inner[] = ",[]{}\"'\\\n\t";
    static const char first[] = "&*!|>%@`#";
    bool plain = size > 0 && memchr(first, bytes[0], sizeof first - 1) == NULL;
    for (size_t i = 0; i < size; i++) {
        bool ends = i + 1 == size || bytes[i + 1] == ' ';
        bool colon = bytes[i] == ':' && ends;
        bool comment = bytes[i] == ' ' && i + 1 < size && bytes[i + 1] == '#';
        bool dash = i == 0 && (bytes[i] == '-' || bytes[i] == '?') && ends;
        plain = plain && memchr(inner, bytes[i], sizeof inner - 1) == NULL && !colon && !comment &&
                !dash;
    }
    return plain;
}

void yaml_flow_quoted(struct text *text, const char *string, size_t size) {
    text_add_string(text, "\"");
    for (size_t i = 0; i < size; i++) {
        if (string[i] == '\n' || string[i] == '\t') {
            text_add_string(text, string[i] == '\n' ? "\\n" : "\\t");
            continue;
        }
        text_add_string(text, string[i] == '"' || string[i] == '\\' ? "\\" : "");
        text_add(text, &string[i], 1);
    }
    text_add_string(text, "\"");
}

static void add_scalar(struct text *text, const struct yaml_node *node) {
    if (yaml_is_null(node)) {
        text_add_string(text, "null");
    } else if (node->plain && stays_plain(node->text, node->size)) {
        text_add(text, node->text, node->size);
    } else {
        yaml_flow_quoted(text, node->text, node->size);
    }
}

/** A place on the way down. */
struct level {
    const struct yaml_node *collection;
    const struct yaml_node *next; // child to write
    uint32_t written;
};

/** Writes what stands before the next child of a collection. */
static void add_separator(struct text *text, const struct level *level) {
    bool value = level->collection->kind == YAML_MAPPING && level->written % 2 == 1;
    text_add_string(text, value ? ": " : level->written > 0 ? ", " : "");
}

/** Closes the collections that are written; the next node, or NULL when all is. */
static const struct yaml_node *step(struct text *text, struct level *levels, uint32_t *depth) {
    while (*depth > 0 && levels[*depth - 1].next == NULL) {
        bool list = levels[--*depth].collection->kind == YAML_SEQUENCE;
        text_add_string(text, list ? "]" : "}");
    }
    if (*depth == 0) {
        return NULL;
    }
    struct level *level = &levels[*depth - 1];
    const struct yaml_node *node = level->next;
    add_separator(text, level);
    level->next = node->next;
    level->written++;
    return node;
}

void yaml_flow(struct text *text, const struct yaml_node *node) {
    enum { LEVELS = YAML_DEPTH_MAX + 1 }; // no text nests deeper
    struct level levels[LEVELS];
    uint32_t depth = 0;
    while (node != NULL) {
        if (node->kind == YAML_SCALAR) {
            add_scalar(text, node);
        } else {
            CHECK(depth < LEVELS);
            text_add_string(text, node->kind == YAML_SEQUENCE ? "[" : "{");
            levels[depth++] = (struct level){.collection = node, .next = node->first};
        }
        node = step(text, levels, &depth);
    }
}
