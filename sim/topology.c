#include "sim/topology.h"

#include "base/bitset.h"
#include "base/check.h"
#include "sim/topology_grow.h"
#include "sim/topology_random.h"

#include <inttypes.h>
#include <string.h>

/*
 * A graph is built in the memory it ends up in, three arrays of one number per slot, so that
 * nothing is left over:
 *
 *             peer             reverse           owner
 *     draw    [ set of pairs, if needed  ]       ends of links
 *     spread                   peers, unsorted ← ends
 *     sort    peers, sorted  ← peers
 *     finish                   reverse           owner
 */

struct builder {
    const struct topology_options *options;
    uint64_t link_count;
    uint32_t *slot_first; // [node_count + 1]
    uint32_t *cursor;     // [node_count + 1] scratch
    uint32_t *peer;
    uint32_t *reverse;
    uint32_t *owner;
    struct topology_pairs grown; // of the kinds that are grown
};

static uint64_t pairs_of(uint64_t node_count) {
    return node_count * (node_count - 1) / 2;
}

static bool count_regular(const struct topology_options *options, uint64_t *link_count,
                          struct failure *failure) {
    uint64_t ends = (uint64_t)options->node_count * options->degree;
    if (options->degree >= options->node_count) {
        return failure_bad_input(failure,
                                 "degree %" PRIu32 " with %" PRIu32
                                 " nodes; a node can have 0 to %" PRIu32 " links",
                                 options->degree, options->node_count, options->node_count - 1);
    }
    if (ends % 2 != 0) {
        return failure_bad_input(failure,
                                 "degree %" PRIu32 " with %" PRIu32
                                 " nodes; one of them must be even, as every link has two ends",
                                 options->degree, options->node_count);
    }
    *link_count = ends / 2;
    return true;
}

static struct topology_draft draft_of(const struct builder *builder, struct prng *prng) {
    return (struct topology_draft){
        .node_count = builder->options->node_count,
        .link_count = builder->link_count,
        .ends = builder->owner,
        .table = (uint64_t *)(void *)builder->peer,
        .prng = prng,
    };
}

/** Runs the generator once for the number alone; draw_ends() runs it again from the same state. */
static bool count_erdos_renyi(const struct topology_options *options, uint64_t *link_count,
                              struct failure *failure) {
    uint64_t pairs = pairs_of(options->node_count);
    if (options->link_count > 0) {
        *link_count = options->link_count;
        if (options->link_count <= pairs) {
            return true;
        }
        return failure_bad_input(
            failure, "%" PRIu64 " links with %" PRIu32 " nodes; there are %" PRIu64 " pairs",
            options->link_count, options->node_count, pairs);
    }
    if (options->probability_ppb > TOPOLOGY_PPB_ONE) {
        return failure_bad_input(failure, "probability of %" PRIu32 " ppb; at most %d",
                                 options->probability_ppb, TOPOLOGY_PPB_ONE);
    }
    *link_count = TOPOLOGY_LINKS_MAX + UINT64_C(1);
    if (pairs / TOPOLOGY_PPB_ONE * options->probability_ppb <= TOPOLOGY_LINKS_MAX) {
        struct prng prng = prng_stream(options->seed, STREAM_TOPOLOGY, 0);
        struct topology_draft draft = {
            .node_count = options->node_count, .link_count = *link_count, .prng = &prng};
        *link_count = topology_draw_pairs(&draft, options->probability_ppb);
    }
    return true;
}

/** Duplicates are found later, when the slots are sorted. */
static bool count_edges(const struct topology_options *options, uint64_t *link_count,
                        struct failure *failure) {
    for (uint64_t i = 0; i < options->edge_count; i++) {
        struct topology_edge edge = options->edges[i];
        uint32_t greater = edge.a > edge.b ? edge.a : edge.b;
        if (greater >= options->node_count) {
            return failure_bad_input(
                failure, "edge %" PRIu64 " ends at node %" PRIu32 "; nodes are 0 to %" PRIu32,
                i + 1, greater, options->node_count - 1);
        }
        if (edge.a == edge.b) {
            return failure_bad_input(
                failure, "edge %" PRIu64 " links node %" PRIu32 " to itself; it needs two nodes",
                i + 1, edge.a);
        }
    }
    *link_count = options->edge_count;
    return true;
}

