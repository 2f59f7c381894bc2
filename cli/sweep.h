/**
 * One call of `gossim sweep`, for the files that it is made of: sweep.c keeps house, sweep_runs.c
 * is what a process of a run does, sweep_place.c and sweep_database.c keep what came of it,
 * sweep_print.c, sweep_list.c and sweep_json.c say it. Under mpirun all ranks come here; the first
 * one does what a single process does, but for the runs, which team.h spreads over all.
 *
 * Runs are done replicate by replicate, all points of one before the next, so that a sweep that was
 * ended early has about as many replicates of each point.
 *
 * With `until` a sweep goes in rounds (sweep_rounds.c): all points get `repeat` replicates; those
 * that are not known well enough then get some more, and so on. What counts at a point are its
 * first `wanted` replicates, whatever else the database has.
 */
#ifndef GOSSIM_CLI_SWEEP_H
#define GOSSIM_CLI_SWEEP_H

#include "analysis/latency_steps.h"
#include "analysis/replicates.h"
#include "cli/sweep_options.h"
#include "scenarios/sweep.h"
#include "sim/ties.h"
#include "trace/digest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sweep_database;

enum { SWEEP_RUNS_MAX = 10000000 };

/** What a sweep is: a scenario, its points, and the seeds of its replicates. */
struct sweep_study {
    const struct load_request *request;
    const struct scenario *scenario; // with its sweep
    struct digest identity;          // of the scenario without its sweep
    const char *text;                // likewise, the canonical form
    struct sweep_points points;
    struct digest *hashes; // [points.count] of the scenario at each point and the first seed
    int64_t *ids;          // [points.count] in the database
    uint8_t *done;         // [runs] whether the database has it
    uint32_t repeat;       // replicates of each point at most
    uint32_t *wanted;      // [points.count] of these, the first ones that count
    uint8_t *open;         // [points.count] whether it is to be looked at again: for sweep_rounds.c
    bool explained;        // what is wrong with a point is on standard error
};

/**
 * Lays out points and replicates, and reads the scenario at each point: what is wrong with any is
 * known before the first run. False with a failure; where that is `explained`, messages are
 * printed.
 */
FAILURE_WARN_UNUSED bool sweep_prepare(struct sweep_study *study, struct arena *arena,
                                       struct failure *failure);

/** Notes what the scenario is without its sweep; false after messages. */
bool sweep_identify(struct sweep_study *study, struct arena *arena);

/** The scenario at a point and the first seed; NULL after messages. */
const struct scenario *sweep_load_point(const struct sweep_study *study, struct arena *arena,
                                        uint32_t point);

/** A run's number: replicate after replicate. */
static inline uint32_t sweep_run_of(const struct sweep_study *study, uint32_t point,
                                    uint32_t replicate) {
    return replicate * study->points.count + point;
}

static inline uint32_t sweep_point_of(const struct sweep_study *study, uint32_t run) {
    return run % study->points.count;
}

static inline uint32_t sweep_replicate_of(const struct sweep_study *study, uint32_t run) {
    return run / study->points.count;
}

static inline uint32_t sweep_run_count(const struct sweep_study *study) {
    return study->points.count * study->repeat;
}

/** Whether a run counts as things stand. */
static inline bool sweep_is_wanted(const struct sweep_study *study, uint32_t run) {
    return sweep_replicate_of(study, run) < study->wanted[sweep_point_of(study, run)];
}

/** Replicates of all points that count. */
static inline uint32_t sweep_wanted_count(const struct sweep_study *study) {
    uint32_t count = 0;
    for (uint32_t point = 0; point < study->points.count; point++) {
        count += study->wanted[point];
    }
    return count;
}

static inline uint32_t sweep_done_count(const struct sweep_study *study) {
    uint32_t count = 0;
    for (uint32_t run = 0; run < sweep_run_count(study); run++) {
        count += study->done[run];
    }
    return count;
}

uint64_t sweep_seed_of(const struct sweep_study *study, uint32_t run);

