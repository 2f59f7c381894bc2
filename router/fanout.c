#include "base/check.h"
#include "router/gossipsub.h"

/** Fills the fanout to D with drawn subscribers outside it. */
static void fill(struct router *router, struct router_step *step, struct topic_state *topic) {
    CHECK(topic->has_fanout);
    uint64_t *fanout = topic_fanout(router, topic);
    uint32_t count = bitset_count(fanout, router->words);
    uint32_t d = router->shared->params.d;
    if (count >= d) {
        return;
    }
    // The candidates stand in the words of the mesh, which a topic that is not joined does not use.
    CHECK(topic->mesh_count == 0);
    uint64_t *candidates = topic_mesh(router, topic);
    for (uint32_t i = 0; i < router->words; i++) {
        candidates[i] = topic_subscribers(router, topic)[i] & ~fanout[i];
    }
    uint32_t drawn = draw_peers(router, step, candidates, d - count);
    for (uint32_t i = 0; i < router->words; i++) {
        candidates[i] = 0;
    }
    for (uint32_t i = 0; i < drawn; i++) {
        bitset_add(fanout, step->scratch[i]);
        emit_peer_trace(step, TRACE_FANOUT_ADD, topic->topic, step->scratch[i],
                        (struct effect){.value = count + i + 1});
    }
}

const uint64_t *fanout_for_publish(struct router *router, struct router_step *step,
                                   struct topic_state *topic) {
    CHECK(!topic->joined);
    bool fresh = !topic->has_fanout;
    topic->has_fanout = true;
    topic->last_published_ns = step->now_ns;
    if (fresh || bitset_count(topic_fanout(router, topic), router->words) == 0) {
        fill(router, step, topic);
    }
    return topic_fanout(router, topic);
}

void fanout_forget(struct router *router, struct router_step *step, struct topic_state *topic,
                   enum trace_reason reason) {
    CHECK(topic->has_fanout);
    topic->has_fanout = false;
    for (uint32_t i = 0; i < router->words; i++) {
        topic_fanout(router, topic)[i] = 0;
    }
    emit_peer_trace(step, TRACE_FANOUT_REMOVE, topic->topic, TRACE_NONE,
                    (struct effect){.reason = (uint8_t)reason});
}

void fanout_remove(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot, enum trace_reason reason) {
    CHECK(slot < router->slot_count);
    if (!bitset_has(topic_fanout(router, topic), slot)) {
        return;
    }
    CHECK(topic->has_fanout);
    bitset_remove(topic_fanout(router, topic), slot);
    uint32_t left = bitset_count(topic_fanout(router, topic), router->words);
    emit_peer_trace(step, TRACE_FANOUT_REMOVE, topic->topic, slot,
                    (struct effect){.reason = (uint8_t)reason, .value = left});
}

void fanout_maintain(struct router *router, struct router_step *step, struct topic_state *topic) {
    CHECK(topic->last_published_ns <= step->now_ns);
    if (step->now_ns - topic->last_published_ns > router->shared->params.fanout_ttl_ns) {
        fanout_forget(router, step, topic, REASON_FANOUT_EXPIRED);
        return;
    }
    fill(router, step, topic);
}
