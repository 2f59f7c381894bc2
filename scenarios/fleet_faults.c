#include "scenarios/fleet_faults.h"

#include "base/check.h"

void fleet_faults_init(struct fleet *fleet) {
    const struct plan_faults *planned = fleet->plan.faults;
    if (planned == NULL) {
        return;
    }
    struct arena *arena = fleet->arena;
    uint32_t nodes = fleet->topology.node_count;
    struct fleet_faults *faults = arena_take(arena, MEMORY_ROUTERS, sizeof *faults);
    faults->next = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->next);
    faults->starts = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->starts);
    faults->lives = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->lives);
    faults->peer_starts = arena_take_array(arena, MEMORY_ROUTERS, 2 * fleet->topology.link_count,
                                           sizeof *faults->peer_starts);
    faults->down_ns = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->down_ns);
    faults->still = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->still);
    faults->queues = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *faults->queues);
    faults->wishes = arena_take_array(arena, MEMORY_TABLES, fleet->scenario->topic_count,
                                      sizeof *faults->wishes);
    pool_init(&faults->pool, arena, MEMORY_ROUTERS);
    fleet->faults = faults;
    for (uint32_t node = 0; node < nodes; node++) {
        faults->next[node] = planned->first[node];
    }
}

void fleet_faults_beside(struct fleet *lane) {
    if (lane->faults == NULL) {
        return;
    }
    struct fleet_faults *own = arena_take(lane->arena, MEMORY_ROUTERS, sizeof *own);
    *own = *lane->faults;
    own->wishes = arena_take_array(lane->arena, MEMORY_TABLES, lane->scenario->topic_count,
                                   sizeof *own->wishes);
    pool_init(&own->pool, lane->arena, MEMORY_ROUTERS);
    lane->faults = own;
}

/** The node's next fault comes to it when it is due. */
static void schedule_next(struct fleet *fleet, uint32_t node) {
    const struct plan_faults *planned = fleet->plan.faults;
    uint32_t next = fleet->faults->next[node];
    if (next < planned->first[node + 1]) {
        sim_schedule_change(&fleet->sim, node, planned->items[next].at_ns, node,
                            FLEET_CHANGE_FAULT);
    }
}

void fleet_schedule_faults(struct fleet *fleet) {
    if (fleet->faults != NULL && fleet->plan.faults->link_count > 0) {
        for (uint32_t i = 0; i < fleet_lane_count(fleet); i++) {
            fleet_links_can_fail(fleet_lane_at(fleet, i));
        }
    }
    for (uint32_t node = 0; fleet->faults != NULL && node < fleet->topology.node_count; node++) {
        schedule_next(fleet_of(fleet, node), node);
    }
}

/** A record of the node as a whole. */
static void record_node(struct fleet *fleet, uint32_t node, enum trace_kind kind, uint32_t value) {
    fleet_record(fleet, &(struct trace_record){.at_ns = fleet->sim.now_ns,
                                               .node = node,
                                               .peer = TRACE_NONE,
                                               .message = TRACE_NONE,
                                               .value = value,
                                               .topic = TRACE_TOPIC_NONE,
                                               .kind = (uint8_t)kind});
}

/** The application adds or removes all the handlers that it wants now. */
static void change_all(struct fleet *fleet, uint32_t node, bool subscribe) {
    struct plan_wish *wishes = fleet->faults->wishes;
    uint32_t count = plan_wishes(&fleet->plan, node, fleet->sim.now_ns, wishes);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t handler = 0; handler < ROUTER_HANDLERS_MAX; handler++) {
            if ((wishes[i].handlers >> handler & 1) != 0) {
                fleet_change_handler(fleet, node,
                                     (struct handler_change){.topic = wishes[i].topic,
                                                             .handler = (uint8_t)handler,
                                                             .subscribe = subscribe});
            }
        }
    }
}

