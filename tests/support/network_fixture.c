#include "tests/support/network_fixture.h"

#include "tests/support/unit.h"

#include <string.h>

enum {
    DEFAULT_NODES = 2,
    DEFAULT_TOPICS = 3,
    MESSAGES = 4096,
    STEPS_MAX = 1000000, // of one verb: more is a storm that never ends
    TRIES = 10,
    POLLS = 15,
};

#define SECOND_NS INT64_C(1000000000)

static const char *const topic_names[] = {"foobar", "foo", "bar", "baz", "topic", "t", "u", ""};

static uint32_t or_default(uint32_t option, uint32_t by_default) {
    return option == 0 ? by_default : option;
}

static void make_messages(struct network *n, const struct network_options *options) {
    uint32_t topics = or_default(options->topics, DEFAULT_TOPICS);
    assert_true(topics <= COUNT_OF(topic_names));
    uint32_t *sizes = arena_take_array(n->arena, MEMORY_TABLES, topics, sizeof *sizes);
    for (uint32_t i = 0; i < topics; i++) {
        sizes[i] = (uint32_t)strlen(topic_names[i]);
    }
    identities_init(&n->identities, n->arena, n->nodes, options->seed, options->sign);
    struct message_table_options table = {
        .count = MESSAGES,
        .seed = options->seed,
        .identities = &n->identities,
        .topic_names = topic_names,
        .topic_sizes = sizes,
        .topic_count = topics,
        .sign = options->sign,
    };
    message_table_init(&n->messages, n->arena, &table);
}

static void make_groups(struct network *n, const struct network_options *options) {
    for (uint32_t i = 0; i < NETWORK_GROUPS; i++) {
        struct router_params params = fixture_resolve(&options->params[i]);
        params.protocol = options->floodsub[i] ? ROUTER_FLOODSUB : ROUTER_GOSSIPSUB;
        params.sign = options->sign;
        router_shared_init(&n->shared[i], n->arena, &params, &n->messages);
        if (options->metered) {
            router_shared_meter(&n->shared[i]);
        }
        if (options->validated[i] != 0) {
            bool *has =
                arena_take_array(n->arena, MEMORY_TABLES, n->messages.topic_count, sizeof *has);
            for (uint32_t topic = 0; topic < n->messages.topic_count; topic++) {
                has[topic] = (options->validated[i] >> topic & 1) != 0;
            }
            n->shared[i].has_validators = has;
        }
    }
}

static void make_routers(struct network *n, const struct network_options *options) {
    uint32_t *numbers = arena_take_array(n->arena, MEMORY_TABLES, n->nodes, sizeof *numbers);
    n->routers = arena_take_array(n->arena, MEMORY_TABLES, n->nodes, sizeof *n->routers);
    n->prngs = arena_take_array(n->arena, MEMORY_TABLES, n->nodes, sizeof *n->prngs);
    for (uint32_t node = 0; node < n->nodes; node++) {
        numbers[node] = node;
    }
    for (uint32_t node = 0; node < n->nodes; node++) {
        bool other = node >= n->nodes - options->others;
        router_init(&n->routers[node], &n->shared[other], node, numbers, n->nodes);
        n->prngs[node] = prng_stream(options->seed, STREAM_ROUTER, node);
    }
}

struct network *network_create(const struct network_options *options) {
    struct arena *arena = arena_create(NULL);
    struct network *n = arena_take(arena, MEMORY_TABLES, sizeof *n);
    n->arena = arena;
    n->nodes = or_default(options->nodes, DEFAULT_NODES);
    assert_true(options->others <= n->nodes);
    pool_init(&n->pool, arena, MEMORY_TABLES);
    make_messages(n, options);
    make_groups(n, options);
    make_routers(n, options);
    n->sessions =
        arena_take_array(arena, MEMORY_TABLES, (size_t)n->nodes * n->nodes, sizeof *n->sessions);
    effects_init(&n->effects, arena);
    rpc_slab_init(&n->rpcs, arena, &n->messages);
    wire_init(&n->wire, arena, &n->messages);
    n->step = (struct router_step){
        .now_ns = SECOND_NS,
        .effects = &n->effects,
        .rpcs = &n->rpcs,
        .scratch = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)n->nodes, sizeof(uint32_t)),
        .scratch_set = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)bitset_words(n->nodes),
                                        sizeof(uint64_t)),
    };
    return n;
}

