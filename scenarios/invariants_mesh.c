#include "base/check.h"
#include "scenarios/fleet_faults.h"
#include "scenarios/invariants_parts.h"

#include <string.h>

/** The router behind a slot and the slot's number there. */
static struct router *router_of(const struct fleet *fleet, uint32_t slot, uint32_t *own) {
    uint32_t node = fleet->topology.owner[slot];
    *own = slot - fleet->topology.slot_first[node];
    return &fleet->routers[node];
}

static size_t place_of(const struct fleet *fleet, uint32_t slot, uint32_t topic) {
    return (size_t)slot * fleet->scenario->topic_count + topic;
}

/** Whether the node of a slot has the peer behind it in its mesh of a topic. */
static bool keeps_now(const struct fleet *fleet, uint32_t slot, uint16_t topic) {
    uint32_t own = 0;
    struct router *router = router_of(fleet, slot, &own);
    const struct topic_state *state = router_find_topic(router, topic);
    return state != NULL && bitset_has(state->sets + router->words, own);
}

static bool keeps(const struct fleet *fleet, uint32_t slot, uint16_t topic) {
    const bool *kept = fleet->invariants->kept;
    return kept != NULL ? kept[place_of(fleet, slot, topic)] : keeps_now(fleet, slot, topic);
}

static bool is_up(const struct fleet *fleet, uint32_t node) {
    const bool *shown_up = fleet->invariants->shown_up;
    return shown_up != NULL ? shown_up[node] : fleet->up[node];
}

struct span {
    int64_t from_ns;
    int64_t until_ns;
};

/** A link was one-sided for a time: a breach from when on that was too long. */
static void judge(struct fleet *fleet, uint32_t slot, uint16_t topic, struct span span) {
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        if (watch->invariant != INVARIANT_MESH_SYMMETRIC ||
            !watch_is_about(watch, fleet->topology.owner[slot], topic)) {
            continue;
        }
        const struct scenario_window *window = &watch->scope->window;
        int64_t too_long_ns = span.from_ns + watch->within_ns;
        int64_t at_ns = too_long_ns > window->from_ns ? too_long_ns : window->from_ns;
        int64_t end_ns = span.until_ns < window->until_ns ? span.until_ns : window->until_ns;
        if (at_ns >= end_ns) {
            continue;
        }
        watch_add(watch, &(struct breach){.at_ns = at_ns,
                                          .node = fleet->topology.owner[slot],
                                          .peer = fleet->topology.peer[slot],
                                          .message = TRACE_NONE,
                                          .topic = topic,
                                          .found = span.until_ns - span.from_ns,
                                          .bound = watch->within_ns});
    }
}

/** Looks at one direction of a link again, as it is at an instant. */
static void look(struct fleet *fleet, uint32_t slot, uint16_t topic, int64_t at_ns) {
    int64_t *from = &fleet->invariants->one_sided_from[place_of(fleet, slot, topic)];
    bool both_up =
        is_up(fleet, fleet->topology.owner[slot]) && is_up(fleet, fleet->topology.peer[slot]);
    bool one_sided =
        both_up && keeps(fleet, slot, topic) && !keeps(fleet, fleet->topology.reverse[slot], topic);
    if (one_sided && *from == 0) {
        *from = at_ns + 1;
    } else if (!one_sided && *from != 0) {
        judge(fleet, slot, topic, (struct span){*from - 1, at_ns});
        *from = 0;
    }
}

static bool is_of_one_peer(const struct trace_record *record) {
    return record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE;
}

bool invariants_keeps_peer(const struct fleet *fleet, const struct trace_record *record) {
    const struct topology *topology = &fleet->topology;
    if (fleet->invariants->one_sided_from == NULL || !is_of_one_peer(record)) {
        return false;
    }
    uint32_t slot = topology->slot_first[record->node];
    while (topology->peer[slot] != record->peer) {
        slot++;
        CHECK(slot < topology->slot_first[record->node + 1]);
    }
    return keeps_now(fleet, slot, record->topic);
}

void invariants_follow_records(struct fleet *fleet) {
    struct invariants *invariants = fleet->invariants;
    if (invariants->one_sided_from == NULL) {
        return;
    }
    invariants->kept = arena_take_array(fleet->arena, MEMORY_TABLES, 2 * fleet->topology.link_count,
                                        fleet->scenario->topic_count * sizeof *invariants->kept);
    invariants->shown_up = arena_take_array(fleet->arena, MEMORY_TABLES, fleet->topology.node_count,
                                            sizeof *invariants->shown_up);
}

