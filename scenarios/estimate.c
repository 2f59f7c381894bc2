#include "scenarios/estimate.h"

#include "base/bitset.h"
#include "router/message.h"
#include "router/router.h"
#include "scenarios/estimate_amounts.h"
#include "scenarios/fleet.h"
#include "scenarios/heals.h"
#include "sim/event.h"
#include "sim/fair_queue.h"
#include "sim/topology_grow.h"

// What structures weigh that have no type of their own.
enum {
    LATER_BYTES = 1 << 20, // program, libraries and stack that are touched only as it runs
    SLOT_BYTES = 16,       // peer, reverse, owner, delay
    SLOT_SENT_BYTES = 32,  // counts of packets, where anything is drawn for them
    SLOT_ARRIVAL_BYTES = 8,
    SLOT_FAULTS_BYTES = 2,
    PAIR_BYTES = 8,        // a link in the making
    PAIR_SET_BYTES = 16,   // and where it is looked up
    NODE_GRAPH_BYTES = 12, // first slot, links to come
    NODE_WORLD_BYTES = 24, // random stream, sequence, timer
    NODE_PLAN_BYTES = 14,
    NODE_BUILDING_BYTES = 32, // lists that are sorted
    NODE_FAULTS_BYTES = 60,
    EDGE_BYTES = 20,           // of a list: ends, delay, loss
    QUEUE_BYTES = 130000,      // the event queue when it is empty
    SORTING_BYTES = 120,       // for each event of a bucket
    RPCS_BYTES = 270000,       // the first RPCs
    LANE_BYTES = 1200000,      // of a further thread: its queue
    PARCEL_BYTES = 40,         // of what a packet carries from one thread to another
    BLOCK_BYTES_MAX = 1 << 20, // of a pool; larger ones stand by themselves
    ENVELOPE_BYTES = 150,      // of an encoded message, besides its data
    ENTRY_BYTES = 24,          // of an encoded subscription or GRAFT
    ID_BYTES = 45,             // of a message, in IHAVE
    PACKET_BYTES = 32,         // of what is told of an encoded RPC on its way
    WRITER_BYTES = 1300000,
    DELIVERY_BYTES = 4,
    // Of the analysis, see analysis/run_data.h.
    ANALYSIS_DELIVERY_BYTES = 90,
    ANALYSIS_DELIVERIES_MAX = 1 << 20,
    ANALYSIS_NODE_BYTES = 220,
    ANALYSIS_LINK_BYTES = 24,
    ANALYSIS_MESSAGE_BYTES = 140,
    ANALYSIS_REST_BYTES = 3500000,
    REST_BYTES = 400000, // for what does not grow
    SLACK_DIVISOR = 12,  // of everything, for pages that are not full
};

#define RING_SLACK 1.5         // of arrays that grow by doubling
#define DIGEST_TABLE (4.0 / 3) // places of the table of a digest cache, for each key
#define SENDS_PER_RPC 3.5
// Who comes back takes old messages for new and gossips them, to others who came back: in a large
// network with churn few messages ever die out.
#define KEPT_BY_CHURN 0.6
#define MAIL_PER_EVENT 2.5 // places of an event that goes from one thread to another

/** A block of a pool. */
static double block_bytes(double bytes) {
    double block = 16;
    while (block < bytes && block < BLOCK_BYTES_MAX) {
        block *= 2;
    }
    return greater(block, bytes);
}

/** What a ring takes that has grown by doubling to so many items, in every node at about the same
 * time: nobody needs the smaller blocks that it leaves. */
static double ring_bytes(double items, double item_bytes) {
    double capacity = 4;
    while (capacity < items) {
        capacity *= 2;
    }
    double bytes = block_bytes(capacity * item_bytes);
    double left = lesser(bytes, 2.0 * BLOCK_BYTES_MAX);
    return items < 1 ? items * bytes : bytes + left;
}

static bool has_faults(const struct scenario *scenario) {
    bool found = scenario->churn_count > 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        found = found || scenario->events[i].kind >= SCENARIO_CRASH;
    }
    return found;
}

static bool draws_packets(const struct scenario *scenario) {
    const struct scenario_links *links = &scenario->links;
    return links->has_jitter || links->has_burst || links->loss_ppb > 0 || links->loss_rates != 0 ||
           scenario->edge_values.loss_ppb != NULL;
}

static bool shares_fairly(const struct scenario *scenario) {
    return scenario->links.bandwidth.sharing == BANDWIDTH_FAIR;
}

static bool encodes(const struct run_options *options) {
    return options->wire == RUN_WIRE_ENCODE;
}

