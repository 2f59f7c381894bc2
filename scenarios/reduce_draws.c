// What is drawn is written out: a graph becomes a list of links, a share of nodes their names.

#include "base/bitset.h"
#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/fleet.h"
#include "scenarios/occasions.h"
#include "scenarios/plan_faults.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_map.h"
#include "scenarios/run.h"

enum { LINKS_MAX = 200000, MESSAGES_MAX = 4096, OCCASIONS_MAX = 64, ROWS_MAX = 10000 };

const char *reduce_draw_name(enum reduce_draw draw) {
    static const char *const names[REDUCE_DRAW_COUNT] = {
        [REDUCE_DRAWN_GRAPH] = "the links are written out",
        [REDUCE_DRAWN_GROUPS] = "the nodes of groups are written out",
        [REDUCE_DRAWN_MESSAGES] = "the messages are written out",
        [REDUCE_DRAWN_TOPICS] = "the subscribers are written out",
        [REDUCE_DRAWN_EVENTS] = "times and nodes of events are written out",
        [REDUCE_DRAWN_CHURN] = "churn is written out",
    };
    CHECK(draw < REDUCE_DRAW_COUNT);
    return names[draw];
}

/** Whether a selection is not a list of nodes already. */
static bool is_rule(const struct selector *selector) {
    return selector->kind != SELECTOR_ALL && selector->kind != SELECTOR_NONE &&
           selector->kind != SELECTOR_RANGES;
}

static uint64_t *new_set(struct arena *arena, uint32_t nodes) {
    return arena_take_array(arena, MEMORY_TABLES, bitset_words(nodes), sizeof(uint64_t));
}

/** A scenario that is written out, and its world. */
struct writer {
    struct arena *arena;
    const struct fleet *fleet;
    const struct plan *plan;
    struct scenario *scenario;
};

/** The links of a graph that was drawn. */
static void list_links(const struct writer *writer) {
    const struct topology *topology = &writer->fleet->topology;
    struct topology_options *graph = &writer->scenario->topology;
    struct topology_edge *edges =
        arena_take_array(writer->arena, MEMORY_TABLES, (size_t)topology->link_count, sizeof *edges);
    uint64_t count = 0;
    for (uint32_t slot = 0; slot < topology->slot_first[topology->node_count]; slot++) {
        uint32_t owner = topology->owner[slot];
        if (owner < topology->peer[slot]) {
            edges[count++] = (struct topology_edge){.a = owner, .b = topology->peer[slot]};
        }
    }
    CHECK(count == topology->link_count);
    *graph = (struct topology_options){
        .kind = TOPOLOGY_EDGES,
        .node_count = topology->node_count,
        .edges = edges,
        .edge_count = count,
        .seed = graph->seed,
    };
}

/** The delays of links, where they were drawn and are the same both ways. */
static bool list_delays(const struct writer *writer) {
    const struct topology *topology = &writer->fleet->topology;
    const struct topology_options *graph = &writer->scenario->topology;
    const struct scenario_links *options = &writer->scenario->links;
    bool constant = options->delay_kind == SCENARIO_DELAY_DISTRIBUTION &&
                    options->delay.kind == DISTRIBUTION_CONSTANT && options->matrix_ns == NULL;
    int64_t *delay_ns =
        arena_take_array(writer->arena, MEMORY_TABLES, (size_t)graph->edge_count, sizeof *delay_ns);
    bool new = false;
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        uint32_t slot = topology_find_slot(topology, graph->edges[i].a, graph->edges[i].b);
        CHECK(slot != UINT32_MAX);
        delay_ns[i] = links_delay_ns(&writer->fleet->sim.links, slot);
        if (delay_ns[i] != links_delay_ns(&writer->fleet->sim.links, topology->reverse[slot])) {
            return false;
        }
        const int64_t *own = writer->scenario->edge_values.delay_ns;
        new = new || own == NULL || own[i] == EDGE_DELAY_NONE;
    }
    if (!constant && new) {
        writer->scenario->edge_values.delay_ns = delay_ns;
        writer->scenario->links.matrix_ns = NULL;
    }
    return !constant && new;
}

