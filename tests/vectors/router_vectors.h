/**
 * Replays of the router: one recorded case is run many times, each time with another seed, and what
 * was seen is compared with what was recorded (case_tally.h).
 *
 * A case is run as often as it was recorded, and ROUTER_RUNS_IN_DOUBT times if it then seems to
 * disagree.
 */
#ifndef GOSSIM_TESTS_VECTORS_ROUTER_VECTORS_H
#define GOSSIM_TESTS_VECTORS_ROUTER_VECTORS_H

#include "tests/vectors/vector_json.h"
#include "tests/vectors/vector_report.h"

#include <stdbool.h>

enum { ROUTER_RUNS_IN_DOUBT = 480 };

/** Replays one case, which it begins and ends; nothing is reported if the line is malformed. */
void replay_router(struct vector_report *report, struct vector_line *line, const json_t *recorded,
                   bool metrics_build);

#endif
