#include "scenarios/reduce_map.h"

#include "base/bitset.h"
#include "base/check.h"

#include <string.h>

void *reduce_copy(struct arena *arena, const void *items, size_t count, size_t size) {
    void *copy = arena_take_array(arena, MEMORY_TABLES, count + 1, size);
    if (count > 0) {
        memcpy(copy, items, count * size);
    }
    return copy;
}

struct selector reduce_list_members(struct arena *arena, const uint64_t *members, uint32_t nodes) {
    struct selector_range *ranges = NULL;
    struct selector selector = {.kind = SELECTOR_NONE};
    uint32_t size = bitset_count(members, bitset_words(nodes));
    ranges = arena_take_array(arena, MEMORY_TABLES, size + 1, sizeof *ranges);
    for (uint32_t node = 0; node < nodes; node++) {
        if (!bitset_has(members, node)) {
            continue;
        }
        uint32_t count = selector.range_count;
        if (count > 0 && ranges[count - 1].last + 1 == node) {
            ranges[count - 1].last = node;
        } else {
            ranges[selector.range_count++] = (struct selector_range){.first = node, .last = node};
        }
    }
    selector.ranges = ranges;
    selector.kind = size == 0 ? SELECTOR_NONE : SELECTOR_RANGES;
    selector.kind = size == nodes ? SELECTOR_ALL : selector.kind;
    return selector;
}

void reduce_map_number(uint32_t *numbers, uint32_t first, uint32_t end) {
    uint32_t next = first;
    for (uint32_t i = first; i < end; i++) {
        numbers[i] = numbers[i] == REDUCE_GONE ? REDUCE_GONE : next++;
    }
}

void reduce_map_init(struct reduce_map *map, struct arena *arena, const struct scenario *scenario) {
    *map = (struct reduce_map){
        .arena = arena,
        .scenario = scenario,
        .nodes = arena_take_array(arena, MEMORY_TABLES, scenario->node_count, sizeof(uint32_t)),
        .node_count = scenario->node_count,
        .topics =
            arena_take_array(arena, MEMORY_TABLES, scenario->topic_count + 1, sizeof(uint32_t)),
        .groups =
            arena_take_array(arena, MEMORY_TABLES, scenario->group_count + 1, sizeof(uint32_t)),
    };
    reduce_map_number(map->nodes, 0, scenario->node_count);
    reduce_map_number(map->topics, 0, scenario->topic_count);
    reduce_map_number(map->groups, 0, scenario->group_count + 1);
}

/** The ranges of the nodes that are left of some ranges, in the order of their new numbers. */
static void map_ranges(const struct reduce_map *map, const struct selector *selector,
                       struct selector *mapped) {
    uint32_t words = bitset_words(map->node_count);
    uint64_t *members = arena_take_array(map->arena, MEMORY_TABLES, words + 1, sizeof *members);
    for (uint32_t i = 0; i < selector->range_count; i++) {
        const struct selector_range *range = &selector->ranges[i];
        for (uint32_t node = range->first; node <= range->last; node++) {
            if (map->nodes[node] != REDUCE_GONE) {
                bitset_add(members, map->nodes[node]);
            }
        }
    }
    *mapped = reduce_list_members(map->arena, members, map->node_count);
}

/** What is left of one rule, whose own `of` is mapped already. */
static void map_rule(const struct reduce_map *map, const struct selector *rule,
                     struct selector *mapped) {
    bool of_nobody = mapped->of != NULL && mapped->of->kind == SELECTOR_NONE;
    if (rule->kind == SELECTOR_NOT) {
        CHECK(mapped->of != NULL);
        mapped->kind = of_nobody ? SELECTOR_ALL : SELECTOR_NOT;
        mapped->kind = mapped->of->kind == SELECTOR_ALL ? SELECTOR_NONE : mapped->kind;
        mapped->of = mapped->kind == SELECTOR_NOT ? mapped->of : NULL;
        return;
    }
    if (rule->kind == SELECTOR_RANGES) {
        map_ranges(map, rule, mapped);
    } else if (rule->kind == SELECTOR_COUNT) {
        mapped->count = rule->count < map->node_count ? rule->count : map->node_count;
    } else if (rule->kind == SELECTOR_GROUP) {
        mapped->group = map->groups[rule->group];
        mapped->kind = mapped->group == REDUCE_GONE ? SELECTOR_NONE : SELECTOR_GROUP;
    } else if (rule->kind == SELECTOR_SUBSCRIBED) {
        mapped->topic = map->topics[rule->topic];
        mapped->kind = mapped->topic == REDUCE_GONE ? SELECTOR_NONE : SELECTOR_SUBSCRIBED;
    }
    mapped->kind = of_nobody ? SELECTOR_NONE : mapped->kind;
    mapped->of = mapped->kind == SELECTOR_NONE ? NULL : mapped->of;
}

