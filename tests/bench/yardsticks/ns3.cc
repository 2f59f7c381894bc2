/**
 * The protocol on the event loop of ns-3, message by message: no ns-3 node, socket or packet, which
 * is the best that ns-3 can do.
 *
 * Usage: ns3 WORKLOAD [SCHEDULER], such as MapScheduler, HeapScheduler, CalendarScheduler or, which
 * is the default and the fastest here, PriorityQueueScheduler.
 */
extern "C" {
#include "tests/bench/yardsticks/ns3.h"
}

#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <cstdio>
#include <cstdlib>
#include <string>

using ns3::MicroSeconds;
using ns3::Simulator;

void engine_send(struct world *world, uint32_t half_link, uint64_t delay_us, uint64_t rpc) {
    Simulator::Schedule(MicroSeconds(delay_us), &ns3_receive, world, half_link, rpc);
}

void engine_wait(struct world *world, uint32_t node, uint64_t delay_us) {
    Simulator::Schedule(MicroSeconds(delay_us), &ns3_beat, world, node);
}

uint64_t engine_now_us(const struct world *) {
    return static_cast<uint64_t>(Simulator::Now().GetMicroSeconds());
}

int main(int argument_count, char **arguments) {
    if (argument_count < 2 || argument_count > 3) {
        std::fputs("usage: ns3 WORKLOAD [SCHEDULER]\n", stderr);
        return 2;
    }
    const std::string scheduler = argument_count > 2 ? arguments[2] : "PriorityQueueScheduler";
    struct world *world = ns3_world_read(arguments[1]);
    ns3::ObjectFactory factory;
    factory.SetTypeId("ns3::" + scheduler);
    Simulator::SetScheduler(factory);
    for (uint32_t message = 0; message < ns3_message_count(world); message++) {
        Simulator::Schedule(MicroSeconds(ns3_published_us(world, message)), &ns3_publish, world,
                            message);
    }
    ns3_start(world);
    Simulator::Stop(MicroSeconds(ns3_until_us(world)) + ns3::NanoSeconds(1));
    Simulator::Run();
    ns3_report(world, ("ns3-" + scheduler).c_str());
    std::fflush(stdout);
    std::_Exit(0); // what it takes to end is not measured
}
