/**
 * The steps of plan_make(), for the plan_*.c files only; each fills its part of the plan.
 */
#ifndef GOSSIM_SCENARIOS_PLAN_STEPS_H
#define GOSSIM_SCENARIOS_PLAN_STEPS_H

#include "scenarios/plan.h"

/** Numbers that are drawn for each entry of a list: topics' subscribers, events, publications and
 * the subsets these come from, kept apart. */
enum {
    WORKLOAD_TOPIC = 0,
    WORKLOAD_EVENT = 1 << 20,
    WORKLOAD_PUBLISH = 2 << 20,
    WORKLOAD_SUBSET = 3 << 20
};

/** The nodes that a selector means, drawn from the stream of the workload with that index. */
void plan_draw_selector(const struct scenario *scenario, const struct selector *selector,
                        uint64_t index, struct selection *space);

/** Who subscribes to what as it starts. Fails for too many subscriptions in all. */
FAILURE_WARN_UNUSED bool plan_draw_first_topics(struct plan *plan, struct arena *arena,
                                                const struct scenario *scenario,
                                                struct selection *space, struct failure *failure);

/** The changes that `events` ask for; one that falls before its node's start happens right after
 * the start. */
void plan_draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                       struct selection *space);

/** The sets of roles, and the changes to them that `events` ask for. */
void plan_draw_roles(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                     struct selection *space);

/** Lists all messages by time, with their names. Fails for too many. */
FAILURE_WARN_UNUSED bool plan_list_messages(struct plan *plan, struct arena *arena,
                                            const struct scenario *scenario,
                                            struct failure *failure);

#endif
