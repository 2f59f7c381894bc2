// What a swarm may expect of gossipsub v1.0, and how its faults end.
//
// Safety, at any time: no application is handed a message twice, meshes hold connected peers, the
// books of bytes balance. Liveness, once all faults are over and meshes have had fifteen
// heartbeats: a message reaches every node of the topic, and meshes are within their bounds.
//
// The specification assumes streams: SUB, GRAFT and PRUNE are said once and never again. What
// `partition`, `clog`, `flap` or loss swallow of them stays unsaid for ever: a node whose SUB was
// lost hears nothing, a mesh link may be in one end's mesh alone. Real connections do not outlive
// that: they end, and both ends say hello anew. So where such a fault was in force all links are
// made anew once when it is over. Where what is said comes late (slow links, holds, pauses), or is
// said at the same time at both ends, GRAFT and PRUNE may cross and leave a link one-sided, which
// nothing in v1.0 repairs; so symmetry of meshes is asked for where links were made anew at the
// end, or nothing of this was in force.
#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/swarm_parts.h"

#include <inttypes.h>
#include <string.h>

enum { SETTLE_BEATS = 15, LIVE_MESSAGES = 5 };
#define SAFETY_MIN_NS (20 * NS_PER_S)
#define INTERVAL_MAX_NS (2 * NS_PER_S)
#define HOP_MAX_NS (400 * NS_PER_MS)

/** Whether a name needs no quotes where an expectation names it. */
static bool is_plain(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return strspn(name, plain) == strlen(name);
}

static bool is_promised(const struct scenario *base, uint32_t topic) {
    const struct scenario_topic *own = &base->topics[topic];
    return base->families[own->family].is_one && own->subscribers.kind == SELECTOR_ALL &&
           own->validator_count == 0 && is_plain(own->name);
}

void swarm_find_topics(struct swarm_drawing *drawing) {
    const struct scenario *base = drawing->base;
    for (uint32_t i = 0; i < base->topic_count && drawing->topic_count < SWARM_TOPICS_MAX; i++) {
        if (is_promised(base, i)) {
            drawing->topics[drawing->topic_count++] = base->topics[i].name;
        }
    }
}

/** Whether events are only faults that swarm_heal() ends. */
static bool events_heal(const struct scenario *base) {
    for (uint32_t i = 0; i < base->event_count; i++) {
        const struct scenario_event *event = &base->events[i];
        bool drawn_late = event->when != OCCASION_AT && event->until_ns == 0;
        bool of_another_kind = event->kind == SCENARIO_SUBSCRIBE ||
                               event->kind == SCENARIO_UNSUBSCRIBE ||
                               event->kind == SCENARIO_INJECT || event->kind == SCENARIO_ROLE;
        bool late = event->when == OCCASION_AT && event->at_ns >= base->duration_ns;
        if (of_another_kind || drawn_late || late || event->for_ns > base->duration_ns) {
            return false;
        }
    }
    return true;
}

static bool has_roles(const struct scenario *base) {
    bool found = base->roles.roles != 0;
    for (uint32_t i = 0; i < base->group_count; i++) {
        found = found || (base->groups[i].has_roles && base->groups[i].roles.roles != 0);
    }
    return found;
}

static bool loses(const struct scenario *base) {
    return base->regions.loss_ppb != NULL || base->edge_values.loss_ppb != NULL ||
           base->links.has_burst;
}

static bool churns_on(const struct scenario *base) {
    for (uint32_t i = 0; i < base->churn_count; i++) {
        const struct scenario_churn *churn = &base->churns[i];
        if (churn->rows != NULL || churn->until_ns == 0 || churn->until_ns > base->duration_ns) {
            return true;
        }
    }
    return false;
}

const char *swarm_no_promise(const struct scenario *base) {
    bool any = false;
    for (uint32_t i = 0; i < base->topic_count; i++) {
        any = any || is_promised(base, i);
    }
    if (!any) {
        return "no topic has all nodes as subscribers, no validators and a name without signs";
    }
    if (has_roles(base)) {
        return "nodes have roles";
    }
    if (loses(base)) {
        return "regions, edges or bursts lose RPCs to the end";
    }
    if (churns_on(base)) {
        return "its churn has no `until` within its duration";
    }
    if (base->measure.until_ns != base->duration_ns) {
        return "it measures a part of the run";
    }
    return events_heal(base) ? NULL : "its events are not all faults that end within its duration";
}

