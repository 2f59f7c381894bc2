/**
 * What the figures of a sweep have in common: captions, units, tics that do not run into each
 * other. For the sweep_*.c files of this folder only.
 */
#ifndef GOSSIM_ANALYSIS_SWEEP_SHEET_H
#define GOSSIM_ANALYSIS_SWEEP_SHEET_H

#include "analysis/figure_text.h"
#include "analysis/replicates.h"
#include "analysis/sweep_pictures.h"

enum { SWEEP_LABEL_BYTES = 28, SWEEP_SHEET_NAME_SIZE = 64, SWEEP_SEEDS_SIZE = 64 };

/** Pixels that a letter takes, on average. */
#define SWEEP_LETTER_WIDTH 6.9

/** What the values of a figure reach, intervals included, and how they are shown. */
struct sweep_extent {
    double low;
    double high;
    double least; // of means
    double most;
    bool any;
    bool same; // values of a mean are all the same, so that it has no interval
    bool logarithmic;
    bool cut; // an interval reaches further than that
    struct figure_unit unit;
};

/** The figure over the replicates of a point; none for UINT32_MAX. */
struct replicates sweep_sheet_cell(struct arena *arena, const struct sweep_results *results,
                                   uint32_t figure, uint32_t point);

/** Adds a value, or both ends of its interval. */
void sweep_extent_add(struct sweep_extent *extent, const struct sample *sample);

/** Chooses the unit; widens the extent to an axis, which is logarithmic where values call for it.
 */
void sweep_extent_settle(struct sweep_extent *extent, enum sweep_unit unit);

/** `latency.p99 (ms)`, in `out[SWEEP_SHEET_NAME_SIZE]`; returns it. */
const char *sweep_sheet_title(const char *name, struct figure_unit unit, char *out);

/** The name of files: `latency_p99`, in `out[SWEEP_SHEET_NAME_SIZE]`; returns it. */
const char *sweep_sheet_file(const char *name, char *out);

/** What the captions tell of a figure's runs. */
struct sweep_runs {
    uint32_t done[2];    // the fewest and the most runs of a point
    uint32_t defined[2]; // … that have a value of the figure
    uint32_t few_below;  // a point with fewer values is marked: fewer than there are runs of any
                         // point, or than half of the most
};

struct sweep_runs sweep_sheet_runs(const struct sweep_results *results, uint32_t figure);

/** `seed 7`, or `seeds 1 to 20`, in `out[SWEEP_SEEDS_SIZE]`; returns it. */
const char *sweep_sheet_seeds(const struct sweep_results *results, char *out);

/** Scenario, hash, replicates and seeds, and in lines below the subtitle what is the same at all
 * points. Returns the pixels that these lines take. */
double sweep_sheet_caption(struct table_file *file, const struct sweep_grid *grid, uint32_t figure);

/** An axis of a figure: which way it goes, and how long it is. */
struct sweep_tics {
    const char *which; // of gnuplot: `x` or `y`
    const struct sweep_axis *axis;
    bool even; // places 0, 1, … also where values are numbers
    double pixels;
};

/** Defines `x_tics`, the list of tics, `x_blank`, the same without labels, and `x_slant`, the
 * degrees that labels are turned by; or `y_…`. Returns the pixels that the labels stand off the
 * axis. */
double sweep_sheet_tics(struct table_file *file, const struct sweep_tics *tics);

/** Pixels that the longest label takes, cut as labels are. */
double sweep_sheet_label_width(const struct sweep_axis *axis);

/** Opens the table and the script of a figure. */
struct sweep_page {
    struct table_file table;
    struct table_file script;
};

void sweep_page_open(struct sweep_page *page, const char *folder, const char *name,
                     const char *heading);
FAILURE_WARN_UNUSED bool sweep_page_close(struct sweep_page *page, struct failure *failure);

/** Mean, both ends of its interval, median and its interval: columns, each behind a tab. */
void sweep_page_values(struct table_file *table, const struct replicates *values);
#define SWEEP_PAGE_COLUMNS "replicates\tmean\tlow\thigh\tmedian\tmedian_low\tmedian_high"

#endif
