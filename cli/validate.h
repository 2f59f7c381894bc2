/**
 * One call of `gossim validate`, for the files that it is made of.
 *
 * A *setup* is a scenario of scenarios/catalog/validation with some keys overridden, run at several
 * seeds or, where nothing is random, once. What its *measure* makes of the full trace of a run are
 * *values*: what came out beside what arithmetic says. A *row* of the table is one value over all
 * runs of its setup, and a rule for the verdict.
 *
 *     validate_cases.c     the setups and rows; validate_measures*.c: from a trace to values
 *     validate_runs.c      what a process of a run does
 *     validate_verdict.c   from the values of all runs to a verdict
 *     validate_print.c, validate_json.c: say so; validate.c keeps house
 */
#ifndef GOSSIM_CLI_VALIDATE_H
#define GOSSIM_CLI_VALIDATE_H

#include "analysis/paired.h"
#include "analysis/validation.h"
#include "cli/load.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The last values of every setup are A11 and A12 of its own runs. */
enum {
    VALIDATE_VALUES = 8,
    VALIDATE_VALUE_ONE_SIDED = 6,
    VALIDATE_VALUE_DEGREES = 7,
    VALIDATE_SETTINGS = 4
};

/** What one run says of one figure. */
struct validate_value {
    bool defined;
    double ours;
    double known;      // the lower bound where there are two
    double known_high; // the upper bound
    uint64_t compared; // how many things were compared one by one, or samples that `ours` rests on
    uint64_t wrong;    // of these, those that are not what they must be
};

/** What is held against every run. */
enum validate_check {
    VALIDATE_CONSERVATION,
    VALIDATE_ONE_SIDED,
    VALIDATE_DEGREES,
    VALIDATE_CHECKS
};

/** What comes back from the process of a run. */
struct validate_run {
    struct validate_value values[VALIDATE_VALUES];
    struct validation_tally checks[VALIDATE_CHECKS];
};

/** A run and its trace, for a measure. */
struct validate_view {
    struct arena *arena;
    const struct scenario *scenario;
    const struct run_result *result;
    const struct full_trace *trace;
};

typedef void validate_measure(const struct validate_view *view, struct validate_value *values);

struct validate_setup {
    const char *scenario;                    // its name in the catalog
    const char *settings[VALIDATE_SETTINGS]; // as behind --set; NULL: no more
    validate_measure *measure;
    uint32_t times; // so many times as many seeds as others; 0: once as many
    bool once;      // nothing is random: one run says all
    bool departs;   // A11 and A12 do not hold: another router, or GRAFT and PRUNE are lost
};

/** What makes a verdict. The interval is that of 95 % over runs. */
enum validate_rule {
    VALIDATE_EXACT,    // nothing that was compared in any run is wrong
    VALIDATE_WITHIN,   // the whole interval lies within `tolerance` of what is known
    VALIDATE_BETWEEN,  // in every run, from `known` to `known_high`
    VALIDATE_SOME,     // something is wrong in every run: a check has to see it
    VALIDATE_REPORTED, // told beside what is published, no verdict
    VALIDATE_CHANGE,   // reported: the paired difference to `base`, beside the published one
    VALIDATE_WIDTH,    // A13: how wide the interval is beside that of `base`, or, where that is the
                       // setup itself, beside those of parts of its runs, `times` in number
    VALIDATE_HOLDS,    // a check over all runs of all setups
};

struct validate_row {
    const char *name;   // of the case, such as A1
    const char *figure; // in words
    uint32_t setup;     // index; HOLDS: which check
    uint32_t value;     // index into its values
    uint32_t base;      // CHANGE: the setup that it is compared with
    enum validate_rule rule;
    double published; // REPORTED, CHANGE: in the unit of the value
    double tolerance; // WITHIN: in the unit of the value, or a part of what is known
    bool relative;
    double scale;         // shown is the value divided by it; 0: 1
    int decimals;         // shown of what is known; of ours, as many as the interval calls for
    uint64_t samples_min; // WITHIN: so many samples over all runs
};

extern const struct validate_setup validate_setups[];
extern const uint32_t validate_setup_count;
extern const struct validate_row validate_rows[];
extern const uint32_t validate_row_count;

