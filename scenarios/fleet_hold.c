// What reaches a node that stands still waits here until it goes on: see fleet_faults.h.
#include "base/check.h"
#include "scenarios/fleet_faults.h"

bool fleet_hold(struct fleet *fleet, uint32_t node, struct held_input input) {
    struct fleet_faults *faults = fleet->faults;
    if (faults == NULL || !faults->still[node]) {
        return false;
    }
    struct held_queue *queue = &faults->queues[node];
    if (queue->count == queue->capacity) {
        queue->items = pool_grow(&faults->pool, queue->items, &queue->capacity, queue->count + 1,
                                 sizeof *queue->items);
    }
    queue->items[queue->count++] = input;
    return true;
}

static void handle(struct fleet *fleet, uint32_t node, struct held_input input) {
    switch ((enum held_kind)input.kind) {
    case HELD_PACKET:
        fleet_receive(fleet, input.target, input.what);
        return;
    case HELD_TIMER:
        fleet_handle_timer(fleet, node);
        return;
    case HELD_CHANGE:
        fleet_handle_change(fleet, input.target, input.what);
        return;
    case HELD_LINK:
        if (!fleet_has_link(fleet, input.target) && !fleet_is_away(fleet, input.target)) {
            fleet_connect_peer(fleet, input.target);
        }
        return;
    case HELD_CLOSE:
        fleet_end_link_late(fleet, input.target, input.what != 0);
        return;
    }
    CHECK(false);
}

/** Gives back the memory of a queue that is empty now. */
static void give_back(struct fleet *fleet, struct held_queue *queue) {
    pool_give(&fleet->faults->pool, queue->items, queue->capacity * sizeof *queue->items);
    *queue = (struct held_queue){0};
}

void fleet_handle_held(struct fleet *fleet, uint32_t node) {
    struct held_queue *queue = &fleet->faults->queues[node];
    CHECK(!fleet->faults->still[node]);
    for (uint32_t i = 0; i < queue->count; i++) {
        handle(fleet, node, queue->items[i]);
    }
    give_back(fleet, queue);
}

/** Nobody is there to act on a change. */
static void forget_change(struct fleet *fleet, uint32_t target, uint32_t what) {
    if (what == FLEET_CHANGE_VALIDATED) {
        fleet_forget_validation(fleet, target);
    } else if (what == FLEET_CHANGE_FORWARD) {
        fleet_forget_late(fleet, target);
    } else if (what == FLEET_CHANGE_PROCESSED) {
        uint32_t slot = 0;
        uint32_t handle = 0;
        (void)fleet_processed(fleet, target, &slot, &handle);
        fleet_drop_arrived(fleet, slot, handle);
    }
}

void fleet_drop_held(struct fleet *fleet, uint32_t node, bool keeps_state) {
    struct held_queue *queue = &fleet->faults->queues[node];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct held_input input = queue->items[i];
        if (input.kind == HELD_PACKET) {
            fleet_drop_arrived(fleet, input.target, input.what);
        } else if (input.kind == HELD_CHANGE && keeps_state) {
            queue->items[kept++] = input;
        } else if (input.kind == HELD_CHANGE) {
            forget_change(fleet, input.target, input.what);
        }
    }
    queue->count = kept;
    if (kept == 0) {
        give_back(fleet, queue);
    }
}
