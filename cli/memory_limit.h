/**
 * How much memory a run may take: what it is told, or what the machine has left.
 *
 * Before anything is built, the estimate is held against it, so that a run that cannot fit is
 * refused at once instead of bringing the machine to a halt. A limit that is given also holds while
 * the run goes on: its arena takes no more.
 */
#ifndef GOSSIM_CLI_MEMORY_LIMIT_H
#define GOSSIM_CLI_MEMORY_LIMIT_H

#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct memory_limit {
    bool given;     // by an option
    uint64_t bytes; // of the whole process; UINT64_MAX: none
};

/** Reads `2GiB`, `500MB` or `none`; false if it is neither. */
bool memory_limit_read(const char *text, struct memory_limit *limit);

/** What the machine can give a process that is not there yet: memory that is free or can be made
 * so, and room in its control groups. UINT64_MAX if it does not say. */
uint64_t memory_available(void);

/** Refuses a run that will need more than the limit, or than the machine has if none is given. */
FAILURE_WARN_UNUSED bool memory_limit_check(const struct memory_limit *limit, uint64_t needed,
                                            struct failure *failure);

#endif
