/**
 * Runs gnuplot on scripts, several at the same time, without a shell.
 *
 * Each process starts in the result folder, so that scripts name their files relative to it and
 * neither pictures nor messages depend on where the folder stands. A person's own gnuplot settings
 * are left aside. Standard input and output are closed off; what gnuplot says on standard error
 * ends up in the failure.
 *
 * Cost: one process per script; the machine shares its processors among them.
 */
#ifndef GOSSIM_ANALYSIS_GNUPLOT_H
#define GOSSIM_ANALYSIS_GNUPLOT_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct gnuplot_process {
    pid_t pid;      // 0 when not running
    int error_file; // what gnuplot says, in memory; -1 when there is none
};

/**
 * Starts gnuplot on `script`, a path relative to `folder`. The caller waits for what was started.
 *
 * Errors: a gnuplot that cannot be found is named together with the package that has it.
 */
FAILURE_WARN_UNUSED bool gnuplot_start(struct gnuplot_process *process, const char *folder,
                                       const char *script, struct failure *failure);

/** Waits for the process and lets go of it; a failure quotes what gnuplot said about `script`. */
FAILURE_WARN_UNUSED bool gnuplot_wait(struct gnuplot_process *process, const char *script,
                                      struct failure *failure);

/** Whether there is a gnuplot that can be started; the failure says what is wrong with it. */
FAILURE_WARN_UNUSED bool gnuplot_answers(struct failure *failure);

#endif
