// Faults of links, settled before a run: when each begins and ends, and which nodes it concerns.
#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "base/sort.h"
#include "scenarios/occasions.h"
#include "scenarios/plan_faults.h"

#include <inttypes.h>
#include <string.h>

static bool begins(enum scenario_event_kind kind) {
    return kind == SCENARIO_PARTITION || kind == SCENARIO_CLOG || kind == SCENARIO_HOLD ||
           kind == SCENARIO_DEGRADE || kind == SCENARIO_FLAP || kind == SCENARIO_DISCONNECT ||
           kind == SCENARIO_CONNECT;
}

/** Whether one kind of event ends what another began, for all links. */
static bool ends(enum scenario_event_kind kind, enum scenario_event_kind begun) {
    if (begun == SCENARIO_DISCONNECT || begun == SCENARIO_CONNECT) {
        return false;
    }
    return (begun == SCENARIO_HOLD) == (kind == SCENARIO_RELEASE);
}

/** Whether links cannot be made under a fault; those of a link that flaps might, but do not. */
static bool cuts(enum scenario_event_kind kind) {
    return kind == SCENARIO_PARTITION || kind == SCENARIO_CLOG || kind == SCENARIO_FLAP;
}

bool plan_is_of_links(enum scenario_event_kind kind) {
    return begins(kind) || kind == SCENARIO_HEAL || kind == SCENARIO_RELEASE;
}

/** Whether a direction is among those that are meant, before any share is drawn of them. */
static bool is_meant(const struct plan_link_fault *fault, uint32_t from, uint32_t to) {
    uint8_t a = fault->side[from];
    uint8_t b = fault->side[to];
    switch ((enum link_targets)fault->targets) {
    case LINKS_OF_GROUPS:
        return a != 0 && b != 0 && a != b;
    case LINKS_ONE_WAY:
        return (a & 1) != 0 && (b & 2) != 0;
    case LINKS_BETWEEN:
        return ((a & 1) != 0 && (b & 2) != 0) || ((a & 2) != 0 && (b & 1) != 0);
    case LINKS_OF:
        return a != 0 || b != 0;
    }
    CHECK(false);
    return false;
}

uint64_t plan_link_key(const struct plan_link_fault *fault, uint32_t from, uint32_t to) {
    bool turned = fault->targets != LINKS_ONE_WAY && from > to;
    return turned ? (uint64_t)to << 32 | from : (uint64_t)from << 32 | to;
}

/** Whether the draw of a link is among a share. */
static bool is_drawn(const struct plan_link_fault *fault, uint32_t from, uint32_t to) {
    uint64_t key = plan_link_key(fault, from, to);
    uint64_t draw = prng_keyed(fault->seed, STREAM_FAULT_LINK, key, fault->occasion, 0);
    return (draw >> 32) * SHARE_ONE >> 32 < fault->share_ppb;
}

bool plan_concerns(const struct plan_link_fault *fault, uint32_t from, uint32_t to) {
    return is_meant(fault, from, to) &&
           (fault->share_ppb == SHARE_ONE || is_drawn(fault, from, to));
}

/** Which set each node belongs to, drawn on one occasion. */
static const uint8_t *draw_sides(const struct scenario *scenario, struct arena *arena,
                                 uint32_t index, uint32_t k, struct selection *space) {
    const struct scenario_link_fault *links = &scenario->events[index].link_fault;
    uint8_t *side = arena_take_array(arena, MEMORY_TABLES, space->node_count, sizeof *side);
    struct prng prng =
        prng_stream(scenario->seed, STREAM_FAULT, occasion_stream(index, k, OCCASION_PEERS));
    for (uint32_t i = 0; i < links->side_count; i++) {
        selector_apply(&links->sides[i], &prng, space);
        for (uint32_t node = 0; node < space->node_count; node++) {
            bool apart = links->targets == LINKS_OF_GROUPS;
            if (bitset_has(space->members, node) && (!apart || side[node] == 0)) {
                side[node] = (uint8_t)(apart ? i + 1 : side[node] | 1U << i);
            }
        }
    }
    return side;
}

/** Ends what an event ends: holds, or all but these, of one event or of all. */
static void end_faults(struct plan_faults *faults, const struct scenario *scenario,
                       const struct scenario_event *event, int64_t at_ns) {
    const char *name = event->link_fault.ends;
    for (uint32_t i = 0; i < faults->link_count; i++) {
        struct plan_link_fault *fault = &faults->links[i];
        const struct scenario_event *by = &scenario->events[fault->event];
        bool named = name == NULL || (by->name != NULL && strcmp(by->name, name) == 0);
        if (ends(event->kind, by->kind) && named && fault->end_ns > at_ns) {
            fault->end_ns = at_ns;
        }
    }
}

/** The occasions of all events of links, by time: which event << 32 | the how-manieth. */
static const struct sort_item *list_occasions(const struct scenario *scenario,
                                              struct arena *scratch, uint64_t *count) {
    *count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        bool of_links = plan_is_of_links(scenario->events[i].kind);
        *count += of_links ? occasion_count(scenario, &scenario->events[i]) : 0;
    }
    struct sort_item *items = arena_take_array(scratch, MEMORY_TABLES, *count, 2 * sizeof *items);
    uint64_t filled = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        bool of_links = plan_is_of_links(scenario->events[i].kind);
        uint32_t occasions = of_links ? occasion_count(scenario, &scenario->events[i]) : 0;
        for (uint32_t k = 0; k < occasions; k++) {
            items[filled++] = (struct sort_item){.key = (uint64_t)occasion_at(scenario, i, k),
                                                 .value = (uint64_t)i << 32 | k};
        }
    }
    sort_by_key(items, items + filled, filled);
    return items;
}

