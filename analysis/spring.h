/**
 * igraph's Fruchterman–Reingold layout of a run's links. The one place that knows igraph; where
 * there is none, the build takes spring_circle.c in its place.
 */
#ifndef GOSSIM_ANALYSIS_SPRING_H
#define GOSSIM_ANALYSIS_SPRING_H

#include "analysis/run_data.h"
#include "analysis/world.h"
#include "base/failure.h"

#include <stdbool.h>

/** A position for each node, from a fixed seed; the memory igraph takes meanwhile is its own. Fails
 * if igraph does. */
FAILURE_WARN_UNUSED bool spring_layout(const struct run_data *run, struct position *positions,
                                       struct failure *failure);

#endif
