/**
 * What `gossim diff` and `gossim verify` print of the event at which two runs part.
 */
#ifndef GOSSIM_CLI_DIFF_OUTPUT_H
#define GOSSIM_CLI_DIFF_OUTPUT_H

#include "cli/diff_side.h"
#include "scenarios/parting.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct diff_report {
    const struct diff_side *sides[PARTING_SIDES];
    const struct parting *parting;
    const struct parting_rule *rule; // NULL: nobody asked for one
    uint32_t before;                 // records of each node
    bool by_rpcs;                    // RPCs were compared, not events
};

/** For people. */
void diff_print(const struct diff_report *report, struct arena *arena, FILE *out);

/** One JSON object; false if the stream did not take it. */
bool diff_print_json(const struct diff_report *report, struct arena *arena, FILE *out);

/** What a parting is, in a sentence: "at 2.4 s node 17 …". The arena's. */
const char *diff_sentence(const struct diff_report *report, struct arena *arena);

#endif
