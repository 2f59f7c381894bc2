// What the evidence comes to: the reason, and who or what is to blame for it.
//
// For a delivery that is missing, each neighbour of the node in focus that had the message got so
// far and no further in giving it: link, mesh, copy, IHAVE, IWANT, answer. Reasons stand in that
// order, so that the one that came farthest is the last link of the chain: all that came before had
// to fail as well.
#include "analysis/why_parts.h"

static const struct why_quirk *quirk_of(const struct why_evidence *evidence, uint32_t node,
                                        enum why_habit habit) {
    const struct why_setting *setting = evidence->setting;
    return why_has_habit(setting, node, habit) ? &setting->quirks[habit] : NULL;
}

static uint32_t count_all(const struct why_neighbour *facts, enum why_stage stage) {
    uint32_t count = 0;
    for (uint32_t fate = 0; fate < WHY_FATES; fate++) {
        count += facts->counts[stage][fate];
    }
    return count;
}

/** How far a neighbour that had the message got in giving it. */
static enum why_reason reason_of(const struct why_neighbour *facts) {
    uint32_t answers = count_all(facts, WHY_STAGE_ANSWER);
    if (answers > 0 && facts->counts[WHY_STAGE_IWANT][WHY_FATE_CAME] <= answers) {
        return WHY_ANSWER_FAILED;
    }
    if (facts->counts[WHY_STAGE_IWANT][WHY_FATE_CAME] > 0) {
        return WHY_IWANT_UNANSWERED;
    }
    if (count_all(facts, WHY_STAGE_IWANT) > 0) {
        return WHY_IWANT_FAILED;
    }
    if (facts->counts[WHY_STAGE_IHAVE][WHY_FATE_CAME] > 0) {
        return WHY_NOT_ASKED;
    }
    if (count_all(facts, WHY_STAGE_IHAVE) > 0) {
        return WHY_IHAVE_FAILED;
    }
    if (count_all(facts, WHY_STAGE_COPY) > 0) {
        return WHY_COPY_FAILED;
    }
    return !facts->linked   ? WHY_LINKS_DOWN
           : facts->in_mesh ? WHY_NOT_FORWARDED
                            : WHY_OUTSIDE_MESHES;
}

/** What became of most of the RPCs of a stage. */
static enum why_fate fate_of(const struct why_neighbour *facts, enum why_stage stage) {
    enum why_fate most = WHY_FATE_LOST;
    for (enum why_fate fate = WHY_FATE_LOST; fate < WHY_FATE_CAME; fate++) {
        most = facts->counts[stage][fate] > facts->counts[stage][most] ? fate : most;
    }
    return facts->counts[stage][most] == 0 ? WHY_FATE_SENT : most;
}

/** Blames a quirk for what became of an RPC from one node to another. */
static const struct why_quirk *blame_fate(const struct why_evidence *evidence,
                                          const struct why_answer *answer) {
    bool backward = answer->stage == WHY_STAGE_IWANT;
    uint32_t sender = backward ? answer->focus : answer->culprit;
    uint32_t receiver = backward ? answer->culprit : answer->focus;
    enum why_habit once = answer->stage == WHY_STAGE_IHAVE ? WHY_HABIT_IHAVE_ONCE
                          : backward                       ? WHY_HABIT_IWANT_ONCE
                                                           : WHY_HABIT_SENT_CACHE;
    switch (answer->fate) {
    case WHY_FATE_SUPPRESSED:
        return quirk_of(evidence, sender, once);
    case WHY_FATE_SKIPPED:
        return quirk_of(evidence, receiver, WHY_HABIT_RECEIVED_CACHE);
    case WHY_FATE_UNREAD:
        return quirk_of(evidence, receiver, WHY_HABIT_LINK_STAYS_DOWN);
    case WHY_FATE_SENT:
    case WHY_FATE_LOST:
    case WHY_FATE_UNHANDLED:
    case WHY_FATE_PAUSED:
    case WHY_FATE_STOPPED:
    case WHY_FATE_CAME:
    case WHY_FATES:
        return NULL;
    }
    return NULL;
}

