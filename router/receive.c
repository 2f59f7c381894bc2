#include "router/router.h"

#include "base/check.h"
#include "router/send.h"

enum { READ_LIMIT_BYTES = 65536 };

/** A message's copy that has arrived, as far as it has come. */
static struct effect copy_of(const struct router *router, uint32_t slot,
                             const struct rpc_entry *entry) {
    const struct message_table *messages = router->shared->messages;
    CHECK(entry->first < messages->count);
    CHECK(messages->items[entry->first].published);
    return (struct effect){.kind = EFFECT_DUPLICATE,
                           .slot = slot,
                           .item = entry->first,
                           .value = entry->count + 1,
                           .topic = messages->items[entry->first].topic};
}

static void emit_ignored(const struct router_step *step, struct effect copy,
                         enum trace_reason reason) {
    copy.kind = EFFECT_TRACE;
    copy.trace_kind = TRACE_IGNORE;
    copy.reason = (uint8_t)reason;
    *effects_add(step->effects) = copy;
}

static void mark_seen(struct router *router, const struct router_step *step, uint32_t message) {
    seen_add(&router->seen, &router->shared->caches, message,
             step->now_ns + router->shared->params.seen_ttl_ns);
}

/** Whether a topic of the message is one of ours. */
static bool is_for_us(struct router *router, uint32_t message) {
    uint32_t position = 0;
    uint16_t topic = 0;
    while (message_next_topic(router->shared->messages, message, &position, &topic)) {
        if (router_topic(router, topic)->joined) {
            return true;
        }
    }
    return false;
}

/** Whether the signature holds, as far as this router asks. Source: SEED.md §3.6 "verify". */
static bool verify(struct router *router, const struct message *message) {
    bool signs = router->shared->params.sign;
    bool wants_key = signs && router_has_quirk(router, QUIRK_KEYLESS_REJECTED);
    bool ok = message->authentic && (message->has_key || !wants_key);
    if (router->metrics != NULL && signs) {
        router->metrics->sig_verify_success += ok;
        router->metrics->sig_verify_failure += !ok;
    }
    return ok;
}

/** What becomes of a copy of a message before it is anybody's: SEED.md 2.21, steps B 1 to 6. */
static bool admit(struct router *router, struct router_step *step, struct effect copy) {
    struct router_shared *shared = router->shared;
    const struct message *message = &shared->messages->items[copy.item];
    const struct router_protocol *protocol = shared->protocol;
    bool own = message->origin == router->node;
    // What we published ourselves is never new, however long ago that was.
    if ((own && !router_has_quirk(router, protocol->own_message_unseen)) ||
        seen_has(&router->seen, &shared->caches, copy.item, step->now_ns)) {
        *effects_add(step->effects) = copy;
        return false;
    }
    bool marked = router_has_quirk(router, QUIRK_SEEN_BEFORE_VALIDATION);
    if (marked) {
        mark_seen(router, step, copy.item);
    }
    if (!router_has_quirk(router, QUIRK_VALIDATES_UNSUBSCRIBED) && !is_for_us(router, copy.item)) {
        emit_ignored(step, copy, REASON_NOT_SUBSCRIBED);
        return false;
    }
    if (!verify(router, message)) {
        emit_ignored(step, copy, REASON_BAD_SIGNATURE);
        return false;
    }
    if (router->metrics != NULL) {
        router->metrics->validation_success++;
    }
    if (!marked) {
        mark_seen(router, step, copy.item);
    }
    if (own && !protocol->delivers_own) {
        copy.reason = REASON_ECHO;
        *effects_add(step->effects) = copy;
        return false;
    }
    return true;
}

