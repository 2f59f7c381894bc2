/**
 * Offending text as a message may show it: between back-ticks, shortened, and with nothing in it
 * that could disturb a terminal.
 */
#ifndef GOSSIM_SCENARIOS_EXCERPT_H
#define GOSSIM_SCENARIOS_EXCERPT_H

#include <stddef.h>

enum { EXCERPT_SIZE = 64 };

/**
 * Writes the text to `out[EXCERPT_SIZE]` and returns it. What is not printable stands as \xNN, byte
 * by byte; a long text ends with "…" instead of its rest.
 */
const char *excerpt_write(const char *text, size_t size, char *out);

/** As above, without the back-ticks. */
const char *excerpt_write_bare(const char *text, size_t size, char *out);

#endif
