/**
 * Where something stands in a scenario file, for what turns out to be wrong only when the network
 * or the plan is made. The loader has let go of the file's text by then.
 */
#ifndef GOSSIM_SCENARIOS_PLACE_H
#define GOSSIM_SCENARIOS_PLACE_H

#include "base/failure.h"

struct scenario_place {
    const char *file; // or the option that brought the value; NULL: made without a file
    uint32_t line;    // 0: a default, or from an option
    uint32_t column;
};

/** Gives a failure its place. Returns false, so that callers can return it. */
bool place_failure(const struct scenario_place *place, struct failure *failure);

#endif
