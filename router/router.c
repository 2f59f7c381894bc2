#include "router/router.h"

#include "base/check.h"
#include "router/floodsub.h"
#include "router/gossipsub.h"

#include <string.h>

const struct router_protocol *router_protocol_of(enum router_protocol_kind kind) {
    switch (kind) {
    case ROUTER_FLOODSUB:
        return &floodsub_protocol;
    case ROUTER_GOSSIPSUB:
        return &gossipsub_protocol;
    }
    CHECK(false);
}

void router_shared_init(struct router_shared *shared, struct arena *arena,
                        const struct router_params *params, const struct message_table *messages) {
    CHECK(params->d >= 1);
    CHECK(params->d_low <= params->d);
    CHECK(params->d <= params->d_high);
    CHECK(params->history_length >= 1);
    CHECK(params->history_gossip <= params->history_length);
    CHECK(params->heartbeat_interval_ns > 0);
    shared->params = *params;
    shared->protocol = router_protocol_of(params->protocol);
    shared->messages = messages;
    shared->topic_count = messages->topic_count;
    shared->may_cache_twice =
        params->seen_ttl_ns / params->heartbeat_interval_ns < params->history_length;
    pool_init(&shared->states, arena, MEMORY_ROUTERS);
    pool_init(&shared->caches, arena, MEMORY_CACHES);
}

void router_init(struct router *router, struct router_shared *shared, uint32_t node,
                 const uint32_t *peer_nodes, uint32_t slot_count) {
    struct arena *arena = shared->states.arena;
    memset(router, 0, sizeof *router);
    router->shared = shared;
    router->node = node;
    router->slot_count = slot_count;
    router->words = bitset_words(slot_count);
    router->peer_nodes = peer_nodes;
    router->connected =
        arena_take_array(arena, MEMORY_ROUTERS, router->words, sizeof *router->connected);
    router->topic_index =
        arena_take_array(arena, MEMORY_ROUTERS, shared->topic_count, sizeof *router->topic_index);
    seen_init(&router->seen, &shared->caches, shared->messages->count);
    if (shared->protocol->caches_messages) {
        mcache_init(&router->mcache, &shared->caches, shared->params.history_length, slot_count);
    }
}

struct topic_state *router_topic(struct router *router, uint16_t topic) {
    CHECK(topic < router->shared->topic_count);
    if (router->topic_index[topic] != 0) {
        return router->topics[router->topic_index[topic] - 1];
    }
    struct pool *pool = &router->shared->states;
    if (router->topic_count == router->topic_capacity) {
        router->topics = pool_grow(pool, router->topics, &router->topic_capacity,
                                   router->topic_count + 1, sizeof(struct topic_state *));
    }
    size_t bytes = sizeof(struct topic_state) + 3 * (size_t)router->words * sizeof(uint64_t);
    struct topic_state *state = arena_take(pool->arena, MEMORY_ROUTERS, bytes);
    state->topic = topic;
    router->topics[router->topic_count++] = state;
    CHECK(router->topic_count <= UINT16_MAX);
    router->topic_index[topic] = (uint16_t)router->topic_count;
    return state;
}

/** Sends one RPC of subscriptions: to one peer, or to all connected ones when `slot` is TRACE_NONE.
 */
static void send_subscriptions(struct router *router, struct router_step *step, uint32_t rpc,
                               uint32_t slot) {
    rpc_seal(step->rpcs, rpc);
    if (slot != TRACE_NONE) {
        CHECK(bitset_has(router->connected, slot));
        emit_send(step, slot, rpc);
        return;
    }
    uint32_t count = bitset_list(router->connected, router->words, step->scratch);
    for (uint32_t i = 0; i < count; i++) {
        emit_send(step, step->scratch[i], rpc);
    }
    if (count == 0) {
        rpc_release(step->rpcs, rpc);
    }
}

