/**
 * What a worker of outcome.h does: one run in this process, from building to judgement.
 */
#ifndef GOSSIM_CLI_OUTCOME_RUN_H
#define GOSSIM_CLI_OUTCOME_RUN_H

#include "cli/outcome.h"

/** Runs a scenario and judges it; takes memory from `arena`, which has the limits. */
void outcome_simulate(struct arena *arena, const struct scenario *scenario,
                      struct outcome *outcome);

/** Copies a text, of one that is too long as many whole characters of UTF-8 as there is room for.
 */
void outcome_copy_text(char to[OUTCOME_TEXT_SIZE], const char *text);

#endif