static bool write_graph(const struct writer *writer) {
    bool drawn = writer->scenario->topology.kind != TOPOLOGY_EDGES;
    if (writer->fleet->topology.link_count > LINKS_MAX) {
        return false;
    }
    if (drawn) {
        list_links(writer);
    }
    return list_delays(writer) || drawn;
}

static bool write_groups(const struct writer *writer) {
    struct scenario *scenario = writer->scenario;
    struct scenario_group *groups =
        reduce_copy(writer->arena, scenario->groups, scenario->group_count, sizeof *groups);
    bool changed = false;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        uint64_t *members = new_set(writer->arena, scenario->node_count);
        for (uint32_t node = 0; node < scenario->node_count; node++) {
            if (plan_group(writer->plan, node) == i + 1) {
                bitset_add(members, node);
            }
        }
        bool rule = is_rule(&groups[i].nodes);
        changed = changed || rule;
        groups[i].nodes = rule ? reduce_list_members(writer->arena, members, scenario->node_count)
                               : groups[i].nodes;
    }
    scenario->groups = groups;
    return changed;
}

static bool is_single(const struct scenario_publish *publish) {
    return publish->from == PUBLISHER_NODES && publish->node_count == 1 && publish->count == 1 &&
           publish->burst_count <= 1 && publish->size.choice_count == 0 &&
           publish->size.distribution.kind == DISTRIBUTION_CONSTANT;
}

static bool write_messages(const struct writer *writer) {
    struct scenario *scenario = writer->scenario;
    const struct plan *plan = writer->plan;
    bool drawn = false;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        drawn = drawn || !is_single(&scenario->publishes[i]);
    }
    if (!drawn || plan->message_count > MESSAGES_MAX) {
        return false;
    }
    struct scenario_publish *series =
        arena_take_array(writer->arena, MEMORY_TABLES, plan->message_count + 1, sizeof *series);
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->message_count; i++) {
        const struct plan_message *message = &plan->messages[i];
        if (message->origin == PLAN_NODE_NONE) {
            continue;
        }
        uint32_t *node = arena_take(writer->arena, MEMORY_TABLES, sizeof *node);
        *node = message->origin;
        series[count++] = (struct scenario_publish){
            .topic = message->topic,
            .topic_count = 1,
            .from = PUBLISHER_NODES,
            .nodes = node,
            .node_count = 1,
            .start_ns = message->at_ns,
            .every = {.kind = DISTRIBUTION_CONSTANT, .a_ns = NS_PER_S},
            .until_ns = INT64_MAX,
            .count = 1,
            .publishers = 1,
            .burst_count = 1,
            .size.distribution = {.kind = DISTRIBUTION_CONSTANT, .a_ns = message->size_bytes},
        };
    }
    scenario->publishes = series;
    scenario->publish_count = count;
    return true;
}

static bool has_drawn_topics(const struct scenario *scenario) {
    bool drawn = false;
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        const struct scenario_family *family = &scenario->families[i];
        drawn = drawn || !family->is_one || is_rule(&scenario->topics[family->first].subscribers);
    }
    return drawn;
}

/** Whether something is about a family as a whole. */
static bool needs_families(const struct scenario *scenario) {
    bool needs = false;
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        needs = needs || scenario->families[i].rotate_ns > 0;
    }
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        needs = needs || scenario->publishes[i].topic_count > 1;
    }
    return needs;
}

static void find_subscribers(const struct plan *plan, uint32_t topic, uint64_t *members) {
    for (uint32_t node = 0; node < plan->node_count; node++) {
        for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
            if (plan->first_topics[i] == topic) {
                bitset_add(members, node);
            }
        }
    }
}

static bool write_topics(const struct writer *writer) {
    struct scenario *scenario = writer->scenario;
    const struct plan *plan = writer->plan;
    if (!has_drawn_topics(scenario) || needs_families(scenario)) {
        return false;
    }
    struct scenario_topic *topics =
        reduce_copy(writer->arena, scenario->topics, scenario->topic_count, sizeof *topics);
    struct scenario_family *families =
        arena_take_array(writer->arena, MEMORY_TABLES, scenario->topic_count, sizeof *families);
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        uint64_t *members = new_set(writer->arena, scenario->node_count);
        find_subscribers(plan, topic, members);
        topics[topic].family = topic;
        topics[topic].subscribers =
            reduce_list_members(writer->arena, members, scenario->node_count);
        families[topic] = (struct scenario_family){
            .name = topics[topic].name, .is_one = true, .first = topic, .count = 1};
    }
    scenario->topics = topics;
    scenario->families = families;
    scenario->family_count = scenario->topic_count;
    return true;
}