static uint64_t bit(enum swarm_feature feature) {
    return UINT64_C(1) << feature;
}

/** Whether nothing in the scenario depends on how many nodes there are or how they are linked. */
static bool has_free_shape(const struct scenario *base) {
    bool is_free = base->group_count == 0 && base->event_count == 0 && base->churn_count == 0 &&
                   base->regions.count == 0 && base->links.matrix_ns == NULL &&
                   !scenario_has_host_rates(base) && base->topology.kind != TOPOLOGY_EDGES;
    for (uint32_t i = 0; i < base->publish_count; i++) {
        enum publisher_kind from = base->publishes[i].from;
        is_free = is_free && from != PUBLISHER_NODES && from != PUBLISHER_ROWS &&
                  from != PUBLISHER_ROTATE && base->publishes[i].publishers == 1 &&
                  base->publishes[i].subset.kind == SELECTOR_ALL;
    }
    for (uint32_t i = 0; i < base->topic_count; i++) {
        is_free = is_free && base->topics[i].subscribers.kind != SELECTOR_RANGES;
    }
    return is_free;
}

uint64_t swarm_possible(const struct scenario *base) {
    uint64_t possible = bit(SWARM_FEATURE_COUNT) - 1;
    if (!has_free_shape(base)) {
        possible &= ~(bit(SWARM_SIZE) | bit(SWARM_TOPOLOGY));
    }
    if (base->links.delay_kind != SCENARIO_DELAY_DISTRIBUTION || base->links.matrix_ns != NULL ||
        base->edge_values.delay_ns != NULL) {
        possible &= ~bit(SWARM_DELAY);
    }
    if (base->router.protocol != ROUTER_GOSSIPSUB || base->group_count > 0) {
        possible &= ~(bit(SWARM_MESH) | bit(SWARM_GOSSIP) | bit(SWARM_INTERVAL));
    }
    if (base->router.seen_ttl_ns < INTERVAL_MAX_NS) {
        possible &= ~bit(SWARM_INTERVAL);
    }
    if (base->links.reorder) {
        possible &= ~bit(SWARM_STREAMS);
    }
    if (base->group_count > 0 || scenario_has_host_rates(base)) {
        possible &= ~bit(SWARM_BANDWIDTH);
    }
    // Nodes 0 and 1 are the least that a fault between nodes needs.
    return base->node_count < 2 ? 0 : possible;
}

void swarm_set_phases(struct swarm_drawing *drawing) {
    int64_t duration_ns = drawing->base->duration_ns;
    drawing->heal_ns = duration_ns > SAFETY_MIN_NS ? duration_ns : SAFETY_MIN_NS;
}

/** Whether something was in force that swallows SUB, GRAFT and PRUNE. */
static bool has_silent_faults(const struct swarm_drawing *drawing) {
    bool base_has = false;
    for (uint32_t i = 0; i < drawing->base->event_count; i++) {
        enum scenario_event_kind kind = drawing->base->events[i].kind;
        base_has = base_has || kind == SCENARIO_PARTITION || kind == SCENARIO_CLOG ||
                   kind == SCENARIO_FLAP || kind == SCENARIO_DEGRADE;
    }
    return base_has || swarm_has(drawing, SWARM_LOSS) || swarm_has(drawing, SWARM_PARTITIONS) ||
           swarm_has(drawing, SWARM_CLOGS) || swarm_has(drawing, SWARM_FLAPS);
}

/** Whether something was in force that lets GRAFT and PRUNE cross. */
static bool has_late_words(const struct swarm_drawing *drawing) {
    return drawing->base->event_count > 0 || swarm_has(drawing, SWARM_SLOWNESS) ||
           swarm_has(drawing, SWARM_HOLDS) || swarm_has(drawing, SWARM_PAUSES);
}

/** How long a message of the liveness phase may take: over as many links as there are nodes, then
 * by gossip. */
static int64_t within_ns(const struct swarm_drawing *drawing) {
    return drawing->nodes * HOP_MAX_NS +
           scenario_times_ns(drawing->history + 2, drawing->heartbeat_ns);
}

