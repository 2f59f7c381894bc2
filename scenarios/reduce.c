#include "scenarios/reduce.h"

#include "base/check.h"
#include "scenarios/reduce_map.h"

const char *reduce_part_name(enum reduce_part part) {
    static const char *const names[REDUCE_PART_COUNT] = {
        [REDUCE_EXPECTATIONS] = "expectations",
        [REDUCE_EVENTS] = "events",
        [REDUCE_CHURN] = "churn",
        [REDUCE_SERIES] = "messages",
        [REDUCE_TOPICS] = "topics",
        [REDUCE_GROUPS] = "groups",
        [REDUCE_NODES] = "nodes",
        [REDUCE_LINKS] = "links",
        [REDUCE_EVENT_NODES] = "nodes of events",
        [REDUCE_CHURN_ROWS] = "rows of churn",
    };
    CHECK(part < REDUCE_PART_COUNT);
    return names[part];
}

enum { EXPANDED_MAX = 2000 }; // links of a plain graph that are written out when need be

/** Links of a graph that is as plain as its name, or is written out; others have none yet. */
static uint64_t link_count(const struct topology_options *graph) {
    uint64_t nodes = graph->node_count;
    uint64_t links = 0;
    if (graph->kind == TOPOLOGY_EDGES) {
        return graph->edge_count;
    }
    if (graph->kind == TOPOLOGY_COMPLETE) {
        links = nodes * (nodes - 1) / 2;
    } else if (graph->kind == TOPOLOGY_STAR || graph->kind == TOPOLOGY_LINE) {
        links = nodes - 1;
    } else if (graph->kind == TOPOLOGY_RING && nodes > 2) {
        links = nodes;
    }
    return links <= EXPANDED_MAX ? links : 0;
}

static bool is_written_out(const struct scenario *scenario) {
    return link_count(&scenario->topology) > 0;
}

static void add_edge(struct topology_options *graph, struct topology_edge *edges, uint32_t a,
                     uint32_t b) {
    edges[graph->edge_count++] = (struct topology_edge){.a = a, .b = b};
}

/** The scenario with the links of a plain graph written out. */
static const struct scenario *expanded(struct arena *arena, const struct scenario *scenario) {
    const struct topology_options *plain = &scenario->topology;
    if (plain->kind == TOPOLOGY_EDGES) {
        return scenario;
    }
    uint32_t nodes = plain->node_count;
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    struct topology_edge *edges =
        arena_take_array(arena, MEMORY_TABLES, (size_t)link_count(plain) + 1, sizeof *edges);
    struct topology_options graph = {
        .kind = TOPOLOGY_EDGES, .node_count = nodes, .edges = edges, .seed = plain->seed};
    for (uint32_t a = 0; a + 1 < nodes; a++) {
        bool row = plain->kind == TOPOLOGY_LINE || plain->kind == TOPOLOGY_RING;
        uint32_t end = row ? a + 2 : nodes;
        end = plain->kind == TOPOLOGY_STAR && a > 0 ? 0 : end;
        for (uint32_t b = a + 1; b < end; b++) {
            add_edge(&graph, edges, a, b);
        }
    }
    if (plain->kind == TOPOLOGY_RING) {
        add_edge(&graph, edges, 0, nodes - 1);
    }
    CHECK(graph.edge_count == link_count(plain));
    copy->topology = graph;
    return copy;
}

static uint64_t range_size(const struct selector *selector) {
    uint64_t size = 0;
    for (uint32_t i = 0; selector->kind == SELECTOR_RANGES && i < selector->range_count; i++) {
        size += selector->ranges[i].last - selector->ranges[i].first + 1;
    }
    return size;
}

/** How many nodes an event names. */
static uint64_t named_nodes(const struct scenario_event *event) {
    uint64_t size = event->link_fault.side_count == 0 ? range_size(&event->nodes) : 0;
    for (uint32_t i = 0; i < event->link_fault.side_count; i++) {
        size += range_size(&event->link_fault.sides[i]);
    }
    return size;
}

