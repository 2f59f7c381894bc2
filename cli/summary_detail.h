/**
 * Why an expectation failed: when, where and by how much, and the command that shows more.
 */
#ifndef GOSSIM_CLI_SUMMARY_DETAIL_H
#define GOSSIM_CLI_SUMMARY_DETAIL_H

#include "cli/summary.h"
#include "scenarios/witness.h"

#include <stdio.h>

/** What of the results shows more. */
enum detail_source {
    DETAIL_NOTHING,
    DETAIL_MESSAGE, // the deliveries of the message
    DETAIL_MESHES,
    DETAIL_TRAFFIC,
};

struct summary_detail {
    char by[96];     // how far it is from what was wanted; "" if that cannot be said
    char where[400]; // a sentence without a full stop; "" if nobody can be named
    struct witness_place place;
    enum detail_source source;
};

/** Explains the expectation of that index, which failed. */
void summary_explain(const struct summary *summary, uint32_t index, struct summary_detail *detail);

/**
 * The command that shows more, to be freed; NULL if there is none. Paths are below `place`, or as
 * seen from the results if that is NULL.
 */
char *summary_more(const struct summary *summary, const struct summary_detail *detail,
                   const char *place);

/** The lines of an expectation that failed. */
void summary_print_failed(const struct summary *summary, uint32_t index, FILE *out);

#endif
