/**
 * GossipSub v1.0 at message level, and nothing else: what every yardstick runs.
 *
 * One topic, which all nodes are subscribed to. An RPC is one word: its kind in bits 0 to 3, a
 * message or the first of a set of them in 4 to 11, the set from there on in 12 to 63. No bytes, no
 * loss, no trace, no checks.
 *
 * The program that includes this is the engine: it defines the three functions below, in the same
 * file so that they are inlined, and calls gossip_receive() and gossip_beat() when they are due.
 */
#ifndef GOSSIM_TESTS_BENCH_YARDSTICKS_GOSSIP_H
#define GOSSIM_TESTS_BENCH_YARDSTICKS_GOSSIP_H

#include "tests/bench/yardsticks/workload.h"

enum { KIND_BITS = 4, KIND_MASK = 15, FIRST_MASK = 255, SET_SHIFT = 12, DEGREE_MAX = 256 };

/* Of the engine */

/** Has gossip_receive() called for a half link after a delay. */
void engine_send(struct world *world, uint32_t half_link, uint64_t delay_us, uint64_t rpc);

/** Has gossip_beat() called for a node after a delay. */
void engine_wait(struct world *world, uint32_t node, uint64_t delay_us);

uint64_t engine_now_us(const struct world *world);

/* Sets of messages in an RPC */

static inline message_set one_message(uint32_t message) {
    return (message_set)1 << message;
}

static inline uint32_t first_message(message_set set) {
    uint64_t low = (uint64_t)set;
    return (uint32_t)(low != 0 ? __builtin_ctzll(low)
                               : 64 + __builtin_ctzll((uint64_t)(set >> 64)));
}

/** The set is not empty; of it goes in what is within 52 messages of the first. */
static inline uint64_t pack(enum kind kind, message_set set) {
    uint32_t first = first_message(set);
    return (uint64_t)kind | (uint64_t)first << KIND_BITS | (uint64_t)(set >> first) << SET_SHIFT;
}

static inline message_set unpack(uint64_t rpc) {
    return (message_set)(rpc >> SET_SHIFT) << (rpc >> KIND_BITS & FIRST_MASK);
}

/* The protocol */

static inline void transmit(struct world *world, uint32_t half_link, uint64_t rpc) {
    const struct half_link *half = &world->half_links[half_link];
    engine_send(world, half->reverse, half->delay_us, rpc);
}

/** Sends a message to the mesh, but for where it came from and its origin. */
static inline void forward(struct world *world, const struct node *node, uint32_t from,
                           uint32_t message) {
    uint64_t rpc = KIND_MESSAGE | (uint64_t)message << KIND_BITS;
    uint32_t origin = world->origin[message];
    for (uint32_t i = node->first; i < node->first + node->degree; i++) {
        const struct half_link *half = &world->half_links[i];
        if ((half->flags & LINK_IN_MESH) != 0 && i != from && half->peer != origin) {
            transmit(world, i, rpc);
        }
    }
}

static inline void gossip_publish(struct world *world, uint32_t message) {
    struct node *node = &world->nodes[world->origin[message]];
    node->seen |= one_message(message);
    node->history[0] |= one_message(message);
    forward(world, node, UINT32_MAX, message);
}

/** Finds a node's half links whose flags under a mask are as wanted. */
static inline uint32_t collect(const struct world *world, const struct node *node, uint32_t mask,
                               uint32_t wanted, uint32_t *found) {
    uint32_t count = 0;
    for (uint32_t i = node->first; i < node->first + node->degree; i++) {
        if ((world->half_links[i].flags & mask) == wanted) {
            found[count++] = i;
        }
    }
    return count;
}

/** Brings `count` of the candidates to the front, at random. */
static inline void pick(struct node *node, uint32_t *candidates, uint32_t candidate_count,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = i + draw(&node->random, candidate_count - i);
        uint32_t moved = candidates[i];
        candidates[i] = candidates[other];
        candidates[other] = moved;
    }
}

static inline uint32_t collect_strangers(const struct world *world, const struct node *node,
                                         uint32_t *found) {
    return collect(world, node, LINK_SUBSCRIBED | LINK_IN_MESH, LINK_SUBSCRIBED, found);
}

static inline void fill_mesh(struct world *world, struct node *node) {
    uint32_t candidates[DEGREE_MAX];
    uint32_t available = collect_strangers(world, node, candidates);
    uint32_t wanted = world->d - node->mesh_size;
    uint32_t count = wanted < available ? wanted : available;
    pick(node, candidates, available, count);
    for (uint32_t i = 0; i < count; i++) {
        world->half_links[candidates[i]].flags |= LINK_IN_MESH;
        node->mesh_size++;
        transmit(world, candidates[i], KIND_GRAFT);
    }
}

