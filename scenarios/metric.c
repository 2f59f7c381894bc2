#include "scenarios/metric.h"

#include "base/check.h"
#include "scenarios/nearest.h"

#include <string.h>

static const struct {
    const char *path;
    enum metric_unit unit;
} metrics[METRIC_COUNT] = {
    [METRIC_NODES] = {"nodes", METRIC_COUNT_UNIT},
    [METRIC_LINKS] = {"links", METRIC_COUNT_UNIT},
    [METRIC_EVENTS] = {"events", METRIC_COUNT_UNIT},
    [METRIC_PUBLISHED] = {"published", METRIC_COUNT_UNIT},
    [METRIC_PUBLISH_SKIPPED] = {"publish_skipped", METRIC_COUNT_UNIT},
    [METRIC_EXPECTED_DELIVERIES] = {"expected_deliveries", METRIC_COUNT_UNIT},
    [METRIC_DELIVERIES] = {"deliveries", METRIC_COUNT_UNIT},
    [METRIC_DELIVERIES_UNEXPECTED] = {"deliveries_unexpected", METRIC_COUNT_UNIT},
    [METRIC_DELIVERY_RATIO] = {"delivery_ratio", METRIC_RATIO},
    [METRIC_DUPLICATES] = {"duplicates", METRIC_COUNT_UNIT},
    [METRIC_DUPLICATES_PER_DELIVERY] = {"duplicates_per_delivery", METRIC_RATIO},
    [METRIC_LATENCY_MIN] = {"latency.min", METRIC_DURATION},
    [METRIC_LATENCY_MEAN] = {"latency.mean", METRIC_DURATION},
    [METRIC_LATENCY_P50] = {"latency.p50", METRIC_DURATION},
    [METRIC_LATENCY_P90] = {"latency.p90", METRIC_DURATION},
    [METRIC_LATENCY_P95] = {"latency.p95", METRIC_DURATION},
    [METRIC_LATENCY_P99] = {"latency.p99", METRIC_DURATION},
    [METRIC_LATENCY_MAX] = {"latency.max", METRIC_DURATION},
    [METRIC_HOPS_MEAN] = {"hops.mean", METRIC_COUNT_UNIT},
    [METRIC_HOPS_MAX] = {"hops.max", METRIC_COUNT_UNIT},
    [METRIC_MESH_DEGREE_MIN] = {"mesh_degree.min", METRIC_COUNT_UNIT},
    [METRIC_MESH_DEGREE_MEAN] = {"mesh_degree.mean", METRIC_COUNT_UNIT},
    [METRIC_MESH_DEGREE_MAX] = {"mesh_degree.max", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_TOTAL] = {"rpcs_sent.total", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_WITH_MESSAGES] = {"rpcs_sent.with_messages", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_IHAVE] = {"rpcs_sent.ihave", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_IWANT] = {"rpcs_sent.iwant", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_GRAFT] = {"rpcs_sent.graft", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_PRUNE] = {"rpcs_sent.prune", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SENT_SUBSCRIPTIONS] = {"rpcs_sent.subscriptions", METRIC_COUNT_UNIT},
    [METRIC_PACKETS_LOST] = {"packets_lost", METRIC_COUNT_UNIT},
    [METRIC_BYTES_SENT_TOTAL] = {"bytes_sent.total", METRIC_BYTES},
    [METRIC_BYTES_SENT_PAYLOAD] = {"bytes_sent.payload", METRIC_BYTES},
    [METRIC_BYTES_SENT_CONTROL] = {"bytes_sent.control", METRIC_BYTES},
    [METRIC_RPCS_SUPPRESSED] = {"rpcs_suppressed", METRIC_COUNT_UNIT},
    [METRIC_RPCS_SKIPPED] = {"rpcs_skipped", METRIC_COUNT_UNIT},
    [METRIC_LINKS_ABORTED] = {"links_aborted", METRIC_COUNT_UNIT},
    [METRIC_ONE_SIDED_MESH_LINKS] = {"one_sided_mesh_links", METRIC_COUNT_UNIT},
};

const char *metric_path(enum metric metric) {
    CHECK(metric < METRIC_COUNT);
    return metrics[metric].path;
}

enum metric_unit metric_unit_of(enum metric metric) {
    CHECK(metric < METRIC_COUNT);
    return metrics[metric].unit;
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
