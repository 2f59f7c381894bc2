#include "tests/support/router_fixture.h"

#include "tests/support/unit.h"

#include <string.h>

#define FIXTURE_SECOND_NS INT64_C(1000000000)

static const struct fixture_options option_defaults = {
    .peers = 20,
    .topics = 3,
    .messages = 64,
    // Those of the specification.
    .params =
        {
            .d = 6,
            .d_low = 4,
            .d_high = 12,
            .d_lazy = 6,
            .heartbeat_interval_ns = FIXTURE_SECOND_NS,
            .heartbeat_initial_delay_ns = FIXTURE_SECOND_NS / 10,
            .history_length = 5,
            .history_gossip = 3,
            .fanout_ttl_ns = 60 * FIXTURE_SECOND_NS,
            .seen_ttl_ns = 120 * FIXTURE_SECOND_NS,
        },
};

static int64_t resolve(int64_t option, int64_t by_default) {
    if (option == FIXTURE_NONE) {
        return 0;
    }
    return option == 0 ? by_default : option;
}

static uint32_t resolve_u32(uint32_t option, uint32_t by_default) {
    return (uint32_t)resolve(option, by_default);
}

struct router_params fixture_resolve(const struct router_params *wanted) {
    const struct router_params *defaults = &option_defaults.params;
    return (struct router_params){
        .protocol = wanted->protocol,
        .d = resolve_u32(wanted->d, defaults->d),
        .d_low = resolve_u32(wanted->d_low, defaults->d_low),
        .d_high = resolve_u32(wanted->d_high, defaults->d_high),
        .d_lazy = resolve_u32(wanted->d_lazy, defaults->d_lazy),
        .heartbeat_interval_ns =
            resolve(wanted->heartbeat_interval_ns, defaults->heartbeat_interval_ns),
        .heartbeat_initial_delay_ns =
            resolve(wanted->heartbeat_initial_delay_ns, defaults->heartbeat_initial_delay_ns),
        .history_length = resolve_u32(wanted->history_length, defaults->history_length),
        .history_gossip = resolve_u32(wanted->history_gossip, defaults->history_gossip),
        .fanout_ttl_ns = resolve(wanted->fanout_ttl_ns, defaults->fanout_ttl_ns),
        .seen_ttl_ns = resolve(wanted->seen_ttl_ns, defaults->seen_ttl_ns),
        .sign = wanted->sign,
        .quirks = wanted->quirks,
        .self_trigger = wanted->self_trigger,
        .spare_senders = wanted->spare_senders,
    };
}

static struct router_params resolve_params(const struct fixture_options *options) {
    struct router_params params = fixture_resolve(&options->params);
    params.protocol = options->floodsub ? ROUTER_FLOODSUB : ROUTER_GOSSIPSUB;
    return params;
}

static void make_messages(struct fixture *f, const struct fixture_options *given) {
    uint32_t topic_count = resolve_u32(given->topics, option_defaults.topics);
    const char **names = arena_take_array(f->arena, MEMORY_TABLES, topic_count, sizeof *names);
    uint32_t *sizes = arena_take_array(f->arena, MEMORY_TABLES, topic_count, sizeof *sizes);
    for (uint32_t i = 0; i < topic_count; i++) {
        names[i] = "topic"; // nothing here ever compares names
        sizes[i] = (uint32_t)strlen(names[i]);
    }
    struct message_table_options options = {
        .count = resolve_u32(given->messages, option_defaults.messages),
        .invented_count = given->invented,
        .topic_names = names,
        .topic_sizes = sizes,
        .topic_count = topic_count,
    };
    message_table_init(&f->messages, f->arena, &options);
}

struct fixture *fixture_create(const struct fixture_options *options) {
    struct arena *arena = arena_create(NULL);
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    uint32_t peers = resolve_u32(options->peers, option_defaults.peers);
    f->arena = arena;
    f->params = resolve_params(options);
    pool_init(&f->pool, arena, MEMORY_TABLES);
    make_messages(f, options);
    f->peer_nodes = arena_take_array(arena, MEMORY_TABLES, peers, sizeof *f->peer_nodes);
    for (uint32_t slot = 0; slot < peers; slot++) {
        f->peer_nodes[slot] = FIXTURE_PEER_NODE_FIRST + slot;
    }
    router_shared_init(&f->shared, arena, &f->params, &f->messages);
    if (options->validators) {
        bool *has = arena_take_array(arena, MEMORY_TABLES, f->messages.topic_count, sizeof *has);
        memset(has, true, f->messages.topic_count * sizeof *has);
        f->shared.has_validators = has;
    }
    if (options->metered) {
        router_shared_meter(&f->shared);
    }
    // Whoever owns them need not clear them first.
    memset(&f->router, 0xa5, sizeof f->router);
    memset(&f->effects, 0xa5, sizeof f->effects);
    router_init(&f->router, &f->shared, FIXTURE_OWN_NODE, f->peer_nodes, peers);
    effects_init(&f->effects, arena);
    rpc_slab_init(&f->rpcs, arena, &f->messages);
    fixture_reseed(f, 1);
    f->step = (struct router_step){
        .now_ns = FIXTURE_SECOND_NS,
        .prng = &f->prng,
        .effects = &f->effects,
        .rpcs = &f->rpcs,
        .scratch = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)peers, sizeof(uint32_t)),
        .scratch_set = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)bitset_words(peers),
                                        sizeof(uint64_t)),
    };
    return f;
}

