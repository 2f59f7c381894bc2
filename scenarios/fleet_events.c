#include "base/check.h"
#include "router/quirks.h"
#include "scenarios/fleet_faults.h"

/** Says that an RPC came which begins with something else than a message. */
static inline void record_rpc_received(struct fleet *fleet, uint32_t slot, uint32_t node,
                                       const struct rpc *rpc) {
    const struct rpc_entry *entry = rpc_entries(rpc);
    bool names_ids = entry->kind == TRACE_RPC_IHAVE || entry->kind == TRACE_RPC_IWANT;
    fleet_record(fleet,
                 &(struct trace_record){
                     .at_ns = fleet->sim.now_ns,
                     .node = node,
                     .peer = fleet->topology.peer[slot],
                     .message = names_ids ? fleet_named_message(fleet, rpc) : TRACE_NONE,
                     .value = rpc->size_bytes,
                     .extra = names_ids ? entry->count : rpc->entry_count,
                     .topic = entry->kind == TRACE_RPC_IWANT ? TRACE_TOPIC_NONE : entry->topic,
                     .kind = TRACE_RECEIVE,
                     .reason = entry->kind,
                 });
}

/** Notes an RPC before anybody decides what the copies of messages in it are: that it came is said
 * by their deliveries and duplicates, or by a record of its own. */
static inline void note_received(struct fleet *fleet, uint32_t slot, uint32_t node,
                                 const struct rpc *rpc) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    if (entries->kind != TRACE_RPC_MESSAGES) {
        record_rpc_received(fleet, slot, node, rpc);
        if (rpc->entry_count == 1) {
            return;
        }
    }
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        fleet->counts.message_arrivals += entries[i].kind == TRACE_RPC_MESSAGES;
    }
}

/** A record of the link to a peer going up or down. */
static void record_peer(struct fleet *fleet, uint32_t slot, enum trace_kind kind) {
    fleet_record(fleet, &(struct trace_record){.at_ns = fleet->sim.now_ns,
                                               .node = fleet->topology.owner[slot],
                                               .peer = fleet->topology.peer[slot],
                                               .message = TRACE_NONE,
                                               .topic = TRACE_TOPIC_NONE,
                                               .kind = (uint8_t)kind});
}

/** Whether two neighbours have no protocol in common: one speaks floodsub, the other refuses to. */
static bool are_strangers(const struct router *own, const struct router *other) {
    bool own_floods = own->shared->params.protocol == ROUTER_FLOODSUB;
    bool other_floods = other->shared->params.protocol == ROUTER_FLOODSUB;
    if (own_floods == other_floods) {
        return false;
    }
    return router_has_quirk(own_floods ? other : own, QUIRK_FLOOD_PEERS_UNSERVED);
}

void fleet_connect_peer(struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    struct router *router = &fleet->routers[node];
    const struct router *other = &fleet->routers[fleet->topology.peer[slot]];
    if (are_strangers(router, other)) {
        record_peer(fleet, slot, TRACE_PEER_REFUSED);
        router_on_peer_refused(router, slot - fleet->topology.slot_first[node]);
        return;
    }
    record_peer(fleet, slot, TRACE_PEER_UP);
    struct router_step step = fleet_step(fleet, node);
    bool floods = other->shared->params.protocol == ROUTER_FLOODSUB;
    router_on_peer_connected(router, &step, slot - fleet->topology.slot_first[node],
                             floods ? PEER_FLOODSUB : PEER_GOSSIPSUB);
    fleet_carry_out(fleet, node);
}

void fleet_disconnect_peer(struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    record_peer(fleet, slot, TRACE_PEER_DOWN);
    struct router_step step = fleet_step(fleet, node);
    router_on_peer_disconnected(&fleet->routers[node], &step,
                                slot - fleet->topology.slot_first[node]);
    fleet_carry_out(fleet, node);
}

/** Whether one of the two ends of a link opens it again after an RPC ended it. */
static bool opens_again(const struct fleet *fleet, uint32_t slot) {
    const struct router *own = &fleet->routers[fleet->topology.owner[slot]];
    const struct router *other = &fleet->routers[fleet->topology.peer[slot]];
    return !router_has_quirk(own, QUIRK_ABORTED_LINK_STAYS_DOWN) ||
           !router_has_quirk(other, QUIRK_ABORTED_LINK_STAYS_DOWN);
}

