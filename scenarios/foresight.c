#include "scenarios/foresight.h"

#include "base/quantity.h"
#include "scenarios/graph.h"
#include "scenarios/occasions.h"
#include "scenarios/plan_faults.h"
#include "scenarios/plan_steps.h"

/** A sum that stays where it is instead of overflowing. */
static uint64_t add(uint64_t sum, uint64_t count, uint64_t times) {
    uint64_t product = 0;
    if (__builtin_mul_overflow(count, times, &product) ||
        __builtin_add_overflow(sum, product, &sum)) {
        return UINT64_MAX;
    }
    return sum;
}

/** What it takes to apply a selector. */
static uint64_t bound_selection(const struct scenario *scenario, const struct selector *selector,
                                uint64_t subscriptions) {
    uint64_t nodes = scenario->node_count;
    uint64_t steps = nodes;
    for (; selector != NULL; selector = selector->of) {
        bool asks = selector->kind == SELECTOR_SUBSCRIBED;
        steps = add(steps, nodes, 1 + selector->range_count);
        steps = add(steps, asks ? subscriptions : 0, 1);
    }
    return steps;
}

static bool is_of_nodes(enum scenario_event_kind kind) {
    return kind == SCENARIO_CRASH || kind == SCENARIO_RESTART || kind == SCENARIO_PAUSE ||
           kind == SCENARIO_RESUME;
}

/** What it takes to draw whom an event concerns, each time. */
static uint64_t bound_event(const struct scenario *scenario, const struct scenario_event *event,
                            uint64_t links, uint64_t subscriptions) {
    enum { STORED = 16 }; // what is kept of each node weighs more than to look at it
    uint64_t occasions = occasion_count(scenario, event);
    bool meets_limit =
        is_of_nodes(event->kind) && event->nodes.kind == SELECTOR_ALL && event->nodes.of == NULL;
    if (event->kind == SCENARIO_INJECT || meets_limit) {
        return 1; // each step is a fault, of which there can only be so many
    }
    if (!plan_is_of_links(event->kind)) {
        uint64_t each = bound_selection(scenario, &event->nodes, subscriptions);
        each = add(each, is_of_nodes(event->kind) ? 0 : STORED, scenario->node_count);
        return add(0, occasions, each);
    }
    uint64_t each = add(0, STORED, scenario->node_count);
    for (uint32_t i = 0; i < event->link_fault.side_count; i++) {
        each = add(each, bound_selection(scenario, &event->link_fault.sides[i], subscriptions), 1);
    }
    each = add(each, event->kind == SCENARIO_CONNECT ? 2 * links : 0, 1);
    return add(0, occasions, each);
}

/** How many subscriptions there may be, and changes to them. */
static uint64_t bound_subscriptions(const struct scenario *scenario) {
    uint64_t nodes = scenario->node_count;
    uint64_t count = add(0, nodes, scenario->topic_count);
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        int64_t rotate_ns = scenario->families[i].rotate_ns;
        int64_t swaps = rotate_ns == 0 ? 0 : scenario->duration_ns / rotate_ns;
        count = add(count, (uint64_t)swaps, 2 * nodes);
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        bool changes = event->kind == SCENARIO_SUBSCRIBE || event->kind == SCENARIO_UNSUBSCRIBE;
        count = add(count, changes ? occasion_count(scenario, event) : 0, nodes);
    }
    return count;
}

/** What it takes to make graph and plan, without messages: the sum over everything in them. */
static uint64_t bound_steps(const struct scenario *scenario, uint64_t links) {
    uint64_t subscriptions = bound_subscriptions(scenario);
    uint64_t steps = add(0, 2, subscriptions);
    for (uint32_t i = 0; i < scenario->topic_count; i++) {
        steps = add(steps, bound_selection(scenario, &scenario->topics[i].subscribers, 0), 1);
    }
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        steps = add(steps, bound_selection(scenario, &scenario->groups[i].nodes, 0), 1);
        steps = add(steps, bound_selection(scenario, &scenario->groups[i].callees, 0), 1);
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        steps = add(steps, bound_event(scenario, &scenario->events[i], links, subscriptions), 1);
    }
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        const struct selector *nodes = &scenario->churns[i].nodes;
        steps = add(steps, bound_selection(scenario, nodes, subscriptions), 1);
    }
    return steps;
}

