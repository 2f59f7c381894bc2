#include "base/check.h"
#include "scenarios/fleet.h"

struct router_step fleet_step(struct fleet *fleet, uint32_t node) {
    CHECK(fleet->effects.count == 0);
    return (struct router_step){
        .now_ns = fleet->sim.now_ns,
        .prng = &fleet->router_streams[node],
        .effects = &fleet->effects,
        .rpcs = &fleet->rpcs,
        .scratch = fleet->scratch,
    };
}

void fleet_record(struct fleet *fleet, struct trace_record record) {
    fleet->digests[record.node] = digest_chain(fleet->digests[record.node], record);
    fleet->counts.records++;
    if (fleet->options.writer == NULL) {
        return;
    }
    if (fleet->options.level == TRACE_LEVEL_FULL || trace_kind_is_delivery(record.kind)) {
        trace_writer_record(fleet->options.writer, &record);
    }
}

/** The node behind a router's slot, or TRACE_NONE. */
static uint32_t peer_of(const struct fleet *fleet, uint32_t node, uint32_t slot) {
    return slot == TRACE_NONE ? TRACE_NONE
                              : fleet->topology.peer[fleet->topology.slot_first[node] + slot];
}

static struct packet packet_of(const struct fleet *fleet, const struct rpc *rpc, uint32_t handle) {
    const struct rpc_entry *entry = rpc_entries(rpc);
    bool is_message = entry->kind == TRACE_RPC_MESSAGES;
    bool is_gossip = entry->kind == TRACE_RPC_IHAVE || entry->kind == TRACE_RPC_IWANT;
    return (struct packet){
        .handle = handle,
        .key = is_message ? entry->first : 0,
        .packet_class = entry->kind,
        .keyed = is_message && !rpc->repeated,
        .can_be_lost = is_message || is_gossip || fleet->scenario->links.loss_of_all,
    };
}

static struct trace_record send_record(const struct fleet *fleet, uint32_t node, uint32_t slot,
                                       const struct rpc *rpc) {
    const struct rpc_entry *entry = rpc_entries(rpc);
    struct trace_record record = {
        .at_ns = fleet->sim.now_ns,
        .node = node,
        .peer = fleet->topology.peer[slot],
        .message = TRACE_NONE,
        .value = rpc->size_bytes,
        .extra = rpc->entry_count,
        .topic = entry->topic,
        .kind = TRACE_SEND,
        .reason = entry->kind,
    };
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_MESSAGES:
        record.message = entry->first;
        record.topic = fleet->messages.items[entry->first].topic;
        break;
    case TRACE_RPC_IWANT:
        record.topic = TRACE_TOPIC_NONE;
        record.message = rpc->ids[entry->first];
        record.extra = entry->count;
        break;
    case TRACE_RPC_IHAVE:
        record.message = rpc->ids[entry->first];
        record.extra = entry->count;
        break;
    case TRACE_RPC_SUBSCRIPTIONS:
    case TRACE_RPC_GRAFT:
    case TRACE_RPC_PRUNE:
    case TRACE_RPC_COUNT:
        break;
    }
    return record;
}

static void send_rpc(struct fleet *fleet, uint32_t node, const struct effect *effect) {
    const struct rpc *rpc = rpc_at(&fleet->rpcs, effect->item);
    uint32_t slot = fleet->topology.slot_first[node] + effect->slot;
    struct trace_record record = send_record(fleet, node, slot, rpc);
    fleet_record(fleet, record);
    fleet->counts.rpcs_sent[record.reason]++;
    fleet->counts.bytes_sent[record.reason] += rpc->size_bytes;
    fleet->counts.payload_bytes_sent += rpc->payload_bytes;
    bool encoded = fleet->options.wire == RUN_WIRE_ENCODE;
    uint32_t handle = encoded ? fleet_wire_pack(fleet, rpc) : effect->item;
    struct packet packet = packet_of(fleet, rpc, handle);
    bool lost = sim_send(&fleet->sim, slot, &packet) == LINK_LOSES;
    if (lost) {
        fleet->counts.packets_lost++;
        fleet->counts.bytes_lost += rpc->size_bytes;
        record.kind = TRACE_LOST;
        fleet_record(fleet, record);
        if (encoded) {
            fleet_wire_drop(fleet, handle);
        }
    }
    if (lost || encoded) {
        rpc_release(&fleet->rpcs, effect->item);
    }
}

