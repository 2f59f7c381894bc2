/**
 * How many latencies of a run are below each of some fixed times: its distribution, in a size that
 * does not grow with the run, at steps that all runs share, so that distributions of several runs
 * can be averaged at each.
 *
 * An octave from 1,024 ns on has LATENCY_STEPS_PER_OCTAVE steps of one size, so a time is known to
 * 3 %, and the share of latencies below a step's end exactly.
 */
#ifndef GOSSIM_ANALYSIS_LATENCY_STEPS_H
#define GOSSIM_ANALYSIS_LATENCY_STEPS_H

#include "base/bag.h"

#include <stdint.h>

enum {
    LATENCY_STEPS_PER_OCTAVE = 32,
    LATENCY_STEPS_FIRST_OCTAVE = 10,
    LATENCY_STEPS_LAST_OCTAVE = 43, // up to five hours; longer ones are in the last step
    LATENCY_STEPS =
        1 + (LATENCY_STEPS_LAST_OCTAVE - LATENCY_STEPS_FIRST_OCTAVE + 1) * LATENCY_STEPS_PER_OCTAVE,
};

struct latency_steps {
    uint64_t expected;              // deliveries, those that never came included
    uint64_t counts[LATENCY_STEPS]; // latencies from the end of the step before to below its own
};

/** The step of a latency. */
uint32_t latency_step_of(int64_t ns);

/** Where a step ends. */
int64_t latency_step_end_ns(uint32_t step);

/** Counts all latencies of a run. */
void latency_steps_count(struct latency_steps *steps, const struct bag *latencies_ns,
                         uint64_t expected);

#endif
