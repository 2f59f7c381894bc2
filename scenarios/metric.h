/**
 * The figures of a run's summary, in its order: what its JSON shows and an expectation can name,
 * under the paths of DESIGN.md §5 without `_ns` and `_bytes`.
 *
 * A counter of struct run_counts becomes one by a constant here and a row in metric.c.
 */
#ifndef GOSSIM_SCENARIOS_METRIC_H
#define GOSSIM_SCENARIOS_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metric_unit { METRIC_COUNT_UNIT, METRIC_MEAN, METRIC_RATIO, METRIC_DURATION, METRIC_BYTES };

/** What a figure can be about; more than a part it cannot. */
enum metric_scoping {
    METRIC_BY_WINDOW,   // all nodes and topics, in a window of time: any counter
    METRIC_BY_NODES,    // also a group or a region
    METRIC_BY_ANYTHING, // also a topic
    METRIC_BY_NOTHING,  // the whole run
};

enum metric {
    METRIC_NODES,
    METRIC_LINKS,
    METRIC_EVENTS,
    METRIC_PUBLISHED,
    METRIC_PUBLISH_SKIPPED,
    METRIC_EXPECTED_DELIVERIES,
    METRIC_DELIVERIES,
    METRIC_DELIVERIES_UNEXPECTED,
    METRIC_DELIVERY_RATIO,
    METRIC_DUPLICATES,
    METRIC_DUPLICATES_PER_DELIVERY,
    METRIC_LATENCY_MIN,
    METRIC_LATENCY_MEAN,
    METRIC_LATENCY_P50,
    METRIC_LATENCY_P90,
    METRIC_LATENCY_P95,
    METRIC_LATENCY_P99,
    METRIC_LATENCY_MAX,
    METRIC_HOPS_MEAN,
    METRIC_HOPS_MAX,
    METRIC_MESH_DEGREE_MIN,
    METRIC_MESH_DEGREE_MEAN,
    METRIC_MESH_DEGREE_MAX,
    METRIC_RPCS_SENT_TOTAL,
    METRIC_RPCS_SENT_WITH_MESSAGES,
    METRIC_RPCS_SENT_IHAVE,
    METRIC_RPCS_SENT_IWANT,
    METRIC_RPCS_SENT_GRAFT,
    METRIC_RPCS_SENT_PRUNE,
    METRIC_RPCS_SENT_SUBSCRIPTIONS,
    METRIC_PACKETS_LOST,
    METRIC_BYTES_SENT_TOTAL,
    METRIC_BYTES_SENT_PAYLOAD,
    METRIC_BYTES_SENT_CONTROL,
    METRIC_RPCS_SUPPRESSED,
    METRIC_RPCS_SKIPPED,
    METRIC_LINKS_ABORTED,
    METRIC_ONE_SIDED_MESH_LINKS,
    METRIC_PACKETS_DROPPED_TOTAL,
    METRIC_PACKETS_DROPPED_BURST_LOSS,
    METRIC_PACKETS_DROPPED_GIVEN_UP,
    METRIC_PACKETS_DROPPED_UPLINK_FULL,
    METRIC_PACKETS_DROPPED_DOWNLINK_FULL,
    METRIC_RETRANSMISSIONS,
    METRIC_PACKETS_DROPPED_NODE_DOWN,
    METRIC_PACKETS_DROPPED_PARTITION,
    METRIC_PACKETS_DROPPED_CLOGGED,
    METRIC_FAULTS_CRASHES,
    METRIC_FAULTS_RESTARTS,
    METRIC_FAULTS_PAUSES,
    METRIC_PACKETS_DROPPED_DEGRADED,
    METRIC_PACKETS_DROPPED_FLAPPING,
    METRIC_TIME_TO_HEAL,
    METRIC_COUNT
};

/** The path of a metric, such as `latency.p99`. */
const char *metric_path(enum metric metric);

enum metric_unit metric_unit_of(enum metric metric);

enum metric_scoping metric_scoping_of(enum metric metric);

struct run_counts;

/** Sets those counters that only a window of time can narrow to what they grew by. */
void metric_set_growth(struct run_counts *counts, const struct run_counts *before,
                       const struct run_counts *after);

/** The value of a figure that is a counter; false if it is another. */
bool metric_counter(enum metric metric, const struct run_counts *counts, uint64_t *value);

/** The metric of a path, or METRIC_COUNT. */
enum metric metric_find(const char *path, size_t size);

/** The metric whose path is nearest to an unknown one, for a message. */
enum metric metric_nearest(const char *path, size_t size);

#endif