/** Of what most of those that were lost were. */
static uint8_t cause_of(const struct why_neighbour *facts, enum why_stage stage) {
    enum trace_cause most = CAUSE_NONE;
    for (enum trace_cause cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        most = facts->losses[stage][cause] > facts->losses[stage][most] ? cause : most;
    }
    return (uint8_t)most;
}

static void set_fate(const struct why_evidence *evidence, const struct why_neighbour *facts,
                     enum why_stage stage, struct why_answer *answer) {
    answer->stage = stage;
    answer->fate = fate_of(facts, stage);
    answer->cause = cause_of(facts, stage);
    const bool *validates = evidence->setting->validates;
    answer->validates = validates != NULL &&
                        evidence->survey->topic < evidence->survey->topic_count &&
                        validates[evidence->survey->topic];
    uint32_t receiver = stage == WHY_STAGE_IWANT ? facts->node : answer->focus;
    answer->paused_ns = evidence->paused_ns[receiver];
    answer->ended_ns = evidence->ended_ns[receiver];
    answer->quirk = blame_fate(evidence, answer);
}

/** The first of the roles that are asked about which the neighbour has. */
static uint32_t role_among(const struct why_neighbour *facts, uint32_t roles) {
    uint32_t role = 0;
    while (role < WHY_ROLE_COUNT && (facts->roles & roles & 1U << role) == 0) {
        role++;
    }
    return role;
}

#define KEEPS_BACK (1U << WHY_ROLE_NEVER_FORWARDS | 1U << WHY_ROLE_CENSORS | 1U << WHY_ROLE_DROPS)

static const enum why_silence silence_of_chance[WHY_CHANCES] = {
    [WHY_CHANCE_OPEN] = WHY_SILENCE_NOT_DRAWN,
    [WHY_CHANCE_IN_MESH] = WHY_SILENCE_IN_MESH,
    [WHY_CHANCE_UNLISTED] = WHY_SILENCE_UNLISTED,
    [WHY_CHANCE_UNLINKED] = WHY_SILENCE_UNLINKED,
};

/** Why a neighbour that told others did not tell the node: that it was not drawn goes first. */
static enum why_silence passed_over(const struct why_evidence *evidence,
                                    const struct why_neighbour *facts) {
    enum why_chance chance = WHY_CHANCE_OPEN;
    while (chance < WHY_CHANCE_UNLINKED && facts->chances[chance] == 0) {
        chance++;
    }
    bool lost = facts->obstacle == WHY_WHAT_SUB_LOST;
    bool picky = !lost && quirk_of(evidence, facts->node, WHY_HABIT_GOSSIP_LEFTOVERS) != NULL;
    return chance == WHY_CHANCE_UNLISTED && picky ? WHY_SILENCE_LEFTOVERS
                                                  : silence_of_chance[chance];
}

static enum why_silence silence_of(const struct why_evidence *evidence,
                                   const struct why_neighbour *facts) {
    const struct why_rules *rules = why_rules_of(evidence->setting, facts->node);
    bool published = facts->node == evidence->survey->publisher;
    bool withholds =
        role_among(facts, KEEPS_BACK) < WHY_ROLE_COUNT && !published && facts->pushed_others == 0;
    if (count_all(facts, WHY_STAGE_IHAVE) > 0) {
        return WHY_SILENCE_NONE;
    }
    if (withholds || why_has_role(facts, WHY_ROLE_NEVER_GOSSIPS)) {
        return WHY_SILENCE_ROLE;
    }
    if (facts->told_others > 0) {
        return passed_over(evidence, facts);
    }
    if (rules != NULL && !rules->gossips) {
        return WHY_SILENCE_OFF;
    }
    if (!published && quirk_of(evidence, facts->node, WHY_HABIT_FORWARDED_NOT_CACHED) != NULL) {
        return WHY_SILENCE_NOT_CACHED;
    }
    int64_t heartbeat_ns = rules == NULL ? 0 : rules->heartbeat_ns;
    if (facts->had_ns + heartbeat_ns > why_end_of(evidence)) {
        return WHY_SILENCE_RUN_ENDED;
    }
    enum why_chance chance = why_chance_spent(facts, heartbeat_ns);
    if (chance != WHY_CHANCE_OPEN) {
        return silence_of_chance[chance];
    }
    return quirk_of(evidence, facts->node, WHY_HABIT_GOSSIP_LEFTOVERS) != NULL
               ? WHY_SILENCE_LEFTOVERS
               : WHY_SILENCE_TOLD_NOBODY;
}

