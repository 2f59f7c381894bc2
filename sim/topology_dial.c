// Nodes that dial: each calls others chosen at random, and some take no calls, or only so many.
//
// In every round each node dials once, in an order drawn once, so that nobody finds the places
// taken because it came late in all of them. A node that refuses is not linked, and the dialler
// tries another; when nobody is left that it could be linked with, it dials no more.

#include "sim/pair_set.h"
#include "sim/topology_grow.h"

#include <inttypes.h>

enum { GUESSES = 32 }; // among all that take calls, before those left are looked through

struct dialling {
    struct topology_pairs *pairs;
    struct pair_set links;
    uint32_t *open; // [open_count] the nodes that still take calls
    uint32_t *room; // [node_count] how many more each takes
    uint32_t open_count;
    uint32_t *callers; // [caller_count] the nodes that still dial
    uint32_t caller_count;
    uint32_t *candidates; // [node_count] scratch
};

static bool can_link(const struct dialling *dialling, uint32_t node, uint32_t other) {
    return node != other && !pair_has(&dialling->links, pair_key(node, other));
}

/** The place in `open` of somebody to dial; open_count if there is nobody. */
static uint32_t choose(struct dialling *dialling, uint32_t node) {
    struct prng *prng = &dialling->pairs->prng;
    for (int i = 0; i < GUESSES && dialling->open_count > 0; i++) {
        uint32_t place = prng_below(prng, dialling->open_count);
        if (can_link(dialling, node, dialling->open[place])) {
            return place;
        }
    }
    uint32_t count = 0;
    for (uint32_t place = 0; place < dialling->open_count; place++) {
        if (can_link(dialling, node, dialling->open[place])) {
            dialling->candidates[count++] = place;
        }
    }
    return count == 0 ? dialling->open_count : dialling->candidates[prng_below(prng, count)];
}

/** False if the node finds nobody. */
static bool dial(struct dialling *dialling, uint32_t node) {
    uint32_t place = choose(dialling, node);
    if (place == dialling->open_count) {
        return false;
    }
    uint32_t other = dialling->open[place];
    pair_add(&dialling->links, pair_key(node, other));
    topology_pairs_add(dialling->pairs, node, other);
    if (dialling->room[other] != TOPOLOGY_INBOUND_ANY) {
        dialling->room[other]--;
    }
    if (dialling->room[other] == 0) {
        dialling->open[place] = dialling->open[--dialling->open_count];
    }
    return true;
}

static void dial_round(struct dialling *dialling) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < dialling->caller_count; i++) {
        uint32_t node = dialling->callers[i];
        if (dial(dialling, node)) {
            dialling->callers[left++] = node;
        }
    }
    dialling->caller_count = left;
}

bool topology_grow_dialled(struct topology_pairs *pairs, const struct topology_options *options,
                           struct failure *failure) {
    uint32_t nodes = options->node_count;
    if (options->dials >= nodes) {
        return failure_bad_input(failure,
                                 "%" PRIu32 " dials with %" PRIu32
                                 " nodes; a node can dial 0 to %" PRIu32 " others",
                                 options->dials, nodes, nodes - 1);
    }
    uint64_t wanted = (uint64_t)nodes * options->dials;
    uint64_t all = (uint64_t)nodes * (nodes - 1) / 2;
    if (wanted > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, wanted < all ? wanted : all);
    uint32_t *arrays =
        arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, 4 * (size_t)nodes, sizeof *arrays);
    struct dialling dialling = {
        .pairs = pairs,
        .links = pair_set_create(pairs->scratch, pairs->capacity),
        .open = arrays,
        .room = arrays + nodes,
        .callers = arrays + 2 * (size_t)nodes,
        .candidates = arrays + 3 * (size_t)nodes,
        .caller_count = nodes,
    };
    for (uint32_t node = 0; node < nodes; node++) {
        dialling.callers[node] = node;
        dialling.room[node] =
            options->inbound_max == NULL ? TOPOLOGY_INBOUND_ANY : options->inbound_max[node];
        if (dialling.room[node] > 0) {
            dialling.open[dialling.open_count++] = node;
        }
    }
    prng_shuffle_u32(&pairs->prng, dialling.callers, nodes);
    for (uint32_t i = 0; i < options->dials; i++) {
        dial_round(&dialling);
    }
    pairs->missing = wanted - pairs->count;
    return true;
}
