#include "scenarios/schema_table.h"

#include "scenarios/scenario.h"

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
};
