/**
 * The faults of nodes, settled before a run: when each is down and when it stands still.
 *
 * Each occasion of an event, and each spell of a churn, is an interval at some nodes. Intervals
 * compose: a node is down while any of them covers the moment, so that the end of one does not undo
 * another; `restart` ends all that events began. What comes out is a list for each node of moments
 * at which it goes down, comes up, stands still and goes on, in turn. A fault of a node that has
 * not started takes effect right after the start, if it lasts until then.
 *
 * At one instant a node starts first, then its application subscribes and leaves, then faults come.
 * A run is told each of them as a change at the node itself, so that no node looks at another.
 *
 * Cost: linear in the intervals, but for sorting them. Source: DESIGN.md §2, "Randomness".
 */
#ifndef GOSSIM_SCENARIOS_PLAN_FAULTS_H
#define GOSSIM_SCENARIOS_PLAN_FAULTS_H

#include "scenarios/plan.h"

enum { PLAN_FAULTS_MAX = 50000000 };

/** Settles the faults of a plan whose starts and subscriptions stand. Fails for too many. */
FAILURE_WARN_UNUSED bool plan_make_faults(struct plan *plan, struct arena *arena,
                                          const struct scenario *scenario, struct selection *space,
                                          struct failure *failure);

/** Fails where plan_make_faults() would, and keeps nothing. */
FAILURE_WARN_UNUSED bool plan_foresee_faults(const struct plan *plan, struct arena *scratch,
                                             const struct scenario *scenario,
                                             struct selection *space, struct failure *failure);

/** What is found, as long as it grows: for the files of the plan alone. */
struct finding;

void plan_add_fault(struct finding *finding, const struct plan_fault *fault);

/** An interval in which a fault covers a node, or the end of all that do. */
struct plan_spell {
    int64_t at_ns;
    int64_t end_ns; // SCENARIO_NEVER_NS: open
    uint32_t node;
    enum scenario_event_kind kind; // CRASH … RESUME
    const struct scenario_node_fault *fault;
};

void plan_add_spell(struct finding *finding, const struct plan_spell *spell);

/** Finds what a selection may ask for at an instant: who is subscribed. */
void plan_prepare_selection(const struct plan *plan, const struct scenario *scenario,
                            const struct selector *selector, int64_t at_ns,
                            struct selection *space);

/* plan_churn.c */

enum { PLAN_CHURN_MAX = 10000000 };

/** Adds the times at which nodes that churn are down. Fails for too many. */
FAILURE_WARN_UNUSED bool plan_find_churn(struct finding *finding, const struct plan *plan,
                                         const struct scenario *scenario, struct selection *space,
                                         struct failure *failure);

/* plan_link_faults.c */

bool plan_is_of_links(enum scenario_event_kind kind);

/** Whether the direction from one node to another is among those of a fault. */
bool plan_concerns(const struct plan_link_fault *fault, uint32_t from, uint32_t to);

/** Names a link for the draws of a fault: the same from both ends, unless it is one-way. */
uint64_t plan_link_key(const struct plan_link_fault *fault, uint32_t from, uint32_t to);

/** Settles when the faults of links begin and end, and whom they concern. */
void plan_find_link_faults(struct plan_faults *faults, struct arena *arena,
                           const struct scenario *scenario, struct selection *space);

/** Fails for links to be connected that the graph does not have; without a graph it has all. */
FAILURE_WARN_UNUSED bool plan_check_connects(const struct plan_faults *faults,
                                             const struct scenario *scenario,
                                             const struct topology *topology,
                                             struct failure *failure);

/** Fails for RPCs to be injected between nodes that are not linked; without a graph all are. */
FAILURE_WARN_UNUSED bool plan_check_injections(const struct scenario *scenario,
                                               const struct topology *topology,
                                               struct failure *failure);

/** Adds what each node that is concerned is told. */
void plan_tell_nodes(struct finding *finding, const struct plan_faults *faults,
                     const struct scenario *scenario, const struct selection *space);

/** Whether a fault keeps two nodes from making a link in a direction at an instant. */
bool plan_is_cut(const struct plan *plan, const struct scenario *scenario, uint32_t from,
                 uint32_t to, int64_t at_ns);

/** Whether a node is up at an instant; what happens at it has happened. */
bool plan_is_up(const struct plan *plan, uint32_t node, int64_t at_ns);

/** A topic that an application wants to be subscribed to, with one bit for each handler. */
struct plan_wish {
    uint16_t topic;
    uint8_t handlers;
};

/**
 * What the application of a node wants to be subscribed to at an instant, in the order in which it
 * began to: to `wishes`, which has room for as many topics as there are. Returns how many.
 */
uint32_t plan_wishes(const struct plan *plan, uint32_t node, int64_t at_ns,
                     struct plan_wish *wishes);

#endif
