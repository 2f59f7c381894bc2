/**
 * The sizes of meshes at the records that a session has left.
 *
 * Few records tell the size of a mesh: those that change it. Of the others it follows from the
 * changes around them and from what the router has in the end. `gossim trace`, which has all
 * records of a run, comes to the same sizes by following them from the beginning.
 */
#ifndef GOSSIM_SCENARIOS_SESSION_MESHES_H
#define GOSSIM_SCENARIOS_SESSION_MESHES_H

#include "scenarios/session.h"

#include <stdint.h>

#define SESSION_MESH_UNKNOWN UINT32_MAX

/** Records, and the size of the mesh of its node and topic after each. */
struct session_records {
    const struct trace_record *records; // [count]
    const uint32_t *mesh_sizes;         // [count] or SESSION_MESH_UNKNOWN
    uint32_t count;
};

/** The topic that a record is about: its own, or that of its message; TRACE_TOPIC_NONE. */
uint16_t session_record_topic(const struct session *session, const struct trace_record *record);

/**
 * The size of the mesh of its node and topic after each of `records`, or SESSION_MESH_UNKNOWN.
 * They are all that the nodes among them have left since their first one here, in order; the
 * session stands where the last was left. Array in `arena`. About linear.
 */
const uint32_t *session_mesh_sizes(const struct session *session, struct arena *arena,
                                   const struct trace_record *records, uint32_t count);

#endif
