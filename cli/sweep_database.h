/**
 * The results of a sweep in an SQLite database, sweep.db.
 *
 *     sweep     key, value            what was swept: gossim's version, scenario and its hash, …
 *     points    point, hash, "router.D", …, scenario       a row for each combination of values
 *     runs      point, replicate, seed, digest, …, delivery_ratio, …       a row for each run
 *     results   a view of the last two together
 *
 * A run's row is written in a transaction of its own as soon as the run is over, so that whatever
 * ends the program costs the runs in flight alone. The points are known by the hash of the scenario
 * they are, so a sweep that got more values or replicates goes on with the runs it has.
 *
 * What is of another version of gossim, or of another scenario, is refused: its runs would be other
 * ones.
 */
#ifndef GOSSIM_CLI_SWEEP_DATABASE_H
#define GOSSIM_CLI_SWEEP_DATABASE_H

#include "cli/sweep.h"

/** What marks a database as one of a sweep, and how long one that another process writes to is
 * waited for. */
enum { SWEEP_DATABASE_ID = 0x676f7373, SWEEP_DATABASE_BUSY_MS = 5000 };

/** False with a failure where gossim was built without SQLite. */
FAILURE_WARN_UNUSED bool sweep_database_is_built(struct failure *failure);

/** Opens the database, or makes it; checks that it is of this study. NULL with a failure. With
 * `read_only` it must be there. */
struct sweep_database *sweep_database_open(const char *path, const struct sweep_study *study,
                                           bool read_only, struct failure *failure);

/** NULL is allowed. */
void sweep_database_close(struct sweep_database *database);

/** Adds the points that are missing, with their canonical forms, and fills in study->ids. */
FAILURE_WARN_UNUSED bool sweep_database_add_points(struct sweep_database *database,
                                                   const struct sweep_study *study,
                                                   struct failure *failure);

/** Fills in study->ids of those points that are there, and study->done. */
FAILURE_WARN_UNUSED bool sweep_database_find(struct sweep_database *database,
                                             const struct sweep_study *study,
                                             struct failure *failure);

/** Adds a run. False also where another seed of the point gave the same run. */
FAILURE_WARN_UNUSED bool sweep_database_add(struct sweep_database *database,
                                            const struct sweep_study *study, uint32_t run,
                                            const struct sweep_run *result,
                                            struct failure *failure);

/** Compares a run that was done again with what is there. */
FAILURE_WARN_UNUSED bool sweep_database_compare(struct sweep_database *database,
                                                const struct sweep_study *study, uint32_t run,
                                                const struct sweep_run *result,
                                                struct failure *failure);

/** Notes, for those who read the database by itself, what counts where `until` decides:
 * `confidence` of intervals, and `wanted.POINT`, how many replicates of a point. */
FAILURE_WARN_UNUSED bool sweep_database_settle(struct sweep_database *database,
                                               const struct sweep_study *study,
                                               struct failure *failure);

/** Which values are wanted. */
struct sweep_question {
    uint32_t point;
    uint32_t figure;
};

/** A figure of a point: `values[study->repeat]` by replicate, of those that count. */
FAILURE_WARN_UNUSED bool sweep_database_values(struct sweep_database *database,
                                               const struct sweep_study *study,
                                               struct sweep_question question,
                                               struct figure_value *values,
                                               struct failure *failure);

/** Whether the runs of a point that count met all expectations: `met[study->repeat]` by
 * replicate, 0 for those that are not there. */
FAILURE_WARN_UNUSED bool sweep_database_met(struct sweep_database *database,
                                            const struct sweep_study *study, uint32_t point,
                                            uint8_t *met, struct failure *failure);

/** How many runs of a point that count failed an expectation. */
FAILURE_WARN_UNUSED bool sweep_database_failed(struct sweep_database *database,
                                               const struct sweep_study *study, uint32_t point,
                                               uint64_t *failed, struct failure *failure);

#endif
