/**
 * Events of one bucket that are too many to be sorted at once: given out part by part, the earliest
 * first.
 *
 * The pile is split in place, by the leading bit in which its keys differ, and its earlier half
 * again, until that is small; later halves wait as they are. So a bucket of millions, such as the
 * hellos of a fleet that starts at one instant, takes no memory besides its events, and each part
 * is sorted while it is in the cache.
 *
 *     events  [ later … | … | … | earliest ]
 *               starts[0]  [1]  [2]          ends of the parts are the starts of the next
 *
 * Cost: two looks at an event for each time that its part is split, which is as often as there are
 * bits in its key at most, and about log₂(count / EVENT_PILE_PART) times where keys are spread.
 */
#ifndef GOSSIM_SIM_EVENT_PILE_H
#define GOSSIM_SIM_EVENT_PILE_H

#include "base/arena.h"
#include "sim/event.h"

enum {
    EVENT_PILE_PART = 8192, // most events of a part
    EVENT_PILE_PARTS_MAX = 128,
};

struct event_pile {
    struct event *events; // [count]; NULL: there are none
    uint32_t count;
    uint32_t capacity;
    uint32_t starts[EVENT_PILE_PARTS_MAX]; // [part_count] of the parts, the earliest last
    uint32_t part_count;
};

/** Room for `count` events, more than 0, which the caller fills in; the pile is empty. */
struct event *event_pile_fill(struct event_pile *pile, struct pool *pool, uint32_t count);

/**
 * Takes the earliest events, at most EVENT_PILE_PART, out into `part` in no order: all that are
 * left are later. Returns how many; with the last of them the pile's memory goes back to the pool.
 */
uint32_t event_pile_take(struct event_pile *pile, struct pool *pool, struct event *part);

/** Gives up whatever is left; the pile is empty. */
void event_pile_forget(struct event_pile *pile, struct pool *pool);

#endif
