/**
 * The canonical form, section by section: for the scenario_write*.c files only.
 */
#ifndef GOSSIM_SCENARIOS_SCENARIO_WRITING_H
#define GOSSIM_SCENARIOS_SCENARIO_WRITING_H

#include "scenarios/scenario.h"
#include "scenarios/scenario_print.h"
#include "scenarios/schema.h"

/** A text being written, and the scenario it shows. */
struct writing {
    struct text text;
    struct arena *scratch;
    const struct scenario *scenario;
};

/** All keys below the parent in one line: `{key: value, …}`. */
void write_inline(struct writing *writing, enum schema_key parent, const void *base);

void write_topology(struct text *text, const struct scenario *scenario);
void write_regions(struct text *text, const struct scenario_regions *regions);
void write_groups(struct writing *writing);
void write_sweep(struct text *text, const struct scenario_sweep *sweep);
void write_family(struct writing *writing, const struct scenario_family *family);
void write_publish(struct writing *writing, const struct scenario_publish *publish);
void write_roles(struct writing *writing, const struct scenario_roles *roles);
/** What a fault does: its verb and the rest. */
void write_fault(struct writing *writing, const struct scenario_event *event);
void write_churn(struct writing *writing, const struct scenario_churn *churn);
void write_event(struct writing *writing, const struct scenario_event *event);

#endif
