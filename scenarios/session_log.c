#include "scenarios/session_log.h"

static void on_record(void *context, const struct trace_record *record) {
    struct session_log *log = context;
    if (log->record_count == log->record_capacity) {
        log->records = pool_grow(&log->pool, log->records, &log->record_capacity,
                                 log->record_count + 1, sizeof *log->records);
    }
    log->records[log->record_count++] = *record;
}

static void on_draw(void *context, const struct session_draw *draw) {
    struct session_log *log = context;
    if (log->draw_count == log->draw_capacity) {
        log->draws = pool_grow(&log->pool, log->draws, &log->draw_capacity, log->draw_count + 1,
                               sizeof *log->draws);
    }
    log->draws[log->draw_count++] = *draw;
}

void session_log_init(struct session_log *log, struct arena *arena) {
    *log = (struct session_log){.record_count = 0};
    pool_init(&log->pool, arena, MEMORY_TRACE);
}

struct session_hooks session_log_hooks(struct session_log *log) {
    return (struct session_hooks){.context = log, .on_record = on_record, .on_draw = on_draw};
}

void session_log_forget(struct session_log *log) {
    log->record_count = 0;
    log->draw_count = 0;
}
