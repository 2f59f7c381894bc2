/**
 * Where on a scale of values something begins to hold: which value to try next, and what is known.
 *
 * The search takes it that what holds at a value holds at all further ones: further up for the
 * smallest value, further down for the largest. It tries the far end first, where it should hold,
 * then the near end, and halves what is between. A try may stay undecided: then both sides of the
 * gap are narrowed, so that the last value known to fail and the first known to hold are as near to
 * it as can be.
 *
 *     fails  fails  ·  ·  fails  undecided  holds  ·  ·  holds
 *                        known_fails          answer
 *
 * The assumption may be wrong, so it is tested where that costs little. Where the ends do not
 * enclose a boundary, as both hold or both fail, values between them are probed, the middle first,
 * then the quarters and the eighths, until one goes the other way; the boundary next to it is then
 * narrowed. Where they do, the neighbours of the boundary are tried at the end. Any pair of tries
 * that contradicts the assumption is told. A search of `all` values assumes nothing.
 *
 * There are never more tries than value_search_tries(), as a level is shared out between them: a
 * search that would need more is over, and what it did not get to is in doubt. Where verdicts are
 * all clear, or in the order fails, undecided, holds, it always gets to its end.
 */
#ifndef GOSSIM_ANALYSIS_VALUE_SEARCH_H
#define GOSSIM_ANALYSIS_VALUE_SEARCH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum value_answer { VALUE_UNKNOWN, VALUE_HOLDS, VALUE_FAILS, VALUE_UNDECIDED };

struct value_search {
    uint32_t count;
    uint32_t tried;
    bool largest;               // the largest value is wanted, not the smallest
    bool all;                   // every value is tried; to be set before the first
    enum value_answer *answers; // [count] in ascending order of values
};

#define VALUE_NONE UINT32_MAX

void value_search_init(struct value_search *search, struct arena *arena, uint32_t count,
                       bool largest);

/** The value to try next; VALUE_NONE at the end. */
uint32_t value_search_next(const struct value_search *search);

/** Takes the answer of a value that was not tried before. */
void value_search_take(struct value_search *search, uint32_t value, enum value_answer answer);

/** How many tries there are at most. */
uint32_t value_search_tries(const struct value_search *search);

enum value_outcome {
    VALUE_FOUND,    // the neighbour before it fails
    VALUE_FIRST,    // the near end holds, so that it is the answer; others fail or are undecided
    VALUE_ALL,      // all that were tried hold, the near end with them
    VALUE_NOWHERE,  // all that were tried fail
    VALUE_IN_DOUBT, // the near end does not hold, and no boundary was found
};

/** What is known at the end: of values that were tried. */
struct value_result {
    enum value_outcome outcome;
    uint32_t answer;      // the first that holds; VALUE_NONE
    uint32_t known_fails; // the last before that which fails; VALUE_NONE
    bool stopped;         // there were no tries left
    bool not_monotone;    // some value holds and a further one fails:
    uint32_t holds;
    uint32_t yet_fails;
    uint32_t last_fails;  // VALUE_FIRST: the last that fails; VALUE_NONE
    uint32_t holds_again; // and the first behind it that holds; VALUE_NONE
};

struct value_result value_search_result(const struct value_search *search);

#endif
