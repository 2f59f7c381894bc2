#include "base/check.h"
#include "router/gossipsub.h"

static void send_control(struct router_step *step, uint32_t slot, uint16_t topic, bool graft) {
    uint32_t rpc = rpc_create(step->rpcs);
    if (graft) {
        rpc_add_graft(step->rpcs, rpc, topic);
    } else {
        rpc_add_prune(step->rpcs, rpc, topic);
    }
    rpc_seal(step->rpcs, rpc);
    emit_send(step, slot, rpc);
}

static void add(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason) {
    CHECK(topic->joined);
    CHECK(bitset_has(router->connected, slot));
    CHECK(!bitset_has(topic_mesh(router, topic), slot));
    bitset_add(topic_mesh(router, topic), slot);
    topic->mesh_count++;
    emit_peer_trace(step, TRACE_GRAFT, topic->topic, slot,
                    (struct effect){.reason = (uint8_t)reason, .value = topic->mesh_count});
}

void mesh_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason) {
    add(router, step, topic, slot, reason);
    send_control(step, slot, topic->topic, true);
}

void mesh_remove(struct router *router, struct router_step *step, struct topic_state *topic,
                 uint32_t slot, enum trace_reason reason) {
    CHECK(slot < router->slot_count);
    if (!bitset_has(topic_mesh(router, topic), slot)) {
        return;
    }
    CHECK(topic->mesh_count > 0);
    bitset_remove(topic_mesh(router, topic), slot);
    topic->mesh_count--;
    emit_peer_trace(step, TRACE_PRUNE, topic->topic, slot,
                    (struct effect){.reason = (uint8_t)reason, .value = topic->mesh_count});
}

void mesh_fill(struct router *router, struct router_step *step, struct topic_state *topic,
               enum trace_reason reason) {
    CHECK(topic->joined);
    uint32_t d = router->shared->params.d;
    if (topic->mesh_count >= d) {
        return;
    }
    // The candidates stand in the words of the fanout, which a joined topic does not use.
    CHECK(!topic->has_fanout);
    uint64_t *candidates = topic_fanout(router, topic);
    for (uint32_t i = 0; i < router->words; i++) {
        candidates[i] = topic_subscribers(router, topic)[i] & ~topic_mesh(router, topic)[i];
    }
    uint32_t drawn = draw_peers(router, step, candidates, d - topic->mesh_count);
    for (uint32_t i = 0; i < router->words; i++) {
        candidates[i] = 0;
    }
    for (uint32_t i = 0; i < drawn; i++) {
        mesh_graft(router, step, topic, step->scratch[i], reason);
    }
}

void mesh_leave(struct router *router, struct router_step *step, struct topic_state *topic) {
    uint32_t count = bitset_list(topic_mesh(router, topic), router->words, step->scratch);
    CHECK(count == topic->mesh_count);
    for (uint32_t i = 0; i < count; i++) {
        mesh_remove(router, step, topic, step->scratch[i], REASON_LEAVE);
        send_control(step, step->scratch[i], topic->topic, false);
    }
}

void mesh_on_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot) {
    if (!topic->joined) {
        emit_peer_trace(step, TRACE_REFUSE, topic->topic, slot,
                        (struct effect){.reason = REASON_NOT_SUBSCRIBED});
        send_control(step, slot, topic->topic, false);
        return;
    }
    if (!bitset_has(topic_mesh(router, topic), slot)) {
        add(router, step, topic, slot, REASON_GRAFT_RECEIVED);
    }
}

/** Cuts the mesh to D drawn members. */
static void cut(struct router *router, struct router_step *step, struct topic_state *topic) {
    uint32_t excess = topic->mesh_count - router->shared->params.d;
    uint32_t drawn = draw_peers(router, step, topic_mesh(router, topic), excess);
    CHECK(drawn == excess);
    for (uint32_t i = 0; i < drawn; i++) {
        mesh_remove(router, step, topic, step->scratch[i], REASON_ABOVE_D_HIGH);
        send_control(step, step->scratch[i], topic->topic, false);
    }
}

void mesh_maintain(struct router *router, struct router_step *step, struct topic_state *topic) {
    const struct router_params *params = &router->shared->params;
    if (topic->mesh_count < params->d_low) {
        mesh_fill(router, step, topic, REASON_BELOW_D_LOW);
    } else if (topic->mesh_count > params->d_high) {
        cut(router, step, topic);
    }
    CHECK(topic->mesh_count <= params->d_high);
}
