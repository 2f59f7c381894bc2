/**
 * Where the results of a run go that was given no place: out/NAME-SEED, and what `--set` changed.
 *
 * Runs that differ must not take each other's folder, so overrides are part of its name, as a
 * person would write them: out/quickstart-1-router.D=8,router.Dlo=5. Only characters that need no
 * quotes in a shell are in it, and it fits in a file name. Where that leaves something out, a hash
 * of the whole stands at the end.
 */
#ifndef GOSSIM_CLI_RESULT_PLACE_H
#define GOSSIM_CLI_RESULT_PLACE_H

#include "cli/load.h"

/**
 * The place, to be freed by the caller; NULL when there is no memory. Results of another `kind`
 * than a run, such as `ablation`, have that in the place of the seed; NULL: of a run.
 */
char *result_place(const struct scenario *scenario, const struct load_request *request,
                   const char *kind);

#endif