void fixture_destroy(struct fixture *f) {
    if (f != NULL) {
        arena_destroy(f->arena);
    }
}

/** Copies a list to memory that stays; the list of an RPC goes with its last reference. */
static void *keep(struct arena *arena, const void *items, size_t bytes) {
    void *kept = arena_take(arena, MEMORY_TABLES, bytes);
    if (bytes > 0) {
        memcpy(kept, items, bytes);
    }
    return kept;
}

struct rpc fixture_copy_rpc(struct arena *arena, const struct rpc_slab *rpcs, uint32_t handle) {
    struct rpc rpc = *rpc_at(rpcs, handle);
    assert_true(rpc.size_bytes > 0);
    assert_int_not_equal(rpc.references, RPC_FREED);
    assert_true(rpc.references > 0);
    rpc.ids = keep(arena, rpc.ids, rpc.id_count * sizeof *rpc.ids);
    if (rpc.entry_count > 1) {
        rpc.entries = keep(arena, rpc.entries, rpc.entry_count * sizeof *rpc.entries);
    }
    return rpc;
}

/** Carries out a send: notes what is sent, and gives its reference back as a link would. */
static void carry_out_send(struct fixture *f, struct fixture_event *event) {
    event->rpc = fixture_copy_rpc(f->arena, &f->rpcs, event->effect.item);
    assert_true(event->effect.slot < f->router.slot_count);
    // A step may end with the peer's disconnection, after it has sent to it.
    assert_true(event->effect.kind == EFFECT_SUPPRESS_RPC || f->router.broken != NULL ||
                fixture_effect_count(f, EFFECT_ABORT_LINK) > 0 ||
                bitset_has(f->router.connected, event->effect.slot));
    rpc_release(&f->rpcs, event->effect.item);
}

void fixture_settle(struct fixture *f) {
    uint32_t first = f->event_count;
    for (uint32_t i = 0; i < f->effects.count; i++) {
        if (f->event_count == f->event_capacity) {
            f->events = pool_grow(&f->pool, f->events, &f->event_capacity, f->event_count + 1,
                                  sizeof *f->events);
        }
        f->events[f->event_count++] = (struct fixture_event){.effect = f->effects.items[i]};
    }
    for (uint32_t i = first; i < f->event_count; i++) {
        struct fixture_event *event = &f->events[i];
        if (event->effect.kind == EFFECT_SEND_RPC || event->effect.kind == EFFECT_SUPPRESS_RPC) {
            carry_out_send(f, event);
        }
    }
    f->effects.count = 0;
    // Only those that wait for the application are still there.
    assert_int_equal(f->rpcs.live, router_kept_count(&f->router));
    router_validate(&f->router);
}

void fixture_form_mesh(struct fixture *f, uint16_t topic, uint32_t members) {
    fixture_connect_all(f);
    fixture_subscribe(f, topic);
    fixture_peers_graft(f, members, topic);
    fixture_peers_subscribe(f, f->router.slot_count, topic);
    assert_int_equal(fixture_mesh_count(f, topic), members);
    fixture_forget(f);
}

uint32_t fixture_form_fanout(struct fixture *f, uint16_t topic, uint32_t members) {
    assert_true(members <= f->params.d);
    fixture_connect_all(f);
    fixture_peers_subscribe(f, members, topic);
    uint32_t message = fixture_publish(f, topic);
    fixture_peers_subscribe(f, f->router.slot_count, topic);
    assert_int_equal(fixture_fanout_count(f, topic), members);
    fixture_forget(f);
    return message;
}

void fixture_forget(struct fixture *f) {
    f->event_count = 0;
}

void fixture_reseed(struct fixture *f, uint64_t seed) {
    f->prng = prng_stream(seed, STREAM_ROUTER, FIXTURE_OWN_NODE);
}

void fixture_connect(struct fixture *f, uint32_t slot) {
    router_on_peer_connected(&f->router, &f->step, slot, PEER_GOSSIPSUB);
    fixture_settle(f);
}

