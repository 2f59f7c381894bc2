/**
 * The summary of a run: its figures under the names of DESIGN.md §5, for people, as JSON, and for
 * expectations.
 */
#ifndef GOSSIM_CLI_SUMMARY_H
#define GOSSIM_CLI_SUMMARY_H

#include "analysis/statistics.h"
#include "scenarios/run.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** One expectation of the scenario and what the run made of it. */
struct summary_expectation {
    const char *text;
    bool defined; // false: the figure is 0/0, and the expectation fails
    bool ok;
    double value;
};

struct load_request;
struct run_stats;

/** Where a run came from and went to, for the commands that show more of it. */
struct summary_source {
    const struct load_request *request; // NULL: not known, and no command is named
    enum trace_level level;
    const char *place; // the folder of its results
};

/** What the machine did, as opposed to the model. */
struct summary_machine {
    double wall_s;           // of the simulation, without loading and figures
    uint64_t peak_rss_bytes; // of the process until the summary was written
};

/** What figures of a scope are made of. */
struct summary_part {
    const struct run_counts *counts;
    struct statistics latency_ns;
    bool has_meshes; // some of its nodes keep any
};

struct summary {
    const struct scenario *scenario;
    const struct run_result *result;
    struct summary_part measured;
    struct summary_machine machine;
    struct summary_source source;
    const struct run_stats *stats;            // NULL: not asked for
    struct summary_expectation *expectations; // [scenario->expectation_count]
    uint32_t failed_expectations;
};

/** Computes figures and expectations. Borrows both; memory comes from `arena`. */
void summary_init(struct summary *summary, struct arena *arena, const struct scenario *scenario,
                  const struct run_result *result, struct summary_machine machine);

/** The value of a figure in ns, bytes or as a plain number; false where it is undefined. */
bool summary_metric(const struct summary *summary, enum metric metric, double *value);

/** What a person reads in ten seconds. */
void summary_print(const struct summary *summary, FILE *out);

/** One JSON object and a newline; false if it could not be written. */
bool summary_write_json(const struct summary *summary, FILE *out);

#endif
