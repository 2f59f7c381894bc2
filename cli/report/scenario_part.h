/**
 * Which parts of a canonical scenario say no more than its defaults.
 *
 * A key has its default if the scenario without it is the same scenario: so each key is left out
 * once and the rest read again. That is right whatever a default depends on (the profile, other
 * keys), and costs a reading of the scenario for each key. Items of lists have no defaults, the
 * keys of their mappings do.
 *
 * Limits: SCENARIO_PART_TRIALS_MAX readings; what is not tried counts as given.
 */
#ifndef GOSSIM_CLI_REPORT_SCENARIO_PART_H
#define GOSSIM_CLI_REPORT_SCENARIO_PART_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENARIO_PART_TRIALS_MAX = 400, SCENARIO_PART_BYTES_MAX = 1 << 18 };

enum scenario_part { SCENARIO_PART_GIVEN, SCENARIO_PART_LINE, SCENARIO_PART_KEY };

struct scenario_marks {
    uint8_t *of; // [bytes of the text] enum scenario_part: default as a line or as a key in one
    bool known;  // false: the text cannot be read again, or is too long; nothing is marked
    bool all;    // false: the limit was reached
};

struct scenario_marks scenario_part_mark(struct arena *arena, const char *text);

#endif
