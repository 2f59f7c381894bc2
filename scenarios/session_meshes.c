#include "scenarios/session_meshes.h"

#include "scenarios/fleet.h"

uint16_t session_record_topic(const struct session *session, const struct trace_record *record) {
    const struct plan *plan = &session_fleet(session)->plan;
    bool of_message = record->topic == TRACE_TOPIC_NONE && record->message < plan->message_count;
    return of_message ? plan->messages[record->message].topic : record->topic;
}

static bool changes_mesh(const struct trace_record *record) {
    return record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE;
}

/** Whether its node has begun anew, without any mesh. */
static bool begins_anew(const struct trace_record *record) {
    enum { STATE_LOST = 1 };
    return record->kind == TRACE_NODE_START && record->value == STATE_LOST;
}

/** From the record on whose size after it is known, what it was before. */
static uint32_t size_before(const struct trace_record *record, uint32_t size_after) {
    bool one_more = record->kind == TRACE_GRAFT;
    bool one_less = record->kind == TRACE_PRUNE;
    return one_more ? size_after - 1 : one_less ? size_after + 1 : size_after;
}

/** The size after a record, from those of the records behind it. */
static uint32_t size_from_later(const struct session *session, const struct trace_record *records,
                                uint32_t count, uint32_t at, const uint32_t *sizes) {
    uint32_t node = records[at].node;
    uint16_t topic = session_record_topic(session, &records[at]);
    for (uint32_t i = at + 1; i < count; i++) {
        if (records[i].node == node && begins_anew(&records[i])) {
            return SESSION_MESH_UNKNOWN;
        }
        if (records[i].node == node && session_record_topic(session, &records[i]) == topic) {
            return sizes[i] == SESSION_MESH_UNKNOWN ? sizes[i] : size_before(&records[i], sizes[i]);
        }
    }
    return router_mesh_count(&session_fleet(session)->routers[node], topic);
}

/** The size after a record that changes nothing, from those of the records before it. */
static uint32_t size_from_earlier(const struct session *session, const struct trace_record *records,
                                  uint32_t at, const uint32_t *sizes) {
    uint32_t node = records[at].node;
    uint16_t topic = session_record_topic(session, &records[at]);
    for (uint32_t i = at; i-- > 0;) {
        if (records[i].node == node && begins_anew(&records[i])) {
            return 0;
        }
        if (records[i].node == node && session_record_topic(session, &records[i]) == topic) {
            return sizes[i];
        }
    }
    return SESSION_MESH_UNKNOWN;
}

const uint32_t *session_mesh_sizes(const struct session *session, struct arena *arena,
                                   const struct trace_record *records, uint32_t count) {
    uint32_t *sizes = arena_take_array(arena, MEMORY_TRACE, (size_t)count + 1, sizeof *sizes);
    for (uint32_t i = count; i-- > 0;) {
        bool placed = session_record_topic(session, &records[i]) != TRACE_TOPIC_NONE;
        sizes[i] = !placed                     ? SESSION_MESH_UNKNOWN
                   : changes_mesh(&records[i]) ? records[i].value
                                               : size_from_later(session, records, count, i, sizes);
    }
    // Those of a node that has begun anew since: what it had then is gone, but its changes are not.
    for (uint32_t i = 0; i < count; i++) {
        bool placed = session_record_topic(session, &records[i]) != TRACE_TOPIC_NONE;
        if (placed && sizes[i] == SESSION_MESH_UNKNOWN) {
            sizes[i] = size_from_earlier(session, records, i, sizes);
        }
    }
    return sizes;
}
