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

static void emit_ignored(const struct router_step *step, const struct effect *copy,
                         enum trace_reason reason) {
    struct effect *ignored = effects_add(step->effects);
    *ignored = *copy;
    ignored->kind = EFFECT_TRACE;
    ignored->trace_kind = TRACE_IGNORE;
    ignored->reason = (uint8_t)reason;
}

static void mark_seen(struct router *router, const struct router_step *step, uint32_t message) {
    seen_add(&router->seen, &router->shared->caches, message,
             router_seen_until(router, step->now_ns));
}

/** Whether a topic of the message is one of ours. */
static bool is_for_us(struct router *router, uint32_t message) {
    const struct message *fields = &router->shared->messages->items[message];
    if (!fields->several_topics) {
        return router_topic(router, fields->topic)->joined;
    }
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
static bool verify(struct router *router, const struct rpc_entry *entry) {
    const struct message *message = &router->shared->messages->items[entry->first];
    bool damaged = entry->subscribe != 0;
    bool signs = router->shared->params.sign;
    bool wants_key = signs && router_has_quirk(router, QUIRK_KEYLESS_REJECTED);
    bool ok = message->authentic && (message->has_key || !wants_key) && !(signs && damaged);
    if (router->metrics != NULL && signs) {
        router->metrics->sig_verify_success += ok;
        router->metrics->sig_verify_failure += !ok;
    }
    return ok;
}

/** What a copy of a message comes to when it arrives. */
enum fate {
    FATE_KNOWN, // it was seen before
    FATE_DROPPED,
    FATE_PENDING, // the application is asked
    FATE_ADMITTED,
};

/** Whether the application validates messages of one of the message's topics. */
static bool has_validators(const struct router_shared *shared, uint32_t message) {
    uint32_t position = 0;
    uint16_t topic = 0;
    if (shared->has_validators == NULL) {
        return false;
    }
    while (message_next_topic(shared->messages, message, &position, &topic)) {
        if (topic < shared->topic_count && shared->has_validators[topic]) {
            return true;
        }
    }
    return false;
}

/** A message that passed verification and validation; false if it stops here all the same. */
static inline bool pass(struct router *router, struct router_step *step,
                        const struct effect *copy) {
    if (!router_has_quirk(router, QUIRK_SEEN_BEFORE_VALIDATION)) {
        mark_seen(router, step, copy->item);
    }
    if (router->metrics != NULL) {
        router->metrics->validation_success++;
    }
    bool own = router->shared->messages->items[copy->item].origin == router->node;
    if (own && !router->shared->protocol->delivers_own) {
        struct effect *echo = effects_add(step->effects);
        *echo = *copy;
        echo->reason = REASON_ECHO;
        return false;
    }
    return true;
}

/** A copy of a message that is being validated: a duplicate, whose sender need not get it. */
static bool is_pending(struct router *router, struct router_step *step, struct effect copy) {
    struct validation *pending = validations_find(&router->side->validations, copy.item);
    if (pending == NULL) {
        return false;
    }
    bitset_add(pending->sources, copy.slot);
    *effects_add(step->effects) = copy;
    return true;
}

/** Whether the messages of an RPC are forwarded as one. A role looks at each. */
static bool goes_together(const struct router *router, const struct rpc *rpc) {
    if (rpc->entry_count < 2 || router->role != NULL ||
        !router_has_quirk(router, router->shared->protocol->forward_whole_rpc)) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        count += rpc_entries(rpc)[i].kind == TRACE_RPC_MESSAGES;
    }
    return count > 1;
}

/** A message that is met for the first time: SEED.md 2.21, steps B 3 to 6. */
static enum fate admit_new(struct router *router, struct router_step *step, const struct rpc *rpc,
                           const struct rpc_entry *entry, const struct effect *copy) {
    struct router_shared *shared = router->shared;
    if (router_has_quirk(router, QUIRK_SEEN_BEFORE_VALIDATION)) {
        mark_seen(router, step, copy->item);
    }
    if (!router_has_quirk(router, QUIRK_VALIDATES_UNSUBSCRIBED) && !is_for_us(router, copy->item)) {
        emit_ignored(step, copy, REASON_NOT_SUBSCRIBED);
        return FATE_DROPPED;
    }
    if (!verify(router, entry)) {
        emit_ignored(step, copy, REASON_BAD_SIGNATURE);
        return FATE_DROPPED;
    }
    if (has_validators(shared, copy->item)) {
        struct validation validation = {
            .message = copy->item,
            .slot = copy->slot,
            .hops = copy->value,
            .requested = rpc->requested,
            .reader_waits = router_has_quirk(router, QUIRK_READER_WAITS) &&
                            bitset_has(router->peers, copy->slot),
            .rpc = goes_together(router, rpc) ? rpc_copy(step->rpcs, rpc) : RPC_NONE,
        };
        validations_add(&router->side->validations, &shared->caches, &validation, router->words);
        struct effect *question = effects_add(step->effects);
        *question = *copy;
        question->kind = EFFECT_VALIDATE;
        return FATE_PENDING;
    }
    return pass(router, step, copy) ? FATE_ADMITTED : FATE_DROPPED;
}

