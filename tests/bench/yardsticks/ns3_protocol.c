#include "tests/bench/yardsticks/ns3.h"

#include "tests/bench/yardsticks/gossip.h"

struct world *ns3_world_read(const char *path) {
    struct world *world = take(1, sizeof *world);
    world_read(world, path);
    return world;
}

uint32_t ns3_message_count(const struct world *world) {
    return world->message_count;
}

uint64_t ns3_published_us(const struct world *world, uint32_t message) {
    return world->published_us[message];
}

uint64_t ns3_until_us(const struct world *world) {
    return world->until_us;
}

void ns3_start(struct world *world) {
    gossip_start(world);
}

void ns3_publish(struct world *world, uint32_t message) {
    gossip_publish(world, message);
}

void ns3_receive(struct world *world, uint32_t half_link, uint64_t rpc) {
    gossip_receive(world, half_link, rpc);
}

void ns3_beat(struct world *world, uint32_t node) {
    gossip_beat(world, node);
}

void ns3_report(const struct world *world, const char *engine) {
    world_report(world, engine);
}
