/**
 * An event and the one order in which events happen.
 *
 * Order is total: (time, class, source node, source's own sequence number). No global counter takes
 * part, so an event added at one node moves no tie elsewhere. Class, source and sequence are packed
 * into one word, so that the order of two events is that of two (signed, unsigned) pairs; two
 * events never have equal keys.
 *
 *     order:  class 3 bits | source node 24 bits | sequence 37 bits
 *
 * Source: DESIGN.md §2 "Order".
 */
#ifndef GOSSIM_SIM_EVENT_H
#define GOSSIM_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    EVENT_SEQUENCE_BITS = 37,
    EVENT_SOURCE_BITS = 24,
    EVENT_SOURCE_MAX = (1 << EVENT_SOURCE_BITS) - 1
};

/**
 * What comes first at one instant: the world changes, then packets arrive, first those that need no
 * downlink, then nodes act on their timers, then applications publish. So a node that subscribes
 * and one that publishes at the same instant agree on who was subscribed.
 */
enum event_class {
    EVENT_CHANGE,   // start, stop, link up, subscribe, unsubscribe: planned changes
    EVENT_PACKET,   // an RPC arrives
    EVENT_TRANSFER, // a node's uplink or downlink may have carried something to its end
    EVENT_TIMER,    // a node's own timer, checked by generation
    EVENT_PUBLISH,  // an application publishes
};

struct event {
    int64_t at_ns;
    uint64_t order;
    uint32_t target;  // packet: slot at the receiver; timer: node; transfer: node and side; else:
                      // index of the planned action
    uint32_t payload; // packet: handle; timer, transfer: generation
};

_Static_assert(sizeof(struct event) == 24, "three words, stored inline in the queue");

/** What an event is about: its last two fields. */
struct event_aim {
    uint32_t target;
    uint32_t payload;
};

static inline uint64_t event_order(enum event_class event_class, uint32_t source,
                                   uint64_t sequence) {
    return ((uint64_t)event_class << (EVENT_SOURCE_BITS + EVENT_SEQUENCE_BITS)) |
           ((uint64_t)source << EVENT_SEQUENCE_BITS) | sequence;
}

static inline enum event_class event_order_class(uint64_t order) {
    return (enum event_class)(order >> (EVENT_SOURCE_BITS + EVENT_SEQUENCE_BITS));
}

static inline enum event_class event_class_of(const struct event *event) {
    return event_order_class(event->order);
}

/** The source, or its place where ties are broken in another way (sim/ties.h). */
static inline uint32_t event_source_of(const struct event *event) {
    return (uint32_t)(event->order >> EVENT_SEQUENCE_BITS) & EVENT_SOURCE_MAX;
}

static inline bool event_before(const struct event *left, const struct event *right) {
    if (left->at_ns != right->at_ns) {
        return left->at_ns < right->at_ns;
    }
    return left->order < right->order;
}

#endif