void router_on_peer_connected(struct router *router, struct router_step *step, uint32_t slot) {
    CHECK(slot < router->slot_count);
    CHECK(!bitset_has(router->connected, slot));
    bitset_add(router->connected, slot);
    uint32_t hello = RPC_NONE;
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->joined) {
            hello = hello == RPC_NONE ? rpc_create(step->rpcs) : hello;
            rpc_add_subscription(step->rpcs, hello, router->topics[i]->topic, true);
        }
    }
    if (hello != RPC_NONE) {
        send_subscriptions(router, step, hello, slot);
    }
}

/** The peer is no longer a subscriber of the topic, and so neither in its mesh nor in its fanout.
 */
static void forget_subscriber(struct router *router, struct router_step *step,
                              struct topic_state *topic, uint32_t slot, enum trace_reason reason) {
    bitset_remove(topic_subscribers(router, topic), slot);
    mesh_remove(router, step, topic, slot, reason);
    fanout_remove(router, step, topic, slot, reason);
}

void router_on_peer_disconnected(struct router *router, struct router_step *step, uint32_t slot) {
    CHECK(slot < router->slot_count);
    CHECK(bitset_has(router->connected, slot));
    for (uint32_t i = 0; i < router->topic_count; i++) {
        forget_subscriber(router, step, router->topics[i], slot, REASON_DISCONNECTED);
    }
    bitset_remove(router->connected, slot);
}

static void on_subscription(struct router *router, struct router_step *step, uint32_t slot,
                            const struct rpc_entry *entry) {
    struct topic_state *topic = router_topic(router, entry->topic);
    if (entry->subscribe) {
        bitset_add(topic_subscribers(router, topic), slot);
    } else {
        forget_subscriber(router, step, topic, slot, REASON_UNSUBSCRIBED);
    }
}

/** The cache's entry of a message of ours or accepted, and of the peers it is sent to. */
static uint64_t *cache_message(struct router *router, const struct effect *copy) {
    struct mcache_entry *entry = NULL;
    if (router->shared->may_cache_twice) {
        entry = mcache_find(&router->mcache, copy->item);
    }
    if (entry == NULL) {
        entry = mcache_put(&router->mcache, &router->shared->caches, copy->item, copy->value);
    }
    return mcache_sent(&router->mcache, entry);
}

/** Sends a message to every slot of `targets` but the one it came from and the one its origin is
 * behind. */
static void send_message(struct router *router, struct router_step *step, const uint64_t *targets,
                         struct effect copy) {
    const struct message *message = &router->shared->messages->items[copy.item];
    uint64_t *sent = NULL;
    if (router->shared->protocol->caches_messages) {
        sent = cache_message(router, &copy);
    }
    uint32_t rpc = RPC_NONE;
    for (uint32_t word = 0; word < router->words; word++) {
        for (uint64_t bits = targets[word]; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (slot == copy.slot || router->peer_nodes[slot] == message->origin) {
                continue;
            }
            if (rpc == RPC_NONE) {
                rpc = rpc_create(step->rpcs);
                rpc_add_message(step->rpcs, rpc, copy.item, copy.value);
                rpc_seal(step->rpcs, rpc);
            }
            emit_send(step, slot, rpc);
            if (sent != NULL) {
                bitset_add(sent, slot);
            }
        }
    }
}

static void on_message(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, const struct rpc_entry *entry) {
    struct router_shared *shared = router->shared;
    const struct message *message = &shared->messages->items[entry->first];
    CHECK(entry->first < shared->messages->count);
    CHECK(message->published);
    struct effect copy = {.kind = EFFECT_DUPLICATE,
                          .slot = slot,
                          .item = entry->first,
                          .value = entry->count + 1,
                          .topic = message->topic};
    // What we published ourselves is never new, however long ago that was.
    if (message->origin == router->node ||
        seen_has(&router->seen, &shared->caches, entry->first, step->now_ns)) {
        *effects_add(step->effects) = copy;
        return;
    }
    struct topic_state *topic = router_topic(router, message->topic);
    if (!topic->joined || !message->authentic) {
        copy.kind = EFFECT_TRACE;
        copy.trace_kind = TRACE_IGNORE;
        copy.reason = topic->joined ? REASON_BAD_SIGNATURE : REASON_NOT_SUBSCRIBED;
        *effects_add(step->effects) = copy;
        return;
    }
    seen_add(&router->seen, &shared->caches, entry->first,
             step->now_ns + shared->params.seen_ttl_ns);
    copy.kind = EFFECT_DELIVER;
    copy.reason = rpc->requested ? REASON_REQUESTED : REASON_PUSHED;
    *effects_add(step->effects) = copy;
    send_message(router, step, shared->protocol->forward_targets(router, topic), copy);
}

