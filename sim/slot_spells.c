#include "sim/slot_spells.h"

void slot_spells_init(struct slot_spells *spells, struct arena *arena, uint64_t slot_count) {
    *spells = (struct slot_spells){.free = SLOT_SPELL_NONE};
    pool_init(&spells->pool, arena, MEMORY_TOPOLOGY);
    spells->first = arena_take_array(arena, MEMORY_TOPOLOGY, slot_count, sizeof *spells->first);
}

/** Takes out the items of a slot that have ended. Returns the place of the last one left. */
static uint32_t take_out(struct slot_spells *spells, uint32_t slot, int64_t now_ns) {
    uint32_t last = SLOT_SPELL_NONE;
    uint32_t next = SLOT_SPELL_NONE;
    for (uint32_t i = slot_spells_first(spells, slot); i != SLOT_SPELL_NONE; i = next) {
        next = spells->items[i].next;
        if (spells->items[i].end_ns > now_ns) {
            last = i;
            continue;
        }
        if (last == SLOT_SPELL_NONE) {
            spells->first[slot] = next + 1;
        } else {
            spells->items[last].next = next;
        }
        spells->items[i].next = spells->free;
        spells->free = i;
    }
    return last;
}

uint32_t slot_spells_add(struct slot_spells *spells, uint32_t slot, int64_t end_ns,
                         int64_t now_ns) {
    uint32_t last = take_out(spells, slot, now_ns);
    uint32_t place = spells->free;
    if (place != SLOT_SPELL_NONE) {
        spells->free = spells->items[place].next;
    } else {
        place = spells->count++;
        if (place == spells->capacity) {
            spells->items = pool_grow(&spells->pool, spells->items, &spells->capacity, place + 1,
                                      sizeof *spells->items);
        }
    }
    spells->items[place] = (struct slot_spell){.end_ns = end_ns, .next = SLOT_SPELL_NONE};
    if (last == SLOT_SPELL_NONE) {
        spells->first[slot] = place + 1;
    } else {
        spells->items[last].next = place;
    }
    return place;
}
