/**
 * Figures as people read them in a summary.
 */
#ifndef GOSSIM_CLI_FIGURE_WORDS_H
#define GOSSIM_CLI_FIGURE_WORDS_H

#include "scenarios/metric.h"

#include <stdint.h>

enum { NUMBER_TEXT_SIZE = 32 };

/** Each fills `out[NUMBER_TEXT_SIZE]` and returns it. 1234567 as 1,234,567: */
const char *grouped(uint64_t number, char *out);

const char *bytes_text(double bytes, char *out);

const char *duration_text(int64_t ns, char *out);

/** A value in the unit of its figure. */
const char *value_text(enum metric metric, double value, char *out);

#endif
