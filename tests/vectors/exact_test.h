/**
 * Fisher's exact test of a 2 × 2 table, in plain arithmetic.
 *
 * Given that two samples of first_size and second_size draws show a value first_count and
 * second_count times: how likely is it, if both come from one distribution, that the value's
 * occurrences are split between them as they are, or in a way at most as likely? (The two-sided
 * test: all splits of the same sum whose hypergeometric probability does not exceed that of the
 * split seen.)
 */
#ifndef GOSSIM_TESTS_VECTORS_EXACT_TEST_H
#define GOSSIM_TESTS_VECTORS_EXACT_TEST_H

#include <stdint.h>

struct exact_sample {
    uint32_t count; // of the value, at most `size`
    uint32_t size;  // draws
};

double exact_test(struct exact_sample first, struct exact_sample second);

#endif