/** Whether a message was met before. What we published ourselves is never new, however long ago. */
static inline bool is_met(struct router *router, const struct router_step *step, uint32_t message) {
    struct router_shared *shared = router->shared;
    bool own = shared->messages->items[message].origin == router->node;
    return (own && !router_has_quirk(router, shared->protocol->own_message_unseen)) ||
           seen_has(&router->seen, &shared->caches, message, step->now_ns);
}

/** What becomes of a copy of a message before it is anybody's. */
static inline enum fate admit(struct router *router, struct router_step *step,
                              const struct rpc *rpc, const struct rpc_entry *entry,
                              const struct effect *copy) {
    if (router->shared->has_validators != NULL && is_pending(router, step, *copy)) {
        return FATE_KNOWN;
    }
    if (is_met(router, step, copy->item)) {
        *effects_add(step->effects) = *copy;
        return FATE_KNOWN;
    }
    return admit_new(router, step, rpc, entry, copy);
}

/** Hands an admitted message to the application for one topic; false if it is not subscribed. */
static inline bool deliver_for(struct router *router, struct router_step *step,
                               const struct effect *copy, uint16_t topic,
                               enum trace_reason reason) {
    uint32_t handlers = router_topic(router, topic)->handler_count;
    if (handlers == 0) {
        return false;
    }
    struct effect *delivery = effects_add(step->effects);
    *delivery = *copy;
    delivery->kind = EFFECT_DELIVER;
    delivery->reason = (uint8_t)reason;
    delivery->topic = topic;
    delivery->calls = (uint8_t)(handlers < UINT8_MAX ? handlers : UINT8_MAX);
    return true;
}

/** Hands an admitted message to the application, for each topic it is subscribed to. */
static inline void deliver(struct router *router, struct router_step *step,
                           const struct effect *copy, enum trace_reason reason) {
    const struct message *message = &router->shared->messages->items[copy->item];
    bool delivered = false;
    if (!message->several_topics) {
        delivered = deliver_for(router, step, copy, message->topic, reason);
    }
    uint32_t position = 0;
    uint16_t topic = 0;
    while (message->several_topics &&
           message_next_topic(router->shared->messages, copy->item, &position, &topic)) {
        delivered = deliver_for(router, step, copy, topic, reason) || delivered;
    }
    if (!delivered) {
        emit_ignored(step, copy, REASON_NOT_SUBSCRIBED);
    }
}

/** Adds the peers that a message of this topic is forwarded to. */
static void add_targets(struct router *router, struct topic_state *topic, uint64_t *targets) {
    const uint64_t *members = router->shared->protocol->forward_targets(router, topic);
    for (uint32_t i = 0; i < router->words; i++) {
        targets[i] |= members[i];
        if (router->flooding != NULL) {
            targets[i] |= router->flooding[i] & topic_announced(router, topic)[i];
        }
    }
}

