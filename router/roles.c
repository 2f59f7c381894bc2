#include "router/roles.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "router/send.h"

const struct role_row role_rows[ROLE_COUNT] = {
    [ROLE_NEVER_FORWARDS] = {.name = "never_forwards"},
    [ROLE_NEVER_PUSHES] = {.name = "never_pushes", .needs_gossipsub = true},
    [ROLE_FORWARDS_LATE] = {.name = "forwards_late"},
    [ROLE_CENSORS] = {.name = "censors"},
    [ROLE_DROPS] = {.name = "drops"},
    [ROLE_NEVER_GOSSIPS] = {.name = "never_gossips", .needs_gossipsub = true},
    [ROLE_NEVER_ANSWERS_IWANT] = {.name = "never_answers_iwant", .needs_gossipsub = true},
    [ROLE_REFUSES_GRAFT] = {.name = "refuses_graft", .needs_gossipsub = true},
    [ROLE_NEVER_GRAFTS] = {.name = "never_grafts", .needs_gossipsub = true},
    [ROLE_FLOODS_GRAFT] = {.name = "floods_graft", .needs_gossipsub = true},
    [ROLE_FLOODS_IHAVE] = {.name = "floods_ihave", .needs_gossipsub = true},
    [ROLE_FLOODS_IWANT] = {.name = "floods_iwant", .needs_gossipsub = true},
};

/** Whether this is one of the messages that the router drops: the same one whenever it is asked. */
static bool is_dropped(const struct router *router, const struct message *message) {
    uint64_t draw = prng_keyed(router->shared->messages->seed, STREAM_DROPS, router->node,
                               message->origin, message->seqno);
    return draw % SHARE_ONE < router->role->drops_ppb;
}

bool role_withholds(const struct router *router, uint32_t message) {
    const struct role_set *set = router->role;
    const struct message *fields = &router->shared->messages->items[message];
    if (set == NULL || fields->origin == router->node) {
        return false;
    }
    return role_in(set, ROLE_NEVER_FORWARDS) ||
           (role_in(set, ROLE_CENSORS) && bitset_has(set->censored, fields->origin)) ||
           (role_in(set, ROLE_DROPS) && is_dropped(router, fields));
}

bool role_on_forward(struct router *router, struct router_step *step, const struct effect *copy) {
    if (role_withholds(router, copy->item)) {
        return true;
    }
    bool is_due = copy->kind == EFFECT_FORWARD_LATE;
    if (!is_due && role_in(router->role, ROLE_FORWARDS_LATE)) {
        struct effect *late = effects_add(step->effects);
        *late = *copy;
        late->kind = EFFECT_FORWARD_LATE;
        return true;
    }
    if (role_in(router->role, ROLE_NEVER_PUSHES)) {
        send_cache_message(router, step, copy->item, copy->value);
        return true;
    }
    return false;
}

/** Writes up to `wanted` drawn members of the set, all for ROLE_PEERS_ALL, to step->scratch. */
static uint32_t draw_targets(const struct router *router, const struct router_step *step,
                             const uint64_t *members, uint32_t wanted) {
    uint32_t count = bitset_list(members, router->words, step->scratch);
    if (wanted == ROLE_PEERS_ALL || wanted >= count) {
        return count;
    }
    prng_pick_u32(step->prng, step->scratch, count, wanted);
    return wanted;
}

/** The connected subscribers of a topic that speak gossipsub, in step->scratch_set. */
static const uint64_t *subscribers_of(const struct router *router, const struct router_step *step,
                                      struct topic_state *topic) {
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] =
            topic_announced(router, topic)[i] & router->connected[i] & ~router_flooding(router, i);
    }
    return step->scratch_set;
}

/** The connected peers that speak gossipsub, in step->scratch_set. */
static const uint64_t *gossips(const struct router *router, const struct router_step *step) {
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] = router->connected[i] & ~router_flooding(router, i);
    }
    return step->scratch_set;
}

/**
 * Sends one RPC to the first `count` peers in step->scratch: past the sent cache, which keeps an
 * honest router from repeating itself.
 */
