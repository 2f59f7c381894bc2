/**
 * Where a trace comes from: the result folder of a run, a trace file of ours, or TraceEvents of
 * routers of go-libp2p-pubsub, one file or a folder of one for each node.
 *
 * TraceEvents are first made into a trace file of ours, in a place for a while, or where the caller
 * wants it.
 */
#ifndef GOSSIM_CLI_TRACE_SOURCE_H
#define GOSSIM_CLI_TRACE_SOURCE_H

#include "analysis/event_import.h"

#include <stdbool.h>

struct trace_source {
    char *path;       // of the trace file of ours
    bool is_imported; // it was made of TraceEvents
    bool is_passing;  // and is removed in the end
    struct event_import import;
};

/** Whether what is at a path are TraceEvents. Fails for what is neither these nor ours. */
FAILURE_WARN_UNUSED bool trace_source_look(const char *path, bool *are_events,
                                           struct failure *failure);

/** What a network is called: the last part of its path, in letters that YAML takes as they are. */
const char *trace_source_name(struct arena *arena, const char *path);

/** Makes a trace of the TraceEvents at a path, at `out`. */
FAILURE_WARN_UNUSED bool trace_source_import(struct trace_source *source, struct arena *arena,
                                             const char *path, const char *out,
                                             struct failure *failure);

/** Finds the trace at a path, whatever it is. */
FAILURE_WARN_UNUSED bool trace_source_open(struct trace_source *source, struct arena *arena,
                                           const char *path, struct failure *failure);

/** Says on standard error what was read, and what it does not tell. */
void trace_source_tell(const struct trace_source *source, const char *path);

/** Removes what was made for a while. */
void trace_source_close(struct trace_source *source);

#endif
