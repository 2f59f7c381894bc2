/**
 * Two runs side by side, as far as they are alike: where do they part, and over what.
 *
 * Both go event by event (session.h). They are alike as long as the same events come, at the same
 * time and with the same content, and leave the same records. Where they part, both have handled
 * the event at which they do, so that what came of it can be looked at; the last events before it
 * are found by going there once more. Memory is that of two runs, whatever their length.
 *
 *     parting_find ─▶ sides[0], sides[1]: event, records, draws, session ─▶ parting_before
 */
#ifndef GOSSIM_SCENARIOS_PARTING_H
#define GOSSIM_SCENARIOS_PARTING_H

#include "scenarios/session_meshes.h"

#include <stdbool.h>
#include <stdint.h>

enum { PARTING_SIDES = 2 };

enum parting_kind {
    PARTING_NONE,    // they are the same to the end
    PARTING_EVENT,   // another event comes, or none
    PARTING_OUTCOME, // something else comes of the same event
};

/** What is compared. */
enum parting_scope {
    PARTING_BY_EVENTS, // events and all records
    PARTING_BY_RPCS,   // the RPCs that are sent, one after the other, whatever leads to them
};

struct parting_side {
    struct session *session;      // which has handled the event
    struct session_event event;   // at which they part; its number is 0 if none came any more
    struct trace_record *records; // [record_count] that the event left
    const uint32_t *mesh_sizes;   // [record_count] the size of the mesh after each
    uint32_t record_count;
    uint32_t record;            // the first that differs: record_count if there is none here
    struct session_draw *draws; // [draw_count] that were made at it
    uint32_t draw_count;
};

struct parting {
    enum parting_kind kind;
    uint32_t first;   // the side whose event or RPC comes first
    uint64_t alike;   // events, or RPCs, that both had before, or in all
    int64_t alike_ns; // when the last of these was
    uint32_t failed;  // the side that could not be built
    bool interrupted; // `go_on` said so, or time stood still
    struct parting_side sides[PARTING_SIDES];
};

struct parting_options {
    enum parting_scope scope;
    enum run_wire wire;
    enum ties ties[PARTING_SIDES];
    uint64_t enough; // so many alike are enough: nothing is looked for beyond; 0: to the end
    /** Asked now and then whether to go on; may be NULL. */
    bool (*go_on)(void *context);
    void *context;
};

/** Compares the runs of two scenarios, which are borrowed like the arena. False for what only
 * building shows; `failed` then says of which side. */
FAILURE_WARN_UNUSED bool parting_find(struct arena *arena,
                                      const struct scenario *const scenarios[PARTING_SIDES],
                                      const struct parting_options *options,
                                      struct parting *parting, struct failure *failure);

/** The nodes that an event is about: where it happens, and whose packet it is. Returns how many. */
uint32_t parting_nodes(const struct parting *parting, uint32_t nodes[2 * PARTING_SIDES]);

/** The last records of some nodes before an event of a run. */
struct parting_past {
    const struct scenario *scenario;
    enum ties ties;
    uint64_t number;       // of the event
    const uint32_t *nodes; // [node_count]
    uint32_t node_count;
    uint32_t most; // of each node
};

/** These records in their order, in the arena. Goes through the run once more, up to there. */
struct session_records parting_before(struct arena *arena, const struct parting_past *past);

/** Which quirks two runs part over that differ in their routers alone. */
struct parting_rule {
    uint64_t alone;    // each of these by itself: were it the same, the RPC would be
    uint64_t together; // else a smallest set of which that holds; 0: no quirks are to blame
};

/**
 * Why the first RPC differs that two runs of one scenario send under different quirks: the second
 * one is repeated with the first one's choice of each quirk in turn, then of sets. `alike` is
 * how many RPCs both had before; `ties` are as they were. Exact: what is named was seen to make
 * that RPC the same.
 */
void parting_find_rule(const struct scenario *const scenarios[PARTING_SIDES],
                       const enum ties ties[PARTING_SIDES], uint64_t alike,
                       struct parting_rule *rule);

#endif
