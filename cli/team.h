/**
 * Jobs done by all ranks that mpirun or srun has started: what jobs_run() is on one machine.
 *
 *     rank 0   first    deals out jobs, takes results; alone knows what for
 *              └ hands                                              (cli/hands.h)
 *     rank k   member   has its hands do what it is told
 *              └ hands
 *
 * Ranks need not trust each other to live. Each says now and then that it does; one that has not
 * been heard of for a while is given up, and what it had is done by others. Should it come back, it
 * is taken on again: a job that was done twice has the same result twice, and the second is
 * dropped. A job whose process died is done again, and what died for it some times is named as the
 * culprit. Of Open MPI's mpirun only --enable-recovery lets the others go on when a rank is killed;
 * otherwise it ends them all.
 *
 * Before work begins all ranks say what they are about to do, and the first compares.
 *
 *     member ──HELLO──▶ first ──START──▶ … JOB ▶ ◀ REPORT … ──STOP──▶ ◀──BYE── ──END──▶
 */
#ifndef GOSSIM_CLI_TEAM_H
#define GOSSIM_CLI_TEAM_H

#include "cli/hands.h"
#include "cli/jobs.h"
#include "cli/launch.h"
#include "trace/digest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct team_options {
    struct hands_options hands; // `waiting_max` is the team's affair
    const char *complaint;      // why this rank cannot take part; NULL: it can
    const char *version;        // of the program
    const char *plan_name;      // what all read
    struct digest plan;         // of all that they have to have alike
    /** Says which job that is, in the middle of a sentence. */
    void (*describe)(void *context, uint32_t number, FILE *out);
};

struct team;

/** False with a failure where gossim was built without Open MPI. */
FAILURE_WARN_UNUSED bool team_is_built(struct failure *failure);

/** Starts hands and meets the others; all ranks call it, whatever they have to complain about.
 * `options` are copied. NULL with a failure. */
struct team *team_open(const struct team_options *options, struct failure *failure);

/** Whether this rank is the first one. */
bool team_is_first(const struct team *team);

/** The life of a member: the exit status of its process. It is silent until work begins. */
int team_serve(struct team *team, struct launch *launch);

/** The first rank hears what the others have to say. False with a failure if one cannot take part,
 * or where MPI connects another number of processes than the launcher started (0: not known). */
FAILURE_WARN_UNUSED bool team_gather(struct team *team, uint32_t started, struct failure *failure);

/**
 * Has jobs done, as jobs_run() does; `numbers[jobs->count]` are what struct hands_options' run()
 * knows them by. `jobs->parallel`, `run`, `results` and `died` do not matter.
 */
FAILURE_WARN_UNUSED bool team_run(struct team *team, const struct jobs *jobs,
                                  const uint32_t *numbers, uint32_t *failed,
                                  struct failure *failure);

/** There are no more jobs: the others stop. */
void team_part(struct team *team);

/** Leaves, and has the others do so. Where all are there they leave MPI together, which may take as
 * long as the slowest: what there is to say is said before. NULL is allowed. */
void team_close(struct team *team);

#endif
