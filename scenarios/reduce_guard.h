/**
 * Whether a smaller scenario still leaves room for success.
 *
 * It is easy to make `delivery_ratio >= 0.99` fail: take away the links, end the run as the message
 * leaves, publish before there is a mesh, leave a fault that used to end without its end. None of
 * that is the bug. So of a scenario made of another one this demands, whatever the expectation:
 *
 *   reach   The graph is in no more pieces than it was, and neither are the subscribers of each
 *           topic with those who publish in it. Only subscribers pass a topic's messages on, so
 *           only links between them count.
 *   settle  From the last start of a node to the first message there is as long as there was, or as
 *           long as meshes take: five heartbeats.
 *   grace   From the last message to the end of the run there is as long as there was, or as long
 *           as a message can still come by gossip: history_length and two heartbeats; and the time
 *           that an expectation gives.
 *   ends    If every fault ended, every fault ends.
 *   work    If there were messages that somebody was to receive, there are.
 *   size    An expectation that a figure be *at least* something, such as `deliveries >= 500` or
 *           `mesh_degree.min >= 4`, fails more easily in less of a network. Unless a cure
 *           (reduce_cures.h) vouches for it, nothing is taken away then, and things are only made
 *           plainer. Shares, such as `delivery_ratio`, do not depend on size.
 *
 * Failures that are something happening (an invariant broken, links aborted, a crash) would not
 * need this, and are held to it all the same: the rest of their scenario should make sense.
 */
#ifndef GOSSIM_SCENARIOS_REDUCE_GUARD_H
#define GOSSIM_SCENARIOS_REDUCE_GUARD_H

#include "base/failure.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/** What a scenario leaves room for. */
struct reduce_room {
    uint32_t graph_pieces;
    uint32_t topic_pieces; // of the topic with most of them
    int64_t settle_ns;     // from the last start of a node to the first message; may be negative
    int64_t grace_ns;      // from the last message to the end
    uint32_t endless;      // faults of events that do not end by themselves
    uint32_t endings;      // events that end faults
    uint64_t expected;     // deliveries
};

/** Finds it out, by making graph and plan. */
FAILURE_WARN_UNUSED bool reduce_room_of(struct reduce_room *room, const struct scenario *scenario,
                                        struct failure *failure);

/** Whether a scenario leaves as much room as another one of which that is known; the failure says
 * what is missing. */
FAILURE_WARN_UNUSED bool reduce_guard(const struct reduce_room *before,
                                      const struct scenario *scenario, struct failure *failure);

/** From now on it must leave as much room as a scenario that was made of it does for reach: what
 * came together stays so. */
FAILURE_WARN_UNUSED bool reduce_room_narrow(struct reduce_room *room,
                                            const struct scenario *scenario,
                                            struct failure *failure);

/** How long meshes take to settle, and messages may take to come. */
int64_t reduce_settle_ns(const struct scenario *scenario);
int64_t reduce_grace_ns(const struct scenario *scenario);

/** Whether an expectation fails more easily in less of a network. */
bool reduce_wants_size(const struct scenario_expectation *expectation);

#endif
