#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/swarm_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { WHEN_SIZE = 64, LINKS_SIZE = 160, FAULTS_MAX = 3 };

/** How long faults may last, in milliseconds: the safety phase, of which a very long one is drawn
 * from at its beginning alone, as draws have 32 bits. */
static uint32_t phase_ms(const struct swarm_drawing *drawing) {
    enum { MOST = 1 << 30 }; // twelve days
    int64_t heal_ms = drawing->heal_ns / NS_PER_MS;
    return heal_ms < MOST ? (uint32_t)heal_ms : MOST;
}

/** `at: …ms, for: …ms`: within the safety phase, when the network has come up. */
static const char *draw_when(struct swarm_drawing *drawing, char text[WHEN_SIZE]) {
    uint32_t heal_ms = phase_ms(drawing);
    uint32_t at_ms = swarm_between(drawing, heal_ms / 10, (uint32_t)(heal_ms * UINT64_C(8) / 10));
    uint32_t most_ms = heal_ms - at_ms - 1;
    uint32_t for_ms = swarm_between(drawing, 100, heal_ms / 3);
    for_ms = for_ms < most_ms ? for_ms : most_ms;
    snprintf(text, WHEN_SIZE, "at: %" PRIu32 "ms, for: %" PRIu32 "ms", at_ms, for_ms);
    return text;
}

/** Some of the nodes, not none. */
static uint32_t draw_some(struct swarm_drawing *drawing) {
    return swarm_between(drawing, 1, drawing->nodes / 2 > 0 ? drawing->nodes / 2 : 1);
}

/** Which links: those of some nodes, between some and the others, in one direction, or some of all.
 */
static const char *draw_links(struct swarm_drawing *drawing, char text[LINKS_SIZE]) {
    uint32_t last = draw_some(drawing) - 1; // nodes 0 … last
    uint32_t share = swarm_between(drawing, 10, 100);
    uint32_t rest = last + 1 < drawing->nodes ? last + 1 : last;
    switch (swarm_between(drawing, 0, 3)) {
    case 0:
        snprintf(text, LINKS_SIZE, "of: {count: %" PRIu32 "}", last + 1);
        break;
    case 1:
        snprintf(text, LINKS_SIZE, "between: [0..%" PRIu32 ", %" PRIu32 "..%" PRIu32 "]", last,
                 rest, drawing->nodes - 1);
        break;
    case 2:
        snprintf(text, LINKS_SIZE, "from: {count: %" PRIu32 "}, to: all", last + 1);
        break;
    default:
        snprintf(text, LINKS_SIZE, "of: all, share: %" PRIu32 "%%", share);
        break;
    }
    return text;
}

static void draw_link_fault(struct swarm_drawing *drawing, const char *verb, const char *more) {
    char when[WHEN_SIZE];
    char links[LINKS_SIZE];
    draw_when(drawing, when);
    swarm_add(drawing, SWARM_EVENTS, "{%s, %s: {%s%s}}", when, verb, draw_links(drawing, links),
              more);
}

static void draw_loss(struct swarm_drawing *drawing) {
    char more[32];
    snprintf(more, sizeof more, ", loss: %" PRIu32 "%%", swarm_between(drawing, 1, 50));
    draw_link_fault(drawing, "degrade", more);
}

static void draw_slowness(struct swarm_drawing *drawing) {
    char more[32];
    snprintf(more, sizeof more, ", delay: %" PRIu32, swarm_between(drawing, 2, 10));
    draw_link_fault(drawing, "degrade", more);
}

static void draw_flap(struct swarm_drawing *drawing) {
    char more[64];
    uint32_t down = swarm_between(drawing, 100, 3000);
    uint32_t up = swarm_between(drawing, 100, 3000);
    snprintf(more, sizeof more, ", down: %" PRIu32 "ms, up: {exponential: {mean: %" PRIu32 "ms}}",
             down, up);
    draw_link_fault(drawing, "flap", more);
}

/** How a node stops: its state lost or kept, with a word or without. */
static const char *draw_stop(struct swarm_drawing *drawing) {
    static const char *const ways[] = {"state: lost", "state: kept", "state: lost, graceful: true",
                                       "state: lost, silent: true, detect: 2s",
                                       "state: kept, silent: true, detect: 2s"};
    return ways[swarm_between(drawing, 0, sizeof ways / sizeof ways[0] - 1)];
}

