#include "router/router_metrics.h"

#include "base/check.h"

#include <string.h>

struct router_metrics *router_metrics_create(struct pool *pool, uint32_t slot_count) {
    struct router_metrics *metrics = arena_take(pool->arena, pool->category, sizeof *metrics);
    uint64_t *skipped =
        arena_take_array(pool->arena, pool->category, 2 * (size_t)slot_count, sizeof *skipped);
    metrics->pool = pool;
    metrics->slot_count = slot_count;
    metrics->skipped_sent = skipped;
    metrics->skipped_received = skipped + slot_count;
    return metrics;
}

static void widen_index(struct router_metrics *metrics, uint16_t topic) {
    uint32_t known = metrics->index_capacity;
    metrics->index = pool_grow(metrics->pool, metrics->index, &metrics->index_capacity,
                               (uint32_t)topic + 1, sizeof *metrics->index);
    for (uint32_t i = known; i < metrics->index_capacity; i++) {
        metrics->index[i] = 0;
    }
}

struct topic_metrics *router_metrics_of(struct router_metrics *metrics, uint16_t topic) {
    if (topic >= metrics->index_capacity) {
        widen_index(metrics, topic);
    }
    if (metrics->index[topic] != 0) {
        return &metrics->by_topic[metrics->index[topic] - 1];
    }
    struct pool *pool = metrics->pool;
    if (metrics->topic_count == metrics->topic_capacity) {
        metrics->by_topic = pool_grow(pool, metrics->by_topic, &metrics->topic_capacity,
                                      metrics->topic_count + 1, sizeof *metrics->by_topic);
    }
    uint64_t *counts = arena_take_array(pool->arena, pool->category,
                                        2 * (size_t)metrics->slot_count, sizeof *counts);
    struct topic_metrics *counters = &metrics->by_topic[metrics->topic_count++];
    *counters = (struct topic_metrics){
        .topic = topic, .sent = counts, .received = counts + metrics->slot_count};
    CHECK(metrics->topic_count <= UINT16_MAX);
    metrics->index[topic] = (uint16_t)metrics->topic_count;
    return counters;
}

void router_metrics_clear(struct router_metrics *metrics) {
    size_t bytes = metrics->slot_count * sizeof(uint64_t);
    metrics->topics = 0;
    metrics->validation_success = 0;
    metrics->validation_failure = 0;
    metrics->sig_verify_success = 0;
    metrics->sig_verify_failure = 0;
    memset(metrics->skipped_sent, 0, bytes);
    memset(metrics->skipped_received, 0, bytes);
    for (uint32_t i = 0; i < metrics->topic_count; i++) {
        metrics->by_topic[i].published = 0;
        memset(metrics->by_topic[i].sent, 0, bytes);
        memset(metrics->by_topic[i].received, 0, bytes);
    }
}
