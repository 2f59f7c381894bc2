/**
 * The tables and figures of an ablation.
 *
 *     tables/runs.tsv         one row per run: variant, seed, digest, and its figures
 *     tables/differences.tsv  one row per variant and figure of merit: the difference to its base
 *     figures/NAME            per figure of merit a forest plot: a quirk a row, with its difference
 *                             repaired in the program of 2020 and added to the specification
 *
 * Times are nanoseconds, sizes bytes; a value that does not exist is NA.
 */
#ifndef GOSSIM_ANALYSIS_ABLATION_OUTPUT_H
#define GOSSIM_ANALYSIS_ABLATION_OUTPUT_H

#include "analysis/ablation.h"
#include "base/failure.h"

#include <stdbool.h>

/** Writes both tables to `folder`/tables, after ablation_compare(). */
FAILURE_WARN_UNUSED bool ablation_write_tables(const struct ablation *ablation, const char *folder,
                                               struct failure *failure);

/** Draws all figures to `folder`/figures, after ablation_compare(). */
FAILURE_WARN_UNUSED bool ablation_draw_figures(const struct ablation *ablation, struct arena *arena,
                                               const char *folder, struct failure *failure);

#endif
