#include "scenarios/plan_faults.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/sort.h"
#include "scenarios/occasions.h"

#include <string.h>

/** What is found, as long as it grows. */
struct finding {
    struct pool pool;
    struct plan_spell *spells;
    uint32_t spell_count;
    uint32_t spell_capacity;
    bool counting; // spells are counted, and not kept
    struct plan_fault *items;
    uint32_t item_count;
    uint32_t item_capacity;
};

static bool is_of_nodes(enum scenario_event_kind kind) {
    return kind == SCENARIO_CRASH || kind == SCENARIO_RESTART || kind == SCENARIO_PAUSE ||
           kind == SCENARIO_RESUME;
}

static bool is_of_faults(const struct scenario_event *event) {
    return is_of_nodes(event->kind) || plan_is_of_links(event->kind);
}

/** The nodes that an event concerns on one occasion: the members of the space. */
static void draw_nodes(const struct scenario *scenario, uint32_t index, uint32_t k,
                       struct selection *space) {
    struct prng prng =
        prng_stream(scenario->seed, STREAM_FAULT, occasion_stream(index, k, OCCASION_NODES));
    selector_apply(&scenario->events[index].nodes, &prng, space);
}

void plan_add_spell(struct finding *finding, const struct plan_spell *spell) {
    if (finding->counting) {
        finding->spell_count++;
        return;
    }
    if (finding->spell_count == finding->spell_capacity) {
        finding->spells = pool_grow(&finding->pool, finding->spells, &finding->spell_capacity,
                                    finding->spell_count + 1, sizeof *finding->spells);
    }
    finding->spells[finding->spell_count++] = *spell;
}

void plan_add_fault(struct finding *finding, const struct plan_fault *item) {
    if (finding->item_count == finding->item_capacity) {
        finding->items = pool_grow(&finding->pool, finding->items, &finding->item_capacity,
                                   finding->item_count + 1, sizeof *finding->items);
    }
    finding->items[finding->item_count++] = *item;
}

/** Which nodes are subscribed to each topic at an instant, whether up or not. */
static void find_subscribed(const struct plan *plan, const struct scenario *scenario, int64_t at_ns,
                            struct selection *space) {
    uint32_t words = bitset_words(plan->node_count);
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        memset(space->subscribed[topic], 0, words * sizeof(uint64_t));
    }
    for (uint32_t node = 0; node < plan->node_count; node++) {
        for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
            bitset_add(space->subscribed[plan->first_topics[i]], node);
        }
    }
    for (uint32_t i = 0; i < plan->change_count && plan->changes[i].at_ns <= at_ns; i++) {
        const struct plan_change *change = &plan->changes[i];
        if (change->subscribe) {
            bitset_add(space->subscribed[change->topic], change->node);
        } else {
            bitset_remove(space->subscribed[change->topic], change->node);
        }
    }
}

void plan_prepare_selection(const struct plan *plan, const struct scenario *scenario,
                            const struct selector *selector, int64_t at_ns,
                            struct selection *space) {
    for (; selector != NULL; selector = selector->of) {
        if (selector->kind == SELECTOR_SUBSCRIBED) {
            find_subscribed(plan, scenario, at_ns, space);
            return;
        }
    }
}

/** Adds the spells of an event; stops once there are too many. */
static void add_spells_of(struct finding *finding, const struct plan *plan,
                          const struct scenario *scenario, uint32_t index,
                          struct selection *space) {
    const struct scenario_event *event = &scenario->events[index];
    uint32_t occasions = occasion_count(scenario, event);
    for (uint32_t k = 0; k < occasions && finding->spell_count <= PLAN_FAULTS_MAX; k++) {
        int64_t at_ns = occasion_at(scenario, index, k);
        if (at_ns >= scenario->duration_ns) {
            continue;
        }
        plan_prepare_selection(plan, scenario, &event->nodes, at_ns, space);
        draw_nodes(scenario, index, k, space);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            if (bitset_has(space->members, node)) {
                plan_add_spell(finding, &(struct plan_spell){
                                            .at_ns = at_ns,
                                            .end_ns = event->for_ns > 0 ? at_ns + event->for_ns
                                                                        : SCENARIO_NEVER_NS,
                                            .node = node,
                                            .kind = event->kind,
                                            .fault = &event->node_fault,
                                        });
            }
        }
    }
}

