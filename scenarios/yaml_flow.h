/**
 * A YAML tree as text of one line that reads back as the same tree.
 */
#ifndef GOSSIM_SCENARIOS_YAML_FLOW_H
#define GOSSIM_SCENARIOS_YAML_FLOW_H

#include "scenarios/text.h"
#include "scenarios/yaml_document.h"

/** Adds the node; what was written without quotes stays so where one line lets it. */
void yaml_flow(struct text *text, const struct yaml_node *node);

/** Adds a string in double quotes. */
void yaml_flow_quoted(struct text *text, const char *string, size_t size);

#endif
