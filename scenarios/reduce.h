/**
 * Smaller scenarios of a scenario: without some of its parts, with its draws written out, sooner
 * over, plainer.
 *
 * Each function takes a scenario and makes another one, by itself and always the same. What comes
 * out is to be written by scenario_write() and read again: only its text counts, and reading says
 * whether it is one. Whether it still fails, and in the same way, is another's affair
 * (cli/shrink.h); whether it can still succeed is reduce_guard.h's.
 *
 *     parts      lists, of which items are left out: nodes, links, topics, messages, events …
 *     writing    a graph, subscribers, publishers, times and victims of faults that were drawn are
 *     out        named one by one, so that they are parts
 *     gaps       stretches of time in which nothing is set to happen
 *     cuts       keys whose defaults do as well
 *
 * Nodes that are left out give their numbers to those behind them, which then draw from other
 * streams: a smaller scenario may need another seed. What they were called in the scenario that all
 * began with stands in `former` of struct scenario.
 *
 * Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE
 * 2002, for what is made of these.
 */
#ifndef GOSSIM_SCENARIOS_REDUCE_H
#define GOSSIM_SCENARIOS_REDUCE_H

#include "base/arena.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/** What a scenario has several of. */
enum reduce_part {
    REDUCE_EXPECTATIONS,
    REDUCE_EVENTS,
    REDUCE_CHURN,       // entries
    REDUCE_SERIES,      // of messages; each message, once they are written out
    REDUCE_TOPICS,      // with the messages and events that are about them alone
    REDUCE_GROUPS,      // that nothing names
    REDUCE_NODES,       // of a graph that is written out, or a small line, ring, star or complete
                        // one, with their links and all they do
    REDUCE_LINKS,       // likewise
    REDUCE_EVENT_NODES, // of nodes that events name one by one, all events together
    REDUCE_CHURN_ROWS,
    REDUCE_PART_COUNT
};

/** "nodes", "links" …: the word for several of a part. */
const char *reduce_part_name(enum reduce_part part);

/** How many there are that can be left out one by one. */
uint64_t reduce_count(const struct scenario *scenario, enum reduce_part part);

/** The scenario without `count` of them from `first` on; NULL where that cannot be. */
const struct scenario *reduce_without(struct arena *arena, const struct scenario *scenario,
                                      enum reduce_part part, uint64_t first, uint64_t count);

/** The scenario with its first `count` nodes alone, on a graph of the same kind; NULL where the
 * graph is written out, or cannot be so small. */
const struct scenario *reduce_to_nodes(struct arena *arena, const struct scenario *scenario,
                                       uint32_t count);

/** The scenario without a node, whose neighbours are now linked with its neighbour of the lowest
 * number; NULL where the graph is not written out, or it has not two of them. */
const struct scenario *reduce_joining(struct arena *arena, const struct scenario *scenario,
                                      uint32_t node);

/** What can be written out. */
enum reduce_draw {
    REDUCE_DRAWN_GRAPH,    // links, each with its delay where that is the same both ways
    REDUCE_DRAWN_GROUPS,   // who is in which group
    REDUCE_DRAWN_MESSAGES, // each becomes a series of one
    REDUCE_DRAWN_TOPICS,   // who subscribes to what; families become topics
    REDUCE_DRAWN_EVENTS,   // when, and whom they concern
    REDUCE_DRAWN_CHURN,    // when who comes and goes
    REDUCE_DRAW_COUNT
};

const char *reduce_draw_name(enum reduce_draw draw);

/** The scenario with a kind of draws written out; NULL where there is nothing to write, or too
 * much. Builds the world of the scenario. */
const struct scenario *reduce_written_out(struct arena *arena, const struct scenario *scenario,
                                          enum reduce_draw draw);

enum { REDUCE_MESH_COUNT = 6 };

/** The scenario with smaller meshes, of which fewer nodes make a crowd: D, Dlo and Dhi of one of
 * REDUCE_MESH_COUNT kinds, the smallest first; NULL if they are not smaller. Groups whose values
 * were the scenario's have them too. */
const struct scenario *reduce_mesh(struct arena *arena, const struct scenario *scenario,
                                   uint32_t kind);

/** Stretches of time at whose ends something is set to happen; the last one ends with the run.
 * Where an expectation is about times of the clock, those behind the last of these. */
uint32_t reduce_gap_count(const struct scenario *scenario);

/** How long one is. */
int64_t reduce_gap_ns(const struct scenario *scenario, uint32_t gap);

/** The scenario with one as short as that, and everything behind it sooner; NULL if it is not
 * longer. */
const struct scenario *reduce_gap(struct arena *arena, const struct scenario *scenario,
                                  uint32_t gap, int64_t to_ns);

/** Plainer links, starts and graphs. */
enum reduce_plainness {
    REDUCE_PLAIN_GRAPH,      // line, ring, star or complete, where the links are those
    REDUCE_RENUMBERED_GRAPH, // or would be if nodes had other numbers
    REDUCE_PLAIN_LINKS,      // no link has a delay or loss of its own
    REDUCE_PLAIN_DELAY,      // the default delay, and no regions
    REDUCE_CONSTANT_DELAY,
    REDUCE_PLAIN_START, // all nodes start at 0s
    REDUCE_PLAIN_ROUND, // delays of links in whole milliseconds
    REDUCE_PLAINNESS_COUNT
};

const char *reduce_plainness_name(enum reduce_plainness plainness);

/** The scenario that is plainer so; NULL where it is already. */
const struct scenario *reduce_plainer(struct arena *arena, const struct scenario *scenario,
                                      enum reduce_plainness plainness);

#endif
