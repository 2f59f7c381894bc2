/**
 * Directions of links that are worse than usual for a while: slower, and losing more.
 *
 * What a packet takes on its way, jitter included, is multiplied; the added loss is drawn besides
 * the ordinary one, so that p becomes 1 − (1 − p)(1 − q). Several at once compose alike: factors
 * are multiplied in the order in which they began, each product rounded down to nanoseconds, and a
 * packet survives if it survives each. Nothing takes more than LINK_DELAY_MAX_NS. What holds when a
 * packet leaves is what it meets.
 *
 * The owner of a slot says what begins on it. Memory: 4 bytes a slot, 24 for each that holds.
 */
#ifndef GOSSIM_SIM_DEGRADE_H
#define GOSSIM_SIM_DEGRADE_H

#include "sim/slot_spells.h"

#include <stdint.h>

#define DEGRADE_FACTOR_ONE UINT32_C(1000000)

struct degradation {
    uint32_t factor_ppm; // ≥ DEGRADE_FACTOR_ONE
    uint32_t loss_ppb;   // 0 … SHARE_ONE
};

struct degradations {
    struct slot_spells spells;
    struct degradation *items;
    uint32_t capacity;
};

struct degradations *degradations_create(struct arena *arena, uint64_t slot_count);

/** From now on and before `end_ns`. */
void degradations_begin(struct degradations *degradations, uint32_t slot,
                        const struct degradation *degradation, int64_t end_ns, int64_t now_ns);

/** What becomes of a delay on a slot at an instant, and at most `max_ns`, which is at least it. */
int64_t degradations_delay(const struct degradations *degradations, uint32_t slot, int64_t at_ns,
                           int64_t delay_ns, int64_t max_ns);

/** The loss that is added on a slot at an instant, in parts per billion. */
uint32_t degradations_loss_ppb(const struct degradations *degradations, uint32_t slot,
                               int64_t at_ns);

#endif
