// The second pass of `why`: what passed between the nodes that it looks at.
#include "analysis/why_parts.h"

#include "base/sort.h"

enum { STATE_LOST = 1 }; // value of TRACE_NODE_START

uint32_t why_add_step(struct why_evidence *evidence, const struct why_step *step) {
    if (evidence->step_count == WHY_STEPS_MAX) {
        evidence->steps_left_out++;
        return TRACE_NONE;
    }
    if (evidence->step_count == evidence->step_capacity) {
        evidence->steps = pool_grow(&evidence->pool, evidence->steps, &evidence->step_capacity,
                                    evidence->step_count + 1, sizeof *evidence->steps);
    }
    evidence->steps[evidence->step_count] = *step;
    return evidence->step_count++;
}

void why_sort_steps(struct why_evidence *evidence) {
    uint32_t count = evidence->step_count;
    struct sort_item *items =
        arena_take_array(evidence->arena, MEMORY_TABLES, 2 * (size_t)count + 1, sizeof *items);
    struct why_step *sorted =
        arena_take_array(evidence->arena, MEMORY_TABLES, (size_t)count + 1, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct sort_item){(uint64_t)evidence->steps[i].at_ns, i};
    }
    sort_by_key(items, items + count, count);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = evidence->steps[items[i].value];
    }
    evidence->steps = sorted;
}

static struct why_step step_of(const struct trace_record *record, enum why_what what) {
    bool of_rpc = trace_kind_is_rpc((enum trace_kind)record->kind) || record->kind == TRACE_SKIPPED;
    return (struct why_step){
        .at_ns = record->at_ns,
        .delay_ns = -1,
        .node = record->node,
        .peer = record->peer,
        .what = (uint8_t)what,
        .reason = of_rpc ? REASON_NONE : record->reason, // that of an RPC is its kind
    };
}

static struct why_pair *pair_at(const struct why_evidence *evidence, uint32_t number) {
    return number == 0 ? NULL : &evidence->pairs[number - 1];
}

/** The pair of the path, and that of the focus, that a record of these two is about. */
static void find_pairs(const struct why_evidence *evidence, const struct trace_record *record,
                       struct why_pair *found[3]) {
    uint32_t node = record->node;
    uint32_t peer = record->peer;
    found[0] = found[1] = found[2] = NULL;
    if (peer >= evidence->survey->node_count) {
        return;
    }
    struct why_pair *down = pair_at(evidence, evidence->as_child[peer]);
    struct why_pair *up = pair_at(evidence, evidence->as_child[node]);
    found[0] = down != NULL && down->holder == node ? down : NULL;
    found[1] = up != NULL && up->holder == peer ? up : NULL;
    if (peer == evidence->focus) {
        found[2] = pair_at(evidence, evidence->as_neighbour[node]);
    } else if (node == evidence->focus) {
        found[2] = pair_at(evidence, evidence->as_neighbour[peer]);
    }
    // The last hop of the path is one of the pairs of the focus.
    found[2] = found[2] == found[0] || found[2] == found[1] ? NULL : found[2];
}

/** Whether nothing has come to the node of a pair yet. */
static bool is_waiting(const struct why_evidence *evidence, const struct why_pair *pair,
                       int64_t now_ns) {
    return evidence->survey->had_ns[pair->node] >= now_ns;
}

static void add_earlier(struct why_evidence *evidence, const struct why_step *step) {
    if (step->at_ns >= 0) {
        why_add_step(evidence, step);
    }
}

