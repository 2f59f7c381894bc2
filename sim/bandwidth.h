/**
 * What nodes can send and receive: the rate of each one's uplink and downlink, and their queues.
 *
 * A node is of a class, and so is all that is said here; a side without a rate lets everything
 * through at once. `fifo` serves transfers one after the other, in no event of its own: when one
 * ends is known when it comes. `fair` serves all links of the node side by side
 * (sim/fair_queue.h). A transfer takes ⌈bytes × 8 × 10⁹ / rate⌉ ns at the full rate, where the
 * bytes are those of the packet and of what each frame adds.
 *
 * A downlink works while a packet is still coming in. What it has to do when the last byte is there
 * is less by what it could do before: as long as the sender's uplink took at its full rate, unless
 * the downlink had other work then. So a packet between two nodes of one rate takes that time once,
 * not twice. The sender's rate is a setting, not a state: everything is decided at one node.
 *
 * A packet that finds work before it, and with its own more than fits the queue, is dropped. One
 * that finds none goes through, whatever its size; and one without bytes always does.
 *
 * Memory: 16 bytes a node; with a fair class 16 bytes more, and 32 a slot.
 * Source: DESIGN.md §2 "Links".
 */
#ifndef GOSSIM_SIM_BANDWIDTH_H
#define GOSSIM_SIM_BANDWIDTH_H

#include "base/arena.h"
#include "sim/fair_queue.h"
#include "sim/topology.h"

#include <stdint.h>

#define BANDWIDTH_QUEUE_UNLIMITED UINT32_MAX
#define BANDWIDTH_RATE_MIN UINT64_C(10000)         // a packet of 64 MiB takes 15 hours
#define BANDWIDTH_RATE_MAX UINT64_C(1000000000000) // a byte takes a nanosecond

enum bandwidth_sharing { BANDWIDTH_FIFO, BANDWIDTH_FAIR };

enum bandwidth_side { BANDWIDTH_UP, BANDWIDTH_DOWN };

struct bandwidth_class {
    uint64_t up_bits_per_s;   // 0: unlimited
    uint64_t down_bits_per_s; // 0: unlimited
    enum bandwidth_sharing sharing;
    uint32_t queue_bytes;    // of each side, or BANDWIDTH_QUEUE_UNLIMITED
    uint32_t overhead_bytes; // what each frame adds
    uint32_t frame_bytes;    // how much of a packet a frame carries, ≥ 1
};

struct bandwidth_options {
    const struct bandwidth_class *classes;
    uint32_t class_count;
    const uint32_t *node_class; // [node_count]; NULL: all nodes are of class 0
};

struct bandwidth {
    const struct topology *topology;
    const struct bandwidth_class *classes; // NULL: nothing is limited
    const uint32_t *node_class;
    int64_t (*busy_until_ns)[2];     // [node_count] when all work that is there will be done
    struct fair_queue *(*queues)[2]; // [node_count] NULL until needed; NULL without a fair class
    struct fair_flow (*flows)[2];    // [slots]
    struct pool pool;
};

/** What becomes of a transfer that comes to one side of a node. */
enum bandwidth_outcome {
    BANDWIDTH_THROUGH, // it is through at a time that is known
    BANDWIDTH_WAITS,   // it is in the fair queue
    BANDWIDTH_FULL,    // it finds no room
};

/** A transfer that comes to a side of the node that owns the slot. */
struct bandwidth_transfer {
    enum bandwidth_side side;
    uint32_t slot;
    uint32_t bytes; // of the packet; 0: takes no time
    struct packet packet;
};

/** `options` may be NULL; what it points at is borrowed. */
void bandwidth_init(struct bandwidth *bandwidth, struct arena *arena,
                    const struct topology *topology, const struct bandwidth_options *options);

/** The same nodes, handled in part by another world: what comes and goes lies in its own arena. */
void bandwidth_init_beside(struct bandwidth *bandwidth, struct arena *arena,
                           const struct bandwidth *other);

/** How long a packet takes on one side of a class at its full rate; at most FAIR_WORK_MAX_NS. */
int64_t bandwidth_transmission_ns(const struct bandwidth_class *bandwidth_class,
                                  enum bandwidth_side side, uint32_t bytes);

/** A transfer comes now; `*through_ns` is set on BANDWIDTH_THROUGH and is not in the past. */
enum bandwidth_outcome bandwidth_enter(struct bandwidth *bandwidth,
                                       const struct bandwidth_transfer *transfer, int64_t now_ns,
                                       int64_t *through_ns);

/** The fair queue of a node's side; NULL if nothing ever waited there. */
struct fair_queue *bandwidth_queue(const struct bandwidth *bandwidth, uint32_t node,
                                   enum bandwidth_side side);

/** Takes out of a node's queue the first transfer that is through by now; false if none is. */
bool bandwidth_leave(struct bandwidth *bandwidth, uint32_t node, enum bandwidth_side side,
                     int64_t now_ns, struct fair_transfer *transfer);

#endif
