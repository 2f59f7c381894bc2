#include "sim/topology_grow.h"

void topology_pairs_reserve(struct topology_pairs *pairs, uint64_t capacity) {
    CHECK(pairs->ends == NULL);
    CHECK(capacity <= TOPOLOGY_LINKS_MAX);
    pairs->capacity = capacity;
    pairs->ends =
        arena_take_array(pairs->scratch, MEMORY_TOPOLOGY, 2 * capacity, sizeof *pairs->ends);
}

bool topology_refuse_links(struct failure *failure) {
    return failure_bad_input(failure, "more than %d links, the most that are allowed",
                             TOPOLOGY_LINKS_MAX);
}

bool topology_is_grown(enum topology_kind kind) {
    switch (kind) {
    case TOPOLOGY_WATTS_STROGATZ:
    case TOPOLOGY_BARABASI_ALBERT:
    case TOPOLOGY_RANDOM_GEOMETRIC:
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
    case TOPOLOGY_CLUSTERED:
    case TOPOLOGY_DIAL:
        return true;
    case TOPOLOGY_RANDOM_REGULAR:
    case TOPOLOGY_ERDOS_RENYI:
    case TOPOLOGY_COMPLETE:
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
    case TOPOLOGY_EDGES:
        return false;
    }
    check_failed("kind is a topology_kind", __FILE__, __LINE__);
}

bool topology_grow(struct topology_pairs *pairs, const struct topology_options *options,
                   struct failure *failure) {
    pairs->prng = prng_stream(options->seed, STREAM_TOPOLOGY, 0);
    switch (options->kind) {
    case TOPOLOGY_WATTS_STROGATZ:
        return topology_grow_small_world(pairs, options, failure);
    case TOPOLOGY_BARABASI_ALBERT:
        return topology_grow_hubs(pairs, options, failure);
    case TOPOLOGY_RANDOM_GEOMETRIC:
        return topology_grow_on_map(pairs, options, failure);
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
        return topology_grow_grid(pairs, options, failure);
    case TOPOLOGY_CLUSTERED:
        return topology_grow_clustered(pairs, options, failure);
    case TOPOLOGY_DIAL:
        return topology_grow_dialled(pairs, options, failure);
    case TOPOLOGY_RANDOM_REGULAR:
    case TOPOLOGY_ERDOS_RENYI:
    case TOPOLOGY_COMPLETE:
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
    case TOPOLOGY_EDGES:
        break;
    }
    check_failed("options->kind is one that is grown", __FILE__, __LINE__);
}
