#include "router/floodsub.h"

#include "base/check.h"

static void on_membership(struct router *router, struct router_step *step,
                          struct topic_state *topic) {
    (void)router;
    (void)step;
    CHECK(topic->mesh_count == 0);
}

static const uint64_t *publish_targets(struct router *router, struct router_step *step,
                                       struct topic_state *topic) {
    (void)step;
    return topic_subscribers(router, topic);
}

static const uint64_t *forward_targets(const struct router *router,
                                       const struct topic_state *topic) {
    (void)router;
    return topic->sets;
}

static bool on_control(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, uint32_t first) {
    // A flood node speaks no control messages; it passes over those of others.
    (void)router;
    (void)step;
    (void)slot;
    CHECK(rpc_entries(rpc)[first].kind > TRACE_RPC_MESSAGES);
    return true;
}

static void on_heartbeat(struct router *router, struct router_step *step) {
    (void)router;
    (void)step;
}

const struct router_protocol floodsub_protocol = {
    .on_joined = on_membership,
    .on_left = on_membership,
    .on_subscription = on_membership,
    .publish_targets = publish_targets,
    .forward_targets = forward_targets,
    .on_control = on_control,
    .on_heartbeat = on_heartbeat,
    .own_message_unseen = QUIRK_FLOOD_OWN_MESSAGE_UNSEEN,
    .leaves_silently = QUIRK_COUNT, // the flood class of 2020 says so too
    .forward_whole_rpc = QUIRK_FLOOD_FORWARDS_WHOLE_RPC,
    .caches_messages = false,
    .beats = false,
    .delivers_own = true,
    .forwards_each_time = true,
};
