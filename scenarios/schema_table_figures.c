#include "scenarios/schema_table.h"

#include "scenarios/scenario.h"
#include "scenarios/sweep.h"

#include <stddef.h>

const struct schema_row schema_rows_figures[SCHEMA_KEY_COUNT] = {
    [KEY_MEASURE_AFTER] = {.parent = KEY_MEASURE,
                           .name = "after",
                           .type = SCHEMA_DURATION,
                           .offset = offsetof(struct scenario_window, from_ns),
                           .max = SCENARIO_TIME_MAX_NS,
                           .fallback = "0s",
                           .meaning = "figures are about what is published and sent from then on; "
                                      "below `until` and `duration`"},
    [KEY_MEASURE_UNTIL] = {.parent = KEY_MEASURE,
                           .name = "until",
                           .type = SCHEMA_DURATION,
                           .offset = offsetof(struct scenario_window, until_ns),
                           .min = 1,
                           .max = SCENARIO_TIME_MAX_NS,
                           .otherwise = "`duration`",
                           .meaning = "and before then"},
    [KEY_LIMITS_EVENTS_PER_INSTANT] =
        {.parent = KEY_LIMITS,
         .name = "events_per_instant",
         .type = SCHEMA_WHOLE_LONG,
         .offset = offsetof(struct scenario_limits, events_per_instant),
         .max = INT64_MAX,
         .fallback = "0",
         .meaning = "a run ends with more events at one instant of virtual time; 0: as many as no "
                    "run needs, by the numbers of nodes, links, topics, heartbeats and messages"},
    [KEY_SWEEP_ZIP] = {.parent = KEY_SWEEP,
                       .name = "zip",
                       .type = SCHEMA_SWEEP_ZIP,
                       .fallback = "[]",
                       .meaning = "paths whose values go in lock step: as many for each"},
    [KEY_SWEEP_WHERE] = {.parent = KEY_SWEEP,
                         .name = "where",
                         .type = SCHEMA_SWEEP_WHERE,
                         .fallback = "[]",
                         .meaning = "comparisons of paths and values; points that do not meet all "
                                    "of them are left out"},
    [KEY_SWEEP_REPEAT] = {.parent = KEY_SWEEP,
                          .name = "repeat",
                          .type = SCHEMA_WHOLE,
                          .min = 1,
                          .max = SWEEP_REPEAT_MAX,
                          .fallback = "10",
                          .meaning = "replicates of each point, at `seed` and the seeds that "
                                     "follow, the same ones for all points"},
    [KEY_SWEEP_UNTIL] = {.parent = KEY_SWEEP,
                         .name = "until",
                         .type = SCHEMA_SWEEP_UNTIL,
                         .fallback = "[]",
                         .meaning = "how well means are to be known: a point gets more than "
                                    "`repeat` replicates until half of each interval is below its "
                                    "limit"},
    [KEY_SWEEP_MAX_REPEAT] = {.parent = KEY_SWEEP,
                              .name = "max_repeat",
                              .type = SCHEMA_WHOLE,
                              .min = 1,
                              .max = SWEEP_REPEAT_MAX,
                              .otherwise = "ten times `repeat`",
                              .meaning = "replicates of a point at most; with `until`, not below "
                                         "`repeat`"},
};
