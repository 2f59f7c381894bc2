/**
 * Reads a trace file. Nothing in the file is trusted: sizes, kinds and indices are checked, and a
 * failure names the file.
 *
 * trace_reader_next() steps from section to section; a section's rows are then read whole, in host
 * byte order. Packed records are unpacked: the reader gives RECORDS, whichever form they have in
 * the file. A file cut short gives its complete sections up to the cut, then
 * TRACE_READER_TRUNCATED.
 */
#ifndef GOSSIM_TRACE_READER_H
#define GOSSIM_TRACE_READER_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stddef.h>

struct trace_reader;

struct trace_reader *trace_reader_open(struct arena *arena, const char *path,
                                       struct failure *failure);

enum trace_level trace_reader_level(const struct trace_reader *reader);

/**
 * Gives, from now on, only those records that a trace of level `deliveries` holds too
 * (trace_kind_is_delivery()); what the others say is not looked at.
 */
void trace_reader_leave_out_others(struct trace_reader *reader);

enum trace_reader_step {
    TRACE_READER_SECTION,
    TRACE_READER_END,
    TRACE_READER_TRUNCATED,
    TRACE_READER_FAILED
};

/** The next section, valid until the next call; there is a NUL after a text. TRUNCATED when the
 * file ends without END; FAILED fills `failure`. */
enum trace_reader_step trace_reader_next(struct trace_reader *reader,
                                         struct trace_section_view *view, struct failure *failure);

void trace_reader_close(struct trace_reader *reader);

#endif
