/**
 * Transfers that share a rate evenly: fair queueing in its fluid form, in integers.
 *
 * Each slot is a flow. Flows with transfers waiting are served side by side, each at an equal part
 * of the full rate; the transfers of one flow follow each other, as packets of a link keep their
 * order. Work is counted in nanoseconds at the full rate. The queue keeps a *virtual time*: the
 * service that each waiting flow has had, which passes n times slower than time while n flows wait.
 * A transfer is given its end in virtual time when it comes, which nothing that comes later can
 * move; so a heap by that end is all there is to keep, and each transfer costs O(log count).
 *
 *     n transfers of τ that begin together all end after exactly n·τ
 *
 * Virtual time has FAIR_UNIT parts of a nanosecond; ends are rounded to the nearest nanosecond.
 *
 * Source: Demers, Keshav, Shenker: Analysis and simulation of a fair queueing algorithm (1989).
 */
#ifndef GOSSIM_SIM_FAIR_QUEUE_H
#define GOSSIM_SIM_FAIR_QUEUE_H

#include "base/arena.h"
#include "sim/link.h"

#include <stdbool.h>
#include <stdint.h>

#define FAIR_UNIT (INT64_C(1) << 16)
/** As much work as a queue may hold at any time: about 19 hours. */
#define FAIR_WORK_MAX_NS (INT64_C(1) << 46)

struct fair_flow {
    int64_t end;      // of its last transfer, in virtual time
    uint32_t waiting; // transfers
};

struct fair_transfer {
    int64_t end;     // in virtual time
    uint32_t number; // orders what ends together
    uint32_t slot;
    struct packet packet;
};

struct fair_queue {
    int64_t virtual_time; // in parts of a nanosecond, as it stood at the time that follows
    int64_t at_ns;        // and
    int64_t at_parts;     // of a nanosecond, 0 … FAIR_UNIT − 1
    int64_t due_ns;       // for the owner: when the event that is scheduled is due; INT64_MAX: none
    uint32_t generation;  // for the owner: of that event
    uint32_t flows;       // that have transfers waiting
    uint32_t next_number;
    uint32_t count;
    uint32_t capacity;
    struct pool *pool;
    struct fair_transfer *heap; // [count] by (end, number)
};

/** The pool is borrowed. */
void fair_queue_init(struct fair_queue *queue, struct pool *pool);

/** A transfer of `work_ns` ≥ 0 comes; `flow` is that of its slot. */
void fair_queue_push(struct fair_queue *queue, int64_t now_ns, struct fair_flow *flow,
                     struct fair_transfer transfer, int64_t work_ns);

/** When the next transfer ends if none comes before; INT64_MAX without any. */
int64_t fair_queue_next_ns(const struct fair_queue *queue);

/** The flow of the transfer that ends next; the queue is not empty. */
uint32_t fair_queue_next_slot(const struct fair_queue *queue);

/**
 * Takes out the first transfer if it has ended by now; `flow` is that of fair_queue_next_slot().
 */
bool fair_queue_pop(struct fair_queue *queue, int64_t now_ns, struct fair_flow *flow,
                    struct fair_transfer *transfer);

#endif
