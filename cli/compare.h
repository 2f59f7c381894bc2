/**
 * One call of `gossim compare`, for the files that it is made of: compare.c keeps house,
 * compare_runs.c makes runs of two scenarios, compare_points.c reads those of two points of a
 * sweep's database, which compare_repeat.c makes again if figures are drawn, and compare_print.c
 * and compare_json.c say what came of it.
 *
 *     two scenarios ────────▶ runs, in processes ─┐
 *                                                 ├─▶ figures by seed ─▶ analysis/comparison.h
 *     two points of sweep.db ─▶ their rows ───────┘
 */
#ifndef GOSSIM_CLI_COMPARE_H
#define GOSSIM_CLI_COMPARE_H

#include "analysis/comparison.h"
#include "cli/compare_options.h"
#include "cli/sweep.h"

/** What there is to compare. */
struct compare_data {
    char *titles[2];     // what A and B are: a file with its settings, or a point
    char *scenario;      // name of the first
    uint64_t first_seed; // of seeds that follow each other
    bool stopped;        // points of a sweep with `until`
    uint32_t pairs;
    struct sweep_run *runs;      // [2 × pairs], those of A first
    struct latency_steps *steps; // the same; NULL: not known
    char *scenarios[2];          // their canonical forms, at a seed of its own
};

/** Simulates both scenarios at all seeds. False with a failure, `*explained` if that is printed. */
FAILURE_WARN_UNUSED bool compare_simulate(struct compare_data *data,
                                          const struct compare_options *options,
                                          struct arena *arena, bool *explained,
                                          struct failure *failure);

/** Reads the rows of two points. False with a failure. */
FAILURE_WARN_UNUSED bool compare_read_points(struct compare_data *data,
                                             const struct compare_options *options,
                                             struct arena *arena, struct failure *failure);

/**
 * Simulates the runs of two points that were read once more, for what their rows do not hold: the
 * distributions of latencies, and the scenarios' hashes. A run that comes to another digest than
 * that of its row is a failure; `*explained` as above.
 */
FAILURE_WARN_UNUSED bool compare_repeat_points(struct compare_data *data,
                                               const struct compare_options *options,
                                               struct arena *arena, bool *explained,
                                               struct failure *failure);

void compare_print(const struct comparison *comparison, const struct compare_data *data, FILE *out);
bool compare_write_json(const struct comparison *comparison, const struct compare_data *data,
                        FILE *out);

#endif
