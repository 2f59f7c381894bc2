#include "scenarios/metric.h"

#include "base/check.h"
#include "scenarios/nearest.h"
#include "scenarios/run.h"

#include <string.h>

/** Whether a figure is one of the counters of a run, or made of several. */
enum source { DERIVED, COUNTER };

static const struct {
    const char *path;
    enum metric_unit unit;
    enum source source;
    size_t offset; // of the counter, a uint64_t
    enum metric_scoping scoping;
} metrics[METRIC_COUNT] = {
    [METRIC_NODES] = {"nodes", METRIC_COUNT_UNIT, DERIVED, 0, METRIC_BY_NOTHING},
    [METRIC_LINKS] = {"links", METRIC_COUNT_UNIT, DERIVED, 0, METRIC_BY_NOTHING},
    [METRIC_EVENTS] = {"events", METRIC_COUNT_UNIT, COUNTER, offsetof(struct run_counts, events),
                       METRIC_BY_WINDOW},
    [METRIC_PUBLISHED] = {"published", METRIC_COUNT_UNIT, COUNTER,
                          offsetof(struct run_counts, published), METRIC_BY_ANYTHING},
    [METRIC_PUBLISH_SKIPPED] = {"publish_skipped", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, publish_skipped), METRIC_BY_ANYTHING},
    [METRIC_EXPECTED_DELIVERIES] = {"expected_deliveries", METRIC_COUNT_UNIT, COUNTER,
                                    offsetof(struct run_counts, expected_deliveries),
                                    METRIC_BY_ANYTHING},
    [METRIC_DELIVERIES] = {"deliveries", METRIC_COUNT_UNIT, COUNTER,
                           offsetof(struct run_counts, deliveries), METRIC_BY_ANYTHING},
    [METRIC_DELIVERIES_UNEXPECTED] = {"deliveries_unexpected", METRIC_COUNT_UNIT, COUNTER,
                                      offsetof(struct run_counts, deliveries_unexpected),
                                      METRIC_BY_ANYTHING},
    [METRIC_DELIVERY_RATIO] = {"delivery_ratio", METRIC_RATIO, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_DUPLICATES] = {"duplicates", METRIC_COUNT_UNIT, COUNTER,
                           offsetof(struct run_counts, duplicates), METRIC_BY_ANYTHING},
    [METRIC_DUPLICATES_PER_DELIVERY] = {"duplicates_per_delivery", METRIC_RATIO, DERIVED, 0,
                                        METRIC_BY_ANYTHING},
    [METRIC_LATENCY_MIN] = {"latency.min", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_MEAN] = {"latency.mean", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_P50] = {"latency.p50", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_P90] = {"latency.p90", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_P95] = {"latency.p95", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_P99] = {"latency.p99", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_LATENCY_MAX] = {"latency.max", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_HOPS_MEAN] = {"hops.mean", METRIC_MEAN, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_HOPS_MAX] = {"hops.max", METRIC_COUNT_UNIT, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_MESH_DEGREE_MIN] = {"mesh_degree.min", METRIC_COUNT_UNIT, DERIVED, 0,
                                METRIC_BY_ANYTHING},
    [METRIC_MESH_DEGREE_MEAN] = {"mesh_degree.mean", METRIC_MEAN, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_MESH_DEGREE_MAX] = {"mesh_degree.max", METRIC_COUNT_UNIT, DERIVED, 0,
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_TOTAL] = {"rpcs_sent.total", METRIC_COUNT_UNIT, DERIVED, 0,
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_WITH_MESSAGES] = {"rpcs_sent.with_messages", METRIC_COUNT_UNIT, COUNTER,
                                        offsetof(struct run_counts, rpcs_sent[TRACE_RPC_MESSAGES]),
                                        METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_IHAVE] = {"rpcs_sent.ihave", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, rpcs_sent[TRACE_RPC_IHAVE]),
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_IWANT] = {"rpcs_sent.iwant", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, rpcs_sent[TRACE_RPC_IWANT]),
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_GRAFT] = {"rpcs_sent.graft", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, rpcs_sent[TRACE_RPC_GRAFT]),
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_PRUNE] = {"rpcs_sent.prune", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, rpcs_sent[TRACE_RPC_PRUNE]),
                                METRIC_BY_ANYTHING},
    [METRIC_RPCS_SENT_SUBSCRIPTIONS] = {"rpcs_sent.subscriptions", METRIC_COUNT_UNIT, COUNTER,
                                        offsetof(struct run_counts,
                                                 rpcs_sent[TRACE_RPC_SUBSCRIPTIONS]),
                                        METRIC_BY_ANYTHING},
    [METRIC_PACKETS_LOST] = {"packets_lost", METRIC_COUNT_UNIT, COUNTER,
                             offsetof(struct run_counts, packets_lost), METRIC_BY_ANYTHING},
    [METRIC_BYTES_SENT_TOTAL] = {"bytes_sent.total", METRIC_BYTES, DERIVED, 0, METRIC_BY_ANYTHING},
    [METRIC_BYTES_SENT_PAYLOAD] = {"bytes_sent.payload", METRIC_BYTES, COUNTER,
                                   offsetof(struct run_counts, payload_bytes_sent),
                                   METRIC_BY_ANYTHING},
    [METRIC_BYTES_SENT_CONTROL] = {"bytes_sent.control", METRIC_BYTES, DERIVED, 0,
                                   METRIC_BY_ANYTHING},
    [METRIC_RPCS_SUPPRESSED] = {"rpcs_suppressed", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, rpcs_suppressed), METRIC_BY_ANYTHING},
    [METRIC_RPCS_SKIPPED] = {"rpcs_skipped", METRIC_COUNT_UNIT, COUNTER,
                             offsetof(struct run_counts, rpcs_skipped), METRIC_BY_ANYTHING},
    [METRIC_LINKS_ABORTED] = {"links_aborted", METRIC_COUNT_UNIT, COUNTER,
                              offsetof(struct run_counts, links_aborted), METRIC_BY_NODES},
    [METRIC_ONE_SIDED_MESH_LINKS] = {"one_sided_mesh_links", METRIC_COUNT_UNIT, COUNTER,
                                     offsetof(struct run_counts, one_sided_mesh_links),
                                     METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_TOTAL] = {"packets_dropped.total", METRIC_COUNT_UNIT, DERIVED, 0,
                                      METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_BURST_LOSS] = {"packets_dropped.burst_loss", METRIC_COUNT_UNIT, COUNTER,
                                           offsetof(struct run_counts,
                                                    packets_dropped[CAUSE_BURST_LOSS]),
                                           METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_GIVEN_UP] = {"packets_dropped.given_up", METRIC_COUNT_UNIT, COUNTER,
                                         offsetof(struct run_counts,
                                                  packets_dropped[CAUSE_GIVEN_UP]),
                                         METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_UPLINK_FULL] =
        {"packets_dropped.uplink_full", METRIC_COUNT_UNIT, COUNTER,
         offsetof(struct run_counts, packets_dropped[CAUSE_UPLINK_FULL]), METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_DOWNLINK_FULL] =
        {"packets_dropped.downlink_full", METRIC_COUNT_UNIT, COUNTER,
         offsetof(struct run_counts, packets_dropped[CAUSE_DOWNLINK_FULL]), METRIC_BY_ANYTHING},
    [METRIC_RETRANSMISSIONS] = {"retransmissions", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, retransmissions), METRIC_BY_WINDOW},
    [METRIC_PACKETS_DROPPED_NODE_DOWN] = {"packets_dropped.node_down", METRIC_COUNT_UNIT, COUNTER,
                                          offsetof(struct run_counts,
                                                   packets_dropped[CAUSE_NODE_DOWN]),
                                          METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_PARTITION] = {"packets_dropped.partition", METRIC_COUNT_UNIT, COUNTER,
                                          offsetof(struct run_counts,
                                                   packets_dropped[CAUSE_PARTITION]),
                                          METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_CLOGGED] = {"packets_dropped.clogged", METRIC_COUNT_UNIT, COUNTER,
                                        offsetof(struct run_counts, packets_dropped[CAUSE_CLOGGED]),
                                        METRIC_BY_ANYTHING},
    [METRIC_FAULTS_CRASHES] = {"faults.crashes", METRIC_COUNT_UNIT, COUNTER,
                               offsetof(struct run_counts, crashes), METRIC_BY_WINDOW},
    [METRIC_FAULTS_RESTARTS] = {"faults.restarts", METRIC_COUNT_UNIT, COUNTER,
                                offsetof(struct run_counts, restarts), METRIC_BY_WINDOW},
    [METRIC_FAULTS_PAUSES] = {"faults.pauses", METRIC_COUNT_UNIT, COUNTER,
                              offsetof(struct run_counts, pauses), METRIC_BY_WINDOW},
    [METRIC_PACKETS_DROPPED_DEGRADED] = {"packets_dropped.degraded", METRIC_COUNT_UNIT, COUNTER,
                                         offsetof(struct run_counts,
                                                  packets_dropped[CAUSE_DEGRADED]),
                                         METRIC_BY_ANYTHING},
    [METRIC_PACKETS_DROPPED_FLAPPING] = {"packets_dropped.flapping", METRIC_COUNT_UNIT, COUNTER,
                                         offsetof(struct run_counts,
                                                  packets_dropped[CAUSE_FLAPPING]),
                                         METRIC_BY_ANYTHING},
    [METRIC_TIME_TO_HEAL] = {"time_to_heal", METRIC_DURATION, DERIVED, 0, METRIC_BY_ANYTHING},
};

