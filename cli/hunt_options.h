/**
 * The command line of `gossim hunt`.
 */
#ifndef GOSSIM_CLI_HUNT_OPTIONS_H
#define GOSSIM_CLI_HUNT_OPTIONS_H

#include "cli/load.h"
#include "cli/outcome.h"
#include "cli/seed_set.h"

#include <stdbool.h>
#include <stdint.h>

struct hunt_options {
    struct load_request request;
    const char *out; // NULL: out/NAME-hunt or out/NAME-swarm
    struct seed_set seeds;
    const char *seeds_text;
    uint32_t jobs;
    struct outcome_limits limits; // of each run
    bool keep_going;
    bool swarm;
    bool shrink; // the run that is kept
    bool json;
    bool print; // the scenario of `print_seed`, instead of hunting
    uint64_t print_seed;
};

/** False after a message on standard error. Ends the program for --help. */
bool hunt_options_parse(struct hunt_options *options, int argument_count, char **arguments);

void hunt_options_finish(struct hunt_options *options);

#endif
