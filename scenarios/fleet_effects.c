#include "base/check.h"
#include "scenarios/fleet.h"

/** The node behind a router's slot, or TRACE_NONE. */
static uint32_t peer_of(const struct fleet *fleet, uint32_t node, uint32_t slot) {
    return slot == TRACE_NONE ? TRACE_NONE
                              : fleet->topology.peer[fleet->topology.slot_first[node] + slot];
}

static struct packet packet_of(const struct fleet *fleet, const struct rpc *rpc, uint32_t handle) {
    const struct rpc_entry *entry = rpc_entries(rpc);
    bool is_message = entry->kind == TRACE_RPC_MESSAGES;
    return (struct packet){
        .handle = handle,
        .key = is_message ? fleet->plan.messages[entry->first].name : 0,
        .packet_class = entry->kind,
        .keyed = is_message && !rpc->repeated,
        .can_be_lost = scenario_loses(&fleet->scenario->links, (enum trace_rpc)entry->kind),
    };
}

static inline struct trace_record send_record(const struct fleet *fleet, uint32_t node,
                                              const struct rpc *rpc) {
    const struct rpc_entry *entry = rpc_entries(rpc);
    struct trace_record record = {
        .at_ns = fleet->sim.now_ns,
        .node = node,
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
        record.message = fleet_named_message(fleet, rpc);
        record.extra = entry->count;
        break;
    case TRACE_RPC_IHAVE:
        record.message = fleet_named_message(fleet, rpc);
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

struct trace_record fleet_send_record(const struct fleet *fleet, uint32_t node,
                                      const struct rpc *rpc) {
    return send_record(fleet, node, rpc);
}

/**
 * What the sends of one RPC have in common. A router sends the same RPC to several peers in a row,
 * so that this is worked out once for all of them; only the peer differs.
 */
struct sending {
    uint32_t handle; // of the RPC, or RPC_NONE
    const struct rpc *rpc;
    struct trace_record record; // without its peer
    struct trace_words words;   // of that
    struct packet packet;
    bool travels_as_number; // whoever reads it
};

static void begin_sending(struct fleet *fleet, uint32_t node, uint32_t handle,
                          struct sending *sending) {
    sending->handle = handle;
    sending->rpc = rpc_at(&fleet->rpcs, handle);
    const struct trace_record record = send_record(fleet, node, sending->rpc);
    sending->words = trace_record_words(&record);
    sending->record = record;
    sending->packet = packet_of(fleet, sending->rpc, handle);
    fleet->sending_payload = sending->rpc->payload_bytes;
    sending->travels_as_number = fleet->options.wire == RUN_WIRE_SIZE &&
                                 wire_is_plain_to_all(&fleet->messages, sending->rpc);
}

static enum trace_cause cause_of(enum link_verdict verdict) {
    switch (verdict) {
    case LINK_ARRIVES:
    case LINK_LOSES:
        break;
    case LINK_LOSES_IN_BURST:
        return CAUSE_BURST_LOSS;
    case LINK_GIVES_UP:
        return CAUSE_GIVEN_UP;
    case LINK_UPLINK_FULL:
        return CAUSE_UPLINK_FULL;
    case LINK_DOWNLINK_FULL:
        return CAUSE_DOWNLINK_FULL;
    case LINK_CUT:
        return CAUSE_PARTITION;
    case LINK_CLOGGED:
        return CAUSE_CLOGGED;
    case LINK_LOSES_DEGRADED:
        return CAUSE_DEGRADED;
    case LINK_FLAPS:
        return CAUSE_FLAPPING;
    case LINK_NODE_DOWN:
        return CAUSE_NODE_DOWN;
    }
    return CAUSE_NONE;
}

/** Records and counts an RPC that will not arrive; `record` is that of sending it. */
static void count_dropped(struct fleet *fleet, struct trace_record record,
                          enum link_verdict verdict) {
    CHECK(verdict != LINK_ARRIVES);
    if (verdict == LINK_LOSES) {
        record.kind = TRACE_LOST;
        fleet->counts.packets_lost++;
        fleet->counts.bytes_lost += record.value;
    } else {
        record.kind = TRACE_DROPPED;
        record.extra = cause_of(verdict);
        fleet->counts.packets_dropped[record.extra]++;
        fleet->counts.bytes_dropped += record.value;
    }
    fleet_record(fleet, &record);
}

void fleet_drop(struct fleet *fleet, uint32_t slot, uint32_t handle, enum link_verdict verdict) {
    if (handle >= FLEET_SIGNAL_FIRST) {
        CHECK(fleet->faults != NULL); // else signals are never lost
        return;
    }
    bool encoded = (handle & FLEET_PACKET_BYTES) != 0;
    uint32_t rpc = encoded ? fleet->wire_packets[handle & ~FLEET_PACKET_BYTES].rpc : handle;
    if (rpc == RPC_NONE) {
        CHECK(fleet->faults != NULL); // nor is what the scenario sends
        fleet_wire_drop(fleet, handle);
        return;
    }
    struct trace_record record =
        fleet_send_record(fleet, fleet->topology.owner[slot], rpc_at(&fleet->rpcs, rpc));
    record.peer = fleet->topology.peer[slot];
    count_dropped(fleet, record, verdict);
    if (encoded) {
        fleet_wire_drop(fleet, handle);
    } else {
        rpc_release(&fleet->rpcs, handle);
    }
}

void fleet_drop_arrived(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    fleet_drop(fleet, slot, handle, LINK_NODE_DOWN);
}

/** As fleet_record() for the record of a send. */
static inline void record_send(struct fleet *fleet, const struct sending *sending, uint32_t peer) {
    uint64_t *digest = &fleet->digests[sending->record.node];
    *digest = digest_chain_words(*digest, trace_words_with_peer(sending->words, peer));
    fleet->counts.records++;
    if ((fleet->watched_kinds >> TRACE_SEND & 1) != 0) {
        struct trace_record record = sending->record;
        record.peer = peer;
        fleet_watch(fleet, &record);
    }
}

static void send_rpc(struct fleet *fleet, uint32_t node, const struct effect *effect,
                     struct sending *sending) {
    CHECK(effect->item != RPC_NONE);
    if (sending->handle != effect->item) {
        begin_sending(fleet, node, effect->item, sending);
    }
    const struct rpc *rpc = sending->rpc;
    uint32_t slot = fleet->topology.slot_first[node] + effect->slot;
    uint32_t peer = fleet->topology.peer[slot];
    record_send(fleet, sending, peer);
    fleet->counts.rpcs_sent[sending->record.reason]++;
    fleet->counts.bytes_sent[sending->record.reason] += rpc->size_bytes;
    fleet->counts.payload_bytes_sent += rpc->payload_bytes;
    // A packet of bytes takes over the reference of this send.
    bool encoded = !sending->travels_as_number && fleet_wire_writes(fleet, slot, rpc);
    sending->packet.handle = encoded ? fleet_wire_pack(fleet, effect->item) : effect->item;
    enum link_verdict verdict = sim_send(&fleet->sim, slot, &sending->packet);
    if (verdict == LINK_ARRIVES) {
        return;
    }
    struct trace_record record = sending->record;
    record.peer = peer;
    count_dropped(fleet, record, verdict);
    if (rpc->references == 1) {
        sending->handle = RPC_NONE; // its handle may name another RPC from now on
    }
    if (encoded) {
        fleet_wire_drop(fleet, sending->packet.handle);
    } else {
        rpc_release(&fleet->rpcs, effect->item);
    }
}

enum { SENDS_AHEAD = 4 }; // by this many sends are slots fetched from memory before their turn

/** Fetches what sending to a slot looks at. Whatever the effect is, it changes nothing. */
static inline void fetch_slot(const struct fleet *fleet, uint32_t first, uint32_t index) {
    if (index < fleet->effects.count && fleet->effects.items[index].kind == EFFECT_SEND_RPC) {
        uint32_t slot = first + fleet->effects.items[index].slot;
        __builtin_prefetch(&fleet->topology.peer[slot]);
        __builtin_prefetch(&fleet->topology.reverse[slot]);
        links_fetch(&fleet->sim.links, slot);
    }
}

/**
 * Sends the RPC of an effect to its peer and those of the effects behind it that send the same, as
 * send_rpc() does one by one, where packets take their links' delays and no more. What is the same
 * for all is asked and counted once. Returns how many effects that were; 0 where it travels as
 * bytes.
 */
static __attribute__((noinline)) uint32_t send_row(struct fleet *fleet, uint32_t node,
                                                   uint32_t index, struct sending *sending) {
    const struct effect *effects = fleet->effects.items;
    uint32_t handle = effects[index].item;
    CHECK(handle != RPC_NONE);
    if (sending->handle != handle) {
        begin_sending(fleet, node, handle, sending);
    }
    if (!sending->travels_as_number) {
        return 0;
    }
    uint32_t first = fleet->topology.slot_first[node];
    const struct effect *effect = &effects[index];
    const struct effect *last = &effects[fleet->effects.count - 1];
    const struct trace_words words = sending->words;
    uint64_t *digest = &fleet->digests[node];
    bool watched = (fleet->watched_kinds >> TRACE_SEND & 1) != 0;
    for (;; effect++) {
        fetch_slot(fleet, first, (uint32_t)(effect - effects) + SENDS_AHEAD);
        uint32_t slot = first + effect->slot;
        uint32_t peer = fleet->topology.peer[slot];
        *digest = digest_chain_words(*digest, trace_words_with_peer(words, peer));
        if (watched) {
            struct trace_record record = sending->record;
            record.peer = peer;
            if (effect == &effects[index]) {
                fleet_watch(fleet, &record);
            } else {
                fleet_watch_again(fleet, &record);
            }
        }
        sim_send_plainly(&fleet->sim, node, slot, handle);
        if (effect == last || effect[1].kind != EFFECT_SEND_RPC || effect[1].item != handle) {
            break;
        }
    }
    uint32_t count = (uint32_t)(effect - &effects[index]) + 1;
    uint8_t kind = sending->record.reason;
    fleet->counts.records += count;
    fleet->counts.rpcs_sent[kind] += count;
    fleet->counts.bytes_sent[kind] += (uint64_t)count * sending->rpc->size_bytes;
    fleet->counts.payload_bytes_sent += (uint64_t)count * sending->rpc->payload_bytes;
    return count;
}

void fleet_signal(struct fleet *fleet, uint32_t slot, uint32_t signal) {
    const struct packet packet = {.handle = signal, .packet_class = FLEET_SIGNAL_CLASS};
    enum link_verdict verdict = sim_send(&fleet->sim, slot, &packet);
    if (verdict != LINK_ARRIVES) {
        fleet_drop(fleet, slot, signal, verdict);
    }
}

/** What TRACE_DELIVER says in `extra`; a repeated one is recorded as a duplicate. */
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
    bag_add(&fleet->latencies_ns, fleet->sim.now_ns - planned->at_ns);
    fleet->counts.deliveries++;
    fleet->counts.hops_sum += effect->value;
    if (effect->value > fleet->counts.hops_max) {
        fleet->counts.hops_max = effect->value;
    }
    run_count_heal(&fleet->counts, fleet->plan.heal_at_ns, effect->item, fleet->sim.now_ns);
    tally->deliveries++;
    return DELIVERY_EXPECTED;
}

static void count_duplicate(struct fleet *fleet, uint32_t message) {
    fleet->counts.duplicates++;
    fleet->tallies[message].duplicates++;
}

/** An RPC that the sent cache has: it leaves a record, and is gone. */
static void suppress_rpc(struct fleet *fleet, uint32_t node, const struct effect *effect) {
    struct trace_record record = fleet_send_record(fleet, node, rpc_at(&fleet->rpcs, effect->item));
    record.peer = peer_of(fleet, node, effect->slot);
    record.kind = TRACE_SUPPRESSED;
    fleet_record(fleet, &record);
    fleet->counts.rpcs_suppressed++;
    rpc_release(&fleet->rpcs, effect->item);
}

/** What a trace effect counts for. */
static void count_trace(struct fleet *fleet, const struct effect *effect) {
    fleet->counts.ignored += effect->trace_kind == TRACE_IGNORE;
    fleet->counts.rpcs_skipped += effect->trace_kind == TRACE_SKIPPED;
}

static void carry_out_delivery(struct fleet *fleet, uint32_t node, const struct effect *effect,
                               struct trace_record record) {
    record.kind = TRACE_DELIVER;
    if (effect->reason == REASON_SELF) {
        record.kind = TRACE_OWN; // nobody expects it, and it did not travel
    } else {
        record.extra = count_delivery(fleet, node, effect);
    }
    if (record.extra == DELIVERY_REPEATED) {
        // The router had forgotten the message; to the application it is a duplicate.
        record.kind = TRACE_DUPLICATE;
        record.extra = 0;
        count_duplicate(fleet, effect->item);
        if (fleet->invariants != NULL) {
            invariants_repeated(fleet, node, effect->item);
        }
    }
    fleet_record(fleet, &record);
}

/** A copy of a message that the router has. */
static inline void carry_out_duplicate(struct fleet *fleet, uint32_t node,
                                       const struct effect *effect) {
    count_duplicate(fleet, effect->item);
    fleet_record(fleet, &(struct trace_record){
                            .at_ns = fleet->sim.now_ns,
                            .node = node,
                            .peer = peer_of(fleet, node, effect->slot),
                            .message = effect->item,
                            .value = effect->value,
                            .topic = effect->topic,
                            .kind = TRACE_DUPLICATE,
                            .reason = effect->reason,
                        });
}

static void carry_out(struct fleet *fleet, uint32_t node, const struct effect *effect,
                      struct sending *sending) {
    if (effect->kind == EFFECT_SEND_RPC) {
        send_rpc(fleet, node, effect, sending);
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
    case EFFECT_SUPPRESS_RPC:
        if (sending->handle == effect->item) {
            sending->handle = RPC_NONE; // it may go with this reference
        }
        suppress_rpc(fleet, node, effect);
        return;
    case EFFECT_DELIVER:
        carry_out_delivery(fleet, node, effect, record);
        return;
    case EFFECT_DUPLICATE:
        break; // carried out by itself
    case EFFECT_TRACE:
        count_trace(fleet, effect);
        record.kind = effect->trace_kind;
        fleet_record(fleet, &record);
        return;
    case EFFECT_VALIDATE:
        fleet_validate(fleet, node, effect->item);
        return;
    case EFFECT_FORWARD_LATE: {
        const struct effect late = *effect; // it may go on at once, which adds effects
        fleet_forward_late(fleet, node, &late);
        return;
    }
    case EFFECT_ABORT_LINK:
        record.kind = TRACE_ABORT;
        record.message = TRACE_NONE;
        record.topic = TRACE_TOPIC_NONE;
        fleet_record(fleet, &record);
        fleet->counts.links_aborted++;
        fleet_signal(fleet, fleet->topology.slot_first[node] + effect->slot, FLEET_SIGNAL_CLOSE);
        return;
    }
    CHECK(false);
}

/** Carries out all effects, of which there are several, or one that is no duplicate. */
static void carry_out_all(struct fleet *fleet, uint32_t node) {
    struct sending sending;
    sending.handle = RPC_NONE; // the rest is filled in by begin_sending()
    uint32_t first = fleet->topology.slot_first[node];
    for (uint32_t i = 0; i < SENDS_AHEAD && fleet->effects.count > 1; i++) {
        fetch_slot(fleet, first, i);
    }
    for (uint32_t i = 0; i < fleet->effects.count;) {
        // An application that answers at once adds effects, and the array may move.
        const struct effect *effect = &fleet->effects.items[i];
        uint32_t sent = 0;
        if (effect->kind == EFFECT_SEND_RPC && sim_sends_plainly(&fleet->sim)) {
            sent = send_row(fleet, node, i, &sending);
        }
        if (sent > 0) {
            i += sent;
            continue;
        }
        fetch_slot(fleet, first, i + SENDS_AHEAD);
        if (effect->kind == EFFECT_DUPLICATE) {
            carry_out_duplicate(fleet, node, effect);
        } else {
            carry_out(fleet, node, effect, &sending);
        }
        i++;
    }
}

void fleet_carry_out_all(struct fleet *fleet, uint32_t node) {
    const struct effect *effect = fleet->effects.items;
    if (fleet->effects.count == 1 && effect->kind == EFFECT_DUPLICATE) { // of most copies
        carry_out_duplicate(fleet, node, effect);
    } else {
        carry_out_all(fleet, node);
    }
    fleet->effects.count = 0;
}
