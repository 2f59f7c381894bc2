/**
 * Reads the database of a sweep by itself, without the scenario that it was made of.
 */
#ifndef GOSSIM_CLI_SWEEP_READ_H
#define GOSSIM_CLI_SWEEP_READ_H

#include "analysis/sweep_results.h"
#include "base/arena.h"
#include "base/failure.h"
#include "cli/sweep_figures.h"

enum { SWEEP_READ_HELD_MAX = 16 };

/** Only points with this value are read. */
struct sweep_held {
    const char *path;
    size_t path_size;
    const char *value;
};

struct sweep_read_request {
    const char *database;
    const uint32_t *figures;
    uint32_t figure_count;
    const struct sweep_held *held;
    uint32_t held_count;
};

/** False for what is no database of a sweep, or one without runs. */
FAILURE_WARN_UNUSED bool sweep_read(struct sweep_results *results, struct arena *arena,
                                    const struct sweep_read_request *request,
                                    struct failure *failure);

#endif
