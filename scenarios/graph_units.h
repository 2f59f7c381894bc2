/**
 * Latencies and rates as network graphs write them: `10 ms`, `100 Mbit`, with a blank between
 * number and unit, and rates without "per second".
 */
#ifndef GOSSIM_SCENARIOS_GRAPH_UNITS_H
#define GOSSIM_SCENARIOS_GRAPH_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/** Each reads a text that ends with NUL; or returns false and points `*why` at a sentence that says
 * what is allowed. */
bool graph_read_delay(const char *text, int64_t *ns, const char **why);
bool graph_read_rate(const char *text, uint64_t *bits_per_s, const char **why);

#endif
