/**
 * Values of a sweep as far as they are quantities: for ranges, and for conditions that compare.
 *
 * Arithmetic is exact: durations are held in ns, sizes in bytes, rates in bits per second, plain
 * numbers in parts of a billion, percentages as the share that they are. Whatever else a value may
 * be is a word.
 */
#ifndef GOSSIM_SCENARIOS_SWEEP_QUANTITY_H
#define GOSSIM_SCENARIOS_SWEEP_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sweep_kind { SWEEP_WORD, SWEEP_NUMBER, SWEEP_DURATION, SWEEP_SIZE, SWEEP_RATE };

struct sweep_quantity {
    enum sweep_kind kind;
    bool percent; // a number that was written as a percentage
    int64_t value;
};

enum { SWEEP_QUANTITY_TEXT_SIZE = 44 };

/** What a text is; a word if it is no quantity, or one that does not fit. */
struct sweep_quantity sweep_quantity_read(const char *text, size_t size);

/** Fills `out[SWEEP_QUANTITY_TEXT_SIZE]` and returns it; not for words. */
const char *sweep_quantity_write(struct sweep_quantity quantity, char *out);

#endif
