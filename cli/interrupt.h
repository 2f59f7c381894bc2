/**
 * SIGINT, SIGTERM and SIGHUP: the program notes them and ends at the next safe moment, leaving
 * nothing half-written.
 */
#ifndef GOSSIM_CLI_INTERRUPT_H
#define GOSSIM_CLI_INTERRUPT_H

#include <stdbool.h>

/** From now on the signals are noted. The note is the one piece of state of the process that a
 * signal handler can write. */
void interrupt_watch(void);

bool interrupt_seen(void);

#endif
