#include "scenarios/invariants.h"

#include "base/check.h"
#include "scenarios/fleet.h"
#include "scenarios/invariants_parts.h"

#include <string.h>

bool watch_is_about(const struct invariant_watch *watch, uint32_t node, uint32_t topic) {
    return (watch->members == NULL || bitset_has(watch->members, node)) &&
           (watch->scope->topic == SCOPE_ALL || watch->scope->topic == topic);
}

bool watch_is_open(const struct invariant_watch *watch, int64_t at_ns) {
    return at_ns >= watch->scope->window.from_ns && at_ns < watch->scope->window.until_ns;
}

/** Breaches may come to light in another order than that of time. */
static bool comes_first(const struct breach *a, const struct breach *b) {
    if (a->at_ns != b->at_ns) {
        return a->at_ns < b->at_ns;
    }
    return a->node != b->node ? a->node < b->node : a->message < b->message;
}

void watch_add(struct invariant_watch *watch, const struct breach *breach) {
    if (watch->breaches == 0 || comes_first(breach, &watch->first)) {
        watch->first = *breach;
    }
    watch->breaches++;
}

static bool asks(const struct invariants *invariants, enum invariant invariant) {
    for (uint32_t i = 0; i < invariants->count; i++) {
        if (invariants->items[i].invariant == invariant) {
            return true;
        }
    }
    return false;
}

static uint64_t kinds_of(const struct invariants *invariants) {
    uint64_t kinds = 0;
    if (invariants->one_sided_from != NULL) {
        kinds |= UINT64_C(1) << TRACE_GRAFT | UINT64_C(1) << TRACE_PRUNE |
                 UINT64_C(1) << TRACE_NODE_START | UINT64_C(1) << TRACE_NODE_STOP;
    }
    kinds |= invariants->times_deliveries ? UINT64_C(1) << TRACE_DELIVER : 0;
    return kinds;
}

struct invariants *invariants_create(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    struct arena *arena = fleet->arena;
    struct invariants *invariants = arena_take(arena, MEMORY_TABLES, sizeof *invariants);
    invariants->items = arena_take_array(arena, MEMORY_TABLES, scenario->expectation_count,
                                         sizeof *invariants->items);
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct scenario_expectation *wanted = &scenario->expectations[i];
        if (wanted->invariant == INVARIANT_NONE) {
            continue;
        }
        const struct scenario_scope *scope = &scenario->scopes[wanted->scope];
        invariants->items[invariants->count++] = (struct invariant_watch){
            .invariant = wanted->invariant,
            .expectation = i,
            .members = scope_members(arena, &fleet->plan, scope),
            .scope = scope,
            .within_ns = wanted->within_ns,
        };
    }
    if (invariants->count == 0) {
        return NULL;
    }
    if (asks(invariants, INVARIANT_MESH_SYMMETRIC)) {
        invariants->one_sided_from =
            arena_take_array(arena, MEMORY_TABLES, 2 * fleet->topology.link_count,
                             scenario->topic_count * sizeof *invariants->one_sided_from);
    }
    invariants->times_deliveries = asks(invariants, INVARIANT_DELIVERED_WITHIN);
    invariants->kinds = kinds_of(invariants);
    return invariants;
}

void invariants_beside(struct fleet *lane) {
    if (lane->invariants == NULL) {
        return;
    }
    struct invariants *own = arena_take(lane->arena, MEMORY_TABLES, sizeof *own);
    *own = *lane->invariants;
    own->items = arena_take_array(lane->arena, MEMORY_TABLES, own->count, sizeof *own->items);
    memcpy(own->items, lane->invariants->items, own->count * sizeof *own->items);
    lane->invariants = own;
}

void invariants_pour(struct invariants *invariants, const struct invariants *lane) {
    for (uint32_t i = 0; i < invariants->count; i++) {
        struct invariant_watch *into = &invariants->items[i];
        const struct invariant_watch *from = &lane->items[i];
        if (from->breaches > 0 &&
            (into->breaches == 0 || comes_first(&from->first, &into->first))) {
            into->first = from->first;
        }
        into->breaches += from->breaches;
        into->judged += from->judged;
    }
}

