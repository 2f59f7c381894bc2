#include "tests/vectors/vector_json.h"

#include <stdio.h>

void line_place(struct vector_line *line) {
    line->malformed = true;
    snprintf(line->failure.file, sizeof line->failure.file, "%s", line->file);
    line->failure.line = line->number;
}

json_t *line_parse(struct vector_line *line, const char *text, size_t size) {
    json_error_t error;
    json_t *parsed = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (parsed == NULL) {
        line_malformed(line, "no JSON: %s", error.text);
        line->failure.column = error.column > 0 ? (uint32_t)error.column : 0;
        return NULL;
    }
    if (!json_is_object(parsed)) {
        line_malformed(line, "a line must hold one JSON object");
        json_decref(parsed);
        return NULL;
    }
    return parsed;
}

json_t *line_array(struct vector_line *line, const json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);
    if (!json_is_array(value)) {
        line_malformed(line, "'%s' must be an array", name);
        return NULL;
    }
    return value;
}

json_t *line_object(struct vector_line *line, const json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);
    if (!json_is_object(value)) {
        line_malformed(line, "'%s' must be an object", name);
        return NULL;
    }
    return value;
}

const char *line_text(struct vector_line *line, const json_t *object, const char *name) {
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        line_malformed(line, "'%s' must be a text", name);
        return "";
    }
    return json_string_value(value);
}

int64_t line_integer(struct vector_line *line, const json_t *object, const char *name,
                     int64_t greatest) {
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > greatest) {
        line_malformed(line, "'%s' must be a number from 0 to %lld", name, (long long)greatest);
        return 0;
    }
    return json_integer_value(value);
}

bool line_bool(struct vector_line *line, const json_t *object, const char *name) {
    const json_t *value = json_object_get(object, name);
    if (!json_is_boolean(value)) {
        line_malformed(line, "'%s' must be true or false", name);
        return false;
    }
    return json_is_true(value);
}

bool line_bool_or(struct vector_line *line, const json_t *object, const char *name, bool absent) {
    return json_object_get(object, name) == NULL ? absent : line_bool(line, object, name);
}

const char *line_item_text(struct vector_line *line, const json_t *array, size_t index) {
    const json_t *value = json_array_get(array, index);
    if (!json_is_string(value)) {
        line_malformed(line, "item %zu of a list must be a text", index);
        return "";
    }
    return json_string_value(value);
}
