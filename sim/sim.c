#include "sim/sim.h"

#include "sim/transfer.h"

#include <string.h>

uint32_t sim_node_of(const struct sim *sim, const struct event *event) {
    if (event_class_of(event) == EVENT_PACKET) {
        return sim->topology->owner[event->target];
    }
    if (event_class_of(event) == EVENT_TRANSFER) {
        return transfer_node(event);
    }
    return sim_source_of(sim, event);
}

/** The node of the event that was taken out last. */
static uint32_t acting_node(const void *context) {
    const struct sim *sim = context;
    return sim_node_of(sim, &sim->queue->last);
}

void sim_init(struct sim *sim, struct arena *arena, const struct topology *topology,
              const struct link_options *link_options, const struct sim_handlers *handlers) {
    sim->now_ns = 0;
    sim->arena = arena;
    sim->instant_events = 0;
    sim->instant_events_max = UINT64_MAX;
    sim->instant_by_node = NULL;
    sim->instant_ns = -1;
    sim->stands_still = false;
    sim->faults = NULL;
    sim->ties = TIES_FIRST;
    sim->part_of = NULL;
    sim->part = 0;
    sim->mail = NULL;
    sim->handled = 0;
    sim->topology = topology;
    sim->handlers = *handlers;
    sim->place =
        (struct check_place){.seed = link_options->seed, .context = sim, .node_of = acting_node};
    sim->queue = &sim->own_queue;
    event_wheel_init(sim->queue, arena);
    links_init(&sim->links, arena, topology, link_options);
    bandwidth_init(&sim->bandwidth, arena, topology, link_options->bandwidth);
    sim->sequence =
        arena_take_array(arena, MEMORY_ROUTERS, topology->node_count, sizeof *sim->sequence);
    sim->timer_generation = arena_take_array(arena, MEMORY_ROUTERS, topology->node_count,
                                             sizeof *sim->timer_generation);
}

void sim_init_beside(struct sim *sim, struct arena *arena, const struct sim *other) {
    CHECK(other->now_ns == 0);
    CHECK(other->queue->count == 0);
    *sim = *other;
    sim->arena = arena;
    sim->place.context = sim;
    sim->queue = &sim->own_queue;
    event_wheel_init(sim->queue, arena);
    bandwidth_init_beside(&sim->bandwidth, arena, &other->bandwidth);
}

void sim_schedule_change(struct sim *sim, uint32_t node, int64_t at_ns, uint32_t target,
                         uint32_t what) {
    CHECK(node < sim->topology->node_count);
    sim_push(sim, EVENT_CHANGE, node, at_ns, (struct event_aim){.target = target, .payload = what});
}

void sim_schedule_publish(struct sim *sim, uint32_t node, int64_t at_ns, uint32_t message) {
    CHECK(node < sim->topology->node_count);
    sim_push(sim, EVENT_PUBLISH, node, at_ns, (struct event_aim){.target = message});
}

void sim_set_timer(struct sim *sim, uint32_t node, int64_t at_ns) {
    CHECK(node < sim->topology->node_count);
    uint32_t generation = ++sim->timer_generation[node];
    sim_push(sim, EVENT_TIMER, node, at_ns,
             (struct event_aim){.target = node, .payload = generation});
}

void sim_cancel_timer(struct sim *sim, uint32_t node) {
    CHECK(node < sim->topology->node_count);
    sim->timer_generation[node]++;
}

bool sim_is_stale(const struct sim *sim, const struct event *event) {
    return event_class_of(event) == EVENT_TIMER &&
           sim->timer_generation[event->target] != event->payload;
}

static void handle(struct sim *sim, const struct event *event) {
    void *context = sim->handlers.context;
    switch (event_class_of(event)) {
    case EVENT_PACKET:
        if (sim->bandwidth.classes == NULL) {
            sim->handlers.on_packet(context, event->target, event->payload);
        } else {
            transfer_arrive(sim, event);
        }
        return;
    case EVENT_TRANSFER:
        transfer_end(sim, event);
        return;
    case EVENT_TIMER:
        if (!sim_is_stale(sim, event)) {
            sim->handlers.on_timer(context, event->target);
        }
        return;
    case EVENT_CHANGE:
        sim->handlers.on_change(context, event->target, event->payload);
        return;
    case EVENT_PUBLISH:
        sim->handlers.on_publish(context, event->target);
        return;
    }
    CHECK(false);
}

// How many events ahead the two calls of on_soon() are: about as many as a fetch from memory takes.
enum { AHEAD_FAR = 8, AHEAD_NEAR = 4 };

/** Tells the owner of what will happen soon. */
static inline void announce(const struct sim *sim, enum sim_soon soon, const struct event *event) {
    if (event == NULL) {
        return;
    }
    enum event_class event_class = event_class_of(event);
    if (event_class == EVENT_PACKET || event_class == EVENT_TIMER) {
        sim->handlers.on_soon(sim->handlers.context, soon, event);
    }
}

/**
 * One of the later half of the events that an instant may have: false if it is one too many. They
 * are told apart by node, so that a message can name somebody.
 */
