/**
 * Lines that a person types: with editing, history and completion of commands, where there is
 * libedit; without it, as they come.
 */
#ifndef GOSSIM_CLI_STEP_CONSOLE_H
#define GOSSIM_CLI_STEP_CONSOLE_H

#include <stdbool.h>

/** `history`: a file of earlier lines, to be added to; NULL: only those of this session. */
void step_console_begin(const char *history);

/** The next line, to be freed by the caller; NULL at the end of the input. */
char *step_console_read(void);

/** False, and errno, if the history could not be written. */
bool step_console_end(const char *history);

#endif