/** The holder of a pair has the message from now on. */
static void on_had(struct why_evidence *evidence, struct why_pair *pair,
                   const struct trace_record *record) {
    if (pair == NULL || pair->facts.had_ns >= 0) {
        return;
    }
    pair->facts.had_ns = record->at_ns;
    pair->facts.had = evidence->survey->had_ns[pair->node] > record->at_ns;
    pair->facts.linked = pair->holder_linked && pair->node_linked;
    pair->facts.in_mesh = pair->in_mesh || pair->in_fanout;
    bool down = evidence->stopped_ns >= 0 && evidence->started_ns < 0;
    bool gone = evidence->left_ns >= 0 && evidence->joined_ns < 0;
    if (pair->node == evidence->focus && (down || gone)) {
        pair->facts.absence = down ? WHY_WHAT_STOPPED : WHY_WHAT_LEFT;
        pair->facts.absent_since_ns = down ? evidence->stopped_ns : evidence->left_ns;
    }
    bool missing = evidence->survey->had_ns[pair->node] == WHY_NEVER;
    if (missing && !pair->facts.in_mesh) {
        add_earlier(evidence, &pair->pruned); // why_sort_steps() puts them where they belong
        add_earlier(evidence, &pair->obstacle);
    }
    if (pair->facts.had && !pair->on_path) {
        struct why_step step = step_of(record, WHY_WHAT_HAD);
        step.peer = pair->node;
        step.known = evidence->survey->scene->level == TRACE_LEVEL_FULL;
        step.linked = pair->facts.linked;
        step.in_mesh = pair->facts.in_mesh;
        why_add_step(evidence, &step);
    }
}

/** The holder of a pair got another message of the topic. */
static void on_later(struct why_evidence *evidence, struct why_pair *pair, uint32_t message) {
    if (pair == NULL || pair->facts.had_ns < 0 || pair->gossip_over) {
        return;
    }
    if (pair->later_count == pair->later_capacity) {
        pair->later = pool_grow(&evidence->pool, pair->later, &pair->later_capacity,
                                pair->later_count + 1, sizeof *pair->later);
    }
    pair->later[pair->later_count++] = message;
}

/** A copy of the message came to a watched node. */
static void on_arrival(struct why_evidence *evidence, const struct trace_record *record) {
    struct why_pair *found[3];
    find_pairs(evidence, record, found);
    bool on_path = found[1] != NULL;
    bool at_focus = record->node == evidence->focus;
    bool first =
        record->kind == TRACE_DELIVER && record->at_ns == evidence->survey->had_ns[record->node];
    if (!on_path && !at_focus) {
        return;
    }
    struct why_step step = step_of(record, record->kind == TRACE_DELIVER  ? WHY_WHAT_DELIVERED
                                           : record->kind == TRACE_IGNORE ? WHY_WHAT_IGNORED
                                                                          : WHY_WHAT_DUPLICATE);
    for (uint32_t i = 1; i < 3; i++) {
        int64_t delay_ns = found[i] == NULL ? -1 : why_on_copy(found[i], record);
        step.delay_ns = delay_ns >= 0 ? delay_ns : step.delay_ns;
    }
    step.on_path = on_path && first;
    if (at_focus && record->kind == TRACE_IGNORE) {
        evidence->was_ignored = true;
        evidence->ignored = record->reason;
    }
    if (at_focus && record->kind == TRACE_DUPLICATE) {
        if (evidence->duplicates++ == 0) {
            evidence->second = record->peer;
            evidence->second_ns = record->at_ns;
        }
    }
    if (at_focus || step.on_path) {
        why_add_step(evidence, &step);
    }
}

static void on_message(struct why_evidence *evidence, const struct trace_record *record) {
    if (record->kind == TRACE_PUBLISH) {
        struct why_step step = step_of(record, WHY_WHAT_PUBLISHED);
        step.on_path = true;
        why_add_step(evidence, &step);
    }
    if (record->kind == TRACE_DELIVER || record->kind == TRACE_DUPLICATE ||
        record->kind == TRACE_IGNORE) {
        on_arrival(evidence, record);
    }
    if (record->kind == TRACE_DELIVER || record->kind == TRACE_PUBLISH ||
        (record->kind == TRACE_IGNORE && evidence->survey->had_ns[record->node] <= record->at_ns)) {
        on_had(evidence, pair_at(evidence, evidence->as_parent[record->node]), record);
        on_had(evidence, pair_at(evidence, evidence->as_neighbour[record->node]), record);
    }
}

