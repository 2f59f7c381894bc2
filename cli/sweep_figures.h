/**
 * The figures of a sweep: those of a summary, the share of bytes that is not payload, and the bytes
 * per delivery, which the database has no column for: they are those of two others.
 */
#ifndef GOSSIM_CLI_SWEEP_FIGURES_H
#define GOSSIM_CLI_SWEEP_FIGURES_H

#include "analysis/figure_text.h"
#include "analysis/paired.h"
#include "cli/summary.h"
#include "scenarios/metric.h"

#include <stdbool.h>
#include <stdint.h>

/** Metrics come first, under their numbers. */
enum {
    SWEEP_CONTROL_SHARE = METRIC_COUNT,
    SWEEP_COLUMN_COUNT,
    SWEEP_BYTES_PER_DELIVERY = SWEEP_COLUMN_COUNT,
    SWEEP_FIGURE_COUNT,
    SWEEP_COLUMN_SIZE = 64,
    SWEEP_SHOWN_MAX = 64
};

/** The figures to show, in their order. */
struct sweep_figures {
    uint32_t shown[SWEEP_SHOWN_MAX];
    uint32_t count; // 0: those that are shown unless others are asked for
};

/** What expectations call it: `latency.p99`. */
const char *sweep_figure_name(uint32_t figure);

enum metric_unit sweep_figure_unit(uint32_t figure);

/** What values of a figure up to `largest` are shown in; without a name where they have no unit. */
struct figure_unit sweep_figure_shown_in(uint32_t figure, double largest);

/** Whether it is a percentile within a run, whose replicates scatter unevenly. */
bool sweep_figure_is_percentile(uint32_t figure);

/** Its column in the database, `latency_p99_ns`, in `out[SWEEP_COLUMN_SIZE]`; returns it. For
 * those without one, what it would be called. */
const char *sweep_figure_column(uint32_t figure, char *out);

/** The same, or for those without a column what SQL makes of others. */
const char *sweep_figure_expression(uint32_t figure, char *out);

/** The figure of a name, or SWEEP_FIGURE_COUNT. */
uint32_t sweep_figure_find(const char *name, size_t size);

/** The figure whose name is nearest. */
const char *sweep_figure_nearest(const char *name, size_t size);

/** The value of a figure with a column. */
struct figure_value sweep_figure_of(const struct summary *summary, uint32_t figure);

/** Works out those without a column from all others. */
void sweep_figures_derive(struct figure_value figures[SWEEP_FIGURE_COUNT]);

/** Fills in the figures to show if there are none yet. */
void sweep_figures_settle(struct sweep_figures *figures);

#endif