bool reduce_map_selector(const struct reduce_map *map, const struct selector *selector,
                         struct selector *mapped) {
    const struct selector *rules[SELECTOR_DEPTH_MAX + 2];
    uint32_t depth = 0;
    for (const struct selector *rule = selector; rule != NULL; rule = rule->of) {
        CHECK(depth < SELECTOR_DEPTH_MAX + 2);
        rules[depth++] = rule;
    }
    const struct selector *inner = NULL;
    while (depth > 0) {
        const struct selector *rule = rules[--depth];
        struct selector *copy = reduce_copy(map->arena, rule, 1, sizeof *copy);
        copy->of = inner;
        map_rule(map, rule, copy);
        inner = copy;
    }
    *mapped = *inner;
    return mapped->kind != SELECTOR_NONE;
}

static void map_roles(const struct reduce_map *map, struct scenario_roles *roles) {
    if ((roles->roles >> ROLE_CENSORS & 1) != 0 &&
        !reduce_map_selector(map, &roles->censored, &roles->censored)) {
        roles->roles &= ~(UINT32_C(1) << ROLE_CENSORS);
    }
}

/** Links between sets of nodes. False if there can be none. */
static bool map_sides(const struct reduce_map *map, struct scenario_link_fault *fault) {
    struct selector *sides =
        reduce_copy(map->arena, fault->sides, fault->side_count, sizeof *sides);
    uint32_t count = 0;
    for (uint32_t i = 0; i < fault->side_count; i++) {
        bool any = reduce_map_selector(map, &fault->sides[i], &sides[count]);
        if (!any && fault->targets != LINKS_OF_GROUPS) {
            return false;
        }
        count += any ? 1 : 0;
    }
    fault->sides = sides;
    fault->side_count = count;
    return count >= (fault->targets == LINKS_OF ? 1 : 2);
}

/** An event of what stays. False if it is about nobody. */
static bool map_event(const struct reduce_map *map, struct scenario_event *event) {
    if (event->kind == SCENARIO_HEAL || event->kind == SCENARIO_RELEASE) {
        return true;
    }
    if (event->kind == SCENARIO_INJECT) {
        event->from = map->nodes[event->from];
        event->to = map->nodes[event->to];
        return event->from != REDUCE_GONE && event->to != REDUCE_GONE;
    }
    if (event->kind == SCENARIO_SUBSCRIBE || event->kind == SCENARIO_UNSUBSCRIBE) {
        event->topic = map->topics[event->topic];
        return event->topic != REDUCE_GONE &&
               reduce_map_selector(map, &event->nodes, &event->nodes);
    }
    if (event->link_fault.side_count > 0) {
        return map_sides(map, &event->link_fault);
    }
    if (event->kind == SCENARIO_ROLE) {
        struct scenario_roles *roles = reduce_copy(map->arena, event->roles, 1, sizeof *roles);
        map_roles(map, roles);
        event->roles = roles;
    }
    return reduce_map_selector(map, &event->nodes, &event->nodes);
}

/** Whether an event of that name is left. */
static bool has_event(const struct scenario *scenario, const char *name) {
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const char *own = scenario->events[i].name;
        if (own != NULL && strcmp(own, name) == 0) {
            return true;
        }
    }
    return false;
}

static void map_events(const struct reduce_map *map, struct scenario *scenario) {
    struct scenario_event *events =
        reduce_copy(map->arena, scenario->events, scenario->event_count, sizeof *events);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        events[count] = scenario->events[i];
        count += map_event(map, &events[count]) ? 1 : 0;
    }
    scenario->events = events;
    scenario->event_count = count;
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *ends = events[i].link_fault.ends;
        if (ends == NULL || has_event(scenario, ends)) {
            events[left++] = events[i];
        }
    }
    scenario->event_count = left;
}