/** The other end has ended the link, or opened it again. */
static void on_signal(struct fleet *fleet, uint32_t slot, uint32_t signal) {
    uint32_t node = fleet->topology.owner[slot];
    struct router *router = &fleet->routers[node];
    uint32_t peer = slot - fleet->topology.slot_first[node];
    if (signal < FLEET_SIGNAL_OPEN) {
        fleet_on_call(fleet, slot, signal);
        return;
    }
    bool away = fleet->faults != NULL && fleet_is_away(fleet, slot);
    if (signal == FLEET_SIGNAL_OPEN) {
        if (away) {
            fleet_say_gone(fleet, slot);
        } else if (!bitset_has(router->connected, peer)) {
            fleet_connect_peer(fleet, slot);
        }
        return;
    }
    CHECK(signal == FLEET_SIGNAL_CLOSE);
    if (bitset_has(router->peers, peer)) {
        fleet_disconnect_peer(fleet, slot);
    }
    if (!away && opens_again(fleet, slot)) {
        fleet_signal(fleet, slot, FLEET_SIGNAL_OPEN);
        fleet_connect_peer(fleet, slot);
    }
}

/** An RPC arrives where the link is down: nobody reads it. */
static void pass_over(struct fleet *fleet, uint32_t slot, const struct rpc *rpc) {
    uint32_t node = fleet->topology.owner[slot];
    struct trace_record record = fleet_send_record(fleet, node, rpc);
    record.peer = fleet->topology.peer[slot];
    record.kind = TRACE_UNREAD;
    fleet_record(fleet, &record);
    fleet->counts.rpcs_unread++;
}

static bool knows_sender(const struct fleet *fleet, uint32_t slot) {
    uint32_t node = fleet->topology.owner[slot];
    return bitset_has(fleet->routers[node].peers, slot - fleet->topology.slot_first[node]);
}

/** An RPC arrives at a router, which reads it if it knows the sender. */
static inline __attribute__((always_inline)) void arrive(struct fleet *fleet, uint32_t slot,
                                                         const struct rpc *rpc) {
    uint32_t node = fleet->topology.owner[slot];
    uint32_t peer = slot - fleet->topology.slot_first[node];
    struct router *router = &fleet->routers[node];
    if (!bitset_has(router->peers, peer)) {
        pass_over(fleet, slot, rpc);
        return;
    }
    fleet->counts.events++;
    note_received(fleet, slot, node, rpc);
    struct router_step step = fleet_step(fleet, node);
    router_on_rpc(router, &step, peer, rpc);
    fleet_carry_out(fleet, node);
}

/** A router reads what it makes of bytes, or ends the link over them. */
static void on_bytes(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    struct wire_reading reading = fleet_wire_unpack(fleet, slot, handle);
    if (reading.outcome == WIRE_RPC) {
        arrive(fleet, slot, rpc_at(&fleet->rpcs, reading.rpc));
        rpc_release(&fleet->rpcs, reading.rpc);
        return;
    }
    fleet->counts.events++;
    if (reading.outcome == WIRE_UNREADABLE && knows_sender(fleet, slot)) {
        uint32_t node = fleet->topology.owner[slot];
        struct router_step step = fleet_step(fleet, node);
        router_on_unreadable(&fleet->routers[node], &step, slot - fleet->topology.slot_first[node]);
        fleet_carry_out(fleet, node);
    }
}

/** What the scenario sends itself, and signals, are no traffic. */
static uint32_t bytes_of(void *context, uint32_t handle) {
    const struct fleet *fleet = context;
    uint32_t rpc = handle;
    if (handle >= FLEET_SIGNAL_FIRST) {
        return 0;
    }
    if ((handle & FLEET_PACKET_BYTES) != 0) {
        rpc = fleet->wire_packets[handle & ~FLEET_PACKET_BYTES].rpc;
    }
    return rpc == RPC_NONE ? 0 : rpc_at(&fleet->rpcs, rpc)->size_bytes;
}

/** An RPC that travelled as a number comes to the router, and is gone. */
static inline __attribute__((always_inline)) void handle_rpc(struct fleet *fleet, uint32_t slot,
                                                             uint32_t handle) {
    struct rpc *rpc = rpc_at(&fleet->rpcs, handle);
    fleet->counts.bytes_received += rpc->size_bytes;
    arrive(fleet, slot, rpc);
    rpc_release_at(&fleet->rpcs, handle, rpc);
}

/** A packet that has arrived comes to the router. */
static void handle_packet(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    if (handle < FLEET_PACKET_BYTES) {
        handle_rpc(fleet, slot, handle);
        return;
    }
    fleet->counts.bytes_received += bytes_of(fleet, handle);
    if (handle >= FLEET_SIGNAL_FIRST) {
        on_signal(fleet, slot, handle);
        return;
    }
    on_bytes(fleet, slot, handle);
}

