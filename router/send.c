#include "router/send.h"

#include "base/check.h"

uint32_t send_create(const struct router *router, const struct router_step *step) {
    uint32_t rpc = rpc_create(step->rpcs);
    rpc_at(step->rpcs, rpc)->form = router->shared->rpc_form;
    return rpc;
}

/** Counts the messages of an RPC that was written, per topic. */
static void count_messages(const struct router *router, uint32_t slot, const struct rpc *rpc) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        uint32_t position = 0;
        uint16_t topic = 0;
        while (entries[i].kind == TRACE_RPC_MESSAGES &&
               message_next_topic(router->shared->messages, entries[i].first, &position, &topic)) {
            router_metrics_of(router->metrics, topic)->sent[slot]++;
        }
    }
}

static void observe(const struct router *router, uint32_t slot, const struct rpc *rpc) {
    for (uint32_t i = 0; i < router->shared->observer_count; i++) {
        const struct router_observer *observer = &router->shared->observers[i];
        if (observer->on_send != NULL) {
            observer->on_send(observer->context, router, slot, rpc);
        }
    }
}

/** The sent cache has the RPC: it is not sent, and to the router it was. */
static enum send_result suppress(struct router *router, struct router_step *step, uint32_t slot,
                                 uint32_t rpc) {
    if (router->metrics != NULL) {
        router->metrics->skipped_sent[slot]++;
    }
    emit_rpc(step, EFFECT_SUPPRESS_RPC, slot, rpc);
    return SEND_SUPPRESSED;
}

/** What becomes of an RPC: SEED.md 2.6, steps 3 to 6. */
static enum send_result write_rpc(struct router *router, struct router_step *step, uint32_t slot,
                                  uint32_t rpc) {
    struct router_shared *shared = router->shared;
    const struct rpc *content = rpc_at(step->rpcs, rpc);
    bool cached = (shared->sent_kinds >> rpc_entries(content)->kind & 1) != 0;
    uint64_t key = cached ? send_cache_key(router, slot, rpc_digest(content)) : 0;
    bool writable = bitset_has(router->connected, slot) &&
                    (router->broken == NULL || !bitset_has(router->broken, slot));
    if (!writable && cached && digest_cache_has(&router->side->sent, key, step->now_ns)) {
        return suppress(router, step, slot, rpc);
    }
    if (!bitset_has(router->connected, slot)) {
        return SEND_UNCONNECTED;
    }
    if (!writable) {
        bitset_remove(router->connected, slot);
        return SEND_FAILED;
    }
    if (cached && !digest_cache_add(&router->side->sent, &shared->caches, key, step->now_ns)) {
        return suppress(router, step, slot, rpc);
    }
    emit_rpc(step, EFFECT_SEND_RPC, slot, rpc);
    if (router->metrics != NULL) {
        count_messages(router, slot, content);
    }
    return SEND_WRITTEN;
}

enum send_result send_watched(struct router *router, struct router_step *step, uint32_t slot,
                              uint32_t rpc) {
    CHECK(slot < router->slot_count);
    observe(router, slot, rpc_at(step->rpcs, rpc));
    return write_rpc(router, step, slot, rpc);
}

enum send_result send_sealed(struct router *router, struct router_step *step, uint32_t slot,
                             uint32_t rpc) {
    rpc = rpc_seal_shared(step->rpcs, rpc);
    enum send_result result = send_rpc(router, step, slot, rpc);
    rpc_release_unsent(step->rpcs, rpc);
    return result;
}

enum send_result send_graft(struct router *router, struct router_step *step, uint32_t slot,
                            uint16_t topic) {
    uint32_t rpc = send_create(router, step);
    rpc_add_graft(step->rpcs, rpc, topic);
    return send_sealed(router, step, slot, rpc);
}

enum send_result send_prune(struct router *router, struct router_step *step, uint32_t slot,
                            uint16_t topic) {
    uint32_t rpc = send_create(router, step);
    rpc_add_prune(step->rpcs, rpc, topic);
    return send_sealed(router, step, slot, rpc);
}

/** Sends in progress of one RPC to a set of peers. */
struct multicast {
    uint32_t rpc;
    uint32_t written;
    uint32_t taken;   // by the sent cache or for want of a stream
    uint64_t *failed; // slots that could not be written to; NULL until there is one
    uint64_t *sent;   // noted here, if not NULL
};

static void note_failed(const struct router *router, const struct router_step *step, uint32_t slot,
                        struct multicast *multicast) {
    if (multicast->failed == NULL) {
        multicast->failed = step->scratch_set + router->words;
        for (uint32_t i = 0; i < router->words; i++) {
            multicast->failed[i] = 0;
        }
    }
    bitset_add(multicast->failed, slot);
}

static inline void multicast_to(struct router *router, struct router_step *step, uint32_t slot,
                                struct multicast *multicast) {
    enum send_result result = send_rpc(router, step, slot, multicast->rpc);
    if (result == SEND_WRITTEN) {
        multicast->written++;
        if (multicast->sent != NULL) {
            bitset_add(multicast->sent, slot);
        }
    } else if (result == SEND_FAILED) {
        note_failed(router, step, slot, multicast);
    } else {
        multicast->taken++;
    }
}

