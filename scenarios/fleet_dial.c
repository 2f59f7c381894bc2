// Links that are made anew after a node has stopped, and links that end: see fleet_faults.h.
#include "base/check.h"
#include "scenarios/fleet_faults.h"

void fleet_connect_at_start(struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    uint32_t peer = fleet->topology.peer[slot];
    int64_t now_ns = fleet->sim.now_ns;
    bool both_up = fleet->up[node] && plan_is_up(&fleet->plan, peer, now_ns);
    bool cut = plan_is_cut(&fleet->plan, fleet->scenario, node, peer, now_ns) ||
               plan_is_cut(&fleet->plan, fleet->scenario, peer, node, now_ns);
    if (!both_up || cut || fleet_has_link(fleet, slot)) {
        return; // whoever comes up again dials, and both do when a fault ends
    }
    if (!fleet_hold(fleet, node, (struct held_input){HELD_LINK, .target = slot, .what = 0})) {
        fleet_connect_peer(fleet, slot);
    }
}

void fleet_dial(struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    if (!fleet_is_away(fleet, slot)) {
        fleet_signal(fleet, slot, fleet_call(FLEET_CALL_DIAL, fleet->faults->starts[node], 0));
    }
}

void fleet_say_gone(struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    fleet_signal(fleet, slot, fleet_call(FLEET_CALL_GONE, fleet->faults->starts[node], 0));
}

void fleet_dial_all(struct fleet *fleet, uint32_t node) {
    const struct topology *topology = &fleet->topology;
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        if (fleet->plan.start_ns[topology->peer[slot]] <= fleet->sim.now_ns) {
            fleet_dial(fleet, slot);
        }
    }
}

/** A peer dials: if there is a link, that is one of an earlier time. */
static void on_dial(struct fleet *fleet, uint32_t slot, uint8_t from) {
    uint32_t node = fleet->topology.owner[slot];
    if (fleet_is_away(fleet, slot)) {
        return;
    }
    if (fleet_has_link(fleet, slot)) {
        fleet_disconnect_peer(fleet, slot);
    }
    fleet->faults->peer_starts[slot] = from;
    // Before the hello, so that the dialler reads it.
    fleet_signal(fleet, slot, fleet_call(FLEET_CALL_ACCEPT, fleet->faults->starts[node], from));
    fleet_connect_peer(fleet, slot);
}

static void on_accept(struct fleet *fleet, uint32_t slot, uint8_t from, uint8_t to) {
    uint32_t node = fleet->topology.owner[slot];
    if (to != fleet->faults->starts[node] || fleet_has_link(fleet, slot)) {
        return; // an answer to an earlier life, or both have dialled
    }
    if (fleet_is_away(fleet, slot)) {
        fleet_say_gone(fleet, slot);
        return;
    }
    fleet->faults->peer_starts[slot] = from;
    fleet_connect_peer(fleet, slot);
}

static void on_gone(struct fleet *fleet, uint32_t slot, uint8_t from) {
    if (fleet_has_link(fleet, slot) && fleet->faults->peer_starts[slot] == from) {
        fleet_disconnect_peer(fleet, slot);
    }
}

void fleet_on_call(struct fleet *fleet, uint32_t slot, uint32_t signal) {
    uint8_t from = (uint8_t)(signal >> 8);
    uint8_t to = (uint8_t)signal;
    CHECK(fleet->faults != NULL);
    switch ((enum fleet_call)(signal >> 16 & 0xf)) {
    case FLEET_CALL_DIAL:
        on_dial(fleet, slot, from);
        return;
    case FLEET_CALL_ACCEPT:
        on_accept(fleet, slot, from, to);
        return;
    case FLEET_CALL_GONE:
        on_gone(fleet, slot, from);
        return;
    }
    CHECK(false);
}

void fleet_close_all(struct fleet *fleet, uint32_t node, const struct plan_fault *fall) {
    const struct topology *topology = &fleet->topology;
    uint32_t gone = fleet_call(FLEET_CALL_GONE, fleet->faults->starts[node], 0);
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        if (!fleet_has_link(fleet, slot)) {
            continue;
        }
        if (!fall->silent) {
            fleet_signal(fleet, slot, gone);
        } else if (fall->detect_ns != SCENARIO_NEVER_NS) {
            sim_signal_late(&fleet->sim, slot, fall->detect_ns, gone);
        }
    }
}

void fleet_forget_peers(struct fleet *fleet, uint32_t node) {
    const struct topology *topology = &fleet->topology;
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        if (fleet_has_link(fleet, slot)) {
            fleet_disconnect_peer(fleet, slot);
        }
    }
}
