// Nodes in regions: of each node's links a share stays in its own region.
//
// Every node gets so many ends of links inside its region and so many outside; then ends are
// paired, inside region by region, outside all at once. Where numbers do not come out (a region too
// small, one with more ends than all others, an odd end), ends are moved from one kind to the other
// as far as that helps; what finds no partner in the end is missing.

#include "base/quantity.h"
#include "sim/pair_set.h"
#include "sim/topology_grow.h"

#include <inttypes.h>
#include <string.h>

enum {
    TRIES_PER_LINK = 64, // swaps tried before pairs that cannot be are left out
    MIXES_PER_LINK = 4,  // swaps that wash out the order in which ends were paired
};

struct clusters {
    const struct topology_options *options;
    struct topology_pairs *pairs;
    struct pair_set links;
    uint32_t *inside;  // [node_count] ends of links within the region
    uint32_t *outside; // [node_count] and of others
    uint32_t *first;   // [region_count + 1] where a region begins in `members`
    uint32_t *members; // [node_count] the nodes by region
    uint32_t *stubs;   // [nodes × degree] ends being paired
};

static uint32_t region_size(const struct clusters *clusters, uint32_t region) {
    return clusters->first[region + 1] - clusters->first[region];
}

static void sort_members(struct clusters *clusters) {
    const struct topology_options *options = clusters->options;
    for (uint32_t node = 0; node < options->node_count; node++) {
        CHECK(options->region[node] < options->region_count);
        clusters->first[options->region[node] + 1]++;
    }
    for (uint32_t region = 0; region < options->region_count; region++) {
        clusters->first[region + 1] += clusters->first[region];
    }
    uint32_t *next = arena_take_array(clusters->pairs->scratch, MEMORY_TOPOLOGY,
                                      options->region_count, sizeof *next);
    for (uint32_t node = 0; node < options->node_count; node++) {
        uint32_t region = options->region[node];
        clusters->members[clusters->first[region] + next[region]++] = node;
    }
}

/** How many of each node's links stay inside; a part of a link is drawn. */
static void divide_ends(struct clusters *clusters) {
    const struct topology_options *options = clusters->options;
    uint64_t wanted = (uint64_t)options->degree * options->local_ppb;
    uint32_t whole = (uint32_t)(wanted / SHARE_ONE);
    uint32_t part_ppb = (uint32_t)(wanted % SHARE_ONE);
    for (uint32_t node = 0; node < options->node_count; node++) {
        bool more = prng_below(&clusters->pairs->prng, SHARE_ONE) < part_ppb;
        uint32_t others = region_size(clusters, options->region[node]) - 1;
        uint32_t inside = whole + (more ? 1 : 0);
        clusters->inside[node] = inside < others ? inside : others;
        uint32_t outside = options->degree - clusters->inside[node];
        uint32_t strangers = options->node_count - 1 - others;
        clusters->outside[node] = outside < strangers ? outside : strangers;
    }
}

/** Takes an end outside from a node, and gives it one inside if there may be one more. */
static void turn_inside(struct clusters *clusters, uint32_t node) {
    uint32_t others = region_size(clusters, clusters->options->region[node]) - 1;
    CHECK(clusters->outside[node] > 0);
    clusters->outside[node]--;
    clusters->inside[node] += clusters->inside[node] < others ? 1 : 0;
}

/** The ends outside of a region's nodes; of all for region_count. */
static uint64_t count_outside(const struct clusters *clusters, uint32_t region) {
    bool all = region == clusters->options->region_count;
    uint32_t end = all ? clusters->options->node_count : clusters->first[region + 1];
    uint64_t count = 0;
    for (uint32_t i = all ? 0 : clusters->first[region]; i < end; i++) {
        count += clusters->outside[clusters->members[i]];
    }
    return count;
}

/** A region may have at most half of all ends outside, and all have an even number: the largest
 * keeps the rest inside, one of each node in turn. */
static void balance_outside(struct clusters *clusters) {
    uint32_t regions = clusters->options->region_count;
    uint64_t total = count_outside(clusters, regions);
    uint32_t largest = 0;
    uint64_t most = 0;
    for (uint32_t region = 0; region < regions; region++) {
        uint64_t count = count_outside(clusters, region);
        largest = count > most ? region : largest;
        most = count > most ? count : most;
    }
    uint64_t surplus = 2 * most > total ? 2 * most - total : total % 2;
    uint32_t *nodes = clusters->members + clusters->first[largest];
    uint32_t size = region_size(clusters, largest);
    prng_shuffle_u32(&clusters->pairs->prng, nodes, size);
    while (surplus > 0) {
        for (uint32_t i = 0; i < size && surplus > 0; i++) {
            if (clusters->outside[nodes[i]] > 0) {
                turn_inside(clusters, nodes[i]);
                surplus--;
            }
        }
    }
}