void fleet_receive(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    if (fleet->processing == NULL || !fleet_process(fleet, slot, handle)) {
        handle_packet(fleet, slot, handle);
    }
}

static void on_packet(void *context, uint32_t slot, uint32_t handle) {
    struct fleet *fleet = context;
    if (fleet->faults == NULL && fleet->processing == NULL) {
        if (handle < FLEET_PACKET_BYTES) { // nearly all
            handle_rpc(fleet, slot, handle);
        } else {
            handle_packet(fleet, slot, handle);
        }
        return;
    }
    uint32_t node = fleet->topology.owner[slot];
    const struct held_input input = {HELD_PACKET, .target = slot, .what = handle};
    if (fleet->faults != NULL && !fleet->up[node]) {
        fleet_drop_arrived(fleet, slot, handle);
    } else if (fleet->faults == NULL || !fleet_hold(fleet, node, input)) {
        fleet_receive(fleet, slot, handle);
    }
}

/** A packet whose RPC another lane has, while one thread does all: it is read where it is. */
static void on_foreign(void *context, uint32_t slot, void *sender, uint32_t handle) {
    struct fleet *fleet = context;
    struct fleet *from = sender;
    if (handle >= FLEET_PACKET_BYTES || fleet->faults != NULL || fleet->processing != NULL) {
        on_packet(fleet, slot, fleet_adopt(fleet, from, handle));
        return;
    }
    const struct rpc *rpc = rpc_at(&from->rpcs, handle);
    fleet->counts.bytes_received += rpc->size_bytes;
    arrive(fleet, slot, rpc);
    rpc_release(&from->rpcs, handle);
}

static uint32_t on_adopt(void *context, void *sender, uint32_t handle) {
    return fleet_adopt(context, sender, handle);
}

static void on_dropped(void *context, uint32_t slot, uint32_t handle, enum link_verdict verdict) {
    fleet_drop(context, slot, handle, verdict);
}

// Fewer routers stay in a processor's cache, and fetching them ahead costs more than it saves.
enum { FETCHED_NODES_MIN = 300 };

/** Fetches what an arriving RPC looks at: itself and its slot, then the router behind the slot. */
static inline void fetch_for_packet(const struct fleet *fleet, enum sim_soon soon,
                                    const struct event *packet) {
    uint32_t slot = packet->target;
    bool is_rpc = packet->payload < FLEET_PACKET_BYTES;
    if (soon == SIM_SOON_FAR) {
        __builtin_prefetch(&fleet->topology.owner[slot]);
        __builtin_prefetch(&fleet->topology.peer[slot]);
        if (is_rpc) {
            __builtin_prefetch(rpc_at(&fleet->rpcs, packet->payload));
        }
        return;
    }
    uint32_t node = fleet->topology.owner[slot];
    router_fetch_for_rpc(&fleet->routers[node]);
    __builtin_prefetch(&fleet->digests[node], 1);
    if (is_rpc) {
        __builtin_prefetch(rpc_at(&fleet->rpcs, packet->payload)->ids);
    }
}

/** Fetches what a heartbeat looks at: the first slots as well, as it sends on some of them. */
static void fetch_for_beat(const struct fleet *fleet, uint32_t node) {
    enum { LINE_SLOTS = 16 };
    router_fetch_further(&fleet->routers[node]);
    __builtin_prefetch(&fleet->digests[node], 1);
    __builtin_prefetch(&fleet->router_streams[node], 1);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t slot = fleet->topology.slot_first[node] + i * LINE_SLOTS;
        __builtin_prefetch(&fleet->topology.peer[slot]);
        __builtin_prefetch(&fleet->topology.reverse[slot]);
        __builtin_prefetch(&fleet->topology.owner[slot]);
        links_fetch(&fleet->sim.links, slot);
    }
}

static void on_soon(void *context, enum sim_soon soon, const struct event *event) {
    const struct fleet *fleet = context;
    if (event_class_of(event) == EVENT_PACKET) {
        fetch_for_packet(fleet, soon, event);
    } else if (soon == SIM_SOON_FAR) {
        router_fetch_for_heartbeat(&fleet->routers[event->target]);
        if (fleet->hearts != NULL) {
            fleet_fetch_heart(fleet, event->target);
        }
    } else {
        fetch_for_beat(fleet, event->target);
    }
}

