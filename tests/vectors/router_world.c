#include "tests/vectors/router_world.h"

#include "base/check.h"
#include "base/quantity.h"
#include "tests/vectors/world_rpc.h"

#include <stdio.h>
#include <string.h>

enum {
    TOPIC_ROOM = 256,   // topics that the decoder makes up
    MADE_UP_ROOM = 512, // ids and messages that it does
    TOPIC_NAME_SIZE = 8,
};

static const struct router_params params_of_2020 = {
    .protocol = ROUTER_GOSSIPSUB,
    .d = 6,
    .d_low = 4,
    .d_high = 12,
    .d_lazy = 6,
    .heartbeat_interval_ns = NS_PER_S,
    .history_length = 5,
    .history_gossip = 3,
    .fanout_ttl_ns = 60 * NS_PER_S,
    .seen_ttl_ns = 120 * NS_PER_S,
};

/** Numbers 0 … count − 1 in random order. */
static uint32_t *shuffled(struct router_world *world, uint32_t count) {
    uint32_t *numbers = arena_take_array(world->arena, MEMORY_TABLES, count, sizeof *numbers);
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = i;
    }
    prng_shuffle_u32(&world->choices, numbers, count);
    return numbers;
}

static void init_topics(struct router_world *world) {
    uint32_t count = world->of->topics.count;
    intern_init(&world->topic_names, world->arena);
    world->topic_number = shuffled(world, count);
    world->name_of_topic = arena_take_array(world->arena, MEMORY_TABLES, count + TOPIC_ROOM,
                                            sizeof *world->name_of_topic);
    world->size_of_topic = arena_take_array(world->arena, MEMORY_TABLES, count + TOPIC_ROOM,
                                            sizeof *world->size_of_topic);
    for (uint32_t i = 0; i < count + TOPIC_ROOM; i++) {
        world->name_of_topic[i] = "";
    }
    for (uint32_t i = 0; i < count; i++) {
        char name[TOPIC_NAME_SIZE];
        world->size_of_topic[i] = (uint32_t)snprintf(name, sizeof name, "t%05u", i);
        intern_add(&world->topic_names, name, world->size_of_topic[i]);
        world->name_of_topic[i] = world->topic_names.names[i];
    }
}

static void init_messages(struct router_world *world, uint64_t seed) {
    const struct router_case *of = world->of;
    struct world_numbers *numbers = &world->numbers;
    numbers->published = 0;
    numbers->sent = numbers->published + of->publish_count;
    numbers->unknown = numbers->sent + of->message_count;
    numbers->early = numbers->unknown + of->unknown_count;
    numbers->made_up = numbers->early + of->publish_count + of->message_count;
    numbers->end = numbers->made_up + MADE_UP_ROOM;
    identities_init(&world->identities, world->arena, of->peer_count + 2, seed, false);
    message_table_init(
        &world->messages, world->arena,
        &(struct message_table_options){.count = numbers->end,
                                        .seed = seed,
                                        .identities = &world->identities,
                                        .topic_names = world->name_of_topic,
                                        .topic_sizes = world->size_of_topic,
                                        .topic_count = of->topics.count + TOPIC_ROOM});
    intern_init(&world->id_texts, world->arena);
    world->id_numbers =
        arena_take_array(world->arena, MEMORY_TABLES, numbers->end, sizeof *world->id_numbers);
}

static void init_peers(struct router_world *world) {
    uint32_t count = world->of->peer_count;
    world->slot_of = shuffled(world, count);
    world->peer_of = arena_take_array(world->arena, MEMORY_TABLES, count, sizeof *world->peer_of);
    for (uint32_t i = 0; i < count; i++) {
        world->peer_of[world->slot_of[i]] = i;
    }
    world->remembered = arena_take_array(world->arena, MEMORY_TABLES, world->of->peers.count,
                                         sizeof *world->remembered);
    for (uint32_t i = 0; i < world->of->peers.count; i++) {
        world->remembered[i] = CASE_NONE;
    }
}