void fixture_connect_all(struct fixture *f) {
    for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
        fixture_connect(f, slot);
    }
}

void fixture_disconnect(struct fixture *f, uint32_t slot) {
    router_on_peer_disconnected(&f->router, &f->step, slot);
    fixture_settle(f);
}

void fixture_peer_sends(struct fixture *f, uint32_t slot, uint32_t rpc) {
    rpc_seal(&f->rpcs, rpc);
    router_on_rpc(&f->router, &f->step, slot, rpc_at(&f->rpcs, rpc));
    rpc_release(&f->rpcs, rpc);
    fixture_settle(f);
}

static void announce(struct fixture *f, uint32_t slot, uint16_t topic, bool subscribe) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_subscription(&f->rpcs, rpc, topic, subscribe);
    fixture_peer_sends(f, slot, rpc);
}

void fixture_peer_subscribes(struct fixture *f, uint32_t slot, uint16_t topic) {
    announce(f, slot, topic, true);
}

void fixture_peer_unsubscribes(struct fixture *f, uint32_t slot, uint16_t topic) {
    announce(f, slot, topic, false);
}

void fixture_peers_subscribe(struct fixture *f, uint32_t count, uint16_t topic) {
    for (uint32_t slot = 0; slot < count; slot++) {
        fixture_peer_subscribes(f, slot, topic);
    }
}

void fixture_peer_grafts(struct fixture *f, uint32_t slot, uint16_t topic) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_graft(&f->rpcs, rpc, topic);
    fixture_peer_sends(f, slot, rpc);
}

void fixture_peer_prunes(struct fixture *f, uint32_t slot, uint16_t topic) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_prune(&f->rpcs, rpc, topic);
    fixture_peer_sends(f, slot, rpc);
}

void fixture_peers_graft(struct fixture *f, uint32_t count, uint16_t topic) {
    for (uint32_t slot = 0; slot < count; slot++) {
        fixture_peer_grafts(f, slot, topic);
    }
}

void fixture_peers_prune(struct fixture *f, uint32_t count, uint16_t topic) {
    for (uint32_t slot = 0; slot < count; slot++) {
        fixture_peer_prunes(f, slot, topic);
    }
}

static void send_copy(struct fixture *f, uint32_t slot, struct rpc_entry copy, bool requested) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_message(&f->rpcs, rpc, copy.first, copy.count);
    rpc_at(&f->rpcs, rpc)->requested = requested;
    fixture_peer_sends(f, slot, rpc);
}

void fixture_peer_sends_message(struct fixture *f, uint32_t slot, uint32_t message, uint32_t hops) {
    send_copy(f, slot, (struct rpc_entry){.first = message, .count = hops}, false);
}

void fixture_peer_answers(struct fixture *f, uint32_t slot, uint32_t message, uint32_t hops) {
    send_copy(f, slot, (struct rpc_entry){.first = message, .count = hops}, true);
}

void fixture_peer_sends_ihave(struct fixture *f, uint32_t slot, const uint32_t *messages,
                              uint32_t count) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_ihave(&f->rpcs, rpc, f->messages.items[messages[0]].topic);
    for (uint32_t i = 0; i < count; i++) {
        rpc_add_id(&f->rpcs, rpc, messages[i]);
    }
    fixture_peer_sends(f, slot, rpc);
}

void fixture_peer_sends_iwant(struct fixture *f, uint32_t slot, const uint32_t *messages,
                              uint32_t count) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_iwant(&f->rpcs, rpc);
    for (uint32_t i = 0; i < count; i++) {
        rpc_add_id(&f->rpcs, rpc, messages[i]);
    }
    fixture_peer_sends(f, slot, rpc);
}

void fixture_subscribe(struct fixture *f, uint16_t topic) {
    router_subscribe(&f->router, &f->step, topic, 0);
    fixture_settle(f);
}

void fixture_unsubscribe(struct fixture *f, uint16_t topic) {
    router_unsubscribe(&f->router, &f->step, topic, 0);
    fixture_settle(f);
}

void fixture_validated(struct fixture *f, uint32_t message, bool accepted) {
    router_on_validated(&f->router, &f->step, message, accepted);
    fixture_settle(f);
}

uint32_t fixture_new_message(struct fixture *f, uint16_t topic, uint32_t origin) {
    uint32_t number = f->next_message++;
    struct message fields = {
        .seqno = number + 1, .origin = origin, .size_bytes = 100, .topic = topic};
    message_publish(&f->messages, number, &fields);
    return number;
}

void fixture_set_roles(struct fixture *f, const struct role_set *set) {
    f->router.role = set;
}

