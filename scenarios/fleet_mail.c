// RPCs that change over from lane to lane: see fleet_lanes.h.
#include "base/check.h"
#include "scenarios/fleet_lanes.h"

#include <string.h>

void fleet_mail_init(struct fleet *lane) {
    for (uint32_t side = 0; side < 2; side++) {
        struct fleet_parcels *parcels = &lane->lane->parcels[side];
        rpc_slab_init(&parcels->rpcs, lane->arena, &lane->messages);
        pool_init(&parcels->frames, lane->arena, MEMORY_MESSAGES);
        parcels->latest = RPC_NONE;
    }
    lane->lane->entered = RPC_NONE;
    lane->lane->moved = RPC_NONE;
    lane->lane->known = arena_take_array(lane->arena, MEMORY_MESSAGES,
                                         bitset_words(lane->messages.count), sizeof(uint64_t));
}

/** What was put aside two windows ago has been taken: the parcels are empty again. */
static void on_post(void *context, uint32_t number, uint32_t side) {
    const struct fleet_lanes *lanes = context;
    struct fleet *lane = lanes->items[number];
    struct fleet_parcels *parcels = &lane->lane->parcels[side];
    for (uint32_t i = 0; i < parcels->held_count; i++) {
        rpc_release(&parcels->rpcs, parcels->held[i]);
    }
    for (uint32_t i = 0; i < parcels->packet_count; i++) {
        struct wire_bytes frame = parcels->packets[i].frame;
        pool_give(&parcels->frames, frame.bytes, frame.size);
    }
    parcels->held_count = 0;
    parcels->packet_count = 0;
    parcels->latest = RPC_NONE;
    parcels->bytes = 0;
    lane->lane->entered = RPC_NONE;
    lane->lane->moved = RPC_NONE;
}

/** Copies an RPC into a parcel, once for all packets in a row that carry it. */
static uint32_t put_aside(struct fleet *lane, struct fleet_parcels *parcels, uint32_t handle) {
    const struct rpc *rpc = rpc_at(&lane->rpcs, handle);
    parcels->bytes += rpc->size_bytes;
    if (handle == parcels->latest) {
        return parcels->latest_copy;
    }
    uint32_t copy = rpc_copy(&parcels->rpcs, rpc);
    if (parcels->held_count == parcels->held_capacity) {
        parcels->held = pool_grow(&lane->results, parcels->held, &parcels->held_capacity,
                                  parcels->held_count + 1, sizeof *parcels->held);
    }
    parcels->held[parcels->held_count++] = copy;
    parcels->latest = handle;
    parcels->latest_copy = copy;
    return copy;
}

/** Copies encoded bytes, and the RPC that they were. */
static uint32_t put_bytes_aside(struct fleet *lane, struct fleet_parcels *parcels,
                                uint32_t handle) {
    const struct wire_packet *packet = &lane->wire_packets[handle & ~FLEET_PACKET_BYTES];
    if (parcels->packet_count == parcels->packet_capacity) {
        parcels->packets = pool_grow(&lane->results, parcels->packets, &parcels->packet_capacity,
                                     parcels->packet_count + 1, sizeof *parcels->packets);
    }
    struct wire_packet *copy = &parcels->packets[parcels->packet_count];
    copy->rpc = packet->rpc == RPC_NONE ? RPC_NONE : put_aside(lane, parcels, packet->rpc);
    copy->frame.size = packet->frame.size;
    copy->frame.bytes = pool_take(&parcels->frames, packet->frame.size);
    memcpy(copy->frame.bytes, packet->frame.bytes, packet->frame.size);
    return parcels->packet_count++ | FLEET_PACKET_BYTES;
}

static uint32_t on_leave(void *context, uint32_t number, uint32_t side, uint32_t handle) {
    const struct fleet_lanes *lanes = context;
    struct fleet *lane = lanes->items[number];
    struct fleet_parcels *parcels = &lane->lane->parcels[side];
    if (handle >= FLEET_SIGNAL_FIRST) {
        return handle;
    }
    if ((handle & FLEET_PACKET_BYTES) != 0) {
        uint32_t copy = put_bytes_aside(lane, parcels, handle);
        fleet_wire_drop(lane, handle);
        return copy;
    }
    uint32_t copy = put_aside(lane, parcels, handle);
    rpc_release(&lane->rpcs, handle);
    return copy;
}

