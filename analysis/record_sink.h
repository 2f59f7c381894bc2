/**
 * Something that records are written to, in one of several forms.
 *
 * A sink begins with the scene, takes the records that are wanted in their order, and ends. Errors
 * of the output stick and are reported at the end; a sink that could not begin need not end.
 */
#ifndef GOSSIM_ANALYSIS_RECORD_SINK_H
#define GOSSIM_ANALYSIS_RECORD_SINK_H

#include "analysis/record_stream.h"
#include "trace/event_file.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** How large the meshes of a node may be. */
struct record_bounds {
    uint32_t d_low;
    uint32_t d;
    uint32_t d_high;
};

/** What nodes and messages are called on the wire. */
struct record_ids {
    const struct event_bytes *nodes;    // [node_count]
    const struct event_bytes *messages; // [message_count] without bytes where nobody knows
    uint32_t node_count;
    uint32_t traced; // the first nodes, of which there are events
    uint32_t message_count;
};

struct record_sink_options {
    const struct record_scene *scene;
    const struct record_bounds *bounds; // [scene->node_count]; NULL: nobody knows
    const struct record_ids *ids;       // for TraceEvents
    FILE *out;                          // where it is written, or:
    const char *path;                   // the path of a file that may be replaced
};

struct record_sink;

/** Lines for people and for grep, in columns; README.md says what they are. */
struct record_sink *record_text_open(struct arena *arena, const struct record_sink_options *options,
                                     struct failure *failure);
/** A JSON object a line, with the columns that the record has. */
struct record_sink *record_jsonl_open(struct arena *arena,
                                      const struct record_sink_options *options,
                                      struct failure *failure);
/** All columns, separated by commas, below a line of their names. */
struct record_sink *record_csv_open(struct arena *arena, const struct record_sink_options *options,
                                    struct failure *failure);

/** A database: the tables records, nodes, links, messages and run. Needs a path. */
struct record_sink *record_sqlite_open(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure);
/** TraceEvents of go-libp2p-pubsub, of those records that one stands for. Needs ids. */
struct record_sink *record_events_open(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure);

/** Writes one record. */
void record_sink_take(struct record_sink *sink, const struct record_view *view);

/** Whether the output takes no more, so that there is no use in going on. */
bool record_sink_failed(const struct record_sink *sink);

/** Writes what is left to write; false if some of it could not be written. Closes. */
FAILURE_WARN_UNUSED bool record_sink_end(struct record_sink *sink,
                                         const struct record_outcome *outcome,
                                         struct failure *failure);

/* For the record_*.c files: what a form of sink brings. */

struct record_sink {
    struct arena *arena;
    struct record_sink_options options;
    void (*take)(struct record_sink *sink, const struct record_view *view);
    bool (*end)(struct record_sink *sink, const struct record_outcome *outcome,
                struct failure *failure);
    void *state; // of the form
    int reason; // errno of what could not be written first; 0: nothing has failed, or none was told
};

/** A sink whose form has these two; `end` may be NULL. */
struct record_sink *record_sink_create(struct arena *arena,
                                       const struct record_sink_options *options, void *state);

#endif
