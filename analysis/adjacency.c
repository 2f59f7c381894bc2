#include "analysis/adjacency.h"

#include "base/check.h"

struct adjacency adjacency_of(const struct run_data *run, struct arena *arena) {
    struct adjacency adjacency = {.node_count = run->node_count};
    // While peers are placed, first[i + 1] is where node i's next one goes.
    adjacency.first =
        arena_take_array(arena, MEMORY_TABLES, (size_t)run->node_count + 2, sizeof(uint32_t));
    adjacency.peers =
        arena_take_array(arena, MEMORY_TABLES, (size_t)run->link_count * 2, sizeof(uint32_t));
    for (uint32_t i = 0; i < run->link_count; i++) {
        adjacency.first[run->links[i].a + 2]++;
        adjacency.first[run->links[i].b + 2]++;
    }
    for (uint32_t i = 2; i < run->node_count + 2; i++) {
        adjacency.first[i] += adjacency.first[i - 1];
    }
    for (uint32_t i = 0; i < run->link_count; i++) {
        uint32_t a = run->links[i].a;
        uint32_t b = run->links[i].b;
        adjacency.peers[adjacency.first[a + 1]++] = b;
        adjacency.peers[adjacency.first[b + 1]++] = a;
    }
    return adjacency;
}

struct adjacency_order adjacency_walk(const struct adjacency *adjacency, uint32_t start,
                                      struct arena *arena) {
    CHECK(start < adjacency->node_count);
    uint32_t ends = adjacency->first[adjacency->node_count];
    struct adjacency_order order = {0};
    order.nodes = arena_take_array(arena, MEMORY_TABLES, adjacency->node_count, sizeof(uint32_t));
    bool *met = arena_take_array(arena, MEMORY_TABLES, adjacency->node_count, sizeof *met);
    // A node waits on the stack once for every neighbour that was met before it.
    uint32_t *waiting = arena_take_array(arena, MEMORY_TABLES, (size_t)ends + 1, sizeof *waiting);
    uint32_t waiting_count = 0;
    waiting[waiting_count++] = start;
    while (waiting_count > 0) {
        uint32_t node = waiting[--waiting_count];
        if (met[node]) {
            continue;
        }
        met[node] = true;
        order.nodes[order.count++] = node;
        for (uint32_t i = adjacency->first[node + 1]; i > adjacency->first[node]; i--) {
            uint32_t peer = adjacency->peers[i - 1];
            if (!met[peer]) {
                waiting[waiting_count++] = peer;
            }
        }
    }
    return order;
}
