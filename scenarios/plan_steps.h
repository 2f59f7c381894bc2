/**
 * The steps of plan_make(), for the plan_*.c files only; each fills its part of the plan.
 */
#ifndef GOSSIM_SCENARIOS_PLAN_STEPS_H
#define GOSSIM_SCENARIOS_PLAN_STEPS_H

#include "base/prng.h"
#include "scenarios/plan.h"
#include "scenarios/weighted.h"

/** Numbers that are drawn for each entry of a list: topics' subscribers, events, publications and
 * the subsets these come from, kept apart. */
enum {
    WORKLOAD_TOPIC = 0,
    WORKLOAD_EVENT = 1 << 20,
    WORKLOAD_PUBLISH = 2 << 20,
    WORKLOAD_SUBSET = 3 << 20
};

/** What needs no other part: starts, regions, groups. Makes the space for selections, too. */
void plan_begin(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                const struct topology *topology, struct selection *space);

/** The nodes that a selector means, drawn from the stream of the workload with that index. */
void plan_draw_selector(const struct scenario *scenario, const struct selector *selector,
                        uint64_t index, struct selection *space);

/** Who subscribes to what as it starts. Fails for too many subscriptions in all. */
FAILURE_WARN_UNUSED bool plan_draw_first_topics(struct plan *plan, struct arena *arena,
                                                const struct scenario *scenario,
                                                struct selection *space, struct failure *failure);

/** Draws a topic of a family that is not among those taken (as bits); one must be free. */
uint32_t plan_draw_topic(const struct weighted *popularity, struct prng *prng,
                         const uint64_t *taken, uint32_t count);

/** The changes as they are found, event by event. */
struct plan_change_list {
    struct pool pool;
    struct plan_change *items;
    uint32_t count;
    uint32_t capacity;
};

void plan_add_change(struct plan_change_list *list, struct plan_change change);

/** Adds what families with `rotate` change, as nodes swap topics. */
void plan_draw_rotations(const struct plan *plan, const struct scenario *scenario,
                         struct plan_change_list *list);

/** The changes that `events` ask for; one that falls before its node's start happens right after
 * the start. */
void plan_draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                       struct selection *space);

/** The sets of roles, and the changes to them that `events` ask for. */
void plan_draw_roles(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                     struct selection *space);

/** What is drawn for each message of a series: its topic and its size. */
struct plan_fields {
    const struct scenario_publish *publish;
    struct distribution size;
    struct weighted choices; // of sizes, where there are any
    struct weighted topics;  // where the topic is drawn
};

void plan_fields_init(struct plan_fields *fields, struct arena *arena,
                      const struct scenario_publish *publish);

/** The topic and the size of the message with that name. */
uint32_t plan_fields_topic(const struct plan_fields *fields, uint64_t seed, uint64_t name);
uint32_t plan_fields_size(const struct plan_fields *fields, uint64_t seed, uint64_t name);

/** Whether some clock is not that of the world. */
bool plan_has_clocks(const struct scenario *scenario);

/** Moves the messages whose `origin` is chosen from the time that is due by the clock of that node
 * to the true one, and puts them in order again; those after the end of the run go. What that takes
 * meanwhile counts as the arena's. */
void plan_apply_clocks(struct plan *plan, struct arena *arena, const struct scenario *scenario);

/** Counts the messages before the end of the run. Fails for too many, as soon as there are. */
FAILURE_WARN_UNUSED bool plan_count_messages(struct arena *scratch, const struct scenario *scenario,
                                             uint64_t *count, struct failure *failure);

/** Lists all messages by time, with their names. Fails for too many. */
FAILURE_WARN_UNUSED bool plan_list_messages(struct plan *plan, struct arena *arena,
                                            const struct scenario *scenario,
                                            struct failure *failure);

#endif
