/**
 * SIGINT, SIGTERM and SIGHUP: the program ends soon, with exit status 1, and leaves nothing
 * half-written.
 *
 * As long as there is nothing to clean up, it ends in the signal handler: reading a large scenario
 * or building a large world need not look up. Once it writes, signals are only noted, and whoever
 * works on looks now and then.
 */
#ifndef GOSSIM_CLI_INTERRUPT_H
#define GOSSIM_CLI_INTERRUPT_H

#include <stdbool.h>

/** From now on a signal ends the program at once; one that was noted before ends it here. */
void interrupt_end_at_once(void);

/** From now on the signals are noted. The note is the one piece of state of the process that a
 * signal handler can write. */
void interrupt_watch(void);

bool interrupt_seen(void);

/** Whether it was SIGINT, which is what Ctrl-C sends. */
bool interrupt_typed(void);

/** What was noted is dealt with. */
void interrupt_forget(void);

#endif