static bool count_links(const struct topology_options *options, uint64_t *link_count,
                        struct failure *failure) {
    uint64_t node_count = options->node_count;
    switch (options->kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        return count_regular(options, link_count, failure);
    case TOPOLOGY_ERDOS_RENYI:
        return count_erdos_renyi(options, link_count, failure);
    case TOPOLOGY_COMPLETE:
        *link_count = pairs_of(node_count);
        return true;
    case TOPOLOGY_RING:
        *link_count = node_count < 3 ? node_count - 1 : node_count;
        return true;
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
        *link_count = node_count - 1;
        return true;
    case TOPOLOGY_EDGES:
        return count_edges(options, link_count, failure);
    case TOPOLOGY_WATTS_STROGATZ:
    case TOPOLOGY_BARABASI_ALBERT:
    case TOPOLOGY_RANDOM_GEOMETRIC:
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
    case TOPOLOGY_CLUSTERED:
    case TOPOLOGY_DIAL:
        break;
    }
    check_failed("options->kind is a kind whose links can be counted", __FILE__, __LINE__);
}

static void take_memory(struct builder *builder, struct arena *arena, struct arena *scratch) {
    size_t slots = 2 * builder->link_count;
    size_t nodes = builder->options->node_count;
    CHECK(slots < UINT32_MAX);
    uint32_t *arrays = arena_take_array(arena, MEMORY_TOPOLOGY, 3 * slots, sizeof *arrays);
    builder->peer = arrays;
    builder->reverse = arrays + slots;
    builder->owner = arrays + 2 * slots;
    builder->slot_first =
        arena_take_array(arena, MEMORY_TOPOLOGY, nodes + 1, sizeof *builder->slot_first);
    builder->cursor =
        arena_take_array(scratch, MEMORY_TOPOLOGY, nodes + 1, sizeof *builder->cursor);
}

static uint32_t *write_pair(uint32_t *end, uint32_t a, uint32_t b) {
    end[0] = a;
    end[1] = b;
    return end + 2;
}

static uint32_t *write_complete(uint32_t *end, uint32_t node_count) {
    for (uint32_t a = 0; a < node_count; a++) {
        for (uint32_t b = a + 1; b < node_count; b++) {
            end = write_pair(end, a, b);
        }
    }
    return end;
}

/** The kinds whose links follow from the options; returns the place after the last end. */
static uint32_t *write_plain_ends(const struct topology_options *options, uint32_t *end) {
    if (options->kind == TOPOLOGY_COMPLETE) {
        return write_complete(end, options->node_count);
    }
    if (options->kind == TOPOLOGY_EDGES) {
        for (uint64_t i = 0; i < options->edge_count; i++) {
            end = write_pair(end, options->edges[i].a, options->edges[i].b);
        }
        return end;
    }
    for (uint32_t node = 1; node < options->node_count; node++) {
        end = write_pair(end, options->kind == TOPOLOGY_STAR ? 0 : node - 1, node);
    }
    if (options->kind == TOPOLOGY_RING && options->node_count >= 3) {
        end = write_pair(end, options->node_count - 1, 0);
    }
    return end;
}

/** Writes the two ends of every link into builder->owner. */
static void draw_ends(const struct builder *builder) {
    const struct topology_options *options = builder->options;
    struct prng prng = prng_stream(options->seed, STREAM_TOPOLOGY, 0);
    struct topology_draft draft = draft_of(builder, &prng);
    if (options->kind == TOPOLOGY_RANDOM_REGULAR) {
        topology_draw_regular(&draft, options->degree);
    } else if (options->kind == TOPOLOGY_ERDOS_RENYI && options->link_count > 0) {
        topology_draw_links(&draft);
    } else if (options->kind == TOPOLOGY_ERDOS_RENYI) {
        uint64_t drawn = topology_draw_pairs(&draft, options->probability_ppb);
        CHECK(drawn == builder->link_count);
    } else if (builder->link_count > 0 && topology_is_grown(options->kind)) {
        CHECK(builder->grown.ends != NULL);
        memcpy(builder->owner, builder->grown.ends,
               2 * builder->link_count * sizeof *builder->owner);
    } else if (!topology_is_grown(options->kind)) {
        const uint32_t *end = write_plain_ends(options, builder->owner);
        CHECK(end == builder->owner + 2 * builder->link_count);
    }
}

