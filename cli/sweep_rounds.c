#include "analysis/stopping.h"
#include "cli/sweep.h"
#include "cli/sweep_database.h"

#include <stdlib.h>

_Static_assert((int)SWEEP_UNTIL_REPEAT_MIN == (int)STOPPING_VALUES_MIN,
               "what the loader asks for is what the rule needs");

double sweep_confidence(const struct sweep_study *study) {
    return study->points.sweep->until_count > 0 ? STOPPING_CONFIDENCE : 0.95;
}

/** Notes values that are all the same. */
static void note_equal(const struct figure_value *values, uint32_t count,
                       struct sweep_knowledge *known) {
    struct sample sample = sample_of(values, count);
    if (sample.same && (known->equal == 0 || sample.count < known->equal)) {
        known->equal = sample.count;
    }
}

bool sweep_look(const struct sweep_study *study, struct sweep_database *database, uint32_t point,
                struct sweep_knowledge *known, struct failure *failure) {
    const struct scenario_sweep *sweep = study->points.sweep;
    *known = (struct sweep_knowledge){.enough = true};
    struct figure_value *values = calloc(study->repeat, sizeof *values);
    if (values == NULL) {
        return failure_running(failure, "out of memory");
    }
    bool ok = true;
    for (uint32_t i = 0; ok && i < sweep->until_count; i++) {
        const struct sweep_until *until = &sweep->until[i];
        struct sweep_question question = {.point = point, .figure = until->metric};
        struct stopping_rule rule = {.relative = until->relative, .limit = until->limit};
        rule.largest = until->metric == METRIC_DELIVERY_RATIO ? 1 : 0;
        ok = sweep_database_values(database, study, question, values, failure);
        if (ok) {
            known->enough = known->enough && stopping_is_known(values, study->wanted[point], rule);
            note_equal(values, study->wanted[point], known);
        }
    }
    free(values);
    return ok;
}

bool sweep_next_round(struct sweep_study *study, struct sweep_database *database, bool *more,
                      struct failure *failure) {
    *more = false;
    for (uint32_t point = 0; point < study->points.count; point++) {
        struct sweep_knowledge known;
        if (study->open[point] == 0) {
            continue;
        }
        if (!sweep_look(study, database, point, &known, failure)) {
            return false;
        }
        study->open[point] = !known.enough && study->wanted[point] < study->repeat;
        if (study->open[point] != 0) {
            study->wanted[point] = stopping_next_look(study->wanted[point], study->repeat);
            *more = true;
        }
    }
    return true;
}
