#include "cli/verify_ways.h"

#include "scenarios/session.h"

#include <string.h>

const struct verify_way verify_ways[] = {
    {.name = "a plain run", .threads = 1},
    {.name = "a plain run, again", .threads = 1},
    {.name = "event by event, beside another run", .threads = 1, .steps = true},
    {.name = "two threads", .threads = 2},
    {.name = "three threads", .threads = 3},
    {.name = "eight threads", .threads = 8},
    {.name = "RPCs written and read", .threads = 1, .encodes = true},
    {.name = "with metrics", .threads = 1, .metered = true},
};
const uint32_t verify_way_count = sizeof verify_ways / sizeof verify_ways[0];

enum { TURN_EVENTS = 100 };

static struct run_options options_of(const struct verify_way *way, bool traced) {
    return (struct run_options){
        .wire = way->encodes ? RUN_WIRE_ENCODE : RUN_WIRE_SIZE,
        .threads = way->threads,
        .keep_threads = true,
        .metered = way->metered,
        .level = traced ? TRACE_LEVEL_FULL : TRACE_LEVEL_NONE,
    };
}

/** One run of a scenario: where it is made, and who gets its trace. */
struct verify_setting {
    struct arena *arena;
    const struct scenario *scenario;
    struct trace_writer *writer; // NULL: nobody
};

/** In turns with a run of another seed. */
static bool run_beside(const struct verify_setting *setting, struct run_result *result,
                       struct failure *failure) {
    struct arena *arena = setting->arena;
    struct scenario *another = arena_take(arena, MEMORY_TABLES, sizeof *another);
    *another = *setting->scenario;
    another->seed++;
    const struct session_options own = {.writer = setting->writer, .level = TRACE_LEVEL_FULL};
    const struct session_options plain = {.writer = NULL};
    struct session *session = session_open(arena, setting->scenario, &own, failure);
    struct session *beside = session == NULL ? NULL : session_open(arena, another, &plain, failure);
    if (beside == NULL) {
        return false;
    }
    uint64_t turn = 0;
    while (session_next(session)) {
        if (++turn % TURN_EVENTS == 0) {
            session_run_to(beside, session_count(beside) + TURN_EVENTS);
        }
    }
    session_end(session, result);
    return true;
}

static bool run_in(const struct verify_way *way, const struct verify_setting *setting,
                   struct run_result *result, struct failure *failure) {
    if (way->steps) {
        return run_beside(setting, result, failure);
    }
    const struct run_options options = options_of(way, setting->writer != NULL);
    struct fleet *fleet = run_build(setting->arena, setting->scenario, &options, failure);
    if (fleet == NULL) {
        return false;
    }
    run_through(result, fleet, setting->writer);
    return true;
}

bool verify_run(const struct verify_way *way, const struct scenario *scenario, const char *trace,
                struct verify_result *result, struct failure *failure) {
    struct verify_setting setting = {.arena = arena_create(NULL), .scenario = scenario};
    bool ok = true;
    if (trace != NULL) {
        setting.writer = trace_writer_open(setting.arena, trace, TRACE_LEVEL_FULL, failure);
        ok = setting.writer != NULL;
    }
    struct run_result run;
    ok = ok && run_in(way, &setting, &run, failure);
    if (ok) {
        memset(result, 0, sizeof *result);
        result->digest = run.digest;
        result->events = run.events;
        result->deliveries = run.counts.deliveries;
        result->threads_used = run.threads.used;
        ok = setting.writer == NULL || trace_writer_close(setting.writer, failure);
    } else if (setting.writer != NULL) {
        trace_writer_abandon(setting.writer);
    }
    arena_destroy(setting.arena);
    return ok;
}
