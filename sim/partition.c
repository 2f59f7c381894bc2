#include "sim/partition.h"

#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

enum {
    BISECTIONS = 5,
    HEAVY_PARTS = 16, // a piece is heavy from this part of a share on
    GAIN_MIN = 2,     // what packing must gain to be worth it
};

/** What finding a partition needs on the way. */
struct packing {
    const struct topology *topology;
    const struct links *links;
    uint32_t parts;
    uint64_t share;   // of the weight that each part should have, rounded up
    uint64_t most;    // that it may have
    uint32_t *root;   // [node_count] towards the first node of its piece
    uint64_t *weight; // [node_count] of the piece, at its first node
    uint8_t *part_of; // [node_count] as packed
    struct sort_item *heavy;
    struct sort_item *spare;
};

static uint64_t weight_of(const struct topology *topology, uint32_t node) {
    return 1 + (uint64_t)topology->slot_first[node + 1] - topology->slot_first[node];
}

/** Ranges of node numbers: a node is where the middle of its weight falls. */
static void cut_in_ranges(const struct topology *topology, uint32_t parts, uint8_t *part_of) {
    uint64_t total = topology->node_count + 2 * topology->link_count;
    uint64_t before = 0;
    uint32_t part = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        uint64_t weight = weight_of(topology, node);
        uint32_t left = topology->node_count - node;
        bool full = 2 * before + weight > 2 * total * (part + UINT64_C(1)) / parts;
        bool taken = node > 0 && part_of[node - 1] == part; // else the part would stay empty
        if (part + 1 < parts && taken && (full || left < parts - part)) {
            part++;
        }
        part_of[node] = (uint8_t)part;
        before += weight;
    }
    CHECK(part + 1 == parts);
}

static int64_t least_between(const struct links *links, const uint8_t *part_of) {
    const struct topology *topology = links->topology;
    int64_t least_ns = INT64_MAX;
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (part_of[topology->owner[slot]] != part_of[topology->peer[slot]]) {
            int64_t slot_ns = links_least(links, slot);
            least_ns = slot_ns < least_ns ? slot_ns : least_ns;
        }
    }
    return least_ns;
}

/** The first node of a node's piece; the way there is halved. */
static uint32_t find_root(uint32_t *root, uint32_t node) {
    while (root[node] != node) {
        root[node] = root[root[node]];
        node = root[node];
    }
    return node;
}

/** Contracts links shorter than a threshold; false once a piece is too heavy for any part. */
static bool contract(struct packing *packing, int64_t threshold_ns) {
    const struct topology *topology = packing->topology;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        packing->root[node] = node;
        packing->weight[node] = weight_of(topology, node);
    }
    for (uint32_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (links_least(packing->links, slot) >= threshold_ns) {
            continue;
        }
        uint32_t a = find_root(packing->root, topology->owner[slot]);
        uint32_t b = find_root(packing->root, topology->peer[slot]);
        if (a == b) {
            continue;
        }
        uint32_t first = a < b ? a : b;
        uint32_t other = a < b ? b : a;
        packing->root[other] = first;
        packing->weight[first] += packing->weight[other];
        if (packing->weight[first] > packing->most) {
            return false;
        }
    }
    return true;
}

static uint32_t lightest(const uint64_t *loads, uint32_t parts) {
    uint32_t found = 0;
    for (uint32_t part = 1; part < parts; part++) {
        found = loads[part] < loads[found] ? part : found;
    }
    return found;
}

/** Heavy pieces, the heaviest first, each to the part that has least. */
static void pack_heavy(struct packing *packing, uint64_t *loads) {
    uint64_t count = 0;
    for (uint32_t node = 0; node < packing->topology->node_count; node++) {
        if (packing->root[node] == node && packing->weight[node] * HEAVY_PARTS >= packing->share) {
            packing->heavy[count++] =
                (struct sort_item){.key = UINT64_MAX - packing->weight[node], .value = node};
        }
    }
    sort_by_key(packing->heavy, packing->spare, count);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t first = (uint32_t)packing->heavy[i].value;
        uint32_t part = lightest(loads, packing->parts);
        packing->part_of[first] = (uint8_t)part;
        loads[part] += packing->weight[first];
    }
}

