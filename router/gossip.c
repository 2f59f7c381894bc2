#include "base/check.h"
#include "router/gossipsub.h"

/** An IHAVE of the topic's messages in the windows that gossip covers, or RPC_NONE. */
static uint32_t build_ihave(struct router *router, struct router_step *step, uint16_t topic) {
    const struct message *messages = router->shared->messages->items;
    uint32_t rpc = RPC_NONE;
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&router->mcache, router->shared->params.history_gossip,
                                &position)) != NULL) {
        if (messages[entry->message].topic != topic) {
            continue;
        }
        if (rpc == RPC_NONE) {
            rpc = rpc_create(step->rpcs);
            rpc_add_ihave(step->rpcs, rpc, topic);
        }
        rpc_add_id(step->rpcs, rpc, entry->message);
    }
    if (rpc != RPC_NONE) {
        rpc_seal(step->rpcs, rpc);
    }
    return rpc;
}

/** Writes the topic's subscribers outside mesh and fanout to step->scratch; returns how many. */
static uint32_t list_candidates(struct router *router, struct router_step *step,
                                struct topic_state *topic) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < router->words; i++) {
        uint64_t word = topic_subscribers(router, topic)[i] & ~topic_mesh(router, topic)[i] &
                        ~topic_fanout(router, topic)[i];
        for (; word != 0; word &= word - 1) {
            step->scratch[count++] = i * 64 + (uint32_t)__builtin_ctzll(word);
        }
    }
    CHECK(count <= router->slot_count);
    return count;
}

void gossip_emit(struct router *router, struct router_step *step, struct topic_state *topic) {
    CHECK(topic->joined || topic->has_fanout);
    uint32_t d_lazy = router->shared->params.d_lazy;
    if (d_lazy == 0 || router->mcache.count == 0) {
        return;
    }
    uint32_t rpc = build_ihave(router, step, topic->topic);
    if (rpc == RPC_NONE) {
        return;
    }
    uint32_t count = list_candidates(router, step, topic);
    uint32_t drawn = d_lazy < count ? d_lazy : count;
    if (drawn < count) {
        prng_pick_u32(step->prng, step->scratch, count, drawn);
    }
    for (uint32_t i = 0; i < drawn; i++) {
        emit_send(step, step->scratch[i], rpc);
    }
    if (drawn == 0) {
        rpc_release(step->rpcs, rpc);
    }
}

void gossip_on_ihave(struct router *router, struct router_step *step, uint32_t slot,
                     const struct rpc *rpc, const struct rpc_entry *entry) {
    struct router_shared *shared = router->shared;
    CHECK(entry->first + entry->count <= rpc->id_count);
    if (!router_topic(router, entry->topic)->joined) {
        return;
    }
    uint32_t wanted = RPC_NONE;
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t message = rpc->ids[entry->first + i];
        if (shared->messages->items[message].origin == router->node ||
            seen_has(&router->seen, &shared->caches, message, step->now_ns)) {
            continue;
        }
        if (wanted == RPC_NONE) {
            wanted = rpc_create(step->rpcs);
            rpc_add_iwant(step->rpcs, wanted);
        }
        rpc_add_id(step->rpcs, wanted, message);
    }
    if (wanted != RPC_NONE) {
        rpc_seal(step->rpcs, wanted);
        emit_send(step, slot, wanted);
    }
}

void gossip_on_iwant(struct router *router, struct router_step *step, uint32_t slot,
                     const struct rpc *rpc, const struct rpc_entry *entry) {
    CHECK(entry->first + entry->count <= rpc->id_count);
    CHECK(bitset_has(router->connected, slot));
    for (uint32_t i = 0; i < entry->count; i++) {
        struct mcache_entry *cached = mcache_find(&router->mcache, rpc->ids[entry->first + i]);
        if (cached == NULL) {
            continue;
        }
        uint64_t *sent = mcache_sent(&router->mcache, cached);
        uint32_t answer = rpc_create(step->rpcs);
        rpc_add_message(step->rpcs, answer, cached->message, cached->hops);
        rpc_at(step->rpcs, answer)->requested = true;
        rpc_at(step->rpcs, answer)->repeated = bitset_has(sent, slot);
        rpc_seal(step->rpcs, answer);
        bitset_add(sent, slot);
        emit_send(step, slot, answer);
    }
}