static void add_latency(struct fleet *fleet, int64_t latency_ns) {
    uint32_t index = (uint32_t)fleet->counts.deliveries;
    CHECK(fleet->counts.deliveries < UINT32_MAX / 2);
    if (index == fleet->latency_capacity) {
        fleet->latencies_ns = pool_grow(&fleet->results, fleet->latencies_ns,
                                        &fleet->latency_capacity, index + 1, sizeof(int64_t));
    }
    fleet->latencies_ns[index] = latency_ns;
}

/** What TRACE_DELIVER says in `extra`. */
enum delivery_standing { DELIVERY_UNEXPECTED = 0, DELIVERY_EXPECTED = 1, DELIVERY_REPEATED = 2 };

/** Counts a message handed to an application: at most once for each node. */
static enum delivery_standing count_delivery(struct fleet *fleet, uint32_t node,
                                             const struct effect *effect) {
    const struct plan_message *planned = &fleet->plan.messages[effect->item];
    struct message_tally *tally = &fleet->tallies[effect->item];
    if (tally->delivered != NULL) {
        if (bitset_has(tally->delivered, node) || node == planned->origin) {
            return DELIVERY_REPEATED;
        }
        bitset_add(tally->delivered, node);
    }
    if (!plan_expects(planned, node)) {
        fleet->counts.deliveries_unexpected++;
        return DELIVERY_UNEXPECTED;
    }
    add_latency(fleet, fleet->sim.now_ns - planned->at_ns);
    fleet->counts.deliveries++;
    fleet->counts.hops_sum += effect->value;
    if (effect->value > fleet->counts.hops_max) {
        fleet->counts.hops_max = effect->value;
    }
    tally->deliveries++;
    return DELIVERY_EXPECTED;
}

static void carry_out(struct fleet *fleet, uint32_t node, const struct effect *effect) {
    if (effect->kind == EFFECT_SEND_RPC) {
        send_rpc(fleet, node, effect);
        return;
    }
    struct trace_record record = {
        .at_ns = fleet->sim.now_ns,
        .node = node,
        .peer = peer_of(fleet, node, effect->slot),
        .message = effect->item,
        .value = effect->value,
        .topic = effect->topic,
        .reason = effect->reason,
    };
    switch ((enum effect_kind)effect->kind) {
    case EFFECT_SEND_RPC:
        break;
    case EFFECT_DELIVER:
        fleet->counts.message_arrivals++;
        record.kind = TRACE_DELIVER;
        record.extra = count_delivery(fleet, node, effect);
        fleet_record(fleet, record);
        return;
    case EFFECT_DUPLICATE:
        fleet->counts.message_arrivals++;
        fleet->counts.duplicates++;
        fleet->tallies[effect->item].duplicates++;
        record.kind = TRACE_DUPLICATE;
        fleet_record(fleet, record);
        return;
    case EFFECT_TRACE:
        if (effect->trace_kind == TRACE_IGNORE) {
            fleet->counts.message_arrivals++;
            fleet->counts.ignored++;
        }
        record.kind = effect->trace_kind;
        fleet_record(fleet, record);
        return;
    }
    CHECK(false);
}

void fleet_carry_out(struct fleet *fleet, uint32_t node) {
    for (uint32_t i = 0; i < fleet->effects.count; i++) {
        struct effect effect = fleet->effects.items[i];
        carry_out(fleet, node, &effect);
    }
    fleet->effects.count = 0;
}
