#include "base/check.h"
#include "router/wire_read.h"
#include "router/wire_varint.h"
#include "scenarios/fleet_lanes.h"
#include "scenarios/occasions.h"

#include <stdio.h>
#include <string.h>

/** Whether a message was published, as far as one knows: a lane does not look at what others do. */
static bool is_known(const struct fleet *fleet, uint32_t number) {
    if (fleet->lanes == NULL || message_is_invented(&fleet->messages, number)) {
        return fleet->messages.items[number].published;
    }
    return bitset_has(fleet->lane->known, number);
}

/** Makes what encoding needs, when it is first needed. */
static void ready_wire(struct fleet *fleet) {
    if (fleet->wire.messages != NULL) {
        return;
    }
    if (fleet->messages.identities == NULL) {
        identities_init(&fleet->identities, fleet->arena, fleet->scenario->node_count,
                        fleet->scenario->seed, fleet->scenario->router.sign);
        message_table_identify(&fleet->messages, &fleet->identities);
    }
    wire_init(&fleet->wire, fleet->arena, &fleet->messages);
    for (uint32_t number = 0; number < fleet->messages.count; number++) {
        if (is_known(fleet, number)) {
            wire_add_message(&fleet->wire, number);
        }
    }
}

void fleet_wire_init(struct fleet *fleet) {
    if (fleet->options.wire == RUN_WIRE_ENCODE) {
        ready_wire(fleet);
    }
}

void fleet_wire_hear(struct fleet *fleet, uint32_t message) {
    if (fleet->lanes != NULL) {
        bitset_add(fleet->lane->known, message);
    }
    if (fleet->wire.messages != NULL) {
        wire_add_message(&fleet->wire, message);
    }
}

void fleet_wire_publish(struct fleet *fleet, uint32_t message) {
    fleet_wire_hear(fleet, message);
    if (fleet->lanes != NULL) {
        struct fleet_lane *lane = fleet->lane;
        if (lane->news_count == lane->news_capacity) {
            lane->news = pool_grow(&fleet->results, lane->news, &lane->news_capacity,
                                   lane->news_count + 1, sizeof *lane->news);
        }
        lane->news[lane->news_count++] = message;
        if (fleet->lanes->engine.together) {
            fleet_mail_news(fleet->lanes); // they do not meet soon
        }
    }
}

bool fleet_wire_writes(const struct fleet *fleet, uint32_t slot, const struct rpc *rpc) {
    if (fleet->options.wire == RUN_WIRE_ENCODE) {
        return true;
    }
    const struct router *writer = &fleet->routers[fleet->topology.owner[slot]];
    const struct router *reader = &fleet->routers[fleet->topology.peer[slot]];
    return !wire_is_plain(&fleet->messages, rpc, writer->shared->params.quirks,
                          reader->shared->params.quirks);
}

static uint32_t take_packet(struct fleet *fleet) {
    if (fleet->wire_free_count > 0) {
        return fleet->wire_free[--fleet->wire_free_count];
    }
    if (fleet->wire_packet_count == fleet->wire_packet_capacity) {
        fleet->wire_packets =
            pool_grow(&fleet->results, fleet->wire_packets, &fleet->wire_packet_capacity,
                      fleet->wire_packet_count + 1, sizeof *fleet->wire_packets);
    }
    CHECK(fleet->wire_packet_count < FLEET_PACKET_BYTES - 2);
    return fleet->wire_packet_count++;
}

static void give_packet(struct fleet *fleet, uint32_t packet) {
    CHECK(packet < fleet->wire_packet_count);
    wire_give(&fleet->wire, fleet->wire_packets[packet].frame);
    if (fleet->wire_packets[packet].rpc != RPC_NONE) {
        rpc_release(&fleet->rpcs, fleet->wire_packets[packet].rpc);
    }
    if (fleet->wire_free_count == fleet->wire_free_capacity) {
        fleet->wire_free = pool_grow(&fleet->results, fleet->wire_free, &fleet->wire_free_capacity,
                                     fleet->wire_free_count + 1, sizeof *fleet->wire_free);
    }
    fleet->wire_free[fleet->wire_free_count++] = packet;
}

uint32_t fleet_wire_pack(struct fleet *fleet, uint32_t rpc) {
    ready_wire(fleet);
    struct wire_bytes frame = wire_encode(&fleet->wire, rpc_at(&fleet->rpcs, rpc));
    CHECK(frame.size == rpc_at(&fleet->rpcs, rpc)->size_bytes);
    uint32_t packet = take_packet(fleet);
    fleet->wire_packets[packet] = (struct wire_packet){.frame = frame, .rpc = rpc};
    return packet | FLEET_PACKET_BYTES;
}

uint32_t fleet_wire_enter(struct fleet *fleet, struct wire_bytes frame, uint32_t rpc) {
    ready_wire(fleet);
    struct wire_bytes copy = {.bytes = pool_take(&fleet->wire.pool, frame.size),
                              .size = frame.size};
    memcpy(copy.bytes, frame.bytes, frame.size);
    uint32_t packet = take_packet(fleet);
    fleet->wire_packets[packet] = (struct wire_packet){.frame = copy, .rpc = rpc};
    return packet | FLEET_PACKET_BYTES;
}

/**
 * What no decoding could tell from the sent RPC must be the same after it: so a wrong byte cannot
 * stay hidden.
 */
