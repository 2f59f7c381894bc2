#include "sim/transfer.h"

/** Puts a packet of a slot's owner into the queue of the world that handles the receiver. */
static inline void push_packet(struct sim *sim, uint32_t slot, int64_t at_ns, uint32_t handle) {
    const struct event_aim aim = {.target = sim->topology->reverse[slot], .payload = handle};
    uint32_t node = sim->topology->owner[slot];
    if (sim->part_of != NULL && sim->part_of[sim->topology->peer[slot]] != sim->part) {
        sim_push_outside(sim, slot, at_ns, aim);
    } else {
        sim_push(sim, EVENT_PACKET, node, at_ns, aim);
    }
}

/** The second step: the link decides about a packet that leaves the uplink, now or later. */
static inline enum link_verdict propagate(struct sim *sim, uint32_t slot,
                                          const struct packet *packet, int64_t departs_ns) {
    CHECK(departs_ns >= sim->now_ns);
    if (sim->faults != NULL) {
        enum link_verdict fault = link_faults_decide(sim->faults, slot, &departs_ns);
        if (fault != LINK_ARRIVES) {
            return fault;
        }
    }
    int64_t arrives_ns = 0;
    enum link_verdict verdict = links_send(&sim->links, slot, packet, departs_ns, &arrives_ns);
    if (verdict == LINK_ARRIVES) {
        CHECK(arrives_ns >= departs_ns + LINK_DELAY_MIN_NS);
        push_packet(sim, slot, arrives_ns, packet->handle);
    }
    return verdict;
}

/** A transfer without its packet, of which only the handle is known at the receiver. */
static struct bandwidth_transfer transfer_of(const struct sim *sim, enum bandwidth_side side,
                                             uint32_t slot, uint32_t handle) {
    return (struct bandwidth_transfer){
        .side = side,
        .slot = slot,
        .bytes = sim->handlers.bytes_of(sim->handlers.context, handle),
        .packet = {.handle = handle},
    };
}

/** Sees to it that there is an event when the first transfer of a fair queue ends. */
static void schedule_end(struct sim *sim, uint32_t node, enum bandwidth_side side) {
    struct fair_queue *queue = bandwidth_queue(&sim->bandwidth, node, side);
    int64_t next_ns = fair_queue_next_ns(queue);
    // An event that comes too early finds nothing, and schedules the next.
    if (next_ns < queue->due_ns) {
        queue->due_ns = next_ns;
        queue->generation++;
        const struct event_aim aim = {.target = 2 * node + (side == BANDWIDTH_DOWN ? 1 : 0),
                                      .payload = queue->generation};
        sim_push(sim, EVENT_TRANSFER, node, next_ns, aim);
    }
}

static enum link_verdict enter_uplink(struct sim *sim, uint32_t slot, const struct packet *packet) {
    struct bandwidth_transfer transfer = transfer_of(sim, BANDWIDTH_UP, slot, packet->handle);
    transfer.packet = *packet;
    int64_t departs_ns = 0;
    switch (bandwidth_enter(&sim->bandwidth, &transfer, sim->now_ns, &departs_ns)) {
    case BANDWIDTH_THROUGH:
        return propagate(sim, slot, packet, departs_ns);
    case BANDWIDTH_WAITS:
        schedule_end(sim, sim->topology->owner[slot], BANDWIDTH_UP);
        return LINK_ARRIVES;
    case BANDWIDTH_FULL:
        return LINK_UPLINK_FULL;
    }
    CHECK(false);
    return LINK_ARRIVES;
}

enum link_verdict sim_send(struct sim *sim, uint32_t slot, const struct packet *packet) {
    CHECK(slot < 2 * sim->topology->link_count);
    if (sim->bandwidth.classes == NULL) {
        return propagate(sim, slot, packet, sim->now_ns);
    }
    return enter_uplink(sim, slot, packet);
}

void sim_signal_late(struct sim *sim, uint32_t slot, int64_t after_ns, uint32_t handle) {
    int64_t least_ns = after_ns < LINK_DELAY_MIN_NS ? LINK_DELAY_MIN_NS : after_ns;
    int64_t at_ns =
        least_ns < SIM_TIME_MAX_NS - 1 - sim->now_ns ? sim->now_ns + least_ns : SIM_TIME_MAX_NS - 1;
    push_packet(sim, slot, at_ns, handle);
}