/** Whether a node is an end of a link that a fault concerns. */
static bool is_end(const struct plan_link_fault *fault, const struct topology *topology,
                   uint32_t node) {
    if (fault->side[node] == 0 && fault->targets != LINKS_OF) {
        return false;
    }
    if (topology == NULL) {
        return true;
    }
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        uint32_t peer = topology->peer[slot];
        if (plan_concerns(fault, node, peer) || plan_concerns(fault, peer, node)) {
            return true;
        }
    }
    return false;
}

void plan_find_link_faults(struct plan_faults *faults, struct arena *arena,
                           const struct scenario *scenario, struct selection *space) {
    struct arena *scratch = arena_aside(arena);
    uint64_t count = 0;
    const struct sort_item *order = list_occasions(scenario, scratch, &count);
    faults->links = arena_take_array(arena, MEMORY_TABLES, count, sizeof *faults->links);
    for (uint64_t i = 0; i < count; i++) {
        int64_t at_ns = (int64_t)order[i].key;
        uint32_t index = (uint32_t)(order[i].value >> 32);
        const struct scenario_event *event = &scenario->events[index];
        if (at_ns >= scenario->duration_ns) {
            break;
        }
        if (!begins(event->kind)) {
            end_faults(faults, scenario, event, at_ns);
            continue;
        }
        faults->links[faults->link_count++] = (struct plan_link_fault){
            .at_ns = at_ns,
            .end_ns = event->for_ns > 0 ? at_ns + event->for_ns : SCENARIO_NEVER_NS,
            .event = index,
            .targets = (uint8_t)event->link_fault.targets,
            .share_ppb = event->link_fault.share_ppb,
            .seed = scenario->seed,
            .occasion = occasion_stream(index, (uint32_t)order[i].value, OCCASION_LINKS),
            .side = draw_sides(scenario, arena, index, (uint32_t)order[i].value, space),
        };
    }
    arena_destroy(scratch);
}

void plan_tell_nodes(struct finding *finding, const struct plan_faults *faults,
                     const struct scenario *scenario, const struct selection *space) {
    for (uint32_t i = 0; i < faults->link_count; i++) {
        struct plan_link_fault *fault = &faults->links[i];
        bool ends = fault->end_ns < scenario->duration_ns;
        fault->end_ns = ends ? fault->end_ns : scenario->duration_ns;
        for (uint32_t node = 0; node < space->node_count; node++) {
            if (!is_end(fault, space->topology, node)) {
                continue;
            }
            plan_add_fault(finding, &(struct plan_fault){.at_ns = fault->at_ns,
                                                         .node = node,
                                                         .item = i,
                                                         .kind = PLAN_LINKS_BEGIN});
            if (ends) {
                plan_add_fault(finding, &(struct plan_fault){.at_ns = fault->end_ns,
                                                             .node = node,
                                                             .item = i,
                                                             .kind = PLAN_LINKS_END});
            }
        }
    }
}

bool plan_is_cut(const struct plan *plan, const struct scenario *scenario, uint32_t from,
                 uint32_t to, int64_t at_ns) {
    int64_t away_until_ns = 0;
    for (uint32_t i = 0; i < plan->faults->link_count; i++) {
        const struct plan_link_fault *fault = &plan->faults->links[i];
        enum scenario_event_kind kind = scenario->events[fault->event].kind;
        if (fault->at_ns > at_ns || !plan_concerns(fault, from, to)) {
            continue;
        }
        if (cuts(kind) && at_ns < fault->end_ns) {
            return true;
        }
        if (kind == SCENARIO_CONNECT) {
            away_until_ns = 0;
        } else if (kind == SCENARIO_DISCONNECT && fault->end_ns > away_until_ns) {
            away_until_ns = fault->end_ns;
        }
    }
    return away_until_ns > at_ns;
}

/** Whether a fault concerns any link of a graph. */
static bool concerns_any(const struct plan_link_fault *fault, const struct topology *topology) {
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (plan_concerns(fault, topology->owner[slot], topology->peer[slot])) {
            return true;
        }
    }
    return false;
}

bool plan_check_connects(const struct plan_faults *faults, const struct scenario *scenario,
                         const struct topology *topology, struct failure *failure) {
    for (uint32_t i = 0; i < faults->link_count && topology != NULL; i++) {
        const struct plan_link_fault *fault = &faults->links[i];
        bool connects = scenario->events[fault->event].kind == SCENARIO_CONNECT;
        if (connects && fault->share_ppb == SHARE_ONE && !concerns_any(fault, topology)) {
            failure_bad_input(failure,
                              "events.%" PRIu32
                              ".connect: no link between such nodes is in the graph; allowed: "
                              "links of the topology, which may be disconnected at 0s",
                              fault->event);
            return place_failure(&scenario->events[fault->event].place, failure);
        }
    }
    return true;
}

bool plan_check_injections(const struct scenario *scenario, const struct topology *topology,
                           struct failure *failure) {
    for (uint32_t i = 0; i < scenario->event_count && topology != NULL; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (event->kind == SCENARIO_INJECT &&
            topology_find_slot(topology, event->from, event->to) == UINT32_MAX) {
            failure_bad_input(failure,
                              "events.%" PRIu32 ".inject: nodes %" PRIu32 " and %" PRIu32
                              " are not linked; allowed: neighbours",
                              i, event->from, event->to);
            return place_failure(&event->place, failure);
        }
    }
    return true;
}