static void init_router(struct router_world *world) {
    const struct router_case *of = world->of;
    struct router_params params = params_of_2020;
    params.self_trigger = of->self_trigger;
    params.quirks = quirks_of_nim_2020() & ~quirk_bit(QUIRK_METRICS_BUILD);
    params.quirks |= of->metrics_build ? quirk_bit(QUIRK_METRICS_BUILD) : 0;
    router_shared_init(&world->shared, world->arena, &params, &world->messages);
    router_init(&world->router, &world->shared, world_node(world, CASE_SELF), world->peer_of,
                of->peer_count);
    // The router walks topics in the order in which it first met them.
    uint32_t *order = shuffled(world, of->topics.count);
    for (uint32_t i = 0; i < of->topics.count; i++) {
        router_topic(&world->router, (uint16_t)order[i]);
    }
}

void world_init(struct router_world *world, struct arena *arena, struct router_case *of,
                uint64_t seed) {
    memset(world, 0, sizeof *world);
    world->of = of;
    world->arena = arena;
    world->choices = prng_stream(seed, STREAM_WORKLOAD, 0);
    world->router_prng = prng_stream(seed, STREAM_ROUTER, 0);
    pool_init(&world->pool, arena, MEMORY_TABLES);
    init_topics(world);
    init_messages(world, seed);
    init_peers(world);
    init_router(world);
    rpc_slab_init(&world->rpcs, arena, &world->messages);
    effects_init(&world->effects, arena);
    world->step = (struct router_step){
        .prng = &world->router_prng,
        .effects = &world->effects,
        .rpcs = &world->rpcs,
        .scratch = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)of->peer_count,
                                    sizeof *world->step.scratch),
        .scratch_set = arena_take_array(arena, MEMORY_TABLES, 2 * (size_t)world->router.words,
                                        sizeof *world->step.scratch_set)};
}

uint32_t world_number(const struct router_world *world, struct case_name name) {
    if (name.kind == 'x') {
        return world->numbers.unknown + name.number;
    }
    bool sent = name.kind == 'm';
    uint32_t number = name.number + (sent ? world->numbers.sent : world->numbers.published);
    uint32_t before = sent ? world->of->publish_count : 0;
    bool exists = world->messages.items[number].published;
    return exists ? number : world->numbers.early + before + name.number;
}

const uint64_t *world_table(const struct router_world *world, enum case_table table,
                            uint32_t topic) {
    uint16_t number = (uint16_t)world->topic_number[topic];
    struct topic_state *state = router_topic((struct router *)&world->router, number);
    switch (table) {
    case TABLE_MESH:
        return state->has_mesh ? topic_mesh(&world->router, state) : NULL;
    case TABLE_FANOUT:
        return state->has_fanout ? topic_fanout(&world->router, state) : NULL;
    case TABLE_SUBSCRIBERS:
        return state->has_table ? topic_subscribers(&world->router, state) : NULL;
    case TABLE_COUNT:
        break;
    }
    CHECK(false);
}

/** The peer that a step is about, or CASE_NONE if no peer is as wanted. */
static uint32_t choose_peer(struct router_world *world, const struct case_peer *wanted) {
    if (wanted->kind == PEER_INDEX) {
        return wanted->index;
    }
    if (wanted->kind == PEER_REMEMBERED) {
        return world->remembered[wanted->name];
    }
    const uint64_t *table = world_table(world, wanted->table, wanted->topic);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->router.slot_count; slot++) {
        bool in = table != NULL && bitset_has(table, slot);
        if (bitset_has(world->router.peers, slot) && in == (wanted->kind == PEER_IN)) {
            world->step.scratch[count++] = slot;
        }
    }
    uint32_t chosen = CASE_NONE;
    if (count > 0) {
        chosen = world->peer_of[world->step.scratch[prng_below(&world->choices, count)]];
    }
    if (wanted->name != CASE_NONE) {
        world->remembered[wanted->name] = chosen;
    }
    return chosen;
}

