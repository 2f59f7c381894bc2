/**
 * A crew of threads that does one piece of work after the other, each member its own part.
 *
 * Whoever makes a crew is its member 0. The others are threads that wait between rounds: a moment
 * awake, if there is a processor for each member, then asleep.
 *
 *     crew_create ─▶ crew_do ─▶ crew_do ─▶ … ─▶ crew_end
 *
 * All that a member wrote in one round, every member sees in the next. These are the only threads
 * of gossim. Cost: a round about a µs if nobody sleeps, some ten µs if somebody has to be woken.
 */
#ifndef GOSSIM_SIM_CREW_H
#define GOSSIM_SIM_CREW_H

#include "base/arena.h"

#include <stdint.h>

enum { CREW_MEMBERS_MAX = 64 };

typedef void (*crew_work)(void *context, uint32_t member);

struct crew;

/** A crew that waits; NULL where the system gives no more threads, and none is left then. */
struct crew *crew_create(struct arena *arena, uint32_t members, crew_work work, void *context);

/** One round: each member does its part of the work; all is done when it returns. */
void crew_do(struct crew *crew);

/** There will be no round for a while: nobody stays awake for it. */
void crew_rest(struct crew *crew);

/** Ends the threads. Accepts NULL. */
void crew_end(struct crew *crew);

#endif
