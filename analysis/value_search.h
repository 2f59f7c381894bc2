/**
 * Where on a scale of values something begins to hold: which value to try next, and what is known.
 *
 * The search takes it that what holds at a value holds at all further ones: further up for the
 * smallest value, further down for the largest. It tries the far end first, where it should hold,
 * then the near end, and halves what is between. A try may stay undecided: then both sides of the
 * gap are narrowed, so that the last value known to fail and the first known to hold are as near to
 * it as can be. At the end the neighbours of both are tried, which costs little and shows where the
 * assumption is wrong; any pair of tries that contradicts it is told.
 *
 *     fails  fails  ·  ·  fails  undecided  holds  ·  ·  holds
 *                        known_fails          answer
 */
#ifndef GOSSIM_ANALYSIS_VALUE_SEARCH_H
#define GOSSIM_ANALYSIS_VALUE_SEARCH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum value_answer { VALUE_UNKNOWN, VALUE_HOLDS, VALUE_FAILS, VALUE_UNDECIDED };

struct value_search {
    uint32_t count;
    bool largest;               // the largest value is wanted, not the smallest
    enum value_answer *answers; // [count] in ascending order of values
};

#define VALUE_NONE UINT32_MAX

void value_search_init(struct value_search *search, struct arena *arena, uint32_t count,
                       bool largest);

/** The value to try next; VALUE_NONE at the end. */
uint32_t value_search_next(const struct value_search *search);

/** How many tries there are at most. */
uint32_t value_search_tries(uint32_t count);

enum value_outcome {
    VALUE_FOUND,    // the neighbour before it fails
    VALUE_ALL,      // the near end holds already
    VALUE_NOWHERE,  // the far end fails
    VALUE_CONTRARY, // the near end holds and the far end fails: the other way about was meant
    VALUE_IN_DOUBT, // undecided values lie before the answer, or are all there is
};

/** What is known at the end. */
struct value_result {
    enum value_outcome outcome;
    uint32_t answer;      // the first that holds; VALUE_NONE
    uint32_t known_fails; // the last before that which fails; VALUE_NONE
    bool not_monotone;    // some value holds and a further one fails:
    uint32_t holds;
    uint32_t yet_fails;
};

struct value_result value_search_result(const struct value_search *search);

#endif