/** Ends the sends of one RPC; returns how many count as sent. Source: SEED.md §2.11 steps 7–9. */
static uint32_t multicast_finish(struct router *router, struct router_step *step,
                                 const struct multicast *multicast) {
    for (uint32_t word = 0; multicast->failed != NULL && word < router->words; word++) {
        for (uint64_t bits = multicast->failed[word]; bits != 0; bits &= bits - 1) {
            router_on_peer_disconnected(router, step, word * 64 + (uint32_t)__builtin_ctzll(bits));
        }
    }
    bool counts_unsent = router_has_quirk(router, QUIRK_PUBLISHED_COUNTS_UNSENT);
    return multicast->written + (counts_unsent ? multicast->taken : 0);
}

uint64_t *send_cache_message(struct router *router, const struct router_step *step,
                             uint32_t message, uint32_t hops) {
    // A message of ours, which is at no hops, is always cached.
    if (!router->shared->protocol->caches_messages ||
        (hops > 0 && router_has_quirk(router, QUIRK_FORWARDED_NOT_CACHED))) {
        return NULL;
    }
    struct pool *pool = &router->shared->caches;
    struct mcache_entry *entry = NULL;
    mcache_expire(&router->mcache, pool, step->now_ns);
    // What an application has looked at for long may have been seen long before it is cached.
    if (router->shared->may_cache_twice || router->shared->has_validators != NULL) {
        entry = mcache_find(&router->mcache, message);
    }
    if (entry == NULL) {
        entry = mcache_put(&router->mcache, pool, message, hops);
        if (router_has_quirk(router, QUIRK_MCACHE_EXPIRES)) {
            mcache_start_timer(&router->mcache, pool, message, step->now_ns + MCACHE_TTL_NS);
        }
    }
    return mcache_sent(&router->mcache, entry);
}

static bool is_spared(const struct router *router, const struct message_sending *sending,
                      uint32_t origin, uint32_t slot) {
    return slot == sending->deliverer || router->peer_nodes[slot] == origin ||
           (sending->sources != NULL && bitset_has(sending->sources, slot));
}

/** The RPC of a message, made when the first peer is found that it goes to. */
static uint32_t make_message_rpc(const struct router *router, const struct router_step *step,
                                 const struct message_sending *sending) {
    uint32_t rpc = send_create(router, step);
    rpc_add_message(step->rpcs, rpc, sending->message, sending->hops);
    rpc_seal(step->rpcs, rpc);
    return rpc;
}

/** The short way of send_message() where a send is an effect and nothing else. */
static uint32_t send_message_plainly(const struct router *router, const struct router_step *step,
                                     const struct message_sending *sending, uint64_t *sent) {
    uint32_t origin = router->shared->messages->items[sending->message].origin;
    bool echoes = router_has_quirk(router, QUIRK_ECHO);
    uint32_t rpc = RPC_NONE;
    uint32_t count = 0;
    for (uint32_t word = 0; word < router->words; word++) {
        uint64_t bits = sending->targets[word] & router->connected[word];
        for (; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (!echoes && is_spared(router, sending, origin, slot)) {
                continue;
            }
            if (rpc == RPC_NONE) {
                rpc = make_message_rpc(router, step, sending);
            }
            *effects_add(step->effects) =
                (struct effect){.kind = EFFECT_SEND_RPC, .slot = slot, .item = rpc};
            count++;
            if (sent != NULL) {
                bitset_add(sent, slot);
            }
        }
    }
    if (count > 0) {
        rpc_at(step->rpcs, rpc)->references += count;
    }
    return count;
}

uint32_t send_message(struct router *router, struct router_step *step,
                      const struct message_sending *sending) {
    uint64_t *sent = send_cache_message(router, step, sending->message, sending->hops);
    if (router->shared->sends_plainly && router->broken == NULL &&
        !router_has_quirk(router, QUIRK_PUBLISHED_COUNTS_UNSENT)) {
        return send_message_plainly(router, step, sending, sent);
    }
    uint32_t origin = router->shared->messages->items[sending->message].origin;
    bool echoes = router_has_quirk(router, QUIRK_ECHO);
    struct multicast multicast = {.rpc = RPC_NONE, .sent = sent};
    for (uint32_t word = 0; word < router->words; word++) {
        for (uint64_t bits = sending->targets[word]; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (!echoes && is_spared(router, sending, origin, slot)) {
                continue;
            }
            if (multicast.rpc == RPC_NONE) {
                multicast.rpc = make_message_rpc(router, step, sending);
            }
            multicast_to(router, step, slot, &multicast);
        }
    }
    if (multicast.rpc == RPC_NONE) {
        return 0;
    }
    rpc_release_unsent(step->rpcs, multicast.rpc);
    return multicast_finish(router, step, &multicast);
}

uint32_t send_messages(struct router *router, struct router_step *step, const uint64_t *targets,
                       uint32_t rpc) {
    struct multicast multicast = {.rpc = rpc};
    for (uint32_t word = 0; word < router->words; word++) {
        for (uint64_t bits = targets[word]; bits != 0; bits &= bits - 1) {
            multicast_to(router, step, word * 64 + (uint32_t)__builtin_ctzll(bits), &multicast);
        }
    }
    rpc_release_unsent(step->rpcs, rpc);
    return multicast_finish(router, step, &multicast);
}
