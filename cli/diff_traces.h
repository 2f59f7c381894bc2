/**
 * Compares two trace files and prints where they part: what is left where runs cannot be repeated.
 */
#ifndef GOSSIM_CLI_DIFF_TRACES_H
#define GOSSIM_CLI_DIFF_TRACES_H

#include "analysis/record_parting.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct diff_traces {
    const char *paths[RECORD_PARTING_SIDES];
    const char *names[RECORD_PARTING_SIDES]; // what the runs are called
    uint32_t before;                         // records that led to it
};

/** Prints that they are the same, which `*same` then says, or the first records that differ and the
 * last ones that led to it. */
FAILURE_WARN_UNUSED bool diff_traces(const struct diff_traces *traces, FILE *out, bool *same,
                                     struct failure *failure);

#endif