void router_on_rpc(struct router *router, struct router_step *step, uint32_t slot,
                   const struct rpc *rpc) {
    CHECK(slot < router->slot_count);
    CHECK(bitset_has(router->connected, slot));
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        if (entries[i].kind == TRACE_RPC_MESSAGES) {
            on_message(router, step, slot, rpc, &entries[i]);
        } else if (entries[i].kind == TRACE_RPC_SUBSCRIPTIONS) {
            on_subscription(router, step, slot, &entries[i]);
        } else {
            router->shared->protocol->on_control(router, step, slot, rpc, &entries[i]);
        }
    }
}

/** Tells all connected peers that we are, or are no longer, subscribed. */
static void announce(struct router *router, struct router_step *step, uint16_t topic,
                     bool subscribe) {
    uint32_t rpc = rpc_create(step->rpcs);
    rpc_add_subscription(step->rpcs, rpc, topic, subscribe);
    send_subscriptions(router, step, rpc, TRACE_NONE);
}

void router_subscribe(struct router *router, struct router_step *step, uint16_t topic) {
    struct topic_state *state = router_topic(router, topic);
    if (state->joined) {
        return;
    }
    state->joined = true;
    announce(router, step, topic, true);
    router->shared->protocol->on_joined(router, step, state);
}

void router_unsubscribe(struct router *router, struct router_step *step, uint16_t topic) {
    struct topic_state *state = router_topic(router, topic);
    if (!state->joined) {
        return;
    }
    state->joined = false;
    announce(router, step, topic, false);
    router->shared->protocol->on_left(router, step, state);
    CHECK(state->mesh_count == 0);
}

void router_publish(struct router *router, struct router_step *step, uint32_t message) {
    struct router_shared *shared = router->shared;
    CHECK(message < shared->messages->count);
    CHECK(shared->messages->items[message].published);
    struct topic_state *topic = router_topic(router, shared->messages->items[message].topic);
    CHECK(!seen_has(&router->seen, &shared->caches, message, step->now_ns));
    seen_add(&router->seen, &shared->caches, message, step->now_ns + shared->params.seen_ttl_ns);
    const uint64_t *targets = shared->protocol->publish_targets(router, step, topic);
    struct effect copy = {.slot = TRACE_NONE, .item = message, .value = 0};
    send_message(router, step, targets, copy);
}

void router_on_heartbeat(struct router *router, struct router_step *step) {
    router->shared->protocol->on_heartbeat(router, step);
}

uint32_t router_mesh_count(const struct router *router, uint16_t topic) {
    CHECK(topic < router->shared->topic_count);
    uint32_t index = router->topic_index[topic];
    return index == 0 ? 0 : router->topics[index - 1]->mesh_count;
}

void router_validate(const struct router *router) {
    for (uint32_t i = 0; i < router->topic_count; i++) {
        struct topic_state *topic = router->topics[i];
        CHECK(router->topic_index[topic->topic] == i + 1);
        const uint64_t *mesh = topic_mesh(router, topic);
        const uint64_t *fanout = topic_fanout(router, topic);
        CHECK(bitset_count(mesh, router->words) == topic->mesh_count);
        for (uint32_t word = 0; word < router->words; word++) {
            CHECK((topic_subscribers(router, topic)[word] & ~router->connected[word]) == 0);
            CHECK((mesh[word] & ~router->connected[word]) == 0);
            CHECK((fanout[word] & ~topic_subscribers(router, topic)[word]) == 0);
            CHECK(topic->joined || mesh[word] == 0);
            CHECK(topic->has_fanout || fanout[word] == 0);
        }
        CHECK(!topic->joined || !topic->has_fanout);
    }
}
