/**
 * What `sweep:` asks for: a scenario at several values of some of its keys, each at several seeds.
 *
 *     sweep:
 *       router.D: [4, 6, 8]                              an axis of one parameter
 *       links.loss: {from: 0%, to: 30%, step: 10%}       a range is a list in short
 *       zip: [{router.Dlo: [2, 4], router.Dhi: [8, 12]}] an axis of several, in lock step
 *       where: [router.Dlo <= router.D]                  of the cross product, the points wanted
 *       repeat: 10                                       replicates, at seed, seed + 1, …
 *       until: ci(latency.p99) < 2%                      and more, until a mean is known so well
 *       max_repeat: 200                                  at most
 *
 * The values are kept as text, as they would stand behind `--set PATH=`: a point of the sweep is
 * the scenario with some overrides, and sweep_settings() gives them. Their places are kept too, so
 * that what is wrong with a value is reported where it stands.
 *
 * The first axis varies slowest. All points have the same seeds: at one replicate they share their
 * randomness as far as what varies lets them.
 */
#ifndef GOSSIM_SCENARIOS_SWEEP_H
#define GOSSIM_SCENARIOS_SWEEP_H

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/metric.h"
#include "scenarios/place.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SWEEP_PARAMETERS_MAX = 16,
    SWEEP_CONDITIONS_MAX = 64,
    SWEEP_UNTIL_MAX = 8,
    SWEEP_UNTIL_REPEAT_MIN = 6,  // of fewer replicates nobody knows how they scatter
    SWEEP_VALUES_MAX = 10000,    // of a parameter
    SWEEP_POINTS_MAX = 100000,   // that are wanted
    SWEEP_PRODUCT_MAX = 5000000, // before conditions
    SWEEP_REPEAT_MAX = 10000,
    SWEEP_LABEL_SIZE = 512,
};

/** A key of the scenario that takes several values. */
struct sweep_parameter {
    const char *path;                    // in the schema's names
    const char *const *values;           // [value_count] YAML of one line
    const struct scenario_place *places; // [value_count]
    uint32_t value_count;
    uint32_t axis;
    const char *unreached; // the end of a range, which its steps pass by; NULL: they reach it
};

/** A comparison that points must meet. */
struct sweep_condition {
    const char *text;
    const char *left;
    const char *right;
    enum expectation_operator operator;
    struct scenario_place place;
};

/** How well the mean of a figure is to be known at a point. */
struct sweep_until {
    const char *text; // as it is written anew
    enum metric metric;
    bool relative; // the limit is a share of the mean
    double limit;  // of half the interval; ns, bytes or a plain number
};

struct scenario_sweep {
    const struct sweep_parameter *parameters;
    uint32_t parameter_count;
    uint32_t axis_count; // parameters of one axis stand side by side
    const struct sweep_condition *conditions;
    uint32_t condition_count;
    uint32_t repeat; // replicates of each point, or the first of them
    const struct sweep_until *until;
    uint32_t until_count; // all of them are to hold; 0: there are `repeat` replicates
    uint32_t max_repeat;  // replicates at most; `repeat` where nothing says how many there are
};

/** The points that are wanted, in their order. */
struct sweep_points {
    const struct scenario_sweep *sweep;
    uint32_t count;
    const uint32_t *choices; // [count × parameter_count] which value
    uint64_t product;        // points before conditions
};

/**
 * Lays out the points of a scenario's sweep; a sweep without parameters has one. False for
 * conditions that mean nothing, and where no point or too many are left.
 */
FAILURE_WARN_UNUSED bool sweep_lay_out(struct sweep_points *points, struct arena *arena,
                                       const struct scenario *scenario, struct failure *failure);

/** The text of a parameter's value at a point. */
const char *sweep_value(const struct sweep_points *points, uint32_t point, uint32_t parameter);

/**
 * The overrides that make a point of the scenario: one for each parameter, and one that takes the
 * sweep away. Fills `settings[SWEEP_PARAMETERS_MAX + 1]`, returns how many.
 */
uint32_t sweep_settings(const struct sweep_points *points, uint32_t point,
                        struct scenario_override *settings);

/** `router.D=8 links.loss=10%`, cut to `out[SWEEP_LABEL_SIZE]`; returns it. */
const char *sweep_label(const struct sweep_points *points, uint32_t point, char *out);

#endif