uint64_t reduce_count(const struct scenario *scenario, enum reduce_part part) {
    uint64_t count = 0;
    switch (part) {
    case REDUCE_EXPECTATIONS:
        return scenario->expectation_count;
    case REDUCE_EVENTS:
        return scenario->event_count;
    case REDUCE_CHURN:
        return scenario->churn_count;
    case REDUCE_SERIES:
        return scenario->publish_count;
    case REDUCE_TOPICS:
        return scenario->family_count;
    case REDUCE_GROUPS:
        return scenario->group_count;
    case REDUCE_NODES:
        return is_written_out(scenario) ? scenario->node_count : 0;
    case REDUCE_LINKS:
        return link_count(&scenario->topology);
    case REDUCE_EVENT_NODES:
        for (uint32_t i = 0; i < scenario->event_count; i++) {
            count += named_nodes(&scenario->events[i]);
        }
        return count;
    case REDUCE_CHURN_ROWS:
        for (uint32_t i = 0; i < scenario->churn_count; i++) {
            count += scenario->churns[i].row_count;
        }
        return count;
    case REDUCE_PART_COUNT:
        break;
    }
    CHECK(false);
    return 0;
}

/** What is left out of a list. */
struct cut {
    uint64_t first;
    uint64_t count;
};

static bool is_cut(const struct cut *cut, uint64_t index) {
    return index >= cut->first && index - cut->first < cut->count;
}

/** The items of an array that are not cut; `*left` gets their number. */
static void *keep_items(struct arena *arena, const void *items, uint32_t count, size_t size,
                        const struct cut *cut) {
    char *kept = reduce_copy(arena, items, count, size);
    uint64_t end = cut->first + cut->count;
    CHECK(end <= count);
    for (uint64_t i = end; i < count; i++) {
        for (size_t byte = 0; byte < size; byte++) {
            kept[(i - cut->count) * size + byte] = kept[i * size + byte];
        }
    }
    return kept;
}

static void cut_links(struct scenario *scenario, struct arena *arena, const struct cut *cut) {
    struct topology_options *graph = &scenario->topology;
    struct scenario_edge_values *values = &scenario->edge_values;
    uint32_t count = (uint32_t)graph->edge_count;
    graph->edges = keep_items(arena, graph->edges, count, sizeof *graph->edges, cut);
    if (values->delay_ns != NULL) {
        values->delay_ns = keep_items(arena, values->delay_ns, count, sizeof(int64_t), cut);
    }
    if (values->loss_ppb != NULL) {
        values->loss_ppb = keep_items(arena, values->loss_ppb, count, sizeof(uint32_t), cut);
    }
    graph->edge_count -= cut->count;
}

static void cut_churn_rows(struct scenario *scenario, struct arena *arena, const struct cut *cut) {
    struct scenario_churn *churns =
        reduce_copy(arena, scenario->churns, scenario->churn_count, sizeof *churns);
    uint64_t index = 0;
    uint32_t churn_count = 0;
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        struct scenario_churn churn = scenario->churns[i];
        struct scenario_churn_row *rows =
            reduce_copy(arena, churn.rows, churn.row_count, sizeof *rows);
        uint32_t left = 0;
        for (uint32_t k = 0; k < churn.row_count; k++) {
            rows[left] = churn.rows[k];
            left += is_cut(cut, index++) ? 0 : 1;
        }
        bool drawn = churn.rows == NULL;
        churn.rows = drawn ? NULL : rows;
        churn.row_count = left;
        churns[churn_count] = churn;
        churn_count += drawn || left > 0 ? 1 : 0;
    }
    scenario->churns = churns;
    scenario->churn_count = churn_count;
}

/** The nodes of a selection that are not cut; `*index` counts them all. */
static void cut_range(struct arena *arena, struct selector *selector, const struct cut *cut,
                      uint64_t *index) {
    uint64_t size = range_size(selector);
    if (size == 0) {
        return;
    }
    struct selector_range *ranges =
        arena_take_array(arena, MEMORY_TABLES, (size_t)size, sizeof *ranges);
    uint32_t count = 0;
    for (uint32_t i = 0; i < selector->range_count; i++) {
        for (uint32_t node = selector->ranges[i].first; node <= selector->ranges[i].last; node++) {
            if (is_cut(cut, (*index)++)) {
                continue;
            }
            if (count > 0 && ranges[count - 1].last + 1 == node) {
                ranges[count - 1].last = node;
            } else {
                ranges[count++] = (struct selector_range){.first = node, .last = node};
            }
        }
    }
    selector->ranges = ranges;
    selector->range_count = count;
    selector->kind = count == 0 ? SELECTOR_NONE : SELECTOR_RANGES;
}

/** Of the nodes that events name, all events together; of nobody may be left. */
static void cut_event_nodes(struct scenario *scenario, struct arena *arena, const struct cut *cut) {
    struct scenario_event *events =
        reduce_copy(arena, scenario->events, scenario->event_count, sizeof *events);
    uint64_t index = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        struct scenario_link_fault *fault = &events[i].link_fault;
        if (fault->side_count == 0) {
            cut_range(arena, &events[i].nodes, cut, &index);
            continue;
        }
        struct selector *sides = reduce_copy(arena, fault->sides, fault->side_count, sizeof *sides);
        for (uint32_t side = 0; side < fault->side_count; side++) {
            cut_range(arena, &sides[side], cut, &index);
        }
        fault->sides = sides;
    }
    scenario->events = events;
}

