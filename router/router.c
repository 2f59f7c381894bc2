#include "router/router.h"

#include "base/check.h"
#include "router/floodsub.h"
#include "router/gossipsub.h"
#include "router/send.h"

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

/** The kinds of RPC, one bit each, that the sent cache looks at. */
static uint32_t cached_kinds(uint64_t quirks) {
    uint32_t kinds = 0;
    if (quirk_in(quirks, QUIRK_SENT_CACHE)) {
        kinds |= 1U << TRACE_RPC_SUBSCRIPTIONS | 1U << TRACE_RPC_MESSAGES | 1U << TRACE_RPC_GRAFT |
                 1U << TRACE_RPC_PRUNE;
    }
    if (quirk_in(quirks, QUIRK_IHAVE_ONCE)) {
        kinds |= 1U << TRACE_RPC_IHAVE;
    }
    if (quirk_in(quirks, QUIRK_IWANT_ONCE)) {
        kinds |= 1U << TRACE_RPC_IWANT;
    }
    return kinds;
}

/** What follows from the quirks for the whole group. */
static void apply_quirks(struct router_shared *shared) {
    uint64_t quirks = shared->params.quirks;
    uint32_t d = shared->params.d;
    shared->mesh_limit = quirk_in(quirks, QUIRK_GRAFT_LIMIT_BY_TOPICS) ? d : UINT32_MAX;
    shared->fill_target = quirk_in(quirks, QUIRK_FILL_BEYOND_D) ? d + 1 : d;
    shared->sent_kinds = cached_kinds(quirks);
    shared->received_kinds =
        quirk_in(quirks, QUIRK_RECEIVED_CACHE) ? (1U << TRACE_RPC_COUNT) - 1 : 0;
    shared->id_form = quirk_in(quirks, QUIRK_TEXT_MESSAGE_ID) ? MESSAGE_ID_TEXT : 0;
    shared->rpc_form = 0;
    if (quirk_in(quirks, QUIRK_MERGE_ENTRIES)) {
        shared->rpc_form |= RPC_FORM_MERGED;
    }
    if (quirk_in(quirks, QUIRK_GARBLE_MESSAGES)) {
        shared->rpc_form |= RPC_FORM_GARBLED;
    }
}

/** Whether sending and reading are nothing else, for as long as nobody asks for more. */
static void settle_plainness(struct router_shared *shared) {
    bool watched = shared->observer_count > 0 || shared->metered;
    shared->sends_plainly = shared->sent_kinds == 0 && !watched;
    shared->reads_plainly = shared->received_kinds == 0 && !watched &&
                            !quirk_in(shared->params.quirks, QUIRK_READ_LIMIT);
}

void router_shared_init(struct router_shared *shared, struct arena *arena,
                        const struct router_params *params, const struct message_table *messages) {
    CHECK(params->d >= 1);
    CHECK(params->d_low <= params->d);
    CHECK(params->d <= params->d_high);
    CHECK(params->history_length >= 1);
    CHECK(params->history_gossip <= params->history_length);
    CHECK(params->heartbeat_interval_ns > 0);
    memset(shared, 0, sizeof *shared);
    shared->params = *params;
    shared->protocol = router_protocol_of(params->protocol);
    shared->messages = messages;
    shared->topic_count = messages->topic_count;
    shared->ends_ns = INT64_MAX;
    apply_quirks(shared);
    settle_plainness(shared);
    shared->may_cache_twice =
        params->seen_ttl_ns / params->heartbeat_interval_ns <
        params->history_length + quirk_in(params->quirks, QUIRK_MCACHE_EXTRA_WINDOW);
    pool_init(&shared->states, arena, MEMORY_ROUTERS);
    pool_init(&shared->caches, arena, MEMORY_CACHES);
}

void router_add_observer(struct router_shared *shared, struct router_observer observer) {
    CHECK(shared->observer_count < ROUTER_OBSERVERS_MAX);
    shared->observers[shared->observer_count++] = observer;
    settle_plainness(shared);
}

void router_remove_observer(struct router_shared *shared, const void *context) {
    for (uint32_t i = 0; i < shared->observer_count; i++) {
        if (shared->observers[i].context == context) {
            shared->observers[i] = shared->observers[--shared->observer_count];
            settle_plainness(shared);
            return;
        }
    }
    CHECK(false);
}

