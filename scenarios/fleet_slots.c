// What links are given one by one: delays by a matrix of nodes or by a graph's file, and its loss.

#include "scenarios/fleet.h"

_Static_assert(EDGE_LOSS_NONE == LINK_SLOT_LOSS_NONE, "no loss of its own is written the same");
_Static_assert(EDGE_DELAY_NONE == LINK_SLOT_DELAY_NONE, "no delay of its own likewise");

/** Delays of all slots, none given so far. */
static int64_t *take_delays(const struct fleet *fleet, struct arena *scratch) {
    uint64_t slots = 2 * fleet->topology.link_count;
    int64_t *delay_ns = arena_take_array(scratch, MEMORY_TOPOLOGY, slots, sizeof *delay_ns);
    for (uint64_t slot = 0; slot < slots; slot++) {
        delay_ns[slot] = LINK_SLOT_DELAY_NONE;
    }
    return delay_ns;
}

static void fill_from_matrix(const struct fleet *fleet, int64_t *delay_ns) {
    const struct scenario_links *links = &fleet->scenario->links;
    const struct topology *topology = &fleet->topology;
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        size_t row = topology->owner[slot];
        delay_ns[slot] = links->matrix_ns[row * links->matrix_count + topology->peer[slot]];
    }
}

void fleet_slot_values(struct fleet *fleet, struct arena *scratch, struct link_options *options) {
    const struct scenario *scenario = fleet->scenario;
    const struct topology *topology = &fleet->topology;
    const struct scenario_edge_values *values = &scenario->edge_values;
    uint32_t *loss_ppb = NULL;
    int64_t *delay_ns = NULL;
    if (scenario->links.matrix_ns != NULL || values->delay_ns != NULL) {
        delay_ns = take_delays(fleet, scratch);
    }
    if (scenario->links.matrix_ns != NULL) {
        fill_from_matrix(fleet, delay_ns);
    }
    if (values->loss_ppb != NULL) {
        loss_ppb = arena_take_array(fleet->arena, MEMORY_TOPOLOGY, 2 * topology->link_count,
                                    sizeof *loss_ppb);
    }
    for (uint64_t i = 0; i < scenario->topology.edge_count; i++) {
        const struct topology_edge *edge = &scenario->topology.edges[i];
        uint32_t slot = topology_find_slot(topology, edge->a, edge->b);
        uint32_t back = topology->reverse[slot];
        if (values->delay_ns != NULL && values->delay_ns[i] != EDGE_DELAY_NONE) {
            delay_ns[slot] = values->delay_ns[i];
            delay_ns[back] = values->delay_ns[i];
        }
        if (values->loss_ppb != NULL) {
            bool none = values->loss_ppb[i] == EDGE_LOSS_NONE;
            loss_ppb[slot] = none ? LINK_SLOT_LOSS_NONE : values->loss_ppb[i];
            loss_ppb[back] = loss_ppb[slot];
        }
    }
    options->slot_delay_ns = delay_ns;
    options->slot_loss_ppb = loss_ppb;
}