/** How many of the nodes have a quirk. */
static double share_with(const struct scenario *scenario, enum quirk quirk) {
    double rest = 1;
    double share = 0;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct scenario_group *group = &scenario->groups[i];
        double nodes = amounts_selected(scenario, &group->nodes) / scenario->node_count;
        share += quirk_in(group->router.quirks, quirk) ? nodes : 0;
        rest -= nodes;
    }
    return share + (quirk_in(scenario->router.quirks, quirk) ? greater(rest, 0) : 0);
}

/** Whether routers keep what only some groups need: router/router.h. */
static bool has_side(const struct scenario *scenario) {
    bool validates = false;
    for (uint32_t i = 0; i < scenario->topic_count; i++) {
        validates = validates || scenario->topics[i].validator_count > 0;
    }
    return validates || share_with(scenario, QUIRK_SENT_CACHE) > 0 ||
           share_with(scenario, QUIRK_RECEIVED_CACHE) > 0;
}

static double topology_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    const struct scenario_links *links = &scenario->links;
    double slot = SLOT_BYTES;
    slot += draws_packets(scenario) ? SLOT_SENT_BYTES : 0;
    slot += links->has_jitter && !links->reorder ? SLOT_ARRIVAL_BYTES : 0;
    slot += links->has_burst ? sizeof(struct burst_cursor) : 0;
    slot += has_faults(scenario) ? SLOT_FAULTS_BYTES : 0;
    slot += amounts_spread_s(&scenario->start) > 0 ? 2 : 0; // half of them come up later
    slot += shares_fairly(scenario) ? 2 * sizeof(struct fair_flow) : 0;
    return 2 * amounts->links * slot + amounts->nodes * NODE_GRAPH_BYTES;
}

/** Counters of all nodes: see router/router_metrics.h. */
static double metrics_bytes(const struct amounts *amounts) {
    double counters = 2 * block_bytes(2 * amounts->links / amounts->nodes * sizeof(uint64_t));
    double topic = counters + RING_SLACK * (sizeof(struct topic_metrics) + 2 * sizeof(uint16_t));
    return amounts->nodes * (block_bytes(sizeof(struct router_metrics)) + counters) +
           amounts->busy_topics * topic;
}

static double router_bytes(const struct scenario *scenario, const struct amounts *amounts,
                           const struct run_options *options) {
    double node = sizeof(struct router) + NODE_WORLD_BYTES + 2.0 * scenario->topic_count;
    double known = sizeof(struct topic_state) + RING_SLACK * sizeof(struct topic_state *);
    double bytes = amounts->nodes * node + amounts->known_topics * known;
    bytes += amounts->words * 3 * sizeof(uint64_t) * amounts->known_topics / amounts->nodes;
    bytes += has_faults(scenario) ? amounts->nodes * NODE_FAULTS_BYTES : 0;
    bytes += has_side(scenario) ? amounts->nodes * sizeof(struct router_side) : 0;
    return bytes + (options->metered ? metrics_bytes(amounts) : 0);
}

/** What of a node's messages falls into the last part of the run that is so long. */
static double share_of_span(const struct amounts *amounts, int64_t length_ns) {
    return lesser(1, (double)length_ns / NS_PER_S / greater(amounts->span_s, 1e-3));
}

/** What of them is published at one instant, at most. */
static double share_at_once(const struct amounts *amounts) {
    return amounts->messages > 0 ? amounts->at_once / amounts->messages : 0;
}

/** What of a node's messages waits to be forgotten as seen; what outlasts the run does not. */
static double share_that_expires(const struct scenario *scenario, const struct amounts *amounts) {
    int64_t ttl_ns = scenario->router.seen_ttl_ns;
    double last_s = (double)(scenario->duration_ns - ttl_ns) / NS_PER_S;
    double span_s = greater(amounts->span_s, 1e-3);
    double met = lesser(1, greater(0, last_s - amounts->first_s) / span_s);
    return lesser(met, share_of_span(amounts, ttl_ns));
}

/** The caches that the router of 2020 has besides, for each node. */
static double cache_bytes_2020(const struct scenario *scenario, const struct amounts *amounts) {
    double own = amounts->deliveries / amounts->nodes;
    double rpcs = own * share_of_span(amounts, DIGEST_CACHE_TTL_NS) * amounts->copies +
                  2 * amounts->links / amounts->nodes;
    double cache = ring_bytes(rpcs, sizeof(struct digest_cache_entry)) +
                   ring_bytes(rpcs * DIGEST_TABLE, sizeof(uint64_t));
    double timers =
        ring_bytes(own * share_of_span(amounts, MCACHE_TTL_NS), sizeof(struct mcache_timer));
    return share_with(scenario, QUIRK_SENT_CACHE) * cache +
           share_with(scenario, QUIRK_RECEIVED_CACHE) * cache +
           share_with(scenario, QUIRK_MCACHE_EXPIRES) * timers;
}

