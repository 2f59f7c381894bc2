#include "analysis/validation.h"

#include "base/check.h"

/** One link in the mesh of one topic. */
struct mesh_link {
    bool low_has_high; // the end of the lower number has the other in its mesh
    bool high_has_low;
    int64_t one_sided_ns; // since when, while just one of them has
};

static bool is_one_sided(const struct mesh_link *link) {
    return link->low_has_high != link->high_has_low;
}

/** A spell ends: was it longer than a GRAFT or PRUNE and an answer take? */
static void end_spell(struct validation_tally *tally, int64_t spell_ns, int64_t longest_ns) {
    tally->looked_at++;
    tally->broken += spell_ns > longest_ns ? 1 : 0;
}

struct validation_tally validation_one_sided(const struct full_trace *trace, struct arena *arena,
                                             int64_t slack_ns) {
    struct validation_tally tally = {0};
    size_t count = (size_t)trace->topic_count * trace->link_count;
    struct mesh_link *links = arena_take_array(arena, MEMORY_TABLES, count, sizeof *links);
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        if (record->kind != TRACE_GRAFT && record->kind != TRACE_PRUNE) {
            continue;
        }
        uint32_t number = full_trace_link(trace, record->node, record->peer);
        CHECK(number != FULL_TRACE_NONE);
        struct mesh_link *link = &links[(size_t)record->topic * trace->link_count + number];
        bool was_one_sided = is_one_sided(link);
        bool *has = record->node < record->peer ? &link->low_has_high : &link->high_has_low;
        *has = record->kind == TRACE_GRAFT;
        if (was_one_sided && !is_one_sided(link)) {
            end_spell(&tally, record->at_ns - link->one_sided_ns,
                      2 * trace->links[number].delay_ns + slack_ns);
        } else if (!was_one_sided && is_one_sided(link)) {
            link->one_sided_ns = record->at_ns;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (is_one_sided(&links[i])) {
            end_spell(&tally, trace->summary.virtual_ns - links[i].one_sided_ns,
                      2 * trace->links[i % trace->link_count].delay_ns + slack_ns);
        }
    }
    return tally;
}

/** One node in one topic, as its records tell. */
struct member {
    int64_t next_beat_ns;
    uint32_t degree;
    bool subscribed;
};

struct degrees {
    const struct full_trace *trace;
    const struct validation_mesh_rules *rules;
    struct member *members; // [topic_count × node_count]
    struct validation_tally tally;
};

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/** Neighbours that a node can have in its mesh. */
static uint32_t count_candidates(const struct degrees *degrees, uint32_t topic, uint32_t node) {
    const struct full_trace *trace = degrees->trace;
    const struct member *members = &degrees->members[(size_t)topic * trace->node_count];
    uint32_t count = 0;
    for (uint32_t i = trace->peer_first[node]; i < trace->peer_first[node + 1]; i++) {
        count += members[trace->peers[i]].subscribed ? 1 : 0;
    }
    return count;
}

/** Looks at a node's mesh at each of its beats before an instant: later ones have not come yet. */
static void look_before(struct degrees *degrees, uint32_t topic, uint32_t node, int64_t until_ns) {
    const struct validation_mesh_rules *rules = degrees->rules;
    struct member *member = &degrees->members[(size_t)topic * degrees->trace->node_count + node];
    if (rules->heartbeat_ns[node] == 0) {
        return;
    }
    for (; member->next_beat_ns < until_ns; member->next_beat_ns += rules->heartbeat_ns[node]) {
        if (!member->subscribed) {
            continue;
        }
        bool low = false;
        if (member->next_beat_ns >= rules->settled_ns && member->degree < rules->d_low[node]) {
            low =
                member->degree < least(rules->d_low[node], count_candidates(degrees, topic, node));
        }
        degrees->tally.looked_at++;
        degrees->tally.broken += low || member->degree > rules->d_high[node] ? 1 : 0;
    }
}

static bool tells_of_mesh(const struct trace_record *record) {
    return record->topic != TRACE_TOPIC_NONE &&
           (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE ||
            record->kind == TRACE_SUBSCRIBE || record->kind == TRACE_UNSUBSCRIBE);
}

struct validation_tally validation_degrees(const struct full_trace *trace, struct arena *arena,
                                           const struct validation_mesh_rules *rules) {
    struct degrees degrees = {.trace = trace, .rules = rules};
    size_t count = (size_t)trace->topic_count * trace->node_count;
    degrees.members = arena_take_array(arena, MEMORY_TABLES, count, sizeof *degrees.members);
    for (size_t i = 0; i < count; i++) {
        uint32_t node = (uint32_t)(i % trace->node_count);
        degrees.members[i].next_beat_ns = trace->nodes[node].start_ns + rules->initial_ns[node];
    }
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        if (!tells_of_mesh(record)) {
            continue;
        }
        look_before(&degrees, record->topic, record->node, record->at_ns);
        struct member *member =
            &degrees.members[(size_t)record->topic * trace->node_count + record->node];
        if (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) {
            member->degree = record->value;
        } else {
            member->subscribed = record->kind == TRACE_SUBSCRIBE;
        }
    }
    for (size_t i = 0; i < count; i++) {
        look_before(&degrees, (uint32_t)(i / trace->node_count), (uint32_t)(i % trace->node_count),
                    trace->summary.virtual_ns);
    }
    return degrees.tally;
}
