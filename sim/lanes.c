#include "sim/lanes.h"

#include "base/check.h"

#include <stddef.h>

// To meet takes as long as some ten events, and to change who handles a lane as long as it takes to
// bring all its nodes into another processor's cache: so who does the work is changed rarely, by
// what windows have held for some time, in events for each lane.
// A run begins as if it had very many, so that each has its threads for some hundred windows.
enum { EVENTS_FOR_ALL = 200, EVENTS_FOR_ONE = 100, USUAL_WINDOWS = 64, BEGINS_WITH = 16 };

struct sim_lane {
    struct sim *sim;
    struct sim_mail *mail[2]; // by side: [count] by receiver
    int64_t next_ns;          // the first event of its queue and of what it posted last
};

static void take_mail(struct lanes *lanes, uint32_t number) {
    struct sim *sim = lanes->items[number]->sim;
    uint32_t side = 1 - lanes->side;
    for (uint32_t from = 0; from < lanes->count; from++) {
        const struct sim_mail *mail = &lanes->items[from]->mail[side][number];
        for (uint32_t i = 0; i < mail->count; i++) {
            struct event event = mail->items[i];
            CHECK(event.at_ns >= sim->now_ns); // else the lookahead is too large
            event.payload = lanes->handlers.on_enter(lanes->handlers.context, number, from, side,
                                                     event.payload);
            event_wheel_push(&sim->queue, event);
        }
    }
}

/** Puts aside what the packets of a lane's mail carry; finds the first of them. */
static void post(struct lanes *lanes, uint32_t number, uint32_t to) {
    struct sim_lane *lane = lanes->items[number];
    struct sim_mail *mail = &lane->mail[lanes->side][to];
    CHECK(to != number || mail->count == 0);
    for (uint32_t i = 0; i < mail->count; i++) {
        struct event *event = &mail->items[i];
        event->payload =
            lanes->handlers.on_leave(lanes->handlers.context, number, lanes->side, event->payload);
        lane->next_ns = event->at_ns < lane->next_ns ? event->at_ns : lane->next_ns;
    }
}

/** Puts what a lane has sent into the queues of the others: no thread is at work there. */
static void deliver(struct lanes *lanes, uint32_t number, uint32_t to) {
    struct sim_mail *mail = &lanes->items[number]->mail[lanes->side][to];
    struct sim_lane *lane = lanes->items[to];
    for (uint32_t i = 0; i < mail->count; i++) {
        struct event event = mail->items[i];
        CHECK(event.at_ns >= lanes->end_ns); // else the lookahead is too large
        event.payload = lanes->handlers.on_move(lanes->handlers.context, number, to, event.payload);
        event_wheel_push(&lane->sim->queue, event);
        lane->next_ns = event.at_ns < lane->next_ns ? event.at_ns : lane->next_ns;
    }
    mail->count = 0;
}

/** A lane's part of the present window. */
static void handle_window(void *context, uint32_t number) {
    struct lanes *lanes = context;
    struct sim_lane *lane = lanes->items[number];
    take_mail(lanes, number);
    lane->sim->mail = lane->mail[lanes->side];
    for (uint32_t to = 0; to < lanes->count; to++) {
        lane->sim->mail[to].count = 0;
    }
    sim_run_some(lane->sim, lanes->end_ns, UINT64_MAX); // may stand still
    const struct event *first = event_wheel_first(&lane->sim->queue);
    lane->next_ns = first == NULL ? INT64_MAX : first->at_ns;
    lanes->handlers.on_post(lanes->handlers.context, number, lanes->side);
    for (uint32_t to = 0; to < lanes->count; to++) {
        if (lanes->alone) {
            deliver(lanes, number, to);
        } else {
            post(lanes, number, to);
        }
    }
}

void lanes_init(struct lanes *lanes, struct arena *arena, const struct lanes_options *options) {
    CHECK(options->count >= 1);
    CHECK(options->count <= LANES_MAX);
    CHECK(options->lookahead_ns >= 1);
    *lanes = (struct lanes){.handlers = options->handlers,
                            .count = options->count,
                            .lookahead_ns = options->lookahead_ns,
                            .usual_events = (uint64_t)BEGINS_WITH * EVENTS_FOR_ALL * USUAL_WINDOWS *
                                            options->count};
    lanes->items = arena_take_array(arena, MEMORY_EVENTS, lanes->count, sizeof(struct sim_lane *));
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct sim *sim = options->sims[i];
        CHECK(sim->part == i);
        CHECK(sim->part_of != NULL);
        struct sim_lane *lane = arena_take(sim->arena, MEMORY_EVENTS, sizeof *lane);
        lane->sim = sim;
        pool_init(&sim->mail_pool, sim->arena, MEMORY_EVENTS);
        for (uint32_t side = 0; side < 2; side++) {
            lane->mail[side] =
                arena_take_array(sim->arena, MEMORY_EVENTS, lanes->count, sizeof(struct sim_mail));
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

/** Whether one thread does all of the next window. */
static void choose_way(struct lanes *lanes) {
    uint64_t each = lanes->usual_events / USUAL_WINDOWS / lanes->count;
    if (lanes->crew == NULL || each < EVENTS_FOR_ONE) {
        lanes->alone = true;
    } else if (each >= EVENTS_FOR_ALL) {
        lanes->alone = false;
    }
}

static void do_window(struct lanes *lanes) {
    choose_way(lanes);
    lanes->side = 1 - lanes->side;
    lanes->windows++;
    if (lanes->crew != NULL) {
        crew_do(lanes->crew, lanes->alone ? CREW_ALL_BY_ONE : CREW_EACH_ITS_OWN);
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
    lanes->usual_events += lanes->events - lanes->usual_events / USUAL_WINDOWS;
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
