/**
 * One of the two runs that `gossim diff` compares: a scenario, or the folder of a run of one.
 */
#ifndef GOSSIM_CLI_DIFF_SIDE_H
#define GOSSIM_CLI_DIFF_SIDE_H

#include "cli/load.h"
#include "sim/ties.h"
#include "trace/digest.h"

#include <stdbool.h>

struct diff_side {
    struct load_request *request; // its path is that of the scenario, in a folder if it is one
    const char *given;
    bool is_folder;
    const struct scenario *scenario;
    enum ties ties;                // of a folder its own, else as was asked for
    char digest[DIGEST_TEXT_SIZE]; // of the folder; "" of a file, or if options change the run
};

/** Loads a side; after a message and false for bad input. Strings are the arena's. */
bool diff_side_load(struct diff_side *side, struct arena *arena, struct load_request *request,
                    enum ties ties);

/** The trace in a folder; the text is the arena's. */
const char *diff_side_trace(const struct diff_side *side, struct arena *arena);

/** Whether a run of a folder's scenario comes to the digest that it has. */
bool diff_side_repeats(const struct diff_side *side);

#endif
