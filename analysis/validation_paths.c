#include "analysis/validation.h"

#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"

uint64_t validation_wire_bytes(const struct validation_rate *rate, uint64_t bytes) {
    if (rate->overhead_bytes == 0) {
        return bytes;
    }
    CHECK(rate->frame_bytes >= 1);
    uint64_t frames = (bytes + rate->frame_bytes - 1) / rate->frame_bytes;
    return bytes + frames * rate->overhead_bytes;
}

int64_t validation_transmission_ns(const struct validation_rate *rate, uint64_t bytes) {
    if (rate->bits_per_s == 0) {
        return 0;
    }
    uint64_t bits_per_s = (uint64_t)rate->bits_per_s;
    uint64_t wire = validation_wire_bytes(rate, bytes);
    CHECK(wire <= UINT64_MAX / 8 / NS_PER_S);
    return (int64_t)((wire * 8 * NS_PER_S + bits_per_s - 1) / bits_per_s);
}

uint32_t *validation_distances(const struct full_trace *trace, struct arena *arena, uint32_t from) {
    uint32_t count = trace->node_count;
    uint32_t *distances = arena_take_array(arena, MEMORY_TABLES, count, sizeof *distances);
    uint32_t *queue = arena_take_array(arena, MEMORY_TABLES, count, sizeof *queue);
    for (uint32_t node = 0; node < count; node++) {
        distances[node] = FULL_TRACE_NONE;
    }
    distances[from] = 0;
    queue[0] = from;
    uint32_t queued = 1;
    for (uint32_t next = 0; next < queued; next++) {
        uint32_t node = queue[next];
        for (uint32_t i = trace->peer_first[node]; i < trace->peer_first[node + 1]; i++) {
            uint32_t peer = trace->peers[i];
            if (distances[peer] == FULL_TRACE_NONE) {
                distances[peer] = distances[node] + 1;
                queue[queued++] = peer;
            }
        }
    }
    return distances;
}

/** Bytes of the first RPC that carried the message. */
static uint64_t rpc_bytes(const struct full_trace *trace, uint32_t message) {
    for (uint32_t i = trace->of_message_first[message]; i < trace->of_message_first[message + 1];
         i++) {
        const struct trace_record *record = &trace->records[trace->of_message[i]];
        if (record->kind == TRACE_SEND) {
            return record->value;
        }
    }
    return 0;
}

/** The known latency at `hops`, or of copy number `turn` (from 1) of `copies` of a star. */
static int64_t latency_of(const struct validation_path *path, int64_t hops, int64_t turn,
                          int64_t copies, int64_t transmission_ns) {
    switch (path->uplink) {
    case VALIDATION_ONE_BY_ONE:
        return hops * (path->delay_ns + transmission_ns) + (hops - 1) * path->validation_ns;
    case VALIDATION_IN_TURN:
        return path->delay_ns + turn * transmission_ns;
    case VALIDATION_TOGETHER:
        return path->delay_ns + copies * transmission_ns;
    }
    CHECK(false);
    return 0;
}

/** The nodes that were reached by how long the message took to them, without their validation. */
static uint32_t sort_arrivals(const struct validation_spread *spread, uint32_t node_count,
                              int64_t validation_ns, struct sort_item *items,
                              struct sort_item *scratch) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < node_count; node++) {
        if (node != spread->origin && spread->got_ns[node] != VALIDATION_NEVER) {
            int64_t latency_ns =
                spread->got_ns[node] - validation_ns - spread->got_ns[spread->origin];
            CHECK(latency_ns >= 0);
            items[count++] = (struct sort_item){(uint64_t)latency_ns, node};
        }
    }
    sort_by_key(items, scratch, count);
    return count;
}

static int64_t max_ns(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static uint32_t max_hops(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

struct validation_arrivals validation_arrivals_of(const struct full_trace *trace,
                                                  struct arena *arena,
                                                  const struct validation_path *path) {
    struct validation_arrivals arrivals = {0};
    struct validation_spread spread = validation_spread_create(trace, arena);
    uint32_t others = trace->node_count - 1;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, others, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, others, sizeof *items);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        validation_spread_of(&spread, trace, message);
        if (spread.origin == FULL_TRACE_NONE) {
            continue;
        }
        const uint32_t *distances = validation_distances(trace, arena, spread.origin);
        int64_t transmission_ns =
            validation_transmission_ns(&path->rate, rpc_bytes(trace, message));
        uint32_t count =
            sort_arrivals(&spread, trace->node_count, path->validation_ns, items, scratch);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t node = (uint32_t)items[i].value;
            int64_t known_ns =
                latency_of(path, distances[node], (int64_t)i + 1, (int64_t)others, transmission_ns);
            bool right = (int64_t)items[i].key == known_ns && spread.hops[node] == distances[node];
            arrivals.wrong += right ? 0 : 1;
            arrivals.last_ns = max_ns(arrivals.last_ns, (int64_t)items[i].key);
            arrivals.last_known_ns = max_ns(arrivals.last_known_ns, known_ns);
            arrivals.hops_max = max_hops(arrivals.hops_max, spread.hops[node]);
            arrivals.hops_max_known = max_hops(arrivals.hops_max_known, distances[node]);
        }
        arrivals.wrong += others - count;
        arrivals.deliveries += count;
        arrivals.sends += spread.sends;
    }
    return arrivals;
}
