/**
 * What tables and figures want to know of a trace.
 *
 * run_data_read() goes through the file once and takes what it says of publications and deliveries.
 * Of a long run there are more deliveries than memory holds: they are counted as they pass, and
 * sorted by message and by latency in files where they are many (analysis/spill_sort.h). What is
 * asked of all of them at once, percentiles and curves, is picked out of the sorted ones; the
 * single ones are walked through in the order of their messages, first those of expected receivers
 * in the order of their times, then the others.
 *
 * A trace that was cut short has lost the sections at its end: there are then no samples, traffic
 * and summary, messages are known from their publications alone, and `truncated` is set.
 *
 * Limits: RUN_DATA_MESSAGES_MAX messages, RUN_DATA_HOPS_MAX hops.
 * Memory: about 140 bytes a message, 220 a node, 24 a link, 64 a topic and sample; besides, what
 *         sorting takes, about 75 MB at most; nothing that grows with records or deliveries.
 * Files:  32 bytes a delivery, from a million deliveries on.
 * Cost:   linear in the file.
 */
#ifndef GOSSIM_ANALYSIS_RUN_DATA_H
#define GOSSIM_ANALYSIS_RUN_DATA_H

#include "analysis/statistics.h"
#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    RUN_DATA_MESSAGES_MAX = 1 << 26,
    RUN_DATA_HOPS_MAX = 1 << 20,
    RUN_DATA_SORTED_MAX = 1 << 20, // deliveries sorted in memory
};
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
    bool recorded;        // its publication has passed
    int64_t published_ns; // planned time if not published
    uint32_t origin;      // the publisher, or TRACE_NONE
    uint32_t topic;
    uint32_t size_bytes; // of the data field
    uint32_t expected;   // receivers
    uint32_t duplicates; // or RUN_DATA_UNKNOWN
    uint32_t deliveries; // by expected receivers
    uint32_t unexpected; // deliveries by others
    uint32_t hops_max;   // of deliveries by expected receivers
    uint64_t seqno;      // its sequence number; 0 if not known
};

struct run_names {
    const char **items; // [count]
    uint32_t count;
};

/** Deliveries to expected receivers of one topic at one distance. */
struct hop_count {
    uint32_t topic;
    uint32_t hops;
    uint64_t pushed;    // copies that came eagerly
    uint64_t requested; // copies that answered an IWANT
};

/** Rows by topic, then hops, both ascending; distances without deliveries are left out. */
struct hop_counts {
    struct hop_count *rows; // [count]
    uint64_t count;
};

/** The latencies of some deliveries by expected receivers, at the ranks of analysis/cdf.h. */
struct run_curve {
    uint64_t count;     // deliveries
    uint64_t expected;  // receivers
    uint64_t points;    // of the curve
    int64_t *values_ns; // [points], ascending
};

/** The deliveries of one message, and who else gets messages of its topic. */
struct run_spread {
    uint32_t message;                // propagation_choose_message(), or TRACE_NONE
    struct run_delivery *deliveries; // [count], expected ones first
    uint64_t count;
    uint64_t *subscribers; // bits: nodes that were expected to get one of the topic, and did
};

struct spill_sort;

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
    uint64_t delivery_count;
    uint64_t expected_delivery_count;
    struct statistics latency;            // of all deliveries by expected receivers
    struct statistics *message_latencies; // [message_count]
    struct statistics *node_latencies;    // [node_count]
    struct run_curve curve;               // of all messages
    struct run_curve *line_curves;        // one for each of cdf_choose_messages()
    struct run_curve *topic_curves;       // one for each place of topic_colours_place()
    struct hop_counts hops;
    struct run_spread spread;
    struct spill_sort *deliveries; // by message
    const struct trace_sample *samples;
    uint32_t sample_count;
    uint32_t *topic_samples;      // indices of samples with nodes, topic after topic, in time order
    uint32_t *topic_sample_first; // [topics.count + 1], into topic_samples
    struct trace_traffic *traffic;
    uint32_t traffic_count;
    struct trace_summary summary; // zero unless has_summary
};

struct run_loading;

/** A trace whose sections come one after the other. */
struct run_data_source {
    const char *path; // where it lies, or will: for files beside it, and what failures name; stays
    enum trace_level level;
    uint32_t sorted_max; // ≥ 1 deliveries sorted in memory, RUN_DATA_SORTED_MAX or less
};

/**
 * The same as run_data_read() for who has the sections already, as they go into the trace: each is
 * taken in its order, as the reader or a listener of the writer gives it. The end reports the first
 * failure, as reading would.
 */
struct run_loading *run_data_begin(struct run_data *run, struct arena *arena,
                                   const struct run_data_source *source);
void run_data_take(struct run_loading *loading, const struct trace_section_view *view);
FAILURE_WARN_UNUSED bool run_data_end(struct run_loading *loading, struct failure *failure);

/**
 * Reads the trace at `path`; memory comes from `arena`, files lie in the trace's folder.
 *
 * Errors: what cannot be opened, is not a trace, or contradicts itself is bad input; the failure
 * names the file. A file cut short is not an error.
 */
FAILURE_WARN_UNUSED bool run_data_read(struct run_data *run, struct arena *arena, const char *path,
                                       struct failure *failure);

/** As run_data_read(), with at most `sorted_max` ≥ 1 deliveries sorted in memory. */
FAILURE_WARN_UNUSED bool run_data_read_within(struct run_data *run, struct arena *arena,
                                              const char *path, uint32_t sorted_max,
                                              struct failure *failure);

/** Closes the files; numbers stay. Also after run_data_read() has failed. */
void run_data_close(struct run_data *run);

/** Goes (back) to the first delivery. */
void run_data_rewind(const struct run_data *run);

/** The next delivery; false behind the last one, or when it cannot be read. */
bool run_data_next(const struct run_data *run, struct run_delivery *delivery);

/** The same for up to `most` of them: their number, or 0. Takes a quarter of the time. */
uint32_t run_data_some(const struct run_data *run, struct run_delivery *deliveries, uint32_t most);

/** False, and the failure, if deliveries could not be read. */
FAILURE_WARN_UNUSED bool run_data_ok(const struct run_data *run, struct failure *failure);

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
