#include "sim/lanes.h"

#include "base/check.h"

#include <stddef.h>

// To meet takes as long as some ten events, and to change between one queue and many as long as it
// takes to move all events that wait: so that is done rarely, by what windows have held for some
// time, in events for each lane.
enum {
    EVENTS_FOR_ALL = 50,
    EVENTS_FOR_ONE = 30,
    USUAL_WINDOWS = 64,
    WINDOWS_AT_ONCE = 8, // that go by before anybody counts again, while lanes share a queue
};

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
            event_wheel_push(sim->queue, event);
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
    const struct event *first = event_wheel_first(lane->sim->queue);
    lane->next_ns = first == NULL ? INT64_MAX : first->at_ns;
    lanes->handlers.on_post(lanes->handlers.context, number, lanes->side);
    for (uint32_t to = 0; to < lanes->count; to++) {
        post(lanes, number, to);
    }
}

/** Which lane has each slot, and whether its peer is in another one. */
static const uint8_t *parts_of_slots(struct arena *arena, const struct sim *sim) {
    const struct topology *topology = sim->topology;
    uint64_t slots = 2 * topology->link_count;
    uint8_t *parts = arena_take_array(arena, MEMORY_EVENTS, slots > 0 ? slots : 1, sizeof *parts);
    for (uint64_t slot = 0; slot < slots; slot++) {
        uint8_t own = sim->part_of[topology->owner[slot]];
        bool crosses = own != sim->part_of[topology->peer[slot]];
        parts[slot] = (uint8_t)(own | (crosses ? SIM_CROSSES : 0));
    }
    return parts;
}

void lanes_init(struct lanes *lanes, struct arena *arena, const struct lanes_options *options) {
    CHECK(options->count >= 1);
    CHECK(options->count <= LANES_MAX);
    CHECK(options->lookahead_ns >= 1);
    *lanes = (struct lanes){.handlers = options->handlers,
                            .count = options->count,
                            .apart = options->apart,
                            .threaded = options->threaded,
                            .lookahead_ns = options->lookahead_ns};
    lanes->items = arena_take_array(arena, MEMORY_EVENTS, lanes->count, sizeof(struct sim_lane *));
    lanes->company = (struct sim_company){
        .sims = arena_take_array(arena, MEMORY_EVENTS, lanes->count, sizeof(struct sim *)),
        .part_of = options->sims[0]->part_of,
        .slots = parts_of_slots(arena, options->sims[0]),
        .count = lanes->count,
    };
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
        lanes->company.sims[i] = sim;
    }
    event_wheel_init(&lanes->shared, arena);
}

void lanes_finish(struct lanes *lanes) {
    crew_end(lanes->crew);
    lanes->crew = NULL;
}

/** When the first event is due of all lanes and of the mail between them. */
static int64_t first_of_all(struct lanes *lanes) {
    int64_t first_ns = INT64_MAX;
    if (lanes->together) {
        const struct event *first = event_wheel_first(&lanes->shared);
        return first == NULL ? INT64_MAX : first->at_ns;
    }
    for (uint32_t i = 0; i < lanes->count; i++) {
        int64_t next_ns = lanes->items[i]->next_ns;
        first_ns = next_ns < first_ns ? next_ns : first_ns;
    }
    return first_ns;
}

/** Before the first window there is no mail, and nobody has looked at the queues. */
static void look_at_queues(struct lanes *lanes) {
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct event *first = event_wheel_first(lanes->company.sims[i]->queue);
        lanes->items[i]->next_ns = first == NULL ? INT64_MAX : first->at_ns;
    }
}

/** An event changes over between the queue of a lane and that of all: what a packet's handle names
 * belongs to the receiver's lane in the one, to the sender's in the other. */
static struct event change_over(const struct lanes *lanes, const struct event *event,
                                bool to_receiver) {
    struct event changed = *event;
    const uint8_t *part_of = lanes->company.part_of;
    uint32_t sender = part_of[sim_source_of(lanes->company.sims[0], event)];
    uint32_t receiver = part_of[sim_node_of(lanes->company.sims[0], event)];
    if (event_class_of(event) == EVENT_PACKET && sender != receiver) {
        changed.payload =
            lanes->handlers.on_move(lanes->handlers.context, to_receiver ? sender : receiver,
                                    to_receiver ? receiver : sender, event->payload);
    }
    return changed;
}

static void push_shared(void *context, const struct event *event) {
    struct lanes *lanes = context;
    event_wheel_push(&lanes->shared, change_over(lanes, event, false));
}