/** Hands an admitted message to the application, for each topic it is subscribed to. */
static void deliver(struct router *router, struct router_step *step, struct effect copy,
                    enum trace_reason reason) {
    bool delivered = false;
    uint32_t position = 0;
    while (message_next_topic(router->shared->messages, copy.item, &position, &copy.topic)) {
        uint32_t handlers = topic_handler_count(router_topic(router, copy.topic));
        if (handlers > 0) {
            delivered = true;
            copy.kind = EFFECT_DELIVER;
            copy.reason = (uint8_t)reason;
            copy.calls = (uint8_t)(handlers < UINT8_MAX ? handlers : UINT8_MAX);
            *effects_add(step->effects) = copy;
        }
    }
    if (!delivered) {
        copy.topic = router->shared->messages->items[copy.item].topic;
        emit_ignored(step, copy, REASON_NOT_SUBSCRIBED);
    }
}

/** Adds the peers that a message of this topic is forwarded to. */
static void add_targets(struct router *router, struct topic_state *topic, uint64_t *targets) {
    const uint64_t *members = router->shared->protocol->forward_targets(router, topic);
    for (uint32_t i = 0; i < router->words; i++) {
        targets[i] |= members[i];
        if (router->has_flooding) {
            targets[i] |= router->flooding[i] & topic_announced(router, topic)[i];
        }
    }
}

static void forward(struct router *router, struct router_step *step, struct effect copy) {
    struct message_sending sending = {
        .message = copy.item, .hops = copy.value, .deliverer = copy.slot};
    const struct message *message = &router->shared->messages->items[copy.item];
    if (!message->several_topics && !router->has_flooding) {
        struct topic_state *topic = router_topic(router, message->topic);
        sending.targets = router->shared->protocol->forward_targets(router, topic);
        send_message(router, step, &sending);
        return;
    }
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] = 0;
    }
    uint32_t position = 0;
    uint16_t topic = 0;
    while (message_next_topic(router->shared->messages, copy.item, &position, &topic)) {
        add_targets(router, router_topic(router, topic), step->scratch_set);
    }
    sending.targets = step->scratch_set;
    send_message(router, step, &sending);
}

static void on_message(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, const struct rpc_entry *entry) {
    struct effect copy = copy_of(router, slot, entry);
    if (admit(router, step, copy)) {
        deliver(router, step, copy, rpc->requested ? REASON_REQUESTED : REASON_PUSHED);
        forward(router, step, copy);
    }
}

/** All messages of an RPC go on, in one RPC, to whoever gets one of them. */
static void forward_together(struct router *router, struct router_step *step,
                             const struct rpc_entry *entries, uint32_t count) {
    uint32_t rpc = send_create(router, step);
    for (uint32_t i = 0; i < count; i++) {
        rpc_add_message(step->rpcs, rpc, entries[i].first, entries[i].count + 1);
    }
    rpc_seal(step->rpcs, rpc);
    send_messages(router, step, step->scratch_set, rpc);
}

/** Handles several messages of one RPC as one. Source: SEED.md §2.21 B and "Flood class", Q34, Q71.
 */
static void on_messages(struct router *router, struct router_step *step, uint32_t slot,
                        const struct rpc *rpc, uint32_t first) {
    const struct rpc_entry *entries = rpc_entries(rpc) + first;
    uint32_t count = 0;
    while (first + count < rpc->entry_count && entries[count].kind == TRACE_RPC_MESSAGES) {
        count++;
    }
    bool each_time = router->shared->protocol->forwards_each_time;
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] = 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct effect copy = copy_of(router, slot, &entries[i]);
        if (admit(router, step, copy)) {
            uint32_t position = 0;
            uint16_t topic = 0;
            while (message_next_topic(router->shared->messages, copy.item, &position, &topic)) {
                add_targets(router, router_topic(router, topic), step->scratch_set);
            }
            deliver(router, step, copy, rpc->requested ? REASON_REQUESTED : REASON_PUSHED);
            send_cache_message(router, copy.item, copy.value);
        }
        if (!router_has_quirk(router, QUIRK_ECHO)) {
            bitset_remove(step->scratch_set, slot);
        }
        if (each_time || i + 1 == count) {
            forward_together(router, step, entries, count);
        }
    }
}