/** Forwards an admitted message; `sources` are further peers it came from, or NULL. */
static inline void forward(struct router *router, struct router_step *step,
                           const struct effect *copy, const uint64_t *sources) {
    if (router->role != NULL && role_on_forward(router, step, copy)) {
        return;
    }
    struct message_sending sending = {
        .message = copy->item, .hops = copy->value, .deliverer = copy->slot, .sources = sources};
    const struct message *message = &router->shared->messages->items[copy->item];
    if (!message->several_topics && router->flooding == NULL) {
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
    while (message_next_topic(router->shared->messages, copy->item, &position, &topic)) {
        add_targets(router, router_topic(router, topic), step->scratch_set);
    }
    sending.targets = step->scratch_set;
    send_message(router, step, &sending);
}

void router_on_forward_due(struct router *router, struct router_step *step,
                           const struct effect *late) {
    CHECK(late->kind == EFFECT_FORWARD_LATE);
    forward(router, step, late, NULL);
}

static inline enum fate on_message(struct router *router, struct router_step *step, uint32_t slot,
                                   const struct rpc *rpc, const struct rpc_entry *entry) {
    bool plain = router->shared->has_validators == NULL;
    CHECK(entry->first < router->shared->messages->count);
    if (plain && is_met(router, step, entry->first)) {
        *effects_add(step->effects) = copy_of(router, slot, entry);
        return FATE_KNOWN;
    }
    struct effect copy = copy_of(router, slot, entry);
    enum fate fate =
        plain ? admit_new(router, step, rpc, entry, &copy) : admit(router, step, rpc, entry, &copy);
    if (fate == FATE_ADMITTED) {
        deliver(router, step, &copy, rpc->requested ? REASON_REQUESTED : REASON_PUSHED);
        forward(router, step, &copy, NULL);
    }
    return fate;
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

/** How far the handling of an RPC came. */
enum handled {
    HANDLED_WHOLLY,
    HANDLED_BROKEN_OFF,
    HANDLED_UNTIL_VALIDATED, // its reader waits: the next entry is in *next
};

/** The messages of an RPC, wherever in it one is. */
struct message_span {
    const struct rpc_entry *entries;
    uint32_t count;
};

static struct message_span messages_of(const struct rpc *rpc) {
    struct message_span span = {.entries = rpc_entries(rpc)};
    const struct rpc_entry *end = span.entries + rpc->entry_count;
    while (span.entries < end && span.entries->kind < TRACE_RPC_MESSAGES) {
        span.entries++;
    }
    while (span.entries + span.count < end && span.entries[span.count].kind == TRACE_RPC_MESSAGES) {
        span.count++;
    }
    return span;
}

/** Adds the peers that an admitted message goes to, and caches it. */
static void add_message_targets(struct router *router, struct router_step *step,
                                const struct effect *copy, uint64_t *targets) {
    uint32_t position = 0;
    uint16_t topic = 0;
    while (message_next_topic(router->shared->messages, copy->item, &position, &topic)) {
        add_targets(router, router_topic(router, topic), targets);
    }
    if (!router_has_quirk(router, QUIRK_ECHO)) {
        bitset_remove(targets, copy->slot);
    }
    send_cache_message(router, step, copy->item, copy->value);
}

/**
 * Handles several messages of one RPC as one, from entry *next on. One that the application is
 * asked about takes all of them along when it has answered.
 *
 * Source: SEED.md §2.21 B and "Flood class", Q34, Q71.
 * Differs: those before a message that the reader waits for go on at once, not after all.
 */
static enum handled handle_together(struct router *router, struct router_step *step, uint32_t slot,
                                    const struct rpc *rpc, uint32_t *next) {
    struct message_span span = messages_of(rpc);
    const struct rpc_entry *end = span.entries + span.count;
    bool each_time = router->shared->protocol->forwards_each_time;
    bool waits = false;
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] = 0;
    }
    const struct rpc_entry *entry = rpc_entries(rpc) + *next;
    for (; entry < end && !waits; entry++, (*next)++) {
        struct effect copy = copy_of(router, slot, entry);
        enum fate fate = admit(router, step, rpc, entry, &copy);
        if (fate == FATE_ADMITTED) {
            add_message_targets(router, step, &copy, step->scratch_set);
            deliver(router, step, &copy, rpc->requested ? REASON_REQUESTED : REASON_PUSHED);
        }
        waits = fate == FATE_PENDING && router_has_quirk(router, QUIRK_READER_WAITS);
        if (each_time ? fate != FATE_DROPPED && fate != FATE_PENDING : waits || entry + 1 == end) {
            forward_together(router, step, span.entries, span.count);
        }
    }
    return waits ? HANDLED_UNTIL_VALIDATED : HANDLED_WHOLLY;
}

