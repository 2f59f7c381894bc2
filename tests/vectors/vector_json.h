/**
 * Reading a recording: lines of JSON, whose form is not taken for granted.
 *
 * Each reader of a member notes the first thing that is not of the expected form and returns
 * something harmless, so that a caller may read a whole line and ask once, at the end, whether it
 * was well-formed.
 */
#ifndef GOSSIM_TESTS_VECTORS_VECTOR_JSON_H
#define GOSSIM_TESTS_VECTORS_VECTOR_JSON_H

#include "base/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/** Where a reading stands, and what was wrong first. */
struct vector_line {
    const char *file;
    uint32_t number; // from 1
    bool malformed;
    struct failure failure; // when malformed
};

/** Says where the failure of a malformed line is. */
void line_place(struct vector_line *line);

/** Notes that the line is malformed, as printf() takes it; only the first note stays. */
#define line_malformed(line, ...)                                                                  \
    do {                                                                                           \
        if (!(line)->malformed) {                                                                  \
            failure_bad_input(&(line)->failure, __VA_ARGS__);                                      \
            line_place(line);                                                                      \
        }                                                                                          \
    } while (0)

/** The line as an object; NULL if malformed. The caller gives it back with json_decref(). */
json_t *line_parse(struct vector_line *line, const char *text, size_t size);

/** Members that must be there. */
json_t *line_array(struct vector_line *line, const json_t *object, const char *name);
json_t *line_object(struct vector_line *line, const json_t *object, const char *name);
const char *line_text(struct vector_line *line, const json_t *object, const char *name);
int64_t line_integer(struct vector_line *line, const json_t *object, const char *name,
                     int64_t greatest); // from 0
bool line_bool(struct vector_line *line, const json_t *object, const char *name);

/** A member that may be absent. */
bool line_bool_or(struct vector_line *line, const json_t *object, const char *name, bool absent);

/** An item of an array that must be a text. */
const char *line_item_text(struct vector_line *line, const json_t *array, size_t index);

#endif