void router_look_on(const struct router *router, uint32_t slot, const struct rpc *rpc) {
    for (uint32_t i = 0; i < router->shared->observer_count; i++) {
        const struct router_observer *observer = &router->shared->observers[i];
        if (observer->on_receive != NULL) {
            observer->on_receive(observer->context, router, slot, rpc);
        }
    }
    const struct rpc_entry *entries = rpc_entries(rpc);
    struct router_metrics *metrics = router->metrics;
    for (uint32_t i = 0; metrics != NULL && i < rpc->entry_count; i++) {
        uint32_t position = 0;
        uint16_t topic = 0;
        while (entries[i].kind == TRACE_RPC_MESSAGES &&
               message_next_topic(router->shared->messages, entries[i].first, &position, &topic)) {
            router_metrics_of(metrics, topic)->received[slot]++;
        }
    }
}

void router_shared_meter(struct router_shared *shared) {
    shared->metered = true;
    settle_plainness(shared);
}

/** Room for the topic in the index. */
static void widen_index(struct router *router, uint16_t topic) {
    struct pool *pool = &router->shared->states;
    uint32_t known = router->index_capacity;
    router->topic_index = pool_grow(pool, router->topic_index, &router->index_capacity,
                                    (uint32_t)topic + 1, sizeof *router->topic_index);
    for (uint32_t i = known; i < router->index_capacity; i++) {
        router->topic_index[i] = 0;
    }
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
    router->connected = &router->first_connected;
    router->peers = &router->first_peers;
    if (router->words > 1) {
        router->connected =
            arena_take_array(arena, MEMORY_ROUTERS, router->words, sizeof *router->connected);
        router->peers =
            arena_take_array(arena, MEMORY_ROUTERS, router->words, sizeof *router->peers);
    }
    if (shared->topic_count > 0) {
        widen_index(router, (uint16_t)(shared->topic_count - 1));
    }
    if (shared->metered) {
        router->metrics = router_metrics_create(&shared->states, slot_count);
    }
    if ((shared->sent_kinds | shared->received_kinds) != 0 || shared->has_validators != NULL) {
        router->side = arena_take(arena, MEMORY_ROUTERS, sizeof *router->side);
        router->side->sessions =
            arena_take_array(arena, MEMORY_ROUTERS, slot_count, sizeof(uint32_t));
        digest_cache_init(&router->side->sent);
        digest_cache_init(&router->side->received);
    }
    seen_init(&router->seen, &shared->caches, shared->messages->count);
    if (shared->protocol->caches_messages) {
        bool extra = quirk_in(shared->params.quirks, QUIRK_MCACHE_EXTRA_WINDOW);
        mcache_init(&router->mcache, &shared->caches, shared->params.history_length + extra,
                    slot_count);
    }
}

struct topic_state *router_meet_topic(struct router *router, uint16_t topic) {
    CHECK(topic < router->shared->messages->topic_count);
    if (topic >= router->index_capacity) {
        widen_index(router, topic);
    }
    CHECK(router->topic_index[topic] == 0);
    struct pool *pool = &router->shared->states;
    if (router->topic_count == router->topic_capacity) {
        router->topics = pool_grow(pool, router->topics, &router->topic_capacity,
                                   router->topic_count + 1, sizeof(struct topic_state *));
    }
    size_t sets = router_has_quirk(router, QUIRK_MOVER_FORGETS) ? 4 : 3;
    size_t bytes = sizeof(struct topic_state) + sets * router->words * sizeof(uint64_t);
    struct topic_state *state = arena_take(pool->arena, MEMORY_ROUTERS, bytes);
    state->topic = topic;
    router->topics[router->topic_count++] = state;
    CHECK(router->topic_count <= UINT16_MAX);
    router->topic_index[topic] = (uint16_t)router->topic_count;
    return state;
}

enum announcement { ANNOUNCED, ANNOUNCEMENT_HANGS };

/** Sends an RPC of subscriptions to one peer; one that cannot be written to is disconnected. */
static void send_subscriptions(struct router *router, struct router_step *step, uint32_t slot,
                               uint32_t rpc) {
    if (send_rpc(router, step, slot, rpc) == SEND_FAILED) {
        router_on_peer_disconnected(router, step, slot);
    }
}