static void blame_silence(const struct why_evidence *evidence, const struct why_neighbour *facts,
                          struct why_answer *answer) {
    const uint32_t keeps_silent = KEEPS_BACK | 1U << WHY_ROLE_NEVER_GOSSIPS;
    if (answer->silence == WHY_SILENCE_NOT_CACHED) {
        answer->silence_quirk = quirk_of(evidence, facts->node, WHY_HABIT_FORWARDED_NOT_CACHED);
    } else if (answer->silence == WHY_SILENCE_LEFTOVERS) {
        answer->silence_quirk = quirk_of(evidence, facts->node, WHY_HABIT_GOSSIP_LEFTOVERS);
    } else if (answer->silence == WHY_SILENCE_ROLE) {
        answer->role = role_among(facts, keeps_silent);
    }
}

/** Whether a neighbour's IHAVE could have named the message while the link was up. */
static bool was_linked_later(const struct why_neighbour *facts) {
    int64_t linked_ns = 0;
    for (enum why_chance chance = WHY_CHANCE_OPEN; chance < WHY_CHANCES; chance++) {
        linked_ns += chance == WHY_CHANCE_UNLINKED ? 0 : facts->spent_ns[chance];
    }
    return linked_ns > 0;
}

/** Of the neighbours' silences the one that tells most: that of one that told others goes first. */
static void set_silence(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_neighbour *first = NULL;
    bool later = answer->reason == WHY_LINKS_DOWN;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        if (!facts->had || (later ? !was_linked_later(facts) : !facts->linked)) {
            continue;
        }
        enum why_silence silence = silence_of(evidence, facts);
        if (first == NULL || silence < answer->silence) {
            answer->silence = silence;
            first = facts;
        }
    }
    if (first != NULL) {
        blame_silence(evidence, first, answer);
    }
}

/** What kept the node out of a mesh that it wanted to be in, and the quirk to blame for it. */
static void set_obstacle(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_neighbour *found = NULL;
    for (uint32_t i = 0; i < answer->neighbour_count && found == NULL; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        bool hindered = facts->had && !facts->in_mesh && facts->obstacle != WHY_WHAT_PUBLISHED;
        found = hindered ? facts : NULL;
    }
    if (found == NULL) {
        return;
    }
    answer->obstacle = (enum why_what)found->obstacle;
    answer->obstacle_cause = found->obstacle_cause;
    if (why_what_is_lost(answer->obstacle)) {
        return; // no quirk's doing
    }
    bool sent =
        answer->obstacle == WHY_WHAT_GRAFT_HELD_BACK || answer->obstacle == WHY_WHAT_SUB_HELD_BACK;
    if (answer->obstacle != WHY_WHAT_GRAFT_REFUSED) {
        answer->mesh_quirk = quirk_of(evidence, sent ? answer->focus : found->node,
                                      sent ? WHY_HABIT_SENT_CACHE : WHY_HABIT_RECEIVED_CACHE);
    } else if (found->refused == REASON_TOPIC_LIMIT) {
        answer->mesh_quirk = quirk_of(evidence, found->node, WHY_HABIT_GRAFT_LIMIT);
    }
}

