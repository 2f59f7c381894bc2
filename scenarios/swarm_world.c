#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/swarm_parts.h"

#include <inttypes.h>

enum { NODES_MIN = 2, NODES_MAX = 40, DEGREE_MIN = 3, DEGREE_MAX = 12 };

static void draw_size(struct swarm_drawing *drawing) {
    drawing->nodes = swarm_between(drawing, NODES_MIN, NODES_MAX);
    swarm_set(drawing, "nodes.count", "%" PRIu32, drawing->nodes);
}

/** A graph in which all nodes are joined: one that is not promises nothing. */
static void draw_topology(struct swarm_drawing *drawing) {
    static const char *const plain[] = {"line", "ring", "complete", "grid"};
    uint32_t nodes = drawing->nodes;
    uint32_t most = nodes - 1 < DEGREE_MAX ? nodes - 1 : DEGREE_MAX;
    uint32_t kind = swarm_between(drawing, 0, 7);
    uint32_t degree = swarm_between(drawing, DEGREE_MIN, DEGREE_MAX);
    uint32_t rewire = swarm_between(drawing, 0, 30);
    degree = degree < most ? degree : most;
    if (kind < 4 || nodes <= DEGREE_MIN + 1) {
        swarm_set(drawing, "topology", "{kind: %s}", plain[kind % 4]);
    } else if (kind == 4) {
        swarm_set(drawing, "topology", "{kind: watts-strogatz, degree: 4, rewire: %" PRIu32 "%%}",
                  rewire);
    } else if (kind == 5) {
        swarm_set(drawing, "topology", "{kind: dial, dials: %" PRIu32 "}", degree / 2 + 1);
    } else {
        degree -= nodes % 2 == 1 && degree % 2 == 1 ? 1 : 0;
        swarm_set(drawing, "topology", "{kind: random-regular, degree: %" PRIu32 "}",
                  degree < DEGREE_MIN ? DEGREE_MIN + 1 : degree);
    }
}

static void draw_delay(struct swarm_drawing *drawing) {
    uint32_t low = swarm_between(drawing, 1, 50);
    uint32_t high = low + swarm_between(drawing, 0, 100);
    swarm_set(drawing, "links.delay", "{uniform: [%" PRIu32 "ms, %" PRIu32 "ms]}", low, high);
    swarm_set(drawing, "links.asymmetric", swarm_between(drawing, 0, 1) == 1 ? "true" : "false");
}

static void draw_mesh(struct swarm_drawing *drawing) {
    uint32_t d = swarm_between(drawing, 3, 10);
    uint32_t low = swarm_between(drawing, 2, d);
    drawing->d_high = swarm_between(drawing, d, 2 * d);
    swarm_set(drawing, "router.D", "%" PRIu32, d);
    swarm_set(drawing, "router.Dlo", "%" PRIu32, low);
    swarm_set(drawing, "router.Dhi", "%" PRIu32, drawing->d_high);
}

static void draw_gossip(struct swarm_drawing *drawing) {
    drawing->history = swarm_between(drawing, 3, 8);
    swarm_set(drawing, "router.Dlazy", "%" PRIu32, swarm_between(drawing, 3, 12));
    swarm_set(drawing, "router.history_length", "%" PRIu32, drawing->history);
    swarm_set(drawing, "router.history_gossip", "%" PRIu32,
              swarm_between(drawing, 2, drawing->history - 1));
}

static void draw_interval(struct swarm_drawing *drawing) {
    drawing->heartbeat_ns = swarm_between(drawing, 5, 15) * (NS_PER_S / 10);
    swarm_set(drawing, "router.heartbeat_interval", "%" PRId64 "ms",
              drawing->heartbeat_ns / NS_PER_MS);
}

static void draw_traffic(struct swarm_drawing *drawing) {
    uint32_t series = swarm_between(drawing, 1, 3);
    for (uint32_t i = 0; i < series && drawing->topic_count > 0; i++) {
        const char *topic = drawing->topics[swarm_between(drawing, 0, drawing->topic_count - 1)];
        uint32_t gap_ms = swarm_between(drawing, 200, 3000);
        uint32_t burst = swarm_between(drawing, 1, 4);
        uint32_t size = swarm_between(drawing, 0, 4000);
        swarm_add(drawing, SWARM_PUBLISH,
                  "{topic: \"%s\", from: any, start: 1s, every: {exponential: {mean: %" PRIu32
                  "ms}}, until: %" PRId64 "ms, burst: {count: %" PRIu32
                  ", gap: 1ms}, size: %" PRIu32 "B}",
                  topic, gap_ms, drawing->heal_ns / NS_PER_MS, burst, size);
    }
}

static void draw_bandwidth(struct swarm_drawing *drawing) {
    static const char *const sharing[] = {"fifo", "fair"};
    uint32_t up = swarm_between(drawing, 20, 100);
    uint32_t down = swarm_between(drawing, 20, 100);
    swarm_set(drawing, "links.bandwidth",
              "{up: %" PRIu32 "Mbit/s, down: %" PRIu32 "Mbit/s, sharing: %s}", up, down,
              sharing[swarm_between(drawing, 0, 1)]);
}

static void draw_beats(struct swarm_drawing *drawing) {
    uint32_t drift = swarm_between(drawing, 0, 200);
    swarm_set(drawing, "nodes.heartbeat",
              "{phase: uniform, drift: {uniform: [-%" PRIu32 ", %" PRIu32
              "]}, jitter: {uniform: [0ms, %" PRIu32 "ms]}}",
              drift, drift, swarm_between(drawing, 0, 30));
}

void swarm_draw_world(struct swarm_drawing *drawing, enum swarm_feature feature) {
    switch (feature) {
    case SWARM_SIZE:
        draw_size(drawing);
        return;
    case SWARM_TOPOLOGY:
        draw_topology(drawing);
        return;
    case SWARM_DELAY:
        draw_delay(drawing);
        return;
    case SWARM_JITTER:
        swarm_set(drawing, "links.jitter", "{exponential: {mean: %" PRIu32 "us}}",
                  swarm_between(drawing, 100, 5000));
        return;
    case SWARM_BANDWIDTH:
        draw_bandwidth(drawing);
        return;
    case SWARM_STREAMS:
        swarm_set(drawing, "links.transport", "stream");
        return;
    case SWARM_PROCESSING:
        swarm_set(drawing, "nodes.processing", "{uniform: [0ms, %" PRIu32 "us]}",
                  swarm_between(drawing, 100, 2000));
        return;
    case SWARM_BEATS:
        draw_beats(drawing);
        return;
    case SWARM_INTERVAL:
        draw_interval(drawing);
        return;
    case SWARM_MESH:
        draw_mesh(drawing);
        return;
    case SWARM_GOSSIP:
        draw_gossip(drawing);
        return;
    case SWARM_TRAFFIC:
        draw_traffic(drawing);
        return;
    case SWARM_LOSS:
    case SWARM_SLOWNESS:
    case SWARM_CRASHES:
    case SWARM_CHURN:
    case SWARM_PAUSES:
    case SWARM_PARTITIONS:
    case SWARM_CLOGS:
    case SWARM_HOLDS:
    case SWARM_FLAPS:
    case SWARM_DISCONNECTS:
    case SWARM_SUBSCRIPTIONS:
    case SWARM_FEATURE_COUNT:
        CHECK(false);
    }
}