bool router_handle_rpc(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc) {
    CHECK(slot < router->slot_count);
    const struct rpc_entry *entries = rpc_entries(rpc);
    uint32_t next = 0;
    while (next < rpc->entry_count && entries[next].kind == TRACE_RPC_SUBSCRIPTIONS) {
        router_on_subscription(router, step, slot, &entries[next++]);
    }
    uint32_t first = next;
    while (next < rpc->entry_count && entries[next].kind == TRACE_RPC_MESSAGES) {
        next++;
    }
    if (next - first > 1 && router_has_quirk(router, router->shared->protocol->forward_whole_rpc)) {
        on_messages(router, step, slot, rpc, first);
    } else {
        for (uint32_t i = first; i < next; i++) {
            on_message(router, step, slot, rpc, &entries[i]);
        }
    }
    return next == rpc->entry_count ||
           router->shared->protocol->on_control(router, step, slot, rpc, next);
}

static void abort_link(struct router *router, struct router_step *step, uint32_t slot,
                       enum trace_reason reason) {
    *effects_add(step->effects) =
        (struct effect){.kind = EFFECT_ABORT_LINK, .slot = slot, .reason = (uint8_t)reason};
    if (bitset_has(router->peers, slot)) {
        router_on_peer_disconnected(router, step, slot);
    }
}

void router_on_unreadable(struct router *router, struct router_step *step, uint32_t slot) {
    abort_link(router, step, slot, REASON_UNREADABLE);
}

/** Counts what was read, before anybody decides what it is. */
static void look_on(struct router *router, uint32_t slot, const struct rpc *rpc) {
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
            if (topic < metrics->topic_count) {
                metrics->received[(size_t)slot * metrics->topic_count + topic]++;
            }
        }
    }
}

/** Whether the received cache has the RPC, whose key is `key`. */
static bool is_repeated(struct router *router, struct router_step *step, uint32_t slot,
                        uint64_t key, const struct rpc *rpc) {
    if (!digest_cache_has(&router->received, key, step->now_ns)) {
        return false;
    }
    if (router->metrics != NULL) {
        router->metrics->skipped_received[slot]++;
    }
    const struct rpc_entry *entry = rpc_entries(rpc);
    *effects_add(step->effects) = (struct effect){
        .kind = EFFECT_TRACE,
        .trace_kind = TRACE_SKIPPED,
        .slot = slot,
        .item = entry->kind == TRACE_RPC_MESSAGES ? entry->first : TRACE_NONE,
        .value = rpc->size_bytes,
        .topic = entry->topic,
        .reason = entry->kind,
    };
    return true;
}

void router_on_rpc(struct router *router, struct router_step *step, uint32_t slot,
                   const struct rpc *rpc) {
    struct router_shared *shared = router->shared;
    CHECK(slot < router->slot_count);
    CHECK(bitset_has(router->peers, slot));
    if (router_has_quirk(router, QUIRK_READ_LIMIT) &&
        rpc->size_bytes - varint_bytes(rpc->size_bytes) > READ_LIMIT_BYTES) {
        abort_link(router, step, slot, REASON_TOO_LARGE);
        return;
    }
    bool cached = rpc->entry_count > 0 && (shared->received_kinds >> rpc_entries(rpc)->kind & 1);
    uint64_t key = cached ? send_cache_key(router, slot, rpc_digest(rpc)) : 0;
    if (cached && is_repeated(router, step, slot, key, rpc)) {
        return;
    }
    if (shared->observer_count > 0 || router->metrics != NULL) {
        look_on(router, slot, rpc);
    }
    if (!router_handle_rpc(router, step, slot, rpc)) {
        abort_link(router, step, slot, REASON_GRAFT_FAILED);
        return;
    }
    if (cached && bitset_has(router->peers, slot)) {
        digest_cache_add(&router->received, &shared->caches, key, step->now_ns);
    }
}
