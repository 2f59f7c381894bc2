/**
 * The command line of `gossim compare`.
 */
#ifndef GOSSIM_CLI_COMPARE_OPTIONS_H
#define GOSSIM_CLI_COMPARE_OPTIONS_H

#include "cli/load.h"
#include "cli/sweep_figures.h"

#include <stdbool.h>
#include <stdint.h>

enum { COMPARE_SEEDS_MAX = 10000, COMPARE_SEEDS_USUAL = 10 };

/** How far a figure may move before it matters. */
struct compare_margin {
    bool wanted;
    bool is_share; // of A's mean
    double size;   // or in ns, bytes, plain numbers
};

struct compare_options {
    struct load_request sides[2]; // two files, or one with other settings
    uint32_t file_count;
    const char *points[2]; // of a sweep's database
    uint32_t point_count;
    uint32_t seeds; // 0: as many as is usual, or as there are
    bool has_settings;
    bool has_own_settings; // --set-a or --set-b
    struct sweep_figures figures;
    struct compare_margin margins[SWEEP_FIGURE_COUNT];
    double confidence; // 0: as is usual
    double power;
    uint32_t jobs;
    bool json;
    const char *out;  // where figures go; NULL: none are drawn
    unsigned formats; // of figures
};

/** False after a message on standard error. Ends the program for --help. */
bool compare_options_parse(struct compare_options *options, int argument_count, char **arguments);

#endif
