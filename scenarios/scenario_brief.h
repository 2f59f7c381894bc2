/**
 * A scenario as a person would write it: without the keys whose defaults do, and with comments.
 *
 * scenario_write() says everything, which is right for a machine. This leaves out each key without
 * which the canonical form is the same, and puts what is left into short lines. It loads back to a
 * scenario with the same canonical form; that is checked, not hoped.
 *
 * Cost: in whole, a loading for each key that the scenario has; else two.
 */
#ifndef GOSSIM_SCENARIOS_SCENARIO_BRIEF_H
#define GOSSIM_SCENARIOS_SCENARIO_BRIEF_H

#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario_brief_options {
    /** A comment to stand before a part, such as `links` or `events.2`; it may have several lines.
     * NULL: none. May be NULL. */
    const char *(*note)(void *context, const char *path);
    void *context;
    bool hurried; // keys of lists stay: for a large scenario that is written often
};

/** The text, NUL-terminated, in the arena. */
const char *scenario_brief(struct arena *arena, const struct scenario *scenario,
                           const struct scenario_brief_options *options);

/** How many keys have another value than their default and could do without; lists and what says
 * how large a scenario is are not among them. */
uint32_t reduce_cut_count(const struct scenario *scenario);

/** The scenario without one of these, which has its default then; NULL where it cannot be without.
 * `path`, which may be NULL, gets its path in `path[YAML_PATH_SIZE]`. */
const struct scenario *reduce_cut(struct arena *arena, const struct scenario *scenario,
                                  uint32_t index, char *path);

#endif