/** An RPC of a parcel as one of the lane, with one reference more. */
static uint32_t take_out(struct fleet *fleet, uint32_t from, const struct fleet_parcels *parcels,
                         uint32_t handle) {
    struct fleet_lane *lane = fleet->lane;
    if (lane->entered == handle && lane->entered_from == from) {
        rpc_at(&fleet->rpcs, lane->entered_copy)->references++;
        return lane->entered_copy;
    }
    lane->entered = handle;
    lane->entered_from = from;
    lane->entered_copy = rpc_copy(&fleet->rpcs, rpc_at(&parcels->rpcs, handle));
    return lane->entered_copy;
}

static uint32_t on_enter(void *context, uint32_t number, uint32_t from, uint32_t side,
                         uint32_t handle) {
    const struct fleet_lanes *lanes = context;
    struct fleet *lane = lanes->items[number];
    const struct fleet_parcels *parcels = &lanes->items[from]->lane->parcels[side];
    if (handle >= FLEET_SIGNAL_FIRST) {
        return handle;
    }
    if ((handle & FLEET_PACKET_BYTES) == 0) {
        return take_out(lane, from, parcels, handle);
    }
    const struct wire_packet *packet = &parcels->packets[handle & ~FLEET_PACKET_BYTES];
    uint32_t rpc = packet->rpc == RPC_NONE ? RPC_NONE : take_out(lane, from, parcels, packet->rpc);
    return fleet_wire_enter(lane, packet->frame, rpc);
}

/** An RPC of a lane as one of another, which takes over the reference: copied once at an event, as
 * no copy of the event can have arrived yet. */
static uint32_t move_rpc(struct fleet *from, struct fleet *to, uint32_t handle) {
    struct fleet_lane *lane = from->lane;
    const struct event *event = &from->sim.queue->last;
    bool same_event = lane->moved_at_ns == event->at_ns && lane->moved_order == event->order;
    if (same_event && lane->moved == handle && lane->moved_to == to) {
        rpc_at(&to->rpcs, lane->moved_copy)->references++;
    } else {
        lane->moved = handle;
        lane->moved_to = to;
        lane->moved_at_ns = event->at_ns;
        lane->moved_order = event->order;
        lane->moved_copy = rpc_copy(&to->rpcs, rpc_at(&from->rpcs, handle));
    }
    if (rpc_at(&from->rpcs, handle)->references == 1) {
        lane->moved = RPC_NONE; // it is given up now, and its handle may name another
    }
    return lane->moved_copy;
}

uint32_t fleet_adopt(struct fleet *to, struct fleet *from, uint32_t handle) {
    if (handle >= FLEET_SIGNAL_FIRST) {
        return handle;
    }
    if ((handle & FLEET_PACKET_BYTES) == 0) {
        uint32_t copy = move_rpc(from, to, handle);
        rpc_release(&from->rpcs, handle);
        return copy;
    }
    const struct wire_packet *packet = &from->wire_packets[handle & ~FLEET_PACKET_BYTES];
    uint32_t rpc = packet->rpc == RPC_NONE ? RPC_NONE : move_rpc(from, to, packet->rpc);
    uint32_t copy = fleet_wire_enter(to, packet->frame, rpc);
    fleet_wire_drop(from, handle);
    return copy;
}

static uint32_t on_move(void *context, uint32_t from, uint32_t to, uint32_t handle) {
    const struct fleet_lanes *lanes = context;
    return fleet_adopt(lanes->items[to], lanes->items[from], handle);
}

static void on_join(void *context) {
    const struct fleet_lanes *lanes = context;
    fleet_show_notes(lanes->items[0]);
}

struct lanes_handlers fleet_mail_handlers(struct fleet_lanes *lanes) {
    return (struct lanes_handlers){.context = lanes,
                                   .on_post = on_post,
                                   .on_leave = on_leave,
                                   .on_enter = on_enter,
                                   .on_join = on_join,
                                   .on_move = on_move};
}

uint64_t fleet_mail_bytes(const struct fleet_lanes *lanes) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < lanes->count; i++) {
        bytes += lanes->items[i]->lane->parcels[lanes->engine.side].bytes;
    }
    return bytes;
}

/** One lane has published a message: the others hear of it. */
static void spread(const struct fleet_lanes *lanes, uint32_t from, uint32_t message) {
    for (uint32_t other = 0; other < lanes->count; other++) {
        if (other != from) {
            fleet_wire_hear(lanes->items[other], message);
        }
    }
}

void fleet_mail_news(struct fleet_lanes *lanes) {
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct fleet_lane *lane = lanes->items[i]->lane;
        for (uint32_t k = 0; k < lane->news_count; k++) {
            spread(lanes, i, lane->news[k]);
        }
        lane->news_count = 0;
    }
}
