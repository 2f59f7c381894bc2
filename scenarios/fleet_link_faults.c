// Faults of links come to their ends: see fleet_faults.h.
#include "base/check.h"
#include "scenarios/fleet_faults.h"

/** How long links are down and up by an event. */
static struct flap_stays *make_stays(struct fleet *fleet, const struct scenario_event *event) {
    struct flap_stays *stays = arena_take(fleet->arena, MEMORY_TOPOLOGY, sizeof *stays);
    distribution_init(&stays->down, fleet->arena, &event->link_fault.down, FLAP_STAY_MIN_NS);
    distribution_init(&stays->up, fleet->arena, &event->link_fault.up, FLAP_STAY_MIN_NS);
    return stays;
}

void fleet_links_can_fail(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    uint64_t slots = 2 * fleet->topology.link_count;
    struct link_faults *faults = link_faults_create(fleet->arena, slots);
    fleet->sim.faults = faults;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        enum scenario_event_kind kind = scenario->events[i].kind;
        if (kind == SCENARIO_DEGRADE && fleet->sim.links.degradations == NULL) {
            links_expect_degradations(&fleet->sim.links, fleet->arena);
        }
        if (kind != SCENARIO_FLAP) {
            continue;
        }
        if (faults->flaps == NULL) {
            faults->flaps = flaps_create(fleet->arena, slots, scenario->seed);
            fleet->faults->stays = arena_take_array(
                fleet->arena, MEMORY_TOPOLOGY, scenario->event_count, sizeof(struct flap_stays *));
        }
        fleet->faults->stays[i] = make_stays(fleet, &scenario->events[i]);
    }
}

bool fleet_is_away(const struct fleet *fleet, uint32_t slot) {
    const struct link_faults *faults = fleet->sim.faults;
    return faults != NULL && link_faults_hold(faults, slot, LINK_FAULT_AWAY, fleet->sim.now_ns);
}

void fleet_end_link(struct fleet *fleet, uint32_t slot, bool tells) {
    if (!fleet_has_link(fleet, slot)) {
        return;
    }
    if (tells) {
        fleet_say_gone(fleet, slot);
    }
    fleet_disconnect_peer(fleet, slot);
}

void fleet_end_link_late(struct fleet *fleet, uint32_t slot, bool tells) {
    fleet_end_link(fleet, slot, tells);
    fleet_dial(fleet, slot);
}

/** A link is away from now on. A node that stands still ends it when it goes on. */
static void disconnect(struct fleet *fleet, uint32_t slot, const struct plan_link_fault *fault) {
    uint32_t node = fleet->topology.owner[slot];
    // Where both ends are to end it, each does.
    bool tells = !plan_concerns(fault, fleet->topology.peer[slot], node);
    struct held_input input = {.kind = HELD_CLOSE, .target = slot, .what = tells ? 1 : 0};
    link_faults_begin(fleet->sim.faults, slot, LINK_FAULT_AWAY, fault->end_ns);
    if (fleet->up[node] && !fleet_hold(fleet, node, input)) {
        fleet_end_link(fleet, slot, tells);
    }
}

/** Dials the peer behind a slot if the link should be up and is not. */
static void dial_if_down(struct fleet *fleet, uint32_t slot) {
    bool started = fleet->plan.start_ns[fleet->topology.peer[slot]] <= fleet->sim.now_ns;
    bool up = fleet->up[fleet->topology.owner[slot]];
    if (up && started && !fleet_has_link(fleet, slot)) {
        fleet_dial(fleet, slot);
    }
}

/** A fault of one direction begins. */
static void begin(struct fleet *fleet, uint32_t slot, const struct plan_link_fault *fault) {
    const struct scenario_event *event = &fleet->scenario->events[fault->event];
    struct sim *sim = &fleet->sim;
    if (event->kind == SCENARIO_DEGRADE) {
        degradations_begin(sim->links.degradations, slot, &event->link_fault.degradation,
                           fault->end_ns, sim->now_ns);
    } else if (event->kind == SCENARIO_FLAP) {
        uint32_t node = fleet->topology.owner[slot];
        struct flap flap = {.stays = fleet->faults->stays[fault->event],
                            .link = plan_link_key(fault, node, fleet->topology.peer[slot]),
                            .occasion = fault->occasion,
                            .begin_ns = sim->now_ns};
        flaps_begin(sim->faults->flaps, slot, &flap, fault->end_ns);
    } else if (event->kind == SCENARIO_DISCONNECT) {
        disconnect(fleet, slot, fault);
    } else if (event->kind == SCENARIO_CONNECT) {
        link_faults_end(sim->faults, slot, LINK_FAULT_AWAY);
        dial_if_down(fleet, slot);
    } else {
        enum link_fault kind = event->kind == SCENARIO_PARTITION ? LINK_FAULT_CUT
                               : event->kind == SCENARIO_CLOG    ? LINK_FAULT_CLOG
                                                                 : LINK_FAULT_HOLD;
        link_faults_begin(sim->faults, slot, kind, fault->end_ns);
    }
}

void fleet_begin_links(struct fleet *fleet, uint32_t node, uint32_t item) {
    const struct topology *topology = &fleet->topology;
    const struct plan_link_fault *fault = &fleet->plan.faults->links[item];
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        if (plan_concerns(fault, node, topology->peer[slot])) {
            begin(fleet, slot, fault);
        }
    }
}

/** Those that should be up and are not are dialled. */
void fleet_end_links(struct fleet *fleet, uint32_t node, uint32_t item) {
    const struct topology *topology = &fleet->topology;
    const struct plan_link_fault *fault = &fleet->plan.faults->links[item];
    bool passes = fleet->scenario->events[fault->event].kind == SCENARIO_DEGRADE;
    if (passes) {
        return;
    }
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        uint32_t peer = topology->peer[slot];
        if (plan_concerns(fault, node, peer) || plan_concerns(fault, peer, node)) {
            dial_if_down(fleet, slot);
        }
    }
}
