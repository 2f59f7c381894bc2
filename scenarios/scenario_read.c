#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "scenarios/excerpt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** Where a failure stands: the file, or the option that brought the value. */
struct origin {
    char name[FAILURE_FILE_SIZE];
    uint32_t line;
    uint32_t column;
    const char *path; // "" if the option says it already
};

static void find_origin(const struct scenario_reader *reader, const struct yaml_node *node,
                        const char *path, struct origin *origin) {
    *origin = (struct origin){.line = node->line, .column = node->column, .path = path};
    if (node->override == 0) {
        snprintf(origin->name, sizeof origin->name, "%s", reader->source->path);
        return;
    }
    CHECK(node->override <= reader->source->override_count);
    const struct scenario_override *override = &reader->source->overrides[node->override - 1];
    if (override->place.file != NULL) {
        snprintf(origin->name, sizeof origin->name, "%s", override->place.file);
        origin->line = override->place.line;
        origin->column = override->place.column;
        origin->path = path[0] == '\0' ? override->path : path;
        return;
    }
    char excerpt[EXCERPT_SIZE];
    excerpt_write_bare(override->path, strlen(override->path), excerpt);
    snprintf(origin->name, sizeof origin->name, "%s%s",
             override->option != NULL ? override->option : "--set ",
             override->option != NULL ? "" : excerpt);
    origin->line = 0;
    origin->column = 0;
    if (strcmp(override->path, path) == 0) {
        origin->path = "";
    }
}

bool reader_refuse(struct scenario_reader *reader, const struct yaml_node *node, const char *format,
                   ...) {
    if (reader_is_full(reader)) {
        reader->failures->omitted++;
        return false;
    }
    char message[FAILURE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    char path[YAML_PATH_SIZE];
    struct origin origin;
    find_origin(reader, node, yaml_path(node, path), &origin);
    failure_list_add(reader->failures, origin.name, origin.line, origin.column, "%s%s%s",
                     origin.path, origin.path[0] == '\0' ? "" : ": ", message);
    return false;
}

struct scenario_place reader_place(struct scenario_reader *reader, const struct yaml_node *node) {
    struct origin origin;
    find_origin(reader, node, "", &origin);
    bool is_first = node->override == 0 && reader->place_file == NULL;
    const char *file = node->override == 0 ? reader->place_file : NULL;
    if (file == NULL) {
        size_t size = strlen(origin.name) + 1;
        file = memcpy(arena_take(reader->arena, MEMORY_TABLES, size), origin.name, size);
    }
    if (is_first) {
        reader->place_file = file;
    }
    return (struct scenario_place){.file = file, .line = origin.line, .column = origin.column};
}

bool reader_is_full(const struct scenario_reader *reader) {
    return reader->failures->count == FAILURE_LIST_CAPACITY;
}

uint32_t reader_failure_count(const struct scenario_reader *reader) {
    return reader->failures->count + reader->failures->omitted;
}

const char *reader_found(const struct yaml_node *node, char *out) {
    if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        char excerpt[EXCERPT_SIZE];
        snprintf(out, FOUND_SIZE, "%s%s", excerpt_write(node->text, node->size, excerpt),
                 node->plain ? "" : " in quotes");
        return out;
    }
    const char *words = "nothing";
    if (node->kind != YAML_SCALAR) {
        words = node->kind == YAML_SEQUENCE ? "a list" : "a mapping";
    }
    snprintf(out, FOUND_SIZE, "%s", words);
    return out;
}

bool reader_refuse_value(struct scenario_reader *reader, const struct yaml_node *node,
                         enum schema_key key) {
    char found[FOUND_SIZE];
    char allowed[SCHEMA_NAMES_SIZE];
    return reader_refuse(reader, node, "found %s; allowed: %s", reader_found(node, found),
                         schema_allowed(key, allowed));
}

bool reader_list(struct scenario_reader *reader, enum schema_key key,
                 const struct yaml_node *node) {
    return node->kind == YAML_SEQUENCE || reader_refuse_value(reader, node, key);
}

const struct yaml_node *reader_default(struct scenario_reader *reader, const char *text) {
    size_t size = strlen(text);
    bool collection = text[0] == '[' || text[0] == '{';
    if (!collection) {
        struct yaml_node *node = arena_take(reader->scratch, MEMORY_TABLES, sizeof *node);
        *node = (struct yaml_node){.text = text, .size = (uint32_t)size, .plain = true};
        return node;
    }
    struct failure failure;
    char *copy = arena_take(reader->scratch, MEMORY_TABLES, size + 1);
    memcpy(copy, text, size);
    struct yaml_input input = {.text = copy, .size = size};
    const struct yaml_node *node = yaml_read(reader->scratch, &input, &failure);
    CHECK(node != NULL);
    return node;
}
