#include "scenarios/estimate.h"

#include "base/bitset.h"
#include "router/message.h"
#include "router/router.h"
#include "scenarios/fleet.h"
#include "scenarios/graph.h"
#include "scenarios/groups.h"
#include "scenarios/heals.h"
#include "scenarios/plan_steps.h"
#include "sim/event.h"
#include "sim/topology_grow.h"

// What structures weigh that have no type of their own.
enum {
    LATER_BYTES = 1 << 20, // program, libraries and stack that are touched only as it runs
    SLOT_BYTES = 16,       // peer, reverse, owner, delay
    SLOT_SENT_BYTES = 32,  // counts of packets, where anything is drawn for them
    SLOT_ARRIVAL_BYTES = 8,
    SLOT_FAULTS_BYTES = 2,
    SLOT_FAIR_BYTES = 64,
    PAIR_BYTES = 8,        // a link in the making
    PAIR_SET_BYTES = 16,   // and where it is looked up
    NODE_GRAPH_BYTES = 12, // first slot, links to come
    NODE_WORLD_BYTES = 24, // random stream, sequence, timer
    NODE_PLAN_BYTES = 14,
    NODE_BUILDING_BYTES = 32, // lists that are sorted
    NODE_FAULTS_BYTES = 60,
    EDGE_BYTES = 20,      // of a list: ends, delay, loss
    QUEUE_BYTES = 130000, // the event queue when it is empty
    SORTING_BYTES = 120,  // for each event of a bucket
    RPCS_BYTES = 270000,  // the first RPCs
    LANE_BYTES = 1200000, // of a further thread: its queue
    PARCEL_BYTES = 16,    // of what a packet from one thread to another carries
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

// What the protocol makes of a message and a heartbeat, roughly.
#define COPIES_PER_DELIVERY 6.5
#define SHARE_IN_FLIGHT 0.6 // of the copies of one message, at most at once
#define RING_SLACK 1.5      // of arrays that grow by doubling
#define SENDS_PER_RPC 2.5
#define MAIL_PER_EVENT 2.5 // places of an event that goes from one thread to another

/** How much of everything there is. */
struct amounts {
    double nodes;
    double links;
    double words;         // of all sets of slots
    double subscriptions; // of nodes to topics
    double known_topics;  // pairs of a node and a topic that it knows
    double messages;
    double at_once; // of these, that are published at one instant
    double deliveries;
    double delay_s; // of a link
    double span_s;  // over which messages are published
};

static double lesser(double a, double b) {
    return a < b ? a : b;
}

static double greater(double a, double b) {
    return a > b ? a : b;
}

/** The mean of a distribution, roughly. */
static double mean_s(const struct distribution_options *options) {
    double a_s = (double)options->a_ns / NS_PER_S;
    if (options->kind == DISTRIBUTION_UNIFORM) {
        return (a_s + (double)options->b_ns / NS_PER_S) / 2;
    }
    if (options->kind == DISTRIBUTION_EMPIRICAL && options->point_count > 0) {
        uint32_t middle = options->point_count / 2;
        return (double)options->points[middle].value_ns / NS_PER_S;
    }
    return a_s;
}

/** Over how long a distribution is spread, roughly. */
static double spread_s(const struct distribution_options *options) {
    double a_s = (double)options->a_ns / NS_PER_S;
    switch (options->kind) {
    case DISTRIBUTION_CONSTANT:
        return 0;
    case DISTRIBUTION_UNIFORM:
        return (double)(options->b_ns - options->a_ns) / NS_PER_S;
    case DISTRIBUTION_NORMAL:
        return 3 * (double)options->b_ns / NS_PER_S;
    case DISTRIBUTION_LOGNORMAL:
    case DISTRIBUTION_EXPONENTIAL:
    case DISTRIBUTION_EMPIRICAL:
        break;
    }
    return options->kind == DISTRIBUTION_EMPIRICAL ? 2 * mean_s(options) : 2 * a_s;
}

/** How many nodes a selector means, roughly: all where it is not plain. */
static double count_selected(const struct scenario *scenario, const struct selector *selector) {
    while (selector->kind == SELECTOR_GROUP) {
        selector = &scenario->groups[selector->group - 1].nodes;
    }
    double nodes = scenario->node_count;
    double count = nodes;
    if (selector->kind == SELECTOR_NONE) {
        return 0;
    }
    if (selector->kind == SELECTOR_SHARE) {
        count = nodes * selector->share_ppb / SHARE_ONE;
    } else if (selector->kind == SELECTOR_COUNT) {
        count = selector->count;
    } else if (selector->kind == SELECTOR_EVERY) {
        count = nodes / selector->every;
    } else if (selector->kind == SELECTOR_RANGES) {
        count = 0;
        for (uint32_t i = 0; i < selector->range_count; i++) {
            count += selector->ranges[i].last - selector->ranges[i].first + 1;
        }
    }
    return lesser(count, nodes);
}

static double count_subscriptions(const struct scenario *scenario) {
    double sum = 0;
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        const struct scenario_family *family = &scenario->families[i];
        const struct selector *nodes = &scenario->topics[family->first].subscribers;
        double topics = family->per_node > 0 ? family->per_node : family->count;
        topics = family->per_node == 0 && family->zipf_ppm > 0 ? topics / 3 : topics;
        sum += topics * count_selected(scenario, nodes);
    }
    return sum;
}

