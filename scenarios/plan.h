/**
 * What applications do during a run, settled before it starts: who starts when and where, who
 * subscribes when, who publishes what.
 *
 * A scenario's draws (start times, regions, subscribers, publishers) come from its own streams and
 * depend on no router, so they can be made at load. The plan is replayed once over virtual time to
 * find, for each message, who may publish it and who is expected to receive it: the nodes up and
 * subscribed at that moment, as a set that messages share while nothing changes.
 *
 * Source: DESIGN.md §2 "Randomness", §5 "Definitions".
 */
#ifndef GOSSIM_SCENARIOS_PLAN_H
#define GOSSIM_SCENARIOS_PLAN_H

#include "base/arena.h"
#include "base/bitset.h"
#include "base/failure.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAN_NODE_NONE UINT32_MAX
#define PLAN_DELIVERIES_MAX (UINT32_MAX / 2) // expected receivers over all messages

/** A node's application subscribes or leaves, after its start. */
struct plan_change {
    int64_t at_ns;
    uint32_t node;
    uint16_t topic;
    uint8_t handler; // of the application
    bool subscribe;
};

/** A node has other roles from now on. */
struct plan_role_change {
    int64_t at_ns;
    uint32_t node;
    uint32_t set; // number
};

struct plan_message {
    int64_t at_ns;
    uint64_t name; // entry of `publish` << 32 | its how-manieth: what loss and jitter are keyed by
    uint32_t node; // where it happens, also when it is skipped
    uint32_t origin; // PLAN_NODE_NONE: skipped, nobody could publish it
    uint32_t size_bytes;
    uint32_t expected_count;
    uint16_t topic;
    const uint64_t *subscribers; // one bit per node: up and subscribed; the origin is not expected
};

/** What a fault does to one node at one moment. */
enum plan_fault_kind {
    PLAN_NODE_DOWN,
    PLAN_NODE_UP,
    PLAN_NODE_PAUSED,
    PLAN_NODE_RESUMED,
    PLAN_LINKS_BEGIN, // a fault of links that concerns the node, `item` of plan_faults.links
    PLAN_LINKS_END,
};

struct plan_fault {
    int64_t at_ns;
    int64_t detect_ns; // DOWN: of a silent one, after which peers notice; SCENARIO_NEVER_NS: never
    uint32_t node;
    uint32_t item; // LINKS_BEGIN, LINKS_END
    uint8_t kind;  // enum plan_fault_kind
    bool silent;   // DOWN
    bool graceful; // DOWN
    bool kept;     // DOWN, UP: the router's state survives, or has survived
};

/** A fault of the links between sets of nodes, on one occasion. */
struct plan_link_fault {
    int64_t at_ns;
    int64_t end_ns;
    uint32_t event;
    uint8_t targets;     // enum link_targets
    const uint8_t *side; // [node_count] number of the node's set, from 1; where sets may overlap a
                         // bit for each, the first 1; 0: none
    uint32_t share_ppb;  // of the links meant
    uint64_t seed;
    uint64_t occasion; // which draws are keyed by
};

/** What happens to nodes by faults; see plan_faults.h. */
struct plan_faults {
    uint32_t *first;          // [node_count + 1] range of each node's items
    struct plan_fault *items; // [count] by node, then by time
    uint32_t *by_time;        // [count] their indices by time, then by node
    uint32_t count;
    struct plan_link_fault *links; // [link_count]
    uint32_t link_count;
    uint32_t *change_first; // [node_count + 1] range of each node's changes in `change_order`
    uint32_t *change_order; // [change_count] indices of plan->changes, by node, then by time
};

struct plan {
    uint32_t node_count;
    int64_t *start_ns;           // [node_count]
    const uint32_t *region;      // [node_count], NULL without regions
    const uint16_t *group;       // [node_count] number of each node's group; NULL without groups
    uint32_t *topic_first;       // [node_count + 1] range of each node's first topics
    uint16_t *first_topics;      // subscribed at start, ascending per node
    struct plan_change *changes; // [change_count] by time, then as written, then by node
    uint32_t change_count;
    struct plan_faults *faults; // NULL: there are none
    struct role_set *role_sets; // [role_set_count] of all nodes, each group, each event that gives
                                // roles; NULL: nobody ever has any
    uint32_t role_set_count;
    uint32_t role_change_count;
    struct plan_role_change *role_changes; // [role_change_count] as written, then by node
    struct plan_message *messages;         // [message_count] by time, then as written
    uint32_t message_count;
    int64_t *heal_at_ns; // [message_count] the first heal after its publication, INT64_MAX without;
                         // NULL: nothing heals
};

/**
 * Makes the plan of a scenario on its graph. Fails where it asks for too much (messages,
 * subscribers).
 */
FAILURE_WARN_UNUSED bool plan_make(struct plan *plan, struct arena *arena,
                                   const struct scenario *scenario, const struct topology *topology,
                                   struct failure *failure);

/** How long a clock that is so much too fast takes to show that a duration has passed. */
int64_t plan_true_duration(int64_t clock_ns, int64_t drift_ppb);

/** True if the node is among the message's expected receivers. */
static inline bool plan_expects(const struct plan_message *message, uint32_t node) {
    return node != message->origin && bitset_has(message->subscribers, node);
}

/** The number of a node's group; 0: it is in none. */
static inline uint32_t plan_group(const struct plan *plan, uint32_t node) {
    return plan->group == NULL ? 0 : plan->group[node];
}

/** Where a selector puts what it selects, and what it needs for that. */
struct selection {
    struct arena *room;              // of what is needed until the plan is made
    uint64_t *members;               // one bit per node
    uint32_t *scratch;               // [node_count]
    const uint16_t *group;           // [node_count], NULL without groups
    const uint32_t *region;          // [node_count], NULL without regions
    const struct topology *topology; // NULL: no selector asks for degrees
    uint64_t *const *subscribed;     // [topic_count] one bit per node; NULL: none asks for it
    uint32_t node_count;
};

/**
 * Finds the nodes a selector means, in place of what `selection->members` held. Draws come from
 * `prng`; selectors that draw nothing leave it alone.
 */
void selector_apply(const struct selector *selector, struct prng *prng,
                    struct selection *selection);

#endif