static inline void cut_mesh(struct world *world, struct node *node) {
    uint32_t candidates[DEGREE_MAX];
    uint32_t available = collect(world, node, LINK_IN_MESH, LINK_IN_MESH, candidates);
    if (available < node->mesh_size || available <= world->d) {
        return; // which never happens
    }
    uint32_t count = available - world->d;
    pick(node, candidates, available, count);
    for (uint32_t i = 0; i < count; i++) {
        world->half_links[candidates[i]].flags &= ~(uint32_t)LINK_IN_MESH;
        node->mesh_size--;
        transmit(world, candidates[i], KIND_PRUNE);
    }
}

static inline void announce(struct world *world, struct node *node) {
    message_set recent = 0;
    for (uint32_t i = 0; i < world->gossip_windows; i++) {
        recent |= node->history[i];
    }
    if (recent == 0) {
        return;
    }
    uint32_t candidates[DEGREE_MAX];
    uint32_t available = collect_strangers(world, node, candidates);
    uint32_t count = world->d_lazy < available ? world->d_lazy : available;
    uint64_t rpc = pack(KIND_IHAVE, recent);
    pick(node, candidates, available, count);
    for (uint32_t i = 0; i < count; i++) {
        transmit(world, candidates[i], rpc);
    }
}

static inline void gossip_beat(struct world *world, uint32_t index) {
    struct node *node = &world->nodes[index];
    world->counts[KIND_HEARTBEAT]++;
    if (node->mesh_size < world->d_low) {
        fill_mesh(world, node);
    } else if (node->mesh_size > world->d_high) {
        cut_mesh(world, node);
    }
    announce(world, node);
    for (uint32_t i = WINDOWS - 1; i > 0; i--) {
        node->history[i] = node->history[i - 1];
    }
    node->history[0] = 0;
    engine_wait(world, index, world->heartbeat_us);
}

static inline void ask(struct world *world, const struct node *node, uint32_t half_link,
                       uint64_t rpc) {
    message_set unseen = unpack(rpc) & ~node->seen;
    if (unseen != 0) {
        transmit(world, half_link, pack(KIND_IWANT, unseen));
    }
}

static inline void answer(struct world *world, const struct node *node, uint32_t half_link,
                          uint64_t rpc) {
    message_set kept = 0;
    for (uint32_t i = 0; i < WINDOWS; i++) {
        kept |= node->history[i];
    }
    message_set wanted = unpack(rpc) & kept;
    while (wanted != 0) {
        uint64_t message = first_message(wanted);
        wanted &= wanted - 1;
        transmit(world, half_link, KIND_MESSAGE | message << KIND_BITS);
    }
}

static inline void receive_message(struct world *world, uint32_t index, uint32_t half_link,
                                   uint32_t message) {
    struct node *node = &world->nodes[index];
    message_set set = one_message(message);
    if ((node->seen & set) != 0) {
        world->duplicates++;
        return;
    }
    node->seen |= set;
    node->history[0] |= set;
    uint64_t now_us = engine_now_us(world);
    uint64_t latency_us = now_us - world->published_us[message];
    world->deliveries++;
    world->check += mix(((uint64_t)index << 8 | message) * GOLDEN_RATIO + now_us);
    world->latency_us_sum += latency_us;
    if (latency_us > world->latency_us_max) {
        world->latency_us_max = latency_us;
    }
    forward(world, node, half_link, message);
}

/** An RPC arrives at the node of a half link. */
static inline void gossip_receive(struct world *world, uint32_t half_link, uint64_t rpc) {
    struct half_link *half = &world->half_links[half_link];
    uint32_t index = world->half_links[half->reverse].peer;
    struct node *node = &world->nodes[index];
    enum kind kind = (enum kind)(rpc & KIND_MASK);
    world->counts[kind]++;
    switch (kind) {
    case KIND_SUBSCRIBE:
        half->flags |= LINK_SUBSCRIBED;
        return;
    case KIND_GRAFT:
        node->mesh_size += (half->flags & LINK_IN_MESH) == 0 ? 1 : 0;
        half->flags |= LINK_IN_MESH;
        return;
    case KIND_PRUNE:
        node->mesh_size -= (half->flags & LINK_IN_MESH) != 0 ? 1 : 0;
        half->flags &= ~(uint32_t)LINK_IN_MESH;
        return;
    case KIND_IHAVE:
        ask(world, node, half_link, rpc);
        return;
    case KIND_IWANT:
        answer(world, node, half_link, rpc);
        return;
    case KIND_MESSAGE:
        receive_message(world, index, half_link, (uint32_t)(rpc >> KIND_BITS & FIRST_MASK));
        return;
    case KIND_HEARTBEAT:
    case KIND_COUNT:
        return;
    }
}

/** At the beginning every node announces its subscription on every link. */
static inline void gossip_start(struct world *world) {
    for (uint32_t i = 0; i < 2 * world->link_count; i++) {
        transmit(world, i, KIND_SUBSCRIBE);
    }
    for (uint32_t i = 0; i < world->node_count; i++) {
        engine_wait(world, i, world->phase_us[i]);
    }
}

#endif
