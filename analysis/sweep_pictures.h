/**
 * The figures of a sweep, in `folder`/figures, each with the table that it shows beside it.
 *
 *     NAME.png, .svg, .pdf    the figure
 *     NAME.tsv                what it shows; ns, bytes, shares; NA where there is no value, and for
 *                             the interval of values that are all the same
 *     scripts/NAME.gp         draws it
 *
 * Kinds: lines (one axis; a line for each value of a second; small multiples for all further ones),
 * a heat map (two axes), and the Pareto front of latency against bytes per delivery. Whatever is
 * shown is a mean over runs with its interval of 95 %.
 */
#ifndef GOSSIM_ANALYSIS_SWEEP_PICTURES_H
#define GOSSIM_ANALYSIS_SWEEP_PICTURES_H

#include "analysis/figure_sheet.h"
#include "analysis/sweep_grid.h"

enum sweep_picture_kind { SWEEP_PICTURE_LINES, SWEEP_PICTURE_HEAT, SWEEP_PICTURE_PARETO };

enum {
    SWEEP_SERIES_MAX = 24,
    SWEEP_PANELS_MAX = 36,
    SWEEP_HEAT_SIDE_MAX = 60,
    SWEEP_PARETO_POINTS_MAX = 1000,
};

struct sweep_picture {
    enum sweep_picture_kind kind;
    uint32_t figure;   // of the results: what is shown, or the latency
    uint32_t cost;     // Pareto: bytes per delivery
    uint32_t delivery; // Pareto: the delivery ratio
};

struct sweep_drawing {
    const struct sweep_grid *grid;
    uint32_t x; // axes; UINT32_MAX where there is none
    uint32_t y;
    unsigned formats;
    const struct sweep_picture *pictures;
    uint32_t picture_count;
    struct arena *arena;
};

/** Draws them all. False also where an axis has more values than fit. */
FAILURE_WARN_UNUSED bool sweep_pictures_draw(const struct sweep_drawing *drawing,
                                             const char *folder, struct failure *failure);

/** One each: writes table and script. */
FAILURE_WARN_UNUSED bool sweep_lines_write(const struct sweep_drawing *drawing,
                                           const struct sweep_picture *picture, const char *folder,
                                           struct failure *failure);
FAILURE_WARN_UNUSED bool sweep_heat_write(const struct sweep_drawing *drawing,
                                          const struct sweep_picture *picture, const char *folder,
                                          struct failure *failure);
FAILURE_WARN_UNUSED bool sweep_pareto_write(const struct sweep_drawing *drawing,
                                            const struct sweep_picture *picture, const char *folder,
                                            struct failure *failure);

/** Writes `folder`/tables/runs.tsv: a row for each run, with its values of all parameters, its seed
 * and digest, and the figures that were read. */
FAILURE_WARN_UNUSED bool sweep_runs_write(const struct sweep_results *results, const char *folder,
                                          struct failure *failure);

#endif