static void receive(struct router_world *world, const struct case_step *step, uint32_t slot,
                    struct step_outcome *outcome) {
    world_make_messages(world, &step->rpc);
    uint32_t handle = RPC_NONE;
    if (world->of->direct) {
        handle = world_rpc_direct(world, &step->rpc);
        if (handle != RPC_NONE) {
            outcome->threw = !router_handle_rpc(&world->router, &world->step, slot,
                                                rpc_at(&world->rpcs, handle));
        }
    } else {
        enum wire_result result = world_rpc_wire(world, &step->rpc, &handle);
        if (result == WIRE_RPC) {
            router_on_rpc(&world->router, &world->step, slot, rpc_at(&world->rpcs, handle));
        } else if (result == WIRE_UNREADABLE) {
            router_on_unreadable(&world->router, &world->step, slot);
        }
    }
    if (handle != RPC_NONE) {
        rpc_release(&world->rpcs, handle);
    }
}

/** A step that is about a peer. */
static void step_with_peer(struct router_world *world, const struct case_step *step,
                           struct step_outcome *outcome) {
    outcome->actor = choose_peer(world, &step->peer);
    if (outcome->actor == CASE_NONE) {
        outcome->skipped = true;
        return;
    }
    uint32_t slot = world->slot_of[outcome->actor];
    bool known = bitset_has(world->router.peers, slot);
    // Only an RPC is skipped for a peer that is unknown; the other steps then change nothing.
    if (step->op == CASE_RPC) {
        outcome->skipped = !known;
        if (known) {
            receive(world, step, slot, outcome);
        }
    } else if (step->op == CASE_CONNECT && !known) {
        router_on_peer_connected(&world->router, &world->step, slot,
                                 step->floodsub ? PEER_FLOODSUB : PEER_GOSSIPSUB);
    } else if (step->op == CASE_DISCONNECT && known) {
        router_on_peer_disconnected(&world->router, &world->step, slot);
    } else if (step->op == CASE_BREAK && known) {
        router_on_writes_fail(&world->router, slot);
    }
}

static void publish(struct router_world *world, const struct case_step *step,
                    struct step_outcome *outcome) {
    uint32_t number = world->numbers.published + step->publication;
    struct message fields = {.seqno = prng_next(&world->choices),
                             .origin = world->router.node,
                             .size_bytes = step->size_bytes,
                             .topic = (uint16_t)world->topic_number[step->topic]};
    message_publish(&world->messages, number, &fields);
    outcome->reached = router_publish(&world->router, &world->step, number);
}

static void release_effects(struct router_world *world) {
    for (uint32_t i = 0; i < world->effects.count; i++) {
        const struct effect *effect = &world->effects.items[i];
        if (effect->kind == EFFECT_SEND_RPC || effect->kind == EFFECT_SUPPRESS_RPC) {
            rpc_release(&world->rpcs, effect->item);
        }
    }
    world->effects.count = 0;
}

struct step_outcome world_step(struct router_world *world, const struct case_step *step) {
    struct step_outcome outcome = {.actor = CASE_NONE};
    struct router *router = &world->router;
    uint16_t topic = 0;
    if (step->op == CASE_SUBSCRIBE || step->op == CASE_UNSUBSCRIBE) {
        topic = (uint16_t)world->topic_number[step->topic];
    }
    release_effects(world);
    switch (step->op) {
    case CASE_CONNECT:
    case CASE_DISCONNECT:
    case CASE_BREAK:
    case CASE_RPC:
        step_with_peer(world, step, &outcome);
        break;
    case CASE_SUBSCRIBE:
        outcome.completed = router_subscribe(router, &world->step, topic, 0);
        break;
    case CASE_UNSUBSCRIBE:
        outcome.threw = !router_unsubscribe(router, &world->step, topic, 0);
        break;
    case CASE_PUBLISH:
        publish(world, step, &outcome);
        break;
    case CASE_HEARTBEAT:
        router_on_heartbeat(router, &world->step);
        break;
    case CASE_ADVANCE:
        world->step.now_ns += step->advance_ns;
        break;
    case CASE_OP_COUNT:
        CHECK(false);
    }
    return outcome;
}