void invariants_record(struct fleet *fleet, const struct trace_record *record, bool keeps_peer) {
    if ((fleet->invariants->kinds >> record->kind & 1) == 0) {
        return;
    }
    if (record->kind == TRACE_DELIVER) {
        delivered_within_record(fleet, record);
    } else {
        mesh_symmetric_record(fleet, record, keeps_peer);
    }
}

static bool asks_for_once(const struct invariants *invariants) {
    bool asks = false;
    for (uint32_t i = 0; i < invariants->count; i++) {
        asks = asks || invariants->items[i].invariant == INVARIANT_DELIVERED_ONCE;
    }
    return asks;
}

void invariants_new_life(struct fleet *fleet, uint32_t node) {
    struct invariants *invariants = fleet->invariants;
    const struct plan *plan = &fleet->plan;
    if (!asks_for_once(invariants)) {
        return;
    }
    if (invariants->earlier_lives == NULL) {
        invariants->earlier_lives = arena_take_array(
            fleet->arena, MEMORY_MESSAGES, plan->message_count, sizeof *invariants->earlier_lives);
        for (uint32_t i = 0; i < plan->message_count; i++) {
            invariants->earlier_lives[i] = arena_take_array(
                fleet->arena, MEMORY_MESSAGES, bitset_words(plan->node_count), sizeof(uint64_t));
        }
    }
    for (uint32_t i = 0; i < plan->message_count; i++) {
        const uint64_t *delivered = fleet->tallies[i].delivered;
        CHECK(delivered != NULL); // as nodes stop
        if (bitset_has(delivered, node) || node == plan->messages[i].origin) {
            bitset_add(invariants->earlier_lives[i], node);
        }
    }
}

void invariants_repeated(struct fleet *fleet, uint32_t node, uint32_t message) {
    const struct plan_message *planned = &fleet->plan.messages[message];
    uint64_t **earlier_lives = fleet->invariants->earlier_lives;
    if (earlier_lives != NULL && bitset_has(earlier_lives[message], node)) {
        bitset_remove(earlier_lives[message], node);
        return;
    }
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        if (watch->invariant == INVARIANT_DELIVERED_ONCE && watch_is_open(watch, planned->at_ns) &&
            watch_is_about(watch, node, planned->topic)) {
            watch_add(watch, &(struct breach){.at_ns = fleet->sim.now_ns,
                                              .node = node,
                                              .peer = TRACE_NONE,
                                              .message = message,
                                              .topic = planned->topic});
        }
    }
}

void invariants_balance(struct fleet *fleet) {
    struct run_counts counts = fleet_counts(fleet);
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        if (watch->invariant != INVARIANT_BYTES_CONSERVED ||
            !watch_is_open(watch, fleet->sim.now_ns)) {
            continue;
        }
        counts.bytes_in_flight = fleet_bytes_in_flight(fleet);
        uint64_t sent = run_bytes_sent(&counts);
        uint64_t known = run_bytes_known(&counts);
        watch->judged++;
        if (sent != known) {
            watch_add(watch, &(struct breach){.at_ns = fleet->sim.now_ns,
                                              .node = TRACE_NONE,
                                              .peer = TRACE_NONE,
                                              .message = TRACE_NONE,
                                              .topic = TRACE_TOPIC_NONE,
                                              .found = (int64_t)known,
                                              .bound = (int64_t)sent});
        }
    }
}

void invariants_end(struct fleet *fleet) {
    if (fleet->invariants->one_sided_from != NULL) {
        mesh_symmetric_end(fleet);
    }
    if (fleet->invariants->times_deliveries) {
        delivered_within_end(fleet);
    }
}

bool invariant_was_judged(const struct invariant_watch *watch) {
    // Where there is no mesh link, and no hand-over, none is wrong.
    return watch->judged > 0 || watch->breaches > 0 ||
           watch->invariant == INVARIANT_MESH_SYMMETRIC ||
           watch->invariant == INVARIANT_DELIVERED_ONCE;
}