/** Tells all peers that we are, or are no longer, subscribed. Source: SEED.md §2.8. */
static enum announcement announce(struct router *router, struct router_step *step, uint16_t topic,
                                  bool subscribe) {
    enum announcement outcome = ANNOUNCED;
    uint32_t rpc = send_create(router, step);
    rpc_add_subscription(step->rpcs, rpc, topic, subscribe);
    rpc = rpc_seal_shared(step->rpcs, rpc);
    uint32_t count = bitset_list(router->peers, router->words, step->scratch);
    for (uint32_t i = 0; i < count && outcome == ANNOUNCED; i++) {
        uint32_t slot = step->scratch[i];
        if (bitset_has(router->connected, slot)) {
            send_subscriptions(router, step, slot, rpc);
        } else if (router_has_quirk(router, QUIRK_SUBSCRIBE_WAITS)) {
            outcome = ANNOUNCEMENT_HANGS;
        }
    }
    rpc_release_unsent(step->rpcs, rpc);
    return outcome;
}

/** A set of slots that few routers have: the one that is there, or a new one. */
static uint64_t *take_set(const struct router *router, uint64_t *set) {
    struct arena *arena = router->shared->states.arena;
    return set != NULL ? set : arena_take_array(arena, MEMORY_ROUTERS, router->words, sizeof *set);
}

void router_on_peer_connected(struct router *router, struct router_step *step, uint32_t slot,
                              enum peer_protocol protocol) {
    CHECK(slot < router->slot_count);
    CHECK(!bitset_has(router->connected, slot));
    bitset_add(router->connected, slot);
    bitset_add(router->peers, slot);
    if (router->broken != NULL) {
        bitset_remove(router->broken, slot);
    }
    if (protocol == PEER_FLOODSUB && !router_has_quirk(router, QUIRK_FLOOD_PEERS_UNSERVED)) {
        router->flooding = take_set(router, router->flooding);
        bitset_add(router->flooding, slot);
    }
    uint32_t hello = RPC_NONE;
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->joined) {
            hello = hello == RPC_NONE ? send_create(router, step) : hello;
            rpc_add_subscription(step->rpcs, hello, router->topics[i]->topic, true);
        }
    }
    if (hello == RPC_NONE) {
        return;
    }
    hello = rpc_seal_shared(step->rpcs, hello);
    send_subscriptions(router, step, slot, hello);
    if (router_has_quirk(router, QUIRK_HELLO_TWICE)) {
        send_subscriptions(router, step, slot, hello);
    }
    rpc_release_unsent(step->rpcs, hello);
}

void router_on_peer_refused(struct router *router, uint32_t slot) {
    CHECK(slot < router->slot_count);
    CHECK(!bitset_has(router->peers, slot));
    if (router_has_quirk(router, QUIRK_REFUSED_PEER_STAYS)) {
        bitset_add(router->peers, slot);
    }
}

void router_on_writes_fail(struct router *router, uint32_t slot) {
    CHECK(bitset_has(router->peers, slot));
    router->broken = take_set(router, router->broken);
    bitset_add(router->broken, slot);
}

/** The peer is no longer a subscriber of the topic, and so neither in its mesh nor in its fanout.
 */
static void forget_subscriber(struct router *router, struct router_step *step,
                              struct topic_state *topic, uint32_t slot, enum trace_reason reason) {
    bitset_remove(topic_subscribers(router, topic), slot);
    bitset_remove(topic_announced(router, topic), slot);
    mesh_remove(router, step, topic, slot, reason);
    fanout_remove(router, step, topic, slot, reason);
}

/** A peer left all tables that there are. Source: SEED.md §2.12 steps 4 to 6. */
static void update_gauges(const struct router *router, struct topic_state *topic) {
    if ((topic->gauges_set & TOPIC_GAUGE_SUBSCRIBERS) != 0) {
        topic_set_gauge_subscribers(router, topic);
    }
    if (topic->has_mesh) {
        topic_set_gauge_mesh(topic); // of a topic that was left it stays as it was
    }
    if (topic->has_fanout) {
        topic_set_gauge_fanout(router, topic);
    }
}

