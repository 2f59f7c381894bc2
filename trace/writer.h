/**
 * Writes a trace file (trace/file.h), section by section, to a path that the caller renames when
 * all is well.
 *
 * Records are buffered and written by the section; other sections are given whole, in host byte
 * order: the writer turns them. Errors stick: the first one is kept, later calls do nothing,
 * trace_writer_close() reports it.
 */
#ifndef GOSSIM_TRACE_WRITER_H
#define GOSSIM_TRACE_WRITER_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stddef.h>

struct trace_writer;

/** Somebody who needs what is in the trace when it is whole, and takes it as it goes there. */
struct trace_listener {
    void *context;
    /** The view is valid during the call. */
    void (*on_section)(void *context, const struct trace_section_view *view);
};

/**
 * Opens the file and writes its header; NULL and a failure if it cannot. Memory comes from
 * `arena`.
 */
struct trace_writer *trace_writer_open(struct arena *arena, const char *path,
                                       enum trace_level level, struct failure *failure);

/**
 * Tells somebody of all that is written from now on: what a reader gives of it that leaves out
 * others than deliveries (trace_reader_leave_out_others()), in the same order, records some at a
 * time.
 */
void trace_writer_listen(struct trace_writer *writer, const struct trace_listener *listener);

/** Appends one record to the running RECORDS section. The caller has chosen by level. */
void trace_writer_record(struct trace_writer *writer, const struct trace_record *record);

/** The same for a record that has all but the peer of the last one; takes a fifth of the time. */
void trace_writer_again(struct trace_writer *writer, const struct trace_record *record);

/** Text sections: SCENARIO, TOPICS, REGIONS; the bytes go as they are. */
void trace_writer_text(struct trace_writer *writer, enum trace_section section, const char *bytes,
                       size_t size);

/**
 * Table sections: NODES, LINKS, SAMPLES, TRAFFIC, MESSAGES, SUMMARY; `count` structs of the
 * section's type.
 */
void trace_writer_table(struct trace_writer *writer, enum trace_section section, const void *rows,
                        size_t count);

/** False once something went wrong: the caller can stop, trace_writer_close() says why. */
bool trace_writer_ok(const struct trace_writer *writer);

/**
 * Writes what is buffered and END, and closes the file. False and the first failure if anything
 * went wrong.
 */
FAILURE_WARN_UNUSED bool trace_writer_close(struct trace_writer *writer, struct failure *failure);

/** Closes the file without finishing it. Accepts NULL. */
void trace_writer_abandon(struct trace_writer *writer);

#endif
