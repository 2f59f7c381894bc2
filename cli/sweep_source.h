/**
 * A sweep's database from which is only read, by those who do not have its scenario: plot, report,
 * compare.
 *
 * All that is read until it is closed is of one state of the database, whatever a sweep that is at
 * work adds meanwhile; that sweep waits with its next row for as long. A database that cannot be
 * read to its end is a failure, never a shorter result.
 */
#ifndef GOSSIM_CLI_SWEEP_SOURCE_H
#define GOSSIM_CLI_SWEEP_SOURCE_H

#include "base/arena.h"
#include "base/failure.h"

#include <sqlite3.h>
#include <stdbool.h>

struct sweep_source {
    sqlite3 *handle;
    const char *path; // borrowed
    struct arena *arena;
    struct failure *failure; // gets what is wrong
    bool failed;
};

/** Opens a database of this gossim; false with a failure for anything else. To be closed either
 * way. Texts that are read are the arena's. */
FAILURE_WARN_UNUSED bool sweep_source_open(struct sweep_source *source, const char *path,
                                           struct arena *arena, struct failure *failure);

void sweep_source_close(struct sweep_source *source);

/** What the sweep says of itself under a key; NULL if it does not, or after a failure. */
char *sweep_source_fact(struct sweep_source *source, const char *key);

/** A statement, to be ended by sqlite3_finalize(); NULL after a failure. */
sqlite3_stmt *sweep_source_prepare(struct sweep_source *source, const char *sql);

/** Goes to the next row; false behind the last one, or after a failure. */
bool sweep_source_next(struct sweep_source *source, sqlite3_stmt *statement);

/** The text in a column of the row; "" for NULL. */
char *sweep_source_text(const struct sweep_source *source, sqlite3_stmt *statement, int column);

#endif
