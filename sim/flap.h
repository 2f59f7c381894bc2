/**
 * Links that flap: for a while they pass nothing and everything in turn.
 *
 * A link goes down when the flapping begins; how long it is down and up is drawn, keyed by the
 * link, the occasion and the number of the stay. The owners of both directions draw the same, so
 * that they go down and come up together, though neither looks at the other. Nothing depends on
 * what was sent. A cursor remembers the stay that was asked for last; it can go back too.
 *
 * Memory: 4 bytes a slot, and 72 for each that holds. Cost: O(stays since the last question).
 */
#ifndef GOSSIM_SIM_FLAP_H
#define GOSSIM_SIM_FLAP_H

#include "sim/distribution.h"
#include "sim/slot_spells.h"

#include <stdbool.h>
#include <stdint.h>

#define FLAP_STAY_MIN_NS INT64_C(1000000)

/** How long links are down and up; draws are FLAP_STAY_MIN_NS at least. */
struct flap_stays {
    struct distribution down;
    struct distribution up;
};

struct flap {
    const struct flap_stays *stays;
    uint64_t link;     // names the link, from both its ends alike
    uint64_t occasion; // names the flapping among all of the run
    int64_t begin_ns;
};

struct flap_cursor {
    struct flap flap;
    uint64_t number; // of the stay; the even ones are down
    int64_t from_ns;
    int64_t until_ns; // not included
};

struct flaps {
    struct slot_spells spells;
    struct flap_cursor *items;
    uint32_t capacity;
    uint64_t seed;
};

struct flaps *flaps_create(struct arena *arena, uint64_t slot_count, uint64_t seed);

/** A direction flaps from `begin_ns`, which is now, and before `end_ns`. */
void flaps_begin(struct flaps *flaps, uint32_t slot, const struct flap *flap, int64_t end_ns);

/** Whether a direction is down at an instant. */
bool flaps_block(const struct flaps *flaps, uint32_t slot, int64_t at_ns);

#endif
