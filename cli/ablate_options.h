/**
 * The command line of `gossim ablate`.
 */
#ifndef GOSSIM_CLI_ABLATE_OPTIONS_H
#define GOSSIM_CLI_ABLATE_OPTIONS_H

#include "cli/load.h"

#include <stdbool.h>
#include <stdint.h>

enum { ABLATE_SEEDS_MIN = 2, ABLATE_SEEDS_MAX = 10000, ABLATE_JOBS_MAX = 4096 };

struct ablate_options {
    struct load_request request;
    const char *out; // NULL: out/NAME-ablation
    char *quirks;    // names or numbers with commas, or + for those together; NULL: all
    uint32_t seed_count;
    uint32_t jobs;
    bool json;
    bool no_figures;
    bool all; // show rows that do nothing, too
};

/** False after a message on standard error. Ends the program for --help. */
bool ablate_options_parse(struct ablate_options *options, int argument_count, char **arguments);

#endif
