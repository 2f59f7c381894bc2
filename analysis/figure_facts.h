/**
 * What the gnuplot scripts are told about a run, beside the tables they draw: sizes of axes, units,
 * sentences.
 *
 * Each function writes definitions of gnuplot variables, one a line. Those that return false have
 * found nothing to draw.
 */
#ifndef GOSSIM_ANALYSIS_FIGURE_FACTS_H
#define GOSSIM_ANALYSIS_FIGURE_FACTS_H

#include "analysis/propagation.h"
#include "analysis/run_data.h"
#include "analysis/table_file.h"
#include "analysis/topic_colours.h"
#include "base/arena.h"

#include <stdbool.h>

/** What a figure may draw on; the propagation is worked out before. */
struct figure_input {
    const struct run_data *run;
    const struct propagation *propagation;
    struct arena *scratch;
};

typedef bool (*figure_facts)(struct table_file *file, const struct figure_input *input);

/** The topics that are told apart, for the figures that do. */
void figure_facts_topics(struct table_file *file, const struct run_data *run,
                         const struct topic_colours *colours);

/** Scenario, seed and digest, for every figure. */
void figure_facts_run(struct table_file *file, const struct figure_input *input);

bool figure_facts_latency(struct table_file *file, const struct figure_input *input);
bool figure_facts_hops(struct table_file *file, const struct figure_input *input);
bool figure_facts_mesh(struct table_file *file, const struct figure_input *input);
bool figure_facts_duplicates(struct table_file *file, const struct figure_input *input);
bool figure_facts_traffic(struct table_file *file, const struct figure_input *input);
bool figure_facts_propagation(struct table_file *file, const struct figure_input *input);

#endif