static double cache_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    const struct router_params *router = &scenario->router;
    double own = amounts->deliveries / amounts->nodes; // messages of a node
    int64_t window_ns = router->history_length * router->heartbeat_interval_ns;
    double kept = own * greater(share_at_once(amounts), share_of_span(amounts, window_ns));
    kept = greater(kept, own * amounts->churning * KEPT_BY_CHURN);
    kept = router->protocol == ROUTER_FLOODSUB ? 0 : kept;
    double seen = own * share_that_expires(scenario, amounts);
    double pages = amounts->messages > PAGED_SET_PAGE_BITS ? amounts->messages / 8 : 0;
    double words = bitset_words((uint32_t)(2 * amounts->links / amounts->nodes));
    double sets = words > 1 ? kept * block_bytes(words * sizeof(uint64_t)) : 0;
    return amounts->nodes *
           (4.0 * router->history_length + sets + pages +
            ring_bytes(kept >= 1 ? kept + 1 : kept, sizeof(struct mcache_entry)) +
            ring_bytes(seen, sizeof(struct seen_entry)) + cache_bytes_2020(scenario, amounts));
}

/** Of packets on their way, those that go from one thread to another. */
static double share_crossing(const struct run_options *options) {
    return 1 - 1 / greater(options->threads, 1);
}

/** What the queues of several threads need that one does not. */
static double lane_bytes(const struct scenario *scenario, const struct amounts *amounts,
                         const struct run_options *options) {
    double lanes = greater(options->threads, 1);
    return (lanes - 1) * LANE_BYTES + MAIL_PER_EVENT * sizeof(struct event) *
                                          share_crossing(options) *
                                          amounts_in_flight(scenario, amounts);
}

/** The queues of uplinks and downlinks that are shared evenly. */
static double fair_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double half = amounts->links / amounts->nodes; // of a node's links wait at a time
    double side =
        block_bytes(sizeof(struct fair_queue)) + ring_bytes(half, sizeof(struct fair_transfer));
    return shares_fairly(scenario) ? 2 * amounts->nodes * side : 0;
}

static double event_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double in_flight = amounts_in_flight(scenario, amounts);
    double planned = 2 * amounts->nodes + amounts->messages;
    double sorting = lesser(planned, EVENT_PILE_PART) * SORTING_BYTES;
    return sizeof(struct event) * (in_flight + planned) + sorting + QUEUE_BYTES +
           fair_bytes(scenario, amounts);
}

/** Frames of messages on their way at once, with --wire encode. */
static double frame_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double most = 0;
    double steady = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        double frame = block_bytes(amounts_size_bytes(publish) + ENVELOPE_BYTES);
        double copies = amounts_subscribers(scenario, publish->topic) * amounts->copies;
        double instant = amounts_instant(publish) * copies * frame;
        double every_s = amounts_mean_s(&publish->every);
        most = greater(most, instant * AMOUNTS_IN_FLIGHT);
        steady += every_s > 0 ? instant * amounts->delay_s / every_s : 0;
    }
    double topics = amounts->subscriptions / amounts->nodes;
    double grafts = amounts_grafts(scenario, amounts);
    int64_t gossip_ns = scenario->router.history_gossip * scenario->router.heartbeat_interval_ns;
    double ids = amounts->deliveries / greater(amounts->busy_topics, 1) *
                 greater(share_at_once(amounts), share_of_span(amounts, gossip_ns));
    double ihaves = grafts * amounts->busy_topics / greater(amounts->subscriptions, 1);
    return greater(most, steady) + grafts * block_bytes(ENTRY_BYTES) +
           ihaves * block_bytes(ENTRY_BYTES + ids * ID_BYTES) +
           amounts_hellos(scenario, amounts) * block_bytes(ENTRY_BYTES * topics);
}

