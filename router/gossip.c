#include "base/check.h"
#include "router/gossipsub.h"
#include "router/send.h"

static bool has_topic(const struct router *router, uint32_t message, uint16_t topic) {
    const struct message *fields = &router->shared->messages->items[message];
    if (!fields->several_topics) {
        return fields->topic == topic;
    }
    uint32_t position = 0;
    uint16_t found = 0;
    while (message_next_topic(router->shared->messages, message, &position, &found)) {
        if (found == topic) {
            return true;
        }
    }
    return false;
}

/** Whether the router's role keeps a message of its cache from others. */
static inline bool is_withheld(const struct router *router, uint32_t message) {
    return router->role != NULL && role_withholds(router, message);
}

/**
 * Appends to `rpc` an IHAVE of the topic's messages in the windows that gossip covers, if there is
 * one; makes the RPC if it is RPC_NONE.
 */
static uint32_t add_ihave(struct router *router, struct router_step *step, uint16_t topic,
                          uint32_t rpc) {
    bool added = false;
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&router->mcache, router->shared->params.history_gossip,
                                &position)) != NULL) {
        if (!has_topic(router, entry->message, topic) || is_withheld(router, entry->message)) {
            continue;
        }
        if (!added) {
            rpc = rpc == RPC_NONE ? send_create(router, step) : rpc;
            rpc_add_ihave(step->rpcs, rpc, topic);
            added = true;
        }
        rpc_add_id(step->rpcs, rpc, entry->message | router->shared->id_form);
    }
    return rpc;
}

/** Whether some message of the topic is in the windows that gossip covers. */
static bool has_news(const struct router *router, uint16_t topic) {
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&router->mcache, router->shared->params.history_gossip,
                                &position)) != NULL) {
        if (has_topic(router, entry->message, topic) && !is_withheld(router, entry->message)) {
            return true;
        }
    }
    return false;
}

/** Writes the topic's subscribers outside mesh and fanout to step->scratch; returns how many. */
static uint32_t list_candidates(struct router *router, struct router_step *step,
                                struct topic_state *topic) {
    bool leftovers = router_has_quirk(router, QUIRK_GOSSIP_FROM_LEFTOVERS);
    const uint64_t *table =
        leftovers ? topic_subscribers(router, topic) : topic_announced(router, topic);
    uint32_t count = 0;
    for (uint32_t i = 0; i < router->words; i++) {
        uint64_t word = table[i] & ~topic_mesh(router, topic)[i] & ~topic_fanout(router, topic)[i] &
                        ~router_flooding(router, i);
        for (; word != 0; word &= word - 1) {
            step->scratch[count++] = i * 64 + (uint32_t)__builtin_ctzll(word);
        }
    }
    CHECK(count <= router->slot_count);
    return count;
}

void gossip_emit(struct router *router, struct router_step *step, struct topic_state *topic) {
    uint32_t d_lazy = router->shared->params.d_lazy;
    mcache_expire(&router->mcache, &router->shared->caches, step->now_ns);
    if (d_lazy == 0 || router->mcache.count == 0 || router_has_role(router, ROLE_NEVER_GOSSIPS)) {
        return;
    }
    uint32_t rpc = add_ihave(router, step, topic->topic, RPC_NONE);
    if (rpc == RPC_NONE) {
        return;
    }
    rpc_seal(step->rpcs, rpc);
    uint32_t count = list_candidates(router, step, topic);
    uint32_t drawn = d_lazy < count ? d_lazy : count;
    if (drawn < count) {
        prng_pick_u32(step->prng, step->scratch, count, drawn);
    }
    for (uint32_t i = 0; i < drawn; i++) {
        send_rpc(router, step, step->scratch[i], rpc);
    }
    rpc_release_unsent(step->rpcs, rpc);
}

/** The peers that gossip goes to at one heartbeat, and the RPC that grows for each. */
struct gossip_round {
    uint64_t *chosen; // one bit per slot
    uint32_t *rpcs;   // [slot_count] of the slots chosen
    uint32_t count;
};

/** Chooses peers for one topic until there are enough in all, and adds its IHAVE to theirs. */
static void gossip_about(struct router *router, struct router_step *step, struct topic_state *topic,
                         struct gossip_round *round) {
    if (!has_news(router, topic->topic)) {
        return;
    }
    uint32_t count = list_candidates(router, step, topic);
    for (uint32_t i = 0; i < count && round->count < router->shared->params.d_lazy; i++) {
        prng_pick_u32(step->prng, step->scratch + i, count - i, 1);
        uint32_t slot = step->scratch[i];
        if (!bitset_has(round->chosen, slot)) {
            bitset_add(round->chosen, slot);
            round->rpcs[slot] = RPC_NONE;
            round->count++;
        }
        round->rpcs[slot] = add_ihave(router, step, topic->topic, round->rpcs[slot]);
    }
}