static bool is_drawn_event(const struct scenario_event *event) {
    bool drawn = event->when != OCCASION_AT || is_rule(&event->nodes);
    for (uint32_t i = 0; i < event->link_fault.side_count; i++) {
        drawn = drawn || is_rule(&event->link_fault.sides[i]);
    }
    return drawn;
}

/** What the plan calls the beginning of a fault of nodes; −1: it is none. */
static int fault_kind_of(enum scenario_event_kind kind) {
    static const struct {
        enum scenario_event_kind kind;
        enum plan_fault_kind fault;
    } kinds[] = {
        {SCENARIO_CRASH, PLAN_NODE_DOWN},
        {SCENARIO_RESTART, PLAN_NODE_UP},
        {SCENARIO_PAUSE, PLAN_NODE_PAUSED},
        {SCENARIO_RESUME, PLAN_NODE_RESUMED},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == kind) {
            return (int)kinds[i].fault;
        }
    }
    return -1;
}

/** Whom an event that is about nodes concerns at an instant. */
static void find_nodes(const struct writer *writer, const struct scenario_event *event,
                       int64_t at_ns, uint64_t *members) {
    const struct plan *plan = writer->plan;
    bool subscribes = event->kind == SCENARIO_SUBSCRIBE;
    bool changes = subscribes || event->kind == SCENARIO_UNSUBSCRIBE;
    for (uint32_t i = 0; changes && i < plan->change_count; i++) {
        const struct plan_change *change = &plan->changes[i];
        if (change->at_ns == at_ns && change->topic == event->topic &&
            change->subscribe == subscribes && change->handler == event->handler) {
            bitset_add(members, change->node);
        }
    }
    for (uint32_t i = 0; event->kind == SCENARIO_ROLE && i < plan->role_change_count; i++) {
        if (plan->role_changes[i].at_ns == at_ns) {
            bitset_add(members, plan->role_changes[i].node);
        }
    }
    int kind = fault_kind_of(event->kind);
    for (uint32_t i = 0; kind >= 0 && plan->faults != NULL && i < plan->faults->count; i++) {
        const struct plan_fault *fault = &plan->faults->items[i];
        if (fault->at_ns == at_ns && fault->kind == kind) {
            bitset_add(members, fault->node);
        }
    }
}

/** Whether a node is of a set of a fault of links. */
static bool is_of_side(const struct plan_link_fault *fault, uint32_t node, uint32_t side) {
    bool overlap = fault->targets == LINKS_ONE_WAY || fault->targets == LINKS_BETWEEN;
    return overlap ? (fault->side[node] >> side & 1) != 0 : fault->side[node] == side + 1;
}

static struct selector list_side(const struct writer *writer, const struct plan_link_fault *fault,
                                 uint32_t side) {
    uint32_t nodes = writer->scenario->node_count;
    uint64_t *members = new_set(writer->arena, nodes);
    for (uint32_t node = 0; node < nodes; node++) {
        if (is_of_side(fault, node, side)) {
            bitset_add(members, node);
        }
    }
    return reduce_list_members(writer->arena, members, nodes);
}

/** The sets of nodes of a fault of links at an instant. */
static void find_sides(const struct writer *writer, uint32_t index, struct scenario_event *event) {
    const struct plan_faults *faults = writer->plan->faults;
    struct scenario_link_fault *fault = &event->link_fault;
    struct selector *sides =
        reduce_copy(writer->arena, fault->sides, fault->side_count, sizeof *sides);
    for (uint32_t i = 0; faults != NULL && i < faults->link_count; i++) {
        if (faults->links[i].event != index || faults->links[i].at_ns != event->at_ns) {
            continue;
        }
        for (uint32_t side = 0; side < fault->side_count; side++) {
            sides[side] = list_side(writer, &faults->links[i], side);
        }
    }
    fault->sides = sides;
}

