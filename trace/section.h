/**
 * What writer and reader both know about the sections of a trace file (trace/file.h): the layout of
 * their rows on disk and how large they may be. Other folders have no use for it.
 *
 * Rows are structs without padding whose integers are little-endian on disk. A layout names the
 * width of each field in order, so one loop turns the rows of every section. The largest sizes
 * bound what a reader takes for a file it does not trust; the writer holds to them too.
 */
#ifndef GOSSIM_TRACE_SECTION_H
#define GOSSIM_TRACE_SECTION_H

#include "trace/file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECTION_HEADER_BYTES = 16 };

struct section_layout {
    const char *name;   // for messages
    const char *fields; // one digit per field: its width in bytes; "1" for text, "" for END
    size_t row_bytes;   // the sum of the widths, ≥ 1 but for END
    uint64_t bytes_max; // of one section
    bool once;          // at most one such section in a file
};

/** The layout of a kind as read from a file; NULL if there is no such kind. */
const struct section_layout *section_layout(uint32_t kind);

/** Reverses the bytes of every field of `count` rows. Its own inverse. */
void section_swap_rows(const struct section_layout *layout, void *rows, size_t count);

/**
 * Turns rows from the host's byte order to little-endian, or back: nothing to do on little-endian
 * machines.
 */
void section_turn_rows(const struct section_layout *layout, void *rows, size_t count);

struct section_header {
    uint32_t kind;
    uint32_t reserved; // 0
    uint64_t bytes;
};

void section_header_write(struct section_header header, unsigned char out[SECTION_HEADER_BYTES]);

struct section_header section_header_read(const unsigned char bytes[SECTION_HEADER_BYTES]);

#endif
