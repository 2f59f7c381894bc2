#include "sim/lanes.h"

#include "base/check.h"

#include <stddef.h>

// Fewer events than this for each lane, in the window before, and one thread does all: to meet
// takes as long as some ten events.
enum { EVENTS_WORTH_MEETING = 64 };

/** What one lane has posted to another in a window. */
struct mail {
    struct event *items; // [count] in the order in which they were sent
    uint32_t count;
    uint32_t capacity;
};

struct sim_lane {
    struct sim *sim;
    struct pool pool;
    struct mail *mail[2]; // by side: [count] by receiver
    int64_t next_ns;      // the first event of its queue and of what it posted last
};

static void take_mail(struct lanes *lanes, uint32_t number) {
    struct sim *sim = lanes->items[number]->sim;
    uint32_t side = 1 - lanes->side;
    for (uint32_t from = 0; from < lanes->count; from++) {
        const struct mail *mail = &lanes->items[from]->mail[side][number];
        for (uint32_t i = 0; i < mail->count; i++) {
            struct event event = mail->items[i];
            CHECK(event.at_ns >= sim->now_ns); // else the lookahead is too large
            event.payload = lanes->handlers.on_enter(lanes->handlers.context, number, from, side,
                                                     event.payload);
            event_wheel_push(&sim->queue, event);
        }
    }
}

static void post(struct sim_lane *lane, uint32_t side, uint32_t to, const struct event *event) {
    struct mail *mail = &lane->mail[side][to];
    if (mail->count == mail->capacity) {
        mail->items = pool_grow(&lane->pool, mail->items, &mail->capacity, mail->count + 1,
                                sizeof *mail->items);
    }
    mail->items[mail->count++] = *event;
    lane->next_ns = event->at_ns < lane->next_ns ? event->at_ns : lane->next_ns;
}

/** Empties the outbox of a lane into its mail. */
static void post_all(struct lanes *lanes, uint32_t number) {
    struct sim_lane *lane = lanes->items[number];
    struct sim *sim = lane->sim;
    for (uint32_t to = 0; to < lanes->count; to++) {
        lane->mail[lanes->side][to].count = 0;
    }
    lanes->handlers.on_post(lanes->handlers.context, number, lanes->side);
    for (uint32_t i = 0; i < sim->outbox.count; i++) {
        struct event event = sim->outbox.items[i];
        uint32_t to = sim->part_of[sim->topology->owner[event.target]];
        CHECK(to != number);
        event.payload =
            lanes->handlers.on_leave(lanes->handlers.context, number, lanes->side, event.payload);
        post(lane, lanes->side, to, &event);
    }
    sim->outbox.count = 0;
}

/** A lane's part of the present window. */
static void handle_window(void *context, uint32_t number) {
    struct lanes *lanes = context;
    struct sim_lane *lane = lanes->items[number];
    take_mail(lanes, number);
    sim_run_some(lane->sim, lanes->end_ns, UINT64_MAX); // may stand still
    const struct event *first = event_wheel_first(&lane->sim->queue);
    lane->next_ns = first == NULL ? INT64_MAX : first->at_ns;
    post_all(lanes, number);
}

void lanes_init(struct lanes *lanes, struct arena *arena, const struct lanes_options *options) {
    CHECK(options->count >= 1);
    CHECK(options->count <= LANES_MAX);
    CHECK(options->lookahead_ns >= 1);
    *lanes = (struct lanes){.handlers = options->handlers,
                            .count = options->count,
                            .lookahead_ns = options->lookahead_ns};
    lanes->items = arena_take_array(arena, MEMORY_EVENTS, lanes->count, sizeof(struct sim_lane *));
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct sim *sim = options->sims[i];
        CHECK(sim->part == i);
        CHECK(sim->part_of != NULL);
        struct sim_lane *lane = arena_take(sim->arena, MEMORY_EVENTS, sizeof *lane);
        lane->sim = sim;
        pool_init(&lane->pool, sim->arena, MEMORY_EVENTS);
        pool_init(&sim->outbox.pool, sim->arena, MEMORY_EVENTS);
        for (uint32_t side = 0; side < 2; side++) {
            lane->mail[side] =
                arena_take_array(sim->arena, MEMORY_EVENTS, lanes->count, sizeof(struct mail));
        }
        lanes->items[i] = lane;
    }
    if (options->threaded) {
        lanes->crew = crew_create(arena, lanes->count, handle_window, lanes);
    }
}

void lanes_finish(struct lanes *lanes) {
    crew_end(lanes->crew);
    lanes->crew = NULL;
}

/** When the first event is due of all lanes and of the mail between them. */
static int64_t first_of_all(const struct lanes *lanes) {
    int64_t first_ns = INT64_MAX;
    for (uint32_t i = 0; i < lanes->count; i++) {
        int64_t next_ns = lanes->items[i]->next_ns;
        first_ns = next_ns < first_ns ? next_ns : first_ns;
    }
    return first_ns;
}

/** Before the first window there is no mail, and nobody has looked at the queues. */
static void look_at_queues(struct lanes *lanes) {
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct event *first = event_wheel_first(&lanes->items[i]->sim->queue);
        lanes->items[i]->next_ns = first == NULL ? INT64_MAX : first->at_ns;
    }
}

static void do_window(struct lanes *lanes) {
    bool worth = lanes->events >= (uint64_t)EVENTS_WORTH_MEETING * lanes->count;
    lanes->side = 1 - lanes->side;
    lanes->windows++;
    if (lanes->crew != NULL) {
        crew_do(lanes->crew, worth ? CREW_EACH_ITS_OWN : CREW_ALL_BY_ONE);
    } else {
        for (uint32_t i = 0; i < lanes->count; i++) {
            handle_window(lanes, i);
        }
    }
    lanes->events = 0;
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct sim *sim = lanes->items[i]->sim;
        lanes->events += sim->handled;
        lanes->stands_still = lanes->stands_still || sim->stands_still;
    }
}

bool lanes_pass_window(struct lanes *lanes, int64_t until_ns) {
    CHECK(!lanes->stands_still);
    if (lanes->windows == 0) {
        look_at_queues(lanes);
    }
    int64_t first_ns = first_of_all(lanes);
    if (first_ns >= until_ns) {
        for (uint32_t i = 0; i < lanes->count; i++) {
            struct sim *sim = lanes->items[i]->sim;
            CHECK(sim_run_some(sim, until_ns, 0)); // moves the clock alone
        }
        return true;
    }
    lanes->end_ns =
        first_ns < until_ns - lanes->lookahead_ns ? first_ns + lanes->lookahead_ns : until_ns;
    do_window(lanes);
    return false;
}