static double message_bytes(const struct scenario *scenario, const struct amounts *amounts,
                            const struct run_options *options) {
    double each =
        sizeof(struct message) + sizeof(struct message_tally) + sizeof(struct plan_message);
    each += scenario_heals(scenario) ? sizeof(int64_t) : 0; // when
    bool forgets = has_faults(scenario) || scenario->router.seen_ttl_ns < scenario->duration_ns;
    double sets = forgets ? 2 * amounts->messages : scenario->topic_count;
    // A router's RPC is shared by those it goes to, a hello by all if it says the same.
    double rpcs = amounts_copies(amounts) / SENDS_PER_RPC * sizeof(struct rpc);
    double topics = amounts->subscriptions / amounts->nodes;
    double copied = PARCEL_BYTES * amounts_in_flight(scenario, amounts);
    if (topics > 1) {
        double hello = sizeof(struct rpc) + RING_SLACK * sizeof(struct rpc_entry) * topics;
        double hellos = amounts_hellos(scenario, amounts) * hello;
        rpcs += hellos;
        copied += 2 * hellos; // into a parcel, and out of it
    }
    rpcs += share_crossing(options) * copied;
    double frames = encodes(options) ? frame_bytes(scenario, amounts) : 0;
    each += scenario->router.sign ? SIGNATURE_BYTES : 0;
    return amounts->messages * each + sets * amounts->nodes / 8 + rpcs + frames + RPCS_BYTES;
}

static double table_bytes(const struct scenario *scenario, const struct amounts *amounts,
                          const struct run_options *options) {
    double scopes = scenario->scope_count > 1 ? scenario->scope_count + 1 : 1;
    double node = NODE_PLAN_BYTES;
    node += encodes(options) || scenario->router.sign ? PEER_ID_BYTES : 0;
    node += scenario->router.sign ? SECRET_KEY_BYTES : 0;
    double packets = encodes(options) ? amounts_in_flight(scenario, amounts) * PACKET_BYTES : 0;
    return scopes * amounts->deliveries * DELIVERY_BYTES + amounts->nodes * node + packets +
           2 * amounts->subscriptions + (double)scenario->topology.edge_count * EDGE_BYTES;
}

/** What the graph and the plan need besides what stays of them. */
static double building_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double graph = 0;
    if (topology_is_grown(scenario->topology.kind)) {
        graph = amounts->links * (PAIR_BYTES + PAIR_SET_BYTES);
    }
    return graph + amounts->nodes * NODE_BUILDING_BYTES;
}

/** What tables and figures need, for which deliveries beyond a number are sorted in files. */
static double analysis_bytes(const struct amounts *amounts) {
    double links = amounts->links > TRACE_LINKS_MAX ? 0 : amounts->links;
    return lesser(amounts->deliveries, ANALYSIS_DELIVERIES_MAX) * ANALYSIS_DELIVERY_BYTES +
           amounts->nodes * ANALYSIS_NODE_BYTES + links * ANALYSIS_LINK_BYTES +
           amounts->messages * ANALYSIS_MESSAGE_BYTES + ANALYSIS_REST_BYTES;
}

static uint64_t bytes_of(double bytes) {
    return bytes < 1e18 ? (uint64_t)bytes : UINT64_C(1000000000000000000);
}

struct estimate estimate_memory(const struct scenario *scenario, const struct run_options *options,
                                bool analysed) {
    struct amounts amounts = amounts_of(scenario);
    bool traced = options->level != TRACE_LEVEL_NONE;
    struct estimate estimate = {0};
    uint64_t *bytes = estimate.bytes;
    bytes[MEMORY_TOPOLOGY] = bytes_of(topology_bytes(scenario, &amounts));
    bytes[MEMORY_ROUTERS] = bytes_of(router_bytes(scenario, &amounts, options));
    bytes[MEMORY_CACHES] = bytes_of(cache_bytes(scenario, &amounts));
    bytes[MEMORY_EVENTS] =
        bytes_of(event_bytes(scenario, &amounts) + lane_bytes(scenario, &amounts, options));
    bytes[MEMORY_MESSAGES] = bytes_of(message_bytes(scenario, &amounts, options));
    bytes[MEMORY_TRACE] = bytes_of(8 * amounts.nodes) + (traced ? WRITER_BYTES : 0);
    bytes[MEMORY_TABLES] = bytes_of(table_bytes(scenario, &amounts, options)) + REST_BYTES;
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        estimate.sum_bytes += bytes[category];
    }
    estimate.building_bytes = bytes[MEMORY_TOPOLOGY] + bytes[MEMORY_TABLES] +
                              bytes_of(building_bytes(scenario, &amounts));
    if (traced && analysed) {
        estimate.analysis_bytes = bytes_of(analysis_bytes(&amounts));
    }
    uint64_t running = estimate.sum_bytes + estimate.analysis_bytes;
    uint64_t most = running > estimate.building_bytes ? running : estimate.building_bytes;
    estimate.peak_bytes = most + most / SLACK_DIVISOR + LATER_BYTES;
    return estimate;
}
