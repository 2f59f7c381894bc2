/**
 * The folder of a sweep: it holds sweep.db, and one call of gossim at a time works in it.
 *
 * Unlike the folder of a run it is there from the first run on, as a sweep can be ended and go on.
 * A folder that holds other things, and no sweep.db, is refused.
 */
#ifndef GOSSIM_CLI_SWEEP_PLACE_H
#define GOSSIM_CLI_SWEEP_PLACE_H

#include "base/failure.h"

#include <stdbool.h>

struct sweep_place {
    char *folder;
    char *database;
    int lock; // −1: not held
};

/** Names the place. */
FAILURE_WARN_UNUSED bool sweep_place_init(struct sweep_place *place, const char *folder,
                                          struct failure *failure);

struct sweep_study;

/**
 * The place of a study: `out`, or by its name where that is NULL, for what `kind` says. Seeds and
 * values do not move it: whoever asks for more goes on with what is there.
 */
FAILURE_WARN_UNUSED bool sweep_place_find(struct sweep_place *place,
                                          const struct sweep_study *study, const char *out,
                                          const char *kind, struct failure *failure);

/** Whether there is a database. */
bool sweep_place_is_used(const struct sweep_place *place);

/** Makes the folder and takes hold of it; false if it is another's, or in use. */
FAILURE_WARN_UNUSED bool sweep_place_open(struct sweep_place *place, struct failure *failure);

/** In a process that was forked: lets go, so that the folder is free when the parent ends. */
void sweep_place_forget(struct sweep_place *place);

void sweep_place_close(struct sweep_place *place);

#endif
