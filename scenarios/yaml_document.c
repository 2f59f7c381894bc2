#include "scenarios/yaml_document.h"

#include "base/check.h"
#include "scenarios/excerpt.h"

#include <stdio.h>
#include <string.h>

bool yaml_is_text(const struct yaml_node *node, const char *text) {
    return node->kind == YAML_SCALAR && node->size == strlen(text) &&
           memcmp(node->text, text, node->size) == 0;
}

bool yaml_is_null(const struct yaml_node *node) {
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != YAML_SCALAR || !node->plain) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (yaml_is_text(node, words[i])) {
            return true;
        }
    }
    return false;
}

/** What stands for a node in a path: its key, or its number among its siblings. */
static void write_step(const struct yaml_node *node, char *out) {
    const struct yaml_node *key = NULL;
    size_t index = 0;
    bool mapping = node->parent->kind == YAML_MAPPING;
    for (const struct yaml_node *child = node->parent->first; child != node; child = child->next) {
        CHECK(child != NULL);
        key = child;
        index++;
    }
    if (!mapping) {
        snprintf(out, EXCERPT_SIZE, "%zu", index);
        return;
    }
    key = index % 2 == 0 ? node : key;
    if (key->kind == YAML_SCALAR) {
        excerpt_write_bare(key->text, key->size, out);
    } else {
        snprintf(out, EXCERPT_SIZE, "(key)");
    }
}

const char *yaml_path(const struct yaml_node *node, char *out) {
    // Written from its end towards its beginning, as the tree is only linked upwards.
    size_t start = YAML_PATH_SIZE - 1;
    out[start] = '\0';
    for (; node->parent != NULL; node = node->parent) {
        char step[EXCERPT_SIZE];
        write_step(node, step);
        bool last = out[start] == '\0';
        size_t size = strlen(step) + (last ? 0 : 1);
        if (size > start) {
            break;
        }
        start -= size;
        memcpy(out + start, step, strlen(step));
        if (!last) {
            out[start + size - 1] = '.';
        }
    }
    memmove(out, out + start, YAML_PATH_SIZE - start);
    return out;
}

void yaml_append(struct yaml_node *collection, struct yaml_node *node) {
    struct yaml_node **link = &collection->first;
    uint32_t count = 0;
    while (*link != NULL) {
        link = &(*link)->next;
        count++;
    }
    *link = node;
    node->parent = collection;
    node->next = NULL;
    collection->size = collection->kind == YAML_MAPPING ? (count + 2) / 2 : count + 1;
}

void yaml_unshare(struct arena *arena, struct yaml_node *collection) {
    if (!collection->shared) {
        return;
    }
    collection->shared = false;
    struct yaml_node **link = &collection->first;
    for (const struct yaml_node *child = collection->first; child != NULL; child = child->next) {
        struct yaml_node *copy = arena_take(arena, MEMORY_TABLES, sizeof *copy);
        *copy = *child;
        copy->parent = collection;
        copy->shared = copy->kind != YAML_SCALAR;
        *link = copy;
        link = &copy->next;
    }
}
