/**
 * The records of a trace file one by one, each with what the records before it say of it.
 *
 * What stands before the records in a file is read at once and is the scene: topics, nodes, links,
 * the scenario. Then each step gives a record, the topic that it is about (its own, or that of its
 * message, as far as the file has told), and the size of its node's mesh in that topic after it.
 * Meshes are followed only in a trace of level `full`, and while there are at most
 * RECORD_STREAM_MESHES_MAX pairs of node and topic; otherwise only records that change a mesh know
 * its size.
 *
 * Memory: a section of the file, 2 bytes for each message, 4 for each node and topic. Nothing is
 * kept of the records.
 */
#ifndef GOSSIM_ANALYSIS_RECORD_STREAM_H
#define GOSSIM_ANALYSIS_RECORD_STREAM_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/reader.h"

#include <stdint.h>

enum { RECORD_STREAM_MESHES_MAX = 1 << 26 };
#define RECORD_MESH_UNKNOWN UINT32_MAX

/** What the file says before its records. */
struct record_scene {
    enum trace_level level;
    const char *scenario; // canonical YAML; "" if there is none
    size_t scenario_bytes;
    const char *const *topics; // [topic_count]
    uint32_t topic_count;
    const char *const *regions; // [region_count]
    uint32_t region_count;
    const struct trace_node *nodes; // [node_count]
    uint32_t node_count;
    const struct trace_link *links; // [link_count]
    uint32_t link_count;
};

/** What it says after them; nothing if it was cut short. */
struct record_outcome {
    const struct trace_message *messages; // [message_count]
    uint32_t message_count;
    const struct trace_summary *summary; // NULL: there is none
};

struct record_view {
    struct trace_record record;
    const char *topic;  // NULL: none is known
    uint32_t mesh_size; // or RECORD_MESH_UNKNOWN
};

struct record_stream;

/** Opens a trace file and reads its scene. NULL for what is no trace. */
struct record_stream *record_stream_open(struct arena *arena, const char *path,
                                         struct failure *failure);

const struct record_scene *record_stream_scene(const struct record_stream *stream);

/** The next record: TRACE_READER_SECTION stands for one. */
enum trace_reader_step record_stream_next(struct record_stream *stream, struct record_view *view,
                                          struct failure *failure);

/** What followed the records: whole once they have come to an end. */
const struct record_outcome *record_stream_outcome(const struct record_stream *stream);

/** How many records came, and when the last of them happened. */
uint64_t record_stream_count(const struct record_stream *stream);
int64_t record_stream_last_ns(const struct record_stream *stream);

/** Accepts NULL. */
void record_stream_close(struct record_stream *stream);

#endif
