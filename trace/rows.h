/**
 * Whether the rows of a section make sense beside the sections before it: part of reading a file
 * that is not trusted.
 *
 * Nodes, topics and regions are known by how many of them the file has listed so far; messages are
 * listed after the records that name them, so the largest one named is remembered and looked at
 * then. Cost: one pass over the rows.
 */
#ifndef GOSSIM_TRACE_ROWS_H
#define GOSSIM_TRACE_ROWS_H

#include "base/failure.h"
#include "trace/file.h"

#include <stddef.h>
#include <stdint.h>

/** What the sections read so far have listed. All zero at first. */
struct row_bounds {
    uint64_t nodes;
    uint64_t topics;
    uint64_t regions;
    uint64_t messages_named; // 1 + the largest message of any record
};

/**
 * Looks at `count` rows (bytes, for text) in host byte order and updates the bounds. False and a
 * failure without a file name at the first row that no run can have written.
 */
FAILURE_WARN_UNUSED bool rows_check(struct row_bounds *bounds, enum trace_section section,
                                    const void *rows, size_t count, struct failure *failure);

#endif
