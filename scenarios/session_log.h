/**
 * What the latest event of a session has left: its records and its draws, for those who look at one
 * event at a time.
 */
#ifndef GOSSIM_SCENARIOS_SESSION_LOG_H
#define GOSSIM_SCENARIOS_SESSION_LOG_H

#include "scenarios/session.h"

#include <stdint.h>

struct session_log {
    struct pool pool;
    struct trace_record *records; // [record_count]
    uint32_t record_count;
    uint32_t record_capacity;
    struct session_draw *draws; // [draw_count]
    uint32_t draw_count;
    uint32_t draw_capacity;
};

/** An empty log; it stays where it is while a session has its hooks. */
void session_log_init(struct session_log *log, struct arena *arena);

/** Hooks that add to the log. */
struct session_hooks session_log_hooks(struct session_log *log);

/** Empties it: before the next event. */
void session_log_forget(struct session_log *log);

#endif
