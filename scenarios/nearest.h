/**
 * How near two words are, to guess which one a mistyped one was meant to be.
 *
 * The distance is the number of letters put in, left out, replaced or swapped with their neighbour;
 * upper and lower case are the same, and a word that merely breaks off early or leaves out letters
 * inside, as `cnt` does, is near. Words longer than NEAREST_SIZE_MAX bytes are far from all.
 */
#ifndef GOSSIM_SCENARIOS_NEAREST_H
#define GOSSIM_SCENARIOS_NEAREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEAREST_SIZE_MAX = 40, NEAREST_PREFIX_MIN = 3, NEAREST_FAR = 1000 };

/** The distance between two words, or NEAREST_FAR. Cost: product of the sizes. */
uint32_t nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size);

/** True if a word of that size, at that distance from a known one, is likely a slip. */
bool nearest_is_near(uint32_t distance, size_t size);

#endif
