/**
 * Many runs at the same time, each in a process of its own.
 *
 * jobs_run() forks a process per job, at most `parallel` at a time, and collects what each leaves
 * in its result, which comes back through a pipe as bytes and so holds no pointers. A job that
 * fails, crashes or is killed ends all: the others are killed, and the failure says which it was.
 * So does an interruption. A process of a job writes no files, leaves with its parent, and is
 * waited for: nothing of it remains.
 *
 *     waiting ──fork──▶ running ──result, end of the pipe──▶ done
 */
#ifndef GOSSIM_CLI_JOBS_H
#define GOSSIM_CLI_JOBS_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jobs {
    uint32_t count;
    uint32_t parallel; // at least 1
    void *results;     // [count × result_size]; NULL: `finished` takes them
    size_t result_size;

    /** Does job `index` in a process of its own. False with a failure ends everything. */
    bool (*run)(void *context, uint32_t index, void *result, struct failure *failure);
    /** Called in this process with the result of a job, as soon as it is there; false with a
     * failure ends everything. May be NULL. */
    bool (*finished)(void *context, uint32_t index, const void *result, struct failure *failure);
    /** Called in this process a few times a second, and when a job is done. May be NULL. */
    void (*progress)(void *context, uint32_t done);
    /** Set when a job's process ended without a result: nothing of the job is known to be wrong.
     * May be NULL. */
    bool *died;
    void *context;
};

/**
 * Runs all jobs. When one fails, `*failed` gets its index and the failure says why; after an
 * interruption or when the machine refuses a process it is `count`.
 */
FAILURE_WARN_UNUSED bool jobs_run(const struct jobs *jobs, uint32_t *failed,
                                  struct failure *failure);

/** Processors that this process may use. */
uint32_t jobs_processors(void);

#endif
