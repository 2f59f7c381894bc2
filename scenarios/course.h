/**
 * The course of a run: the instants at which its clock stops so that somebody can look, and what is
 * done at them. What lets time pass in between is whoever runs the fleet: run.c as fast as it goes,
 * session.c event by event.
 *
 *     begin ─▶ [ pass time up to course_stop_ns() ─▶ course_look() ]… ─▶ end
 */
#ifndef GOSSIM_SCENARIOS_COURSE_H
#define GOSSIM_SCENARIOS_COURSE_H

#include "scenarios/run.h"

#include <stdbool.h>
#include <stdint.h>

struct course {
    struct fleet *fleet;
    int64_t interval_ns; // between samples
    int64_t sample_ns;   // when the next is due
};

/** A fleet that was just built sets out. `writer` gets its trace; NULL: nothing is written. */
void course_begin(struct course *course, struct fleet *fleet, struct trace_writer *writer);

/** Whether the clock has come to the end of the scenario. */
bool course_is_over(const struct course *course);

/** The next instant at which the clock has to stop, once all events before it are handled. */
int64_t course_stop_ns(const struct course *course);

/** The clock stands there: samples are taken, windows begin and end. */
void course_look(struct course *course);

/** Closes the books of a run, which is complete or was ended early. */
void course_end(struct course *course, bool complete, struct run_result *result);

#endif
