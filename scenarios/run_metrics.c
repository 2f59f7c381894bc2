#include "base/check.h"
#include "scenarios/fleet.h"
#include "scenarios/open_metrics.h"

#include <string.h>

struct peer_text {
    char text[PEER_ID_TEXT_SIZE];
};

/** What is being written, and the texts that many series share. */
struct writing {
    struct open_metrics metrics;
    const struct fleet *fleet;
    const struct peer_text *peer_ids; // [node_count]
};

static const char *topic_name(const struct writing *writing, uint16_t topic) {
    CHECK(topic < writing->fleet->scenario->topic_count);
    return writing->fleet->scenario->topics[topic].name;
}

static void begin_series(struct writing *writing, const struct router *router) {
    open_metrics_begin(&writing->metrics);
    open_metrics_label_number(&writing->metrics, "node", router->node);
}

static void label_peer(struct writing *writing, const struct router *router, uint32_t slot) {
    uint32_t peer = router->peer_nodes[slot];
    open_metrics_label(&writing->metrics, "id", writing->peer_ids[peer].text);
    open_metrics_label_number(&writing->metrics, "peer_node", peer);
}

/* The families: what each writes of one router. */

static void write_gauges(struct writing *writing, const struct router *router, uint8_t gauge) {
    for (uint32_t i = 0; i < router->topic_count; i++) {
        const struct topic_state *topic = router->topics[i];
        if ((topic->gauges_set & gauge) == 0) {
            continue;
        }
        uint32_t values[] = {[TOPIC_GAUGE_MESH] = topic->gauge_mesh,
                             [TOPIC_GAUGE_FANOUT] = topic->gauge_fanout,
                             [TOPIC_GAUGE_SUBSCRIBERS] = topic->gauge_subscribers};
        begin_series(writing, router);
        open_metrics_label(&writing->metrics, "topic", topic_name(writing, topic->topic));
        open_metrics_level(&writing->metrics, values[gauge]);
    }
}

static void write_mesh(struct writing *writing, const struct router *router) {
    write_gauges(writing, router, TOPIC_GAUGE_MESH);
}

static void write_fanout(struct writing *writing, const struct router *router) {
    write_gauges(writing, router, TOPIC_GAUGE_FANOUT);
}

static void write_gossipsub(struct writing *writing, const struct router *router) {
    write_gauges(writing, router, TOPIC_GAUGE_SUBSCRIBERS);
}

static void write_peers(struct writing *writing, const struct router *router) {
    begin_series(writing, router);
    open_metrics_level(&writing->metrics, bitset_count(router->peers, router->words));
}

static void write_topics(struct writing *writing, const struct router *router) {
    begin_series(writing, router);
    open_metrics_level(&writing->metrics, router->metrics->topics);
}

static void write_count(struct writing *writing, const struct router *router, uint64_t count) {
    begin_series(writing, router);
    open_metrics_count(&writing->metrics, count);
}

static void write_validation_success(struct writing *writing, const struct router *router) {
    write_count(writing, router, router->metrics->validation_success);
}

static void write_validation_failure(struct writing *writing, const struct router *router) {
    write_count(writing, router, router->metrics->validation_failure);
}

static void write_sig_verify_success(struct writing *writing, const struct router *router) {
    write_count(writing, router, router->metrics->sig_verify_success);
}

static void write_sig_verify_failure(struct writing *writing, const struct router *router) {
    write_count(writing, router, router->metrics->sig_verify_failure);
}

static void write_published(struct writing *writing, const struct router *router) {
    const struct router_metrics *metrics = router->metrics;
    for (uint32_t i = 0; i < metrics->topic_count; i++) {
        if (metrics->by_topic[i].published > 0) {
            begin_series(writing, router);
            open_metrics_label(&writing->metrics, "topic",
                               topic_name(writing, metrics->by_topic[i].topic));
            open_metrics_count(&writing->metrics, metrics->by_topic[i].published);
        }
    }
}

/** One series for each peer that something was counted for. */
static void write_by_peer(struct writing *writing, const struct router *router,
                          const uint64_t *counts, const char *topic) {
    for (uint32_t slot = 0; slot < router->slot_count; slot++) {
        if (counts[slot] == 0) {
            continue;
        }
        begin_series(writing, router);
        label_peer(writing, router, slot);
        if (topic != NULL) {
            open_metrics_label(&writing->metrics, "topic", topic);
        }
        open_metrics_count(&writing->metrics, counts[slot]);
    }
}

static void write_sent(struct writing *writing, const struct router *router) {
    for (uint32_t i = 0; i < router->metrics->topic_count; i++) {
        const struct topic_metrics *counters = &router->metrics->by_topic[i];
        write_by_peer(writing, router, counters->sent, topic_name(writing, counters->topic));
    }
}

static void write_received(struct writing *writing, const struct router *router) {
    for (uint32_t i = 0; i < router->metrics->topic_count; i++) {
        const struct topic_metrics *counters = &router->metrics->by_topic[i];
        write_by_peer(writing, router, counters->received, topic_name(writing, counters->topic));
    }
}

