/**
 * A set of seeds: ranges in ascending order that do not touch, as `1..100000` or `5,9,100..200`.
 *
 * Very many seeds are few ranges, whether they are wanted or done: to add one costs the ranges
 * behind it, of which there are about as many as workers.
 */
#ifndef GOSSIM_CLI_SEED_SET_H
#define GOSSIM_CLI_SEED_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seed_range {
    uint64_t first;
    uint64_t last; // included
};

struct seed_set {
    struct seed_range *ranges; // [capacity]
    size_t count;
    size_t capacity;
};

/** Frees all. A set of zeroes is empty. */
void seed_set_finish(struct seed_set *set);

/** False when there is no memory. */
__attribute__((warn_unused_result)) bool seed_set_add(struct seed_set *set,
                                                      struct seed_range range);

bool seed_set_has(const struct seed_set *set, uint64_t seed);

/** The lowest seed from `from` on that the first set has and the second has not; false: none. */
bool seed_set_next(const struct seed_set *set, const struct seed_set *without, uint64_t from,
                   uint64_t *seed);

/** How many seeds both have; UINT64_MAX if more. */
uint64_t seed_set_count_both(const struct seed_set *set, const struct seed_set *other);

/** How many there are; UINT64_MAX if more. */
uint64_t seed_set_count(const struct seed_set *set);

/** Adds the seeds of a list of numbers and ranges; `1..` has no end. False, and why, for another
 * text. */
__attribute__((warn_unused_result)) bool seed_set_read(struct seed_set *set, const char *text,
                                                       const char **why);

#endif