void gossip_emit_capped(struct router *router, struct router_step *step) {
    mcache_expire(&router->mcache, &router->shared->caches, step->now_ns);
    if (router->mcache.count == 0 || router_has_role(router, ROLE_NEVER_GOSSIPS)) {
        return;
    }
    struct gossip_round round = {.chosen = step->scratch_set,
                                 .rpcs = step->scratch + router->slot_count};
    for (uint32_t i = 0; i < router->words; i++) {
        round.chosen[i] = 0;
    }
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->has_mesh || router->topics[i]->has_fanout) {
            gossip_about(router, step, router->topics[i], &round);
        }
    }
    uint32_t count = bitset_list(round.chosen, router->words, step->scratch);
    CHECK(count == round.count);
    for (uint32_t i = 0; i < count; i++) {
        send_sealed(router, step, step->scratch[i], round.rpcs[step->scratch[i]]);
    }
}

/** Answers to one RPC: each an RPC of its own, or (QUIRK_ONE_REPLY) all in one. */
struct reply {
    uint32_t slot;
    bool together;
    bool has_control; // something but messages
    bool failed;      // an answer could not be written
    uint32_t rpc;     // that grows, or RPC_NONE
};

/** The RPC that the next answer goes into. */
static uint32_t reply_open(const struct router *router, struct router_step *step,
                           struct reply *reply) {
    if (reply->rpc == RPC_NONE) {
        reply->rpc = send_create(router, step);
    }
    return reply->rpc;
}

/** An answer has been added: it goes out now, unless there is one RPC for all. */
static void reply_close(struct router *router, struct router_step *step, struct reply *reply) {
    if (!reply->together) {
        reply->failed |= send_sealed(router, step, reply->slot, reply->rpc) == SEND_FAILED;
        reply->rpc = RPC_NONE;
    }
}

/** Sends what has grown; messages alone go only where IWANT is answered. */
static void reply_finish(struct router *router, struct router_step *step, struct reply *reply) {
    if (reply->rpc == RPC_NONE) {
        return;
    }
    if (reply->has_control || !router_has_quirk(router, QUIRK_IWANT_UNANSWERED)) {
        reply->failed |= send_sealed(router, step, reply->slot, reply->rpc) == SEND_FAILED;
    } else {
        rpc_release(step->rpcs, reply->rpc);
    }
}

/** Whether we have seen a message, or (where we know our own) published it. */
static bool is_known(struct router *router, uint32_t message, int64_t now_ns) {
    struct router_shared *shared = router->shared;
    if (seen_has(&router->seen, &shared->caches, message, now_ns)) {
        return true;
    }
    const struct message *fields = &shared->messages->items[message];
    return fields->published && fields->origin == router->node &&
           !router_has_quirk(router, QUIRK_OWN_MESSAGE_UNSEEN) &&
           !message_is_invented(shared->messages, message);
}

/** Asks for the ids of one IHAVE that we have not seen. Source: SEED.md §2.19. */
static void ask_for(struct router *router, struct router_step *step, const struct rpc *rpc,
                    const struct rpc_entry *entry, struct reply *reply) {
    struct router_shared *shared = router->shared;
    CHECK(entry->first + entry->count <= rpc->id_count);
    if (!router_topic(router, entry->topic)->has_mesh) {
        return;
    }
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t id = rpc->ids[entry->first + i];
        // An id made in another way than ours is that of a message we do not know.
        if ((id & MESSAGE_ID_TEXT) == shared->id_form &&
            is_known(router, message_of_id(id), step->now_ns)) {
            continue;
        }
        if (!reply->has_control) {
            rpc_add_iwant(step->rpcs, reply_open(router, step, reply));
            reply->has_control = true;
        }
        rpc_add_id(step->rpcs, reply->rpc, id);
    }
}

/** IHAVE: one IWANT for each, or (QUIRK_IWANT_ONCE) one for all of an RPC. */
static void on_ihaves(struct router *router, struct router_step *step, const struct rpc *rpc,
                      uint32_t first, struct reply *reply) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    if (entries[first].kind != TRACE_RPC_IHAVE) {
        return;
    }
    bool once = reply->together || router_has_quirk(router, QUIRK_IWANT_ONCE);
    for (uint32_t i = first; i < rpc->entry_count && entries[i].kind == TRACE_RPC_IHAVE; i++) {
        ask_for(router, step, rpc, &entries[i], reply);
        bool last = i + 1 == rpc->entry_count || entries[i + 1].kind != TRACE_RPC_IHAVE;
        if (reply->has_control && (last || !once)) {
            reply_close(router, step, reply);
            reply->has_control = reply->together;
        }
    }
}

