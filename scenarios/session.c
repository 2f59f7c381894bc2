#include "scenarios/session.h"

#include "base/check.h"
#include "scenarios/course.h"
#include "scenarios/session_parts.h"

static void on_record(void *context, const struct trace_record *record) {
    struct session *session = context;
    const struct session_hooks *hooks = &session->hooks;
    if (hooks->on_draw != NULL) {
        session_note_node(session, record->node);
    }
    if (hooks->on_record != NULL) {
        hooks->on_record(hooks->context, record);
    }
}

static bool listens(const struct session *session) {
    return session->hooks.on_record != NULL || session->hooks.on_draw != NULL;
}

struct session *session_open(struct arena *arena, const struct scenario *scenario,
                             const struct session_options *options, struct failure *failure) {
    const struct run_options run = {.wire = options->wire,
                                    .ties = options->ties,
                                    .threads = 1,
                                    .metered = options->metered,
                                    .level = options->level};
    struct fleet *fleet = run_build(arena, scenario, &run, failure);
    if (fleet == NULL) {
        return NULL;
    }
    struct session *session = arena_take(arena, MEMORY_TABLES, sizeof *session);
    *session = (struct session){.fleet = fleet, .arena = arena};
    course_begin(&session->course, fleet, options->writer);
    session->watched_kinds = fleet->watched_kinds;
    session_listen(session, &options->hooks);
    return session;
}

void session_listen(struct session *session, const struct session_hooks *hooks) {
    session->hooks = *hooks;
    if (listens(session)) {
        fleet_watch_listen(session->fleet, (struct fleet_listener){session, on_record});
    } else {
        session->fleet->listener = (struct fleet_listener){.on_record = NULL};
        session->fleet->watched_kinds = session->watched_kinds;
    }
    session_draws_begin(session, session->arena);
}

/** Moves the clock over the instants at which nothing is left but to look, up to the next event;
 * NULL if there is none. */
static const struct event *approach(struct session *session) {
    struct sim *sim = &session->fleet->sim;
    while (!sim->stands_still && !course_is_over(&session->course)) {
        const struct event *first = event_wheel_first(sim->queue);
        int64_t stop_ns = course_stop_ns(&session->course);
        if (first != NULL && first->at_ns < stop_ns) {
            return first;
        }
        sim_run_until(sim, stop_ns);
        course_look(&session->course);
    }
    return NULL;
}

/** Handles the first event that waits, or passes over it. False if time stands still. */
static bool handle(struct session *session, const struct event *first) {
    struct sim *sim = &session->fleet->sim;
    bool is_stale = sim_is_stale(sim, first);
    if (!is_stale) {
        session_describe(session, first, &session->event);
        session->event.number = session->count + 1;
        session_draws_listen(session);
    }
    bool moved = sim_run_next(sim);
    if (!is_stale) {
        session_draws_tell(session);
    }
    session->count += moved ? 1 : 0;
    return moved;
}

/** The first event that will not be passed over; NULL: none, or time stands still. */
static const struct event *approach_live(struct session *session) {
    const struct event *first = approach(session);
    while (first != NULL && sim_is_stale(&session->fleet->sim, first)) {
        first = handle(session, first) ? approach(session) : NULL;
    }
    return first;
}

bool session_peek(struct session *session, struct session_event *event) {
    const struct event *first = approach_live(session);
    if (first != NULL) {
        session_describe(session, first, event);
    }
    return first != NULL;
}

bool session_next(struct session *session) {
    const struct event *first = approach_live(session);
    return first != NULL && handle(session, first);
}

const struct session_event *session_event(const struct session *session) {
    return &session->event;
}

/** Events before an instant, and no more than so many, at the speed of a run. */
static bool hurry(struct session *session, int64_t until_ns, uint64_t events_max) {
    struct sim *sim = &session->fleet->sim;
    bool arrived = sim_run_some(sim, until_ns, events_max);
    session->count += sim->handled;
    return arrived;
}

bool session_run_until(struct session *session, int64_t at_ns) {
    struct sim *sim = &session->fleet->sim;
    int64_t end_ns = session->fleet->scenario->duration_ns;
    CHECK(at_ns >= sim->now_ns);
    int64_t until_ns = at_ns < end_ns ? at_ns : end_ns;
    while (sim->now_ns < until_ns) {
        int64_t stop_ns = course_stop_ns(&session->course);
        int64_t next_ns = stop_ns < until_ns ? stop_ns : until_ns;
        const struct event *first = event_wheel_first(sim->queue);
        while (listens(session) && first != NULL && first->at_ns < next_ns) {
            first = handle(session, first) ? event_wheel_first(sim->queue) : NULL;
        }
        if (sim->stands_still || !hurry(session, next_ns, UINT64_MAX)) {
            return false;
        }
        if (sim->now_ns == stop_ns) {
            course_look(&session->course);
        }
    }
    return true;
}

bool session_run_to(struct session *session, uint64_t number) {
    CHECK(number >= session->count);
    while (session->count < number) {
        const struct event *first = approach(session);
        if (first == NULL) {
            return false;
        }
        // The last is handled by itself, so that the clock stays at it.
        uint64_t left = number - session->count;
        bool moved = true;
        if (listens(session) || left == 1) {
            moved = handle(session, first);
        } else {
            hurry(session, course_stop_ns(&session->course), left - 1);
            moved = !session->fleet->sim.stands_still;
        }
        if (!moved) {
            return false;
        }
        if (session->fleet->sim.now_ns == course_stop_ns(&session->course)) {
            course_look(&session->course);
        }
    }
    return true;
}

uint64_t session_count(const struct session *session) {
    return session->count;
}

int64_t session_now_ns(const struct session *session) {
    return session->fleet->sim.now_ns;
}

bool session_is_over(const struct session *session) {
    return course_is_over(&session->course);
}

bool session_stands_still(const struct session *session) {
    return session->fleet->sim.stands_still;
}

const struct fleet *session_fleet(const struct session *session) {
    return session->fleet;
}

struct run_counts session_counts(const struct session *session) {
    return fleet_counts(session->fleet);
}

void session_end(struct session *session, struct run_result *result) {
    course_end(&session->course, course_is_over(&session->course), result);
}