/** Sets the cursor of every node to its first slot. */
static void rewind_cursor(const struct builder *builder) {
    memcpy(builder->cursor, builder->slot_first,
           builder->options->node_count * sizeof *builder->cursor);
}

static void count_slots(const struct builder *builder) {
    uint64_t slots = 2 * builder->link_count;
    for (uint64_t i = 0; i < slots; i++) {
        CHECK(builder->owner[i] < builder->options->node_count);
        builder->slot_first[builder->owner[i] + 1]++;
    }
    for (uint32_t node = 0; node < builder->options->node_count; node++) {
        builder->slot_first[node + 1] += builder->slot_first[node];
    }
    CHECK(builder->slot_first[builder->options->node_count] == slots);
}

/** From pairs of ends to each node's peers in no order. */
static void spread_ends(const struct builder *builder) {
    const uint32_t *ends = builder->owner;
    rewind_cursor(builder);
    for (uint64_t link = 0; link < builder->link_count; link++) {
        uint32_t a = ends[2 * link];
        uint32_t b = ends[2 * link + 1];
        builder->reverse[builder->cursor[a]++] = b;
        builder->reverse[builder->cursor[b]++] = a;
    }
}

/** Each node in turn is told to all its peers, so that everybody hears of its peers in order. */
static void sort_peers(const struct builder *builder) {
    const uint32_t *slot_first = builder->slot_first;
    rewind_cursor(builder);
    for (uint32_t node = 0; node < builder->options->node_count; node++) {
        for (uint32_t slot = slot_first[node]; slot < slot_first[node + 1]; slot++) {
            uint32_t peer = builder->reverse[slot];
            builder->peer[builder->cursor[peer]++] = node;
        }
    }
}

static bool find_duplicate(const struct builder *builder, struct failure *failure) {
    const uint32_t *slot_first = builder->slot_first;
    for (uint32_t node = 0; node < builder->options->node_count; node++) {
        for (uint32_t slot = slot_first[node] + 1; slot < slot_first[node + 1]; slot++) {
            if (builder->peer[slot] == builder->peer[slot - 1]) {
                return failure_bad_input(failure,
                                         "nodes %" PRIu32 " and %" PRIu32
                                         " are linked more than once; once is allowed",
                                         node, builder->peer[slot]);
            }
        }
    }
    return true;
}

/** Sorted slots meet their reverse in order: the nodes below a peer come by one after the other. */
static void link_slots(const struct builder *builder) {
    const uint32_t *slot_first = builder->slot_first;
    rewind_cursor(builder);
    for (uint32_t node = 0; node < builder->options->node_count; node++) {
        for (uint32_t slot = slot_first[node]; slot < slot_first[node + 1]; slot++) {
            builder->reverse[slot] = builder->cursor[builder->peer[slot]]++;
            builder->owner[slot] = node;
        }
    }
}

/** Finds out how many links there will be; a graph that is grown is then in scratch memory. */
static bool prepare(struct builder *builder, struct arena *scratch, struct failure *failure) {
    const struct topology_options *options = builder->options;
    if (options->node_count == 0 || options->node_count > TOPOLOGY_NODES_MAX) {
        return failure_bad_input(failure, "%" PRIu32 " nodes; 1 to %d are allowed",
                                 options->node_count, TOPOLOGY_NODES_MAX);
    }
    if (topology_is_grown(options->kind)) {
        builder->grown.scratch = scratch;
        bool grown = topology_grow(&builder->grown, options, failure);
        builder->link_count = builder->grown.count;
        return grown;
    }
    if (!count_links(options, &builder->link_count, failure)) {
        return false;
    }
    return builder->link_count <= TOPOLOGY_LINKS_MAX || topology_refuse_links(failure);
}

