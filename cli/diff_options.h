/**
 * The command line of `gossim diff`.
 */
#ifndef GOSSIM_CLI_DIFF_OPTIONS_H
#define GOSSIM_CLI_DIFF_OPTIONS_H

#include "cli/load.h"
#include "sim/ties.h"

#include <stdbool.h>
#include <stdint.h>

enum { DIFF_SIDES = 2 };

struct diff_options {
    struct load_request requests[DIFF_SIDES]; // of scenario files; a folder's path is put in later
    const char *given[DIFF_SIDES];            // files or folders of results
    const char *routers[DIFF_SIDES];          // names of profiles; NULL: no --routers
    enum ties ties[DIFF_SIDES];               // of files; a folder knows its own
    uint32_t before;                          // records of each node
    bool json;
};

/** Reads the command line; false after a message, for exit status 2. Help and usage end the
 * program. */
bool diff_options_parse(struct diff_options *options, int argument_count, char **arguments);

#endif
