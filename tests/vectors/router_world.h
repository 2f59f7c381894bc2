/**
 * One replay of a recorded case: a router under test with its puppets for peers.
 *
 *     world_init → { world_step → observe }* → arena_destroy
 *
 * What the recorder drew anew in each repetition is drawn here from `seed`: which slot a peer has,
 * which number a topic has and in which order the router walks its topics, the router's own
 * randomness, and which peer a selector picks. The 2020 router walked hash tables, whose order was
 * another one in each repetition; ours walks slots and numbers, so it is these that are shuffled.
 *
 * Message numbers, in this order: published by the node (p0 …), sent to it (m0 …), unknown ids
 * (x0 …), ids p and m that were used before there was such a message, and whatever ids and messages
 * the decoder makes up.
 */
#ifndef GOSSIM_TESTS_VECTORS_ROUTER_WORLD_H
#define GOSSIM_TESTS_VECTORS_ROUTER_WORLD_H

#include "router/router.h"
#include "tests/vectors/router_case.h"

#include <stdbool.h>
#include <stdint.h>

/** Where each kind of message number begins. */
struct world_numbers {
    uint32_t published; // p
    uint32_t sent;      // m
    uint32_t unknown;   // x
    uint32_t early;     // p, then m, as ids of what does not exist yet
    uint32_t made_up;
    uint32_t end;
};

struct router_world {
    struct router_case *of;
    struct arena *arena;
    struct pool pool;
    struct identities identities; // peers in the order of the case, the node, a stranger
    struct message_table messages;
    struct rpc_slab rpcs;
    struct effects effects; // of the latest step
    struct prng router_prng;
    struct prng choices; // of the replay itself
    struct router_shared shared;
    struct router router;
    struct router_step step;
    struct world_numbers numbers;
    struct intern topic_names;  // as on the wire, by number
    const char **name_of_topic; // [TOPIC_ROOM + topics of the case], by number
    uint32_t *size_of_topic;
    uint32_t *topic_number; // topic of the case → number
    uint32_t *slot_of;      // peer → slot
    uint32_t *peer_of;      // slot → peer, which also is its node
    uint32_t *remembered;   // name → peer, or CASE_NONE
    struct intern id_texts; // message ids as on the wire
    uint32_t *id_numbers;   // id text → message number
    uint32_t made_up_count;
};

/** How a step went. */
struct step_outcome {
    uint32_t actor; // the peer it was about, or CASE_NONE
    uint32_t reached;
    bool skipped;
    bool completed;
    bool threw;
};

void world_init(struct router_world *world, struct arena *arena, struct router_case *of,
                uint64_t seed);

/** Carries a step out; what it wants sent and delivered stands in world->effects until the next. */
struct step_outcome world_step(struct router_world *world, const struct case_step *step);

/** The node behind "self" and "ext". */
static inline uint32_t world_node(const struct router_world *world, uint32_t origin) {
    if (origin == CASE_SELF) {
        return world->of->peer_count;
    }
    return origin == CASE_STRANGER ? world->of->peer_count + 1 : origin;
}

/** The number that an id named so stands for now. */
uint32_t world_number(const struct router_world *world, struct case_name name);

/** The set of peers in a table of a topic of the case, or NULL if the topic has none there. */
const uint64_t *world_table(const struct router_world *world, enum case_table table,
                            uint32_t topic);

#endif
