/**
 * Scenarios that the program carries, so that it needs no files beside it. The build makes them of
 * scenarios/catalog (embed_scenarios.py).
 */
#ifndef GOSSIM_CLI_EMBEDDED_H
#define GOSSIM_CLI_EMBEDDED_H

#include "base/arena.h"

#include <stddef.h>

struct embedded_scenario {
    const char *name;         // of the file, without .yaml
    const char *const *lines; // [count], each ends with a newline
    size_t count;
};

extern const struct embedded_scenario embedded_scenarios[];
extern const size_t embedded_scenario_count;

/** The text of the scenario of this name, which there is; `*size` bytes, then a zero. */
char *embedded_text(struct arena *arena, const char *name, size_t *size);

#endif
