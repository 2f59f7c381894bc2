/**
 * What the order of simultaneous events does to the figures of a run, beside what the seed does.
 *
 * Each seed is run with its events in the usual order and in others. The difference at one seed is
 * the order's doing; whether it is more than chance is asked of the differences over the seeds
 * (analysis/paired.h), all figures and orders together (Holm); one that is the same at every seed
 * is no chance. An order that changes a run but favours nobody moves figures as another seed does,
 * and no mean. So:
 *
 *     SAME    no run moved this figure
 *     LESS    its mean moves, by less than the figure scatters between seeds
 *     MORE    its mean moves by more than that: what it says is the simulator's, not the protocol's
 *     UNCLEAR it moves, and no more can be said: as a seed would, as far as so many of them tell
 */
#ifndef GOSSIM_ANALYSIS_TIE_EFFECTS_H
#define GOSSIM_ANALYSIS_TIE_EFFECTS_H

#include "analysis/paired.h"

#include <stdint.h>

enum { TIE_ORDERS_MAX = 8 };

enum tie_verdict { TIE_SAME, TIE_LESS, TIE_MORE, TIE_UNCLEAR };

struct tie_effect {
    // Filled in by the caller: [seeds] each, by seed.
    const struct figure_value *usual;
    const struct figure_value *others[TIE_ORDERS_MAX]; // [order_count]
    // ---
    struct sample between;                                // of `usual`: what seeds do
    struct paired_difference differences[TIE_ORDERS_MAX]; // other − usual
    uint32_t largest;                                     // the order that moves it most
    enum tie_verdict verdict;
};

/** Works out what is below the line for figures that are looked at together; level: 0.05. */
void tie_effects_work_out(struct tie_effect *effects, uint32_t count, uint32_t order_count,
                          uint32_t seeds);

#endif