enum validate_verdict {
    VALIDATE_IS_EXACT,
    VALIDATE_IS_WITHIN,
    VALIDATE_FAILS,
    VALIDATE_IS_OPEN, // the interval reaches over the tolerance: too few runs to say
    VALIDATE_HAS_NONE,
};

/** One row of the table. */
struct validate_outcome {
    const struct validate_row *row;
    uint32_t runs;
    struct sample ours;
    double known; // means over the runs
    double known_high;
    double tolerance; // in the unit of the value
    uint64_t compared;
    uint64_t wrong;
    uint32_t wrong_runs; // in which something is wrong
    enum validate_verdict verdict;
};

/** All runs of one call. */
struct validate_plan {
    uint64_t first_seed;
    uint32_t seed_count;
    bool *rows;      // [validate_row_count] chosen
    bool *setups;    // [validate_setup_count] to be run
    uint32_t *first; // [validate_setup_count + 1] into runs
    struct validate_run *runs;
    const struct load_request *request; // overrides of all setups
};

void validate_lay_out(struct validate_plan *plan, struct arena *arena);

/** How many runs there are in all. */
uint32_t validate_run_count(const struct validate_plan *plan);

/* validate_runs.c */

/** Does run `index` in this process. */
FAILURE_WARN_UNUSED bool validate_simulate(const struct validate_plan *plan, uint32_t index,
                                           struct validate_run *run, struct failure *failure);

/** The setup and seed of a run. */
uint32_t validate_setup_of(const struct validate_plan *plan, uint32_t index, uint64_t *seed);

/** The shell command that repeats a run. */
void validate_print_command(const struct validate_plan *plan, uint32_t index, FILE *out);

/* validate_verdict.c */

/** Works out the chosen rows; returns how many. `outcomes` has room for all. */
uint32_t validate_judge(const struct validate_plan *plan, struct arena *arena,
                        struct validate_outcome *outcomes);

/** True unless some verdict is FAILS or IS_OPEN. */
bool validate_all_met(const struct validate_outcome *outcomes, uint32_t count);

const char *validate_verdict_name(enum validate_verdict verdict);

/* validate_print.c, validate_json.c */

void validate_print(const struct validate_outcome *outcomes, uint32_t count, FILE *out);
void validate_print_list(FILE *out);
bool validate_write_json(const struct validate_plan *plan, const struct validate_outcome *outcomes,
                         uint32_t count, FILE *out);

/* validate_measures.c: A1 to A4, and what the others need, too */

double validate_mean(double sum, uint64_t count);

/** A value that is compared with what is known. */
struct validate_value validate_compared(double ours, double known, uint64_t count, uint64_t wrong);

/** The delay of every link, where all have the same. */
int64_t validate_delay_ns(const struct validate_view *view);

/** What the application takes to look at a message, where that is a constant; else 0. */
int64_t validate_validation_ns(const struct validate_view *view);

void validate_measure_sends(const struct validate_view *view, struct validate_value *values);
void validate_measure_sends_2020(const struct validate_view *view, struct validate_value *values);
void validate_measure_spared(const struct validate_view *view, struct validate_value *values);
void validate_measure_line(const struct validate_view *view, struct validate_value *values);
void validate_measure_depth(const struct validate_view *view, struct validate_value *values);

/** What every uplink lets through. */
struct validation_rate validate_rate(const struct validate_view *view);

void validate_measure_star(const struct validate_view *view, struct validate_value *values);
void validate_measure_uplinks(const struct validate_view *view, struct validate_value *values);

/** No values but those of every setup. */
void validate_measure_nothing(const struct validate_view *view, struct validate_value *values);

/* validate_measures_gossip.c: A5 to A9 */

void validate_measure_gossip(const struct validate_view *view, struct validate_value *values);
void validate_measure_recovery(const struct validate_view *view, struct validate_value *values);
void validate_measure_reach(const struct validate_view *view, struct validate_value *values);
void validate_measure_silent(const struct validate_view *view, struct validate_value *values);

/* validate_measures_published.c: P1 and P2 */

void validate_measure_simple(const struct validate_view *view, struct validate_value *values);
void validate_measure_degrees(const struct validate_view *view, struct validate_value *values);

#endif