/** All lanes take from one queue from now on, by one thread; no mail is under way. */
static void join(struct lanes *lanes) {
    lanes->side = 1 - lanes->side;
    lanes->handlers.on_join(lanes->handlers.context);
    for (uint32_t i = 0; i < lanes->count && lanes->windows > 0; i++) {
        take_mail(lanes, i);
    }
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct sim *sim = lanes->company.sims[i];
        event_wheel_empty(sim->queue, lanes, push_shared);
        sim->queue = &lanes->shared;
        sim->part_of = NULL;
        for (uint32_t side = 0; side < 2; side++) {
            lanes->handlers.on_post(lanes->handlers.context, i, side);
            for (uint32_t to = 0; to < lanes->count; to++) {
                lanes->items[i]->mail[side][to].count = 0;
            }
        }
    }
    lanes->together = true;
    if (lanes->crew != NULL) {
        crew_rest(lanes->crew);
    }
}

static void push_own(void *context, const struct event *event) {
    struct lanes *lanes = context;
    uint32_t part = lanes->company.part_of[sim_node_of(lanes->company.sims[0], event)];
    event_wheel_push(&lanes->company.sims[part]->own_queue, change_over(lanes, event, true));
}

/** Each lane has its queue again, and its thread. */
static void separate(struct lanes *lanes) {
    event_wheel_empty(&lanes->shared, lanes, push_own);
    for (uint32_t i = 0; i < lanes->count; i++) {
        lanes->company.sims[i]->queue = &lanes->company.sims[i]->own_queue;
        lanes->company.sims[i]->part_of = lanes->company.part_of;
    }
    look_at_queues(lanes);
    lanes->together = false;
}

/** Has a thread for each lane made, once; false where there are none, and will be none. */
static bool have_crew(struct lanes *lanes) {
    if (lanes->threaded && lanes->crew == NULL && !lanes->refused) {
        struct arena *arena = lanes->company.sims[0]->arena;
        lanes->crew = crew_create(arena, lanes->count, handle_window, lanes);
        lanes->refused = lanes->crew == NULL;
    }
    return lanes->crew != NULL;
}

/** Whether one thread does all of the next window. */
static void choose_way(struct lanes *lanes) {
    uint64_t each = lanes->usual_events / USUAL_WINDOWS / lanes->count;
    bool many = each >= (lanes->together ? EVENTS_FOR_ALL : EVENTS_FOR_ONE);
    bool apart = ((many || lanes->apart) && have_crew(lanes)) || lanes->apart;
    if (!lanes->together && !apart) {
        join(lanes);
    } else if (lanes->together && apart) {
        separate(lanes);
    }
}

/** What windows of late have held, with one or more that held so many. */
static void count_usual(struct lanes *lanes, uint64_t windows, uint64_t events) {
    lanes->usual_events -= lanes->usual_events / USUAL_WINDOWS * windows;
    lanes->usual_events += events;
}

static void do_together(struct lanes *lanes) {
    lanes->stands_still = !sim_run_together(&lanes->company, lanes->end_ns);
    lanes->events = lanes->company.sims[0]->handled;
    count_usual(lanes, WINDOWS_AT_ONCE, lanes->events);
}

static void do_apart(struct lanes *lanes) {
    lanes->side = 1 - lanes->side;
    if (lanes->crew != NULL) {
        crew_do(lanes->crew);
        lanes->windows_apart++;
    } else {
        for (uint32_t i = 0; i < lanes->count; i++) {
            handle_window(lanes, i);
        }
    }
    lanes->events = 0;
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct sim *sim = lanes->company.sims[i];
        lanes->events += sim->handled;
        lanes->stands_still = lanes->stands_still || sim->stands_still;
    }
    count_usual(lanes, 1, lanes->events);
}

bool lanes_pass_window(struct lanes *lanes, int64_t until_ns) {
    CHECK(!lanes->stands_still);
    if (lanes->windows == 0) {
        look_at_queues(lanes);
    }
    choose_way(lanes);
    int64_t first_ns = first_of_all(lanes);
    if (first_ns >= until_ns) {
        for (uint32_t i = 0; i < lanes->count; i++) {
            CHECK(sim_run_some(lanes->company.sims[i], until_ns, 0)); // moves the clock alone
        }
        return true;
    }
    int64_t span_ns = lanes->lookahead_ns;
    if (lanes->together && span_ns < (until_ns - first_ns) / WINDOWS_AT_ONCE) {
        span_ns *= WINDOWS_AT_ONCE;
    }
    lanes->end_ns = first_ns < until_ns - span_ns ? first_ns + span_ns : until_ns;
    lanes->windows++;
    if (lanes->together) {
        do_together(lanes);
    } else {
        do_apart(lanes);
    }
    return false;
}
