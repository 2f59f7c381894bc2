// The time that nodes take over RPCs. A node is one server: what arrives while it is busy waits its
// turn, so that nothing is overtaken. Signals take no time, and wait all the same.

#include "scenarios/fleet_faults.h"
#include "scenarios/groups.h"

#include "base/check.h"

/** An RPC that has arrived and that the router has not seen yet, or the place for one. */
struct waiting {
    uint32_t slot;
    uint32_t handle;
    uint32_t next_free; // of a place that is free: the next one
    uint8_t starts;     // how often the node had started
};

#define NOBODY_WAITS UINT32_MAX

struct fleet_processing {
    struct distribution *times; // [group_count + 1]
    int64_t *free_ns;           // [node_count] when each node has nothing left to do
    uint32_t *counts;           // [node_count] RPCs without a message so far
    struct waiting *waiting;    // [waiting_count] by handle of the event
    uint32_t waiting_count;     // handles ever in use
    uint32_t waiting_capacity;
    uint32_t first_free; // the first place not in use, or NOBODY_WAITS
};

static bool takes_time(const struct distribution_options *processing) {
    return processing->kind != DISTRIBUTION_CONSTANT || processing->a_ns > 0;
}

void fleet_init_processing(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    uint32_t groups = scenario->group_count + 1;
    bool any = false;
    for (uint32_t group = 0; group < groups; group++) {
        any = any || takes_time(&group_timing(scenario, group)->processing);
    }
    if (!any) {
        return;
    }
    struct arena *arena = fleet->arena;
    uint32_t nodes = scenario->node_count;
    struct fleet_processing *processing =
        arena_take_array(arena, MEMORY_ROUTERS, 1, sizeof *processing);
    processing->times = arena_take_array(arena, MEMORY_TABLES, groups, sizeof *processing->times);
    for (uint32_t group = 0; group < groups; group++) {
        distribution_init(&processing->times[group], arena,
                          &group_timing(scenario, group)->processing, 0);
    }
    processing->free_ns = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof(int64_t));
    processing->counts = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof(uint32_t));
    processing->first_free = NOBODY_WAITS;
    fleet->processing = processing;
}

void fleet_processing_beside(struct fleet *lane) {
    if (lane->processing == NULL) {
        return;
    }
    struct fleet_processing *own = arena_take(lane->arena, MEMORY_ROUTERS, sizeof *own);
    *own = *lane->processing;
    CHECK(own->waiting_count == 0);
    lane->processing = own;
}

/** The RPC of a packet, or NULL for bytes of the scenario. */
static const struct rpc *rpc_of(const struct fleet *fleet, uint32_t handle) {
    bool bytes = (handle & FLEET_PACKET_BYTES) != 0;
    uint32_t rpc = bytes ? fleet->wire_packets[handle & ~FLEET_PACKET_BYTES].rpc : handle;
    return rpc == RPC_NONE ? NULL : rpc_at(&fleet->rpcs, rpc);
}

/** How long the node takes over a packet: keyed by the link and the message, or by the how-manieth
 * without one it is for the node. */
static int64_t draw_time(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    struct fleet_processing *processing = fleet->processing;
    uint32_t node = fleet->topology.owner[slot];
    const struct distribution *times = &processing->times[plan_group(&fleet->plan, node)];
    uint64_t seed = fleet->scenario->seed;
    const struct rpc *rpc = rpc_of(fleet, handle);
    const struct rpc_entry *entry = rpc == NULL ? NULL : rpc_entries(rpc);
    if (entry != NULL && entry->kind == TRACE_RPC_MESSAGES) {
        uint64_t link = (uint64_t)node << 32 | fleet->topology.peer[slot];
        uint64_t name = fleet->plan.messages[entry->first].name;
        return distribution_at(times, prng_keyed(seed, STREAM_PROCESSING, link, name, 1));
    }
    uint32_t count = processing->counts[node]++;
    return distribution_at(times, prng_keyed(seed, STREAM_PROCESSING, node, count, 0));
}

static uint32_t take_place(struct fleet *fleet) {
    struct fleet_processing *processing = fleet->processing;
    uint32_t place = processing->first_free;
    if (place != NOBODY_WAITS) {
        processing->first_free = processing->waiting[place].next_free;
        return place;
    }
    if (processing->waiting_count == processing->waiting_capacity) {
        processing->waiting =
            pool_grow(&fleet->results, processing->waiting, &processing->waiting_capacity,
                      processing->waiting_count + 1, sizeof *processing->waiting);
    }
    return processing->waiting_count++;
}

bool fleet_process(struct fleet *fleet, uint32_t slot, uint32_t handle) {
    struct fleet_processing *processing = fleet->processing;
    uint32_t node = fleet->topology.owner[slot];
    int64_t now_ns = fleet->sim.now_ns;
    int64_t begin_ns = processing->free_ns[node];
    begin_ns = begin_ns < now_ns ? now_ns : begin_ns;
    bool signal = handle >= FLEET_SIGNAL_FIRST;
    int64_t end_ns = begin_ns + (signal ? 0 : draw_time(fleet, slot, handle));
    processing->free_ns[node] = end_ns;
    if (end_ns == now_ns) {
        return false;
    }
    uint32_t place = take_place(fleet);
    uint8_t starts = fleet->faults == NULL ? 0 : fleet->faults->starts[node];
    processing->waiting[place] = (struct waiting){.slot = slot, .handle = handle, .starts = starts};
    sim_schedule_change(&fleet->sim, node, end_ns, place, FLEET_CHANGE_PROCESSED);
    return true;
}

uint32_t fleet_waiting_node(const struct fleet *fleet, uint32_t place) {
    return fleet->topology.owner[fleet->processing->waiting[place].slot];
}

bool fleet_processed(struct fleet *fleet, uint32_t place, uint32_t *slot, uint32_t *handle) {
    struct fleet_processing *processing = fleet->processing;
    CHECK(place < processing->waiting_count);
    struct waiting *waiting = &processing->waiting[place];
    *slot = waiting->slot;
    *handle = waiting->handle;
    waiting->next_free = processing->first_free;
    processing->first_free = place;
    uint32_t node = fleet->topology.owner[*slot];
    return fleet->faults == NULL ||
           (fleet->up[node] && fleet->faults->starts[node] == waiting->starts);
}