/** Whether faults or links of events can be wrong at all. */
static bool is_in_doubt(const struct scenario *scenario) {
    bool in_doubt = scenario->churn_count > 0;
    uint64_t faults = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        bool of_nodes = is_of_nodes(event->kind);
        in_doubt = in_doubt || event->kind == SCENARIO_CONNECT || event->kind == SCENARIO_INJECT;
        faults = add(faults, of_nodes ? occasion_count(scenario, event) : 0, scenario->node_count);
    }
    return in_doubt || faults > PLAN_FAULTS_MAX;
}

/** Whether a random graph has so many links that it is refused before any is drawn. */
static bool is_overfull(const struct topology_options *graph) {
    uint64_t pairs = (uint64_t)graph->node_count * (graph->node_count - 1) / 2;
    return graph->kind == TOPOLOGY_ERDOS_RENYI && graph->link_count == 0 &&
           pairs / SHARE_ONE * graph->probability_ppb > TOPOLOGY_LINKS_MAX;
}

/** Has the graph refused. */
static bool check_graph(const struct scenario *scenario, struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    struct topology topology;
    bool ok = graph_build(&topology, scratch, scenario, failure);
    arena_destroy(scratch);
    return ok;
}

/** Looks at faults and links, in a graph that is made for it. */
static bool check_events(const struct scenario *scenario, struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    struct topology topology;
    struct plan plan;
    struct selection space = {.room = scratch};
    bool ok = graph_build(&topology, scratch, scenario, failure);
    if (ok) {
        plan_begin(&plan, scratch, scenario, &topology, &space);
        ok = plan_draw_first_topics(&plan, scratch, scenario, &space, failure);
    }
    if (ok) {
        plan_draw_changes(&plan, scratch, scenario, &space);
        ok = plan_foresee_faults(&plan, scratch, scenario, &space, failure) &&
             plan_check_injections(scenario, &topology, failure);
    }
    arena_destroy(scratch);
    return ok;
}

/** Counts deliveries, with all of graph and plan. */
static bool check_deliveries(const struct scenario *scenario, struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    struct topology topology;
    struct plan plan;
    bool ok = graph_build(&topology, scratch, scenario, failure) &&
              plan_make(&plan, scratch, scenario, &topology, failure);
    arena_destroy(scratch);
    return ok;
}

static bool check_messages(const struct scenario *scenario, uint64_t *count,
                           struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    bool ok = plan_count_messages(scratch, scenario, count, failure);
    arena_destroy(scratch);
    return ok;
}

bool foresight_check(const struct scenario *scenario, struct failure *failure) {
    enum { MESSAGE_STEPS = 50 };
    uint64_t messages = 0;
    uint64_t nodes = scenario->node_count;
    if (!check_messages(scenario, &messages, failure)) {
        return false;
    }
    if (is_overfull(&scenario->topology)) {
        return check_graph(scenario, failure);
    }
    uint64_t links = (uint64_t)graph_links_about(scenario);
    uint64_t steps = bound_steps(scenario, links);
    if (nodes + links > FORESIGHT_NETWORK_MAX || steps > FORESIGHT_STEPS_MAX) {
        return true;
    }
    if (is_in_doubt(scenario) && !check_events(scenario, failure)) {
        return false;
    }
    // Each message may have a set of candidates, which is gone through by words.
    steps = add(steps, messages, MESSAGE_STEPS + bitset_words((uint32_t)nodes));
    bool many = messages * nodes > PLAN_DELIVERIES_MAX;
    return !many || steps > FORESIGHT_STEPS_MAX || check_deliveries(scenario, failure);
}