/** Follows a record: what its node's meshes are like from now on. */
static void follow(struct fleet *fleet, const struct trace_record *record, bool keeps_peer) {
    const struct topology *topology = &fleet->topology;
    struct invariants *invariants = fleet->invariants;
    uint32_t first = topology->slot_first[record->node];
    uint32_t end = topology->slot_first[record->node + 1];
    if (!is_of_one_peer(record)) {
        invariants->shown_up[record->node] = record->kind == TRACE_NODE_START;
    }
    for (uint32_t slot = first; slot < end; slot++) {
        if (is_of_one_peer(record) && topology->peer[slot] == record->peer) {
            invariants->kept[place_of(fleet, slot, record->topic)] = keeps_peer;
        }
    }
    if (record->kind == TRACE_NODE_START && record->value == FLEET_RESTARTED_LOST) {
        size_t topics = fleet->scenario->topic_count;
        memset(invariants->kept + place_of(fleet, first, 0), 0,
               (end - first) * topics * sizeof *invariants->kept);
    }
}

void mesh_symmetric_record(struct fleet *fleet, const struct trace_record *record,
                           bool keeps_peer) {
    uint32_t first = fleet->topology.slot_first[record->node];
    uint32_t end = fleet->topology.slot_first[record->node + 1];
    bool one = is_of_one_peer(record);
    uint32_t topics = one ? record->topic + 1U : fleet->scenario->topic_count;
    if (fleet->invariants->kept != NULL) {
        follow(fleet, record, keeps_peer);
    }
    for (uint32_t slot = first; slot < end; slot++) {
        if (one && fleet->topology.peer[slot] != record->peer) {
            continue;
        }
        for (uint32_t topic = one ? record->topic : 0; topic < topics; topic++) {
            look(fleet, slot, (uint16_t)topic, record->at_ns);
            look(fleet, fleet->topology.reverse[slot], (uint16_t)topic, record->at_ns);
        }
    }
}

void mesh_symmetric_end(struct fleet *fleet) {
    uint32_t topics = fleet->scenario->topic_count;
    for (size_t slot = 0; slot < 2 * (size_t)fleet->topology.link_count; slot++) {
        for (uint32_t topic = 0; topic < topics; topic++) {
            int64_t from = fleet->invariants->one_sided_from[slot * topics + topic];
            if (from != 0) {
                judge(fleet, (uint32_t)slot, (uint16_t)topic,
                      (struct span){from - 1, fleet->sim.now_ns});
            }
        }
    }
}

/** A connected peer that could be grafted: it said that it is subscribed; or TRACE_NONE. */
static uint32_t candidate_of(const struct router *router, struct topic_state *state) {
    for (uint32_t word = 0; word < router->words; word++) {
        uint64_t candidates = topic_announced(router, state)[word] & router->connected[word] &
                              ~topic_mesh(router, state)[word] & ~router_flooding(router, word);
        if (candidates != 0) {
            return word * 64 + (uint32_t)__builtin_ctzll(candidates);
        }
    }
    return TRACE_NONE;
}

/** A peer in the mesh that is not connected, or TRACE_NONE. */
static uint32_t stranger_of(const struct router *router, struct topic_state *state) {
    for (uint32_t word = 0; word < router->words; word++) {
        uint64_t strangers = topic_mesh(router, state)[word] & ~router->connected[word];
        if (strangers != 0) {
            return word * 64 + (uint32_t)__builtin_ctzll(strangers);
        }
    }
    return TRACE_NONE;
}

/** Whether a mesh breaks what an expectation says; the breach is then filled in. */
static bool breaks(const struct router *router, struct topic_state *state, enum invariant invariant,
                   struct breach *breach) {
    const struct router_params *params = &router->shared->params;
    uint32_t slot = TRACE_NONE;
    breach->found = state->mesh_count;
    if (invariant == INVARIANT_MESH_CONNECTED_PEERS) {
        slot = stranger_of(router, state);
    } else if (state->mesh_count > params->d_high) {
        breach->bound = params->d_high;
        return true;
    } else if (state->mesh_count < params->d_low) {
        breach->bound = params->d_low;
        slot = candidate_of(router, state);
    }
    breach->peer = slot == TRACE_NONE ? TRACE_NONE : router->peer_nodes[slot];
    return slot != TRACE_NONE;
}

static void look_at_mesh(struct fleet *fleet, struct router *router, struct topic_state *state) {
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        bool of_mesh = watch->invariant == INVARIANT_MESH_WITHIN_BOUNDS ||
                       watch->invariant == INVARIANT_MESH_CONNECTED_PEERS;
        if (!of_mesh || !watch_is_open(watch, fleet->sim.now_ns) ||
            !watch_is_about(watch, router->node, state->topic)) {
            continue;
        }
        struct breach breach = {.at_ns = fleet->sim.now_ns,
                                .node = router->node,
                                .peer = TRACE_NONE,
                                .message = TRACE_NONE,
                                .topic = state->topic};
        watch->judged++;
        if (breaks(router, state, watch->invariant, &breach)) {
            watch_add(watch, &breach);
        }
    }
}

void invariants_beat(struct fleet *fleet, uint32_t node) {
    struct router *router = &fleet->routers[node];
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->has_mesh) {
            look_at_mesh(fleet, router, router->topics[i]);
        }
    }
}
