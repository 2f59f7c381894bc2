// Nodes that dial: each calls others chosen at random, all alike or each its own number among nodes
// of its own choice; and some take no calls, or only so many.
//
// In every round each node dials once, in an order drawn once, so that nobody finds the places
// taken because it came late in all of them. A node that refuses is not linked, and the dialler
// tries another; when nobody is left that it could be linked with, it dials no more.

#include "sim/pair_set.h"
#include "sim/topology_grow.h"

#include <inttypes.h>

enum { GUESSES = 32 }; // among all that take calls, before those left are looked through

struct dialling {
    const struct topology_options *options;
    struct topology_pairs *pairs;
    struct pair_set links;
    uint32_t *open;  // [open_count] the nodes that still take calls
    uint32_t *place; // [node_count] where in `open` each of them stands
    uint32_t *room;  // [node_count] how many more each takes
    uint32_t open_count;
    uint32_t *callers; // [caller_count] the nodes that still dial
    uint32_t caller_count;
    uint32_t *candidates; // [node_count] scratch
};

#define NOBODY UINT32_MAX

static bool can_link(const struct dialling *dialling, uint32_t node, uint32_t other) {
    return node != other && dialling->room[other] > 0 &&
           !pair_has(&dialling->links, pair_key(node, other));
}

/** Somebody to dial among these, or NOBODY. */
static uint32_t choose(struct dialling *dialling, uint32_t node,
                       const struct topology_callees *among) {
    struct prng *prng = &dialling->pairs->prng;
    for (int i = 0; i < GUESSES && among->count > 0; i++) {
        uint32_t other = among->nodes[prng_below(prng, among->count)];
        if (can_link(dialling, node, other)) {
            return other;
        }
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < among->count; i++) {
        if (can_link(dialling, node, among->nodes[i])) {
            dialling->candidates[count++] = among->nodes[i];
        }
    }
    return count == 0 ? NOBODY : dialling->candidates[prng_below(prng, count)];
}

/** Takes a node out of those that take calls. */
static void close_node(struct dialling *dialling, uint32_t node) {
    uint32_t last = dialling->open[--dialling->open_count];
    dialling->open[dialling->place[node]] = last;
    dialling->place[last] = dialling->place[node];
}

/** False if the node finds nobody. */
static bool dial(struct dialling *dialling, uint32_t node) {
    const struct topology_callees *const *callees = dialling->options->callees;
    struct topology_callees all = {.nodes = dialling->open, .count = dialling->open_count};
    bool chooses = callees != NULL && callees[node] != NULL;
    uint32_t other = choose(dialling, node, chooses ? callees[node] : &all);
    if (other == NOBODY) {
        return false;
    }
    pair_add(&dialling->links, pair_key(node, other));
    topology_pairs_add(dialling->pairs, node, other);
    if (dialling->room[other] != TOPOLOGY_INBOUND_ANY) {
        dialling->room[other]--;
    }
    if (dialling->room[other] == 0) {
        close_node(dialling, other);
    }
    return true;
}

/** How many others a node dials. */
static uint32_t dials_of(const struct topology_options *options, uint32_t node) {
    return options->dials_of == NULL ? options->dials : options->dials_of[node];
}

static void dial_round(struct dialling *dialling, uint32_t round) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < dialling->caller_count; i++) {
        uint32_t node = dialling->callers[i];
        if (round < dials_of(dialling->options, node) && dial(dialling, node)) {
            dialling->callers[left++] = node;
        }
    }
    dialling->caller_count = left;
}

/** The largest number of others that a node dials; `*all` is that of all together. */
static uint32_t count_dials(const struct topology_options *options, uint64_t *all) {
    uint32_t most = 0;
    *all = 0;
    for (uint32_t node = 0; node < options->node_count; node++) {
        uint32_t dials = dials_of(options, node);
        most = dials > most ? dials : most;
        *all += dials;
    }
    return most;
}

bool topology_grow_dialled(struct topology_pairs *pairs, const struct topology_options *options,
                           struct failure *failure) {
    uint32_t nodes = options->node_count;
    uint64_t wanted = 0;
    uint32_t rounds = count_dials(options, &wanted);
    if (rounds >= nodes) {
        return failure_bad_input(failure,
                                 "%" PRIu32 " dials with %" PRIu32
                                 " nodes; a node can dial 0 to %" PRIu32 " others",
                                 rounds, nodes, nodes - 1);
    }
    uint64_t all = (uint64_t)nodes * (nodes - 1) / 2;
    if (wanted > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, wanted < all ? wanted : all);
    uint32_t *arrays =
        arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, 5 * (size_t)nodes, sizeof *arrays);
    struct dialling dialling = {
        .options = options,
        .pairs = pairs,
        .links = pair_set_create(pairs->scratch, pairs->capacity),
        .open = arrays,
        .room = arrays + nodes,
        .callers = arrays + 2 * (size_t)nodes,
        .candidates = arrays + 3 * (size_t)nodes,
        .place = arrays + 4 * (size_t)nodes,
        .caller_count = nodes,
    };
    for (uint32_t node = 0; node < nodes; node++) {
        dialling.callers[node] = node;
        dialling.room[node] =
            options->inbound_max == NULL ? TOPOLOGY_INBOUND_ANY : options->inbound_max[node];
        if (dialling.room[node] > 0) {
            dialling.place[node] = dialling.open_count;
            dialling.open[dialling.open_count++] = node;
        }
    }
    prng_shuffle_u32(&pairs->prng, dialling.callers, nodes);
    for (uint32_t round = 0; round < rounds; round++) {
        dial_round(&dialling, round);
    }
    pairs->missing = wanted - pairs->count;
    return true;
}
