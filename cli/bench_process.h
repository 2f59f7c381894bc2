/**
 * One process, from its start to its figures: what it said and what it cost.
 *
 * Its standard output is kept, what it says on standard error goes where ours goes. The kernel
 * counts the processor time of the process and of those that it waited for, and the most memory
 * that it had resident at once; that is at least what this process has, of which it is a copy
 * until it begins. It ends with this process, and when somebody interrupts.
 */
#ifndef GOSSIM_CLI_BENCH_PROCESS_H
#define GOSSIM_CLI_BENCH_PROCESS_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_OUTPUT_SIZE = 1 << 18, BENCH_DIGEST_SIZE = 40 };

struct bench_usage {
    double cpu_s;
    double wall_s;
    uint64_t peak_rss_bytes;
};

/** What a process left. */
struct bench_outcome {
    struct bench_usage usage;
    int status;       // its exit status
    size_t said_size; // what was said beyond BENCH_OUTPUT_SIZE − 1 bytes is let go
    char said[BENCH_OUTPUT_SIZE];
};

/** Runs a program, which is looked for as a shell does. False where it could not be started, was
 * ended by a signal, or somebody interrupted. */
FAILURE_WARN_UNUSED bool bench_process_run(const char *program, char *const *arguments,
                                           struct bench_outcome *outcome, struct failure *failure);

#endif