static void blame(const struct why_evidence *evidence, const struct why_neighbour *facts,
                  struct why_answer *answer) {
    const uint32_t unanswered = KEEPS_BACK | 1U << WHY_ROLE_NEVER_ANSWERS;
    const uint32_t unforwarded =
        KEEPS_BACK | 1U << WHY_ROLE_NEVER_PUSHES | 1U << WHY_ROLE_FORWARDS_LATE;
    if (answer->reason == WHY_ANSWER_FAILED) {
        set_fate(evidence, facts, WHY_STAGE_ANSWER, answer);
    } else if (answer->reason == WHY_IWANT_UNANSWERED) {
        answer->quirk = quirk_of(evidence, facts->node, WHY_HABIT_IWANT_UNANSWERED);
        answer->role = role_among(facts, unanswered);
    } else if (answer->reason == WHY_IWANT_FAILED) {
        set_fate(evidence, facts, WHY_STAGE_IWANT, answer);
    } else if (answer->reason == WHY_IHAVE_FAILED) {
        set_fate(evidence, facts, WHY_STAGE_IHAVE, answer);
    } else if (answer->reason == WHY_COPY_FAILED) {
        set_fate(evidence, facts, WHY_STAGE_COPY, answer);
    } else if (answer->reason == WHY_NOT_FORWARDED) {
        answer->role = role_among(facts, unforwarded);
    } else if (answer->reason == WHY_OUTSIDE_MESHES) {
        answer->quirk = answer->silence_quirk != NULL ? answer->silence_quirk : answer->mesh_quirk;
    }
}

/** The neighbour that came farthest, the first of these that had the message. */
static void judge_neighbours(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_neighbour *best = NULL;
    answer->reason = WHY_NO_PATH;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        if (!facts->had) {
            continue;
        }
        enum why_reason reason = reason_of(facts);
        bool earlier = best != NULL && facts->had_ns < best->had_ns;
        if (reason > answer->reason || (reason == answer->reason && earlier)) {
            answer->reason = reason;
            best = facts;
        }
    }
    if (best != NULL) {
        answer->culprit = best->node;
        set_obstacle(evidence, answer);
        set_silence(evidence, answer);
        blame(evidence, best, answer);
    }
}

static bool sent_nothing(const struct why_neighbour *facts) {
    uint32_t count = 0;
    for (uint32_t stage = 0; stage < WHY_STAGES; stage++) {
        count += count_all(facts, (enum why_stage)stage);
    }
    return count == 0;
}

/** Whether a neighbour could have given the message to the node, had that been there. */
static bool could_give(const struct why_neighbour *facts) {
    bool reached = facts->linked || facts->absence != WHY_WHAT_PUBLISHED || !sent_nothing(facts);
    return facts->had && reached;
}

/** When the first neighbour that could give the message had it, or, if none could, the first that
 * had it; WHY_NEVER. */
static int64_t first_had_ns(const struct why_answer *answer) {
    int64_t first_ns = WHY_NEVER;
    bool any = false;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        any = any || could_give(&answer->neighbours[i]);
    }
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        bool counts = facts->had && (!any || could_give(facts));
        first_ns = counts && facts->had_ns < first_ns ? facts->had_ns : first_ns;
    }
    return first_ns;
}

/** Whether a copy or an answer found the node down. */
static bool found_it_down(const struct why_answer *answer) {
    bool found = false;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        found = found || facts->losses[WHY_STAGE_COPY][CAUSE_NODE_DOWN] > 0 ||
                facts->losses[WHY_STAGE_ANSWER][CAUSE_NODE_DOWN] > 0;
    }
    return found;
}

/** The first neighbour, if the node was away whenever one got the message, and nothing was sent to
 * it since; or NULL. */
static const struct why_neighbour *missed(const struct why_answer *answer, enum why_what absence) {
    const struct why_neighbour *first = NULL;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        if (could_give(facts) && (facts->absence != absence || !sent_nothing(facts))) {
            return NULL;
        }
        bool earlier = could_give(facts) && (first == NULL || facts->had_ns < first->had_ns);
        first = earlier ? facts : first;
    }
    return first;
}

