/**
 * Takes the publications and deliveries of a trace for struct run_data as they pass: joins each
 * delivery to its message, counts, and hands it on to be sorted. Used by run_data_read() alone.
 *
 * What the deliveries say together is known when they have all passed: analysis/run_facts.h.
 */
#ifndef GOSSIM_ANALYSIS_RUN_INDEX_H
#define GOSSIM_ANALYSIS_RUN_INDEX_H

#include "analysis/hop_table.h"
#include "analysis/run_data.h"
#include "analysis/spill_sort.h"
#include "base/arena.h"
#include "base/failure.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A delivery among those sorted by message. */
struct delivery_by_message {
    uint64_t key; // message, and a bit that is set for unexpected ones
    int64_t delivered_ns;
    uint32_t node;
    uint32_t sender;
    uint32_t hops;
    uint32_t requested; // 0 or 1
};

/** A delivery by an expected receiver among those sorted by latency. */
struct delivery_by_latency {
    uint64_t latency_ns;
    uint32_t node;
    uint32_t topic;
};

struct run_index {
    struct run_data *run;
    struct arena *arena;
    struct pool pool;
    uint32_t message_capacity;
    int64_t last_ns;
    uint64_t *node_deliveries; // [node_count], by expected receivers
    struct hop_table hops;
    struct spill_sort *by_message;
    struct spill_sort *by_latency;
};

/** How much memory, and where files go. */
struct run_index_options {
    const char *folder; // must stay
    uint32_t sorted_max;
};

/** Begins when nodes, topics and scenario of `run` stand. */
void run_index_begin(struct run_index *index, struct run_data *run, struct arena *arena,
                     const struct run_index_options *options);

/**
 * Takes records of any kind, in the order of the file. Refuses those that name what does not exist,
 * deliveries of what was not published, and time that goes back.
 */
FAILURE_WARN_UNUSED bool run_index_add(struct run_index *index, const struct trace_record *records,
                                       size_t count, struct failure *failure);

/** Ends with the message table, if any: then messages and counts stand. */
FAILURE_WARN_UNUSED bool run_index_end(struct run_index *index,
                                       const struct trace_message *messages, uint32_t count,
                                       struct failure *failure);

#endif
