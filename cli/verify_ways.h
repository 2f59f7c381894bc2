/**
 * The ways in which `gossim verify` runs one scenario: all have to come to the same.
 */
#ifndef GOSSIM_CLI_VERIFY_WAYS_H
#define GOSSIM_CLI_VERIFY_WAYS_H

#include "base/failure.h"
#include "scenarios/scenario.h"
#include "trace/digest.h"
#include "trace/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct verify_way {
    const char *name; // "two threads"
    uint32_t threads;
    bool encodes; // RPCs are really written and read
    bool steps;   // event by event, in turn with a run of another seed in the same process
    bool metered; // routers keep metrics
};

extern const struct verify_way verify_ways[]; // the first is a plain run
extern const uint32_t verify_way_count;

/** What a run came to. No pointers: it may have come from another process. */
struct verify_result {
    struct digest digest;
    uint64_t events;
    uint64_t deliveries;
    uint32_t threads_used;
};

/** Runs a scenario in a way; with a full trace at `trace`, unless that is NULL. */
FAILURE_WARN_UNUSED bool verify_run(const struct verify_way *way, const struct scenario *scenario,
                                    const char *trace, struct verify_result *result,
                                    struct failure *failure);

#endif