/** From the first message to the last one. */
static double count_span_s(const struct scenario *scenario) {
    double first_s = (double)scenario->duration_ns / NS_PER_S;
    double last_s = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        bool rows = publish->from == PUBLISHER_ROWS;
        double start_s = (double)publish->start_ns / NS_PER_S;
        double end_s = start_s + mean_s(&publish->every) * publish->count;
        if (rows && publish->count > 0) {
            start_s = (double)publish->rows[0].at_ns / NS_PER_S;
            end_s = (double)publish->rows[publish->count - 1].at_ns / NS_PER_S;
        }
        end_s = publish->count == SCENARIO_COUNT_UNLIMITED ? first_s : end_s;
        first_s = lesser(first_s, start_s);
        last_s = greater(last_s, end_s);
    }
    return lesser(greater(last_s - first_s, 0), (double)scenario->duration_ns / NS_PER_S);
}

/** The most messages of an instant. */
static double count_at_once(const struct scenario *scenario) {
    double most = 1;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        bool rows = publish->from == PUBLISHER_ROWS;
        most = greater(most, rows ? 1 : (double)publish->publishers * publish->burst_count);
    }
    return most;
}

/** How many of the nodes are up at a time. */
static double share_up(const struct scenario *scenario) {
    double share = 1;
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        const struct scenario_churn *churn = &scenario->churns[i];
        double up_s = mean_s(&churn->up);
        double down_s = mean_s(&churn->down);
        double nodes = count_selected(scenario, &churn->nodes) / scenario->node_count;
        share -= churn->rows == NULL ? nodes * down_s / greater(up_s + down_s, 1e-3) : 0;
    }
    return greater(share, 0.1);
}

static double mean_delay_s(const struct scenario *scenario) {
    const struct scenario_regions *regions = &scenario->regions;
    if (scenario->links.delay_kind == SCENARIO_DELAY_DISTRIBUTION) {
        return mean_s(&scenario->links.delay);
    }
    double sum_ns = 0;
    for (size_t i = 0; i < (size_t)regions->count * regions->count; i++) {
        sum_ns += (double)regions->delay_ns[i];
    }
    return sum_ns / regions->count / regions->count / NS_PER_S;
}

static struct amounts amounts_of(const struct scenario *scenario) {
    struct arena *scratch = arena_create(NULL);
    struct failure failure;
    uint64_t messages = 0;
    bool counted = plan_count_messages(scratch, scenario, &messages, &failure);
    arena_destroy(scratch);
    double nodes = scenario->node_count;
    double links = graph_links_about(scenario);
    double subscriptions = count_subscriptions(scenario);
    double topics = greater(scenario->topic_count, 1);
    double per_node = subscriptions / nodes;
    double listed = counted ? (double)messages : SCENARIO_MESSAGES_MAX;
    return (struct amounts){
        .nodes = nodes,
        .links = links,
        .words = nodes + 2 * links / 64,
        .subscriptions = subscriptions,
        .known_topics = nodes * lesser(topics, per_node * (1 + 2 * links / nodes)),
        .messages = listed,
        .at_once = lesser(count_at_once(scenario), listed),
        .deliveries = listed * share_up(scenario) * subscriptions / topics,
        .delay_s = mean_delay_s(scenario),
        .span_s = count_span_s(scenario),
    };
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

static double topology_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    const struct scenario_links *links = &scenario->links;
    double slot = SLOT_BYTES;
    slot += draws_packets(scenario) ? SLOT_SENT_BYTES : 0;
    slot += links->has_jitter && !links->reorder ? SLOT_ARRIVAL_BYTES : 0;
    slot += links->has_burst ? sizeof(struct burst_cursor) : 0;
    slot += has_faults(scenario) ? SLOT_FAULTS_BYTES : 0;
    slot += spread_s(&scenario->start) > 0 ? 2 : 0; // half of them come up later
    slot += links->bandwidth.sharing == BANDWIDTH_FAIR ? SLOT_FAIR_BYTES : 0;
    return 2 * amounts->links * slot + amounts->nodes * NODE_GRAPH_BYTES;
}

static double router_bytes(const struct scenario *scenario, const struct amounts *amounts,
                           const struct run_options *options) {
    double node = sizeof(struct router) + NODE_WORLD_BYTES + 2.0 * scenario->topic_count;
    double known = sizeof(struct topic_state) + RING_SLACK * sizeof(struct topic_state *);
    double bytes = amounts->nodes * node + amounts->known_topics * known;
    bytes += amounts->words * 3 * sizeof(uint64_t) * amounts->known_topics / amounts->nodes;
    bytes += has_faults(scenario) ? amounts->nodes * NODE_FAULTS_BYTES : 0;
    bytes += options->metered
                 ? 2 * amounts->links * 16 * (1 + amounts->known_topics / amounts->nodes)
                 : 0;
    return bytes;
}

