// Links that come up: each at the later of its ends' starts, when both sides say hello.
//
// A node that starts connects to the peers that are there already, in the order of its slots; that
// is one look at each. The links to peers that start later stand in a list of the node, in the
// order in which they come up and then of the slots, and a cursor goes along it: a hub with a
// hundred thousand peers does not look at all of them whenever one starts.

#include "base/check.h"
#include "base/sort.h"
#include "scenarios/fleet_faults.h"

/** The nodes in the order of their starts; those that start together by their numbers. */
static const struct sort_item *order_by_start(struct arena *scratch, const struct plan *plan) {
    uint32_t nodes = plan->node_count;
    struct sort_item *items = arena_take_array(scratch, MEMORY_TABLES, nodes, sizeof *items);
    struct sort_item *spare = arena_take_array(scratch, MEMORY_TABLES, nodes, sizeof *spare);
    for (uint32_t node = 0; node < nodes; node++) {
        CHECK(plan->start_ns[node] >= 0);
        items[node] = (struct sort_item){.key = (uint64_t)plan->start_ns[node], .value = node};
    }
    sort_by_key(items, spare, nodes);
    return items;
}

/** Divides the list among the nodes, as long as each one's part will be. */
static void divide(struct fleet *fleet, struct later_links *later) {
    const struct topology *topology = &fleet->topology;
    const int64_t *start_ns = fleet->plan.start_ns;
    uint32_t total = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        later->first[node] = total;
        later->next[node] = total;
        for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
             slot++) {
            total += start_ns[topology->peer[slot]] > start_ns[node] ? 1 : 0;
        }
    }
    later->first[topology->node_count] = total;
}

void fleet_links_init(struct fleet *fleet) {
    const struct topology *topology = &fleet->topology;
    const int64_t *start_ns = fleet->plan.start_ns;
    struct later_links *later = &fleet->later;
    uint32_t nodes = topology->node_count;
    later->first =
        arena_take_array(fleet->arena, MEMORY_TOPOLOGY, (size_t)nodes + 1, sizeof *later->first);
    later->next = arena_take_array(fleet->arena, MEMORY_TOPOLOGY, nodes, sizeof *later->next);
    divide(fleet, later);
    later->slots =
        arena_take_array(fleet->arena, MEMORY_TOPOLOGY, later->first[nodes], sizeof *later->slots);
    struct arena *scratch = arena_aside(fleet->arena);
    const struct sort_item *starters = order_by_start(scratch, &fleet->plan);
    for (uint32_t i = 0; i < nodes; i++) {
        // Each node is put into the lists of the peers that it finds there: so each list is in the
        // order of starts, and of equal ones in that of the peers' numbers, as are the slots.
        uint32_t starter = (uint32_t)starters[i].value;
        for (uint32_t slot = topology->slot_first[starter];
             slot < topology->slot_first[starter + 1]; slot++) {
            uint32_t peer = topology->peer[slot];
            if (start_ns[peer] < start_ns[starter]) {
                later->slots[later->next[peer]++] = topology->reverse[slot];
            }
        }
    }
    arena_destroy(scratch);
    for (uint32_t node = 0; node < nodes; node++) {
        CHECK(later->next[node] == later->first[node + 1]);
        later->next[node] = later->first[node];
    }
}

/** When the next link of the node's list comes up; INT64_MAX at its end. */
static int64_t next_up_ns(const struct fleet *fleet, uint32_t node) {
    const struct later_links *later = &fleet->later;
    if (later->next[node] == later->first[node + 1]) {
        return INT64_MAX;
    }
    return fleet->plan.start_ns[fleet->topology.peer[later->slots[later->next[node]]]];
}

/** Comes back when the next link comes up. */
static void schedule_next(struct fleet *fleet, uint32_t node) {
    int64_t up_ns = next_up_ns(fleet, node);
    CHECK(up_ns > fleet->sim.now_ns);
    if (up_ns != INT64_MAX) {
        sim_schedule_change(&fleet->sim, node, up_ns, node, FLEET_CHANGE_LINKS);
    }
}

static void connect(struct fleet *fleet, uint32_t slot) {
    if (fleet->faults == NULL) {
        fleet_connect_peer(fleet, slot);
    } else {
        fleet_connect_at_start(fleet, slot);
    }
}

void fleet_links_start(struct fleet *fleet, uint32_t node) {
    const struct topology *topology = &fleet->topology;
    CHECK(fleet->plan.start_ns[node] == fleet->sim.now_ns);
    for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
         slot++) {
        if (fleet->plan.start_ns[topology->peer[slot]] <= fleet->sim.now_ns) {
            connect(fleet, slot);
        }
    }
    schedule_next(fleet, node);
}

void fleet_links_later(struct fleet *fleet, uint32_t node) {
    CHECK(next_up_ns(fleet, node) == fleet->sim.now_ns);
    while (next_up_ns(fleet, node) == fleet->sim.now_ns) {
        uint32_t slot = fleet->later.slots[fleet->later.next[node]++];
        CHECK(fleet->topology.owner[slot] == node);
        connect(fleet, slot);
    }
    schedule_next(fleet, node);
}
