#include "sim/degrade.h"

#include "base/check.h"
#include "base/quantity.h"

struct degradations *degradations_create(struct arena *arena, uint64_t slot_count) {
    struct degradations *degradations = arena_take(arena, MEMORY_TOPOLOGY, sizeof *degradations);
    slot_spells_init(&degradations->spells, arena, slot_count);
    return degradations;
}

void degradations_begin(struct degradations *degradations, uint32_t slot,
                        const struct degradation *degradation, int64_t end_ns, int64_t now_ns) {
    CHECK(degradation->factor_ppm >= DEGRADE_FACTOR_ONE);
    CHECK(degradation->loss_ppb <= SHARE_ONE);
    uint32_t place = slot_spells_add(&degradations->spells, slot, end_ns, now_ns);
    if (place >= degradations->capacity) {
        degradations->items =
            pool_grow(&degradations->spells.pool, degradations->items, &degradations->capacity,
                      place + 1, sizeof *degradations->items);
    }
    degradations->items[place] = *degradation;
}

/** A delay times a factor, rounded down: without the overflow of the plain product. */
static int64_t times(int64_t delay_ns, uint32_t factor_ppm) {
    int64_t whole = delay_ns / DEGRADE_FACTOR_ONE;
    int64_t rest = delay_ns % DEGRADE_FACTOR_ONE;
    return whole * factor_ppm + rest * factor_ppm / DEGRADE_FACTOR_ONE;
}

int64_t degradations_delay(const struct degradations *degradations, uint32_t slot, int64_t at_ns,
                           int64_t delay_ns, int64_t max_ns) {
    const struct slot_spells *spells = &degradations->spells;
    for (uint32_t i = slot_spells_first(spells, slot); i != SLOT_SPELL_NONE;
         i = spells->items[i].next) {
        if (spells->items[i].end_ns > at_ns) {
            delay_ns = times(delay_ns, degradations->items[i].factor_ppm);
            delay_ns = delay_ns < max_ns ? delay_ns : max_ns;
        }
    }
    return delay_ns;
}

uint32_t degradations_loss_ppb(const struct degradations *degradations, uint32_t slot,
                               int64_t at_ns) {
    const struct slot_spells *spells = &degradations->spells;
    uint64_t kept_ppb = SHARE_ONE;
    for (uint32_t i = slot_spells_first(spells, slot); i != SLOT_SPELL_NONE;
         i = spells->items[i].next) {
        if (spells->items[i].end_ns > at_ns) {
            kept_ppb = kept_ppb * (SHARE_ONE - degradations->items[i].loss_ppb) / SHARE_ONE;
        }
    }
    return (uint32_t)(SHARE_ONE - kept_ppb);
}
