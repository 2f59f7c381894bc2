// What the tests of a network ask; what they do stands in network_fixture.c.
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

static bool matches(uint32_t wanted, uint32_t found) {
    return wanted == NETWORK_ANY || wanted == found;
}

static bool is_rpc(const struct network_event *event, enum effect_kind effect, uint32_t kind) {
    return event->effect.kind == effect && matches(kind, rpc_entries(&event->rpc)->kind);
}

static uint32_t count_rpcs(const struct network *n, uint32_t from, uint32_t to,
                           struct network_event wanted) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->event_count; i++) {
        const struct network_event *event = &n->events[i];
        count += is_rpc(event, wanted.effect.kind, wanted.effect.value) &&
                 matches(from, event->node) && matches(to, event->effect.slot);
    }
    return count;
}

uint32_t network_sent(const struct network *n, uint32_t from, uint32_t to, uint32_t kind) {
    return count_rpcs(n, from, to,
                      (struct network_event){.effect = {.kind = EFFECT_SEND_RPC, .value = kind}});
}

uint32_t network_suppressed(const struct network *n, uint32_t from, uint32_t to, uint32_t kind) {
    return count_rpcs(
        n, from, to,
        (struct network_event){.effect = {.kind = EFFECT_SUPPRESS_RPC, .value = kind}});
}

const struct rpc *network_rpc(const struct network *n, uint32_t from, uint32_t to, uint32_t kind,
                              uint32_t index) {
    uint32_t met = 0;
    for (uint32_t i = 0; i < n->event_count; i++) {
        const struct network_event *event = &n->events[i];
        if (is_rpc(event, EFFECT_SEND_RPC, kind) && matches(from, event->node) &&
            matches(to, event->effect.slot) && met++ == index) {
            return &event->rpc;
        }
    }
    fail_msg("only %u such RPCs were sent", met);
    return NULL;
}

uint32_t network_effects(const struct network *n, uint32_t node, enum effect_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->event_count; i++) {
        count += matches(node, n->events[i].node) && n->events[i].effect.kind == kind;
    }
    return count;
}

uint32_t network_traces(const struct network *n, uint32_t node, uint32_t kind,
                        enum trace_reason reason) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->event_count; i++) {
        const struct effect *effect = &n->events[i].effect;
        count += matches(node, n->events[i].node) && effect->kind == EFFECT_TRACE &&
                 matches(kind, effect->trace_kind) && effect->reason == reason;
    }
    return count;
}

uint32_t network_handled(const struct network *n, uint32_t node, uint16_t topic) {
    uint32_t calls = 0;
    for (uint32_t i = 0; i < n->event_count; i++) {
        const struct effect *effect = &n->events[i].effect;
        if (matches(node, n->events[i].node) && effect->kind == EFFECT_DELIVER &&
            effect->topic == topic) {
            calls += effect->calls;
        }
    }
    return calls;
}

/** The topic's state, or NULL: a question must not make the router meet a topic. */
static struct topic_state *find(const struct network *n, uint32_t node, uint16_t topic) {
    return (struct topic_state *)router_find_topic(&n->routers[node], topic);
}

struct network_topic network_topic(const struct network *n, uint32_t node, uint16_t topic) {
    const struct router *router = &n->routers[node];
    struct topic_state *state = find(n, node, topic);
    if (state == NULL) {
        return (struct network_topic){0};
    }
    return (struct network_topic){
        .mesh = state->mesh_count,
        .fanout = bitset_count(topic_fanout(router, state), router->words),
        .table = bitset_count(topic_subscribers(router, state), router->words),
        .gauge_mesh = state->gauge_mesh,
        .gauge_fanout = state->gauge_fanout,
        .gauge_table = state->gauge_subscribers,
        .joined = state->joined,
        .has_mesh = state->has_mesh,
        .has_fanout = state->has_fanout,
        .has_table = state->has_table,
    };
}

bool network_in_mesh(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic) {
    struct topic_state *state = find(n, node, topic);
    return state != NULL && bitset_has(topic_mesh(&n->routers[node], state), peer);
}

bool network_in_fanout(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic) {
    struct topic_state *state = find(n, node, topic);
    return state != NULL && bitset_has(topic_fanout(&n->routers[node], state), peer);
}

bool network_in_table(const struct network *n, uint32_t node, uint32_t peer, uint16_t topic) {
    struct topic_state *state = find(n, node, topic);
    return state != NULL && bitset_has(topic_subscribers(&n->routers[node], state), peer);
}

static uint64_t sum(const uint64_t *counters, uint64_t count) {
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; i++) {
        total += counters[i];
    }
    return total;
}

struct network_metrics network_metrics(const struct network *n, uint32_t node) {
    const struct router *router = &n->routers[node];
    const struct router_metrics *metrics = router->metrics;
    assert_non_null(metrics);
    struct network_metrics sums = {
        .topics = metrics->topics,
        .peers = bitset_count(router->peers, router->words),
        .skipped_sent = sum(metrics->skipped_sent, router->slot_count),
        .skipped_received = sum(metrics->skipped_received, router->slot_count),
        .validation_success = metrics->validation_success,
        .validation_failure = metrics->validation_failure,
        .sig_verify_success = metrics->sig_verify_success,
    };
    for (uint32_t i = 0; i < metrics->topic_count; i++) {
        const struct topic_metrics *topic = &metrics->by_topic[i];
        sums.published += topic->published;
        sums.sent += sum(topic->sent, router->slot_count);
        sums.received += sum(topic->received, router->slot_count);
    }
    return sums;
}