/** One node on its way through its spells. */
struct sweep {
    struct finding *finding;
    int64_t start_ns;
    uint32_t node;
    bool started;
    bool down;
    bool paused;
    int64_t down_until_ns;
    int64_t paused_until_ns;
    struct plan_fault fall; // DOWN, as it is or would be written
    uint32_t fall_index;    // where it was written
};

static void emit(struct sweep *sweep, struct plan_fault item) {
    if (sweep->started) {
        item.node = sweep->node;
        plan_add_fault(sweep->finding, &item);
    }
}

static void emit_down(struct sweep *sweep, int64_t at_ns) {
    sweep->fall.at_ns = at_ns;
    sweep->fall.kind = PLAN_NODE_DOWN;
    sweep->fall_index = sweep->finding->item_count;
    emit(sweep, sweep->fall);
}

static void come_up(struct sweep *sweep, int64_t at_ns) {
    bool kept = sweep->fall.kept && !sweep->fall.graceful;
    sweep->down = false;
    if (sweep->started) {
        sweep->finding->items[sweep->fall_index].kept = kept;
    }
    emit(sweep, (struct plan_fault){.at_ns = at_ns, .kind = PLAN_NODE_UP, .kept = kept});
}

static void go_on(struct sweep *sweep, int64_t at_ns) {
    sweep->paused = false;
    emit(sweep, (struct plan_fault){.at_ns = at_ns, .kind = PLAN_NODE_RESUMED});
}

/** Ends what ends by itself up to and including an instant. A node that is down is not paused. */
static void pass(struct sweep *sweep, int64_t to_ns) {
    if (sweep->down && sweep->down_until_ns <= to_ns) {
        come_up(sweep, sweep->down_until_ns);
    }
    if (sweep->paused && sweep->paused_until_ns <= to_ns) {
        go_on(sweep, sweep->paused_until_ns);
    }
}

/** The node starts, with what covers it by then. */
static void start(struct sweep *sweep) {
    pass(sweep, sweep->start_ns);
    sweep->started = true;
    if (sweep->down) {
        emit_down(sweep, sweep->start_ns);
    }
    if (sweep->paused) {
        emit(sweep, (struct plan_fault){.at_ns = sweep->start_ns, .kind = PLAN_NODE_PAUSED});
    }
}

static void fall(struct sweep *sweep, const struct plan_spell *spell) {
    const struct scenario_node_fault *fault = spell->fault;
    if (sweep->down) {
        if (spell->end_ns > sweep->down_until_ns) {
            sweep->down_until_ns = spell->end_ns;
            sweep->fall.kept = fault->kept;
        }
        return;
    }
    sweep->down = true;
    sweep->paused = false;
    sweep->down_until_ns = spell->end_ns;
    sweep->fall = (struct plan_fault){
        .detect_ns = fault->detect_ns,
        .silent = fault->silent,
        .graceful = fault->graceful,
        .kept = fault->kept,
    };
    emit_down(sweep, spell->at_ns);
}

static void stand_still(struct sweep *sweep, const struct plan_spell *spell) {
    if (sweep->down) {
        return;
    }
    if (sweep->paused) {
        bool longer = spell->end_ns > sweep->paused_until_ns;
        sweep->paused_until_ns = longer ? spell->end_ns : sweep->paused_until_ns;
        return;
    }
    sweep->paused = true;
    sweep->paused_until_ns = spell->end_ns;
    emit(sweep, (struct plan_fault){.at_ns = spell->at_ns, .kind = PLAN_NODE_PAUSED});
}

static void apply(struct sweep *sweep, const struct plan_spell *spell) {
    if (!sweep->started && spell->at_ns >= sweep->start_ns) {
        start(sweep);
    }
    pass(sweep, spell->at_ns);
    if (spell->kind == SCENARIO_CRASH) {
        fall(sweep, spell);
    } else if (spell->kind == SCENARIO_PAUSE) {
        stand_still(sweep, spell);
    } else if (spell->kind == SCENARIO_RESTART && sweep->down) {
        sweep->fall.kept = spell->fault->kept;
        come_up(sweep, spell->at_ns);
    } else if (spell->kind == SCENARIO_RESUME && sweep->paused) {
        go_on(sweep, spell->at_ns);
    }
}

