#include "scenarios/estimate_amounts.h"

#include "base/arena.h"
#include "base/quantity.h"
#include "scenarios/graph.h"
#include "scenarios/groups.h"
#include "scenarios/plan_steps.h"

// What the protocol makes of a message, roughly.
#define COPIES_PER_D 1.08 // a mesh is a little larger than it aims at, and nobody sends back
#define COPIES_PER_D_TOGETHER 1.2
#define ZIPF_SHARE (1.0 / 3) // of topics by popularity, those that a node has

double amounts_mean_s(const struct distribution_options *options) {
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

double amounts_spread_s(const struct distribution_options *options) {
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
    return options->kind == DISTRIBUTION_EMPIRICAL ? 2 * amounts_mean_s(options) : 2 * a_s;
}

double amounts_selected(const struct scenario *scenario, const struct selector *selector) {
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

/** Of the topics of a family, those that each of its nodes subscribes to. */
static double topics_of_each(const struct scenario_family *family) {
    if (family->per_node > 0) {
        return family->per_node;
    }
    return family->zipf_ppm > 0 ? family->count * ZIPF_SHARE : family->count;
}

static double count_subscriptions(const struct scenario *scenario) {
    double sum = 0;
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        const struct scenario_family *family = &scenario->families[i];
        const struct selector *nodes = &scenario->topics[family->first].subscribers;
        sum += topics_of_each(family) * amounts_selected(scenario, nodes);
    }
    return sum;
}

double amounts_subscribers(const struct scenario *scenario, uint32_t topic) {
    const struct scenario_topic *which = &scenario->topics[topic];
    const struct scenario_family *family = &scenario->families[which->family];
    return amounts_selected(scenario, &which->subscribers) * topics_of_each(family) / family->count;
}

/** Subscriptions to topics that somebody publishes in. */
static double count_busy(const struct scenario *scenario) {
    double sum = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        sum += publish->topic_count * amounts_subscribers(scenario, publish->topic);
    }
    return sum;
}

static double mean_delay_s(const struct scenario *scenario) {
    const struct scenario_regions *regions = &scenario->regions;
    if (scenario->links.delay_kind == SCENARIO_DELAY_DISTRIBUTION) {
        return amounts_mean_s(&scenario->links.delay);
    }
    double sum_ns = 0;
    for (size_t i = 0; i < (size_t)regions->count * regions->count; i++) {
        sum_ns += (double)regions->delay_ns[i];
    }
    return sum_ns / regions->count / regions->count / NS_PER_S;
}

/** Over how long the first heartbeats are spread. */
static double count_beats_s(const struct scenario *scenario) {
    const struct scenario_heartbeat *beat = &scenario->timing.heartbeat;
    double interval_s = (double)scenario->router.heartbeat_interval_ns / NS_PER_S;
    double phase_s = beat->phase_uniform ? interval_s : amounts_spread_s(&beat->phase);
    return amounts_spread_s(&scenario->start) + phase_s;
}

/** Copies of a message that come to each node: from those that have it in their mesh. Where all
 * fill their meshes at one moment, these become larger. */
static double count_copies_each(const struct scenario *scenario, double links) {
    double degree = 2 * links / scenario->node_count;
    bool floods = scenario->router.protocol == ROUTER_FLOODSUB;
    bool together = count_beats_s(scenario) < mean_delay_s(scenario);
    double each = scenario->router.d * (together ? COPIES_PER_D_TOGETHER : COPIES_PER_D);
    return greater(1, floods ? degree : lesser(degree, each));
}

/** When the messages of an entry begin and end. */
static void span_of(const struct scenario *scenario, const struct scenario_publish *publish,
                    double span_s[2]) {
    double until_s = (double)publish->until_ns / NS_PER_S;
    span_s[0] = (double)publish->start_ns / NS_PER_S;
    span_s[1] = lesser(span_s[0] + amounts_mean_s(&publish->every) * publish->count, until_s);
    if (publish->from == PUBLISHER_ROWS && publish->count > 0) {
        span_s[0] = (double)publish->rows[0].at_ns / NS_PER_S;
        span_s[1] = (double)publish->rows[publish->count - 1].at_ns / NS_PER_S;
    }
    span_s[1] = lesser(span_s[1], (double)scenario->duration_ns / NS_PER_S);
}

/** Sets when the first message comes, and how long they come. */
static void find_span(const struct scenario *scenario, struct amounts *amounts) {
    double first_s = (double)scenario->duration_ns / NS_PER_S;
    double last_s = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        double span_s[2];
        span_of(scenario, &scenario->publishes[i], span_s);
        first_s = lesser(first_s, span_s[0]);
        last_s = greater(last_s, span_s[1]);
    }
    amounts->first_s = first_s;
    amounts->span_s = greater(last_s - first_s, 0);
}

