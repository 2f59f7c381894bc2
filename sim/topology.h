/**
 * Who is linked with whom: an undirected simple graph without self-loops, in CSR form.
 *
 * Each node owns the range slot_first[node] … slot_first[node + 1] of *slots*, one for each of its
 * links, ordered by the peer's number. A slot is a direction of a link: sending on slot s of node a
 * to node b arrives at slot reverse[s] of b. Generators draw integers from the topology stream
 * alone, so the same (seed, kind, size) gives the same graph everywhere.
 *
 * Where nodes dial each other, `dialled` tells who did. Links that cannot be, because nobody is
 * left to link with, are left out and counted.
 *
 * Limits: nodes ≤ 2^24, slots ≤ 2^32 − 1.
 * Cost:   linear in nodes and links; 12 bytes per slot and 4 per node, and as much again per node
 *         while it is built. A million nodes with 20 links each take a few seconds and 240 MB.
 */
#ifndef GOSSIM_SIM_TOPOLOGY_H
#define GOSSIM_SIM_TOPOLOGY_H

#include "base/arena.h"
#include "base/failure.h"
#include "base/prng.h"

#include <stdint.h>

enum {
    TOPOLOGY_NODES_MAX = 1 << 24,
    TOPOLOGY_LINKS_MAX = INT32_MAX, // two slots each, numbered below UINT32_MAX
};

enum topology_kind {
    TOPOLOGY_RANDOM_REGULAR, // every node `degree` links; nodes × degree even; degree < nodes
    TOPOLOGY_ERDOS_RENYI, // each pair linked with probability_ppb, or mean degree given: see below
    TOPOLOGY_COMPLETE,
    TOPOLOGY_RING, // nodes ≥ 3: i – i+1 and back; 2 nodes: one link; 1 node: none
    TOPOLOGY_LINE,
    TOPOLOGY_STAR,             // node 0 is the hub
    TOPOLOGY_EDGES,            // the given list
    TOPOLOGY_WATTS_STROGATZ,   // a ring, each node linked with the `degree` nearest; then rewired
    TOPOLOGY_BARABASI_ALBERT,  // nodes come one by one and link to `attach` others by their degree
    TOPOLOGY_RANDOM_GEOMETRIC, // on a square, linked within a radius, or the nearest pairs of all
    TOPOLOGY_GRID,             // rows of `width` nodes, linked along rows and columns
    TOPOLOGY_TORUS,            // and from the end of each to its beginning
    TOPOLOGY_CLUSTERED,        // every node `degree` links, local_ppb of them inside its region
    TOPOLOGY_DIAL,             // every node dials `dials` others, as far as those take calls
};

/** A node that takes any number of calls. */
#define TOPOLOGY_INBOUND_ANY UINT32_MAX

struct topology_edge {
    uint32_t a;
    uint32_t b;
};

/** Some nodes, each once, in any order. */
struct topology_callees {
    const uint32_t *nodes; // [count]
    uint32_t count;
};

struct topology_options {
    enum topology_kind kind;
    uint32_t node_count;
    uint32_t degree;          // random-regular; watts-strogatz: even
    uint32_t probability_ppb; // erdos-renyi by probability (used when link_count is 0)
    uint64_t link_count;      // erdos-renyi by number of links, and random-geometric: that many
    uint32_t rewire_ppb;      // watts-strogatz: share of links that get another end at random
    uint32_t attach;          // barabasi-albert: links of each new node, 1 … nodes − 1
    uint32_t radius_ppb;      // random-geometric (link_count is then 0): of the side of the square
    uint32_t width;           // grid, torus
    uint32_t height;          // a grid's last row may have places left
    uint32_t local_ppb;       // clustered
    uint32_t dials;           // dial
    const uint32_t *region;   // clustered: [node_count] below region_count
    uint32_t region_count;
    const uint32_t *inbound_max; // dial: [node_count] calls that a node takes; NULL: any
    const uint32_t *dials_of;    // dial: [node_count] in place of `dials`; NULL: all alike
    const struct topology_callees *const *callees; // dial: [node_count] whom a node may dial, NULL:
                                                   // anybody; NULL: all may dial anybody
    const struct topology_edge *edges; // edges: distinct, no self-loop, ends below node_count
    uint64_t edge_count;
    uint64_t seed;
};

struct topology {
    uint32_t node_count;
    uint64_t link_count;
    const uint32_t *slot_first; // [node_count + 1]
    const uint32_t *peer;       // [slots] the node at the other end
    const uint32_t *reverse;    // [slots] the same link's slot at the other end
    const uint32_t *owner;      // [slots] whose slot it is
    const uint64_t *dialled;    // one bit per slot: its owner dialled; NULL: nobody did
    uint64_t missing_links;     // clustered, dial: links that found no place
};

/**
 * Builds the graph. False and a reason where the options cannot be met (odd product, degree ≥
 * nodes, too many links, a bad list of edges); then the topology is empty.
 */
FAILURE_WARN_UNUSED bool topology_build(struct topology *topology, struct arena *arena,
                                        const struct topology_options *options,
                                        struct failure *failure);

/** The slot of `node` that leads to `peer`, or UINT32_MAX. */
uint32_t topology_find_slot(const struct topology *topology, uint32_t node, uint32_t peer);

/** CHECKs every property stated above; O(links). */
void topology_validate(const struct topology *topology);

#endif