/** One occasion of an event as an event of its own. */
static struct scenario_event write_occasion(const struct writer *writer, uint32_t index,
                                            uint32_t occasion) {
    struct scenario_event event = writer->scenario->events[index];
    event.at_ns = occasion_at(writer->scenario, index, occasion);
    event.when = OCCASION_AT;
    if (event.link_fault.side_count > 0) {
        find_sides(writer, index, &event);
    } else if (is_rule(&event.nodes)) {
        uint64_t *members = new_set(writer->arena, writer->scenario->node_count);
        find_nodes(writer, &event, event.at_ns, members);
        event.nodes = reduce_list_members(writer->arena, members, writer->scenario->node_count);
    }
    return event;
}

static bool write_events(const struct writer *writer) {
    struct scenario *scenario = writer->scenario;
    struct scenario_event *events =
        arena_take_array(writer->arena, MEMORY_TABLES,
                         (size_t)scenario->event_count * OCCASIONS_MAX + 1, sizeof *events);
    uint32_t count = 0;
    bool changed = false;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        uint32_t times = occasion_count(scenario, event);
        bool drawn = is_drawn_event(event) && times <= OCCASIONS_MAX && times > 0 &&
                     (event->name == NULL || times == 1);
        if (!drawn) {
            events[count++] = *event;
            continue;
        }
        changed = true;
        for (uint32_t k = 0; k < times; k++) {
            events[count++] = write_occasion(writer, i, k);
        }
    }
    scenario->events = events;
    scenario->event_count = count;
    return changed;
}

static bool crashes(const struct scenario *scenario) {
    bool any = false;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        enum scenario_event_kind kind = scenario->events[i].kind;
        any = any || kind == SCENARIO_CRASH || kind == SCENARIO_RESTART;
    }
    return any;
}

/** Who comes and goes by one churn, where nothing else makes nodes do so. */
static bool write_churn(const struct writer *writer) {
    struct scenario *scenario = writer->scenario;
    const struct plan_faults *faults = writer->plan->faults;
    if (scenario->churn_count != 1 || scenario->churns[0].rows != NULL || crashes(scenario) ||
        faults == NULL || faults->count > ROWS_MAX) {
        return false;
    }
    struct scenario_churn *churn = reduce_copy(writer->arena, scenario->churns, 1, sizeof *churn);
    struct scenario_churn_row *rows =
        arena_take_array(writer->arena, MEMORY_TABLES, faults->count + 1, sizeof *rows);
    churn->row_count = 0;
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct plan_fault *fault = &faults->items[faults->by_time[i]];
        if (fault->kind == PLAN_NODE_DOWN || fault->kind == PLAN_NODE_UP) {
            rows[churn->row_count++] = (struct scenario_churn_row){
                .at_ns = fault->at_ns, .node = fault->node, .up = fault->kind == PLAN_NODE_UP};
        }
    }
    churn->rows = rows;
    scenario->churns = churn;
    return churn->row_count > 0;
}

const struct scenario *reduce_written_out(struct arena *arena, const struct scenario *scenario,
                                          enum reduce_draw draw) {
    struct arena *scratch = arena_create(NULL);
    struct failure failure;
    struct fleet *fleet =
        run_build(scratch, scenario, &(struct run_options){.level = TRACE_LEVEL_NONE}, &failure);
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    bool written = false;
    if (fleet != NULL) {
        const struct writer writer = {arena, fleet, &fleet->plan, copy};
        static bool (*const writers[REDUCE_DRAW_COUNT])(const struct writer *writer) = {
            [REDUCE_DRAWN_GRAPH] = write_graph,       [REDUCE_DRAWN_GROUPS] = write_groups,
            [REDUCE_DRAWN_MESSAGES] = write_messages, [REDUCE_DRAWN_TOPICS] = write_topics,
            [REDUCE_DRAWN_EVENTS] = write_events,     [REDUCE_DRAWN_CHURN] = write_churn,
        };
        written = writers[draw](&writer);
    }
    arena_destroy(scratch);
    return written ? copy : NULL;
}
