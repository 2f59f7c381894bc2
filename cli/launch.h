/**
 * How this process was started: by itself, or as one of many.
 *
 * mpirun and srun start the same command many times over, and tell each process only by variables
 * of its environment that it is one of them. Nothing else of gossim asks the environment: what is
 * found here settles who does a run, never what comes of it.
 *
 *     ALONE      nobody else
 *     RANKS      others, whom MPI connects: mpirun of Open MPI, or srun with PMIx
 *     STRANGERS  others, whom nothing connects: srun without PMIx, or the mpirun of another MPI
 *
 * Of ranks the first one speaks. The others keep what they would say (a mistake of the command
 * line, of the scenario) to themselves until it is known whether the first one says the same.
 */
#ifndef GOSSIM_CLI_LAUNCH_H
#define GOSSIM_CLI_LAUNCH_H

#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum launch_kind { LAUNCH_ALONE, LAUNCH_RANKS, LAUNCH_STRANGERS };

/** What the command line wants: what was found, or --mpi, or --no-mpi. */
enum launch_choice { LAUNCH_AS_FOUND, LAUNCH_WITH_MPI, LAUNCH_WITHOUT_MPI };

struct launch {
    enum launch_kind kind;
    uint32_t index; // of this process
    uint32_t count; // of processes; 0: not known
    int kept_out;   // standard output and standard error while they are silenced; −1
    int kept_err;
    int said; // what was said on standard error meanwhile; −1
};

/** Looks at the environment, and silences all but the first process. */
void launch_find(struct launch *launch);

/** Decides by the command line. False with a failure for strangers, of whom the first one speaks.
 */
FAILURE_WARN_UNUSED bool launch_settle(struct launch *launch, enum launch_choice choice,
                                       struct failure *failure);

/** The first line of what was said while silent. */
void launch_said(const struct launch *launch, char *text, size_t size);

/** From now on this process speaks. What it kept to itself is dropped. */
void launch_speak(struct launch *launch);

#endif