double amounts_size_bytes(const struct scenario_publish *publish) {
    const struct scenario_size *size = &publish->size;
    double sum = 0;
    double weights = 0;
    if (publish->from == PUBLISHER_ROWS) {
        return publish->count > 0 ? publish->rows[0].size_bytes : 0;
    }
    if (size->choice_count == 0) {
        return amounts_mean_s(&size->distribution) * NS_PER_S; // its unit is a byte
    }
    for (uint32_t i = 0; i < size->choice_count; i++) {
        sum += (double)size->choices[i] * (double)size->weights[i];
        weights += (double)size->weights[i];
    }
    return sum / weights;
}

double amounts_instant(const struct scenario_publish *publish) {
    bool rows = publish->from == PUBLISHER_ROWS;
    return rows ? 1 : (double)publish->publishers * publish->burst_count;
}

/** How many nodes are to get a message, on average over all messages. */
static double count_receivers(const struct scenario *scenario) {
    double messages = 0;
    double receivers = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        double span_s[2];
        span_of(scenario, publish, span_s);
        double every_s = greater(amounts_mean_s(&publish->every), 1e-9);
        double instants = lesser(publish->count, 1 + greater(span_s[1] - span_s[0], 0) / every_s);
        double own = instants * amounts_instant(publish);
        messages += own;
        receivers += own * amounts_subscribers(scenario, publish->topic);
    }
    return messages > 0 ? receivers / messages : 0;
}

/** The most messages of an instant. */
static double count_at_once(const struct scenario *scenario) {
    double most = 1;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        most = greater(most, amounts_instant(&scenario->publishes[i]));
    }
    return most;
}

/** Sets how many of the nodes are up at a time, and how many come and go. */
static void find_churn(const struct scenario *scenario, struct amounts *amounts) {
    double up = 1;
    double churning = 0;
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        const struct scenario_churn *churn = &scenario->churns[i];
        double up_s = amounts_mean_s(&churn->up);
        double down_s = amounts_mean_s(&churn->down);
        double nodes = amounts_selected(scenario, &churn->nodes) / scenario->node_count;
        up -= churn->rows == NULL ? nodes * down_s / greater(up_s + down_s, 1e-3) : 0;
        churning += nodes;
    }
    amounts->up = greater(up, 0.1);
    amounts->churning = lesser(churning, 1);
}

struct amounts amounts_of(const struct scenario *scenario) {
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
    struct amounts amounts = {
        .nodes = nodes,
        .links = links,
        .words = nodes + 2 * links / 64,
        .subscriptions = subscriptions,
        .known_topics = nodes * lesser(topics, per_node * (1 + 2 * links / nodes)),
        .busy_topics = lesser(subscriptions, count_busy(scenario)),
        .messages = listed,
        .at_once = lesser(count_at_once(scenario), listed),
        .copies = count_copies_each(scenario, links),
        .delay_s = mean_delay_s(scenario),
    };
    find_span(scenario, &amounts);
    find_churn(scenario, &amounts);
    amounts.deliveries = listed * amounts.up * count_receivers(scenario);
    return amounts;
}

double amounts_hellos(const struct scenario *scenario, const struct amounts *amounts) {
    double together_s = greater(amounts_spread_s(&scenario->start), 1e-6);
    return 2 * amounts->links * lesser(1, 2 * amounts->delay_s / together_s);
}

double amounts_grafts(const struct scenario *scenario, const struct amounts *amounts) {
    double together_s = greater(count_beats_s(scenario), 1e-6);
    if (scenario->router.protocol == ROUTER_FLOODSUB) {
        return 0;
    }
    double each = lesser(scenario->router.d, 2 * amounts->links / amounts->nodes);
    return amounts->subscriptions * each * lesser(1, amounts->delay_s / together_s);
}

double amounts_copies(const struct amounts *amounts) {
    double copies = amounts->deliveries * amounts->copies;
    double each = amounts->messages > 0 ? copies / amounts->messages : 0;
    double steady = copies * amounts->delay_s / greater(amounts->span_s, amounts->delay_s);
    return greater(each * amounts->at_once * AMOUNTS_IN_FLIGHT, steady);
}

double amounts_in_flight(const struct scenario *scenario, const struct amounts *amounts) {
    double control = greater(amounts_hellos(scenario, amounts), amounts_grafts(scenario, amounts));
    return greater(control, amounts_copies(amounts));
}
