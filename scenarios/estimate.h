/**
 * What memory a run will need, said before anything is built.
 *
 * A reckoning from the scenario alone: how many links a graph of its kind has, how many topics a
 * node knows, how many messages are in caches and on their way at once, and what the structures for
 * these weigh. It takes some microseconds, or as long as it takes to count the messages. Where the
 * scenario leaves a number to chance or to the protocol, a typical one stands for it
 * (scenarios/estimate_amounts.h). A test holds it to within 0.8 to 1.5 of what runs of the catalog
 * then take, another to 0.7 to 1.5 for networks of every kind. What no scenario tells, such as RPCs
 * that wait for a rate that is far too low, is not foreseen.
 */
#ifndef GOSSIM_SCENARIOS_ESTIMATE_H
#define GOSSIM_SCENARIOS_ESTIMATE_H

#include "base/arena.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

struct estimate {
    uint64_t bytes[MEMORY_CATEGORY_COUNT]; // at the end of the run
    uint64_t sum_bytes;
    uint64_t building_bytes; // at most, while graph and plan are made
    uint64_t analysis_bytes; // besides, for tables and figures
    uint64_t peak_bytes;     // of all these, without the program itself
};

/** What a scenario needs whose messages can be counted, with options as for run_build();
 * `analysed`: tables and figures follow, if there is a trace. */
struct estimate estimate_memory(const struct scenario *scenario, const struct run_options *options,
                                bool analysed);

#endif
