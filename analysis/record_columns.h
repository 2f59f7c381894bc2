/**
 * The fields of a trace record by name: what every export of records agrees on.
 *
 * A record has two numbers whose meaning its kind decides; here each meaning has a column of its
 * own, which is absent for the other kinds. A number that no meaning is known for stands in `value`
 * or `extra`, unless it is 0: so nothing of a record is lost, and record_from_columns() gives it
 * back.
 */
#ifndef GOSSIM_ANALYSIS_RECORD_COLUMNS_H
#define GOSSIM_ANALYSIS_RECORD_COLUMNS_H

#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

enum record_column {
    COLUMN_AT_NS,    // virtual time
    COLUMN_NODE,     // whose record it is
    COLUMN_KIND,     // text: what happened
    COLUMN_PEER,     // the other node
    COLUMN_TOPIC,    // text: its name
    COLUMN_MESSAGE,  // its number
    COLUMN_REASON,   // text: why
    COLUMN_RPC,      // text: the kind of an RPC
    COLUMN_CAUSE,    // text: why an RPC was dropped
    COLUMN_BYTES,    // of an RPC with its length prefix, or of a published message's data
    COLUMN_ENTRIES,  // of an RPC
    COLUMN_HOPS,     // from the publisher
    COLUMN_EXPECTED, // receivers of a publication; of a delivery 1 if it was expected
    COLUMN_SIZE,     // of the mesh or fanout after it
    COLUMN_VALUE,    // see enum trace_kind
    COLUMN_EXTRA,
    COLUMN_COUNT
};

struct record_field {
    bool present;
    const char *text; // NULL: a number
    int64_t number;
};

/** The name of a column, as it stands in JSON, CSV and SQL. */
const char *record_column_name(enum record_column column);

/** Whether a column holds text. */
bool record_column_is_text(enum record_column column);

/** The fields of a record, whose topics have these names. */
void record_to_columns(const struct trace_record *record, const char *const *topics,
                       struct record_field fields[COLUMN_COUNT]);

/** The record that has these fields; false if it is none of ours. */
bool record_from_columns(const struct record_field fields[COLUMN_COUNT], const char *const *topics,
                         uint32_t topic_count, struct trace_record *record);

#endif
