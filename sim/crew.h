/**
 * A crew of threads that does one piece of work after the other, each member its own part.
 *
 * Whoever makes a crew is its member 0. The others are threads that wait between rounds: a moment
 * awake, if there is a processor for each member, then asleep. A round that is small is better done
 * by member 0 alone, part by part; who does a part must make no difference.
 *
 *     crew_create ─▶ crew_do(EACH_ITS_OWN) ─▶ … crew_do(ALL_BY_ONE) … ─▶ crew_end
 *
 * All that a member wrote in one round, every member sees in the next. These are the only threads
 * of gossim. Cost: a round about a µs if nobody sleeps, some ten µs if somebody has to be woken.
 */
#ifndef GOSSIM_SIM_CREW_H
#define GOSSIM_SIM_CREW_H

#include "base/arena.h"

#include <stdint.h>

enum { CREW_MEMBERS_MAX = 64 };

enum crew_way { CREW_EACH_ITS_OWN, CREW_ALL_BY_ONE };

typedef void (*crew_work)(void *context, uint32_t member);

struct crew;

/** A crew that waits; NULL where the system gives no more threads, and none is left then. */
struct crew *crew_create(struct arena *arena, uint32_t members, crew_work work, void *context);

/** One round: every part of the work is done when it returns. */
void crew_do(struct crew *crew, enum crew_way way);

/** Ends the threads. Accepts NULL. */
void crew_end(struct crew *crew);

#endif
