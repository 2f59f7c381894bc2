/**
 * The single tables of analysis/tables.h. Each writes its header and rows to an open file, whose
 * errors stick; `scratch` is memory that ends with the writing.
 */
#ifndef GOSSIM_ANALYSIS_TABLES_PARTS_H
#define GOSSIM_ANALYSIS_TABLES_PARTS_H

#include "analysis/run_data.h"
#include "analysis/table_file.h"
#include "base/arena.h"

typedef void (*table_writer)(struct table_file *file, const struct run_data *run,
                             struct arena *scratch);

void table_delivery(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_messages(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_nodes(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_latency_cdf(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_hops(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_depth(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_mesh_degree(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_gauges(struct table_file *file, const struct run_data *run, struct arena *scratch);
void table_traffic(struct table_file *file, const struct run_data *run, struct arena *scratch);

/** The same for the bins that the figure draws (analysis/traffic.h). */
void table_traffic_bins(struct table_file *file, const struct run_data *run, struct arena *scratch);

#endif
