/**
 * When the events of a scenario happen: `at` once, `every` again and again, `between` once at an
 * instant drawn from the stream of faults.
 *
 * The occasions of an event are numbered from 0. Whatever an event draws is drawn anew at each of
 * them, from a stream of its own: the index says which event, what for and which occasion, so that
 * no event that is added or repeated more often moves a draw of another one.
 */
#ifndef GOSSIM_SCENARIOS_OCCASIONS_H
#define GOSSIM_SCENARIOS_OCCASIONS_H

#include "base/check.h"
#include "scenarios/scenario.h"

#include <stdint.h>

/** What is drawn for an occasion; never reorder, only append. */
enum occasion_draw {
    OCCASION_NODES,  // whom it concerns
    OCCASION_PEERS,  // the other side of links
    OCCASION_TIME,   // when it happens
    OCCASION_LINKS,  // which links
    OCCASION_SPELLS, // how long it lasts, node by node or link by link
};

enum { OCCASION_EVENTS_MAX = 1 << 20 };

/** How often an event happens before the end of the run; one that is late happens once, too late.
 */
uint32_t occasion_count(const struct scenario *scenario, const struct scenario_event *event);

/** When the event with that index happens for the k-th time. */
int64_t occasion_at(const struct scenario *scenario, uint32_t event, uint32_t k);

/** The index of the stream for a draw of an occasion; for the first nodes it is the event's. */
static inline uint64_t occasion_stream(uint32_t event, uint32_t k, enum occasion_draw draw) {
    CHECK(event < OCCASION_EVENTS_MAX);
    return (uint64_t)k << 32 | (uint64_t)draw << 24 | event;
}

#endif
