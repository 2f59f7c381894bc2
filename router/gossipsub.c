#include "router/gossipsub.h"

#include "base/check.h"

uint32_t draw_peers(const struct router *router, const struct router_step *step,
                    const uint64_t *candidates, uint32_t wanted) {
    uint32_t count = bitset_list(candidates, router->words, step->scratch);
    uint32_t drawn = wanted < count ? wanted : count;
    if (drawn < count) {
        prng_pick_u32(step->prng, step->scratch, count, drawn);
    }
    return drawn;
}

/** JOIN: fanout peers become mesh first, then drawn subscribers up to D. */
static void on_joined(struct router *router, struct router_step *step, struct topic_state *topic) {
    mesh_open(router, topic);
    if (topic->has_fanout && !router_has_quirk(router, QUIRK_FANOUT_SURVIVES_JOIN)) {
        uint32_t count = bitset_list(topic_fanout(router, topic), router->words, step->scratch);
        fanout_forget(router, step, topic, REASON_FANOUT_JOINED);
        for (uint32_t i = 0; i < count; i++) {
            if (!bitset_has(topic_mesh(router, topic), step->scratch[i]) &&
                !router_has_role(router, ROLE_NEVER_GRAFTS)) {
                mesh_graft(router, step, topic, step->scratch[i], REASON_FANOUT_JOINED);
            }
        }
    }
    const struct router_params *params = &router->shared->params;
    bool lazily = router_has_quirk(router, QUIRK_REFILL_BELOW_D_LOW);
    mesh_balance(router, step, topic,
                 &(struct mesh_balance){
                     .fill_below = lazily ? params->d_low : params->d,
                     .fill_reason = REASON_JOIN,
                     .cut_reason = REASON_ABOVE_D_HIGH,
                 });
}

static void on_left(struct router *router, struct router_step *step, struct topic_state *topic) {
    mesh_leave(router, step, topic);
}

/** The 2020 router balances the mesh at each SUB and UNSUB. Source: SEED.md §2.16, Q8, Q9. */
static void on_subscription(struct router *router, struct router_step *step,
                            struct topic_state *topic) {
    topic_set_gauge_subscribers(router, topic);
    if (!topic->joined || !router_has_quirk(router, QUIRK_REBALANCE_ON_SUBSCRIPTION)) {
        return;
    }
    const struct router_params *params = &router->shared->params;
    bool lazily = router_has_quirk(router, QUIRK_REFILL_BELOW_D_LOW);
    mesh_balance(router, step, topic,
                 &(struct mesh_balance){
                     .fill_below = lazily ? params->d_low : params->d,
                     .fill_reason = REASON_SUBSCRIPTION,
                     .cut_reason = REASON_SUBSCRIPTION,
                 });
}

static const uint64_t *publish_targets(struct router *router, struct router_step *step,
                                       struct topic_state *topic) {
    bool has_no_route = topic->joined && router_has_quirk(router, QUIRK_LEFT_TOPIC_BROKEN);
    return topic->has_mesh || has_no_route ? topic_mesh(router, topic)
                                           : fanout_for_publish(router, step, topic);
}

static const uint64_t *forward_targets(const struct router *router,
                                       const struct topic_state *topic) {
    return topic->sets + router->words;
}

/** The duties of a heartbeat one after another, each for all topics, as the specification lists
 * them. */
static void on_heartbeat(struct router *router, struct router_step *step) {
    const struct mesh_balance balance = {
        .fill_below = router->shared->params.d_low,
        .fill_reason = REASON_BELOW_D_LOW,
        .cut_reason = REASON_ABOVE_D_HIGH,
    };
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->joined) {
            mesh_balance(router, step, router->topics[i], &balance);
        }
    }
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->has_fanout) {
            fanout_maintain(router, step, router->topics[i]);
        }
    }
    if (router_has_quirk(router, QUIRK_GOSSIP_CAP_OVER_TOPICS)) {
        gossip_emit_capped(router, step);
    } else {
        for (uint32_t i = 0; i < router->topic_count; i++) {
            if (router->topics[i]->has_mesh || router->topics[i]->has_fanout) {
                gossip_emit(router, step, router->topics[i]);
            }
        }
    }
    mcache_shift(&router->mcache, &router->shared->caches);
}

const struct router_protocol gossipsub_protocol = {
    .on_joined = on_joined,
    .on_left = on_left,
    .on_subscription = on_subscription,
    .publish_targets = publish_targets,
    .forward_targets = forward_targets,
    .on_control = gossip_on_control,
    .on_heartbeat = on_heartbeat,
    .own_message_unseen = QUIRK_OWN_MESSAGE_UNSEEN,
    .leaves_silently = QUIRK_UNSUBSCRIBE_SILENT,
    .forward_whole_rpc = QUIRK_FORWARD_WHOLE_RPC,
    .caches_messages = true,
    .beats = true,
};