void network_destroy(struct network *n) {
    if (n != NULL) {
        arena_destroy(n->arena);
    }
}

void network_forget(struct network *n) {
    n->event_count = 0;
    n->unread = 0;
}

static uint32_t *session_of(const struct network *n, uint32_t a, uint32_t b) {
    return &n->sessions[a < b ? a * n->nodes + b : b * n->nodes + a];
}

static bool knows(const struct network *n, uint32_t node, uint32_t peer) {
    return bitset_has(n->routers[node].peers, peer);
}

/** The node's router, about to take a step. */
static struct router *step_of(struct network *n, uint32_t node) {
    assert_true(node < n->nodes);
    assert_int_equal(n->effects.count, 0);
    n->step.prng = &n->prngs[node];
    return &n->routers[node];
}

/** Puts an item at the end of the queue. */
static void push(struct network *n, struct network_item item) {
    if (n->queue_first + n->queue_count == n->queue_capacity) {
        for (uint32_t i = 0; i < n->queue_count; i++) {
            n->queue[i] = n->queue[n->queue_first + i];
        }
        n->queue_first = 0;
    }
    if (n->queue_count == n->queue_capacity) {
        n->queue =
            pool_grow(&n->pool, n->queue, &n->queue_capacity, n->queue_count + 1, sizeof *n->queue);
    }
    item.session = *session_of(n, item.from, item.to);
    n->queue[n->queue_first + n->queue_count++] = item;
}

static void carry_out(struct network *n, uint32_t node, const struct effect *effect) {
    if (n->event_count == n->event_capacity) {
        n->events = pool_grow(&n->pool, n->events, &n->event_capacity, n->event_count + 1,
                              sizeof *n->events);
    }
    struct network_event *event = &n->events[n->event_count++];
    *event = (struct network_event){.effect = *effect, .node = node};
    bool sent = effect->kind == EFFECT_SEND_RPC;
    if (sent || effect->kind == EFFECT_SUPPRESS_RPC) {
        assert_true(effect->slot < n->nodes);
        event->rpc = fixture_copy_rpc(n->arena, &n->rpcs, effect->item);
    }
    if (effect->kind == EFFECT_SUPPRESS_RPC) {
        rpc_release(&n->rpcs, effect->item);
    }
    if (sent || effect->kind == EFFECT_ABORT_LINK) {
        push(n, (struct network_item){.kind = sent ? NETWORK_RPC : NETWORK_END,
                                      .from = node,
                                      .to = effect->slot,
                                      .item = effect->item});
    }
    if (effect->kind == EFFECT_VALIDATE && !n->applications_wait) {
        push(n, (struct network_item){
                    .kind = NETWORK_ANSWER, .from = node, .to = node, .item = effect->item});
    }
}

/** Ends a step of one router. */
static void carry_out_all(struct network *n, uint32_t node) {
    for (uint32_t i = 0; i < n->effects.count; i++) {
        carry_out(n, node, &n->effects.items[i]);
    }
    n->effects.count = 0;
    router_validate(&n->routers[node]);
}

/** Writes an RPC as its sender does, and reads it as its receiver does. */
static void read_bytes(struct network *n, struct router *router, uint32_t from, uint32_t handle) {
    while (n->wire_messages < n->next_message) {
        wire_add_message(&n->wire, n->wire_messages++);
    }
    const struct rpc *written = rpc_at(&n->rpcs, handle);
    struct wire_bytes frame = wire_encode(&n->wire, written);
    struct wire_reading reading =
        wire_read(&n->wire, &n->rpcs, frame, router->shared->params.quirks, written);
    wire_give(&n->wire, frame);
    if (reading.outcome == WIRE_UNREADABLE) {
        router_on_unreadable(router, &n->step, from);
    } else if (reading.outcome == WIRE_RPC) {
        router_on_rpc(router, &n->step, from, rpc_at(&n->rpcs, reading.rpc));
        rpc_release(&n->rpcs, reading.rpc);
    }
}