/** The ends of some nodes as a list; returns how many. */
static uint64_t list_ends(const struct clusters *clusters, const uint32_t *counts, uint32_t from,
                          uint32_t to) {
    uint64_t count = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t node = clusters->members[i];
        for (uint32_t k = 0; k < counts[node]; k++) {
            clusters->stubs[count++] = node;
        }
    }
    return count;
}

/** True if the swap of two pairs keeps links outside outside. */
static bool may_swap(const struct clusters *clusters, bool outside, const uint32_t *pair,
                     const uint32_t *partner, uint64_t turn) {
    const uint32_t *region = clusters->options->region;
    return !outside || (region[pair[0]] != region[partner[turn]] &&
                        region[pair[1]] != region[partner[1 - turn]]);
}

/** Swaps ends until no pair is bad, or too many tries were in vain; returns the good ones. */
static uint64_t repair(struct clusters *clusters, bool outside, uint64_t count, uint64_t good) {
    uint32_t *ends = clusters->stubs;
    struct prng *prng = &clusters->pairs->prng;
    for (uint64_t tries = TRIES_PER_LINK * count; good < count && good > 0 && tries > 0; tries--) {
        uint64_t turned = prng_below_u64(prng, 2 * good);
        uint32_t *partner = &ends[turned / 2 * 2];
        if (may_swap(clusters, outside, &ends[2 * good], partner, turned % 2) &&
            pair_swap_ends(&clusters->links, &ends[2 * good], partner, turned % 2)) {
            good++;
        }
    }
    return good;
}

static void mix(struct clusters *clusters, bool outside, uint64_t count) {
    uint32_t *ends = clusters->stubs;
    struct prng *prng = &clusters->pairs->prng;
    for (uint64_t i = 0; i < MIXES_PER_LINK * count; i++) {
        uint64_t chosen = prng_below_u64(prng, count);
        uint64_t turned = prng_below_u64(prng, 2 * count);
        uint32_t *pair = &ends[2 * chosen];
        uint32_t *partner = &ends[turned / 2 * 2];
        if (pair == partner || !may_swap(clusters, outside, pair, partner, turned % 2)) {
            continue;
        }
        uint64_t key = pair_key(pair[0], pair[1]);
        pair_remove(&clusters->links, key);
        if (!pair_swap_ends(&clusters->links, pair, partner, turned % 2)) {
            pair_add(&clusters->links, key);
        }
    }
}

static void keep(struct clusters *clusters, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) {
        topology_pairs_add(clusters->pairs, clusters->stubs[2 * i], clusters->stubs[2 * i + 1]);
    }
}

/** How many links a node still lacks, but not more than there are nodes. */
static uint32_t lack_of(const struct clusters *clusters, uint32_t node, uint32_t size) {
    return clusters->inside[node] < size ? clusters->inside[node] : size;
}

/** Sorts nodes by the ends they still lack, most first; those that lack as many stay in order. */
static void sort_by_lack(const struct clusters *clusters, uint32_t *nodes, uint32_t size,
                         uint32_t *scratch) {
    uint32_t *first = scratch; // [size + 1] by how many are lacking, downwards
    uint32_t *sorted = scratch + size + 1;
    memset(first, 0, ((size_t)size + 1) * sizeof *first);
    for (uint32_t i = 0; i < size; i++) {
        first[size - lack_of(clusters, nodes[i], size)]++;
    }
    for (uint32_t i = 1; i <= size; i++) {
        first[i] += first[i - 1];
    }
    for (uint32_t i = size; i-- > 0;) {
        sorted[--first[size - lack_of(clusters, nodes[i], size)]] = nodes[i];
    }
    memcpy(nodes, sorted, size * sizeof *nodes);
}

/**
 * Links a region whose nodes want most of each other, where random pairs would not come out even:
 * time and again the node that lacks most links is linked with those that lack most after it.
 *
 * Source: Havel, Hakimi. Cost: the square of the region's nodes, and so of the order of links.
 */
static uint64_t pair_densely(struct clusters *clusters, uint32_t region) {
    uint32_t size = region_size(clusters, region);
    uint32_t *nodes = clusters->members + clusters->first[region];
    uint32_t *scratch = arena_take_array(clusters->pairs->scratch, MEMORY_TOPOLOGY,
                                         2 * (size_t)size + 1, sizeof *scratch);
    uint64_t count = 0;
    prng_shuffle_u32(&clusters->pairs->prng, nodes, size);
    for (uint32_t done = 0; done < size; done++) {
        sort_by_lack(clusters, nodes + done, size - done, scratch);
        uint32_t node = nodes[done];
        for (uint32_t i = done + 1; i < size && clusters->inside[node] > 0; i++) {
            if (clusters->inside[nodes[i]] == 0) {
                break;
            }
            clusters->stubs[2 * count] = node;
            clusters->stubs[2 * count + 1] = nodes[i];
            pair_add(&clusters->links, pair_key(node, nodes[i]));
            clusters->inside[node]--;
            clusters->inside[nodes[i]]--;
            count++;
        }
        clusters->inside[node] = 0;
    }
    return count;
}

