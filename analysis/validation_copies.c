#include "analysis/validation.h"

#include "base/check.h"

static int64_t distance(int64_t a, int64_t b) {
    return a > b ? a - b : b - a;
}

/** Whether a link carries one copy instead of two, as one end spares the other. */
static bool is_spared(const struct validation_spread *spread, const struct trace_link *link,
                      enum validation_sparing sparing) {
    if (spread->from[link->a] == link->b || spread->from[link->b] == link->a) {
        return false; // of the tree: it carries one copy in any case
    }
    if (link->a == spread->origin || link->b == spread->origin) {
        return true;
    }
    return sparing == VALIDATION_SPARES_SENDERS &&
           distance(spread->got_ns[link->a], spread->got_ns[link->b]) > link->delay_ns;
}

static uint64_t count_spared(const struct validation_spread *spread, const struct full_trace *trace,
                             enum validation_sparing sparing) {
    uint64_t spared = 0;
    for (uint32_t i = 0; i < trace->link_count; i++) {
        spared += is_spared(spread, &trace->links[i], sparing) ? 1 : 0;
    }
    return spared;
}

struct validation_copies validation_copies_of(const struct full_trace *trace, struct arena *arena,
                                              enum validation_sparing sparing) {
    struct validation_copies copies = {0};
    struct validation_spread spread = validation_spread_create(trace, arena);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        validation_spread_of(&spread, trace, message);
        if (spread.origin == FULL_TRACE_NONE) {
            continue;
        }
        uint64_t known = 2 * (uint64_t)trace->link_count;
        uint64_t others = trace->node_count - 1;
        if (sparing != VALIDATION_SPARES_NOBODY) {
            uint64_t spared = count_spared(&spread, trace, sparing);
            copies.unspared += spared;
            known -= others + spared;
        }
        copies.messages++;
        copies.sends += spread.sends;
        copies.sends_known += known;
        copies.sends_wrong += spread.sends != known ? 1 : 0;
        copies.duplicates += spread.duplicate_sum;
        copies.duplicates_known += known - others;
        bool all = spread.reached == others && spread.duplicate_sum == known - others;
        copies.duplicates_wrong += all ? 0 : 1;
        copies.nodes += trace->node_count;
        for (uint32_t node = 0; node < trace->node_count; node++) {
            copies.with_three += spread.duplicates[node] == 3 ? 1 : 0;
        }
    }
    return copies;
}

/** Adds what one message did to the sums. */
static void add_depth(struct validation_depth *depth, const struct validation_spread *spread,
                      uint32_t degree, uint64_t node_count, int64_t delay_ns) {
    enum { HOPS_MAX = 64 };
    uint64_t at_hop[HOPS_MAX] = {0};
    for (uint32_t node = 0; node < node_count; node++) {
        if (spread->got_ns[node] == VALIDATION_NEVER) {
            continue;
        }
        uint32_t hops = node == spread->origin ? 0 : spread->hops[node];
        int64_t latency_ns = spread->got_ns[node] - spread->got_ns[spread->origin];
        depth->off_beat += latency_ns != hops * delay_ns ? 1 : 0;
        at_hop[hops < HOPS_MAX ? hops : HOPS_MAX - 1]++;
    }
    uint64_t within = 0;
    for (uint32_t hops = 0; hops < HOPS_MAX; hops++) {
        within += at_hop[hops];
        depth->above += within > validation_tree_bound(degree, hops, node_count) ? 1 : 0;
        depth->within_sum += hops == depth->hops ? within : 0;
    }
    depth->deliveries += spread->reached;
}

struct validation_depth validation_depth_of(const struct full_trace *trace, struct arena *arena,
                                            uint32_t degree, uint32_t shown_hops,
                                            int64_t delay_ns) {
    struct validation_depth depth = {
        .hops = shown_hops,
        .bound = validation_tree_bound(degree, shown_hops, trace->node_count),
    };
    struct validation_spread spread = validation_spread_create(trace, arena);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        validation_spread_of(&spread, trace, message);
        if (spread.origin != FULL_TRACE_NONE) {
            depth.messages++;
            add_depth(&depth, &spread, degree, trace->node_count, delay_ns);
        }
    }
    return depth;
}