static void read_rpc(struct network *n, struct router *router, uint32_t from, uint32_t handle) {
    const struct rpc *rpc = rpc_at(&n->rpcs, handle);
    if (wire_is_plain(&n->messages, rpc, n->routers[from].shared->params.quirks,
                      router->shared->params.quirks)) {
        router_on_rpc(router, &n->step, from, rpc);
    } else {
        read_bytes(n, router, from, handle);
    }
}

static void deliver(struct network *n, const struct network_item *item) {
    bool reads =
        knows(n, item->to, item->from) && item->session == *session_of(n, item->from, item->to);
    struct router *router = step_of(n, item->to);
    switch (item->kind) {
    case NETWORK_RPC:
        if (reads) {
            read_rpc(n, router, item->from, item->item);
        }
        n->unread += !reads;
        rpc_release(&n->rpcs, item->item);
        break;
    case NETWORK_END:
        if (reads) {
            router_on_peer_disconnected(router, &n->step, item->from);
        }
        break;
    case NETWORK_ANSWER: {
        bool rejected = (n->rejected >> n->messages.items[item->item].topic & 1) != 0;
        router_on_validated(router, &n->step, item->item, !rejected);
        break;
    }
    }
    carry_out_all(n, item->to);
}

/** RPCs that routers keep until an application has answered. */
static uint32_t waiting_count(const struct network *n) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < n->nodes; node++) {
        count += router_kept_count(&n->routers[node]);
    }
    return count;
}

/** Ends a verb: delivers until nothing is left. */
static void settle(struct network *n) {
    for (uint32_t steps = 0; n->queue_count > 0 && !n->held; steps++) {
        assert_true(steps < STEPS_MAX);
        struct network_item item = n->queue[n->queue_first++];
        n->queue_count--;
        deliver(n, &item);
    }
    if (!n->held) {
        n->queue_first = 0;
        assert_int_equal(n->rpcs.live, waiting_count(n));
    }
}

void network_hold(struct network *n) {
    n->held = true;
}

void network_release(struct network *n) {
    n->held = false;
    settle(n);
}

/** One end of a link that comes up. */
static void connect_end(struct network *n, uint32_t node, uint32_t peer) {
    struct router *router = step_of(n, node);
    bool floods = router->shared->protocol->caches_messages &&
                  !n->routers[peer].shared->protocol->caches_messages;
    router_on_peer_connected(router, &n->step, peer, floods ? PEER_FLOODSUB : PEER_GOSSIPSUB);
    carry_out_all(n, node);
}

void network_link(struct network *n, uint32_t a, uint32_t b) {
    assert_int_not_equal(a, b);
    ++*session_of(n, a, b);
    connect_end(n, a, b);
    connect_end(n, b, a);
    settle(n);
}

void network_link_all(struct network *n) {
    for (uint32_t a = 0; a < n->nodes; a++) {
        for (uint32_t b = a + 1; b < n->nodes; b++) {
            network_link(n, a, b);
        }
    }
}

void network_link_ring(struct network *n) {
    assert_true(n->nodes >= 3);
    for (uint32_t a = 0; a < n->nodes; a++) {
        network_link(n, a, (a + 1) % n->nodes);
    }
}

void network_link_star(struct network *n) {
    for (uint32_t b = 1; b < n->nodes; b++) {
        network_link(n, 0, b);
    }
}

static void disconnect_end(struct network *n, uint32_t node, uint32_t peer) {
    if (knows(n, node, peer)) {
        router_on_peer_disconnected(step_of(n, node), &n->step, peer);
        carry_out_all(n, node);
    }
}

void network_unlink(struct network *n, uint32_t a, uint32_t b) {
    ++*session_of(n, a, b);
    disconnect_end(n, a, b);
    disconnect_end(n, b, a);
    settle(n);
}

void network_refuse(struct network *n, uint32_t node, uint32_t neighbour) {
    router_on_peer_refused(step_of(n, node), neighbour);
    settle(n);
}

void network_writes_fail(struct network *n, uint32_t node, uint32_t neighbour) {
    router_on_writes_fail(step_of(n, node), neighbour);
}

bool network_linked(const struct network *n, uint32_t a, uint32_t b) {
    return bitset_has(n->routers[a].connected, b) && bitset_has(n->routers[b].connected, a);
}

bool network_add_handler(struct network *n, uint32_t node, uint16_t topic, uint32_t handler) {
    bool ok = router_subscribe(step_of(n, node), &n->step, topic, handler);
    carry_out_all(n, node);
    settle(n);
    return ok;
}