static void link_inside(struct clusters *clusters, uint32_t region) {
    uint32_t from = clusters->first[region];
    uint32_t to = clusters->first[region + 1];
    uint32_t most = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t inside = clusters->inside[clusters->members[i]];
        most = inside > most ? inside : most;
    }
    if (most == 0) {
        return;
    }
    uint64_t count = 0;
    if (2 * (uint64_t)most >= to - from) {
        count = pair_densely(clusters, region);
    } else {
        uint64_t ends = list_ends(clusters, clusters->inside, from, to);
        prng_shuffle_u32(&clusters->pairs->prng, clusters->stubs, (uint32_t)ends);
        count = pair_part_good(&clusters->links, clusters->stubs, ends / 2);
        count = repair(clusters, false, ends / 2, count);
    }
    mix(clusters, false, count);
    keep(clusters, count);
}

/** The two halves of the list are paired: no region reaches from one end to its partner, as none
 * has more than half. */
static void link_outside(struct clusters *clusters) {
    uint32_t regions = clusters->options->region_count;
    struct prng *prng = &clusters->pairs->prng;
    uint64_t ends = list_ends(clusters, clusters->outside, 0, clusters->options->node_count);
    uint64_t start = 0;
    for (uint32_t region = 0; region < regions; region++) {
        uint64_t size = count_outside(clusters, region);
        prng_shuffle_u32(prng, clusters->stubs + start, (uint32_t)size);
        start += size;
    }
    CHECK(start == ends);
    CHECK(ends % 2 == 0);
    uint64_t count = ends / 2;
    uint32_t *spare =
        arena_take_array(clusters->pairs->scratch, MEMORY_TOPOLOGY, ends, sizeof *spare);
    for (uint64_t i = 0; i < count; i++) {
        spare[2 * i] = clusters->stubs[i];
        spare[2 * i + 1] = clusters->stubs[i + count];
    }
    if (count > 0) {
        memcpy(clusters->stubs, spare, ends * sizeof *spare);
    }
    uint64_t good = pair_part_good(&clusters->links, clusters->stubs, count);
    good = repair(clusters, true, count, good);
    mix(clusters, true, good);
    keep(clusters, good);
}

bool topology_grow_clustered(struct topology_pairs *pairs, const struct topology_options *options,
                             struct failure *failure) {
    uint32_t nodes = options->node_count;
    if (options->degree >= nodes || options->local_ppb > SHARE_ONE || options->region == NULL) {
        return failure_bad_input(
            failure,
            "degree %" PRIu32 ", %" PRIu32 " ppb of it local, with %" PRIu32 " nodes in %" PRIu32
            " regions; the degree must be below the nodes, the share at most %" PRIu32
            ", and there must be regions",
            options->degree, options->local_ppb, nodes,
            options->region == NULL ? 0 : options->region_count, SHARE_ONE);
    }
    uint64_t ends = (uint64_t)nodes * options->degree;
    if (ends / 2 > TOPOLOGY_LINKS_MAX) {
        return topology_refuse_links(failure);
    }
    topology_pairs_reserve(pairs, ends / 2);
    struct arena *scratch = pairs->scratch;
    uint32_t *arrays =
        arena_take_array(scratch, MEMORY_TOPOLOGY, 3 * (size_t)nodes, sizeof *arrays);
    struct clusters clusters = {
        .options = options,
        .pairs = pairs,
        .links = pair_set_create(scratch, ends / 2),
        .inside = arrays,
        .outside = arrays + nodes,
        .members = arrays + 2 * (size_t)nodes,
        .first = arena_take_array(scratch, MEMORY_TOPOLOGY, (size_t)options->region_count + 1,
                                  sizeof(uint32_t)),
        .stubs = arena_take_array(scratch, MEMORY_TOPOLOGY, ends, sizeof(uint32_t)),
    };
    sort_members(&clusters);
    divide_ends(&clusters);
    balance_outside(&clusters);
    for (uint32_t region = 0; region < options->region_count; region++) {
        link_inside(&clusters, region);
    }
    link_outside(&clusters);
    pairs->missing = ends / 2 - pairs->count;
    return true;
}
