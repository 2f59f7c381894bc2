/**
 * The command line of `gossim shrink`.
 */
#ifndef GOSSIM_CLI_SHRINK_OPTIONS_H
#define GOSSIM_CLI_SHRINK_OPTIONS_H

#include "cli/load.h"
#include "cli/outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum { SHRINK_TRIES_DEFAULT = 5, SHRINK_TRIES_MAX = 100 };

struct shrink_options {
    struct load_request request;
    const char *out;      // NULL: out/NAME-shrink/shrunk.yaml
    uint32_t expectation; // from 1; 0: the first that fails
    uint32_t jobs;
    uint32_t tries; // seeds for each smaller scenario
    struct outcome_limits limits;
    uint64_t runs_max;  // 0: any
    double seconds_max; // 0: any
    bool json;
    bool quiet;
};

/** False after a message on standard error. Ends the program for --help. */
bool shrink_options_parse(struct shrink_options *options, int argument_count, char **arguments);

#endif