/** Marks nodes, topics or groups as gone. */
static void cut_map(struct reduce_map *map, enum reduce_part part, const struct cut *cut) {
    const struct scenario *scenario = map->scenario;
    for (uint64_t i = cut->first; i < cut->first + cut->count; i++) {
        if (part == REDUCE_NODES) {
            map->nodes[i] = REDUCE_GONE;
            map->node_count--;
        } else if (part == REDUCE_GROUPS) {
            map->groups[i + 1] = REDUCE_GONE;
        } else {
            const struct scenario_family *family = &scenario->families[i];
            for (uint32_t topic = family->first; topic < family->first + family->count; topic++) {
                map->topics[topic] = REDUCE_GONE;
            }
        }
    }
    reduce_map_number(map->nodes, 0, scenario->node_count);
    reduce_map_number(map->topics, 0, scenario->topic_count);
    reduce_map_number(map->groups, 0, scenario->group_count + 1);
}

static const struct scenario *without_named(struct arena *arena, const struct scenario *scenario,
                                            enum reduce_part part, const struct cut *cut) {
    struct reduce_map map;
    reduce_map_init(&map, arena, part == REDUCE_NODES ? expanded(arena, scenario) : scenario);
    cut_map(&map, part, cut);
    return reduce_map_scenario(&map);
}

/** After a cut of events: those about nobody go, and what ends what is gone. */
static const struct scenario *tidied(struct arena *arena, const struct scenario *scenario) {
    struct reduce_map map;
    reduce_map_init(&map, arena, scenario);
    return reduce_map_scenario(&map);
}

const struct scenario *reduce_without(struct arena *arena, const struct scenario *scenario,
                                      enum reduce_part part, uint64_t first, uint64_t count) {
    struct cut cut = {.first = first, .count = count};
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    CHECK(count > 0);
    CHECK(first + count <= reduce_count(scenario, part));
    switch (part) {
    case REDUCE_EXPECTATIONS:
        copy->expectations = keep_items(arena, copy->expectations, copy->expectation_count,
                                        sizeof *copy->expectations, &cut);
        copy->expectation_count -= (uint32_t)count;
        return copy;
    case REDUCE_EVENTS:
        copy->events =
            keep_items(arena, copy->events, copy->event_count, sizeof *copy->events, &cut);
        copy->event_count -= (uint32_t)count;
        return tidied(arena, copy);
    case REDUCE_CHURN:
        copy->churns =
            keep_items(arena, copy->churns, copy->churn_count, sizeof *copy->churns, &cut);
        copy->churn_count -= (uint32_t)count;
        return copy;
    case REDUCE_SERIES:
        copy->publishes =
            keep_items(arena, copy->publishes, copy->publish_count, sizeof *copy->publishes, &cut);
        copy->publish_count -= (uint32_t)count;
        return copy;
    case REDUCE_LINKS:
        *copy = *expanded(arena, scenario);
        cut_links(copy, arena, &cut);
        return copy;
    case REDUCE_EVENT_NODES:
        cut_event_nodes(copy, arena, &cut);
        return tidied(arena, copy);
    case REDUCE_CHURN_ROWS:
        cut_churn_rows(copy, arena, &cut);
        return copy;
    case REDUCE_TOPICS:
    case REDUCE_GROUPS:
    case REDUCE_NODES:
        return without_named(arena, scenario, part, &cut);
    case REDUCE_PART_COUNT:
        break;
    }
    CHECK(false);
    return NULL;
}

/** The largest number whose square is not larger. */
static uint32_t root_of(uint32_t number) {
    uint32_t root = 0;
    while ((uint64_t)(root + 1) * (root + 1) <= number) {
        root++;
    }
    return root;
}

static uint32_t at_most(uint32_t value, uint32_t limit) {
    return value < limit ? value : limit;
}

