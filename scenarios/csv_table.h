/**
 * A table in a CSV file beside a scenario, or as text in it: fields between commas, one row a line.
 *
 * Blank lines and lines that begin with # are passed over; blanks and quotes around a field do not
 * belong to it. What is wrong is reported with the file, its line and column, or with the row and
 * column of the text.
 */
#ifndef GOSSIM_SCENARIOS_CSV_TABLE_H
#define GOSSIM_SCENARIOS_CSV_TABLE_H

#include "scenarios/scenario_read.h"

struct csv_text {
    const char *text;
    uint32_t size;
};

struct csv_table {
    struct scenario_reader *reader;
    const struct yaml_node *node; // the text, or what names the file
    const char *path;             // of the file; NULL: the rows stand in the scenario
    const char *at;               // the rest of the file
    const char *end;
    const char *line_start;
    uint32_t line;
    struct csv_text *fields; // [field_count] of the row
    uint32_t field_count;
    uint32_t field_capacity;
};

/** Opens the file that a value names, from the scenario's folder; false after a report. */
bool csv_table_open(struct csv_table *table, struct scenario_reader *reader,
                    const struct yaml_node *name, enum schema_key key);

/** Goes through the rows that a value holds, a text. */
void csv_table_open_text(struct csv_table *table, struct scenario_reader *reader,
                         const struct yaml_node *text);

/** Takes the fields of the next row; false at the end. */
bool csv_table_next(struct csv_table *table);

/** Reports a field of the row: "found …; " and `why`. Returns false. */
bool csv_table_refuse(const struct csv_table *table, uint32_t field, const char *why);

/** Reports the row as a whole: the message is `why`. Returns false. */
bool csv_table_refuse_row(const struct csv_table *table, const char *why);

/** A duration, or a number of seconds, of at most `max_ns`; false after a report. */
bool csv_table_time(const struct csv_table *table, uint32_t field, int64_t max_ns, int64_t *ns);

/** An index of a node of the scenario; false after a report. */
bool csv_table_node(const struct csv_table *table, uint32_t field, uint32_t *node);

/** A duration of at most `max_ns`; false after a report. */
bool csv_table_duration(const struct csv_table *table, uint32_t field, int64_t max_ns, int64_t *ns);

#endif
