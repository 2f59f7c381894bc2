/**
 * The plot of `gossim bench growth`: what an event costs each contestant in networks of each size.
 */
#ifndef GOSSIM_CLI_BENCH_FIGURE_H
#define GOSSIM_CLI_BENCH_FIGURE_H

#include "cli/bench.h"

/** Writes tables/growth.tsv and figures/growth.* into a folder of results. */
FAILURE_WARN_UNUSED bool bench_draw_growth(const struct bench *bench, const char *folder,
                                           struct failure *failure);

#endif
