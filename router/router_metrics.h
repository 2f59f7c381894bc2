/**
 * What a router counts about itself, under the names of the 2020 program's metrics.
 *
 * Counters are kept only where somebody asked for them, and change nothing else. Those by topic
 * begin with the first message of the topic that is counted, so that a router has room for no topic
 * that it never meets. The gauges of peers per topic stand in struct topic_state, as every run
 * samples them; the gauge of peers is the number of router->peers.
 *
 *     struct router_metrics ──▶ skipped_sent, skipped_received   8 B per slot each
 *                           └──▶ topic: published ──▶ sent, received   8 B per slot each
 *
 * A gauge has the value that the program of 2020 gave it last, at the moments at which it did so,
 * whatever the quirks: that of the mesh stays when the topic is left.
 *
 * Source: SEED.md §5.
 */
#ifndef GOSSIM_ROUTER_ROUTER_METRICS_H
#define GOSSIM_ROUTER_ROUTER_METRICS_H

#include "base/arena.h"

#include <stdint.h>

/** What is counted by topic. */
struct topic_metrics {
    uint64_t published; // libp2p_pubsub_messages_published
    uint64_t *sent;     // [slot_count] libp2p_pubsub_sent_messages
    uint64_t *received; // [slot_count] libp2p_pubsub_received_messages
    uint16_t topic;
};

struct router_metrics {
    struct pool *pool;
    int64_t topics; // libp2p_pubsub_topics
    uint64_t validation_success;
    uint64_t validation_failure;
    uint64_t sig_verify_success;
    uint64_t sig_verify_failure;
    uint64_t *skipped_sent;         // [slot_count] libp2p_pubsub_skipped_sent_messages
    uint64_t *skipped_received;     // [slot_count] libp2p_pubsub_skipped_received_messages
    struct topic_metrics *by_topic; // [topic_count] in the order in which they were first counted
    uint16_t *index;                // [index_capacity] index into by_topic + 1, or 0
    uint32_t slot_count;
    uint32_t topic_count;
    uint32_t topic_capacity;
    uint32_t index_capacity;
};

/** Counters at 0. What they need later comes from the pool as well. */
struct router_metrics *router_metrics_create(struct pool *pool, uint32_t slot_count);

/** All counters are 0 again, as where the program starts anew. */
void router_metrics_clear(struct router_metrics *metrics);

/** The counters of a topic, made when they are first asked for. Good until the next call. */
struct topic_metrics *router_metrics_of(struct router_metrics *metrics, uint16_t topic);

#endif