static void stop_node(struct fleet *fleet, uint32_t node, const struct plan_fault *fall) {
    struct fleet_faults *faults = fleet->faults;
    CHECK(fleet->up[node]);
    faults->still[node] = false;
    fleet_drop_held(fleet, node, fall->kept);
    if (fall->graceful) {
        change_all(fleet, node, false);
    }
    fleet_close_all(fleet, node, fall);
    sim_cancel_timer(&fleet->sim, node);
    fleet->up[node] = false;
    faults->down_ns[node] = fleet->sim.now_ns;
    if (fall->kept) {
        faults->still[node] = true;
    }
    record_node(fleet, node, TRACE_NODE_STOP, fall->silent ? 1 : 0);
    fleet->counts.crashes++;
}

/** The application makes up for what it would have changed while it was down. */
static void catch_up(struct fleet *fleet, uint32_t node) {
    const struct plan_faults *planned = fleet->plan.faults;
    int64_t down_ns = fleet->faults->down_ns[node];
    for (uint32_t i = planned->change_first[node]; i < planned->change_first[node + 1]; i++) {
        const struct plan_change *change = &fleet->plan.changes[planned->change_order[i]];
        if (change->at_ns > down_ns && change->at_ns <= fleet->sim.now_ns) {
            fleet_change_handler(fleet, node,
                                 (struct handler_change){.topic = change->topic,
                                                         .handler = change->handler,
                                                         .subscribe = change->subscribe});
        }
    }
}

static void restart_node(struct fleet *fleet, uint32_t node, bool kept) {
    struct fleet_faults *faults = fleet->faults;
    const struct router_shared *shared = fleet->routers[node].shared;
    CHECK(!fleet->up[node]);
    fleet->up[node] = true;
    faults->starts[node]++;
    if (!kept) { // before those who look at records see the meshes that it had
        faults->lives[node]++;
        router_reset(&fleet->routers[node], &fleet->rpcs);
        if (fleet->invariants != NULL) {
            invariants_new_life(fleet, node);
        }
    }
    record_node(fleet, node, TRACE_NODE_START, kept ? FLEET_RESTARTED_KEPT : FLEET_RESTARTED_LOST);
    if (fleet->routers[node].role != NULL) {
        fleet_record_role(fleet, node);
    }
    if (kept) {
        faults->still[node] = false;
        fleet_forget_peers(fleet, node);
        fleet_handle_held(fleet, node);
        catch_up(fleet, node);
    } else {
        change_all(fleet, node, true);
    }
    fleet_dial_all(fleet, node);
    if (shared->protocol->beats) {
        bool at_once = kept || quirk_in(shared->params.quirks, QUIRK_FIRST_BEAT_AT_START);
        int64_t delay_ns = at_once ? 0 : shared->params.heartbeat_initial_delay_ns;
        sim_set_timer(&fleet->sim, node, fleet_first_beat_ns(fleet, node, delay_ns));
    }
    fleet->counts.restarts++;
}

void fleet_on_fault(struct fleet *fleet, uint32_t node) {
    const struct plan_fault *fault = &fleet->plan.faults->items[fleet->faults->next[node]++];
    CHECK(fault->node == node);
    CHECK(fault->at_ns == fleet->sim.now_ns);
    fleet->counts.events++;
    switch ((enum plan_fault_kind)fault->kind) {
    case PLAN_NODE_DOWN:
        stop_node(fleet, node, fault);
        break;
    case PLAN_NODE_UP:
        restart_node(fleet, node, fault->kept);
        break;
    case PLAN_NODE_PAUSED:
        fleet->faults->still[node] = true;
        record_node(fleet, node, TRACE_PAUSE, 0);
        fleet->counts.pauses++;
        break;
    case PLAN_NODE_RESUMED:
        fleet->faults->still[node] = false;
        record_node(fleet, node, TRACE_RESUME, 0);
        fleet_handle_held(fleet, node);
        break;
    case PLAN_LINKS_BEGIN:
        fleet_begin_links(fleet, node, fault->item);
        break;
    case PLAN_LINKS_END:
        fleet_end_links(fleet, node, fault->item);
        break;
    }
    schedule_next(fleet, node);
}
