/**
 * Lists of what holds for a while on slots, several at once: where each item stands in an array of
 * the owner's, and when it ends.
 *
 * The items of a slot are in the order in which they began. Those that have ended are taken out
 * when the next one begins on that slot, and their places are used again.
 *
 * Memory: 4 bytes a slot, 16 an item. Beginning costs O(items of the slot).
 */
#ifndef GOSSIM_SIM_SLOT_SPELLS_H
#define GOSSIM_SIM_SLOT_SPELLS_H

#include "base/arena.h"

#include <stdint.h>

#define SLOT_SPELL_NONE UINT32_MAX

struct slot_spell {
    int64_t end_ns; // it holds before this instant
    uint32_t next;  // place of the next of its slot, or SLOT_SPELL_NONE
};

struct slot_spells {
    struct pool pool;
    uint32_t *first; // [slots] 1 + place of the first item; 0: none
    struct slot_spell *items;
    uint32_t count;
    uint32_t capacity;
    uint32_t free; // place of a free item, linked by `next`
};

void slot_spells_init(struct slot_spells *spells, struct arena *arena, uint64_t slot_count);

/** Adds an item that holds until an instant. Returns its place, which may be one used before. */
uint32_t slot_spells_add(struct slot_spells *spells, uint32_t slot, int64_t end_ns, int64_t now_ns);

static inline uint32_t slot_spells_first(const struct slot_spells *spells, uint32_t slot) {
    return spells->first[slot] - 1; // SLOT_SPELL_NONE for 0
}

#endif