static double cache_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    const struct router_params *router = &scenario->router;
    double own = amounts->deliveries / amounts->nodes; // messages of a node
    double window_s = router->history_length * (double)router->heartbeat_interval_ns / NS_PER_S;
    double at_once = amounts->messages > 0 ? amounts->at_once / amounts->messages : 0;
    double kept = own * greater(at_once, lesser(1, window_s / greater(amounts->span_s, 1e-3)));
    double ttl_s = (double)router->seen_ttl_ns / NS_PER_S;
    bool expires = router->seen_ttl_ns < scenario->duration_ns;
    double seen = expires ? own * lesser(1, ttl_s / greater(amounts->span_s, 1e-3)) : 0;
    double pages = amounts->messages > PAGED_SET_PAGE_BITS ? amounts->messages / 8 : 0;
    double words = 2 * amounts->links / amounts->nodes / 64;
    double entry = sizeof(struct mcache_entry) + (words > 1 ? 8 * (words + 1) : 0);
    return amounts->nodes * (4.0 * router->history_length + RING_SLACK * entry * (kept + 2) +
                             RING_SLACK * sizeof(struct seen_entry) * seen + pages);
}

/** Hellos on their way at once: towards the end of the starts, links come up twice as fast. */
static double count_hellos(const struct scenario *scenario, const struct amounts *amounts) {
    double together_s = greater(spread_s(&scenario->start), 1e-6);
    return 2 * amounts->links * lesser(1, 2 * amounts->delay_s / together_s);
}

/** Copies of messages on their way at once, at most. */
static double count_copies(const struct amounts *amounts) {
    double copies = amounts->deliveries * COPIES_PER_DELIVERY;
    double each = amounts->messages > 0 ? copies / amounts->messages : 0;
    double steady = copies * amounts->delay_s / greater(amounts->span_s, amounts->delay_s);
    return greater(each * amounts->at_once * SHARE_IN_FLIGHT, steady);
}

static double count_in_flight(const struct scenario *scenario, const struct amounts *amounts) {
    return greater(count_hellos(scenario, amounts), count_copies(amounts));
}

/** Packets from one thread to another on their way at once. */
static double count_crossing(const struct scenario *scenario, const struct amounts *amounts,
                             const struct run_options *options) {
    double lanes = greater(options->threads, 1);
    return count_in_flight(scenario, amounts) * (1 - 1 / lanes);
}

/** What the queues of several threads need that one does not. */
static double lane_bytes(const struct scenario *scenario, const struct amounts *amounts,
                         const struct run_options *options) {
    double lanes = greater(options->threads, 1);
    return (lanes - 1) * LANE_BYTES +
           MAIL_PER_EVENT * sizeof(struct event) * count_crossing(scenario, amounts, options);
}

static double event_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double in_flight = count_in_flight(scenario, amounts);
    double planned = 2 * amounts->nodes + amounts->messages;
    double sorting = lesser(planned, EVENT_PILE_PART) * SORTING_BYTES;
    return sizeof(struct event) * (in_flight + planned) + sorting + QUEUE_BYTES;
}

static double message_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double each =
        sizeof(struct message) + sizeof(struct message_tally) + sizeof(struct plan_message);
    each += scenario_heals(scenario) ? sizeof(int64_t) : 0; // when
    bool forgets = has_faults(scenario) || scenario->router.seen_ttl_ns < scenario->duration_ns;
    double sets = forgets ? 2 * amounts->messages : scenario->topic_count;
    // A router's RPC is shared by those it goes to, a hello by all if it says the same.
    double rpcs = count_copies(amounts) / SENDS_PER_RPC * sizeof(struct rpc);
    double topics = amounts->subscriptions / amounts->nodes;
    if (topics > 1) {
        double hello = sizeof(struct rpc) + RING_SLACK * sizeof(struct rpc_entry) * topics;
        rpcs += count_hellos(scenario, amounts) * hello;
    }
    return amounts->messages * each + sets * amounts->nodes / 8 + rpcs + RPCS_BYTES;
}

static double table_bytes(const struct scenario *scenario, const struct amounts *amounts) {
    double scopes = scenario->scope_count > 1 ? scenario->scope_count + 1 : 1;
    return scopes * amounts->deliveries * DELIVERY_BYTES + amounts->nodes * NODE_PLAN_BYTES +
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
    bytes[MEMORY_MESSAGES] = bytes_of(message_bytes(scenario, &amounts) +
                                      PARCEL_BYTES * count_crossing(scenario, &amounts, options));
    bytes[MEMORY_TRACE] = bytes_of(8 * amounts.nodes) + (traced ? WRITER_BYTES : 0);
    bytes[MEMORY_TABLES] = bytes_of(table_bytes(scenario, &amounts)) + REST_BYTES;
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
