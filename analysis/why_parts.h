/**
 * What the why_*.c files share: what one pass finds out and the next one needs. See why.h.
 */
#ifndef GOSSIM_ANALYSIS_WHY_PARTS_H
#define GOSSIM_ANALYSIS_WHY_PARTS_H

#include "analysis/why.h"
#include "base/arena.h"

#define WHY_NEVER INT64_MAX

/** What is known of a node; bits of why_survey.flags. */
enum {
    WHY_UP = 1,              // at present
    WHY_UP_THEN = 2,         // when the message was published
    WHY_SUBSCRIBED_THEN = 4, // to its topic
    WHY_REQUESTED = 8,       // it got the message by asking
    WHY_HANDED_OVER = 16,    // its application got the message
};

/** What the first pass finds. */
struct why_survey {
    uint32_t node_count;
    uint32_t topic_count;
    uint16_t topic;       // of the message
    uint32_t publisher;   // or TRACE_NONE
    int64_t published_ns; // -1: never
    bool skipped;         // nobody could publish it
    int64_t *had_ns;      // [nodes] when each had the message; WHY_NEVER
    uint32_t *from;       // [nodes] from whom, or TRACE_NONE
    uint32_t *hops;       // [nodes]
    uint8_t *flags;       // [nodes]
    uint64_t *subscribed; // [nodes × topics] bits, at present
    int64_t *changed_ns; // [nodes] when it last started, stopped, joined or left before the message
    uint32_t *peers;     // [peer_count] that the node asked about ever had a link to
    uint32_t peer_count;
    uint32_t peer_capacity;
    struct pool pool;
    const struct record_scene *scene;
    uint32_t message_count; // 0: the trace was cut short
    bool cut;
    int64_t end_ns;
};

/** Goes through the trace for the first time. */
FAILURE_WARN_UNUSED bool why_survey(struct arena *arena, const struct why_question *question,
                                    struct why_survey *survey, struct failure *failure);

/** An RPC about the message that is on its way. */
struct why_flight {
    int64_t sent_ns;
    uint32_t message;
    uint32_t bytes;
    uint8_t rpc;
    uint8_t stage;
    bool backward; // from the node to the holder
    bool several;  // of several messages, that may hold the one
    bool counted;  // among the facts of its pair
    uint32_t step; // that says that it was sent, or TRACE_NONE
};

/** A holder and a node that it could have given the message to. */
struct why_pair {
    uint32_t holder;
    uint32_t node;
    bool on_path;
    bool holder_linked; // the link is up at the holder
    bool node_linked;
    bool in_mesh;     // the node, in the holder's mesh
    bool in_fanout;   // likewise
    bool listed;      // the holder heard that the node subscribes
    bool unlisted;    // it would have, had that not been lost
    bool gossip_over; // IHAVE of the holder names the message no more
    int64_t told_ns;  // when the node handled an IHAVE that names the message; -1
    int64_t asked_ns; // when the holder handled an IWANT for it; -1
    int64_t beat_ns;  // the heartbeat at which the holder tells others; -1
    uint32_t beat_told;
    enum why_chance beat_chance; // of the node, then
    int64_t spent_ns;            // up to when facts.spent_ns counts
    uint32_t *later; // [later_count] what the holder got after the message, in its topic
    uint32_t later_count;
    uint32_t later_capacity;
    struct why_flight *flights; // [flight_count]
    uint32_t flight_count;
    uint32_t flight_capacity;
    // What happened last before the holder had the message; at_ns -1: nothing:
    struct why_step pruned;   // it pruned the node
    struct why_step obstacle; // something else kept the node out of its mesh
    uint32_t last_came;       // step of the last RPC that came, for one that is then skipped
    struct why_neighbour facts;
};