/** Sorts the spells by node, and those of a node by time, then as written. */
static const struct sort_item *order_spells(struct arena *scratch, const struct finding *finding) {
    uint64_t count = finding->spell_count;
    struct sort_item *order = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct sort_item){.key = (uint64_t)finding->spells[i].at_ns, .value = i};
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        order[i].key = finding->spells[order[i].value].node;
    }
    sort_by_key(order, order + count, count);
    return order;
}

/** Makes of the spells of each node what happens to it. */
static void sweep_nodes(struct finding *finding, struct arena *scratch, const struct plan *plan,
                        const struct scenario *scenario) {
    const struct sort_item *order = order_spells(scratch, finding);
    uint32_t i = 0;
    while (i < finding->spell_count) {
        uint32_t node = (uint32_t)order[i].key;
        struct sweep sweep = {.finding = finding, .start_ns = plan->start_ns[node], .node = node};
        for (; i < finding->spell_count && order[i].key == node; i++) {
            const struct plan_spell *spell = &finding->spells[order[i].value];
            apply(&sweep, spell);
        }
        if (!sweep.started) {
            start(&sweep);
        }
        pass(&sweep, scenario->duration_ns - 1);
    }
}

/** Puts what was found into the plan: by node, and by time. */
static void settle(struct plan_faults *faults, struct arena *arena, struct arena *scratch,
                   const struct plan *plan, const struct finding *finding) {
    uint64_t count = finding->item_count;
    struct sort_item *order = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *order);
    faults->count = (uint32_t)count;
    faults->items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *faults->items);
    faults->by_time = arena_take_array(arena, MEMORY_TABLES, count, sizeof *faults->by_time);
    faults->first =
        arena_take_array(arena, MEMORY_TABLES, (size_t)plan->node_count + 1, sizeof *faults->first);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct sort_item){.key = (uint64_t)finding->items[i].at_ns, .value = i};
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        order[i].key = finding->items[order[i].value].node;
        faults->first[order[i].key + 1]++;
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        faults->items[i] = finding->items[order[i].value];
        order[i] = (struct sort_item){.key = (uint64_t)faults->items[i].at_ns, .value = i};
    }
    for (uint32_t node = 0; node < plan->node_count; node++) {
        faults->first[node + 1] += faults->first[node];
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        faults->by_time[i] = (uint32_t)order[i].value;
    }
}

/** Lists the changes of subscriptions by node. */
static void index_changes(struct plan_faults *faults, struct arena *arena,
                          const struct plan *plan) {
    size_t nodes = plan->node_count;
    faults->change_first =
        arena_take_array(arena, MEMORY_TABLES, nodes + 1, sizeof *faults->change_first);
    faults->change_order =
        arena_take_array(arena, MEMORY_TABLES, plan->change_count, sizeof *faults->change_order);
    uint32_t *next = arena_take_array(arena, MEMORY_TABLES, nodes + 1, sizeof *next);
    for (uint32_t i = 0; i < plan->change_count; i++) {
        faults->change_first[plan->changes[i].node + 1]++;
    }
    for (uint32_t node = 0; node < nodes; node++) {
        faults->change_first[node + 1] += faults->change_first[node];
        next[node] = faults->change_first[node];
    }
    for (uint32_t i = 0; i < plan->change_count; i++) {
        faults->change_order[next[plan->changes[i].node]++] = i;
    }
}

/** Room for the subscribers of each topic, where a selection asks for them. */
static void make_room(struct selection *space, struct arena *arena,
                      const struct scenario *scenario) {
    uint64_t **sets = arena_take_array(arena, MEMORY_TABLES, scenario->topic_count, sizeof *sets);
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        sets[topic] = arena_take_array(arena, MEMORY_TABLES, bitset_words(space->node_count),
                                       sizeof(uint64_t));
    }
    space->subscribed = sets;
}

/** Whether anything happens to nodes or links. */
static bool has_faults(const struct scenario *scenario) {
    bool any = scenario->churn_count > 0;
    for (uint32_t i = 0; i < scenario->event_count && !any; i++) {
        any = is_of_faults(&scenario->events[i]);
    }
    return any;
}

