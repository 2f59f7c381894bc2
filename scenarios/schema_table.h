/**
 * The rows behind schema.h, for its own files only.
 */
#ifndef GOSSIM_SCENARIOS_SCHEMA_TABLE_H
#define GOSSIM_SCENARIOS_SCHEMA_TABLE_H

#include "scenarios/schema.h"

// No parameter of a distribution is longer than this: sums of times then stay in range, see
// read_lognormal().
#define DELAY_MAX_NS UINT64_C(86400000000000)

/** A second name of a key: the specification's. */
struct schema_alias {
    enum schema_key key;
    const char *name;
};

/** The rows of the keys before KEY_TOPIC_NAME, and of those from it on: each has room for all. */
extern const struct schema_row schema_rows_world[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_traffic[SCHEMA_KEY_COUNT];
extern const struct schema_alias schema_aliases[];
extern const size_t schema_alias_count;

#endif