static void check_plain(struct fleet *fleet, const struct wire_packet *packet, uint32_t read) {
    const struct rpc *written = rpc_at(&fleet->rpcs, packet->rpc);
    struct rpc *rpc = rpc_at(&fleet->rpcs, read);
    rpc->read_digest = 0;
    CHECK(rpc->size_bytes == written->size_bytes);
    CHECK(rpc->payload_bytes == written->payload_bytes);
    CHECK(rpc->entry_count == written->entry_count);
    CHECK(rpc_digest(rpc) == rpc_digest(written));
}

/** Whether no router of the run has a quirk: a message with a key, say, may come a long way. */
static bool is_all_standard(const struct fleet *fleet) {
    uint64_t quirks = 0;
    for (uint32_t group = 0; group <= fleet->scenario->group_count; group++) {
        quirks |= fleet->shared[group].params.quirks;
    }
    return quirks == 0;
}

/** Reads a frame in a run without quirks by the strict decoder. */
static struct wire_reading read_strictly(struct fleet *fleet, const struct wire_packet *packet) {
    struct failure failure;
    const struct rpc *written = rpc_at(&fleet->rpcs, packet->rpc);
    const struct rpc_entry *entry = rpc_entries(written);
    uint32_t hops = entry->kind == TRACE_RPC_MESSAGES ? entry->count : 0;
    uint32_t rpc = wire_decode(&fleet->wire, &fleet->rpcs, packet->frame, hops, &failure);
    if (rpc == RPC_NONE) {
        failure_print(&failure, stderr);
    }
    CHECK(rpc != RPC_NONE);
    rpc_at(&fleet->rpcs, rpc)->references = 1;
    return (struct wire_reading){.outcome = WIRE_RPC, .rpc = rpc};
}

struct wire_reading fleet_wire_unpack(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    uint32_t packet = handle & ~FLEET_PACKET_BYTES;
    CHECK(packet < fleet->wire_packet_count);
    const struct wire_packet *on_wire = &fleet->wire_packets[packet];
    uint64_t reader_quirks = fleet->routers[fleet->topology.owner[slot]].shared->params.quirks;
    uint64_t writer_quirks = fleet->routers[fleet->topology.peer[slot]].shared->params.quirks;
    struct wire_reading reading;
    if (on_wire->rpc == RPC_NONE) {
        reading = wire_read(&fleet->wire, &fleet->rpcs, on_wire->frame, reader_quirks, NULL);
        give_packet(fleet, packet);
        return reading;
    }
    const struct rpc *written = rpc_at(&fleet->rpcs, on_wire->rpc);
    reading = is_all_standard(fleet)
                  ? read_strictly(fleet, on_wire)
                  : wire_read(&fleet->wire, &fleet->rpcs, on_wire->frame, reader_quirks, written);
    if (wire_is_plain(&fleet->messages, written, writer_quirks, reader_quirks)) {
        CHECK(reading.outcome == WIRE_RPC);
        CHECK(reading.passed_over == 0);
        check_plain(fleet, on_wire, reading.rpc);
    }
    if (reading.outcome == WIRE_RPC) {
        rpc_at(&fleet->rpcs, reading.rpc)->requested = written->requested;
        rpc_at(&fleet->rpcs, reading.rpc)->repeated = written->repeated;
    }
    give_packet(fleet, packet);
    return reading;
}

void fleet_wire_drop(struct fleet *fleet, uint32_t handle) {
    give_packet(fleet, handle & ~FLEET_PACKET_BYTES);
}

void fleet_schedule_injections(struct fleet *fleet) {
    for (uint32_t i = 0; i < fleet->scenario->event_count; i++) {
        const struct scenario_event *event = &fleet->scenario->events[i];
        bool injects = event->kind == SCENARIO_INJECT;
        for (uint32_t k = 0; injects && k < occasion_count(fleet->scenario, event); k++) {
            sim_schedule_change(&fleet->sim, event->from, occasion_at(fleet->scenario, i, k), i,
                                FLEET_CHANGE_INJECT);
        }
    }
}

void fleet_inject(struct fleet *fleet, uint32_t index) {
    const struct scenario_event *event = &fleet->scenario->events[index];
    if (!fleet->up[event->from]) {
        return;
    }
    ready_wire(fleet);
    uint32_t prefix_bytes = varint_bytes(event->rpc.size);
    struct wire_bytes frame = {.size = prefix_bytes + event->rpc.size};
    frame.bytes = pool_take(&fleet->wire.pool, frame.size);
    CHECK(wire_varint_write(event->rpc.size, frame.bytes) == prefix_bytes);
    memcpy(frame.bytes + prefix_bytes, event->rpc.bytes, event->rpc.size);
    uint32_t packet = take_packet(fleet);
    fleet->wire_packets[packet] = (struct wire_packet){.frame = frame, .rpc = RPC_NONE};
    fleet->counts.events++;
    fleet_record(fleet, &(struct trace_record){.at_ns = fleet->sim.now_ns,
                                               .node = event->from,
                                               .peer = event->to,
                                               .message = TRACE_NONE,
                                               .topic = TRACE_TOPIC_NONE,
                                               .value = frame.size,
                                               .kind = TRACE_INJECT});
    uint32_t slot = topology_find_slot(&fleet->topology, event->from, event->to);
    CHECK(slot != UINT32_MAX);
    fleet_signal(fleet, slot, packet | FLEET_PACKET_BYTES);
}