/** Finds when faults cover nodes; false if that is too often. */
static bool find_spells(struct finding *finding, const struct plan *plan,
                        const struct scenario *scenario, struct selection *space,
                        struct failure *failure) {
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        if (is_of_nodes(scenario->events[i].kind)) {
            add_spells_of(finding, plan, scenario, i, space);
        }
        if (finding->spell_count > PLAN_FAULTS_MAX) {
            failure_bad_input(failure,
                              "events.%u: faults happen more than %d times to nodes; allowed: at "
                              "most that often, over all events",
                              i, PLAN_FAULTS_MAX);
            return place_failure(&scenario->events[i].place, failure);
        }
    }
    return plan_find_churn(finding, plan, scenario, space, failure);
}

bool plan_make_faults(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                      struct selection *space, struct failure *failure) {
    if (!has_faults(scenario)) {
        return true;
    }
    struct arena *scratch = arena_aside(arena);
    struct finding finding = {0};
    pool_init(&finding.pool, scratch, MEMORY_TABLES);
    make_room(space, scratch, scenario);
    bool fits = find_spells(&finding, plan, scenario, space, failure);
    bool linked = true;
    if (fits) {
        plan->faults = arena_take(arena, MEMORY_TABLES, sizeof *plan->faults);
        sweep_nodes(&finding, scratch, plan, scenario);
        plan_find_link_faults(plan->faults, arena, scenario, space);
        linked = plan_check_connects(plan->faults, scenario, space->topology, failure);
        plan_tell_nodes(&finding, plan->faults, scenario, space);
        settle(plan->faults, arena, scratch, plan, &finding);
        index_changes(plan->faults, arena, plan);
    }
    space->subscribed = NULL;
    arena_destroy(scratch);
    return fits && linked;
}

bool plan_foresee_faults(const struct plan *plan, struct arena *scratch,
                         const struct scenario *scenario, struct selection *space,
                         struct failure *failure) {
    struct finding finding = {.counting = true};
    struct plan_faults faults = {0};
    make_room(space, scratch, scenario);
    bool fits = find_spells(&finding, plan, scenario, space, failure);
    if (fits) {
        plan_find_link_faults(&faults, scratch, scenario, space);
        fits = plan_check_connects(&faults, scenario, space->topology, failure);
    }
    space->subscribed = NULL;
    return fits;
}

bool plan_is_up(const struct plan *plan, uint32_t node, int64_t at_ns) {
    if (plan->start_ns[node] > at_ns) {
        return false;
    }
    const struct plan_faults *faults = plan->faults;
    uint32_t first = faults == NULL ? 0 : faults->first[node];
    uint32_t low = first;
    uint32_t high = faults == NULL ? 0 : faults->first[node + 1];
    while (low < high) { // behind the last that has happened
        uint32_t middle = low + (high - low) / 2;
        if (faults->items[middle].at_ns <= at_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low > first; low--) {
        uint8_t kind = faults->items[low - 1].kind;
        if (kind == PLAN_NODE_DOWN || kind == PLAN_NODE_UP) {
            return kind == PLAN_NODE_UP;
        }
    }
    return true;
}

/** The wish for a topic, new if there is none. */
static struct plan_wish *wish_for(struct plan_wish *wishes, uint32_t *count, uint16_t topic) {
    for (uint32_t i = 0; i < *count; i++) {
        if (wishes[i].topic == topic) {
            return &wishes[i];
        }
    }
    wishes[*count] = (struct plan_wish){.topic = topic};
    return &wishes[(*count)++];
}

uint32_t plan_wishes(const struct plan *plan, uint32_t node, int64_t at_ns,
                     struct plan_wish *wishes) {
    const struct plan_faults *faults = plan->faults;
    uint32_t count = 0;
    for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
        wishes[count++] = (struct plan_wish){.topic = plan->first_topics[i], .handlers = 1};
    }
    for (uint32_t i = faults->change_first[node]; i < faults->change_first[node + 1]; i++) {
        const struct plan_change *change = &plan->changes[faults->change_order[i]];
        if (change->at_ns > at_ns) {
            break;
        }
        struct plan_wish *wish = wish_for(wishes, &count, change->topic);
        uint32_t bit = 1U << change->handler;
        wish->handlers =
            (uint8_t)(change->subscribe ? wish->handlers | bit : wish->handlers & ~bit);
    }
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (wishes[i].handlers != 0) {
            wishes[left++] = wishes[i];
        }
    }
    return left;
}