/** The third step: a packet comes to the receiver's downlink. */
static void enter_downlink(struct sim *sim, uint32_t slot, uint32_t handle) {
    struct bandwidth_transfer transfer = transfer_of(sim, BANDWIDTH_DOWN, slot, handle);
    void *context = sim->handlers.context;
    uint32_t node = sim->topology->owner[slot];
    int64_t through_ns = 0;
    switch (bandwidth_enter(&sim->bandwidth, &transfer, sim->now_ns, &through_ns)) {
    case BANDWIDTH_THROUGH:
        if (through_ns == sim->now_ns) {
            sim->handlers.on_packet(context, slot, handle);
        } else {
            sim_push(sim, EVENT_PACKET, node, through_ns,
                     (struct event_aim){.target = slot, .payload = handle});
        }
        return;
    case BANDWIDTH_WAITS:
        schedule_end(sim, node, BANDWIDTH_DOWN);
        return;
    case BANDWIDTH_FULL:
        sim->handlers.on_dropped(context, slot, handle, LINK_DOWNLINK_FULL);
        return;
    }
    CHECK(false);
}

void transfer_arrive(struct sim *sim, const struct event *event) {
    // Nobody is linked with itself: what a node sends itself has been through its downlink.
    if (sim_source_of(sim, event) == sim->topology->owner[event->target]) {
        sim->handlers.on_packet(sim->handlers.context, event->target, event->payload);
    } else {
        enter_downlink(sim, event->target, event->payload);
    }
}

void transfer_arrive_foreign(struct sim *sim, const struct event *event, void *sender) {
    const struct sim_handlers *handlers = &sim->handlers;
    if (sim->bandwidth.classes == NULL) {
        handlers->on_foreign(handlers->context, event->target, sender, event->payload);
    } else {
        uint32_t handle = handlers->on_adopt(handlers->context, sender, event->payload);
        enter_downlink(sim, event->target, handle);
    }
}

uint32_t transfer_node(const struct event *event) {
    return event->target / 2;
}

/** A transfer has left a fair queue. */
static void leave(struct sim *sim, enum bandwidth_side side, const struct fair_transfer *transfer) {
    void *context = sim->handlers.context;
    uint32_t handle = transfer->packet.handle;
    if (side == BANDWIDTH_DOWN) {
        sim->handlers.on_packet(context, transfer->slot, handle);
        return;
    }
    enum link_verdict verdict = propagate(sim, transfer->slot, &transfer->packet, sim->now_ns);
    if (verdict != LINK_ARRIVES) {
        sim->handlers.on_dropped(context, transfer->slot, handle, verdict);
    }
}

void transfer_end(struct sim *sim, const struct event *event) {
    uint32_t node = transfer_node(event);
    enum bandwidth_side side = event->target % 2 == 0 ? BANDWIDTH_UP : BANDWIDTH_DOWN;
    struct fair_queue *queue = bandwidth_queue(&sim->bandwidth, node, side);
    if (queue->generation != event->payload) {
        return;
    }
    queue->due_ns = INT64_MAX;
    struct fair_transfer transfer;
    while (bandwidth_leave(&sim->bandwidth, node, side, sim->now_ns, &transfer)) {
        leave(sim, side, &transfer);
    }
    schedule_end(sim, node, side);
}

void sim_push_outside(struct sim *sim, uint32_t slot, int64_t at_ns, struct event_aim aim) {
    uint32_t source = sim->topology->owner[slot];
    struct sim_mail *mail = &sim->mail[sim->part_of[sim->topology->peer[slot]]];
    CHECK(at_ns > sim->now_ns);
    CHECK(at_ns < SIM_TIME_MAX_NS);
    CHECK(sim->sequence[source] < UINT64_C(1) << EVENT_SEQUENCE_BITS);
    uint32_t place = sim_place_of(sim, at_ns, source);
    uint64_t order = event_order(EVENT_PACKET, place, sim->sequence[source]++);
    if (mail->count == mail->capacity) {
        mail->items = pool_grow(&sim->mail_pool, mail->items, &mail->capacity, mail->count + 1,
                                sizeof *mail->items);
    }
    mail->items[mail->count++] = (struct event){at_ns, order, aim.target, aim.payload};
}