/** IWANT: each cached message is an answer of its own. Source: SEED.md §2.20. */
static void on_iwant(struct router *router, struct router_step *step, const struct rpc *rpc,
                     const struct rpc_entry *entry, struct reply *reply) {
    CHECK(entry->first + entry->count <= rpc->id_count);
    mcache_expire(&router->mcache, &router->shared->caches, step->now_ns);
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t id = rpc->ids[entry->first + i];
        bool ours = (id & MESSAGE_ID_TEXT) == router->shared->id_form;
        struct mcache_entry *cached = ours ? mcache_find(&router->mcache, message_of_id(id)) : NULL;
        if (cached == NULL || is_withheld(router, cached->message)) {
            continue;
        }
        uint64_t *sent = mcache_sent(&router->mcache, cached);
        uint32_t answer = reply_open(router, step, reply);
        rpc_add_message(step->rpcs, answer, cached->message, cached->hops);
        rpc_at(step->rpcs, answer)->requested = true;
        rpc_at(step->rpcs, answer)->repeated |= bitset_has(sent, reply->slot);
        bitset_add(sent, reply->slot);
        reply_close(router, step, reply);
    }
}

/** All IWANT entries. */
static void on_iwants(struct router *router, struct router_step *step, const struct rpc *rpc,
                      uint32_t first, struct reply *reply) {
    bool unanswered = !reply->together && router_has_quirk(router, QUIRK_IWANT_UNANSWERED);
    if (unanswered || router_has_role(router, ROLE_NEVER_ANSWERS_IWANT)) {
        return;
    }
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = first; i < rpc->entry_count; i++) {
        if (entries[i].kind == TRACE_RPC_IWANT) {
            on_iwant(router, step, rpc, &entries[i], reply);
        }
    }
}

/** GRAFT and PRUNE; false if it broke off. */
static bool on_grafts(struct router *router, struct router_step *step, const struct rpc *rpc,
                      uint32_t first, struct reply *reply) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    for (uint32_t i = first; i < rpc->entry_count; i++) {
        if (entries[i].kind < TRACE_RPC_GRAFT) {
            continue;
        }
        CHECK(entries[i].kind <= TRACE_RPC_PRUNE);
        struct topic_state *topic = router_topic(router, entries[i].topic);
        if (entries[i].kind == TRACE_RPC_PRUNE) {
            mesh_on_prune(router, step, topic, reply->slot);
            continue;
        }
        switch (mesh_on_graft(router, step, topic, reply->slot)) {
        case GRAFT_TAKEN:
            break;
        case GRAFT_REFUSED:
            rpc_add_prune(step->rpcs, reply_open(router, step, reply), entries[i].topic);
            reply_close(router, step, reply);
            reply->has_control = reply->together;
            break;
        case GRAFT_BREAKS:
            return false;
        }
    }
    return true;
}

/** Handles what may be several control entries of several kinds. */
static bool on_entries(struct router *router, struct router_step *step, const struct rpc *rpc,
                       uint32_t first, struct reply *reply) {
    // In one RPC messages stand before control entries; neither handler sees what the other does.
    if (reply->together) {
        on_iwants(router, step, rpc, first, reply);
    }
    on_ihaves(router, step, rpc, first, reply);
    if (!reply->together) {
        on_iwants(router, step, rpc, first, reply);
    }
    return on_grafts(router, step, rpc, first, reply);
}

/** Whether an RPC is an IHAVE that tells nothing new, as most of them do. */
static inline bool tells_nothing(struct router *router, const struct router_step *step,
                                 const struct rpc *rpc) {
    const struct rpc_entry *entry = &rpc->entry;
    if (rpc->entry_count != 1 || entry->kind != TRACE_RPC_IHAVE) {
        return false;
    }
    CHECK(entry->count <= rpc->id_count);
    struct router_shared *shared = router->shared;
    if (step->now_ns >= router->seen.next_expiry_ns) {
        seen_expire(&router->seen, &shared->caches, step->now_ns);
    }
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t message = message_of_id(rpc->ids[i]);
        bool ours = (rpc->ids[i] & MESSAGE_ID_TEXT) == shared->id_form;
        // Nearly all are seen; who published a message is only asked of the others.
        if (!ours || (!paged_set_has(&router->seen.members, message) &&
                      !is_known(router, message, step->now_ns))) {
            return false;
        }
    }
    return true;
}

bool gossip_on_control(struct router *router, struct router_step *step, uint32_t slot,
                       const struct rpc *rpc, uint32_t first) {
    CHECK(rpc_entries(rpc)[first].kind >= TRACE_RPC_IHAVE);
    if (tells_nothing(router, step, rpc)) {
        return true;
    }
    struct reply reply = {
        .slot = slot, .together = router_has_quirk(router, QUIRK_ONE_REPLY), .rpc = RPC_NONE};
    if (!on_entries(router, step, rpc, first, &reply)) {
        if (reply.rpc != RPC_NONE) {
            rpc_release(step->rpcs, reply.rpc);
        }
        return false;
    }
    reply_finish(router, step, &reply);
    return !reply.failed;
}
