/**
 * Positions for the nodes of a run without a map.
 *
 * A line, a ring and a star are drawn as such. Other graphs of few links, up to
 * LAYOUT_SPRING_NODES_MAX nodes, are laid out by igraph's Fruchterman–Reingold, from a fixed seed.
 * A dense random graph has no shape to show, so the way of the message is laid out instead: the
 * publisher in the middle of a disc, the nodes around it further out the later they heard, every
 * node in the sector of the node it heard from.
 *
 * Cost:   linear but for the spring layout, which takes about a second for the largest graph it is
 * used for.
 */
#ifndef GOSSIM_ANALYSIS_LAYOUT_H
#define GOSSIM_ANALYSIS_LAYOUT_H

#include "analysis/run_data.h"
#include "analysis/world.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum { LAYOUT_SPRING_NODES_MAX = 2000 };

enum layout_shape {
    LAYOUT_LINE,
    LAYOUT_RING,
    LAYOUT_STAR,
    LAYOUT_SPRING,
    LAYOUT_TREE, // none of the above
};

/** The shape that the links of a run call for. */
enum layout_shape layout_shape_of(const struct run_data *run, struct arena *arena);

/** A position for each node, for any shape but LAYOUT_TREE; the unit is arbitrary. Fails if igraph
 * does. */
FAILURE_WARN_UNUSED bool layout_by_links(const struct run_data *run, enum layout_shape shape,
                                         struct arena *arena, struct position *positions,
                                         struct failure *failure);

/** What one node knows of a message: when and from whom it first came. */
struct arrival {
    int64_t latency_ns; // −1: never
    uint32_t sender;    // TRACE_NONE for the publisher and for nodes without the message
    uint32_t hops;
};

/**
 * A position for each node by the way of a message from `origin`; `arrivals` has one entry per
 * node. The disc that holds the first share s of the nodes reached has radius √s; nodes without the
 * message stand on a circle around the whole. No node stands straight below the publisher, where
 * the figure says what the circles mean.
 */
void layout_by_arrival(const struct arrival *arrivals, uint32_t node_count, uint32_t origin,
                       struct arena *arena, struct position *positions);

#endif
