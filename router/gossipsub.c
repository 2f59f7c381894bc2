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
    CHECK(topic->mesh_count == 0);
    if (topic->has_fanout) {
        uint32_t count = bitset_list(topic_fanout(router, topic), router->words, step->scratch);
        fanout_forget(router, step, topic, REASON_FANOUT_JOINED);
        for (uint32_t i = 0; i < count; i++) {
            mesh_graft(router, step, topic, step->scratch[i], REASON_FANOUT_JOINED);
        }
    }
    mesh_fill(router, step, topic, REASON_JOIN);
}

static void on_left(struct router *router, struct router_step *step, struct topic_state *topic) {
    mesh_leave(router, step, topic);
}

static const uint64_t *publish_targets(struct router *router, struct router_step *step,
                                       struct topic_state *topic) {
    return topic->joined ? topic_mesh(router, topic) : fanout_for_publish(router, step, topic);
}

static const uint64_t *forward_targets(const struct router *router,
                                       const struct topic_state *topic) {
    CHECK(topic->joined);
    return topic->sets + router->words;
}

static void on_control(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, const struct rpc_entry *entry) {
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_IHAVE:
        gossip_on_ihave(router, step, slot, rpc, entry);
        return;
    case TRACE_RPC_IWANT:
        gossip_on_iwant(router, step, slot, rpc, entry);
        return;
    case TRACE_RPC_GRAFT:
        mesh_on_graft(router, step, router_topic(router, entry->topic), slot);
        return;
    case TRACE_RPC_PRUNE:
        mesh_remove(router, step, router_topic(router, entry->topic), slot, REASON_PRUNE_RECEIVED);
        return;
    case TRACE_RPC_SUBSCRIPTIONS:
    case TRACE_RPC_MESSAGES:
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(false);
}

/** The duties of a heartbeat one after another, each for all topics, as the specification lists
 * them. */
static void on_heartbeat(struct router *router, struct router_step *step) {
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->joined) {
            mesh_maintain(router, step, router->topics[i]);
        }
    }
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->has_fanout) {
            fanout_maintain(router, step, router->topics[i]);
        }
    }
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->joined || router->topics[i]->has_fanout) {
            gossip_emit(router, step, router->topics[i]);
        }
    }
    mcache_shift(&router->mcache, &router->shared->caches);
}

const struct router_protocol gossipsub_protocol = {
    .on_joined = on_joined,
    .on_left = on_left,
    .publish_targets = publish_targets,
    .forward_targets = forward_targets,
    .on_control = on_control,
    .on_heartbeat = on_heartbeat,
    .caches_messages = true,
    .beats = true,
};
