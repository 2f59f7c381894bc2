/**
 * The floor: the protocol by hand over one event queue, in one thread. No simulator that does more
 * than this gets there.
 *
 * Usage: floor WORKLOAD
 */
#include "tests/bench/yardsticks/gossip.h"
#include "tests/bench/yardsticks/wheel.h"

#include <stddef.h>

struct engine {
    struct world world; // first: the protocol hands it back
    uint64_t now_us;
    uint32_t sequence;
    struct wheel wheel;
};

static struct engine *engine_of(struct world *world) {
    return (struct engine *)world;
}

_Static_assert(offsetof(struct engine, world) == 0, "an engine is found by its world");

static void schedule(struct engine *engine, uint64_t delay_us, uint32_t target, uint64_t rpc) {
    uint64_t key = (engine->now_us + delay_us) << KEY_TIME_SHIFT | engine->sequence++;
    wheel_push(&engine->wheel, (struct timed){key, rpc, target});
}

void engine_send(struct world *world, uint32_t half_link, uint64_t delay_us, uint64_t rpc) {
    schedule(engine_of(world), delay_us, half_link, rpc);
}

void engine_wait(struct world *world, uint32_t node, uint64_t delay_us) {
    schedule(engine_of(world), delay_us, node, KIND_HEARTBEAT);
}

uint64_t engine_now_us(const struct world *world) {
    return ((const struct engine *)world)->now_us;
}

/** Publishes what is due by the time of an event, which is the next one, and returns the next one
 * then. */
static struct timed publish_until(struct engine *engine, struct timed event, uint32_t *published) {
    struct world *world = &engine->world;
    while (*published < world->message_count &&
           world->published_us[*published] <= event.key >> KEY_TIME_SHIFT) {
        engine->now_us = world->published_us[*published];
        gossip_publish(world, (*published)++);
        wheel_push(&engine->wheel, event);
        event = wheel_pop(&engine->wheel);
    }
    return event;
}

static void run(struct engine *engine) {
    struct world *world = &engine->world;
    uint32_t published = 0;
    gossip_start(world);
    for (;;) {
        struct timed event = publish_until(engine, wheel_pop(&engine->wheel), &published);
        uint64_t at_us = event.key >> KEY_TIME_SHIFT;
        if (at_us > world->until_us) {
            return;
        }
        engine->now_us = at_us;
        if ((event.rpc & KIND_MASK) == KIND_HEARTBEAT) {
            gossip_beat(world, event.target);
        } else {
            gossip_receive(world, event.target, event.rpc);
        }
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 2) {
        fprintf(stderr, "usage: floor WORKLOAD\n");
        return 2;
    }
    struct engine *engine = take(1, sizeof *engine);
    world_read(&engine->world, arguments[1]);
    wheel_init(&engine->wheel);
    run(engine);
    world_report(&engine->world, "floor");
    return 0;
}
