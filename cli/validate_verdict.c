#include "analysis/student.h"
#include "base/check.h"
#include "cli/validate.h"

#include <math.h>

const char *validate_verdict_name(enum validate_verdict verdict) {
    switch (verdict) {
    case VALIDATE_IS_EXACT:
        return "exact";
    case VALIDATE_IS_WITHIN:
        return "within";
    case VALIDATE_FAILS:
        return "FAILED";
    case VALIDATE_IS_OPEN:
        return "open";
    case VALIDATE_HAS_NONE:
        return "told";
    }
    CHECK(false);
    return "";
}

/** Whether an interval lies within a tolerance, outside, or across its edge. */
static enum validate_verdict judge_interval(const struct validate_outcome *outcome) {
    const struct sample *ours = &outcome->ours;
    bool once = outcome->runs == 1 && validate_setups[outcome->row->setup].once;
    if (ours->count < outcome->runs || (ours->count < 2 && !once)) {
        return VALIDATE_IS_OPEN;
    }
    double away = fabs(ours->mean - outcome->known);
    if (away - ours->half_width > outcome->tolerance) {
        return VALIDATE_FAILS;
    }
    bool sure = away + ours->half_width <= outcome->tolerance;
    return sure && outcome->compared >= outcome->row->samples_min ? VALIDATE_IS_WITHIN
                                                                  : VALIDATE_IS_OPEN;
}

/** Widths scatter themselves; over few runs they say nothing. */
static enum validate_verdict judge_width(const struct validate_outcome *outcome) {
    enum { RUNS_MIN = 40 };
    if (outcome->runs < RUNS_MIN) {
        return VALIDATE_IS_OPEN;
    }
    bool defined = outcome->ours.count > 0;
    bool near = fabs(outcome->ours.mean - outcome->known) <= outcome->tolerance;
    return defined && near ? VALIDATE_IS_WITHIN : VALIDATE_FAILS;
}

static enum validate_verdict judge(const struct validate_outcome *outcome) {
    bool compared = outcome->compared > 0 && outcome->ours.count == outcome->runs;
    bool right = compared && outcome->wrong == 0;
    switch (outcome->row->rule) {
    case VALIDATE_EXACT:
        return right ? VALIDATE_IS_EXACT : VALIDATE_FAILS;
    case VALIDATE_HOLDS:
        return outcome->compared > 0 && outcome->wrong == 0 ? VALIDATE_IS_EXACT : VALIDATE_FAILS;
    case VALIDATE_BETWEEN:
        return right ? VALIDATE_IS_WITHIN : VALIDATE_FAILS;
    case VALIDATE_SOME:
        return compared && outcome->wrong_runs == outcome->runs ? VALIDATE_IS_WITHIN
                                                                : VALIDATE_FAILS;
    case VALIDATE_WIDTH:
        return judge_width(outcome);
    case VALIDATE_WITHIN:
        return judge_interval(outcome);
    case VALIDATE_REPORTED:
    case VALIDATE_CHANGE:
        return VALIDATE_HAS_NONE;
    }
    CHECK(false);
    return VALIDATE_FAILS;
}

/** The value of a row in one run of a setup. */
static const struct validate_value *value_of(const struct validate_plan *plan,
                                             const struct validate_row *row, uint32_t setup,
                                             uint32_t run) {
    return &plan->runs[plan->first[setup] + run].values[row->value];
}

/** Sums up the values of a setup: means, and what was compared. */
static void sum_up(const struct validate_plan *plan, struct arena *arena,
                   struct validate_outcome *outcome) {
    const struct validate_row *row = outcome->row;
    uint32_t runs = plan->first[row->setup + 1] - plan->first[row->setup];
    struct figure_value *ours = arena_take_array(arena, MEMORY_TABLES, runs, sizeof *ours);
    struct figure_value *base = arena_take_array(arena, MEMORY_TABLES, runs, sizeof *base);
    outcome->runs = runs;
    for (uint32_t i = 0; i < runs; i++) {
        const struct validate_value *value = value_of(plan, row, row->setup, i);
        ours[i] = (struct figure_value){value->defined, value->ours};
        outcome->known += value->known / runs;
        outcome->known_high += value->known_high / runs;
        outcome->compared += value->compared;
        outcome->wrong += value->wrong;
        outcome->wrong_runs += value->wrong > 0 ? 1 : 0;
        bool outside = value->ours < value->known || value->ours > value->known_high;
        outcome->wrong += row->rule == VALIDATE_BETWEEN && outside ? 1 : 0;
        if (row->rule == VALIDATE_CHANGE) {
            const struct validate_value *other = value_of(plan, row, row->base, i);
            base[i] = (struct figure_value){other->defined, other->ours};
        }
    }
    outcome->ours = row->rule == VALIDATE_CHANGE
                        ? paired_difference_of(arena, ours, base, runs).sample
                        : sample_of(ours, runs);
    if (row->rule == VALIDATE_REPORTED || row->rule == VALIDATE_CHANGE) {
        outcome->known = row->published;
    }
    outcome->tolerance = row->relative ? row->tolerance * fabs(outcome->known) : row->tolerance;
}

