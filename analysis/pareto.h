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
    bool front; // set by pareto_mark()
};

/** Marks the front; returns how many are on it. Cost: count². */
uint32_t pareto_mark(struct pareto_point *points, uint32_t count);

#endif