/** Options of a graph for fewer nodes, as near to what they were as these allow. */
static bool fit_graph(struct topology_options *graph, uint32_t nodes) {
    uint64_t before = graph->node_count;
    graph->node_count = nodes;
    switch (graph->kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        graph->degree = at_most(graph->degree, nodes - 1);
        graph->degree -= graph->degree * nodes % 2;
        return graph->degree > 0;
    case TOPOLOGY_CLUSTERED:
        graph->degree = at_most(graph->degree, nodes - 1);
        return true;
    case TOPOLOGY_WATTS_STROGATZ:
        graph->degree = at_most(graph->degree, (nodes - 1) / 2 * 2);
        return graph->degree > 0;
    case TOPOLOGY_BARABASI_ALBERT:
        graph->attach = at_most(graph->attach, nodes - 1);
        return true;
    case TOPOLOGY_DIAL:
        graph->dials = at_most(graph->dials, nodes - 1);
        return true;
    case TOPOLOGY_ERDOS_RENYI:
    case TOPOLOGY_RANDOM_GEOMETRIC: {
        // The same mean degree, if there are so many others.
        uint64_t links = graph->link_count * nodes / before;
        uint64_t pairs = (uint64_t)nodes * (nodes - 1) / 2;
        graph->link_count = links < pairs ? links : pairs;
        return graph->link_count > 0 || graph->probability_ppb > 0 || graph->radius_ppb > 0;
    }
    case TOPOLOGY_COMPLETE:
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
        return true;
    case TOPOLOGY_GRID:
        graph->width = at_most(graph->width, root_of(nodes));
        CHECK(graph->width > 0);
        graph->height = (nodes + graph->width - 1) / graph->width;
        return true;
    case TOPOLOGY_TORUS:
    case TOPOLOGY_EDGES:
        return false;
    }
    return false;
}

/** Whether the links of the first nodes are those of a smaller graph of the kind; in a ring, all
 * but one. */
static bool begins_alike(enum topology_kind kind) {
    return kind == TOPOLOGY_COMPLETE || kind == TOPOLOGY_STAR || kind == TOPOLOGY_LINE ||
           kind == TOPOLOGY_RING;
}

const struct scenario *reduce_to_nodes(struct arena *arena, const struct scenario *scenario,
                                       uint32_t count) {
    struct topology_options graph = scenario->topology;
    if (count < 2 || count >= scenario->node_count || !fit_graph(&graph, count)) {
        return NULL;
    }
    struct reduce_map map;
    reduce_map_init(&map, arena, scenario);
    for (uint32_t node = count; node < scenario->node_count; node++) {
        map.nodes[node] = REDUCE_GONE;
    }
    map.node_count = count;
    struct scenario *smaller = reduce_map_scenario(&map);
    if (smaller != NULL) {
        smaller->topology = graph;
        smaller->redrawn = scenario->redrawn || !begins_alike(graph.kind);
    }
    return smaller;
}

static bool has_link(const struct topology_edge *edges, uint64_t count, uint32_t a, uint32_t b) {
    for (uint64_t i = 0; i < count; i++) {
        if ((edges[i].a == a && edges[i].b == b) || (edges[i].a == b && edges[i].b == a)) {
            return true;
        }
    }
    return false;
}

/** The neighbour of the lowest number; REDUCE_GONE if the node has not two. */
static uint32_t heir_of(const struct topology_options *graph, uint32_t node) {
    uint32_t heir = REDUCE_GONE;
    uint32_t degree = 0;
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        const struct topology_edge *edge = &graph->edges[i];
        if (edge->a == node || edge->b == node) {
            uint32_t peer = edge->a == node ? edge->b : edge->a;
            heir = peer < heir ? peer : heir;
            degree++;
        }
    }
    return degree >= 2 ? heir : REDUCE_GONE;
}

const struct scenario *reduce_joining(struct arena *arena, const struct scenario *scenario,
                                      uint32_t node) {
    if (!is_written_out(scenario)) {
        return NULL;
    }
    scenario = expanded(arena, scenario);
    const struct topology_options *graph = &scenario->topology;
    uint32_t heir = heir_of(graph, node);
    if (heir == REDUCE_GONE) {
        return NULL;
    }
    struct scenario *joined = reduce_copy(arena, scenario, 1, sizeof *joined);
    struct topology_edge *edges =
        reduce_copy(arena, graph->edges, graph->edge_count, sizeof *edges);
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        const struct topology_edge *edge = &graph->edges[i];
        bool at_node = edge->a == node || edge->b == node;
        uint32_t peer = edge->a == node ? edge->b : edge->a;
        if (at_node && peer != heir && !has_link(edges, graph->edge_count, heir, peer)) {
            edges[i] = (struct topology_edge){.a = heir, .b = peer};
        }
    }
    joined->topology.edges = edges;
    return reduce_without(arena, joined, REDUCE_NODES, node, 1);
}