/** Roles of a record, as bits of enum why_role. */
static uint32_t roles_of(const struct why_evidence *evidence, uint32_t value) {
    uint32_t roles = 0;
    for (uint32_t role = 0; role < WHY_ROLE_COUNT; role++) {
        roles |= (value & evidence->setting->role_masks[role]) != 0 ? 1U << role : 0;
    }
    return roles;
}

static void forget_obstacle(struct why_pair *pair) {
    if (pair->facts.had_ns < 0) {
        pair->facts.obstacle = WHY_WHAT_PUBLISHED;
        pair->obstacle.at_ns = -1;
    }
}

static void on_holder_state(struct why_evidence *evidence, struct why_pair *pair,
                            const struct trace_record *record) {
    if (pair != NULL) {
        why_spend(evidence, pair, record->at_ns);
    }
    if (pair != NULL && record->kind == TRACE_ROLE) {
        pair->facts.roles = roles_of(evidence, record->value);
    } else if (pair != NULL && record->kind == TRACE_NODE_START && record->value == STATE_LOST) {
        pair->in_mesh = false;
        pair->in_fanout = false;
        pair->gossip_over = pair->facts.had_ns >= 0;
        forget_obstacle(pair);
    } else if (pair != NULL && record->kind == TRACE_FANOUT_REMOVE &&
               record->topic == evidence->survey->topic) {
        pair->in_fanout = false; // of all
    }
}

/** A watched node stops, or stands still. */
static void note_standstill(struct why_evidence *evidence, const struct trace_record *record) {
    int64_t *paused_ns = &evidence->paused_ns[record->node];
    if (record->kind == TRACE_NODE_STOP) {
        evidence->ended_ns[record->node] = record->at_ns;
        *paused_ns = -1;
    } else if (record->kind == TRACE_PAUSE) {
        *paused_ns = record->at_ns;
    } else if (record->kind == TRACE_RESUME) {
        *paused_ns = -1;
    }
}

/** The node in focus is back. */
static void end_absence(struct why_evidence *evidence, enum why_what absence, int64_t at_ns) {
    for (uint32_t i = evidence->path_count; i < evidence->pair_count; i++) {
        struct why_neighbour *facts = &evidence->pairs[i].facts;
        if (facts->absence == absence && facts->absent_until_ns < 0) {
            facts->absent_until_ns = at_ns;
        }
    }
}

/** The node in focus is no longer there to get the message, or is again. */
static void note_absence(struct why_evidence *evidence, const struct trace_record *record) {
    if (record->kind == TRACE_NODE_STOP) {
        evidence->stopped_ns = record->at_ns;
        evidence->started_ns = -1;
    } else if (record->kind == TRACE_NODE_START && evidence->stopped_ns >= 0) {
        evidence->started_ns = record->at_ns;
        end_absence(evidence, WHY_WHAT_STOPPED, record->at_ns);
    } else if (record->kind == TRACE_UNSUBSCRIBE) {
        evidence->left_ns = record->at_ns;
        evidence->joined_ns = -1;
    } else if (record->kind == TRACE_SUBSCRIBE && evidence->left_ns >= 0) {
        evidence->joined_ns = record->at_ns;
        end_absence(evidence, WHY_WHAT_LEFT, record->at_ns);
    }
}

