#include "base/check.h"
#include "router/gossipsub.h"

/** The first `wanted` subscribers of the table, as they stand: the 2020 router does not draw. */
static uint32_t take_first(const struct router *router, const struct router_step *step,
                           const uint64_t *candidates, uint32_t wanted) {
    uint32_t count = bitset_list(candidates, router->words, step->scratch);
    return count < wanted ? count : wanted;
}

/** Fills the fanout to D with drawn subscribers outside it. Source: SEED.md §2.23. */
static void fill(struct router *router, struct router_step *step, struct topic_state *topic) {
    CHECK(topic->has_fanout);
    const struct router_params *params = &router->shared->params;
    uint64_t *fanout = topic_fanout(router, topic);
    uint32_t count = bitset_count(fanout, router->words);
    bool lazily = router_has_quirk(router, QUIRK_FANOUT_REFILL_BELOW_D_LOW);
    if (count < (lazily ? params->d_low : params->d)) {
        uint64_t *candidates = step->scratch_set;
        bool any = router_has_quirk(router, QUIRK_FANOUT_UNCONNECTED);
        for (uint32_t i = 0; i < router->words; i++) {
            candidates[i] =
                topic_subscribers(router, topic)[i] & ~fanout[i] & ~router_flooding(router, i);
            candidates[i] &= any ? UINT64_MAX : router->connected[i];
        }
        bool first = router_has_quirk(router, QUIRK_FANOUT_NOT_RANDOM);
        uint32_t chosen =
            (first ? take_first : draw_peers)(router, step, candidates, params->d - count);
        for (uint32_t i = 0; i < chosen; i++) {
            bitset_add(fanout, step->scratch[i]);
            emit_peer_trace(step, TRACE_FANOUT_ADD, topic->topic, step->scratch[i],
                            (struct effect){.value = count + i + 1});
        }
    }
    topic_set_gauge_fanout(router, topic);
}

const uint64_t *fanout_for_publish(struct router *router, struct router_step *step,
                                   struct topic_state *topic) {
    CHECK(!topic->has_mesh);
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
    topic_set_gauge_fanout(router, topic);
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
    bool expires = !router_has_quirk(router, QUIRK_FANOUT_NEVER_EXPIRES);
    if (expires && step->now_ns - topic->last_published_ns > router->shared->params.fanout_ttl_ns) {
        fanout_forget(router, step, topic, REASON_FANOUT_EXPIRED);
        return;
    }
    fill(router, step, topic);
}