/** The messages of an RPC from entry *next on, and *next moves past them. */
static enum handled handle_messages(struct router *router, struct router_step *step, uint32_t slot,
                                    const struct rpc *rpc, uint32_t *next) {
    if (goes_together(router, rpc)) {
        return handle_together(router, step, slot, rpc, next);
    }
    const struct rpc_entry *entries = rpc_entries(rpc);
    while (*next < rpc->entry_count && entries[*next].kind == TRACE_RPC_MESSAGES) {
        enum fate fate = on_message(router, step, slot, rpc, &entries[(*next)++]);
        if (fate == FATE_PENDING && router_has_quirk(router, QUIRK_READER_WAITS)) {
            return HANDLED_UNTIL_VALIDATED;
        }
    }
    return HANDLED_WHOLLY;
}

/** Handles an RPC from entry *next on. */
static enum handled handle(struct router *router, struct router_step *step, uint32_t slot,
                           const struct rpc *rpc, uint32_t *next) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    while (*next < rpc->entry_count && entries[*next].kind == TRACE_RPC_SUBSCRIPTIONS) {
        router_on_subscription(router, step, slot, &entries[(*next)++]);
    }
    if (*next < rpc->entry_count && entries[*next].kind == TRACE_RPC_MESSAGES &&
        handle_messages(router, step, slot, rpc, next) == HANDLED_UNTIL_VALIDATED) {
        return HANDLED_UNTIL_VALIDATED;
    }
    // The peer may have been disconnected meanwhile, for want of a way to write to it.
    bool control = *next < rpc->entry_count && bitset_has(router->peers, slot);
    return !control || router->shared->protocol->on_control(router, step, slot, rpc, *next)
               ? HANDLED_WHOLLY
               : HANDLED_BROKEN_OFF;
}

/** Keeps an RPC that is handled from entry `next` on when the application has answered. */
static void keep_rest(struct router *router, struct router_step *step, uint32_t slot,
                      const struct rpc *rpc, uint32_t next) {
    // A peer that could not be written to may have been disconnected meanwhile: nothing is read
    // from it any more.
    if (bitset_has(router->peers, slot)) {
        struct waiting_rpc rest = {
            .slot = slot, .rpc = rpc_copy(step->rpcs, rpc), .next = next, .begun = true};
        validations_keep(&router->side->validations, &router->shared->caches, &rest, true);
    }
}