static void map_rows(const struct reduce_map *map, struct scenario_publish *publish) {
    struct scenario_row *rows =
        reduce_copy(map->arena, publish->rows, publish->count, sizeof *rows);
    uint32_t count = 0;
    for (uint32_t i = 0; i < publish->count; i++) {
        rows[count] = publish->rows[i];
        rows[count].node = map->nodes[rows[count].node];
        rows[count].topic = map->topics[rows[count].topic];
        count += rows[count].node != REDUCE_GONE && rows[count].topic != REDUCE_GONE ? 1 : 0;
    }
    publish->rows = rows;
    publish->count = count;
}

/** A series of what stays. False if nothing is left of it. */
static bool map_series(const struct reduce_map *map, struct scenario_publish *publish) {
    if (publish->from == PUBLISHER_ROWS) {
        map_rows(map, publish);
        return publish->count > 0;
    }
    publish->topic = map->topics[publish->topic];
    publish->group = map->groups[publish->group];
    if (publish->topic == REDUCE_GONE || publish->group == REDUCE_GONE) {
        return false;
    }
    if (publish->from == PUBLISHER_NODES) {
        uint32_t *nodes =
            reduce_copy(map->arena, publish->nodes, publish->node_count, sizeof *nodes);
        uint32_t count = 0;
        for (uint32_t i = 0; i < publish->node_count; i++) {
            nodes[count] = map->nodes[nodes[i]];
            count += nodes[count] == REDUCE_GONE ? 0 : 1;
        }
        publish->nodes = nodes;
        publish->node_count = count;
        return count > 0;
    }
    publish->publishers =
        publish->publishers < map->node_count ? publish->publishers : map->node_count;
    return reduce_map_selector(map, &publish->subset, &publish->subset);
}

static void map_publishes(const struct reduce_map *map, struct scenario *scenario) {
    struct scenario_publish *publishes =
        reduce_copy(map->arena, scenario->publishes, scenario->publish_count, sizeof *publishes);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        publishes[count] = scenario->publishes[i];
        count += map_series(map, &publishes[count]) ? 1 : 0;
    }
    scenario->publishes = publishes;
    scenario->publish_count = count;
}

static void map_churns(const struct reduce_map *map, struct scenario *scenario) {
    struct scenario_churn *churns =
        reduce_copy(map->arena, scenario->churns, scenario->churn_count, sizeof *churns);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        struct scenario_churn *churn = &churns[count];
        *churn = scenario->churns[i];
        if (churn->rows == NULL) {
            count += reduce_map_selector(map, &churn->nodes, &churn->nodes) ? 1 : 0;
            continue;
        }
        struct scenario_churn_row *rows =
            reduce_copy(map->arena, churn->rows, churn->row_count, sizeof *rows);
        uint32_t left = 0;
        for (uint32_t k = 0; k < churn->row_count; k++) {
            rows[left] = rows[k];
            rows[left].node = map->nodes[rows[k].node];
            left += rows[left].node == REDUCE_GONE ? 0 : 1;
        }
        churn->rows = rows;
        churn->row_count = left;
        count += left > 0 ? 1 : 0;
    }
    scenario->churns = churns;
    scenario->churn_count = count;
}

static void map_topics(const struct reduce_map *map, struct scenario *scenario) {
    struct scenario_topic *topics =
        reduce_copy(map->arena, scenario->topics, scenario->topic_count, sizeof *topics);
    struct scenario_family *families =
        reduce_copy(map->arena, scenario->families, scenario->family_count, sizeof *families);
    uint32_t topic_count = 0;
    uint32_t family_count = 0;
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        struct scenario_family family = scenario->families[i];
        if (map->topics[family.first] == REDUCE_GONE) {
            continue;
        }
        for (uint32_t k = 0; k < family.count; k++) {
            struct scenario_topic *topic = &topics[topic_count + k];
            *topic = scenario->topics[family.first + k];
            topic->family = family_count;
            // A topic without subscribers is one all the same.
            bool any = reduce_map_selector(map, &topic->subscribers, &topic->subscribers);
            (void)any;
        }
        family.first = topic_count;
        topic_count += family.count;
        families[family_count++] = family;
    }
    scenario->topics = topics;
    scenario->topic_count = topic_count;
    scenario->families = families;
    scenario->family_count = family_count;
}

