/**
 * What ns3.cc, in C++, asks of the protocol, which is C: ns3_protocol.c answers.
 */
#ifndef GOSSIM_TESTS_BENCH_YARDSTICKS_NS3_H
#define GOSSIM_TESTS_BENCH_YARDSTICKS_NS3_H

#include <stdint.h>

struct world;

struct world *ns3_world_read(const char *path);
uint32_t ns3_message_count(const struct world *world);
uint64_t ns3_published_us(const struct world *world, uint32_t message);
uint64_t ns3_until_us(const struct world *world);

/* Events, when they are due. */
void ns3_start(struct world *world);
void ns3_publish(struct world *world, uint32_t message);
void ns3_receive(struct world *world, uint32_t half_link, uint64_t rpc);
void ns3_beat(struct world *world, uint32_t node);

void ns3_report(const struct world *world, const char *engine);

/* The engine: see gossip.h. */
void engine_send(struct world *world, uint32_t half_link, uint64_t delay_us, uint64_t rpc);
void engine_wait(struct world *world, uint32_t node, uint64_t delay_us);
uint64_t engine_now_us(const struct world *world);

#endif
