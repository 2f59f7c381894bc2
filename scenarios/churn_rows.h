/**
 * A churn as rows of text: `time,node,up` or `time,node,down`, from a CSV file or written out.
 *
 * A line `time,node,state` may stand before the rows. They come in the order of time; a time is a
 * duration, or a number of seconds. Each row changes its node: one that is up goes down, and one
 * that is down comes up; the first row of a node says which it was before.
 *
 * Cost: one pass; a million rows take less than a second.
 */
#ifndef GOSSIM_SCENARIOS_CHURN_ROWS_H
#define GOSSIM_SCENARIOS_CHURN_ROWS_H

#include "scenarios/scenario_read.h"
#include "scenarios/text.h"

/** Reads the rows that a value holds, or those of the file that it names; reports every bad one. */
bool churn_rows_read(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, struct scenario_churn *churn);

/** Writes the rows, each in a line that begins with the indent. */
void churn_rows_write(struct text *text, const struct scenario_churn *churn, const char *indent);

#endif
