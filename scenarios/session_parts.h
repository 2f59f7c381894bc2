/**
 * What a session consists of: shared by session*.c alone.
 */
#ifndef GOSSIM_SCENARIOS_SESSION_PARTS_H
#define GOSSIM_SCENARIOS_SESSION_PARTS_H

#include "scenarios/course.h"
#include "scenarios/fleet.h"
#include "scenarios/session.h"

struct session {
    struct fleet *fleet;
    struct arena *arena;
    struct course course;
    uint64_t watched_kinds; // of the fleet, while nobody listens
    struct session_hooks hooks;
    struct session_event event; // handled last
    uint64_t count;             // of events handled
    // Only where draws are told:
    struct prng *told;  // [node_count] streams of routers as far as their draws were told
    uint64_t *is_noted; // a bit for each node that may have drawn
    uint32_t *noted;    // [noted_count] these nodes
    uint32_t noted_count;
    struct prng_listener listener;
};

/** What an event of the queue is about; its number is 0. */
void session_describe(const struct session *session, const struct event *event,
                      struct session_event *described);

/** Draws are told from now on, if somebody asks for them. */
void session_draws_begin(struct session *session, struct arena *arena);

/** `session->event` is about to be handled; a node has part in it; it has been handled. */
void session_draws_listen(struct session *session);
void session_note_node(struct session *session, uint32_t node);
void session_draws_tell(struct session *session);

#endif
