/**
 * Publications as rows of text: `time,node,topic,size`, from a CSV file or written out.
 *
 * The first line that is neither empty nor a comment (`#`) is a header, which names the columns in
 * any order; `time` and `node` must be there. A time is a duration, or a number of seconds; a size
 * has a unit, or is a number of bytes. A field may stand in quotes, which are then doubled in it.
 *
 * Cost: one pass; a million rows take about a second.
 */
#ifndef GOSSIM_SCENARIOS_TRAFFIC_ROWS_H
#define GOSSIM_SCENARIOS_TRAFFIC_ROWS_H

#include "scenarios/scenario_read.h"
#include "scenarios/text.h"

struct traffic_text {
    struct scenario_reader *reader;
    const struct yaml_node *node; // what the rows stand in, or what names their file
    const char *path;             // of the file; NULL: they stand in the scenario
    const char *text;             // [size]
    size_t size;
};

/** Reads the rows into the series; reports every bad one. */
bool traffic_rows_read(const struct traffic_text *text, struct scenario_publish *publish);

/** Writes the rows of a series, each in a line that begins with the indent. */
void traffic_rows_write(struct text *text, const struct scenario *scenario,
                        const struct scenario_publish *publish, const char *indent);

#endif