/** What a run leaves. Holds no pointers: it comes from another process. */
struct sweep_run {
    struct digest digest;
    struct digest records;  // the digest but for the seed
    struct digest scenario; // hash of the canonical form at this point and seed
    double wall_s;
    uint32_t expectations;
    uint32_t failed_expectations;
    struct figure_value figures[SWEEP_FIGURE_COUNT];
};

/** XXH3-128 of a text, as `xxhsum -H128` prints it. */
struct digest sweep_hash(const char *text);

/** A hash of all that says which runs there are: points, replicates, the first seed. For processes
 * of one sweep to compare. */
struct digest sweep_plan(const struct sweep_study *study);

/** The options of the call without those that are about the sweep: what a run is made of. */
void sweep_begin_request(struct load_request *request, const struct sweep_study *study);

/** Adds what makes a point of the scenario; false after a message. */
bool sweep_add_settings(struct load_request *request, const struct sweep_study *study,
                        uint32_t point);

/** Simulates a scenario as it is asked for, in this process. */
FAILURE_WARN_UNUSED bool sweep_simulate_request(const struct load_request *request,
                                                struct sweep_run *result, struct failure *failure);

/** The same, with the distribution of its latencies. NULL is allowed. */
FAILURE_WARN_UNUSED bool sweep_simulate_steps(const struct load_request *request,
                                              struct sweep_run *result, struct latency_steps *steps,
                                              struct failure *failure);

/** As the first, with simultaneous events in another order. */
FAILURE_WARN_UNUSED bool sweep_simulate_tied(const struct load_request *request, enum ties ties,
                                             struct sweep_run *result, struct failure *failure);

/** Simulates a run, in this process. */
FAILURE_WARN_UNUSED bool sweep_simulate(const struct sweep_study *study, uint32_t run,
                                        struct sweep_run *result, struct failure *failure);

/**
 * Looks at the points whose wanted replicates are all there, and wants more where they do not tell
 * enough. `*more` says whether there is another round.
 */
FAILURE_WARN_UNUSED bool sweep_next_round(struct sweep_study *study,
                                          struct sweep_database *database, bool *more,
                                          struct failure *failure);

/** How well a point is known. */
struct sweep_knowledge {
    bool enough;    // `until` holds; true where there is none
    uint32_t equal; // values of the figure of `until` that has fewest, if all are the same; or 0
};

/** Looks at the figures that `until` names. */
FAILURE_WARN_UNUSED bool sweep_look(const struct sweep_study *study,
                                    struct sweep_database *database, uint32_t point,
                                    struct sweep_knowledge *known, struct failure *failure);

/** The confidence of all intervals of a sweep: what `until` asks for, or 95 %. */
double sweep_confidence(const struct sweep_study *study);

/** The shell command that repeats a run; `out` gets it. */
void sweep_print_command(const struct sweep_study *study, uint32_t run, FILE *out);

/** The runs, and which are done: lines, or JSON. */
void sweep_list(const struct sweep_study *study, FILE *out);
bool sweep_write_list_json(const struct sweep_study *study, FILE *out);

/** What is known of the figures that are shown. */
struct sweep_table {
    const struct sweep_study *study;
    const struct sweep_figures *figures;
    const char *place;             // of the database
    struct replicates *cells;      // [points × figures]
    struct sweep_knowledge *known; // [points]
    uint32_t runs;                 // that are done
    uint32_t runs_before;          // this call
    uint64_t failed_runs;          // of which an expectation failed
};

static inline const struct replicates *sweep_cell(const struct sweep_table *table, uint32_t point,
                                                  uint32_t figure) {
    return &table->cells[(size_t)point * table->figures->count + figure];
}

/** Says of which ranges the steps pass the end by, a line each. */
void sweep_print_unreached(const struct sweep_study *study, FILE *out);

void sweep_print(const struct sweep_table *table, FILE *out);
bool sweep_write_json(const struct sweep_table *table, FILE *out);

#endif
