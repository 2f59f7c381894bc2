/**
 * What a hunt has found out so far, in a file to which is only added: hunt.log.
 *
 *     gossim-hunt 1                              what is hunted, once
 *     of 0.1.0 scenario 5f0c… limits 0 0
 *     met 1..57 60 61..64                        seeds whose runs met everything, in any order
 *     failed 58 1 0 51820 20 9c… 44 expectation 1 failed: …       a seed that did not
 *
 * A seed that failed is written at once, the others a few times a second: so whatever ends gossim
 * costs a tenth of a second of work. The file is brought to the disk once a second, and before
 * anything is told: so much a machine that ends may cost. A last line that was not written to its
 * end is cut off.
 * One call at a time holds the file.
 */
#ifndef GOSSIM_CLI_HUNT_JOURNAL_H
#define GOSSIM_CLI_HUNT_JOURNAL_H

#include "base/failure.h"
#include "cli/outcome.h"
#include "cli/seed_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { HUNT_IDENTITY_SIZE = 256 };

/** A run that failed. */
struct hunt_finding {
    uint64_t seed;
    struct outcome_key key;
    uint64_t events; // 0: not known
    uint64_t nodes;
    struct digest digest; // zeroes where the run did not come to its end
    char text[2 * OUTCOME_TEXT_SIZE];
};

struct hunt_journal {
    char *path;
    int file;                      // −1: not open
    struct seed_set done;          // with those that failed
    struct seed_set unwritten;     // of those the ones that met everything and are not in the file
    struct hunt_finding *findings; // [finding_count] in the order of their seeds
    size_t finding_count;
    size_t finding_capacity;
    double synced_s; // when the file was brought to the disk last
};

/**
 * Opens the journal in a folder, which is made if it is missing; reads what is there. Refuses a
 * folder that holds other things, a journal of something else than `identity`, and one in use.
 */
FAILURE_WARN_UNUSED bool hunt_journal_open(struct hunt_journal *journal, const char *folder,
                                           const char *identity, struct failure *failure);

/** Notes how a run ended. */
FAILURE_WARN_UNUSED bool hunt_journal_add(struct hunt_journal *journal, uint64_t seed,
                                          const struct outcome *outcome, struct failure *failure);

/** Writes what has come together. */
FAILURE_WARN_UNUSED bool hunt_journal_flush(struct hunt_journal *journal, struct failure *failure);

/** Likewise, and brings all to the disk: before anybody is told. */
FAILURE_WARN_UNUSED bool hunt_journal_end(struct hunt_journal *journal, struct failure *failure);

/** In a process that was forked: lets go of the file, so that it is free when the parent ends. */
void hunt_journal_forget(struct hunt_journal *journal);

void hunt_journal_close(struct hunt_journal *journal);

#endif