const char *metric_path(enum metric metric) {
    CHECK(metric < METRIC_COUNT);
    return metrics[metric].path;
}

enum metric_unit metric_unit_of(enum metric metric) {
    CHECK(metric < METRIC_COUNT);
    return metrics[metric].unit;
}

enum metric_scoping metric_scoping_of(enum metric metric) {
    CHECK(metric < METRIC_COUNT);
    return metrics[metric].scoping;
}

enum metric metric_find(const char *path, size_t size) {
    enum metric metric = 0;
    while (metric < METRIC_COUNT && (strlen(metrics[metric].path) != size ||
                                     memcmp(metrics[metric].path, path, size) != 0)) {
        metric++;
    }
    return metric;
}

enum metric metric_nearest(const char *path, size_t size) {
    enum metric best = 0;
    uint32_t best_distance = UINT32_MAX;
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        const char *known = metrics[metric].path;
        uint32_t distance = nearest_distance(path, size, known, strlen(known));
        if (distance < best_distance) {
            best = metric;
            best_distance = distance;
        }
    }
    return best;
}

bool metric_counter(enum metric metric, const struct run_counts *counts, uint64_t *value) {
    CHECK(metric < METRIC_COUNT);
    if (metrics[metric].source != COUNTER) {
        return false;
    }
    memcpy(value, (const char *)counts + metrics[metric].offset, sizeof *value);
    return true;
}

void metric_set_growth(struct run_counts *counts, const struct run_counts *before,
                       const struct run_counts *after) {
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        uint64_t then = 0;
        uint64_t now = 0;
        if (metrics[metric].scoping != METRIC_BY_WINDOW || !metric_counter(metric, before, &then) ||
            !metric_counter(metric, after, &now)) {
            continue;
        }
        uint64_t growth = now - then;
        memcpy((char *)counts + metrics[metric].offset, &growth, sizeof growth);
    }
}
