/**
 * The conditions of a sweep, made ready to be asked of many points: for sweep.c only.
 *
 * A side of a comparison is a quantity, a path, or a word. A path may be short: the end of one that
 * varies, such as `loss` of `links.loss`, or a key of `router` such as `Dlo`. What varies has its
 * value at the point; what does not has the scenario's, defaults included.
 */
#ifndef GOSSIM_SCENARIOS_SWEEP_CONDITIONS_H
#define GOSSIM_SCENARIOS_SWEEP_CONDITIONS_H

#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"

/** A side of a comparison. */
struct sweep_side {
    bool varies;
    uint32_t parameter;                      // if it varies
    const char *const *texts;                // one for each value of the parameter, or one
    const struct sweep_quantity *quantities; // likewise
};

struct sweep_test {
    const struct sweep_condition *condition;
    struct sweep_side left;
    struct sweep_side right;
};

/** Fills `tests[condition_count]`; false for a side that means nothing. */
FAILURE_WARN_UNUSED bool sweep_conditions_prepare(struct sweep_test *tests, struct arena *arena,
                                                  const struct scenario *scenario,
                                                  struct failure *failure);

/** Whether a point meets a condition; false and a failure if its sides cannot be compared. */
FAILURE_WARN_UNUSED bool sweep_condition_ask(const struct sweep_test *test, const uint32_t *choices,
                                             bool *holds, struct failure *failure);

#endif
