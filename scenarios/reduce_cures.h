/**
 * Cures: changes to a scenario that may make a failure go away without making the scenario smaller.
 *
 * What a failure goes away by says what it comes from. A smaller scenario that still fails, and
 * still does not with the same cure, fails for the same cause, and could succeed: so it has not
 * been made to fail by making success impossible. That is the guard of cli/shrink.h.
 */
#ifndef GOSSIM_SCENARIOS_REDUCE_CURES_H
#define GOSSIM_SCENARIOS_REDUCE_CURES_H

#include "base/arena.h"
#include "router/quirks.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reduce_cure_kind {
    CURE_QUIRK,  // one quirk is off, in all groups
    CURE_ROLES,  // nobody does on purpose what the protocol forbids
    CURE_FAULTS, // no faults, churn, loss or injected RPCs
    CURE_QUIRKS, // all quirks are off
    CURE_ALL,    // these three
};

struct reduce_cure {
    enum reduce_cure_kind kind;
    enum quirk quirk; // QUIRK
};

enum { REDUCE_CURES_MAX = 128, REDUCE_CURE_TEXT_SIZE = 160 };

/** The cures that are one thing each, and change something: quirks in force, roles, faults. Returns
 * how many. */
size_t reduce_single_cures(const struct scenario *scenario,
                           struct reduce_cure cures[REDUCE_CURES_MAX]);

/** Whether a cure changes anything. */
bool reduce_cure_applies(const struct scenario *scenario, const struct reduce_cure *cure);

/** The scenario with a cure. */
const struct scenario *reduce_cured(struct arena *arena, const struct scenario *scenario,
                                    const struct reduce_cure *cure);

/** "--set router.quirks.mover_forgets=false (Q6)", "all faults and losses off" …; returns `text`.
 */
const char *reduce_cure_text(const struct reduce_cure *cure, char text[REDUCE_CURE_TEXT_SIZE]);

#endif
