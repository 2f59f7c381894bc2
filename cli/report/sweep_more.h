/**
 * What a report wants to know of a sweep's database beside its figures (cli/sweep_read.h).
 */
#ifndef GOSSIM_CLI_REPORT_SWEEP_MORE_H
#define GOSSIM_CLI_REPORT_SWEEP_MORE_H

#include "analysis/sweep_results.h"
#include "base/arena.h"
#include "base/failure.h"

#define SWEEP_NOT_JUDGED UINT32_MAX

struct sweep_more {
    const char *scenario;   // canonical, without its sweep
    uint32_t expectations;  // of each run
    const uint32_t *failed; // [points × repeat] expectations that failed, or SWEEP_NOT_JUDGED
};

FAILURE_WARN_UNUSED bool sweep_more_read(struct sweep_more *more, struct arena *arena,
                                         const char *database, const struct sweep_results *results,
                                         struct failure *failure);

#endif
