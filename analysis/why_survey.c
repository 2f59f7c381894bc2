// The first pass of `why`: who had the message, when, and from whom.
#include "analysis/why_parts.h"

#include "base/bitset.h"

static void init(struct arena *arena, const struct record_scene *scene, struct why_survey *survey) {
    size_t nodes = scene->node_count;
    size_t words = (nodes * scene->topic_count + 63) / 64;
    *survey = (struct why_survey){
        .node_count = scene->node_count,
        .topic_count = scene->topic_count,
        .topic = TRACE_TOPIC_NONE,
        .publisher = TRACE_NONE,
        .published_ns = -1,
        .had_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(int64_t)),
        .from = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint32_t)),
        .hops = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint32_t)),
        .flags = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint8_t)),
        .subscribed = arena_take_array(arena, MEMORY_TABLES, words, sizeof(uint64_t)),
        .changed_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(int64_t)),
        .scene = scene,
    };
    pool_init(&survey->pool, arena, MEMORY_TABLES);
    for (uint32_t node = 0; node < scene->node_count; node++) {
        survey->had_ns[node] = WHY_NEVER;
        survey->from[node] = TRACE_NONE;
        survey->changed_ns[node] = -1;
    }
}

/** Notes a neighbour of the node asked about, once. */
static void note_peer(struct why_survey *survey, uint32_t peer) {
    for (uint32_t i = 0; i < survey->peer_count; i++) {
        if (survey->peers[i] == peer) {
            return;
        }
    }
    if (survey->peer_count == survey->peer_capacity) {
        survey->peers = pool_grow(&survey->pool, survey->peers, &survey->peer_capacity,
                                  survey->peer_count + 1, sizeof *survey->peers);
    }
    survey->peers[survey->peer_count++] = peer;
}

/** What nodes are like at the moment of publication. */
static void take_stock(struct why_survey *survey, const struct trace_record *record) {
    survey->published_ns = record->at_ns;
    survey->topic = record->topic;
    for (uint32_t node = 0; node < survey->node_count; node++) {
        uint8_t *flags = &survey->flags[node];
        *flags |= (*flags & WHY_UP) != 0 ? WHY_UP_THEN : 0;
        uint32_t bit = node * survey->topic_count + record->topic;
        if (record->topic < survey->topic_count && bitset_has(survey->subscribed, bit)) {
            *flags |= WHY_SUBSCRIBED_THEN;
        }
    }
}

static void on_message(struct why_survey *survey, const struct trace_record *record) {
    uint32_t node = record->node;
    bool has = survey->had_ns[node] != WHY_NEVER;
    survey->flags[node] |= record->kind == TRACE_DELIVER ? WHY_HANDED_OVER : 0;
    bool came = record->kind == TRACE_DELIVER || record->kind == TRACE_IGNORE;
    if (record->kind == TRACE_PUBLISH || record->kind == TRACE_PUBLISH_SKIPPED) {
        take_stock(survey, record);
        survey->skipped = record->kind == TRACE_PUBLISH_SKIPPED;
        if (!survey->skipped) {
            survey->publisher = node;
            survey->had_ns[node] = record->at_ns;
        }
    } else if (came && !has) {
        survey->from[node] = record->peer;
        survey->hops[node] = record->value;
        survey->flags[node] |= record->reason == REASON_REQUESTED ? WHY_REQUESTED : 0;
        survey->had_ns[node] = record->kind == TRACE_DELIVER ? record->at_ns : WHY_NEVER;
    } else if (record->kind == TRACE_SEND && record->reason == TRACE_RPC_MESSAGES && !has) {
        // Who passes on what its application does not want has it, too.
        survey->had_ns[node] = record->at_ns;
    }
}

/** Notes what a node is at present; `changed_ns` stands still once the message is there. */
static void on_state(struct why_survey *survey, const struct trace_record *record) {
    uint32_t bit = record->node * survey->topic_count + record->topic;
    bool placed = record->topic < survey->topic_count;
    bool up = record->kind == TRACE_NODE_START;
    if (up || record->kind == TRACE_NODE_STOP) {
        uint8_t others = survey->flags[record->node] & (uint8_t)~WHY_UP;
        survey->flags[record->node] = (uint8_t)(others | (up ? WHY_UP : 0));
    } else if (record->kind == TRACE_SUBSCRIBE && placed) {
        bitset_add(survey->subscribed, bit);
    } else if (record->kind == TRACE_UNSUBSCRIBE && placed) {
        bitset_remove(survey->subscribed, bit);
    } else {
        return;
    }
    if (survey->published_ns < 0) {
        survey->changed_ns[record->node] = record->at_ns;
    }
}

static bool check_question(const struct why_question *question, struct why_survey *survey,
                           const struct record_outcome *outcome, struct failure *failure) {
    survey->message_count = outcome->message_count;
    if (survey->published_ns >= 0) {
        return true;
    }
    if (survey->cut) {
        return failure_bad_input(
            failure, "message %u: %s was cut short, and up to there nobody publishes it",
            question->message, question->path);
    }
    if (outcome->message_count == 0) {
        return failure_bad_input(failure, "message %u: the run has no messages", question->message);
    }
    if (question->message >= outcome->message_count) {
        return failure_bad_input(failure, "message %u: the run has the messages 0 to %u",
                                 question->message, outcome->message_count - 1);
    }
    survey->skipped = true;
    return true;
}

static bool survey_stream(const struct why_question *question, struct record_stream *stream,
                          struct why_survey *survey, struct failure *failure) {
    struct record_view view;
    enum trace_reader_step step = TRACE_READER_SECTION;
    while ((step = record_stream_next(stream, &view, failure)) == TRACE_READER_SECTION) {
        const struct trace_record *record = &view.record;
        if (record->node >= survey->node_count) {
            continue;
        }
        if (record->message == question->message) {
            on_message(survey, record);
        } else if (record->message == TRACE_NONE && record->kind <= TRACE_UNSUBSCRIBE) {
            on_state(survey, record);
            bool link = record->kind == TRACE_PEER_UP && record->node == question->node;
            if (link && record->peer < survey->node_count) {
                note_peer(survey, record->peer);
            }
        }
    }
    survey->cut = step == TRACE_READER_TRUNCATED;
    survey->end_ns = record_stream_last_ns(stream);
    const struct trace_summary *summary = record_stream_outcome(stream)->summary;
    if (!survey->cut && summary != NULL && summary->virtual_ns > survey->end_ns) {
        survey->end_ns = summary->virtual_ns; // a run may end in silence
    }
    return step != TRACE_READER_FAILED &&
           check_question(question, survey, record_stream_outcome(stream), failure);
}

bool why_survey(struct arena *arena, const struct why_question *question, struct why_survey *survey,
                struct failure *failure) {
    struct record_stream *stream = record_stream_open(arena, question->path, failure);
    if (stream == NULL) {
        return false;
    }
    const struct record_scene *scene = record_stream_scene(stream);
    init(arena, scene, survey);
    bool ok = true;
    if (scene->node_count == 0) {
        ok = failure_bad_input(failure, "%s tells of no nodes", question->path);
    } else if (question->node >= scene->node_count) {
        ok = failure_bad_input(failure, "node %u: the run has the nodes 0 to %u", question->node,
                               scene->node_count - 1);
    } else {
        ok = survey_stream(question, stream, survey, failure);
    }
    record_stream_close(stream);
    return ok;
}
