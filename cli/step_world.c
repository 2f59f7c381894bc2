#include "cli/step_world.h"

#include "base/check.h"

/** A session at the beginning, that tells nobody yet. */
static bool begin(struct step_world *world, struct failure *failure) {
    const struct session_options options = {.wire = RUN_WIRE_SIZE, .ties = world->ties};
    arena_destroy(world->arena);
    world->arena = arena_create(NULL);
    world->session = session_open(world->arena, world->scenario, &options, failure);
    world->events = 0;
    session_log_forget(&world->log);
    return world->session != NULL;
}

static void listen(struct step_world *world) {
    const struct session_hooks hooks = session_log_hooks(&world->log);
    session_listen(world->session, &hooks);
}

bool step_world_open(struct step_world *world, const struct scenario *scenario, enum ties ties,
                     struct failure *failure) {
    *world = (struct step_world){.scenario = scenario, .ties = ties, .kept = arena_create(NULL)};
    pool_init(&world->pool, world->kept, MEMORY_TABLES);
    session_log_init(&world->log, world->kept);
    if (!begin(world, failure)) {
        return false;
    }
    listen(world);
    return true;
}

void step_world_close(struct step_world *world) {
    arena_destroy(world->arena);
    arena_destroy(world->kept);
}

static void note_mark(struct step_world *world) {
    if (world->events % STEP_MARK_EVENTS != 0 ||
        world->events / STEP_MARK_EVENTS <= world->mark_count) {
        return;
    }
    const struct session_event *event = session_event(world->session);
    if (world->mark_count == world->mark_capacity) {
        world->marks = pool_grow(&world->pool, world->marks, &world->mark_capacity,
                                 world->mark_count + 1, sizeof *world->marks);
    }
    world->marks[world->mark_count++] =
        (struct step_mark){.number = event->number, .at_ns = event->at_ns};
}

bool step_world_next(struct step_world *world) {
    struct session_event coming;
    if (!session_peek(world->session, &coming)) {
        return false; // what the latest event has left stays
    }
    session_log_forget(&world->log);
    if (!session_next(world->session)) {
        return false;
    }
    world->events++;
    note_mark(world);
    return true;
}

void step_world_back(struct step_world *world, uint64_t events) {
    CHECK(events <= world->events);
    struct failure failure;
    CHECK(begin(world, &failure)); // it was built before
    uint64_t marks = events / STEP_MARK_EVENTS;
    // The event itself is gone to by itself, so that it tells what it leaves.
    if (marks > 0 && marks * STEP_MARK_EVENTS == events) {
        marks--;
    }
    CHECK(marks <= world->mark_count);
    if (marks > 0) {
        CHECK(session_run_to(world->session, world->marks[marks - 1].number));
        world->events = marks * STEP_MARK_EVENTS;
    }
    listen(world);
    while (world->events < events) {
        CHECK(step_world_next(world));
    }
}

/** Where to look up to in the run again: events of a number, or before a time. */
struct bound {
    uint64_t number;
    int64_t at_ns;
};

static uint64_t count_events(const struct step_world *world, struct bound bound) {
    uint32_t marks = 0;
    while (marks < world->mark_count && world->marks[marks].at_ns < bound.at_ns &&
           world->marks[marks].number <= bound.number) {
        marks++;
    }
    // Another session, which nobody listens to, goes there as fast as a run.
    struct arena *arena = arena_create(NULL);
    struct failure failure;
    const struct session_options options = {.wire = RUN_WIRE_SIZE, .ties = world->ties};
    struct session *session = session_open(arena, world->scenario, &options, &failure);
    CHECK(session != NULL); // it was built before
    uint64_t events = (uint64_t)marks * STEP_MARK_EVENTS;
    CHECK(marks == 0 || session_run_to(session, world->marks[marks - 1].number));
    struct session_event coming;
    while (events < world->events && session_peek(session, &coming) && coming.at_ns < bound.at_ns &&
           session_count(session) < bound.number && session_next(session)) {
        events++;
    }
    arena_destroy(arena);
    return events;
}

uint64_t step_world_events_to(struct step_world *world, uint64_t number) {
    return count_events(world, (struct bound){.number = number, .at_ns = INT64_MAX});
}

uint64_t step_world_events_before(struct step_world *world, int64_t at_ns) {
    return count_events(world, (struct bound){.number = UINT64_MAX, .at_ns = at_ns});
}
