/**
 * The tables of a run: tab-separated text with one header line whose column names carry the units.
 *
 *     delivery.tsv     one row per delivery, grouped by message, if wanted: six times the trace
 *     messages.tsv     one row per planned message
 *     nodes.tsv        one row per node
 *     latency_cdf.tsv  share of expected receivers reached, by latency: `all`, then single messages
 *                      (analysis/cdf.h)
 *     hops.tsv         deliveries by topic and hop count, beside the topic's lower bound
 *     depth.tsv        where each topic's lower bound comes from (analysis/hops.h)
 *     mesh_degree.tsv  mesh degrees by topic and sampling instant, where the topic has nodes
 *     gauges.tsv       what routers' metrics say of their meshes, by topic and sampling instant
 *     traffic.tsv      RPCs and bytes by kind in each sampling interval (analysis/traffic.h)
 *
 * Times are virtual nanoseconds, numbers have a decimal point, and a value that does not exist is
 * NA.
 */
#ifndef GOSSIM_ANALYSIS_TABLES_H
#define GOSSIM_ANALYSIS_TABLES_H

#include "analysis/run_data.h"
#include "base/failure.h"

#include <stdbool.h>

/** Which tables are wanted. */
enum table_choice {
    TABLES_USUAL, // all but delivery.tsv
    TABLES_ALL
};

/**
 * Writes tables to `folder`/tables, which is made unless it is there.
 *
 * Errors: a file that cannot be written (disk full, no right) is named; files written before it
 *         stay.
 * Cost:   linear in the run.
 */
FAILURE_WARN_UNUSED bool analysis_write_tables(const struct run_data *run, enum table_choice choice,
                                               const char *folder, struct failure *failure);

#endif