/** What a watched node is up to, by itself. */
static void on_state(struct why_evidence *evidence, const struct trace_record *record) {
    static const uint8_t whats[TRACE_KIND_COUNT] = {
        [TRACE_NODE_START] = WHY_WHAT_STARTED, [TRACE_NODE_STOP] = WHY_WHAT_STOPPED,
        [TRACE_SUBSCRIBE] = WHY_WHAT_JOINED,   [TRACE_UNSUBSCRIBE] = WHY_WHAT_LEFT,
        [TRACE_PAUSE] = WHY_WHAT_PAUSED,       [TRACE_RESUME] = WHY_WHAT_RESUMED,
    };
    const struct why_survey *survey = evidence->survey;
    on_holder_state(evidence, pair_at(evidence, evidence->as_parent[record->node]), record);
    on_holder_state(evidence, pair_at(evidence, evidence->as_neighbour[record->node]), record);
    bool since = survey->published_ns >= 0 && record->at_ns >= survey->published_ns;
    bool of_topic = record->topic == survey->topic || record->topic == TRACE_TOPIC_NONE;
    note_standstill(evidence, record);
    if (record->node == evidence->focus && record->topic == survey->topic &&
        (record->kind == TRACE_SUBSCRIBE || record->kind == TRACE_UNSUBSCRIBE)) {
        evidence->focus_joined = record->kind == TRACE_SUBSCRIBE;
    }
    if (!since || !of_topic || record->kind >= TRACE_KIND_COUNT || whats[record->kind] == 0) {
        return;
    }
    bool at_focus = record->node == evidence->focus;
    if (at_focus) {
        note_absence(evidence, record);
    }
    // What neighbours were up to may tell why nothing came, and nothing of why something did.
    bool missing = survey->had_ns[evidence->focus] == WHY_NEVER;
    if (missing && (at_focus || evidence->as_neighbour[record->node] != 0)) {
        struct why_step step = step_of(record, (enum why_what)whats[record->kind]);
        why_add_step(evidence, &step);
    }
}

/** Something that keeps the node of a pair out of the holder's mesh. */
static void note_obstacle(struct why_pair *pair, const struct trace_record *record,
                          enum why_what what) {
    // Who is pushed a message is settled when its holder gets it.
    if (pair->facts.had_ns >= 0) {
        return;
    }
    if (what == WHY_WHAT_PRUNED) {
        pair->pruned = step_of(record, what);
    } else {
        pair->facts.obstacle = (uint8_t)what;
        pair->obstacle = step_of(record, what);
    }
}

static bool is_loss(const struct trace_record *record) {
    return record->kind == TRACE_LOST || record->kind == TRACE_DROPPED;
}

/** Who sent the RPC whose loss a record tells; most are told where they were sent. */
static uint32_t sender_of(const struct trace_record *record) {
    bool by_receiver = record->kind == TRACE_DROPPED &&
                       (record->extra == CAUSE_DOWNLINK_FULL || record->extra == CAUSE_NODE_DOWN);
    return by_receiver ? record->peer : record->node;
}

/** A SUB, GRAFT or PRUNE is lost that would have told one end of a pair of the other. */
static void note_lost(struct why_pair *pair, const struct trace_record *record,
                      enum why_what what) {
    if (pair->facts.had_ns >= 0) {
        return;
    }
    note_obstacle(pair, record, what);
    pair->obstacle.node = sender_of(record);
    pair->obstacle.peer = pair->obstacle.node == pair->node ? pair->holder : pair->node;
    pair->obstacle.cause =
        record->kind == TRACE_DROPPED ? (uint8_t)record->extra : (uint8_t)CAUSE_NONE;
    pair->facts.obstacle_cause = pair->obstacle.cause;
}

/** The node of a pair no longer takes itself to be in the holder's mesh. */
static void forget_lost_control(struct why_pair *pair) {
    if (pair->facts.obstacle == WHY_WHAT_GRAFT_LOST ||
        pair->facts.obstacle == WHY_WHAT_PRUNE_LOST) {
        forget_obstacle(pair);
    }
}