/** The others by their first nodes: one part is filled after the other. */
static void pack_light(struct packing *packing, uint64_t *loads) {
    uint32_t part = 0;
    for (uint32_t node = 0; node < packing->topology->node_count; node++) {
        uint64_t weight = packing->weight[node];
        if (packing->root[node] != node || weight * HEAVY_PARTS >= packing->share) {
            continue;
        }
        while (part < packing->parts && 2 * loads[part] + weight > 2 * packing->share) {
            part++;
        }
        uint32_t taken = part < packing->parts ? part : lightest(loads, packing->parts);
        packing->part_of[node] = (uint8_t)taken;
        loads[taken] += weight;
    }
}

/** Packs the pieces that links shorter than a threshold make; false if they do not fit. */
static bool pack(struct packing *packing, int64_t threshold_ns) {
    uint64_t loads[PARTITION_PARTS_MAX] = {0};
    if (!contract(packing, threshold_ns)) {
        return false;
    }
    pack_heavy(packing, loads);
    pack_light(packing, loads);
    for (uint32_t node = 0; node < packing->topology->node_count; node++) {
        packing->part_of[node] = packing->part_of[find_root(packing->root, node)];
    }
    for (uint32_t part = 0; part < packing->parts; part++) {
        if (loads[part] == 0 || loads[part] > packing->most) {
            return false;
        }
    }
    return true;
}

/** The largest threshold that can be packed, about; `least_ns` can for sure. */
static int64_t find_threshold(struct packing *packing, int64_t least_ns) {
    int64_t fits_ns = least_ns;
    int64_t fails_ns = 2 * least_ns;
    while (fails_ns < INT64_MAX / 4 && pack(packing, fails_ns)) {
        fits_ns = fails_ns;
        fails_ns *= 2;
    }
    for (int i = 0; i < BISECTIONS; i++) {
        int64_t middle_ns = fits_ns + (fails_ns - fits_ns) / 2;
        if (pack(packing, middle_ns)) {
            fits_ns = middle_ns;
        } else {
            fails_ns = middle_ns;
        }
    }
    return fits_ns;
}

/** Takes what packing comes to, if that is worth it. */
static void try_packing(struct partition *partition, struct arena *around,
                        const struct links *links) {
    const struct topology *topology = links->topology;
    struct arena *arena = arena_aside(around);
    uint32_t nodes = topology->node_count;
    uint64_t total = nodes + 2 * topology->link_count;
    uint64_t share = (total + partition->parts - 1) / partition->parts;
    struct packing packing = {
        .topology = topology,
        .links = links,
        .parts = partition->parts,
        .share = share,
        .most = share + share * PARTITION_EXCESS_PPM / 1000000,
        .root = arena_take_array(arena, MEMORY_TOPOLOGY, nodes, sizeof *packing.root),
        .weight = arena_take_array(arena, MEMORY_TOPOLOGY, nodes, sizeof *packing.weight),
        .part_of = arena_take_array(arena, MEMORY_TOPOLOGY, nodes, sizeof *packing.part_of),
        .heavy = arena_take_array(arena, MEMORY_TOPOLOGY, nodes, sizeof *packing.heavy),
        .spare = arena_take_array(arena, MEMORY_TOPOLOGY, nodes, sizeof *packing.spare),
    };
    int64_t threshold_ns = find_threshold(&packing, partition->between_ns);
    if (threshold_ns >= GAIN_MIN * partition->between_ns && pack(&packing, threshold_ns)) {
        memcpy(partition->part_of, packing.part_of, nodes * sizeof *packing.part_of);
        partition->between_ns = least_between(links, packing.part_of);
        CHECK(partition->between_ns >= threshold_ns);
    }
    arena_destroy(arena);
}

void partition_make(struct partition *partition, struct arena *arena, const struct links *links,
                    uint32_t parts) {
    const struct topology *topology = links->topology;
    CHECK(parts >= 1);
    CHECK(parts <= PARTITION_PARTS_MAX);
    CHECK(topology->node_count >= 1);
    partition->parts = parts < topology->node_count ? parts : topology->node_count;
    partition->part_of =
        arena_take_array(arena, MEMORY_TOPOLOGY, topology->node_count, sizeof *partition->part_of);
    cut_in_ranges(topology, partition->parts, partition->part_of);
    partition->between_ns = least_between(links, partition->part_of);
    if (partition->between_ns < PARTITION_ENOUGH_NS) {
        try_packing(partition, arena, links);
    }
}
