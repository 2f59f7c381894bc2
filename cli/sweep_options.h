/**
 * The command line of `gossim sweep`.
 */
#ifndef GOSSIM_CLI_SWEEP_OPTIONS_H
#define GOSSIM_CLI_SWEEP_OPTIONS_H

#include "cli/launch.h"
#include "cli/load.h"
#include "cli/sweep_figures.h"

#include <stdbool.h>
#include <stdint.h>

enum { SWEEP_JOBS_MAX = 4096, SWEEP_AGAIN_MAX = 1000000 };

struct sweep_options {
    struct load_request request;
    const char *out; // NULL: out/NAME-sweep
    struct sweep_figures figures;
    uint32_t jobs; // 0: as many as is usual for how it was started
    enum launch_choice choice;
    uint32_t again; // finished runs to repeat and compare
    bool json;
    bool list; // the runs, instead of running them
};

/** Adds the figures of a list with commas, or ends the program with a message. */
void sweep_options_add_figures(struct sweep_figures *figures, const char *list,
                               struct argp_state *state);

/** False after a message on standard error. Ends the program for --help. */
bool sweep_options_parse(struct sweep_options *options, int argument_count, char **arguments);

#endif
