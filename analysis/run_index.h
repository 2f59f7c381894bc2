/**
 * Arranges the publications and deliveries of a trace for struct run_data: joins each delivery to
 * its message, groups and sorts. Used by run_data_read() alone.
 */
#ifndef GOSSIM_ANALYSIS_RUN_INDEX_H
#define GOSSIM_ANALYSIS_RUN_INDEX_H

#include "analysis/run_data.h"
#include "base/arena.h"
#include "base/failure.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

/** What the file gave: records of kind PUBLISH and DELIVER in their order, and the message table,
 * if any. */
struct run_records {
    const struct trace_record *records;
    uint32_t record_count;
    const struct trace_message *messages;
    uint32_t message_count;
};

/**
 * Fills the messages, deliveries and latencies of `run`, whose nodes and topics stand already.
 * Refuses records that name what does not exist, deliveries of what was not published, and time
 * that goes back.
 */
FAILURE_WARN_UNUSED bool run_index_build(struct run_data *run, struct arena *arena,
                                         const struct run_records *records,
                                         struct failure *failure);

#endif
