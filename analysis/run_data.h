/**
 * A whole trace in memory, arranged for tables and figures.
 *
 * run_data_read() goes through the file once, keeps the publications and deliveries among its
 * records, and groups the deliveries by message: first those of expected receivers in the order of
 * their times, then the others. Latencies are kept beside them three times, because each is asked
 * for in order: by message, by node, and of the whole run.
 *
 *     deliveries       | message 0: expected … unexpected | message 1: expected … | …
 *     latencies_ns     | the same order                   |                       |
 *
 * A trace that was cut short has lost the sections at its end: there are then no samples, traffic
 * and summary, messages are known from their publications alone, and `truncated` is set.
 *
 * Limits: RUN_DATA_MESSAGES_MAX messages, RUN_DATA_HOPS_MAX hops; the memory of the arena.
 * Cost:   linear in the file; about 60 bytes per delivery.
 */
#ifndef GOSSIM_ANALYSIS_RUN_DATA_H
#define GOSSIM_ANALYSIS_RUN_DATA_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stdint.h>

enum { RUN_DATA_MESSAGES_MAX = 1 << 26, RUN_DATA_HOPS_MAX = 1 << 20 };
#define RUN_DATA_UNKNOWN UINT32_MAX

struct run_delivery {
    int64_t delivered_ns;
    uint32_t message;
    uint32_t node;
    uint32_t sender; // TRACE_NONE if nobody sent it
    uint32_t hops;   // 0 … RUN_DATA_HOPS_MAX
    bool expected;
    bool requested; // the copy answered an IWANT
};

struct run_message {
    bool published;       // false: skipped, left out, or the trace ends before it
    bool left_out;        // it is not measured; its numbers say nothing
    int64_t published_ns; // planned time if not published
    uint32_t origin;      // the publisher, or TRACE_NONE
    uint32_t topic;
    uint32_t size_bytes;     // of the data field
    uint32_t expected;       // receivers
    uint32_t duplicates;     // or RUN_DATA_UNKNOWN
    uint32_t deliveries;     // by expected receivers
    uint32_t unexpected;     // deliveries by others
    uint64_t delivery_first; // index into deliveries and latencies_ns
    uint64_t seqno;          // its sequence number; 0 if not known
};

struct run_names {
    const char **items; // [count]
    uint32_t count;
};

struct run_data {
    enum trace_level level;
    bool truncated;
    bool has_summary;
    const char *scenario;      // canonical YAML, "" if the trace has none
    int64_t measured_from_ns;  // what happened outside is left out of all that follows but nodes
    int64_t measured_until_ns; // and links; see analysis/measure.h
    struct run_names topics;
    struct run_names regions;
    const struct trace_node *nodes;
    uint32_t node_count;
    const struct trace_link *links; // none above TRACE_LINKS_MAX
    uint32_t link_count;
    struct run_message *messages;
    uint32_t message_count;
    uint32_t published_count;
    struct run_delivery *deliveries;
    int64_t *latencies_ns; // of each delivery; ascending within a message's expected ones
    uint64_t delivery_count;
    int64_t *latencies_sorted_ns; // of all expected deliveries, ascending
    uint64_t expected_delivery_count;
    int64_t *node_latencies_ns;   // of expected deliveries, node after node, ascending within each
    uint64_t *node_latency_first; // [node_count + 1], into node_latencies_ns
    const struct trace_sample *samples;
    uint32_t sample_count;
    uint32_t *topic_samples;      // indices of samples with nodes, topic after topic, in time order
    uint32_t *topic_sample_first; // [topics.count + 1], into topic_samples
    struct trace_traffic *traffic;
    uint32_t traffic_count;
    struct trace_summary summary; // zero unless has_summary
};

/**
 * Reads the trace at `path` into memory of `arena`.
 *
 * Errors: what cannot be opened, is not a trace, or contradicts itself is bad input; the failure
 * names the file. A file cut short is not an error.
 */
FAILURE_WARN_UNUSED bool run_data_read(struct run_data *run, struct arena *arena, const char *path,
                                       struct failure *failure);

/** Expected receivers over all published messages. */
uint64_t run_data_expected(const struct run_data *run);

/**
 * The last sample of a topic at or before an instant, or else its first one; NULL if the topic has
 * no sample with nodes.
 *
 * Cost: logarithmic in the topic's samples.
 */
const struct trace_sample *run_data_sample_at(const struct run_data *run, uint32_t topic,
                                              int64_t at_ns);

#endif
