#include "sim/flap.h"

#include "base/check.h"
#include "base/prng.h"

struct flaps *flaps_create(struct arena *arena, uint64_t slot_count, uint64_t seed) {
    struct flaps *flaps = arena_take(arena, MEMORY_TOPOLOGY, sizeof *flaps);
    slot_spells_init(&flaps->spells, arena, slot_count);
    flaps->seed = seed;
    return flaps;
}

/** How long a stay lasts. */
static int64_t stay_ns(const struct flap *flap, uint64_t seed, uint64_t number) {
    const struct distribution *lengths = number % 2 == 0 ? &flap->stays->down : &flap->stays->up;
    return distribution_at(lengths,
                           prng_keyed(seed, STREAM_FLAP, flap->link, flap->occasion, number));
}

static void rewind_cursor(struct flap_cursor *cursor, uint64_t seed) {
    cursor->number = 0;
    cursor->from_ns = cursor->flap.begin_ns;
    cursor->until_ns = cursor->from_ns + stay_ns(&cursor->flap, seed, 0);
}

void flaps_begin(struct flaps *flaps, uint32_t slot, const struct flap *flap, int64_t end_ns) {
    uint32_t place = slot_spells_add(&flaps->spells, slot, end_ns, flap->begin_ns);
    if (place >= flaps->capacity) {
        flaps->items = pool_grow(&flaps->spells.pool, flaps->items, &flaps->capacity, place + 1,
                                 sizeof *flaps->items);
    }
    flaps->items[place].flap = *flap;
    rewind_cursor(&flaps->items[place], flaps->seed);
}

static bool is_down(struct flap_cursor *cursor, uint64_t seed, int64_t at_ns) {
    CHECK(at_ns >= cursor->flap.begin_ns);
    if (at_ns < cursor->from_ns) {
        rewind_cursor(cursor, seed);
    }
    while (cursor->until_ns <= at_ns) {
        cursor->number++;
        cursor->from_ns = cursor->until_ns;
        cursor->until_ns += stay_ns(&cursor->flap, seed, cursor->number);
    }
    return cursor->number % 2 == 0;
}

bool flaps_block(const struct flaps *flaps, uint32_t slot, int64_t at_ns) {
    const struct slot_spells *spells = &flaps->spells;
    for (uint32_t i = slot_spells_first(spells, slot); i != SLOT_SPELL_NONE;
         i = spells->items[i].next) {
        if (spells->items[i].end_ns > at_ns && is_down(&flaps->items[i], flaps->seed, at_ns)) {
            return true;
        }
    }
    return false;
}
