/**
 * Replays a plan over virtual time and settles each message's publisher and expected receivers.
 * Part of plan.c's work.
 *
 * Cost: one pass over starts, changes and messages; a set of subscribers is copied when a topic has
 * changed since its last message.
 */
#ifndef GOSSIM_SCENARIOS_PLAN_REPLAY_H
#define GOSSIM_SCENARIOS_PLAN_REPLAY_H

#include "scenarios/plan_publishers.h"

void plan_replay(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                 struct plan_publisher *publishers);

#endif
