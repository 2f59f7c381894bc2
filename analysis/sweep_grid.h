/**
 * The points of a sweep as places on axes.
 *
 *  - A parameter that has one value everywhere is no axis.
 *  - Parameters of which one tells the others (`zip`) are one axis. This is read off the points:
 *    with each value of the one goes a single value of the other.
 *  - The values of an axis are ordered by what they are worth where all are quantities of a kind,
 *    else as they come. The axis is numeric where they are and it has one parameter; logarithmic if
 *    besides they spread over a factor of SWEEP_LOG_SPREAD and are nearer to even steps that way.
 *
 * A place that the sweep left out is empty.
 */
#ifndef GOSSIM_ANALYSIS_SWEEP_GRID_H
#define GOSSIM_ANALYSIS_SWEEP_GRID_H

#include "analysis/sweep_results.h"
#include "base/arena.h"
#include "base/failure.h"

enum {
    SWEEP_AXES_MAX = 16,
    SWEEP_GRID_PLACES_MAX = 20000,
    SWEEP_LOG_SPREAD = 20,
    SWEEP_GRID_LABEL_SIZE = 160,
    SWEEP_GRID_HELD_SIZE = 512,
};

struct sweep_axis {
    const char *name;          // `D`, or `Dlo, Dhi`; the whole path where that is ambiguous
    const uint32_t *parameter; // [parameter_count] the one that tells the others first
    uint32_t parameter_count;
    const char **labels; // [count] of all parameters, or of the first one if these are long
    const char **shorts; // [count] the first parameter's value, which tells the others
    const char *short_name;
    double *positions; // [count] on a drawn axis: the numbers, or 0, 1, …
    uint32_t count;
    bool numeric;
    bool logarithmic;
};

struct sweep_grid {
    const struct sweep_results *results;
    struct sweep_axis axes[SWEEP_AXES_MAX];
    uint32_t axis_count;
    uint32_t *choices; // [points × SWEEP_AXES_MAX]
    uint32_t *points;  // [product of the axes] point + 1, or 0
    uint64_t product;
};

/** Lays out the axes. False for more places than a figure can show. */
FAILURE_WARN_UNUSED bool sweep_grid_of(struct sweep_grid *grid, struct arena *arena,
                                       const struct sweep_results *results,
                                       struct failure *failure);

/** The point at a place, or UINT32_MAX. */
uint32_t sweep_grid_find(const struct sweep_grid *grid, const uint32_t *place);

/** The axis that a path is on, or UINT32_MAX. */
uint32_t sweep_grid_axis(const struct sweep_grid *grid, const char *path);

/** Names a point by its axes, `D 6, loss 10%`, but for those of `without`, a bit each. Fills
 * `out[SWEEP_GRID_LABEL_SIZE]` and returns it. */
const char *sweep_grid_label(const struct sweep_grid *grid, const uint32_t *place, uint32_t without,
                             char *out);

/** Names the parameters that have one value everywhere, with it: `loss 10%, Dlo 4`. Fills
 * `out[SWEEP_GRID_HELD_SIZE]`, with nothing if all vary, and returns it. */
const char *sweep_grid_held(const struct sweep_grid *grid, char *out);

/** Names a point in short, `6 / 10%`: of each axis its first parameter's value. With no place:
 * which parameters these are. */
const char *sweep_grid_short_label(const struct sweep_grid *grid, const uint32_t *place, char *out);

#endif
