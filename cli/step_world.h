/**
 * The run that `gossim step` is in: forward by single events, and back to any of them.
 *
 * Back is a run from the beginning to the same event, which is exact. Every so many events their
 * number is noted, so that the way there is as fast as a run and only the last bit of it is gone
 * event by event. What the latest event has left is kept: its records and its draws.
 */
#ifndef GOSSIM_CLI_STEP_WORLD_H
#define GOSSIM_CLI_STEP_WORLD_H

#include "scenarios/session_log.h"

#include <stdbool.h>
#include <stdint.h>

/** After how many events there is a mark. */
enum { STEP_MARK_EVENTS = 1024 };

struct step_mark {
    uint64_t number; // of the event, as session_event() has it
    int64_t at_ns;
};

struct step_world {
    const struct scenario *scenario;
    enum ties ties;
    struct arena *arena; // of the session
    struct session *session;
    uint64_t events;    // shown so far: those that were not passed over
    struct arena *kept; // of what follows
    struct pool pool;
    struct step_mark *marks; // [mark_count] of every STEP_MARK_EVENTS-th event
    uint32_t mark_count;
    uint32_t mark_capacity;
    struct session_log log; // of the latest event
};

/** Stands before the first event; the scenario is borrowed. */
FAILURE_WARN_UNUSED bool step_world_open(struct step_world *world, const struct scenario *scenario,
                                         enum ties ties, struct failure *failure);
void step_world_close(struct step_world *world);

/** Handles the next event; false at the end of the scenario, or where time stands still. */
bool step_world_next(struct step_world *world);

/** Goes back to right after the `events`-th event, which must not lie ahead; 0: to the beginning.
 */
void step_world_back(struct step_world *world, uint64_t events);

/** How many of the events that were handled have a number up to that. */
uint64_t step_world_events_to(struct step_world *world, uint64_t number);

/** How many of the events that were handled came before an instant. */
uint64_t step_world_events_before(struct step_world *world, int64_t at_ns);

#endif