void router_on_peer_disconnected(struct router *router, struct router_step *step, uint32_t slot) {
    CHECK(slot < router->slot_count);
    CHECK(bitset_has(router->peers, slot));
    for (uint32_t i = 0; i < router->topic_count; i++) {
        struct topic_state *topic = router->topics[i];
        forget_subscriber(router, step, topic, slot, REASON_DISCONNECTED);
        update_gauges(router, topic);
    }
    bitset_remove(router->connected, slot);
    bitset_remove(router->peers, slot);
    if (router->flooding != NULL) {
        bitset_remove(router->flooding, slot);
    }
    if (router->side != NULL) {
        router->side->sessions[slot]++;
        validations_forget(&router->side->validations, step->rpcs, slot);
    }
}

void router_on_subscription(struct router *router, struct router_step *step, uint32_t slot,
                            const struct rpc_entry *entry) {
    struct topic_state *topic = router_topic(router, entry->topic);
    topic->has_table = true;
    if (entry->subscribe) {
        bitset_add(topic_subscribers(router, topic), slot);
        bitset_add(topic_announced(router, topic), slot);
    } else if (router_has_quirk(router, QUIRK_UNSUB_KEEPS_MESH)) {
        bitset_remove(topic_subscribers(router, topic), slot);
        bitset_remove(topic_announced(router, topic), slot);
    } else {
        forget_subscriber(router, step, topic, slot, REASON_UNSUBSCRIBED);
    }
    router->shared->protocol->on_subscription(router, step, topic);
}

bool router_subscribe(struct router *router, struct router_step *step, uint16_t topic,
                      uint32_t handler) {
    CHECK(handler < ROUTER_HANDLERS_MAX);
    struct topic_state *state = router_topic(router, topic);
    bool further = state->handler_count > 0;
    if (state->handlers[handler] < UINT8_MAX) { // more of the same make no difference
        state->handlers[handler]++;
        state->handler_count++;
    }
    if (further && !router_has_quirk(router, QUIRK_RESUBSCRIBE_ANNOUNCES)) {
        if (router->metrics != NULL && router_has_quirk(router, QUIRK_TOPICS_GAUGE_COUNTS_CALLS)) {
            router->metrics->topics++;
        }
        return true;
    }
    state->joined = true;
    if (announce(router, step, topic, true) == ANNOUNCEMENT_HANGS) {
        return false;
    }
    if (router->metrics != NULL &&
        (!further || router_has_quirk(router, QUIRK_TOPICS_GAUGE_COUNTS_CALLS))) {
        router->metrics->topics++;
    }
    router->shared->protocol->on_joined(router, step, state);
    return true;
}

/** The topics gauge when a handler is removed. Source: SEED.md §2.10 step 1, Q21. */
static void count_unsubscribe(struct router *router, bool leaves) {
    if (router->metrics != NULL &&
        (leaves || router_has_quirk(router, QUIRK_TOPICS_GAUGE_COUNTS_CALLS))) {
        router->metrics->topics--;
    }
}

bool router_unsubscribe(struct router *router, struct router_step *step, uint16_t topic,
                        uint32_t handler) {
    CHECK(handler < ROUTER_HANDLERS_MAX);
    struct topic_state *state = router_topic(router, topic);
    if (!state->joined) {
        count_unsubscribe(router, false);
        return false;
    }
    bool subscribed = state->handler_count > 0;
    // Removing from the list that is being walked passes over the one that moves up.
    bool skips = router_has_quirk(router, QUIRK_HANDLERS_SKIPPED);
    uint8_t kept = skips ? state->handlers[handler] / 2 : 0;
    state->handler_count = (uint16_t)(state->handler_count - state->handlers[handler] + kept);
    state->handlers[handler] = kept;
    bool leaves = state->handler_count == 0;
    count_unsubscribe(router, subscribed && leaves);
    if (!leaves && !router_has_quirk(router, QUIRK_ANY_HANDLER_LEAVES)) {
        return true;
    }
    state->joined = !leaves || router_has_quirk(router, QUIRK_UNSUBSCRIBE_KEEPS_TOPIC);
    if (leaves && !router_has_quirk(router, router->shared->protocol->leaves_silently)) {
        announce(router, step, topic, false);
    }
    router->shared->protocol->on_left(router, step, state);
    CHECK(state->mesh_count == 0);
    return true;
}