/** Whether the node went before anybody next to it had the message, and has not come back. */
static bool stayed_away(int64_t went_ns, int64_t back_ns, int64_t first_ns) {
    return went_ns >= 0 && back_ns < 0 && went_ns < first_ns;
}

static void set_absence(const struct why_evidence *evidence, const struct why_neighbour *first,
                        enum why_reason reason, struct why_answer *answer) {
    bool crashed = reason == WHY_CRASHED;
    int64_t went_ns = crashed ? evidence->stopped_ns : evidence->left_ns;
    answer->reason = reason;
    answer->since_ns = first != NULL ? first->absent_since_ns : went_ns;
    answer->back_ns = first != NULL ? first->absent_until_ns : -1;
    answer->ignored = crashed || first != NULL ? REASON_NONE : evidence->ignored;
    if (answer->back_ns >= 0) {
        set_silence(evidence, answer);
    }
}

/** Reasons that lie with the node in focus itself; false if it was there to get the message. */
static bool judge_node(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_survey *survey = evidence->survey;
    uint8_t flags = survey->flags[answer->focus];
    int64_t first_ns = first_had_ns(answer);
    answer->since_ns = survey->changed_ns[answer->focus];
    bool thrown_away = evidence->left_ns >= 0 && evidence->ignored == REASON_NOT_SUBSCRIBED;
    bool crashed = stayed_away(evidence->stopped_ns, evidence->started_ns, first_ns) ||
                   (evidence->stopped_ns >= 0 && evidence->started_ns < 0 && found_it_down(answer));
    bool left = thrown_away || stayed_away(evidence->left_ns, evidence->joined_ns, first_ns);
    const struct why_neighbour *slept = missed(answer, WHY_WHAT_STOPPED);
    const struct why_neighbour *away = missed(answer, WHY_WHAT_LEFT);
    if (evidence->was_ignored && !thrown_away && (flags & WHY_SUBSCRIBED_THEN) != 0) {
        answer->reason = WHY_IGNORED;
        answer->ignored = evidence->ignored;
    } else if ((flags & WHY_UP_THEN) == 0) {
        answer->reason = WHY_NODE_DOWN;
    } else if ((flags & WHY_SUBSCRIBED_THEN) == 0) {
        answer->reason = WHY_NOT_SUBSCRIBED;
    } else if (evidence->duplicates > 0) {
        answer->reason = WHY_SEEN_BEFORE;
        answer->culprit = evidence->second;
        answer->quirk = quirk_of(evidence, answer->focus, WHY_HABIT_SEEN_FIRST);
    } else if (crashed || slept != NULL) {
        set_absence(evidence, slept, WHY_CRASHED, answer);
    } else if (left || away != NULL) {
        set_absence(evidence, left ? NULL : away, WHY_LEFT_TOPIC, answer);
    } else {
        return false;
    }
    return true;
}

static void judge_delivery(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_survey *survey = evidence->survey;
    uint32_t node = answer->question.node;
    answer->reason = WHY_DELIVERED;
    answer->delivered_ns = survey->had_ns[node];
    answer->deliverer = survey->from[node];
    answer->hops = survey->hops[node];
    answer->requested = (survey->flags[node] & WHY_REQUESTED) != 0;
    answer->duplicate_count = evidence->duplicates;
    answer->second = evidence->duplicates > 0 ? evidence->second : TRACE_NONE;
    answer->lead_ns = evidence->second_ns - answer->delivered_ns;
}

void why_judge(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_survey *survey = evidence->survey;
    uint32_t node = answer->question.node;
    if (survey->skipped) {
        answer->reason = WHY_NOT_PUBLISHED;
    } else if (node == survey->publisher) {
        answer->reason = WHY_PUBLISHER;
    } else if ((survey->flags[node] & WHY_HANDED_OVER) != 0) {
        judge_delivery(evidence, answer);
    } else if (!judge_node(evidence, answer)) {
        if (answer->level != TRACE_LEVEL_FULL) {
            answer->reason = WHY_UNKNOWN;
        } else {
            judge_neighbours(evidence, answer);
        }
    }
}
