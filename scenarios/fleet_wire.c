#include "base/check.h"
#include "scenarios/fleet.h"

#include <stdio.h>

static uint32_t take_packet(struct fleet *fleet) {
    if (fleet->wire_free_count > 0) {
        return fleet->wire_free[--fleet->wire_free_count];
    }
    if (fleet->wire_packet_count == fleet->wire_packet_capacity) {
        fleet->wire_packets =
            pool_grow(&fleet->results, fleet->wire_packets, &fleet->wire_packet_capacity,
                      fleet->wire_packet_count + 1, sizeof *fleet->wire_packets);
    }
    return fleet->wire_packet_count++;
}

static void give_packet(struct fleet *fleet, uint32_t packet) {
    CHECK(packet < fleet->wire_packet_count);
    wire_give(&fleet->wire, fleet->wire_packets[packet].frame);
    if (fleet->wire_free_count == fleet->wire_free_capacity) {
        fleet->wire_free = pool_grow(&fleet->results, fleet->wire_free, &fleet->wire_free_capacity,
                                     fleet->wire_free_count + 1, sizeof *fleet->wire_free);
    }
    fleet->wire_free[fleet->wire_free_count++] = packet;
}

uint32_t fleet_wire_pack(struct fleet *fleet, const struct rpc *rpc) {
    struct wire_bytes frame = wire_encode(&fleet->wire, rpc);
    CHECK(frame.size == rpc->size_bytes);
    const struct rpc_entry *entry = rpc_entries(rpc);
    uint32_t packet = take_packet(fleet);
    fleet->wire_packets[packet] = (struct wire_packet){
        .frame = frame,
        .hops = entry->kind == TRACE_RPC_MESSAGES ? entry->count : 0,
        .requested = rpc->requested,
        .repeated = rpc->repeated,
    };
    return packet;
}

uint32_t fleet_wire_unpack(struct fleet *fleet, uint32_t packet) {
    CHECK(packet < fleet->wire_packet_count);
    const struct wire_packet *on_wire = &fleet->wire_packets[packet];
    struct failure failure;
    uint32_t handle =
        wire_decode(&fleet->wire, &fleet->rpcs, on_wire->frame, on_wire->hops, &failure);
    if (handle == RPC_NONE) {
        failure_print(&failure, stderr);
    }
    CHECK(handle != RPC_NONE);
    struct rpc *rpc = rpc_at(&fleet->rpcs, handle);
    CHECK(rpc->size_bytes == on_wire->frame.size);
    rpc->references = 1;
    rpc->requested = on_wire->requested;
    rpc->repeated = on_wire->repeated;
    give_packet(fleet, packet);
    return handle;
}

void fleet_wire_drop(struct fleet *fleet, uint32_t packet) {
    give_packet(fleet, packet);
}