void fleet_handle_timer(struct fleet *fleet, uint32_t node) {
    fleet->counts.events++;
    fleet->heartbeats++;
    sim_set_timer(&fleet->sim, node, fleet_next_beat_ns(fleet, node));
    struct router_step step = fleet_step(fleet, node);
    router_on_heartbeat(&fleet->routers[node], &step);
    fleet_carry_out(fleet, node);
    if (fleet->invariants != NULL) {
        invariants_beat(fleet, node);
    }
}

static void on_timer(void *context, uint32_t node) {
    struct fleet *fleet = context;
    if (!fleet_hold(fleet, node, (struct held_input){HELD_TIMER, 0, 0})) {
        fleet_handle_timer(fleet, node);
    }
}

static void record_subscription(struct fleet *fleet, uint32_t node, uint16_t topic,
                                bool subscribe) {
    fleet_record(fleet, &(struct trace_record){
                            .at_ns = fleet->sim.now_ns,
                            .node = node,
                            .peer = TRACE_NONE,
                            .message = TRACE_NONE,
                            .topic = topic,
                            .kind = subscribe ? TRACE_SUBSCRIBE : TRACE_UNSUBSCRIBE,
                        });
}

/** Whether the change makes the application subscribe, or leave, as it sees it. */
static bool is_turn(const struct topic_state *state, struct handler_change change) {
    bool subscribed = state->handler_count > 0;
    if (change.subscribe) {
        return !subscribed;
    }
    return subscribed && state->handler_count == state->handlers[change.handler];
}

bool fleet_change_handler(struct fleet *fleet, uint32_t node, struct handler_change change) {
    struct router *router = &fleet->routers[node];
    bool turns = is_turn(router_topic(router, change.topic), change);
    if (turns) {
        record_subscription(fleet, node, change.topic, change.subscribe);
    }
    struct router_step step = fleet_step(fleet, node);
    if (change.subscribe) {
        router_subscribe(router, &step, change.topic, change.handler);
    } else {
        router_unsubscribe(router, &step, change.topic, change.handler);
    }
    fleet_carry_out(fleet, node);
    return turns;
}

static void start_node(struct fleet *fleet, uint32_t node) {
    const struct plan *plan = &fleet->plan;
    CHECK(!fleet->up[node]);
    fleet->up[node] = true;
    fleet_record(fleet, &(struct trace_record){.at_ns = fleet->sim.now_ns,
                                               .node = node,
                                               .peer = TRACE_NONE,
                                               .message = TRACE_NONE,
                                               .topic = TRACE_TOPIC_NONE,
                                               .kind = TRACE_NODE_START});
    if (fleet->routers[node].role != NULL) {
        fleet_record_role(fleet, node);
    }
    for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
        fleet_change_handler(
            fleet, node,
            (struct handler_change){.topic = plan->first_topics[i], .subscribe = true});
    }
    fleet_links_start(fleet, node);
    const struct router_shared *shared = fleet->routers[node].shared;
    if (shared->protocol->beats) {
        bool at_once = quirk_in(shared->params.quirks, QUIRK_FIRST_BEAT_AT_START);
        int64_t delay_ns = at_once ? 0 : shared->params.heartbeat_initial_delay_ns;
        sim_set_timer(&fleet->sim, node, fleet_first_beat_ns(fleet, node, delay_ns));
    }
}

void fleet_handle_change(struct fleet *fleet, uint32_t target, uint32_t what) {
    switch ((enum fleet_change)what) {
    case FLEET_CHANGE_START:
        start_node(fleet, target);
        return;
    case FLEET_CHANGE_LINKS:
        fleet_links_later(fleet, target);
        return;
    case FLEET_CHANGE_SUBSCRIPTION: {
        const struct plan_change *change = &fleet->plan.changes[target];
        if (fleet->faults != NULL && !fleet->up[change->node]) {
            return; // the application does it when it is there again
        }
        CHECK(fleet->up[change->node]);
        fleet->counts.events +=
            fleet_change_handler(fleet, change->node,
                                 (struct handler_change){.topic = change->topic,
                                                         .handler = change->handler,
                                                         .subscribe = change->subscribe});
        return;
    }
    case FLEET_CHANGE_INJECT:
        fleet_inject(fleet, target);
        return;
    case FLEET_CHANGE_VALIDATED:
        fleet_validated(fleet, target);
        return;
    case FLEET_CHANGE_PROCESSED: {
        uint32_t slot = 0;
        uint32_t handle = 0;
        if (fleet_processed(fleet, target, &slot, &handle)) {
            handle_packet(fleet, slot, handle);
        } else {
            fleet_drop_arrived(fleet, slot, handle);
        }
        return;
    }
    case FLEET_CHANGE_ROLE:
        fleet_change_role(fleet, target);
        return;
    case FLEET_CHANGE_FORWARD:
        fleet_forward_due(fleet, target);
        return;
    case FLEET_CHANGE_FAULT:
        break; // no node handles its own faults
    }
    CHECK(false);
}

