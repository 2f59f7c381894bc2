#include "base/check.h"
#include "scenarios/graph.h"
#include "sim/link.h"

_Static_assert(EDGE_LOSS_NONE == LINK_SLOT_LOSS_NONE, "no loss of its own is written the same");
_Static_assert(EDGE_DELAY_NONE == LINK_SLOT_DELAY_NONE, "no delay of its own likewise");

/** The two slots of the link of an edge. */
static void find_slots(const struct topology *topology, struct topology_edge edge,
                       uint32_t slots[2]) {
    slots[0] = topology_find_slot(topology, edge.a, edge.b);
    CHECK(slots[0] != UINT32_MAX);
    slots[1] = topology->reverse[slots[0]];
}

struct graph_values graph_values_of(const struct topology *topology, struct arena *arena,
                                    const struct scenario *scenario) {
    const struct scenario_edge_values *edges = &scenario->edge_values;
    size_t slot_count = 2 * topology->link_count;
    int64_t *delay_ns = NULL;
    uint32_t *loss_ppb = NULL;
    if (edges->delay_ns != NULL) {
        delay_ns = arena_take_array(arena, MEMORY_TOPOLOGY, slot_count, sizeof *delay_ns);
    }
    if (edges->loss_ppb != NULL) {
        loss_ppb = arena_take_array(arena, MEMORY_TOPOLOGY, slot_count, sizeof *loss_ppb);
    }
    bool any = delay_ns != NULL || loss_ppb != NULL;
    for (uint64_t i = 0; any && i < scenario->topology.edge_count; i++) {
        uint32_t slots[2];
        find_slots(topology, scenario->topology.edges[i], slots);
        for (int way = 0; way < 2; way++) {
            if (delay_ns != NULL) {
                delay_ns[slots[way]] = edges->delay_ns[i];
            }
            if (loss_ppb != NULL) {
                loss_ppb[slots[way]] = edges->loss_ppb[i];
            }
        }
    }
    return (struct graph_values){.slot_delay_ns = delay_ns, .slot_loss_ppb = loss_ppb};
}
