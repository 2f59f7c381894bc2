/**
 * Parts of the JSON of a sweep that its list of runs has as well.
 */
#ifndef GOSSIM_CLI_SWEEP_JSON_H
#define GOSSIM_CLI_SWEEP_JSON_H

#include "cli/sweep.h"

#include <jansson.h>

/** The values of a point by path: numbers where they are, or else text as in the scenario. */
json_t *sweep_json_values(const struct sweep_study *study, uint32_t point);

/** By path, the ends of ranges that their steps pass by. */
json_t *sweep_json_unreached(const struct sweep_study *study);

#endif
