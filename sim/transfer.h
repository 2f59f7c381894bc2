/**
 * The three steps of a transfer: the sender's uplink, the link, the receiver's downlink. For sim.c
 * only.
 *
 *     sim_send() ─▶ uplink ─▶ link ─▶ EVENT_PACKET ─▶ downlink ─▶ on_packet()
 *                     │        │                         │
 *                     └────────┴── a verdict: dropped ───┘
 *
 * What waits in a fair queue is found there by an EVENT_TRANSFER of its node. A transfer that a
 * first-in-first-out downlink holds is an EVENT_PACKET of the receiver itself.
 */
#ifndef GOSSIM_SIM_TRANSFER_H
#define GOSSIM_SIM_TRANSFER_H

#include "sim/sim.h"

/** Puts a packet of a slot's owner into mail: another world handles the receiver. */
void sim_push_outside(struct sim *sim, uint32_t slot, int64_t at_ns, struct event_aim aim);

/** EVENT_PACKET where there is bandwidth: a packet comes to a downlink, or has gone through it. */
void transfer_arrive(struct sim *sim, const struct event *event);

/** As above, of a packet from another world with the same queue, whose context is `sender`. */
void transfer_arrive_foreign(struct sim *sim, const struct event *event, void *sender);

/** EVENT_TRANSFER: a fair queue may have carried something to its end. */
void transfer_end(struct sim *sim, const struct event *event);

/** The node of an EVENT_TRANSFER. */
uint32_t transfer_node(const struct event *event);

#endif
