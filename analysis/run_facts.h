/**
 * What all deliveries of a run say together: statistics, curves, hops, the spread of one message.
 * Each is picked out of the sorted deliveries as they pass; none needs them all in memory. Used by
 * run_data_read() alone.
 */
#ifndef GOSSIM_ANALYSIS_RUN_FACTS_H
#define GOSSIM_ANALYSIS_RUN_FACTS_H

#include "analysis/run_index.h"
#include "base/failure.h"

/** Fills what `run` says of latencies, hops and spread, when run_index_end() has been. */
FAILURE_WARN_UNUSED bool run_facts_fill(struct run_data *run, const struct run_index *index,
                                        struct failure *failure);

#endif
