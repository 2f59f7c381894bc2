/**
 * Reading the steps of a recorded case: for router_case.c alone.
 */
#ifndef GOSSIM_TESTS_VECTORS_CASE_STEPS_H
#define GOSSIM_TESTS_VECTORS_CASE_STEPS_H

#include "tests/vectors/router_case.h"

/** Reads what a step does. */
void case_step_read(struct router_case *read, struct vector_line *line, const json_t *object,
                    struct case_step *step);

#endif