/** Groups, of which those that name nodes of which none is left go. */
static void map_groups(struct reduce_map *map, struct scenario *scenario) {
    struct scenario_group *groups =
        reduce_copy(map->arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        struct selector nodes;
        if (!reduce_map_selector(map, &scenario->groups[i].nodes, &nodes)) {
            map->groups[i + 1] = REDUCE_GONE;
        }
    }
    reduce_map_number(map->groups, 0, scenario->group_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        struct scenario_group *group = &groups[count];
        if (map->groups[i + 1] == REDUCE_GONE) {
            continue;
        }
        *group = scenario->groups[i];
        bool any = reduce_map_selector(map, &group->nodes, &group->nodes);
        CHECK(any);
        map_roles(map, &group->roles);
        group->has_callees =
            group->has_callees && reduce_map_selector(map, &group->callees, &group->callees);
        count++;
    }
    scenario->groups = groups;
    scenario->group_count = count;
}

static void map_links(const struct reduce_map *map, struct scenario *scenario) {
    struct topology_options *graph = &scenario->topology;
    struct scenario_edge_values *values = &scenario->edge_values;
    struct topology_edge *edges =
        reduce_copy(map->arena, graph->edges, graph->edge_count, sizeof *edges);
    int64_t *delay_ns =
        reduce_copy(map->arena, values->delay_ns, values->delay_ns == NULL ? 0 : graph->edge_count,
                    sizeof *delay_ns);
    uint32_t *loss_ppb =
        reduce_copy(map->arena, values->loss_ppb, values->loss_ppb == NULL ? 0 : graph->edge_count,
                    sizeof *loss_ppb);
    uint64_t count = 0;
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        struct topology_edge edge = {map->nodes[edges[i].a], map->nodes[edges[i].b]};
        if (edge.a == REDUCE_GONE || edge.b == REDUCE_GONE) {
            continue;
        }
        edges[count] = edge;
        if (values->delay_ns != NULL) {
            delay_ns[count] = delay_ns[i];
        }
        if (values->loss_ppb != NULL) {
            loss_ppb[count] = loss_ppb[i];
        }
        count++;
    }
    graph->edges = edges;
    graph->edge_count = count;
    values->delay_ns = values->delay_ns == NULL ? NULL : delay_ns;
    values->loss_ppb = values->loss_ppb == NULL ? NULL : loss_ppb;
}

/** Tables with a row for each node. */
static void map_tables(const struct reduce_map *map, struct scenario *scenario) {
    struct scenario_links *links = &scenario->links;
    uint32_t nodes = map->scenario->node_count;
    if (links->matrix_ns != NULL) {
        int64_t *matrix = arena_take_array(
            map->arena, MEMORY_TABLES, (size_t)map->node_count * map->node_count, sizeof *matrix);
        for (size_t i = 0; i < (size_t)nodes * nodes; i++) {
            uint32_t from = map->nodes[i / nodes];
            uint32_t to = map->nodes[i % nodes];
            if (from != REDUCE_GONE && to != REDUCE_GONE) {
                matrix[(size_t)from * map->node_count + to] = links->matrix_ns[i];
            }
        }
        links->matrix_ns = matrix;
        links->matrix_count = map->node_count;
    }
    if (links->host_rates != NULL) {
        struct scenario_rates *rates =
            arena_take_array(map->arena, MEMORY_TABLES, map->node_count, sizeof *rates);
        for (uint32_t node = 0; node < nodes; node++) {
            if (map->nodes[node] != REDUCE_GONE) {
                rates[map->nodes[node]] = links->host_rates[node];
            }
        }
        links->host_rates = rates;
        links->host_count = map->node_count;
    }
}

/** What the nodes that stay were in the scenario that all began with. */
static uint32_t *map_former(const struct reduce_map *map) {
    const struct scenario *scenario = map->scenario;
    uint32_t *former =
        arena_take_array(map->arena, MEMORY_TABLES, map->node_count + 1, sizeof *former);
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        if (map->nodes[node] != REDUCE_GONE) {
            former[map->nodes[node]] = scenario->former == NULL ? node : scenario->former[node];
        }
    }
    return former;
}

struct scenario *reduce_map_scenario(const struct reduce_map *map) {
    struct reduce_map whole = *map;
    struct scenario *scenario = reduce_copy(map->arena, map->scenario, 1, sizeof *scenario);
    map_groups(&whole, scenario);
    map_topics(&whole, scenario);
    map_publishes(&whole, scenario);
    map_events(&whole, scenario);
    map_churns(&whole, scenario);
    map_links(&whole, scenario);
    map_tables(&whole, scenario);
    map_roles(&whole, &scenario->roles);
    scenario->former = map_former(map);
    scenario->node_count = map->node_count;
    scenario->topology.node_count = map->node_count;
    return map->node_count > 0 && scenario->topic_count > 0 ? scenario : NULL;
}