/** Marks the slots of those that dialled: each pair names them first. */
static void mark_dialled(struct topology *topology, struct arena *arena,
                         const struct topology_pairs *pairs) {
    size_t words = (2 * pairs->count + 63) / 64;
    uint64_t *dialled = arena_take_array(arena, MEMORY_TOPOLOGY, words, sizeof *dialled);
    for (uint64_t i = 0; i < pairs->count; i++) {
        bitset_add(dialled,
                   topology_find_slot(topology, pairs->ends[2 * i], pairs->ends[2 * i + 1]));
    }
    topology->dialled = dialled;
}

static bool build(struct topology *topology, struct builder *builder, struct arena *arena,
                  struct arena *scratch, struct failure *failure) {
    take_memory(builder, arena, scratch);
    draw_ends(builder);
    count_slots(builder);
    spread_ends(builder);
    sort_peers(builder);
    if (!find_duplicate(builder, failure)) {
        CHECK(builder->options->kind == TOPOLOGY_EDGES);
        return false;
    }
    link_slots(builder);
    *topology = (struct topology){
        .node_count = builder->options->node_count,
        .link_count = builder->link_count,
        .slot_first = builder->slot_first,
        .peer = builder->peer,
        .reverse = builder->reverse,
        .owner = builder->owner,
        .missing_links = builder->grown.missing,
    };
    if (builder->options->kind == TOPOLOGY_DIAL) {
        mark_dialled(topology, arena, &builder->grown);
    }
    return true;
}

bool topology_build(struct topology *topology, struct arena *arena,
                    const struct topology_options *options, struct failure *failure) {
    memset(topology, 0, sizeof *topology);
    struct builder builder = {.options = options};
    struct arena *scratch = arena_aside(arena);
    bool built =
        prepare(&builder, scratch, failure) && build(topology, &builder, arena, scratch, failure);
    arena_destroy(scratch);
    return built;
}

uint32_t topology_find_slot(const struct topology *topology, uint32_t node, uint32_t peer) {
    CHECK(node < topology->node_count);
    CHECK(peer < topology->node_count);
    uint32_t first = topology->slot_first[node];
    uint32_t end = topology->slot_first[node + 1];
    uint32_t last = end;
    while (first < last) {
        uint32_t middle = first + (last - first) / 2;
        if (topology->peer[middle] < peer) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return first < end && topology->peer[first] == peer ? first : UINT32_MAX;
}

static void validate_slot(const struct topology *topology, uint32_t node, uint32_t slot) {
    uint32_t peer = topology->peer[slot];
    uint32_t reverse = topology->reverse[slot];
    CHECK(topology->owner[slot] == node);
    CHECK(peer < topology->node_count);
    CHECK(peer != node);
    CHECK(slot == topology->slot_first[node] || topology->peer[slot - 1] < peer);
    CHECK(reverse >= topology->slot_first[peer]);
    CHECK(reverse < topology->slot_first[peer + 1]);
    CHECK(topology->peer[reverse] == node);
    CHECK(topology->reverse[reverse] == slot);
}

void topology_validate(const struct topology *topology) {
    CHECK(topology->node_count >= 1);
    CHECK(topology->node_count <= TOPOLOGY_NODES_MAX);
    CHECK(topology->link_count <= TOPOLOGY_LINKS_MAX);
    CHECK(topology->slot_first[0] == 0);
    for (uint32_t node = 0; node < topology->node_count; node++) {
        CHECK(topology->slot_first[node] <= topology->slot_first[node + 1]);
    }
    CHECK(topology->slot_first[topology->node_count] == 2 * topology->link_count);
    for (uint32_t node = 0; node < topology->node_count; node++) {
        for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
             slot++) {
            validate_slot(topology, node, slot);
            if (topology->dialled != NULL) {
                CHECK(bitset_has(topology->dialled, slot) !=
                      bitset_has(topology->dialled, topology->reverse[slot]));
            }
        }
    }
}
