/**
 * One line on standard error that says how far a run has come, while standard error is a terminal.
 */
#ifndef GOSSIM_CLI_PROGRESS_H
#define GOSSIM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;          // standard error is a terminal
    int64_t duration_ns; // of the run, virtual
    double started_s;    // wall time
    double printed_s;
};

void progress_start(struct progress *progress, int64_t duration_ns);

/** Wall seconds since progress_start(). */
double progress_elapsed_s(const struct progress *progress);

/** Shows where the run is, at most ten times a second. Its type fits run_options.progress: false
 * after an interruption. */
bool progress_update(void *context, int64_t now_ns, uint64_t events);

/** Replaces the line by what is being done now; NULL removes it. */
void progress_say(const struct progress *progress, const char *what);

#endif
