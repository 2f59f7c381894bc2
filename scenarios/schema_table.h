/**
 * The rows behind schema.h, for its own files only.
 */
#ifndef GOSSIM_SCENARIOS_SCHEMA_TABLE_H
#define GOSSIM_SCENARIOS_SCHEMA_TABLE_H

#include "scenarios/schema.h"

/** A second name of a key: the specification's. */
struct schema_alias {
    enum schema_key key;
    const char *name;
};

extern const struct schema_row schema_rows[SCHEMA_KEY_COUNT];
extern const struct schema_alias schema_aliases[];
extern const size_t schema_alias_count;

#endif
