/**
 * What a router counts about itself, under the names of the 2020 program's metrics.
 *
 * Counters are kept only where somebody asked for them, and change nothing else. The gauges of
 * peers per topic stand in struct topic_state, as every run samples them; the gauge of peers is the
 * number of router->peers.
 *
 * Source: SEED.md §5.
 */
#ifndef GOSSIM_ROUTER_ROUTER_METRICS_H
#define GOSSIM_ROUTER_ROUTER_METRICS_H

#include "base/arena.h"

#include <stdint.h>

struct router_metrics {
    int64_t topics; // libp2p_pubsub_topics
    uint64_t validation_success;
    uint64_t validation_failure;
    uint64_t sig_verify_success;
    uint64_t sig_verify_failure;
    uint64_t *published;        // [topic_count] libp2p_pubsub_messages_published
    uint64_t *sent;             // [slot_count × topic_count] libp2p_pubsub_sent_messages
    uint64_t *received;         // [slot_count × topic_count] libp2p_pubsub_received_messages
    uint64_t *skipped_sent;     // [slot_count] libp2p_pubsub_skipped_sent_messages
    uint64_t *skipped_received; // [slot_count] libp2p_pubsub_skipped_received_messages
    uint32_t topic_count;       // messages of topics beyond it are not counted
};

struct router_metrics *router_metrics_create(struct arena *arena, uint32_t slot_count,
                                             uint32_t topic_count);

#endif
