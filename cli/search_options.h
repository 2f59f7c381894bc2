/**
 * The command line of `gossim search`.
 */
#ifndef GOSSIM_CLI_SEARCH_OPTIONS_H
#define GOSSIM_CLI_SEARCH_OPTIONS_H

#include "cli/load.h"

#include <stdbool.h>
#include <stdint.h>

enum { SEARCH_RANGE_SIZE = 512, SEARCH_REPEAT_USUAL = 200 };

struct search_options {
    struct load_request request; // with the sweep that is searched, if it is given here
    const char *path;            // NULL: what the scenario's sweep varies
    const char *range;           // LOW..HIGH
    const char *step;
    char sweep[SEARCH_RANGE_SIZE]; // what is made of these
    char repeat[16];
    const char *out; // NULL: out/NAME-search-PATH
    bool largest;
    bool all; // every value is tried
    double share;
    double confidence;
    uint32_t max_repeat;
    uint32_t jobs;
    bool json;
};

/** False after a message on standard error. Ends the program for --help. */
bool search_options_parse(struct search_options *options, int argument_count, char **arguments);

#endif
