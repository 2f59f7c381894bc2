/**
 * What a run takes of the machine: memory by category, what happened how often, processor time.
 *
 * The categories are what the run's arena has handed out when time has passed; the analysis that
 * comes after it is a line of its own. The arena takes more from the system than it hands out, and
 * of that only pages that somebody touched are memory of the machine: so the sum may be above the
 * peak as well as below.
 */
#ifndef GOSSIM_CLI_STATS_H
#define GOSSIM_CLI_STATS_H

#include "base/arena.h"
#include "scenarios/run.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

enum stats_phase {
    STATS_LOADING,  // the scenario's file
    STATS_BUILDING, // graph, plan, routers
    STATS_RUNNING,  // virtual time
    STATS_ANALYSIS, // tables and figures, gnuplot apart
    STATS_PHASE_COUNT
};

struct run_stats {
    uint64_t category_bytes[MEMORY_CATEGORY_COUNT]; // as time has passed
    uint64_t sum_bytes;
    uint64_t analysis_bytes;
    uint64_t arena_bytes;   // from the system, touched or not
    uint64_t program_bytes; // resident before anything was loaded
    uint64_t peak_rss_bytes;
    uint64_t estimate_bytes; // of that, before anything was built; 0: nobody asked
    uint64_t nodes;
    uint64_t events;
    uint64_t heartbeats;
    uint64_t published;
    double cpu_s[STATS_PHASE_COUNT];
    uint64_t peak_bytes[STATS_PHASE_COUNT]; // as each phase ends
    double cpu_before_s;                    // when the phase began
};

/** To be called first of all, and then as each phase ends. */
void stats_start(struct run_stats *stats);
void stats_end_phase(struct run_stats *stats, enum stats_phase phase);

/** Time has passed. */
void stats_take_run(struct run_stats *stats, const struct arena *arena,
                    const struct run_result *result);

/** All is done, but for what is printed. */
void stats_end(struct run_stats *stats, const struct arena *arena);

void stats_print(const struct run_stats *stats, FILE *out);

/** The same as an object of JSON. */
json_t *stats_json(const struct run_stats *stats);

/** What a run of a scenario will need, which is not yet built. */
void stats_print_estimate(const struct scenario *scenario, uint64_t program_bytes, FILE *out);

#endif