void swarm_heal(struct swarm_drawing *drawing) {
    int64_t heal_ms = drawing->heal_ns / NS_PER_MS;
    int64_t beat_ns = drawing->heartbeat_ns;
    drawing->settled_ns =
        drawing->heal_ns + 5 * NS_PER_S + scenario_times_ns(SETTLE_BEATS, beat_ns);
    drawing->end_ns = drawing->settled_ns + scenario_times_ns(LIVE_MESSAGES, beat_ns) +
                      within_ns(drawing) + NS_PER_S;
    swarm_set(drawing, "duration", "%" PRId64 "ms", drawing->end_ns / NS_PER_MS);
    if (drawing->base->measure.until_ns == drawing->base->duration_ns) {
        swarm_set(drawing, "measure.until", "%" PRId64 "ms", drawing->end_ns / NS_PER_MS);
    }
    if (drawing->base->links.loss_ppb > 0 || drawing->base->links.loss_rates != 0) {
        swarm_set(drawing, "links.loss", "0%%");
    }
    static const char *const ends[] = {"heal", "release", "restart", "resume"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        swarm_add(drawing, SWARM_EVENTS, "{at: %" PRId64 "ms, %s: all}", heal_ms, ends[i]);
    }
    swarm_add(drawing, SWARM_EVENTS, "{at: %" PRId64 "ms, connect: {of: all}}", heal_ms);
    if (has_silent_faults(drawing)) {
        swarm_add(drawing, SWARM_EVENTS, "{at: %" PRId64 "ms, for: 500ms, disconnect: {of: all}}",
                  heal_ms + 2500);
    }
    for (uint32_t i = 0; i < drawing->topic_count && swarm_has(drawing, SWARM_SUBSCRIPTIONS); i++) {
        swarm_add(drawing, SWARM_EVENTS,
                  "{at: %" PRId64 "ms, subscribe: {topic: \"%s\", nodes: all}}", heal_ms + 100,
                  drawing->topics[i]);
    }
    for (uint32_t i = 0; i < drawing->topic_count && drawing->swarm->promises_delivery; i++) {
        swarm_add(drawing, SWARM_PUBLISH,
                  "{topic: \"%s\", from: random, start: %" PRId64 "ms, every: %" PRId64
                  "ms, count: %d, size: 200B}",
                  drawing->topics[i], drawing->settled_ns / NS_PER_MS, beat_ns / NS_PER_MS,
                  LIVE_MESSAGES);
    }
}

static bool is_expected(const struct scenario *base, const char *text) {
    for (uint32_t i = 0; i < base->expectation_count; i++) {
        if (strcmp(base->expectations[i].text, text) == 0) {
            return true;
        }
    }
    return false;
}

void swarm_expect(struct swarm_drawing *drawing) {
    static const char *const always[] = {"delivered_once", "bytes_conserved",
                                         "mesh_connected_peers"};
    bool meshes = drawing->base->router.protocol == ROUTER_GOSSIPSUB;
    int64_t settled_ms = drawing->settled_ns / NS_PER_MS;
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (!is_expected(drawing->base, always[i]) && (meshes || i < 2)) {
            swarm_add(drawing, SWARM_EXPECT, "%s", always[i]);
        }
    }
    if (!drawing->swarm->promises_delivery) {
        return;
    }
    for (uint32_t i = 0; i < drawing->topic_count; i++) {
        swarm_add(drawing, SWARM_EXPECT,
                  "\"delivered_within{topic=%s} %" PRId64 "ms after %" PRId64 "ms\"",
                  drawing->topics[i], within_ns(drawing) / NS_PER_MS, settled_ms);
    }
    if (meshes) {
        swarm_add(drawing, SWARM_EXPECT, "mesh_within_bounds after %" PRId64 "ms", settled_ms);
    }
    if (meshes && (has_silent_faults(drawing) || !has_late_words(drawing))) {
        swarm_add(drawing, SWARM_EXPECT, "mesh_symmetric within %" PRId64 "ms after %" PRId64 "ms",
                  2 * drawing->heartbeat_ns / NS_PER_MS, settled_ms);
    }
}