static void flood(struct router *router, struct router_step *step, uint32_t rpc, uint32_t count) {
    rpc_seal(step->rpcs, rpc);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = step->scratch[i];
        if (router->broken == NULL || !bitset_has(router->broken, slot)) {
            emit_rpc(step, EFFECT_SEND_RPC, slot, rpc);
        }
    }
    rpc_release_unsent(step->rpcs, rpc);
}

static void flood_graft(struct router *router, struct router_step *step,
                        struct topic_state *topic) {
    const uint64_t *members = subscribers_of(router, step, topic);
    uint32_t count = draw_targets(router, step, members, router->role->graft_peers);
    uint32_t rpc = send_create(router, step);
    rpc_add_graft(step->rpcs, rpc, topic->topic);
    flood(router, step, rpc, count);
}

/** Appends the ids of all messages in the cache that are not withheld; of one topic, if `topic` is
 * not TRACE_TOPIC_NONE. Returns how many. */
static uint32_t add_cached_ids(struct router *router, struct router_step *step, uint32_t rpc,
                               uint16_t topic) {
    uint32_t added = 0;
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&router->mcache, router->mcache.windows, &position)) != NULL) {
        uint16_t own = router->shared->messages->items[entry->message].topic;
        if ((topic == TRACE_TOPIC_NONE || own == topic) &&
            !role_withholds(router, entry->message)) {
            rpc_add_id(step->rpcs, rpc, entry->message | router->shared->id_form);
            added++;
        }
    }
    return added;
}

/** Appends invented ids, from a drawn one on. */
static uint32_t add_invented_ids(struct router *router, struct router_step *step, uint32_t rpc,
                                 uint32_t wanted) {
    const struct message_table *messages = router->shared->messages;
    CHECK(wanted <= messages->invented_count);
    uint32_t spare = messages->invented_count - wanted;
    uint32_t first = messages->count - messages->invented_count +
                     (spare == 0 ? 0 : prng_below(step->prng, spare + 1));
    for (uint32_t i = 0; i < wanted; i++) {
        rpc_add_id(step->rpcs, rpc, (first + i) | router->shared->id_form);
    }
    return wanted;
}

static void flood_ihave(struct router *router, struct router_step *step,
                        struct topic_state *topic) {
    const struct role_set *set = router->role;
    uint32_t rpc = send_create(router, step);
    rpc_add_ihave(step->rpcs, rpc, topic->topic);
    uint32_t ids = set->ihave_ids > 0 ? add_invented_ids(router, step, rpc, set->ihave_ids)
                                      : add_cached_ids(router, step, rpc, topic->topic);
    if (ids == 0) {
        rpc_release(step->rpcs, rpc);
        return;
    }
    const uint64_t *members = subscribers_of(router, step, topic);
    flood(router, step, rpc, draw_targets(router, step, members, set->ihave_peers));
}

static void flood_iwant(struct router *router, struct router_step *step) {
    uint32_t rpc = send_create(router, step);
    rpc_add_iwant(step->rpcs, rpc);
    if (add_cached_ids(router, step, rpc, TRACE_TOPIC_NONE) == 0) {
        rpc_release(step->rpcs, rpc);
        return;
    }
    const uint64_t *members = gossips(router, step);
    flood(router, step, rpc, draw_targets(router, step, members, router->role->iwant_peers));
}

void role_on_heartbeat(struct router *router, struct router_step *step) {
    CHECK(router->role != NULL);
    mcache_expire(&router->mcache, &router->shared->caches, step->now_ns);
    for (uint32_t i = 0; i < router->topic_count; i++) {
        struct topic_state *topic = router->topics[i];
        if (topic->joined && router_has_role(router, ROLE_FLOODS_GRAFT)) {
            flood_graft(router, step, topic);
        }
        if (topic->joined && router_has_role(router, ROLE_FLOODS_IHAVE)) {
            flood_ihave(router, step, topic);
        }
    }
    if (router_has_role(router, ROLE_FLOODS_IWANT)) {
        flood_iwant(router, step);
    }
}