/** A link of a pair comes up or goes down, at the node whose record it is. */
static void on_link(struct why_evidence *evidence, struct why_pair *pair,
                    const struct trace_record *record) {
    bool up = record->kind == TRACE_PEER_UP;
    why_spend(evidence, pair, record->at_ns);
    if (record->node == pair->holder) {
        pair->holder_linked = up;
        pair->listed = false; // subscriptions are told anew
        pair->unlisted = false;
    } else {
        pair->node_linked = up;
    }
    forget_lost_control(pair);
    const struct why_survey *survey = evidence->survey;
    bool since = survey->published_ns >= 0 && record->at_ns >= survey->published_ns;
    if (since && survey->had_ns[evidence->focus] == WHY_NEVER) {
        struct why_step step = step_of(record, up ? WHY_WHAT_LINK_UP : WHY_WHAT_LINK_DOWN);
        why_add_step(evidence, &step);
    }
}

/**
 * A cache takes a GRAFT, or a SUB of a node that was pruned, which might have brought it back into
 * the holder's mesh.
 */
static void on_cached(struct why_evidence *evidence, struct why_pair *pair,
                      const struct trace_record *record) {
    bool held_back = record->kind == TRACE_SUPPRESSED;
    bool from_node = (record->node == pair->node) == held_back;
    if (record->topic != evidence->survey->topic) {
        return;
    }
    if (record->reason == TRACE_RPC_GRAFT) {
        note_obstacle(pair, record, held_back ? WHY_WHAT_GRAFT_HELD_BACK : WHY_WHAT_GRAFT_SKIPPED);
    } else if (record->reason == TRACE_RPC_SUBSCRIPTIONS && from_node &&
               pair->facts.pruned != REASON_NONE) {
        note_obstacle(pair, record, held_back ? WHY_WHAT_SUB_HELD_BACK : WHY_WHAT_SUB_SKIPPED);
    }
}

/**
 * Whether the holder hears of the node's subscription. What an RPC of subscriptions says its record
 * does not tell: it is taken to be what holds of the node then.
 */
static void on_subscription(struct why_evidence *evidence, struct why_pair *pair,
                            const struct trace_record *record) {
    bool of_topic = record->topic == evidence->survey->topic;
    bool comes = record->kind == TRACE_RECEIVE && record->node == pair->holder;
    bool fails = is_loss(record) && sender_of(record) == pair->node;
    if (pair->node != evidence->focus || !of_topic || (!comes && !fails)) {
        return;
    }
    why_spend(evidence, pair, record->at_ns);
    if (comes) {
        pair->listed = evidence->focus_joined;
        pair->unlisted = false;
    } else {
        pair->unlisted = evidence->focus_joined && !pair->listed;
    }
    if (pair->unlisted) {
        note_lost(pair, record, WHY_WHAT_SUB_LOST);
    } else if (comes && pair->facts.obstacle == WHY_WHAT_SUB_LOST) {
        forget_obstacle(pair);
    }
}

/**
 * A GRAFT or PRUNE between the two is lost. The node whose GRAFT is, or who should have been told
 * of its PRUNE, takes itself to be in the holder's mesh, and so does nothing to get there.
 */
static void on_lost_control(const struct why_evidence *evidence, struct why_pair *pair,
                            const struct trace_record *record) {
    bool from_node = sender_of(record) == pair->node;
    if (!is_loss(record) || record->topic != evidence->survey->topic) {
        return;
    }
    if (record->reason == TRACE_RPC_GRAFT && from_node) {
        note_lost(pair, record, WHY_WHAT_GRAFT_LOST);
    } else if (record->reason == TRACE_RPC_PRUNE && !from_node &&
               pair->facts.obstacle != WHY_WHAT_GRAFT_REFUSED) {
        note_lost(pair, record, WHY_WHAT_PRUNE_LOST);
    }
}

