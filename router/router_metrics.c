#include "router/router_metrics.h"

struct router_metrics *router_metrics_create(struct arena *arena, uint32_t slot_count,
                                             uint32_t topic_count) {
    struct router_metrics *metrics = arena_take(arena, MEMORY_ROUTERS, sizeof *metrics);
    size_t pairs = (size_t)slot_count * topic_count;
    metrics->published = arena_take_array(arena, MEMORY_ROUTERS, topic_count, sizeof(uint64_t));
    metrics->sent = arena_take_array(arena, MEMORY_ROUTERS, pairs, sizeof(uint64_t));
    metrics->received = arena_take_array(arena, MEMORY_ROUTERS, pairs, sizeof(uint64_t));
    metrics->skipped_sent = arena_take_array(arena, MEMORY_ROUTERS, slot_count, sizeof(uint64_t));
    metrics->skipped_received =
        arena_take_array(arena, MEMORY_ROUTERS, slot_count, sizeof(uint64_t));
    metrics->topic_count = topic_count;
    return metrics;
}
