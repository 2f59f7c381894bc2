#include "scenarios/sweep.h"

#include "base/check.h"
#include "scenarios/sweep_conditions.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A walk through the cross product. */
struct walk {
    const struct scenario_sweep *sweep;
    const struct sweep_test *tests;
    uint32_t indices[SWEEP_PARAMETERS_MAX]; // by axis
    uint32_t lengths[SWEEP_PARAMETERS_MAX];
    uint32_t choices[SWEEP_PARAMETERS_MAX]; // by parameter
};

static void begin(struct walk *walk, const struct scenario_sweep *sweep,
                  const struct sweep_test *tests) {
    *walk = (struct walk){.sweep = sweep, .tests = tests};
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        walk->lengths[sweep->parameters[i].axis] = sweep->parameters[i].value_count;
    }
}

/** Goes to the next point, the last axis first; false behind the last one. */
static bool advance(struct walk *walk) {
    uint32_t axis = walk->sweep->axis_count;
    while (axis > 0) {
        axis--;
        walk->indices[axis]++;
        if (walk->indices[axis] < walk->lengths[axis]) {
            return true;
        }
        walk->indices[axis] = 0;
    }
    return false;
}

/** Whether the point of the walk is wanted. */
static bool ask(struct walk *walk, bool *wanted, struct failure *failure) {
    *wanted = true;
    for (uint32_t i = 0; i < walk->sweep->parameter_count; i++) {
        walk->choices[i] = walk->indices[walk->sweep->parameters[i].axis];
    }
    for (uint32_t i = 0; *wanted && i < walk->sweep->condition_count; i++) {
        if (!sweep_condition_ask(&walk->tests[i], walk->choices, wanted, failure)) {
            return false;
        }
    }
    return true;
}

/** Goes through all points; `choices` gets the wanted ones, or is NULL to count them. */
static bool go_through(struct walk *walk, uint32_t *choices, uint64_t *count,
                       struct failure *failure) {
    uint32_t width = walk->sweep->parameter_count;
    *count = 0;
    do {
        bool wanted = false;
        if (!ask(walk, &wanted, failure)) {
            return false;
        }
        if (wanted && choices != NULL && width > 0) {
            memcpy(choices + *count * width, walk->choices, width * sizeof *choices);
        }
        *count += wanted ? 1 : 0;
    } while (advance(walk));
    return true;
}

static bool count_product(struct sweep_points *points, struct failure *failure) {
    const struct scenario_sweep *sweep = points->sweep;
    points->product = 1;
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        bool leads = i == 0 || sweep->parameters[i].axis != sweep->parameters[i - 1].axis;
        points->product *= leads ? sweep->parameters[i].value_count : 1;
        if (points->product > SWEEP_PRODUCT_MAX) {
            return failure_bad_input(failure,
                                     "sweep: the cross product has more than %d points; allowed: "
                                     "as many, of which conditions leave at most %d",
                                     SWEEP_PRODUCT_MAX, SWEEP_POINTS_MAX);
        }
    }
    return true;
}

bool sweep_lay_out(struct sweep_points *points, struct arena *arena,
                   const struct scenario *scenario, struct failure *failure) {
    const struct scenario_sweep *sweep = scenario->sweep;
    CHECK(sweep != NULL);
    *points = (struct sweep_points){.sweep = sweep};
    if (!count_product(points, failure)) {
        return false;
    }
    struct sweep_test *tests =
        arena_take_array(arena, MEMORY_TABLES, sweep->condition_count, sizeof *tests);
    if (!sweep_conditions_prepare(tests, arena, scenario, failure)) {
        return false;
    }
    struct walk walk;
    uint64_t count = 0;
    begin(&walk, sweep, tests);
    if (!go_through(&walk, NULL, &count, failure)) {
        return false;
    }
    if (count == 0 || count > SWEEP_POINTS_MAX) {
        return failure_bad_input(failure,
                                 "sweep: of %" PRIu64 " points the conditions leave %" PRIu64
                                 "; allowed: 1 to %d",
                                 points->product, count, SWEEP_POINTS_MAX);
    }
    uint32_t *choices = arena_take_array(arena, MEMORY_TABLES, count * (sweep->parameter_count + 1),
                                         sizeof *choices);
    begin(&walk, sweep, tests);
    bool again = go_through(&walk, choices, &count, failure);
    CHECK(again);
    points->count = (uint32_t)count;
    points->choices = choices;
    return true;
}

const char *sweep_value(const struct sweep_points *points, uint32_t point, uint32_t parameter) {
    CHECK(point < points->count);
    CHECK(parameter < points->sweep->parameter_count);
    size_t width = points->sweep->parameter_count;
    uint32_t choice = points->choices[point * width + parameter];
    return points->sweep->parameters[parameter].values[choice];
}

uint32_t sweep_settings(const struct sweep_points *points, uint32_t point,
                        struct scenario_override *settings) {
    const struct scenario_sweep *sweep = points->sweep;
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        size_t width = sweep->parameter_count;
        uint32_t choice = points->choices[point * width + i];
        settings[i] = (struct scenario_override){
            .path = sweep->parameters[i].path,
            .value = sweep->parameters[i].values[choice],
            .place = sweep->parameters[i].places[choice],
        };
    }
    settings[sweep->parameter_count] = (struct scenario_override){.path = "sweep", .value = "{}"};
    return sweep->parameter_count + 1;
}

const char *sweep_label(const struct sweep_points *points, uint32_t point, char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < points->sweep->parameter_count && used < SWEEP_LABEL_SIZE - 1; i++) {
        int added = snprintf(out + used, SWEEP_LABEL_SIZE - used, "%s%s=%s", i == 0 ? "" : " ",
                             points->sweep->parameters[i].path, sweep_value(points, point, i));
        used += added > 0 ? (size_t)added : 0;
    }
    if (used == 0) {
        snprintf(out, SWEEP_LABEL_SIZE, "the scenario itself");
    }
    return out;
}