/** What the second pass finds. */
struct why_evidence {
    struct arena *arena;
    const struct why_question *question;
    const struct why_setting *setting;
    const struct why_survey *survey;
    uint32_t focus;
    struct why_pair *pairs; // hops of the path, then neighbours of the focus
    uint32_t pair_count;
    uint32_t path_count;
    uint32_t *as_child;     // [nodes] 1 + pair of which it is the node, on the path; 0: none
    uint32_t *as_parent;    // [nodes] likewise, of which it is the holder, on the path
    uint32_t *as_neighbour; // [nodes] likewise, of which it is the holder, at the focus
    uint8_t *watched;       // [nodes]
    struct pool pool;
    struct why_step *steps;
    uint32_t step_count;
    uint32_t step_capacity;
    uint64_t steps_left_out;
    bool focus_joined; // the focus subscribes to the topic
    // Of the focus, since the message was published:
    int64_t stopped_ns; // when it last did; -1: never
    int64_t started_ns; // after that; -1: it is still down
    int64_t left_ns;    // likewise, for the topic
    int64_t joined_ns;
    uint8_t ignored; // enum trace_reason of a copy that was thrown away
    bool was_ignored;
    uint32_t duplicates;
    uint32_t second; // who sent the second copy
    int64_t second_ns;
    // Of watched nodes, [nodes]:
    int64_t *paused_ns; // since when each stands still; -1: it does not
    int64_t *ended_ns;  // when each last stopped; -1: never
};

/** The rules of a node, or NULL. */
static inline const struct why_rules *why_rules_of(const struct why_setting *setting,
                                                   uint32_t node) {
    return setting->rules == NULL
               ? NULL
               : &setting->rules[setting->groups == NULL ? 0 : setting->groups[node]];
}

static inline bool why_has_habit(const struct why_setting *setting, uint32_t node,
                                 enum why_habit habit) {
    const struct why_rules *rules = why_rules_of(setting, node);
    return rules != NULL && (rules->habits >> habit & 1) != 0;
}

static inline bool why_has_role(const struct why_neighbour *neighbour, enum why_role role) {
    return (neighbour->roles >> role & 1) != 0;
}

/** Chooses the node in focus and the pairs: none, if no links lead to the node. */
void why_choose_pairs(struct why_evidence *evidence);

/** Puts the steps in the order of time. */
void why_sort_steps(struct why_evidence *evidence);

/** Goes through the trace for the second time. */
FAILURE_WARN_UNUSED bool why_watch(struct why_evidence *evidence, struct failure *failure);

/** Handles one record of a watched node: for why_watch(). */
void why_on_record(struct why_evidence *evidence, const struct trace_record *record);

/** Adds a step; returns its number, or TRACE_NONE when there are too many. */
uint32_t why_add_step(struct why_evidence *evidence, const struct why_step *step);

/** What became of RPCs between the two ends of a pair. */
void why_on_rpc(struct why_evidence *evidence, struct why_pair *pair,
                const struct trace_record *record);

/** A copy of the message came to the node of a pair from its holder; returns how long it took,
 * or -1. */
int64_t why_on_copy(struct why_pair *pair, const struct trace_record *record);

/** The records have come to an end: what became of the RPCs that are still under way. */
void why_end_flights(struct why_evidence *evidence);

/** The holder of a pair sent something to somebody else than its node. */
void why_on_other(struct why_evidence *evidence, struct why_pair *pair,
                  const struct trace_record *record);

/** The holder of a pair tells somebody else of the message. */
void why_tells_other(const struct why_evidence *evidence, struct why_pair *pair, int64_t at_ns);

/** What the node of a pair is to its holder changes now, or may. */
void why_spend(const struct why_evidence *evidence, struct why_pair *pair, int64_t until_ns);

/** The records have come to an end. */
void why_end_chances(struct why_evidence *evidence);

/** What the node was to a holder that told nobody; OPEN: a heartbeat could have drawn it. */
enum why_chance why_chance_spent(const struct why_neighbour *facts, int64_t heartbeat_ns);

/** When the run ended: a trace that is whole may end in silence. */
int64_t why_end_of(const struct why_evidence *evidence);

/** Makes the answer of what the two passes found. */
void why_judge(const struct why_evidence *evidence, struct why_answer *answer);

#endif
