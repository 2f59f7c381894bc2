/**
 * The Pareto front of some points by two costs: those that no other point beats.
 *
 * A point is beaten if another costs no more of either and less of one. Points that cost the same
 * of both do not beat each other: both are on the front, or neither. One without both costs is
 * neither on it nor beats any.
 */
#ifndef GOSSIM_ANALYSIS_PARETO_H
#define GOSSIM_ANALYSIS_PARETO_H

#include <stdbool.h>
#include <stdint.h>

struct pareto_point {
    bool defined;
    double first;
    double second;
    bool front;  // set by pareto_mark()
    bool unsure; // set by pareto_mark_unsure()
    double first_half;
    double second_half; // of their intervals
};

/** Marks the front; returns how many are on it. Cost: count². */
uint32_t pareto_mark(struct pareto_point *points, uint32_t count);

/**
 * Marks the points of which their intervals do not tell whether they are on the front, which is
 * marked: one on it that another may beat, as it costs no more of both at the near ends of their
 * intervals; and one that is beaten where no other does so at the far ends. Points whose means are
 * the same of both do not count against each other. Cost: count².
 */
uint32_t pareto_mark_unsure(struct pareto_point *points, uint32_t count);

#endif
