/**
 * A text that grows at its end, in a given arena; or one that goes on to a stream as it grows, and
 * takes little memory.
 */
#ifndef GOSSIM_SCENARIOS_TEXT_H
#define GOSSIM_SCENARIOS_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text {
    struct pool pool;
    char *bytes; // [size], and a NUL behind it
    uint32_t size;
    uint32_t capacity;
    FILE *stream; // NULL: all of it stays in memory
    bool refused; // by the stream
};

void text_init(struct text *text, struct arena *arena);

/** Puts what has not gone to the stream there; false if it has not taken it all. */
bool text_flush(struct text *text);

void text_add(struct text *text, const char *bytes, size_t size);

/** Adds a NUL-terminated string. */
void text_add_string(struct text *text, const char *string);

/** Adds formatted text of at most 255 bytes. */
__attribute__((format(printf, 2, 3))) void text_add_format(struct text *text, const char *format,
                                                           ...);

#endif
