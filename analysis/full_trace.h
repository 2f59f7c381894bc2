/**
 * All that a trace of level `full` holds, in memory: for questions that need more than publications
 * and deliveries, which are what run_data.h keeps.
 *
 * Records stand in the order in which they were made. Those that tell of copies of one message are
 * found through an index, in the same order; links are found from their two ends.
 *
 * Cost: 32 bytes a record, 4 more if it tells of a message; a link takes 24 bytes.
 */
#ifndef GOSSIM_ANALYSIS_FULL_TRACE_H
#define GOSSIM_ANALYSIS_FULL_TRACE_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stdint.h>

#define FULL_TRACE_NONE UINT32_MAX

struct full_trace {
    const struct trace_record *records;
    uint32_t record_count;
    const struct trace_node *nodes;
    uint32_t node_count;
    const struct trace_link *links;
    uint32_t link_count;
    const struct trace_message *messages;
    uint32_t message_count;
    const struct trace_sample *samples;
    uint32_t sample_count;
    uint32_t topic_count;
    struct trace_summary summary;

    uint32_t *of_message;       // numbers of records, message after message
    uint32_t *of_message_first; // [message_count + 1], into of_message

    uint32_t *peers;      // [2 × link_count] neighbours, node after node, ascending within each
    uint32_t *peer_links; // [2 × link_count] the link to each
    uint32_t *peer_first; // [node_count + 1], into peers
};

/**
 * Reads the trace at `path` into memory of `arena`.
 *
 * Errors: what cannot be opened, is no trace, is cut short or names what does not exist.
 */
FAILURE_WARN_UNUSED bool full_trace_read(struct full_trace *trace, struct arena *arena,
                                         const char *path, struct failure *failure);

/** Makes the indices of a trace whose tables stand; full_trace_read() does it itself. */
FAILURE_WARN_UNUSED bool full_trace_index(struct full_trace *trace, struct arena *arena,
                                          struct failure *failure);

/** The number of the link between two nodes, or FULL_TRACE_NONE. Logarithmic in the degree. */
uint32_t full_trace_link(const struct full_trace *trace, uint32_t a, uint32_t b);

/** True if the record tells of a copy of a message: published, sent, lost or dropped, or come to a
 * node. */
bool full_trace_is_copy(const struct trace_record *record);

#endif