static void draw_crash(struct swarm_drawing *drawing) {
    char when[WHEN_SIZE];
    draw_when(drawing, when);
    uint32_t count = draw_some(drawing);
    swarm_add(drawing, SWARM_EVENTS, "{%s, crash: {nodes: {count: %" PRIu32 "}, %s}}", when, count,
              draw_stop(drawing));
}

static void draw_churn(struct swarm_drawing *drawing) {
    uint32_t up = swarm_between(drawing, 1000, 10000);
    uint32_t down = swarm_between(drawing, 100, 5000);
    uint32_t count = draw_some(drawing);
    swarm_add(drawing, SWARM_CHURN_LIST,
              "{nodes: {count: %" PRIu32 "}, start: 2s, until: %" PRId64
              "ms, up: {exponential: {mean: %" PRIu32 "ms}}, down: {exponential: {mean: %" PRIu32
              "ms}}, %s}",
              count, drawing->heal_ns / NS_PER_MS, up, down, draw_stop(drawing));
}

static void draw_pause(struct swarm_drawing *drawing) {
    char when[WHEN_SIZE];
    draw_when(drawing, when);
    swarm_add(drawing, SWARM_EVENTS, "{%s, pause: {nodes: {count: %" PRIu32 "}}}", when,
              draw_some(drawing));
}

/** Nodes leave a topic, and some of them are back before all are. */
static void draw_subscriptions(struct swarm_drawing *drawing) {
    if (drawing->topic_count == 0) {
        return;
    }
    const char *topic = drawing->topics[swarm_between(drawing, 0, drawing->topic_count - 1)];
    uint32_t heal_ms = phase_ms(drawing);
    uint32_t leave_ms = swarm_between(drawing, heal_ms / 10, heal_ms / 2);
    uint32_t back_ms = swarm_between(drawing, leave_ms + 1, heal_ms - 1);
    uint32_t last = draw_some(drawing) - 1;
    swarm_add(drawing, SWARM_EVENTS,
              "{at: %" PRIu32 "ms, unsubscribe: {topic: \"%s\", nodes: 0..%" PRIu32 "}}", leave_ms,
              topic, last);
    swarm_add(drawing, SWARM_EVENTS,
              "{at: %" PRIu32 "ms, subscribe: {topic: \"%s\", nodes: {share: 50%%, of: 0..%" PRIu32
              "}}}",
              back_ms, topic, last);
}

static void draw_one(struct swarm_drawing *drawing, enum swarm_feature feature) {
    switch (feature) {
    case SWARM_LOSS:
        draw_loss(drawing);
        return;
    case SWARM_SLOWNESS:
        draw_slowness(drawing);
        return;
    case SWARM_CRASHES:
        draw_crash(drawing);
        return;
    case SWARM_PAUSES:
        draw_pause(drawing);
        return;
    case SWARM_PARTITIONS:
        draw_link_fault(drawing, "partition", "");
        return;
    case SWARM_CLOGS:
        draw_link_fault(drawing, "clog", "");
        return;
    case SWARM_HOLDS:
        draw_link_fault(drawing, "hold", "");
        return;
    case SWARM_FLAPS:
        draw_flap(drawing);
        return;
    case SWARM_DISCONNECTS:
        draw_link_fault(drawing, "disconnect", "");
        return;
    case SWARM_SUBSCRIPTIONS:
        draw_subscriptions(drawing);
        return;
    case SWARM_CHURN:
        draw_churn(drawing);
        return;
    case SWARM_SIZE:
    case SWARM_TOPOLOGY:
    case SWARM_DELAY:
    case SWARM_JITTER:
    case SWARM_BANDWIDTH:
    case SWARM_STREAMS:
    case SWARM_PROCESSING:
    case SWARM_BEATS:
    case SWARM_INTERVAL:
    case SWARM_MESH:
    case SWARM_GOSSIP:
    case SWARM_TRAFFIC:
    case SWARM_FEATURE_COUNT:
        CHECK(false);
    }
}

void swarm_draw_fault(struct swarm_drawing *drawing, enum swarm_feature feature) {
    uint32_t count = swarm_between(drawing, 1, FAULTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        draw_one(drawing, feature);
    }
}