/** The holder of a pair changes its mesh, or refuses to. */
static void on_mesh(struct why_evidence *evidence, struct why_pair *pair,
                    const struct trace_record *record) {
    if (record->topic != evidence->survey->topic) {
        return;
    }
    if (record->node != pair->holder) {
        if (record->kind == TRACE_PRUNE) {
            forget_lost_control(pair);
        }
        return;
    }
    why_spend(evidence, pair, record->at_ns);
    if (record->kind == TRACE_REFUSE) {
        pair->facts.refused = record->reason;
        note_obstacle(pair, record, WHY_WHAT_GRAFT_REFUSED);
    } else if (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) {
        pair->in_mesh = record->kind == TRACE_GRAFT;
        forget_obstacle(pair);
        if (pair->facts.had_ns < 0) {
            pair->facts.pruned = pair->in_mesh ? REASON_NONE : record->reason;
        }
        if (!pair->in_mesh) {
            note_obstacle(pair, record, WHY_WHAT_PRUNED);
        }
    } else {
        pair->in_fanout = record->kind == TRACE_FANOUT_ADD;
        // The fanout is chosen after the record that the message was published.
        if (pair->in_fanout && pair->facts.had_ns == record->at_ns) {
            pair->facts.in_mesh = true;
        }
    }
}

static void on_pair(struct why_evidence *evidence, struct why_pair *pair,
                    const struct trace_record *record) {
    if (pair == NULL) {
        return;
    }
    if (record->kind == TRACE_PEER_UP || record->kind == TRACE_PEER_DOWN) {
        on_link(evidence, pair, record);
    } else if (record->kind >= TRACE_GRAFT && record->kind <= TRACE_FANOUT_REMOVE) {
        on_mesh(evidence, pair, record);
    } else if (trace_kind_is_rpc((enum trace_kind)record->kind) || record->kind == TRACE_SKIPPED) {
        if (record->kind == TRACE_SUPPRESSED || record->kind == TRACE_SKIPPED) {
            on_cached(evidence, pair, record);
        } else if (record->reason == TRACE_RPC_SUBSCRIPTIONS) {
            on_subscription(evidence, pair, record);
        } else {
            on_lost_control(evidence, pair, record);
        }
        if (is_waiting(evidence, pair, record->at_ns) || record->reason == TRACE_RPC_MESSAGES) {
            why_on_rpc(evidence, pair, record);
        }
    }
}

void why_on_record(struct why_evidence *evidence, const struct trace_record *record) {
    const struct why_question *question = evidence->question;
    bool comes = record->kind == TRACE_DELIVER || record->kind == TRACE_PUBLISH ||
                 record->kind == TRACE_DUPLICATE || record->kind == TRACE_IGNORE;
    if (comes && record->message == question->message) {
        on_message(evidence, record);
        return;
    }
    if (comes) {
        if (record->kind != TRACE_DUPLICATE && record->topic == evidence->survey->topic) {
            on_later(evidence, pair_at(evidence, evidence->as_parent[record->node]),
                     record->message);
            on_later(evidence, pair_at(evidence, evidence->as_neighbour[record->node]),
                     record->message);
        }
        return;
    }
    if (record->peer == TRACE_NONE) {
        on_state(evidence, record);
        return;
    }
    struct why_pair *found[3];
    find_pairs(evidence, record, found);
    for (uint32_t i = 0; i < 3; i++) {
        on_pair(evidence, found[i], record);
    }
    struct why_pair *neighbour = pair_at(evidence, evidence->as_neighbour[record->node]);
    if (neighbour != NULL) {
        why_on_other(evidence, neighbour, record);
    }
}

bool why_watch(struct why_evidence *evidence, struct failure *failure) {
    struct record_stream *stream =
        record_stream_open(evidence->arena, evidence->question->path, failure);
    if (stream == NULL) {
        return false;
    }
    struct record_view view;
    enum trace_reader_step step = TRACE_READER_SECTION;
    while ((step = record_stream_next(stream, &view, failure)) == TRACE_READER_SECTION) {
        uint32_t node = view.record.node;
        if (node < evidence->survey->node_count && evidence->watched[node] != 0) {
            why_on_record(evidence, &view.record);
        }
    }
    record_stream_close(stream);
    why_end_chances(evidence);
    why_end_flights(evidence);
    return step != TRACE_READER_FAILED;
}