bool network_remove_handler(struct network *n, uint32_t node, uint16_t topic, uint32_t handler) {
    bool ok = router_unsubscribe(step_of(n, node), &n->step, topic, handler);
    carry_out_all(n, node);
    settle(n);
    return ok;
}

bool network_subscribe(struct network *n, uint32_t node, uint16_t topic) {
    return network_add_handler(n, node, topic, 0);
}

void network_subscribe_all(struct network *n, uint16_t topic) {
    for (uint32_t node = 0; node < n->nodes; node++) {
        network_subscribe(n, node, topic);
    }
}

bool network_unsubscribe(struct network *n, uint32_t node, uint16_t topic) {
    return network_remove_handler(n, node, topic, 0);
}

uint32_t network_publish_bytes(struct network *n, uint32_t node, uint16_t topic, uint32_t bytes) {
    uint32_t number = n->next_message++;
    struct router *router = step_of(n, node);
    struct message fields = {
        .seqno = router_next_seqno(router),
        .origin = node,
        .size_bytes = bytes,
        .topic = topic,
        .has_key = router_has_quirk(router, QUIRK_KEY_ALWAYS_SENT),
    };
    message_publish(&n->messages, number, &fields);
    uint32_t count = router_publish(router, &n->step, number);
    carry_out_all(n, node);
    settle(n);
    return count;
}

uint32_t network_publish(struct network *n, uint32_t node, uint16_t topic) {
    return network_publish_bytes(n, node, topic, 100);
}

/** So many whole seconds of heartbeats. */
static void beat_for(struct network *n, int64_t ns) {
    network_heartbeats(n, (uint32_t)(ns / n->shared[0].params.heartbeat_interval_ns));
}

uint32_t network_try_publish(struct network *n, uint32_t node, uint16_t topic, uint32_t wanted,
                             int64_t gap_ns) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < TRIES && sum < wanted; i++) {
        sum += network_publish(n, node, topic);
        beat_for(n, gap_ns);
    }
    return sum;
}

bool network_wait_subscribed(struct network *n, uint32_t sender, uint32_t receiver,
                             uint16_t topic) {
    for (uint32_t i = 0; i < POLLS; i++) {
        if (network_in_table(n, sender, receiver, topic) ||
            network_in_mesh(n, sender, receiver, topic) ||
            network_in_fanout(n, sender, receiver, topic)) {
            return true;
        }
        beat_for(n, SECOND_NS);
    }
    return false;
}

void network_answer(struct network *n, uint32_t node, uint32_t message) {
    push(n,
         (struct network_item){.kind = NETWORK_ANSWER, .from = node, .to = node, .item = message});
    settle(n);
}

void network_advance(struct network *n, int64_t ns) {
    assert_true(ns >= 0);
    n->step.now_ns += ns;
}

void network_beat(struct network *n, uint32_t node) {
    router_on_heartbeat(step_of(n, node), &n->step);
    carry_out_all(n, node);
    settle(n);
}

void network_heartbeats(struct network *n, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        network_advance(n, n->shared[0].params.heartbeat_interval_ns);
        for (uint32_t node = 0; node < n->nodes; node++) {
            network_beat(n, node);
        }
    }
}

void network_inject(struct network *n, uint32_t from, uint32_t to, uint32_t rpc) {
    rpc_seal(&n->rpcs, rpc);
    rpc_at(&n->rpcs, rpc)->references++;
    push(n, (struct network_item){.from = from, .to = to, .item = rpc});
    settle(n);
}

void network_inject_control(struct network *n, uint32_t from, uint32_t to, enum trace_rpc kind,
                            uint16_t topic) {
    uint32_t rpc = rpc_create(&n->rpcs);
    if (kind == TRACE_RPC_GRAFT) {
        rpc_add_graft(&n->rpcs, rpc, topic);
    } else if (kind == TRACE_RPC_PRUNE) {
        rpc_add_prune(&n->rpcs, rpc, topic);
    } else {
        assert_int_equal(kind, TRACE_RPC_SUBSCRIPTIONS);
        rpc_add_subscription(&n->rpcs, rpc, topic, true);
    }
    network_inject(n, from, to, rpc);
}
