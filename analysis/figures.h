/**
 * The figures of a run, drawn by gnuplot from its tables as PNG and SVG.
 *
 *     latency_cdf   share of expected receivers reached, by latency: all messages together, and
 * single ones hops          deliveries by hop count, with the lower bound (analysis/depth.h)
 *     mesh_degree   mesh degrees over time, with Dlo, D and Dhi
 *     duplicates    duplicate copies of each message
 *     traffic       payload and control bytes over time
 *     propagation   where nodes are, coloured by when one message reached them
 *
 * Each is drawn by a script of its own, which is left in figures/scripts: somebody who wants it
 * different edits the script and runs `gnuplot figures/scripts/NAME.gp` in the result folder. The
 * same trace gives the same bytes wherever the folder is. A figure without data is a sheet that
 * says so.
 */
#ifndef GOSSIM_ANALYSIS_FIGURES_H
#define GOSSIM_ANALYSIS_FIGURES_H

#include "analysis/run_data.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>

/**
 * Draws all figures to `folder`/figures. `folder` holds the tables of the same run already
 * (analysis/tables.h); those that only figures need, propagation.tsv, propagation_links.tsv and
 * traffic_bins.tsv, are added to them.
 *
 * Errors: no gnuplot (the package is named), a script it refuses (it is quoted), a file that cannot
 * be written. Cost:   one gnuplot process per figure, all at the same time; about a second on two
 * processors for 1,000 nodes.
 */
FAILURE_WARN_UNUSED bool analysis_draw_figures(const struct run_data *run, struct arena *arena,
                                               const char *folder, struct failure *failure);

#endif
