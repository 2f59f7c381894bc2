/**
 * Which topics of a run are told apart in figures, so that each has the same colour in all of them.
 *
 * Up to TOPIC_COLOURS_MAX topics get a colour: those with the most published messages, of equals
 * the one that comes first in the scenario. The rest share one colour and one pooled curve.
 */
#ifndef GOSSIM_ANALYSIS_TOPIC_COLOURS_H
#define GOSSIM_ANALYSIS_TOPIC_COLOURS_H

#include "analysis/run_data.h"
#include "base/arena.h"

#include <stdint.h>

enum { TOPIC_COLOURS_MAX = 6 };

struct topic_colours {
    uint32_t topics[TOPIC_COLOURS_MAX];   // [count], ascending
    uint32_t messages[TOPIC_COLOURS_MAX]; // [count], published ones of each
    uint32_t count;
    uint32_t others;        // topics with published messages that have no colour of their own
    uint32_t with_messages; // topics that have published messages
};

struct topic_colours topic_colours_of(const struct run_data *run, struct arena *arena);

/** The place of a topic among those with a colour; `count` for one of the others. */
uint32_t topic_colours_place(const struct topic_colours *colours, uint32_t topic);

#endif