static void write_skipped_sent(struct writing *writing, const struct router *router) {
    write_by_peer(writing, router, router->metrics->skipped_sent, NULL);
}

static void write_skipped_received(struct writing *writing, const struct router *router) {
    write_by_peer(writing, router, router->metrics->skipped_received, NULL);
}

/** The metrics of the 2020 program, in the order of SEED.md §5. */
static const struct {
    enum open_metrics_type type;
    const char *name;
    const char *help;
    void (*write)(struct writing *writing, const struct router *router);
} families[] = {
    {OPEN_METRICS_GAUGE, "libp2p_gossipsub_peers_per_topic_mesh", "Peers in the mesh of a topic.",
     write_mesh},
    {OPEN_METRICS_GAUGE, "libp2p_gossipsub_peers_per_topic_fanout",
     "Peers in the fanout of a topic.", write_fanout},
    {OPEN_METRICS_GAUGE, "libp2p_gossipsub_peers_per_topic_gossipsub",
     "Peers known to be subscribed to a topic.", write_gossipsub},
    {OPEN_METRICS_GAUGE, "libp2p_pubsub_peers", "Peers known.", write_peers},
    {OPEN_METRICS_GAUGE, "libp2p_pubsub_topics", "Topics subscribed to.", write_topics},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_validation_success", "Messages accepted by validation.",
     write_validation_success},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_validation_failure", "Messages refused by validation.",
     write_validation_failure},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_sig_verify_success", "Messages whose signature holds.",
     write_sig_verify_success},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_sig_verify_failure",
     "Messages whose signature does not hold.", write_sig_verify_failure},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_messages_published", "Messages published.",
     write_published},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_sent_messages", "Messages sent to a peer.", write_sent},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_received_messages",
     "Messages received from a peer, repeated ones included.", write_received},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_skipped_sent_messages",
     "RPCs not sent to a peer because an equal one was sent lately.", write_skipped_sent},
    {OPEN_METRICS_COUNTER, "libp2p_pubsub_skipped_received_messages",
     "RPCs of a peer passed over because an equal one was handled lately.", write_skipped_received},
};

/** Says which run this is. */
static void write_run(struct writing *writing, const struct run_result *result) {
    struct open_metrics *metrics = &writing->metrics;
    char digest[DIGEST_TEXT_SIZE];
    open_metrics_family(metrics, OPEN_METRICS_INFO, "gossim_run", "The run of all these nodes.");
    open_metrics_begin(metrics);
    open_metrics_label(metrics, "scenario", writing->fleet->scenario->name);
    open_metrics_label_number(metrics, "seed", writing->fleet->scenario->seed);
    open_metrics_label(metrics, "digest", digest_write(result->digest, digest));
    open_metrics_count(metrics, 1);
}

/** Totals over all nodes, as the summary has them. */
static void write_totals(struct writing *writing, const struct run_counts *counts) {
    const struct {
        const char *name;
        const char *help;
        uint64_t value;
    } totals[] = {
        {"gossim_published", "Messages published.", counts->published},
        {"gossim_expected_deliveries", "Deliveries expected.", counts->expected_deliveries},
        {"gossim_deliveries", "Messages handed to applications that were expected to get them.",
         counts->deliveries},
        {"gossim_duplicates", "Copies received of messages seen before.", counts->duplicates},
        {"gossim_packets_lost", "RPCs lost on a link.", counts->packets_lost},
    };
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        open_metrics_family(&writing->metrics, OPEN_METRICS_COUNTER, totals[i].name,
                            totals[i].help);
        open_metrics_begin(&writing->metrics);
        open_metrics_count(&writing->metrics, totals[i].value);
    }
}

/** The peer ids of all nodes as text. */
static const struct peer_text *peer_id_texts(const struct fleet *fleet) {
    uint32_t nodes = fleet->topology.node_count;
    struct identities made; // a run that neither signs nor encodes has none
    const struct identities *identities = &fleet->identities;
    if (identities->node_count == 0) {
        identities_init(&made, fleet->arena, nodes, fleet->scenario->seed, false);
        identities = &made;
    }
    CHECK(identities->node_count == nodes);
    struct peer_text *texts = arena_take_array(fleet->arena, MEMORY_TABLES, nodes, sizeof *texts);
    for (uint32_t node = 0; node < nodes; node++) {
        peer_id_write(identities->peer_ids[node], texts[node].text);
    }
    return texts;
}

bool run_write_metrics(const struct run_result *result, FILE *out) {
    const struct fleet *fleet = result->fleet;
    CHECK(fleet->options.metered);
    struct writing writing = {.metrics = {.out = out}, .fleet = fleet};
    writing.peer_ids = peer_id_texts(fleet);
    write_run(&writing, result);
    write_totals(&writing, &result->counts);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        open_metrics_family(&writing.metrics, families[i].type, families[i].name, families[i].help);
        for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
            families[i].write(&writing, &fleet->routers[node]);
        }
    }
    open_metrics_end(&writing.metrics);
    return ferror(out) == 0;
}
