/**
 * The command line of `gossim validate`.
 */
#ifndef GOSSIM_CLI_VALIDATE_OPTIONS_H
#define GOSSIM_CLI_VALIDATE_OPTIONS_H

#include "cli/load.h"

#include <stdbool.h>
#include <stdint.h>

enum { VALIDATE_SEEDS_MAX = 10000, VALIDATE_JOBS_MAX = 4096, VALIDATE_CASES_MAX = 64 };

struct validate_options {
    struct load_request request; // overrides for every scenario; no path
    const char *cases[VALIDATE_CASES_MAX];
    uint32_t case_count; // 0: all
    uint64_t first_seed;
    uint32_t seed_count;
    uint32_t jobs;
    bool json;
    bool list;
};

/** False after a message on standard error. Ends the program for --help. */
bool validate_options_parse(struct validate_options *options, int argument_count, char **arguments);

#endif
