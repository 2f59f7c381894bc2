#include "base/check.h"
#include "router/gossipsub.h"
#include "router/send.h"

static void add(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason) {
    CHECK(topic->has_mesh);
    CHECK(bitset_has(router->peers, slot));
    CHECK(!bitset_has(topic_mesh(router, topic), slot));
    bitset_add(topic_mesh(router, topic), slot);
    topic->mesh_count++;
    emit_peer_trace(step, TRACE_GRAFT, topic->topic, slot,
                    (struct effect){.reason = (uint8_t)reason, .value = topic->mesh_count});
}

bool mesh_graft(struct router *router, struct router_step *step, struct topic_state *topic,
                uint32_t slot, enum trace_reason reason) {
    add(router, step, topic, slot, reason);
    if (send_graft(router, step, slot, topic->topic) == SEND_FAILED) {
        mesh_remove(router, step, topic, slot, REASON_WRITE_FAILED);
        return false;
    }
    return true;
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

void mesh_open(struct router *router, struct topic_state *topic) {
    CHECK(topic->joined);
    if (!topic->has_mesh) {
        topic->has_mesh = true;
        router->mesh_topics++;
    }
}

/** Grafts drawn members of `table` that are not in the mesh; false if one could not be written to.
 */
static bool fill_from(struct router *router, struct router_step *step, struct topic_state *topic,
                      uint64_t *table, enum trace_reason reason) {
    uint32_t target = router->shared->fill_target;
    if (topic->mesh_count >= target) {
        return true;
    }
    uint64_t *candidates = step->scratch_set;
    for (uint32_t i = 0; i < router->words; i++) {
        candidates[i] = table[i] & router->connected[i] & ~topic_mesh(router, topic)[i] &
                        ~router_flooding(router, i);
    }
    uint32_t drawn = draw_peers(router, step, candidates, target - topic->mesh_count);
    for (uint32_t i = 0; i < drawn; i++) {
        if (!mesh_graft(router, step, topic, step->scratch[i], reason)) {
            return false;
        }
    }
    return true;
}

/**
 * The mover of the 2020 router: takes members of `table` in drawn order until the mesh is full, and
 * each of them out of the table, whether it is grafted or not. Source: SEED.md §2.15, Q6.
 */
static bool move_from(struct router *router, struct router_step *step, struct topic_state *topic,
                      uint64_t *table, enum trace_reason reason) {
    uint32_t target = router->shared->fill_target;
    uint32_t count = bitset_list(table, router->words, step->scratch);
    for (uint32_t i = 0; i < count && topic->mesh_count < target; i++) {
        prng_pick_u32(step->prng, step->scratch + i, count - i, 1);
        uint32_t slot = step->scratch[i];
        bool connected = bitset_has(router->connected, slot);
        if (connected || router_has_quirk(router, QUIRK_MOVER_FORGETS_UNCONNECTED)) {
            bitset_remove(table, slot);
        }
        if (bitset_has(topic_mesh(router, topic), slot) || !connected ||
            (router->flooding != NULL && bitset_has(router->flooding, slot))) {
            continue;
        }
        if (!mesh_graft(router, step, topic, slot, reason)) {
            return false;
        }
    }
    return true;
}

bool mesh_fill(struct router *router, struct router_step *step, struct topic_state *topic,
               enum trace_reason reason) {
    CHECK(topic->has_mesh);
    if (router_has_role(router, ROLE_NEVER_GRAFTS)) {
        return true;
    }
    bool forgets = router_has_quirk(router, QUIRK_MOVER_FORGETS);
    bool (*fill)(struct router *, struct router_step *, struct topic_state *, uint64_t *,
                 enum trace_reason) = forgets ? move_from : fill_from;
    if (topic->has_fanout) {
        if (!fill(router, step, topic, topic_fanout(router, topic), REASON_FANOUT_JOINED)) {
            return false;
        }
        // The mover has taken out of the fanout those it looked at, and leaves the others there.
        for (uint32_t i = 0; !forgets && i < router->words; i++) {
            topic_fanout(router, topic)[i] &= ~topic_mesh(router, topic)[i];
        }
    }
    return fill(router, step, topic, topic_subscribers(router, topic), reason);
}

void mesh_leave(struct router *router, struct router_step *step, struct topic_state *topic) {
    if (!topic->has_mesh) {
        return;
    }
    uint32_t count = bitset_list(topic_mesh(router, topic), router->words, step->scratch);
    CHECK(count == topic->mesh_count);
    for (uint32_t i = 0; i < count; i++) {
        mesh_remove(router, step, topic, step->scratch[i], REASON_LEAVE);
        send_prune(router, step, step->scratch[i], topic->topic);
    }
    topic->has_mesh = false;
    router->mesh_topics--;
}

/** A GRAFT while too many topics have a mesh: its sender becomes a candidate, or is refused. */
static enum graft_outcome refuse_for_topics(struct router *router, struct router_step *step,
                                            struct topic_state *topic, uint32_t slot) {
    if (router_has_quirk(router, QUIRK_REFUSED_GRAFT_UNANSWERED)) {
        if (!topic->has_table && router_has_quirk(router, QUIRK_LEFT_TOPIC_BROKEN)) {
            return GRAFT_BREAKS;
        }
        topic->has_table = true;
        bitset_add(topic_subscribers(router, topic), slot);
        bitset_add(topic_announced(router, topic), slot);
    }
    emit_peer_trace(step, TRACE_REFUSE, topic->topic, slot,
                    (struct effect){.reason = REASON_TOPIC_LIMIT});
    return router_has_quirk(router, QUIRK_REFUSED_GRAFT_UNANSWERED) ? GRAFT_TAKEN : GRAFT_REFUSED;
}

/** A GRAFT that the router's role refuses: whoever is in the mesh leaves it, as it is told to. */
static enum graft_outcome refuse_by_role(struct router *router, struct router_step *step,
                                         struct topic_state *topic, uint32_t slot) {
    emit_peer_trace(step, TRACE_REFUSE, topic->topic, slot, (struct effect){.reason = REASON_ROLE});
    mesh_remove(router, step, topic, slot, REASON_ROLE);
    return GRAFT_REFUSED;
}

static enum graft_outcome answer_graft(struct router *router, struct router_step *step,
                                       struct topic_state *topic, uint32_t slot) {
    if (router_has_role(router, ROLE_REFUSES_GRAFT)) {
        return refuse_by_role(router, step, topic, slot);
    }
    if (topic->joined && router->mesh_topics >= router->shared->mesh_limit) {
        return refuse_for_topics(router, step, topic, slot);
    }
    if (topic->has_mesh) {
        if (!bitset_has(topic_mesh(router, topic), slot)) {
            add(router, step, topic, slot, REASON_GRAFT_RECEIVED);
        }
        return GRAFT_TAKEN;
    }
    if (topic->joined && router_has_quirk(router, QUIRK_LEFT_TOPIC_BROKEN)) {
        return GRAFT_BREAKS;
    }
    emit_peer_trace(step, TRACE_REFUSE, topic->topic, slot,
                    (struct effect){.reason = REASON_NOT_SUBSCRIBED});
    return GRAFT_REFUSED;
}

/** The gauges after a GRAFT; false if one is of a table that the topic does not have. Source:
 * SEED.md §2.17 steps 3 and 4. */
static bool set_graft_gauges(const struct router *router, struct topic_state *topic) {
    if (!topic->has_mesh) {
        return false;
    }
    topic_set_gauge_mesh(topic);
    if (!topic->has_table) {
        return false;
    }
    topic_set_gauge_subscribers(router, topic);
    return true;
}

enum graft_outcome mesh_on_graft(struct router *router, struct router_step *step,
                                 struct topic_state *topic, uint32_t slot) {
    enum graft_outcome outcome = answer_graft(router, step, topic, slot);
    if (outcome == GRAFT_BREAKS) {
        return outcome;
    }
    bool found = set_graft_gauges(router, topic);
    return !found && router_has_quirk(router, QUIRK_METRICS_BUILD) ? GRAFT_BREAKS : outcome;
}

void mesh_on_prune(struct router *router, struct router_step *step, struct topic_state *topic,
                   uint32_t slot) {
    if (!topic->has_mesh) {
        return;
    }
    bool was_member = bitset_has(topic_mesh(router, topic), slot);
    mesh_remove(router, step, topic, slot, REASON_PRUNE_RECEIVED);
    if (was_member && !router_has_quirk(router, QUIRK_PRUNE_FORGETS) &&
        bitset_has(topic_announced(router, topic), slot)) {
        bitset_add(topic_subscribers(router, topic), slot);
    }
    topic_set_gauge_mesh(topic);
}

/** Cuts the mesh to D drawn members; false if one of the others could not be told. */
static bool cut(struct router *router, struct router_step *step, struct topic_state *topic,
                enum trace_reason reason) {
    uint32_t excess = topic->mesh_count - router->shared->params.d;
    uint32_t drawn = draw_peers(router, step, topic_mesh(router, topic), excess);
    CHECK(drawn == excess);
    for (uint32_t i = 0; i < drawn; i++) {
        uint32_t slot = step->scratch[i];
        bool may_fail = router->broken != NULL && bitset_has(router->broken, slot);
        if (may_fail && send_prune(router, step, slot, topic->topic) == SEND_FAILED) {
            return false;
        }
        mesh_remove(router, step, topic, slot, reason);
        if (!may_fail) {
            send_prune(router, step, slot, topic->topic);
        }
    }
    return true;
}

void mesh_balance(struct router *router, struct router_step *step, struct topic_state *topic,
                  const struct mesh_balance *balance) {
    const struct router_params *params = &router->shared->params;
    mesh_open(router, topic);
    if (topic->mesh_count < balance->fill_below &&
        !mesh_fill(router, step, topic, balance->fill_reason)) {
        return;
    }
    if (topic->mesh_count > params->d_high && !cut(router, step, topic, balance->cut_reason)) {
        return;
    }
    CHECK(topic->mesh_count <= params->d_high);
    topic_set_gauge_subscribers(router, topic);
    topic_set_gauge_fanout(router, topic);
    topic_set_gauge_mesh(topic);
}