bool router_handle_rpc(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc) {
    uint32_t next = 0;
    enum handled handled = handle(router, step, slot, rpc, &next);
    if (handled == HANDLED_UNTIL_VALIDATED) {
        keep_rest(router, step, slot, rpc, next);
    }
    return handled != HANDLED_BROKEN_OFF;
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

/** The received cache has the RPC. */
static void skip(struct router *router, struct router_step *step, uint32_t slot,
                 const struct rpc *rpc) {
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
}

/** The key of an RPC in the received cache; false if this kind is not held there. */
static bool received_key(const struct router *router, uint32_t slot, const struct rpc *rpc,
                         uint64_t *key) {
    if (rpc->entry_count == 0 ||
        (router->shared->received_kinds >> rpc_entries(rpc)->kind & 1) == 0) {
        return false;
    }
    *key = send_cache_key(router, slot, rpc_digest(rpc));
    return true;
}

/**
 * Whether the reader has anything to do with this RPC: neither too large nor repeated. The received
 * cache has it from now on: if handling it fails, the cache ends with the session, and if it has to
 * wait, read_from() takes it out again.
 */
static bool accept_rpc(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc) {
    if (router_has_quirk(router, QUIRK_READ_LIMIT) &&
        rpc->size_bytes - varint_bytes(rpc->size_bytes) > READ_LIMIT_BYTES) {
        abort_link(router, step, slot, REASON_TOO_LARGE);
        return false;
    }
    uint64_t key = 0;
    if (received_key(router, slot, rpc, &key) &&
        !digest_cache_add(&router->side->received, &router->shared->caches, key, step->now_ns)) {
        skip(router, step, slot, rpc);
        return false;
    }
    if (router->shared->observer_count > 0 || router->metrics != NULL) {
        router_look_on(router, slot, rpc);
    }
    return true;
}

/** Handles an RPC from entry `first` on. */
static void read_from(struct router *router, struct router_step *step, uint32_t slot,
                      const struct rpc *rpc, uint32_t first) {
    uint64_t key = 0;
    uint32_t next = first;
    switch (handle(router, step, slot, rpc, &next)) {
    case HANDLED_UNTIL_VALIDATED:
        keep_rest(router, step, slot, rpc, next);
        // An RPC is in the received cache only when it has been handled.
        if (first == 0 && received_key(router, slot, rpc, &key)) {
            digest_cache_take_back(&router->side->received);
        }
        return;
    case HANDLED_BROKEN_OFF:
        abort_link(router, step, slot, REASON_HANDLING_FAILED);
        return;
    case HANDLED_WHOLLY:
        if (first > 0 && bitset_has(router->peers, slot) && received_key(router, slot, rpc, &key)) {
            digest_cache_add(&router->side->received, &router->shared->caches, key, step->now_ns);
        }
        return;
    }
    CHECK(false);
}

/** The long way of router_on_rpc(). */
static __attribute__((noinline)) void read_rpc(struct router *router, struct router_step *step,
                                               uint32_t slot, const struct rpc *rpc) {
    if (router->shared->has_validators != NULL &&
        validations_hold(&router->side->validations, slot)) {
        struct waiting_rpc whole = {.slot = slot, .rpc = rpc_copy(step->rpcs, rpc)};
        validations_keep(&router->side->validations, &router->shared->caches, &whole, false);
        return;
    }
    if (router->shared->reads_plainly || accept_rpc(router, step, slot, rpc)) {
        read_from(router, step, slot, rpc, 0);
    }
}

void router_on_rpc(struct router *router, struct router_step *step, uint32_t slot,
                   const struct rpc *rpc) {
    CHECK(slot < router->slot_count);
    CHECK(bitset_has(router->peers, slot));
    const struct router_shared *shared = router->shared;
    if (!shared->reads_plainly || shared->has_validators != NULL || rpc->entry_count != 1) {
        read_rpc(router, step, slot, rpc); // few: after a single entry nothing is left to be read
    } else if (rpc->entry.kind == TRACE_RPC_MESSAGES) {
        on_message(router, step, slot, rpc, &rpc->entry);
    } else if (rpc->entry.kind == TRACE_RPC_SUBSCRIPTIONS) {
        router_on_subscription(router, step, slot, &rpc->entry);
    } else if (!shared->protocol->on_control(router, step, slot, rpc, 0)) {
        abort_link(router, step, slot, REASON_HANDLING_FAILED);
    }
}

/** Reads what waited for a peer's reader, until it waits again or nothing is left. */
static void resume(struct router *router, struct router_step *step, uint32_t slot) {
    struct waiting_rpc waiting;
    while (!validations_hold(&router->side->validations, slot) &&
           validations_next(&router->side->validations, slot, &waiting)) {
        const struct rpc *rpc = rpc_at(step->rpcs, waiting.rpc);
        if (waiting.begun || accept_rpc(router, step, slot, rpc)) {
            read_from(router, step, slot, rpc, waiting.next);
        }
        rpc_release(step->rpcs, waiting.rpc);
    }
}

/** Forwards a message that the application accepted, with its RPC if that goes as one. */
static void go_on(struct router *router, struct router_step *step, const struct effect *copy,
                  const struct validation *validation) {
    const uint64_t *spared = router->shared->params.spare_senders ? validation->sources : NULL;
    if (validation->rpc == RPC_NONE || router->role != NULL) {
        forward(router, step, copy, spared);
        return;
    }
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] = 0;
    }
    add_message_targets(router, step, copy, step->scratch_set);
    for (uint32_t i = 0; spared != NULL && i < router->words; i++) {
        step->scratch_set[i] &= ~spared[i];
    }
    struct message_span span = messages_of(rpc_at(step->rpcs, validation->rpc));
    forward_together(router, step, span.entries, span.count);
}

void router_on_validated(struct router *router, struct router_step *step, uint32_t message,
                         bool accepted) {
    struct validation validation = validations_take(&router->side->validations, message);
    struct effect copy = {.kind = EFFECT_DUPLICATE,
                          .slot = validation.slot,
                          .item = message,
                          .value = validation.hops,
                          .topic = router->shared->messages->items[message].topic};
    if (!accepted) {
        emit_ignored(step, &copy, REASON_REJECTED);
        if (router->metrics != NULL) {
            router->metrics->validation_failure++;
        }
    } else if (pass(router, step, &copy)) {
        deliver(router, step, &copy, validation.requested ? REASON_REQUESTED : REASON_PUSHED);
        go_on(router, step, &copy, &validation);
    }
    if (validation.rpc != RPC_NONE) {
        rpc_release(step->rpcs, validation.rpc);
    }
    validation_finish(&validation, &router->shared->caches, router->words);
    if (validation.reader_waits) {
        resume(router, step, validation.slot);
    }
}
