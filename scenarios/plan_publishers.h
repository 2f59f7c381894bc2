/**
 * Who publishes the messages of a series. Part of plan.c's work.
 *
 * What is drawn once (a subset, whose turn it is) is drawn before the replay; the node of each
 * instant is chosen during it, among those that are up, and subscribed or not, at that moment. The
 * messages of a burst come from one node. A turn is one node at one instant: message k of a series
 * belongs to turn k / burst_count.
 */
#ifndef GOSSIM_SCENARIOS_PLAN_PUBLISHERS_H
#define GOSSIM_SCENARIOS_PLAN_PUBLISHERS_H

#include "base/prng.h"
#include "scenarios/plan_steps.h"

/** The publishers of one entry of `publish`. */
struct plan_publisher {
    const struct scenario_publish *publish;
    struct prng stream;
    const uint32_t *nodes; // in turn: [node_count]
    uint32_t node_count;
    const uint64_t *among; // drawn: the nodes that it is drawn among; NULL: all
    uint32_t *chosen; // [turns] by turn, where a burst needs to know; NULL: bursts of one message
    uint64_t *taken;  // nodes that publish at the present instant; NULL: one at each
    uint64_t instant; // the present one
};

/** What there is to choose from at one moment, and room to work. */
struct plan_candidates {
    const uint64_t *up;
    const uint64_t *members; // up and subscribed to the topic
    uint32_t member_count;
    uint32_t words;
    uint64_t *scratch; // [words]
};

/** The publishers of all entries; the messages are listed and the nodes have regions and groups. */
struct plan_publisher *plan_publishers_make(const struct plan *plan, struct arena *arena,
                                            const struct scenario *scenario,
                                            struct selection *space);

/** The node of the message with that number in its series, or PLAN_NODE_NONE where there is none
 * to choose. Numbers come in the order of the messages' times. */
uint32_t plan_publisher_choose(struct plan_publisher *publisher, uint32_t k,
                               const struct plan_candidates *candidates);

#endif