void fixture_forward_due(struct fixture *f, uint32_t index) {
    struct effect late = fixture_effect(f, EFFECT_FORWARD_LATE, index)->effect;
    router_on_forward_due(&f->router, &f->step, &late);
    fixture_settle(f);
}

uint32_t fixture_publish(struct fixture *f, uint16_t topic) {
    uint32_t number = fixture_new_message(f, topic, FIXTURE_OWN_NODE);
    router_publish(&f->router, &f->step, number);
    fixture_settle(f);
    return number;
}

void fixture_advance(struct fixture *f, int64_t ns) {
    assert_true(ns >= 0);
    f->step.now_ns += ns;
}

void fixture_heartbeat(struct fixture *f) {
    fixture_advance(f, f->params.heartbeat_interval_ns);
    router_on_heartbeat(&f->router, &f->step);
    fixture_settle(f);
}

void fixture_heartbeats(struct fixture *f, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        fixture_heartbeat(f);
    }
}

static bool is_send(const struct fixture_event *event, enum trace_rpc kind) {
    return event->effect.kind == EFFECT_SEND_RPC && rpc_entries(&event->rpc)[0].kind == kind;
}

uint32_t fixture_sent_count(const struct fixture *f, enum trace_rpc kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        count += is_send(&f->events[i], kind);
    }
    return count;
}

uint32_t fixture_sent_to(const struct fixture *f, uint32_t slot, enum trace_rpc kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        count += f->events[i].effect.slot == slot && is_send(&f->events[i], kind);
    }
    return count;
}

const struct fixture_event *fixture_sent(const struct fixture *f, enum trace_rpc kind,
                                         uint32_t index) {
    uint32_t met = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        if (is_send(&f->events[i], kind) && met++ == index) {
            return &f->events[i];
        }
    }
    fail_msg("only %u RPCs of kind %s were sent", met, trace_rpc_name(kind));
    return NULL;
}

const struct fixture_event *fixture_effect(const struct fixture *f, enum effect_kind kind,
                                           uint32_t index) {
    uint32_t met = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        if (f->events[i].effect.kind == kind && met++ == index) {
            return &f->events[i];
        }
    }
    fail_msg("only %u effects of kind %d", met, (int)kind);
    return NULL;
}

uint32_t fixture_effect_count(const struct fixture *f, enum effect_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        count += f->events[i].effect.kind == kind;
    }
    return count;
}

uint32_t fixture_delivered_count(const struct fixture *f) {
    return fixture_effect_count(f, EFFECT_DELIVER);
}

uint32_t fixture_trace_count(const struct fixture *f, enum trace_kind kind,
                             enum trace_reason reason) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        const struct effect *effect = &f->events[i].effect;
        count +=
            effect->kind == EFFECT_TRACE && effect->trace_kind == kind && effect->reason == reason;
    }
    return count;
}

void fixture_expect_reason(const struct fixture *f, enum trace_reason reason) {
    for (uint32_t i = 0; i < f->event_count; i++) {
        if (f->events[i].effect.kind != EFFECT_SEND_RPC && f->events[i].effect.reason == reason) {
            return;
        }
    }
    fail_msg("nothing happened for the reason %s", trace_reason_name(reason));
}

void fixture_expect_silence(const struct fixture *f) {
    assert_int_equal(f->event_count, 0);
}

/** The topic's state, or NULL: a question must not make the router meet a topic. */
static struct topic_state *find_topic(const struct fixture *f, uint16_t topic) {
    uint32_t index = f->router.topic_index[topic];
    return index == 0 ? NULL : f->router.topics[index - 1];
}

bool fixture_in_mesh(const struct fixture *f, uint16_t topic, uint32_t slot) {
    struct topic_state *state = find_topic(f, topic);
    return state != NULL && bitset_has(topic_mesh(&f->router, state), slot);
}

bool fixture_in_fanout(const struct fixture *f, uint16_t topic, uint32_t slot) {
    struct topic_state *state = find_topic(f, topic);
    return state != NULL && bitset_has(topic_fanout(&f->router, state), slot);
}

uint32_t fixture_mesh_count(const struct fixture *f, uint16_t topic) {
    return router_mesh_count(&f->router, topic);
}

uint32_t fixture_fanout_count(const struct fixture *f, uint16_t topic) {
    struct topic_state *state = find_topic(f, topic);
    return state == NULL ? 0 : bitset_count(topic_fanout(&f->router, state), f->router.words);
}

void fixture_expect_equal(const char *row, const char *what, uint64_t found, uint64_t wanted) {
    if (found != wanted) {
        fail_msg("%s: %s is %llu, not %llu", row, what, (unsigned long long)found,
                 (unsigned long long)wanted);
    }
}
