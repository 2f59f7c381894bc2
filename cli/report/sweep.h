/**
 * A report of a sweep, for the files that it is made of: sweep.c reads and leads, sweep_tables.c
 * has the points and the runs.
 */
#ifndef GOSSIM_CLI_REPORT_SWEEP_H
#define GOSSIM_CLI_REPORT_SWEEP_H

#include "analysis/figure_text.h"
#include "analysis/replicates.h"
#include "analysis/sweep_grid.h"
#include "cli/report/report.h"
#include "cli/report/sweep_more.h"
#include "cli/sweep_read.h"

enum { SWEEP_MEAN_SIZE = 64 };

struct sweep_report {
    struct report *report;
    struct sweep_results results;
    struct sweep_grid grid;
    struct sweep_more more;
    const struct replicates *cells; // [points × figures]
    struct figure_unit *units;      // [figures]
    uint32_t run_count;
};

static inline const struct replicates *report_sweep_cell(const struct sweep_report *sweep,
                                                         uint32_t point, uint32_t figure) {
    return &sweep->cells[(size_t)point * sweep->results.figure_count + figure];
}

/** A mean with half of its interval, both in the unit; fills `out` and returns it. */
const char *report_sweep_mean(const struct replicates *cell, struct figure_unit unit,
                              char out[SWEEP_MEAN_SIZE]);

/** What a point is called by its axes; fills `out` and returns it. */
const char *report_sweep_point(const struct sweep_report *sweep, uint32_t point,
                               char out[SWEEP_GRID_LABEL_SIZE]);

void report_sweep_points(const struct sweep_report *sweep, FILE *out);
void report_sweep_medians(const struct sweep_report *sweep, FILE *out);
void report_sweep_runs(const struct sweep_report *sweep, FILE *out);

#endif
