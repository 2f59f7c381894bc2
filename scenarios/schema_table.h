/**
 * The rows behind schema.h, for its own files only.
 */
#ifndef GOSSIM_SCENARIOS_SCHEMA_TABLE_H
#define GOSSIM_SCENARIOS_SCHEMA_TABLE_H

#include "scenarios/schema.h"

// No parameter of a distribution is longer than this: sums of times then stay in range, see
// read_lognormal().
#define DELAY_MAX_NS UINT64_C(86400000000000)

/** A clock runs half as fast to half as fast again, in parts per billion. */
#define DRIFT_MAX_PPB UINT64_C(500000000)

/** The largest exponent of Zipf's law. */
#define ZIPF_EXPONENT_MAX_PPM 4000000

/** A second name of a key: the specification's. */
struct schema_alias {
    enum schema_key key;
    const char *name;
};

/** The rows by section; each table has room for all keys, and no key has a row in two. */
extern const struct schema_row schema_rows_world[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_router[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_nodes[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_topology[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_links[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_traffic[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_events[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_figures[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_faults[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_churn[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_forms[SCHEMA_KEY_COUNT];
extern const struct schema_row schema_rows_roles[SCHEMA_KEY_COUNT];
extern const struct schema_alias schema_aliases[];
extern const size_t schema_alias_count;

struct schema_form {
    const char *json;    // members of an object of JSON Schema; see schema_forms.c
    const char *example; // a value, as YAML of one line
};

/** CHECKs that the type has one, which every type of a key must. */
struct schema_form schema_form(enum schema_type type);

#endif
