/**
 * Which part of a run its tables and figures are about: what the scenario's `measure` says.
 *
 * A trace holds the whole run; what was published or sent outside the window is left out as it is
 * read. A message belongs to the time of its publication with all its deliveries, an RPC to the
 * time of its sending. The fleet takes a sample where the window begins and where it ends, so
 * that traffic can be cut there.
 */
#ifndef GOSSIM_ANALYSIS_MEASURE_H
#define GOSSIM_ANALYSIS_MEASURE_H

#include "analysis/run_data.h"

#include <stdbool.h>
#include <stdint.h>

/** Takes the window from the scenario in the trace; without one, or without `measure`, it is all of
 * time. */
void measure_read(struct run_data *run);

/** True if what happens at an instant is measured. */
bool measure_has(const struct run_data *run, int64_t at_ns);

/** Drops the samples outside, and makes totals of traffic start with the window. Both are in the
 * order of time. */
void measure_cut(struct run_data *run);

#endif