void router_on_heartbeat(struct router *router, struct router_step *step) {
    if (router->role != NULL) {
        role_on_heartbeat(router, step);
    }
    router->shared->protocol->on_heartbeat(router, step);
}

const struct topic_state *router_find_topic(const struct router *router, uint16_t topic) {
    if (router->latest != NULL && router->latest->topic == topic) {
        return router->latest; // it stands in the first line of a router
    }
    CHECK(topic < router->shared->messages->topic_count);
    uint32_t index = topic < router->index_capacity ? router->topic_index[topic] : 0;
    return index == 0 ? NULL : router->topics[index - 1];
}

uint32_t router_kept_count(const struct router *router) {
    if (router->side == NULL) {
        return 0;
    }
    const struct validations *validations = &router->side->validations;
    uint32_t count = validations->waiting_count;
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        count += validations->pending[i].rpc != RPC_NONE;
    }
    return count;
}

uint64_t router_kept_bytes(const struct router *router, const struct rpc_slab *rpcs) {
    uint64_t bytes = 0;
    if (router->side == NULL) {
        return 0;
    }
    const struct validations *validations = &router->side->validations;
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        uint32_t rpc = validations->pending[i].rpc;
        bytes += rpc == RPC_NONE ? 0 : rpc_at(rpcs, rpc)->size_bytes;
    }
    for (uint32_t i = 0; i < validations->waiting_count; i++) {
        bytes += rpc_at(rpcs, validations->waiting[i].rpc)->size_bytes;
    }
    return bytes;
}

uint32_t router_mesh_count(const struct router *router, uint16_t topic) {
    const struct topic_state *state = router_find_topic(router, topic);
    return state == NULL ? 0 : state->mesh_count;
}

/** What no quirk breaks. */
static void validate_topic(const struct router *router, struct topic_state *topic) {
    const uint64_t *mesh = topic_mesh(router, topic);
    const uint64_t *fanout = topic_fanout(router, topic);
    CHECK(bitset_count(mesh, router->words) == topic->mesh_count);
    for (uint32_t word = 0; word < router->words; word++) {
        CHECK((topic_subscribers(router, topic)[word] & ~router->peers[word]) == 0);
        CHECK((topic_announced(router, topic)[word] & ~router->peers[word]) == 0);
        CHECK((mesh[word] & ~router->peers[word]) == 0);
        CHECK((fanout[word] & ~router->peers[word]) == 0);
        CHECK(topic->has_mesh || mesh[word] == 0);
        CHECK(topic->has_fanout || fanout[word] == 0);
    }
    CHECK(topic->joined || !topic->has_mesh);
    uint32_t handlers = 0;
    for (uint32_t i = 0; i < ROUTER_HANDLERS_MAX; i++) {
        handlers += topic->handlers[i];
    }
    CHECK(topic->handler_count == handlers);
}

/** What holds for a router that does as the specification says. */
static void validate_specified(const struct router *router, struct topic_state *topic) {
    for (uint32_t word = 0; word < router->words; word++) {
        CHECK((topic_fanout(router, topic)[word] & ~topic_subscribers(router, topic)[word]) == 0);
    }
    CHECK(!topic->joined || !topic->has_fanout);
    CHECK(topic->joined == (topic->handler_count > 0));
}

void router_validate(const struct router *router) {
    uint32_t mesh_topics = 0;
    for (uint32_t i = 0; i < router->topic_count; i++) {
        struct topic_state *topic = router->topics[i];
        CHECK(router->topic_index[topic->topic] == i + 1);
        validate_topic(router, topic);
        if (router->shared->params.quirks == 0) {
            validate_specified(router, topic);
        }
        mesh_topics += topic->has_mesh;
    }
    CHECK(mesh_topics == router->mesh_topics);
    for (uint32_t word = 0; word < router->words; word++) {
        CHECK((router->connected[word] & ~router->peers[word]) == 0);
        CHECK((router_flooding(router, word) & ~router->peers[word]) == 0);
    }
}