/** The node that has to act on a change, or TRACE_NONE where the world changes by itself. */
static uint32_t actor_of(const struct fleet *fleet, uint32_t target, uint32_t what) {
    switch ((enum fleet_change)what) {
    case FLEET_CHANGE_SUBSCRIPTION:
        return fleet->plan.changes[target].node;
    case FLEET_CHANGE_VALIDATED:
        return fleet->validations[target].node;
    case FLEET_CHANGE_FORWARD:
        return fleet->late[target].node;
    case FLEET_CHANGE_PROCESSED:
        return fleet_waiting_node(fleet, target);
    case FLEET_CHANGE_START:
    case FLEET_CHANGE_LINKS:
    case FLEET_CHANGE_INJECT:
    case FLEET_CHANGE_ROLE:
    case FLEET_CHANGE_FAULT:
        break;
    }
    return TRACE_NONE;
}

static void on_change(void *context, uint32_t target, uint32_t what) {
    struct fleet *fleet = context;
    if (what == FLEET_CHANGE_FAULT) {
        fleet_on_fault(fleet, target);
        return;
    }
    uint32_t node = fleet->faults == NULL ? TRACE_NONE : actor_of(fleet, target, what);
    if (node == TRACE_NONE ||
        !fleet_hold(fleet, node,
                    (struct held_input){HELD_CHANGE, .target = target, .what = what})) {
        fleet_handle_change(fleet, target, what);
    }
}

/** The count of a node's messages, or a draw in its place. */
static uint64_t next_seqno(struct fleet *fleet, uint32_t node) {
    struct router *router = &fleet->routers[node];
    uint64_t count = router_next_seqno(router);
    if (!router_has_quirk(router, QUIRK_RANDOM_SEQNO)) {
        return count;
    }
    uint64_t drawn = prng_keyed(fleet->scenario->seed, STREAM_SEQNO, node, count, 0);
    return drawn == 0 ? 1 : drawn; // 0 is no sequence number
}

static void on_publish(void *context, uint32_t number) {
    struct fleet *fleet = context;
    const struct plan_message *planned = &fleet->plan.messages[number];
    struct trace_record record = {
        .at_ns = fleet->sim.now_ns,
        .node = planned->node,
        .peer = TRACE_NONE,
        .message = number,
        .value = planned->size_bytes,
        .topic = planned->topic,
    };
    if (planned->origin == PLAN_NODE_NONE) {
        record.kind = TRACE_PUBLISH_SKIPPED;
        fleet->counts.publish_skipped++;
        fleet_record(fleet, &record);
        return;
    }
    uint32_t node = planned->origin;
    CHECK(fleet->up[node]);
    struct message fields = {
        .seqno = next_seqno(fleet, node),
        .origin = node,
        .size_bytes = planned->size_bytes,
        .topic = planned->topic,
        .has_key = router_has_quirk(&fleet->routers[node], QUIRK_KEY_ALWAYS_SENT),
    };
    message_publish(&fleet->messages, number, &fields);
    fleet_wire_publish(fleet, number);
    record.kind = TRACE_PUBLISH;
    record.extra = planned->expected_count;
    fleet->counts.events++;
    fleet->counts.published++;
    fleet->counts.expected_deliveries += planned->expected_count;
    fleet_record(fleet, &record);
    struct router_step step = fleet_step(fleet, node);
    router_publish(&fleet->routers[node], &step, number);
    fleet_carry_out(fleet, node);
}

struct sim_handlers fleet_handlers(struct fleet *fleet) {
    return (struct sim_handlers){
        .context = fleet,
        .on_packet = on_packet,
        .on_foreign = on_foreign,
        .on_adopt = on_adopt,
        .on_timer = on_timer,
        .on_change = on_change,
        .on_publish = on_publish,
        .on_dropped = on_dropped,
        .bytes_of = bytes_of,
        .on_soon = fleet->topology.node_count >= FETCHED_NODES_MIN ? on_soon : NULL,
    };
}