/** Some runs of a setup. */
struct some_runs {
    uint32_t setup;
    uint32_t first;
    uint32_t count;
};

/** The square of the width of the interval over some runs. */
static double width_squared(const struct validate_plan *plan, struct arena *arena,
                            const struct validate_row *row, struct some_runs some) {
    struct figure_value *values =
        arena_take_array(arena, MEMORY_TABLES, some.count, sizeof *values);
    for (uint32_t i = 0; i < some.count; i++) {
        const struct validate_value *value = value_of(plan, row, some.setup, some.first + i);
        values[i] = (struct figure_value){value->defined, value->ours};
    }
    double half_width = sample_of(values, some.count).half_width;
    return half_width * half_width;
}

/** The half width of an interval over so many runs, in standard deviations. */
static double deviations_of(uint32_t runs) {
    return runs < 2 ? 0 : student_quantile(0.95, runs - 1) / sqrt(runs);
}

/** How wide one interval is beside another. */
static void sum_up_width(const struct validate_plan *plan, struct arena *arena,
                         struct validate_outcome *outcome) {
    const struct validate_row *row = outcome->row;
    uint32_t runs = plan->first[row->setup + 1] - plan->first[row->setup];
    uint32_t parts = row->base == row->setup ? validate_setups[row->setup].times : 1;
    uint32_t part = runs / parts;
    double base = 0;
    for (uint32_t i = 0; i < parts; i++) {
        struct some_runs some = {row->base, i * part, part};
        base += width_squared(plan, arena, row, some) / parts;
    }
    double width = width_squared(plan, arena, row, (struct some_runs){row->setup, 0, runs});
    outcome->runs = runs;
    outcome->compared = runs;
    outcome->known = part < 2 ? 1 : deviations_of(runs) / deviations_of(part);
    outcome->tolerance = row->tolerance * outcome->known;
    outcome->ours.count = base > 0 ? runs : 0;
    outcome->ours.mean = base > 0 ? sqrt(width / base) : 0;
}

/** A check over all runs. */
static void sum_up_check(const struct validate_plan *plan, struct validate_outcome *outcome) {
    bool of_mesh = outcome->row->setup != VALIDATE_CONSERVATION;
    for (uint32_t i = 0; i < validate_run_count(plan); i++) {
        uint64_t seed = 0;
        bool departs = validate_setups[validate_setup_of(plan, i, &seed)].departs;
        if (of_mesh && departs) {
            continue;
        }
        const struct validation_tally *tally = &plan->runs[i].checks[outcome->row->setup];
        outcome->runs++;
        outcome->compared += tally->looked_at;
        outcome->wrong += tally->broken;
    }
    outcome->ours = (struct sample){.count = 1, .mean = (double)outcome->wrong};
}

uint32_t validate_judge(const struct validate_plan *plan, struct arena *arena,
                        struct validate_outcome *outcomes) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < validate_row_count; i++) {
        if (!plan->rows[i]) {
            continue;
        }
        struct validate_outcome *outcome = &outcomes[count++];
        *outcome = (struct validate_outcome){.row = &validate_rows[i]};
        if (outcome->row->rule == VALIDATE_HOLDS) {
            sum_up_check(plan, outcome);
        } else if (outcome->row->rule == VALIDATE_WIDTH) {
            sum_up_width(plan, arena, outcome);
        } else {
            sum_up(plan, arena, outcome);
        }
        outcome->verdict = judge(outcome);
    }
    return count;
}

bool validate_all_met(const struct validate_outcome *outcomes, uint32_t count) {
    bool met = true;
    for (uint32_t i = 0; i < count; i++) {
        met =
            met && outcomes[i].verdict != VALIDATE_FAILS && outcomes[i].verdict != VALIDATE_IS_OPEN;
    }
    return met;
}