static __attribute__((noinline)) bool count_at_instant(struct sim *sim, uint64_t number,
                                                       const struct event *event) {
    size_t size = sim->topology->node_count * sizeof *sim->instant_by_node;
    if (sim->instant_by_node == NULL) {
        sim->instant_by_node = arena_take(sim->arena, MEMORY_ROUTERS, size);
    }
    if (sim->instant_ns != event->at_ns) {
        sim->instant_ns = event->at_ns;
        memset(sim->instant_by_node, 0, size);
    }
    sim->stands_still = number > sim->instant_events_max;
    sim->instant_by_node[sim_node_of(sim, event)] += !sim->stands_still;
    return !sim->stands_still;
}

struct sim_standstill sim_standstill_of(const struct sim *sim) {
    CHECK(sim->stands_still);
    struct sim_standstill found = {.events = sim->instant_events_max};
    uint32_t nodes = sim->topology->node_count;
    for (uint32_t node = 0; node < nodes; node++) {
        uint32_t count = sim->instant_by_node[node];
        found.counted += count;
        uint32_t place = found.count;
        while (place > 0 && found.counts[place - 1] < count) {
            place--;
        }
        if (count == 0 || place == SIM_BUSIEST) {
            continue;
        }
        found.count += found.count < SIM_BUSIEST;
        for (uint32_t i = found.count - 1; i > place; i--) {
            found.nodes[i] = found.nodes[i - 1];
            found.counts[i] = found.counts[i - 1];
        }
        found.nodes[place] = node;
        found.counts[place] = count;
    }
    return found;
}

/** Has the world that an event of a shared queue belongs to handle it. */
static inline void hand_over(const struct sim_company *company, const struct event *event) {
    const struct sim *first = company->sims[0];
    if (event_class_of(event) != EVENT_PACKET) {
        struct sim *sim = company->sims[company->part_of[sim_node_of(first, event)]];
        sim->now_ns = event->at_ns;
        handle(sim, event);
        return;
    }
    uint8_t slot = company->slots[event->target];
    struct sim *sim = company->sims[slot & ~SIM_CROSSES];
    sim->now_ns = event->at_ns;
    const struct topology *topology = first->topology;
    bool crosses = (slot & SIM_CROSSES) != 0;
    // Where there is bandwidth a receiver may have sent it to itself: it has crossed already.
    if (crosses && (first->bandwidth.classes == NULL ||
                    sim_source_of(first, event) != topology->owner[event->target])) {
        const struct sim *sender = company->sims[company->part_of[topology->peer[event->target]]];
        transfer_arrive_foreign(sim, event, sender->handlers.context);
    } else {
        handle(sim, event);
    }
}

/** The loop of all runs; `company`: of those that share the queue `sim` is the first. */
static inline __attribute__((always_inline)) bool
run(struct sim *sim, const struct sim_company *company, int64_t until_ns, uint64_t events_max) {
    CHECK(until_ns >= sim->now_ns);
    check_set_place(&sim->place);
    const struct event *first = NULL;
    uint64_t at_instant = sim->instant_events;
    const uint64_t few = sim->instant_events_max / 2;
    const uint64_t given = events_max;
    while ((first = event_wheel_first(sim->queue)) != NULL && first->at_ns < until_ns) {
        uint64_t number = first->at_ns == sim->now_ns ? at_instant + 1 : 1;
        if (events_max-- == 0 || (number > few && !count_at_instant(sim, number, first))) {
            sim->instant_events = at_instant;
            sim->handled = given - events_max - 1;
            check_set_place(NULL);
            return false;
        }
        at_instant = number;
        struct event event = event_wheel_pop(sim->queue);
        // Worlds share a queue only while little happens, and then all is in the cache.
        if (company == NULL && sim->handlers.on_soon != NULL) {
            const struct event *far = event_wheel_peek(sim->queue, AHEAD_FAR);
            const struct event *near = event_wheel_peek(sim->queue, AHEAD_NEAR);
            announce(sim, SIM_SOON_FAR, far);
            announce(sim, SIM_SOON_NEAR, near);
        }
        CHECK(event.at_ns >= sim->now_ns);
        sim->now_ns = event.at_ns;
        sim->place.now_ns = event.at_ns;
        if (company == NULL) {
            handle(sim, &event);
        } else {
            hand_over(company, &event);
        }
    }
    sim->instant_events = until_ns == sim->now_ns ? at_instant : 0;
    sim->now_ns = until_ns;
    sim->handled = given - events_max;
    check_set_place(NULL);
    return true;
}

bool sim_run_some(struct sim *sim, int64_t until_ns, uint64_t events_max) {
    return run(sim, NULL, until_ns, events_max);
}

bool sim_run_together(const struct sim_company *company, int64_t until_ns) {
    if (!run(company->sims[0], company, until_ns, UINT64_MAX)) {
        return false;
    }
    for (uint32_t i = 1; i < company->count; i++) {
        company->sims[i]->now_ns = until_ns;
        company->sims[i]->instant_events = 0;
    }
    return true;
}

bool sim_run_next(struct sim *sim) {
    const struct event *first = event_wheel_first(sim->queue);
    CHECK(first != NULL);
    int64_t at_ns = first->at_ns;
    if (sim_run_some(sim, at_ns + 1, 1)) {
        sim->now_ns = at_ns; // the instant is over, as far as anybody knows, but not left
    }
    return !sim->stands_still;
}

void sim_run_until(struct sim *sim, int64_t until_ns) {
    CHECK(sim_run_some(sim, until_ns, UINT64_MAX));
}
